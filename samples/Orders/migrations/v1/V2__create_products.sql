CREATE TABLE products (
    id    bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku   text           NOT NULL UNIQUE CHECK (sku <> ''),
    name  text           NOT NULL CHECK (name <> ''),
    -- numeric, because floating-point numbers cannot represent amounts of money exactly.
    price numeric(12, 2) NOT NULL CHECK (price >= 0)
);
