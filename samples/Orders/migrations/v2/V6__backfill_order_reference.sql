-- Separate from V5, because the locks of V5 would otherwise be held during the update. One statement is enough for a
-- small table. For many millions of rows, use batches in a script without a transaction.
UPDATE orders
SET reference = order_reference(id, placed_at)
WHERE reference IS NULL;
