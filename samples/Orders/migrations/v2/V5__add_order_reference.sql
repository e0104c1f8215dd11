-- A number that a person can read out on the phone: O-2025-000042. Pods of v1 go on inserting while this runs and
-- afterwards, and know nothing of it: hence a trigger that fills it in, in the same transaction as the rule that
-- wants it.
ALTER TABLE orders ADD COLUMN reference text;

CREATE FUNCTION order_reference(order_id bigint, placed_at timestamptz) RETURNS text
LANGUAGE sql
STABLE
RETURN 'O-' || to_char(placed_at AT TIME ZONE 'UTC', 'YYYY') || '-'
    -- lpad would cut a longer number off.
    || lpad(order_id::text, greatest(6, length(order_id::text)), '0');

CREATE FUNCTION fill_order_reference() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.reference := order_reference(NEW.id, NEW.placed_at);
    RETURN NEW;
END;
$function$;

-- On UPDATE too: the rule below is asked of every row that is touched, also of one that is not backfilled yet.
CREATE TRIGGER fill_order_reference
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW
    WHEN (NEW.reference IS NULL)
    EXECUTE FUNCTION fill_order_reference();

-- NOT VALID: holds for new rows at once, and does not read the table under its lock. V7 looks at the old ones.
ALTER TABLE orders
    ADD CONSTRAINT orders_reference_present CHECK (reference IS NOT NULL) NOT VALID;
