-- Apart from V5, whose locks would otherwise be held as long as this takes. One statement is right for a table of
-- this size; a table of many millions is filled in steps, by a script without a transaction.
UPDATE orders
SET reference = order_reference(id, placed_at)
WHERE reference IS NULL;
