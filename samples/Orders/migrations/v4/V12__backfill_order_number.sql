-- Separate from V11, because the locks of V11 would otherwise be held during the update. One statement is enough for a small
-- table. With many millions of rows, the update could continue while v4 runs, because v4 reads both columns.
UPDATE orders
SET number = reference
WHERE number IS NULL;
