-- An order number for customers, such as O-2025-000042. Pods of v1 continue to insert rows without it, during and after
-- this migration. So a trigger sets the number. The trigger is created in the same transaction as the constraint that
-- requires it.
ALTER TABLE orders ADD COLUMN reference text;

CREATE FUNCTION order_reference(order_id bigint, placed_at timestamptz) RETURNS text
LANGUAGE sql
STABLE
RETURN 'O-' || to_char(placed_at AT TIME ZONE 'UTC', 'YYYY') || '-'
    -- lpad would truncate a longer number.
    || lpad(order_id::text, greatest(6, length(order_id::text)), '0');

CREATE FUNCTION fill_order_reference() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.reference := order_reference(NEW.id, NEW.placed_at);
    RETURN NEW;
END;
$function$;

-- Also on UPDATE, because PostgreSQL checks the constraint below for every updated row, including rows without a number.
CREATE TRIGGER fill_order_reference
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW
    WHEN (NEW.reference IS NULL)
    EXECUTE FUNCTION fill_order_reference();

-- NOT VALID: applies to new and updated rows, and does not scan the table while the table is locked. V7 validates existing rows.
ALTER TABLE orders
    ADD CONSTRAINT orders_reference_present CHECK (reference IS NOT NULL) NOT VALID;
