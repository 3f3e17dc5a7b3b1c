-- Runs of the server. A run's numbers of lane 2 begin above `up_to`; those above `after` and
-- up to there were given by nobody, or by a run that this database has forgotten because it
-- came back from a backup.
CREATE TABLE runs (
    run      BLOB PRIMARY KEY CHECK (length(run) = 16),
    after    INTEGER NOT NULL,
    up_to    INTEGER NOT NULL,
    begun_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_up_to ON runs (up_to);

-- Who wrote a stream first; null in streams from before this was noted.
ALTER TABLE streams ADD COLUMN terminal BLOB REFERENCES terminals (terminal);

-- Whether the pupil's earlier study, of other terminals, comes to this one: 0 there was
-- none, 1 a teacher has to agree, 2 it may.
ALTER TABLE terminal_pupils ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0
    CHECK (earlier IN (0, 1, 2));

-- Login cards. The code itself is on paper only.
CREATE TABLE cards (
    card_hash  BLOB PRIMARY KEY CHECK (length(card_hash) = 32),
    pupil      BLOB NOT NULL REFERENCES pupils (pupil),
    class      BLOB NOT NULL REFERENCES classes (class),
    teacher    BLOB NOT NULL REFERENCES teachers (teacher),
    made_ms    INTEGER NOT NULL,
    used_ms    INTEGER,
    revoked_ms INTEGER
) STRICT;
CREATE INDEX cards_pupil ON cards (pupil) WHERE revoked_ms IS NULL;
