-- Who has confirmed an address is forgotten with this: v2 has no place for it.
DROP INDEX customers_email_key;
DROP TABLE email_confirmations;
