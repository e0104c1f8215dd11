-- Nothing to undo: the numbers are correct, the trigger of V11 would set them again at the next update, and U11 drops the
-- column.
SELECT 'the numbers are kept until U11 drops the column' AS undone;
