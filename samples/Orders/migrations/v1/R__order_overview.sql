-- One row per order. CREATE OR REPLACE VIEW cannot remove columns. If a later version adds columns, its undo script must
-- remove them before this script can run again.
CREATE OR REPLACE VIEW order_overview AS
SELECT
    orders.id                     AS order_id,
    orders.customer_id,
    customers.name                AS customer_name,
    orders.placed_at,
    coalesce(lines.items, 0)      AS items,
    coalesce(lines.total, 0.00)   AS total
FROM orders
JOIN customers ON customers.id = orders.customer_id
LEFT JOIN (
    SELECT order_id, sum(quantity) AS items, sum(quantity * unit_price) AS total
    FROM order_lines
    GROUP BY order_id
) AS lines ON lines.order_id = orders.id;
