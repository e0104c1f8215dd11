-- Deletes the confirmations of addresses, because v2 has no table for them.
DROP INDEX customers_email_key;
DROP TABLE email_confirmations;
