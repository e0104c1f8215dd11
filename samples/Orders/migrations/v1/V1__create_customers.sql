-- Addresses are stored as entered, so two rows can have the same address in different case. V10 of v3 fails if such
-- rows exist.
CREATE TABLE customers (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text        NOT NULL CHECK (name <> ''),
    email      text        NOT NULL CHECK (email LIKE '%_@_%'),
    created_at timestamptz NOT NULL DEFAULT now()
);
