-- Shipped parcels. An order can have several.
CREATE TABLE shipments (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Not ON DELETE CASCADE, because a shipped parcel must stay on record even if its order is cancelled.
    order_id      bigint      NOT NULL REFERENCES orders (id),
    carrier       text        NOT NULL CHECK (carrier <> ''),
    tracking_code text        NOT NULL CHECK (tracking_code <> ''),
    shipped_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (carrier, tracking_code)
);

CREATE INDEX shipments_order_id_idx ON shipments (order_id);
