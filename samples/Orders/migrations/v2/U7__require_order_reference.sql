-- Back to the rule as V5 left it.
ALTER TABLE orders ADD CONSTRAINT orders_reference_present CHECK (reference IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN reference DROP NOT NULL;
