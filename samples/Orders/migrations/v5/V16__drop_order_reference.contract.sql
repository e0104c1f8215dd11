-- A contract script, because pods of v4 read this column: it runs after the last of them has ended.
DROP TRIGGER copy_order_number ON orders;
DROP FUNCTION copy_order_number();
DROP TRIGGER fill_order_reference ON orders;
DROP FUNCTION fill_order_reference();
DROP FUNCTION order_reference(bigint, timestamptz);
-- Also drops the index orders_reference_key. Not CASCADE, which would also drop views that still read the column.
ALTER TABLE orders DROP COLUMN reference;
