-- When somebody was last told that the blob is here: it stays a grace time from then on.
ALTER TABLE blobs ADD COLUMN told_ms INTEGER NOT NULL DEFAULT 0;

-- How much of a revision's blobs was let go: 0 nothing; 1 all that no patch starts from;
-- 2 all but drills; 3 all. Drills grade answers that come late.
ALTER TABLE revisions ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0
    CHECK (trimmed BETWEEN 0 AND 3);

-- When a withdrawn lesson was first found withdrawn.
ALTER TABLE lessons ADD COLUMN gone_ms INTEGER;

CREATE INDEX revisions_document ON revisions (document);
CREATE INDEX patches_old ON patches (old);
