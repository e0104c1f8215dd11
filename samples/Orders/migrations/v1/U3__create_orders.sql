-- R__order_overview.sql recreates the view when it runs again.
DROP VIEW IF EXISTS order_overview;
DROP TABLE order_lines;
DROP TABLE orders;
