-- The view comes from R__order_overview.sql, which the next run of it makes again.
DROP VIEW IF EXISTS order_overview;
DROP TABLE order_lines;
DROP TABLE orders;
