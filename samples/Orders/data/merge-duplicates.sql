-- Merges customers with the same address, ignoring case: the oldest row is kept and receives the orders of the others.
-- Run it in one transaction (`psql -1 -f`). Without duplicates, it changes nothing.
UPDATE orders
SET customer_id = kept.id
FROM customers AS twin
JOIN (
    SELECT lower(email) AS address, min(id) AS id
    FROM customers
    GROUP BY lower(email)
) AS kept ON kept.address = lower(twin.email)
WHERE orders.customer_id = twin.id
  AND twin.id <> kept.id;

DELETE FROM customers AS twin
USING customers AS older
WHERE lower(older.email) = lower(twin.email)
  AND older.id < twin.id;
