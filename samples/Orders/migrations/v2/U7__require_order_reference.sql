-- Restores the constraint of V5.
ALTER TABLE orders ADD CONSTRAINT orders_reference_present CHECK (reference IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN reference DROP NOT NULL;
