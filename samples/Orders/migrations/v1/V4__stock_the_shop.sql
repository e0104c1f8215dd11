-- Initial data. Rows are identified by SKU or address, not by ID, because the database generates the IDs. Existing rows
-- are not changed, because the undo script keeps rows that newer orders reference.
INSERT INTO products (sku, name, price)
VALUES
    ('TEA-100', 'Darjeeling, 100 g', 7.90),
    ('POT-1L', 'Teapot, one litre', 34.50),
    ('CUP-2', 'Two cups', 18.00)
ON CONFLICT (sku) DO NOTHING;

INSERT INTO customers (name, email)
SELECT seed.name, seed.email
FROM (
    VALUES
        (1, 'Ada Lovelace', 'ada@example.org'),
        (2, 'Grace Hopper', 'grace@example.org'),
        (3, 'Edgar Codd', 'edgar@example.org')
) AS seed (row_no, name, email)
WHERE NOT EXISTS (SELECT FROM customers WHERE customers.email = seed.email)
ORDER BY seed.row_no;

INSERT INTO orders (customer_id, placed_at)
SELECT customers.id, seed.placed_at
FROM (
    VALUES
        ('ada@example.org', timestamptz '2025-03-03 09:15:00+00'),
        ('grace@example.org', timestamptz '2025-03-04 16:40:00+00'),
        ('ada@example.org', timestamptz '2025-04-22 11:05:00+00'),
        ('edgar@example.org', timestamptz '2025-05-02 08:30:00+00')
) AS seed (email, placed_at)
JOIN customers ON customers.email = seed.email
ORDER BY seed.placed_at;

INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price)
SELECT orders.id, seed.line_no, products.id, seed.quantity, products.price
FROM (
    VALUES
        ('ada@example.org', timestamptz '2025-03-03 09:15:00+00', 1, 'TEA-100', 2),
        ('ada@example.org', timestamptz '2025-03-03 09:15:00+00', 2, 'POT-1L', 1),
        ('grace@example.org', timestamptz '2025-03-04 16:40:00+00', 1, 'CUP-2', 3),
        ('ada@example.org', timestamptz '2025-04-22 11:05:00+00', 1, 'TEA-100', 5),
        ('edgar@example.org', timestamptz '2025-05-02 08:30:00+00', 1, 'POT-1L', 1),
        ('edgar@example.org', timestamptz '2025-05-02 08:30:00+00', 2, 'CUP-2', 1)
) AS seed (email, placed_at, line_no, sku, quantity)
JOIN customers ON customers.email = seed.email
JOIN orders ON orders.customer_id = customers.id AND orders.placed_at = seed.placed_at
JOIN products ON products.sku = seed.sku;
