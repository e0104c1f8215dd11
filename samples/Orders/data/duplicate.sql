-- Adds a customer whose address differs from Grace Hopper's only in case, with an order. v1 and v2 allow this. V10 of v3
-- fails, because it creates a unique index on lower(email). Works on the schemas of v1 and v2.
WITH customer AS (
    INSERT INTO customers (name, email)
    VALUES ('Grace Hopper', 'Grace@Example.org')
    RETURNING id
), placed AS (
    INSERT INTO orders (customer_id)
    SELECT id FROM customer
    RETURNING id
)
INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price)
SELECT placed.id, 1, products.id, 1, products.price
FROM placed
JOIN products ON products.sku = 'TEA-100';
