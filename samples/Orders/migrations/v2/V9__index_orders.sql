-- evolve-tx-off
-- CONCURRENTLY, because orders are placed while this runs; PostgreSQL refuses that in a transaction, hence line 1.
-- No IF NOT EXISTS: a build that failed leaves an INVALID index of this name, which it would take for a good one.

-- A reference names one order.
CREATE UNIQUE INDEX CONCURRENTLY orders_reference_key ON orders (reference);

-- "My orders, newest first."
CREATE INDEX CONCURRENTLY orders_customer_id_placed_at_idx ON orders (customer_id, placed_at DESC);
