-- The secret (Ed25519) that signs the school's orders to terminals. It lives as long as the
-- school, in its backups, too.
ALTER TABLE school ADD COLUMN order_secret BLOB;
-- The number of the newest list of orders that a terminal was told.
ALTER TABLE school ADD COLUMN orders_told INTEGER NOT NULL DEFAULT 0;

-- What terminals are ordered to do. Numbers rise by the clock, so that an order of before a
-- restore is never one of after it.
CREATE TABLE orders (
    number       INTEGER PRIMARY KEY,
    terminal     BLOB NOT NULL REFERENCES terminals (terminal),
    -- 'erase', 'erase_at_once', or 'remove_pupil'.
    kind         TEXT NOT NULL CHECK (kind IN ('erase', 'erase_at_once', 'remove_pupil')),
    pupil        BLOB CHECK ((pupil IS NOT NULL) = (kind = 'remove_pupil')),
    made_ms      INTEGER NOT NULL,
    -- When the terminal first heard it.
    told_ms      INTEGER,
    done_ms      INTEGER,
    withdrawn_ms INTEGER
) STRICT;
CREATE INDEX orders_that_count ON orders (terminal)
    WHERE done_ms IS NULL AND withdrawn_ms IS NULL;

-- What a terminal last said that the school does not have yet, and when.
ALTER TABLE terminals ADD COLUMN unsent TEXT;
ALTER TABLE terminals ADD COLUMN unsent_ms INTEGER;

-- What lessors wrote of terminals that they erased themselves: a file for some terminals.
CREATE TABLE lessor_certificates (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    bytes    BLOB NOT NULL,
    filed_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE lessor_certificate_terminals (
    certificate INTEGER NOT NULL REFERENCES lessor_certificates (id),
    terminal    BLOB NOT NULL REFERENCES terminals (terminal),
    PRIMARY KEY (terminal, certificate)
) STRICT, WITHOUT ROWID;
