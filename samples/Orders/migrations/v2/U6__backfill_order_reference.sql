-- Nothing to undo: the references are correct, the trigger of V5 would set them again at the next update, and U5 drops
-- the column.
SELECT 'the references are kept until U5 drops the column' AS undone;
