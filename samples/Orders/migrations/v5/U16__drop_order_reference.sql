-- Restores the column with its values, which are those of "number", and what V5, V7, V9 and V11 created for it. Pods of v5 may
-- serve requests meanwhile; their requests wait until this transaction ends, which takes a moment for a small table.
ALTER TABLE orders ADD COLUMN reference text;
UPDATE orders SET reference = number;
ALTER TABLE orders ALTER COLUMN reference SET NOT NULL;
CREATE UNIQUE INDEX orders_reference_key ON orders (reference);

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

CREATE TRIGGER fill_order_reference
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW
    WHEN (NEW.reference IS NULL)
    EXECUTE FUNCTION fill_order_reference();

CREATE FUNCTION copy_order_number() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.number := coalesce(NEW.number, NEW.reference);
    ELSIF NEW.number IS NOT DISTINCT FROM OLD.number THEN
        NEW.number := NEW.reference;
    END IF;
    NEW.reference := NEW.number;
    RETURN NEW;
END;
$function$;

CREATE TRIGGER copy_order_number
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW
    EXECUTE FUNCTION copy_order_number();
