-- Deletes the first orders with their lines. Then deletes the first customers and products, except those that newer
-- orders reference: an undo script must not delete data that users have entered.
DELETE FROM orders
USING customers
WHERE customers.id = orders.customer_id
  AND (customers.email, orders.placed_at) IN (
      ('ada@example.org', timestamptz '2025-03-03 09:15:00+00'),
      ('grace@example.org', timestamptz '2025-03-04 16:40:00+00'),
      ('ada@example.org', timestamptz '2025-04-22 11:05:00+00'),
      ('edgar@example.org', timestamptz '2025-05-02 08:30:00+00')
  );

DELETE FROM customers
WHERE email IN ('ada@example.org', 'grace@example.org', 'edgar@example.org')
  AND NOT EXISTS (SELECT FROM orders WHERE orders.customer_id = customers.id);

DELETE FROM products
WHERE sku IN ('TEA-100', 'POT-1L', 'CUP-2')
  AND NOT EXISTS (SELECT FROM order_lines WHERE order_lines.product_id = products.id);
