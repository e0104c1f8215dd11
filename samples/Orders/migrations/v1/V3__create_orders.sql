CREATE TABLE orders (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint      NOT NULL REFERENCES customers (id),
    placed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_lines (
    -- A line is part of its order and goes with it; a customer or a product with orders cannot be deleted.
    order_id   bigint         NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line_no    integer        NOT NULL CHECK (line_no > 0),
    product_id bigint         NOT NULL REFERENCES products (id),
    quantity   integer        NOT NULL CHECK (quantity > 0),
    -- The price on the day of the order: the product's own may change later.
    unit_price numeric(12, 2) NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, line_no)
);

-- PostgreSQL makes no index for a foreign key: without this one, deleting a product reads every line.
CREATE INDEX order_lines_product_id_idx ON order_lines (product_id);
