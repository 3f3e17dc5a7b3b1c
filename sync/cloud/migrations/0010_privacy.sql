-- Pupils whose records were deleted, by ids that name nobody any more. Their streams keep id,
-- head and count; what was in them, and the secret that proved it, is gone.
CREATE TABLE deletions (
    pupil      BLOB PRIMARY KEY CHECK (length(pupil) = 16),
    deleted_ms INTEGER NOT NULL,
    -- When the last byte of hers had gone from this folder; null while that is to be done.
    done_ms    INTEGER
) STRICT;

-- A photo whose time was over: its name stays, so that no terminal has to bring it again.
ALTER TABLE event_blobs ADD COLUMN expired_ms INTEGER;

-- How many days records stay, where the school chose otherwise than the program.
CREATE TABLE retention (
    kind TEXT PRIMARY KEY,
    days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 36500)
) STRICT;

-- Rows of the audit log whose time was over are gone; the hash of the last of them is where
-- the chain of the others begins.
CREATE TABLE audit_begin (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    rows INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO audit_begin (one, rows, hash) VALUES (1, 0, zeroblob(32));
CREATE TRIGGER audit_begin_follows_the_chain BEFORE UPDATE ON audit_begin
    WHEN NEW.rows < OLD.rows OR NEW.hash IS NOT (SELECT hash FROM audit WHERE id = NEW.rows)
    BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened but where its chain goes on'); END;
CREATE TRIGGER audit_begin_stays BEFORE DELETE ON audit_begin
    BEGIN SELECT RAISE(ABORT, 'the audit log is never without its beginning'); END;
DROP TRIGGER audit_is_not_shortened;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
    WHEN OLD.id > coalesce((SELECT rows FROM audit_begin), 0)
    BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
