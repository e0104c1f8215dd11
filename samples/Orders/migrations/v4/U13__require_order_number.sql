-- Restores the constraint of V11.
ALTER TABLE orders ADD CONSTRAINT orders_number_present CHECK (number IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN number DROP NOT NULL;
