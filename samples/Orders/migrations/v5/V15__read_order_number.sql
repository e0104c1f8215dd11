-- The same definition as in R__order_overview.sql. `migrate up` without a phase runs repeatable scripts after all versions,
-- which is too late for V16: PostgreSQL does not drop a column that a view reads.
CREATE OR REPLACE VIEW order_overview AS
SELECT
    orders.id                     AS order_id,
    orders.customer_id,
    customers.name                AS customer_name,
    orders.placed_at,
    coalesce(lines.items, 0)      AS items,
    coalesce(lines.total, 0.00)   AS total,
    orders.number                 AS reference,
    orders.number
FROM orders
JOIN customers ON customers.id = orders.customer_id
LEFT JOIN (
    SELECT order_id, sum(quantity) AS items, sum(quantity * unit_price) AS total
    FROM order_lines
    GROUP BY order_id
) AS lines ON lines.order_id = orders.id;
