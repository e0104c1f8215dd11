-- What has left the house. An order can leave in several parcels.
CREATE TABLE shipments (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Not ON DELETE CASCADE: a parcel that is under way is a fact, whatever becomes of its order.
    order_id      bigint      NOT NULL REFERENCES orders (id),
    carrier       text        NOT NULL CHECK (carrier <> ''),
    tracking_code text        NOT NULL CHECK (tracking_code <> ''),
    shipped_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (carrier, tracking_code)
);

CREATE INDEX shipments_order_id_idx ON shipments (order_id);
