-- What v2 recorded here is lost with it: v1 has no place for shipments.
DROP TABLE shipments;
