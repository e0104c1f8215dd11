-- evolve-tx-off
DROP INDEX CONCURRENTLY IF EXISTS orders_number_key;
