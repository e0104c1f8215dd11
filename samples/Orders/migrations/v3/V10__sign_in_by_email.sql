-- From v3 on a customer signs in with an address, so one address is one customer, however it is written.
CREATE TABLE email_confirmations (
    customer_id  bigint      PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    -- The hash of what was sent, never the token itself.
    token_hash   bytea       NOT NULL UNIQUE,
    sent_at      timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz CHECK (confirmed_at >= sent_at)
);

-- Fails (23505) where two rows hold one address: which of them is the customer, a person has to decide. Then
-- everything above is rolled back with it, which is why it is not built CONCURRENTLY: that would leave an INVALID
-- index behind. It keeps writers of this small table waiting for a moment; readers go on.
CREATE UNIQUE INDEX customers_email_key ON customers (lower(email));
