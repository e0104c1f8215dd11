-- v2's view contains the column and must be dropped first. v1's view is created in the same transaction, because pods of
-- v1 may serve requests during a rollback. Its definition is the same as in R__order_overview.sql of v1.
DROP VIEW IF EXISTS order_overview;

DROP TRIGGER fill_order_reference ON orders;
DROP FUNCTION fill_order_reference();
DROP FUNCTION order_reference(bigint, timestamptz);
-- Also drops the CHECK constraint on the column.
ALTER TABLE orders DROP COLUMN reference;

CREATE VIEW order_overview AS
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
