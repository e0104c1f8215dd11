-- Deletes all shipments that v2 recorded, because v1 has no table for them.
DROP TABLE shipments;
