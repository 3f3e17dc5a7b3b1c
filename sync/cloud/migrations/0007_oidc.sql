-- Identity providers by which staff can sign in, beside passphrase and authenticator.
CREATE TABLE oidc_providers (
    -- As the school calls it; it stands on the button.
    name          TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    made_ms       INTEGER NOT NULL
) STRICT;

-- Who signs in by one of them. An issuer and not a provider's name: a subject means somebody
-- only to the issuer that gave it.
CREATE TABLE oidc_people (
    staff      BLOB PRIMARY KEY REFERENCES staff (staff),
    issuer     TEXT NOT NULL,
    -- In small letters; claims the account once, where the issuer verified it.
    email      TEXT,
    -- Who it is from then on. Null until the first sign-in.
    subject    TEXT,
    claimed_ms INTEGER,
    CHECK (email IS NOT NULL OR subject IS NOT NULL),
    UNIQUE (issuer, email),
    UNIQUE (issuer, subject)
) STRICT;
