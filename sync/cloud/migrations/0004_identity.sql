-- What a terminal signs its requests with (an Ed25519 public key); null for a terminal that
-- joined before there were keys and has not been heard of since.
ALTER TABLE terminals ADD COLUMN key BLOB CHECK (key IS NULL OR length(key) = 32);

-- No signed request with a higher number was ever taken.
ALTER TABLE terminals ADD COLUMN ceiling INTEGER NOT NULL DEFAULT 0;
