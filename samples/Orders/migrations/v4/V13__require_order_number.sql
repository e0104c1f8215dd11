-- VALIDATE CONSTRAINT first, so that SET NOT NULL needs no scan while it holds its ACCESS EXCLUSIVE lock, as in V7.
ALTER TABLE orders VALIDATE CONSTRAINT orders_number_present;
ALTER TABLE orders ALTER COLUMN number SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_number_present;
