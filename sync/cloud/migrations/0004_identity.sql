-- What a terminal signs its requests with (an Ed25519 public key); null for a terminal that
-- joined before there were keys and has not been heard of since.
ALTER TABLE terminals ADD COLUMN key BLOB CHECK (key IS NULL OR length(key) = 32);

-- The key (PKCS #8) of the certificate that the school makes for itself where it has no other:
-- terminals know it by its pin, so that it lives as long as the school, in its backups, too.
ALTER TABLE school ADD COLUMN tls_key BLOB;

-- No signed request with a higher number was ever taken.
ALTER TABLE terminals ADD COLUMN ceiling INTEGER NOT NULL DEFAULT 0;

-- What terminals left when they were erased: signed by their keys.
CREATE TABLE erasures (
    terminal    BLOB PRIMARY KEY REFERENCES terminals (terminal),
    certificate TEXT NOT NULL,
    received_ms INTEGER NOT NULL
) STRICT;
