-- One row per order. v5 adds the column "number" at the end. The view keeps its column "reference", because CREATE OR REPLACE
-- VIEW cannot remove columns, but reads both from the column "number" of the table, so that V16 can drop the other one.
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
