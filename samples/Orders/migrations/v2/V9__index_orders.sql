-- evolve-tx-off
-- CONCURRENTLY, because orders are placed during the migration. It cannot run in a transaction, hence line 1.
-- No IF NOT EXISTS: a failed build leaves an INVALID index with this name, and IF NOT EXISTS would accept it.

-- A reference identifies one order.
CREATE UNIQUE INDEX CONCURRENTLY orders_reference_key ON orders (reference);

-- For a customer's list of orders, newest first.
CREATE INDEX CONCURRENTLY orders_customer_id_placed_at_idx ON orders (customer_id, placed_at DESC);
