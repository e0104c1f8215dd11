-- Nothing to take back: a reference that stays is right, the trigger of V5 would put it in again at the next touch,
-- and U5 drops the column.
SELECT 'references stay until their column goes' AS undone;
