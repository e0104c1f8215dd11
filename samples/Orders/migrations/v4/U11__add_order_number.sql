DROP TRIGGER copy_order_number ON orders;
DROP FUNCTION copy_order_number();
DROP TRIGGER fill_order_number ON orders;
DROP FUNCTION fill_order_number();
DROP FUNCTION order_number(bigint, timestamptz);
-- Also drops the CHECK constraint on the column. No number is lost, because "reference" has the same value.
ALTER TABLE orders DROP COLUMN number;
