CREATE TABLE orders (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint      NOT NULL REFERENCES customers (id),
    placed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_lines (
    -- Lines are deleted with their order. A customer or a product with orders cannot be deleted.
    order_id   bigint         NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line_no    integer        NOT NULL CHECK (line_no > 0),
    product_id bigint         NOT NULL REFERENCES products (id),
    quantity   integer        NOT NULL CHECK (quantity > 0),
    -- The price on the day of the order, because the product's price can change later.
    unit_price numeric(12, 2) NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, line_no)
);

-- PostgreSQL does not create an index for a foreign key. Without this index, deleting a product scans the whole table.
CREATE INDEX order_lines_product_id_idx ON order_lines (product_id);
