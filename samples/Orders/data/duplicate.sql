-- What happens in a shop: Grace Hopper, a customer already, orders by telephone, and whoever takes the call types her
-- address with capitals. v1 and v2 see two customers; v3's V10 finds one address twice. Works on the schema of both.
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
