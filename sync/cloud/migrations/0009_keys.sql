-- Keys that terminals had before their present one: a request by one of them is refused with a
-- word of its own, and what it signed of an erasure is kept.
CREATE TABLE former_keys (
    terminal    BLOB NOT NULL REFERENCES terminals (terminal),
    key         BLOB NOT NULL CHECK (length(key) = 32),
    -- When it counted; null where nobody noted the beginning.
    from_ms     INTEGER,
    until_ms    INTEGER NOT NULL,
    -- A certificate of erasure that it signed: of a copy of the disk, for the terminal itself
    -- goes on under a later key.
    certificate TEXT,
    PRIMARY KEY (terminal, key)
) STRICT, WITHOUT ROWID;

-- Since when the present key counts.
ALTER TABLE terminals ADD COLUMN key_from_ms INTEGER;

-- The school wants a new key of it.
ALTER TABLE terminals ADD COLUMN rekey_asked INTEGER NOT NULL DEFAULT 0
    CHECK (rekey_asked IN (0, 1));
