-- Who may do what. A row of `teachers` is a person of the school's staff, or a guardian: what
-- lessons and cards name stays as it is, and all else about the person stands here.
CREATE TABLE staff (
    staff         BLOB PRIMARY KEY REFERENCES teachers (teacher),
    -- Null where the keeper made a desk token and no account.
    sign_in       TEXT UNIQUE CHECK (length(sign_in) BETWEEN 1 AND 64),
    -- Argon2id in PHC form; null until it was chosen.
    passphrase    TEXT,
    -- Of TOTP; counts once a right code was shown (totp_from_ms).
    totp_secret   BLOB CHECK (totp_secret IS NULL OR length(totp_secret) = 20),
    totp_from_ms  INTEGER,
    -- The newest step of 30 s whose code was taken: none is taken twice, nor an older one.
    totp_step     INTEGER NOT NULL DEFAULT 0,
    -- The code of the first sign-in, until it was used or is too old.
    setup_hash    BLOB UNIQUE CHECK (setup_hash IS NULL OR length(setup_hash) = 32),
    setup_until_ms INTEGER,
    made_ms       INTEGER NOT NULL,
    disabled_ms   INTEGER
) STRICT;

CREATE TABLE grants (
    id         INTEGER PRIMARY KEY,
    staff      BLOB NOT NULL REFERENCES staff (staff),
    role       TEXT NOT NULL CHECK (role IN ('teacher', 'subject_teacher', 'support', 'guardian',
                                             'principal', 'school_admin', 'city_admin')),
    class      BLOB REFERENCES classes (class),
    subject    TEXT,
    pupil      BLOB REFERENCES pupils (pupil),
    -- School days, both included; null where it begins at once, or does not end.
    from_day   TEXT,
    to_day     TEXT,
    -- Who gave it; null where the server's keeper did.
    made_by    BLOB REFERENCES staff (staff),
    made_ms    INTEGER NOT NULL,
    revoked_ms INTEGER,
    -- A right is no wider than its role: what narrows it has to be there.
    CHECK ((role IN ('teacher', 'subject_teacher')) = (class IS NOT NULL)),
    CHECK ((role = 'subject_teacher') = (subject IS NOT NULL)),
    CHECK ((role IN ('support', 'guardian')) = (pupil IS NOT NULL)),
    CHECK (role <> 'support' OR (from_day IS NOT NULL AND to_day IS NOT NULL))
) STRICT;
CREATE INDEX grants_staff ON grants (staff) WHERE revoked_ms IS NULL;

CREATE TABLE computers (
    computer_hash BLOB PRIMARY KEY CHECK (length(computer_hash) = 32),
    staff         BLOB NOT NULL REFERENCES staff (staff),
    -- When a second factor was last shown on it.
    proven_ms     INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    staff      BLOB NOT NULL REFERENCES staff (staff),
    computer   BLOB,
    made_ms    INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    -- Null for a desk token, which the keeper made: it counts until it is revoked.
    expires_ms INTEGER,
    revoked_ms INTEGER
) STRICT;
CREATE INDEX sessions_staff ON sessions (staff);

CREATE TABLE recovery_codes (
    code_hash BLOB PRIMARY KEY CHECK (length(code_hash) = 32),
    staff     BLOB NOT NULL REFERENCES staff (staff),
    used_ms   INTEGER
) STRICT;
CREATE INDEX recovery_codes_staff ON recovery_codes (staff);

-- What was done and by whom, in order. Each row's hash covers the row before it.
CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    at_ms    INTEGER NOT NULL,
    -- Null where it was nobody that the school knows, or the server's keeper.
    staff    BLOB,
    role     TEXT NOT NULL,
    session  INTEGER,
    action   TEXT NOT NULL,
    pupil    BLOB,
    class    BLOB,
    lesson   BLOB,
    terminal BLOB,
    -- The person whom it is about.
    about    BLOB,
    outcome  TEXT NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_pupil ON audit (pupil) WHERE pupil IS NOT NULL;
CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is never edited'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
-- Where it ends, so that a row that is cut off at its end is missed, too.
CREATE TABLE audit_end (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    rows INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO audit_end (one, rows, hash) VALUES (1, 0, zeroblob(32));

-- Join codes end. Those from before have no end: a class that is just joining goes on.
ALTER TABLE classes ADD COLUMN code_until_ms INTEGER;

-- Teachers from before: their token goes on as a session that the keeper made.
INSERT INTO staff (staff, made_ms) SELECT teacher, created_ms FROM teachers;
INSERT INTO grants (staff, role, class, made_ms)
    SELECT tc.teacher, 'teacher', tc.class, t.created_ms
    FROM teacher_classes tc JOIN teachers t ON t.teacher = tc.teacher;
INSERT INTO sessions (token_hash, staff, made_ms, seen_ms, revoked_ms)
    SELECT token_hash, teacher, created_ms, created_ms, revoked_ms FROM teachers;
DROP TABLE teacher_classes;
-- `teachers.token_hash` opens nothing any more; a column that is UNIQUE cannot be dropped.
UPDATE teachers SET token_hash = randomblob(32);
