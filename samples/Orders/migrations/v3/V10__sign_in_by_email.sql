-- In v3, customers sign in with their address, so each address, ignoring case, must belong to one customer.
CREATE TABLE email_confirmations (
    customer_id  bigint      PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    -- The hash of the token that was sent, never the token itself.
    token_hash   bytea       NOT NULL UNIQUE,
    sent_at      timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz CHECK (confirmed_at >= sent_at)
);

-- Fails (23505) if two rows have the same address; an operator must decide how to merge them. Not CONCURRENTLY, so that
-- the whole script is rolled back: a failed concurrent build would leave an INVALID index. Writes to this small table
-- are blocked for a moment; reads are not.
CREATE UNIQUE INDEX customers_email_key ON customers (lower(email));
