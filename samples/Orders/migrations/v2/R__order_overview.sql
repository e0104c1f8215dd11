-- One row per order. v2 adds the column "reference" at the end, because CREATE OR REPLACE VIEW can add columns only there.
-- Pods of v1 also read this view.
CREATE OR REPLACE VIEW order_overview AS
SELECT
    orders.id                     AS order_id,
    orders.customer_id,
    customers.name                AS customer_name,
    orders.placed_at,
    coalesce(lines.items, 0)      AS items,
    coalesce(lines.total, 0.00)   AS total,
    orders.reference
FROM orders
JOIN customers ON customers.id = orders.customer_id
LEFT JOIN (
    SELECT order_id, sum(quantity) AS items, sum(quantity * unit_price) AS total
    FROM order_lines
    GROUP BY order_id
) AS lines ON lines.order_id = orders.id;
