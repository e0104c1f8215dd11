-- Makes one customer of all rows that hold one address: the oldest keeps its row and takes the others' orders.
-- No order is lost. Runs as one transaction (`psql -1 -f`), and does nothing where there is nothing to mend.
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
