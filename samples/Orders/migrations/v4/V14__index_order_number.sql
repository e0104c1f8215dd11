-- evolve-tx-off
-- Like orders_reference_key of V9: CONCURRENTLY, and no IF NOT EXISTS.
CREATE UNIQUE INDEX CONCURRENTLY orders_number_key ON orders (number);
