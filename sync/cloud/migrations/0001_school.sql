-- Ids are 16 bytes, blob names and hashes 32. Times are milliseconds since 1970 by this
-- server's clock, days are ISO dates. `change` is a number of lane 2: see `school.head`.

CREATE TABLE school (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    school     BLOB NOT NULL CHECK (length(school) = 16),
    name       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    -- The newest change. Taken by UPDATE .. RETURNING in the transaction that uses it, so
    -- that numbers become visible in their order and a cursor never passes a row by.
    head       INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE classes (
    class      BLOB PRIMARY KEY CHECK (length(class) = 16),
    name       TEXT NOT NULL UNIQUE,
    grade      TEXT NOT NULL,
    is_group   INTEGER NOT NULL CHECK (is_group IN (0, 1)),
    -- Eight characters without a hyphen; groups have none.
    join_code  TEXT UNIQUE,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE teachers (
    teacher    BLOB PRIMARY KEY CHECK (length(teacher) = 16),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT;

CREATE TABLE teacher_classes (
    teacher BLOB NOT NULL REFERENCES teachers (teacher),
    class   BLOB NOT NULL REFERENCES classes (class),
    PRIMARY KEY (teacher, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE pupils (
    pupil      BLOB PRIMARY KEY CHECK (length(pupil) = 16),
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE enrolments (
    pupil    BLOB NOT NULL REFERENCES pupils (pupil),
    class    BLOB NOT NULL REFERENCES classes (class),
    -- The attendance number (出席番号); in a group, that of the own class.
    number   INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99),
    -- 0 in a group, where pupils of several classes may have one number.
    own      INTEGER NOT NULL CHECK (own IN (0, 1)),
    from_day TEXT NOT NULL,
    to_day   TEXT
) STRICT;
CREATE UNIQUE INDEX enrolments_now ON enrolments (class, pupil) WHERE to_day IS NULL;
CREATE UNIQUE INDEX enrolments_number ON enrolments (class, number)
    WHERE to_day IS NULL AND own = 1;
CREATE INDEX enrolments_pupil ON enrolments (pupil);

CREATE TABLE terminals (
    terminal   BLOB PRIMARY KEY CHECK (length(terminal) = 16),
    name       TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    joined_ms  INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT;

CREATE TABLE terminal_pupils (
    terminal BLOB NOT NULL REFERENCES terminals (terminal),
    pupil    BLOB NOT NULL REFERENCES pupils (pupil),
    -- The class whose code was used.
    class    BLOB NOT NULL REFERENCES classes (class),
    removed  INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    PRIMARY KEY (terminal, pupil)
) STRICT, WITHOUT ROWID;
CREATE INDEX terminal_pupils_pupil ON terminal_pupils (pupil);

-- Lane 1.

CREATE TABLE streams (
    id          INTEGER PRIMARY KEY,
    stream      BLOB NOT NULL UNIQUE CHECK (length(stream) = 16),
    pupil       BLOB NOT NULL REFERENCES pupils (pupil),
    -- The key of the chain: needed to check it, and to destroy what it proves.
    secret      BLOB NOT NULL CHECK (length(secret) = 32),
    parent      BLOB,
    parent_seq  INTEGER,
    parent_head BLOB,
    next_seq    INTEGER NOT NULL,
    head        BLOB NOT NULL CHECK (length(head) = 32),
    created_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX streams_pupil ON streams (pupil);

CREATE TABLE events (
    -- The order of acceptance, which every fold goes by.
    accept    INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES streams (id),
    seq       INTEGER NOT NULL,
    canonical BLOB NOT NULL,
    server_ms INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    -- What the fact names, for look-ups; null where it names none.
    lesson    BLOB,
    drill     BLOB,
    -- The grade of record of an answer.
    verdict   TEXT,
    grader    INTEGER,
    UNIQUE (stream_id, seq)
) STRICT;
CREATE INDEX events_lesson ON events (lesson, kind) WHERE lesson IS NOT NULL;

-- Blobs that events name (photos of paper study), for the right to read them.
CREATE TABLE event_blobs (
    blob  BLOB NOT NULL,
    pupil BLOB NOT NULL REFERENCES pupils (pupil),
    PRIMARY KEY (blob, pupil)
) STRICT, WITHOUT ROWID;

-- Blobs. The bytes lie beside the database.

CREATE TABLE blobs (
    blob      BLOB PRIMARY KEY CHECK (length(blob) = 32),
    len       INTEGER NOT NULL,
    -- The chaining values of the 16 KiB groups, 32 bytes each.
    proof     BLOB NOT NULL,
    stored_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE patches (
    new       BLOB NOT NULL REFERENCES blobs (blob),
    old       BLOB NOT NULL REFERENCES blobs (blob),
    len       INTEGER NOT NULL,
    stored_ms INTEGER NOT NULL,
    PRIMARY KEY (new, old)
) STRICT, WITHOUT ROWID;

-- Lane 2.

CREATE TABLE lessons (
    lesson    BLOB PRIMARY KEY CHECK (length(lesson) = 16),
    teacher   BLOB NOT NULL REFERENCES teachers (teacher),
    -- The newest published, and the newest whose send time has come (0: none yet).
    newest    INTEGER NOT NULL,
    released  INTEGER NOT NULL DEFAULT 0,
    state     TEXT NOT NULL CHECK (state IN ('waiting', 'live', 'expired', 'withdrawn')),
    -- Of the released revision.
    expires   TEXT
) STRICT;
CREATE INDEX lessons_live ON lessons (expires) WHERE state = 'live';

CREATE TABLE revisions (
    lesson       BLOB NOT NULL REFERENCES lessons (lesson),
    revision     INTEGER NOT NULL,
    document     BLOB NOT NULL REFERENCES blobs (blob),
    -- The document once more, byte for byte: lists are made of it.
    json         TEXT NOT NULL,
    expires      TEXT NOT NULL,
    published_ms INTEGER NOT NULL,
    send_at_ms   INTEGER,
    released_ms  INTEGER,
    -- Whether its patches were made, or found not worth keeping.
    patched      INTEGER NOT NULL DEFAULT 0 CHECK (patched IN (0, 1)),
    PRIMARY KEY (lesson, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX revisions_waiting ON revisions (send_at_ms) WHERE released_ms IS NULL;
CREATE INDEX revisions_unpatched ON revisions (lesson) WHERE patched = 0;

CREATE TABLE revision_blobs (
    lesson   BLOB NOT NULL,
    revision INTEGER NOT NULL,
    blob     BLOB NOT NULL REFERENCES blobs (blob),
    PRIMARY KEY (lesson, revision, blob),
    FOREIGN KEY (lesson, revision) REFERENCES revisions (lesson, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_blobs_blob ON revision_blobs (blob);

CREATE TABLE recipients (
    lesson   BLOB NOT NULL,
    revision INTEGER NOT NULL,
    -- A class, a group or a pupil: ids are random and never meet.
    target   BLOB NOT NULL,
    PRIMARY KEY (lesson, revision, target),
    FOREIGN KEY (lesson, revision) REFERENCES revisions (lesson, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_target ON recipients (target);

CREATE TABLE assignments (
    pupil    BLOB NOT NULL REFERENCES pupils (pupil),
    lesson   BLOB NOT NULL REFERENCES lessons (lesson),
    -- 0 where it was taken back.
    assigned INTEGER NOT NULL CHECK (assigned IN (0, 1)),
    -- No two lessons share a number, so that a page of changes may end anywhere.
    change   INTEGER NOT NULL,
    PRIMARY KEY (pupil, lesson)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_lesson ON assignments (lesson);

CREATE TABLE receipts (
    terminal      BLOB NOT NULL REFERENCES terminals (terminal),
    lesson        BLOB NOT NULL REFERENCES lessons (lesson),
    revision      INTEGER NOT NULL,
    -- Null where the whole revision is on the terminal.
    missing_bytes INTEGER,
    server_ms     INTEGER NOT NULL,
    PRIMARY KEY (terminal, lesson)
) STRICT, WITHOUT ROWID;
