-- evolve-tx-off
-- IF EXISTS: without a transaction, a run can end between the statements, and the next run starts with the first one.
DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_placed_at_idx;
DROP INDEX CONCURRENTLY IF EXISTS orders_reference_key;
