-- The column "reference" gets the new name "number", in two releases. This release adds the new name and keeps both columns
-- equal, because pods of v3 use only the old name. v5 drops the old name. PostgreSQL's RENAME would break the pods of v3.
ALTER TABLE orders ADD COLUMN number text;

-- The new names of order_reference() and fill_order_reference(). They stay in v5.
CREATE FUNCTION order_number(order_id bigint, placed_at timestamptz) RETURNS text
LANGUAGE sql
STABLE
RETURN 'O-' || to_char(placed_at AT TIME ZONE 'UTC', 'YYYY') || '-'
    -- lpad would truncate a longer number.
    || lpad(order_id::text, greatest(6, length(order_id::text)), '0');

CREATE FUNCTION fill_order_number() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.number := order_number(NEW.id, NEW.placed_at);
    RETURN NEW;
END;
$function$;

CREATE TRIGGER fill_order_number
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW
    WHEN (NEW.number IS NULL)
    EXECUTE FUNCTION fill_order_number();

-- Copies the column that a statement sets to the other one. If a statement sets both, the new name decides.
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

-- PostgreSQL runs the triggers of a row in the order of their names (https://www.postgresql.org/docs/current/trigger-definition.html),
-- so this one runs before fill_order_number and fill_order_reference. They set both columns if a statement sets neither.
CREATE TRIGGER copy_order_number
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW
    EXECUTE FUNCTION copy_order_number();

-- NOT VALID, as in V5. V13 validates existing rows.
ALTER TABLE orders
    ADD CONSTRAINT orders_number_present CHECK (number IS NOT NULL) NOT VALID;
