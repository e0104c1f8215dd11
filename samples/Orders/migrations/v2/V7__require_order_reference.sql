-- VALIDATE reads the table under a lock that lets reads and writes through. SET NOT NULL wants the strongest lock, but
-- finds in the valid CHECK the proof that it would otherwise read the table for, and has it for a moment only.
ALTER TABLE orders VALIDATE CONSTRAINT orders_reference_present;
ALTER TABLE orders ALTER COLUMN reference SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_reference_present;
