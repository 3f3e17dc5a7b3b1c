-- The secret (X25519) of what only the school is to open: journals of pupils who are locked,
-- and secrets of codes. It lives as long as the school, in its backups, too.
ALTER TABLE school ADD COLUMN box_secret BLOB;

-- Secrets of codes that a teacher reads out, as terminals made them: boxes for the school.
CREATE TABLE unlock_codes (
    terminal    BLOB NOT NULL REFERENCES terminals (terminal),
    pupil       BLOB NOT NULL REFERENCES pupils (pupil),
    -- The number of the first code.
    first       INTEGER NOT NULL,
    boxed       BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (terminal, pupil, first)
) STRICT, WITHOUT ROWID;
