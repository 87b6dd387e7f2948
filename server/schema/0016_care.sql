-- Care of what is kept: faults found by reading again, contradictions settled by people, whose study it was before.
-- SPDX-License-Identifier: Apache-2.0

-- A file that was not what came in. It is moved away, so that nobody is shown it; put back right, it is mended.
CREATE TABLE blob_fault (
    blob         TEXT    PRIMARY KEY,
    what         TEXT    NOT NULL,               -- missing, altered, unreadable
    uid          TEXT    NOT NULL DEFAULT '',
    found_at_ms  INTEGER NOT NULL,
    mended_at_ms INTEGER
) STRICT;

-- The round of reading everything again: how far, and the last whole one.
CREATE TABLE recheck (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    list        INTEGER NOT NULL,                -- which table
    after_id    INTEGER NOT NULL,                -- its rows up to here are done
    files       INTEGER NOT NULL,                -- in this round
    began_at_ms INTEGER NOT NULL,                -- 0: none runs
    ended_at_ms INTEGER NOT NULL                 -- of the last whole round; 0: never
) STRICT;
INSERT INTO recheck (id, list, after_id, files, began_at_ms, ended_at_ms) VALUES (1, 0, 0, 0, 0, 0);

-- Other bytes under a known UID: which of the two is shown, by whom and why. Both stay.
ALTER TABLE instance_aside ADD COLUMN settled_at_ms INTEGER;
ALTER TABLE instance_aside ADD COLUMN settlement TEXT NOT NULL DEFAULT '';  -- keep-first, show-other
ALTER TABLE instance_aside ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE instance_aside ADD COLUMN settled_reason TEXT NOT NULL DEFAULT '';

-- Each time a person said whose study it is. Only added to: what was can be set again.
CREATE TABLE study_assignment (
    id             INTEGER PRIMARY KEY,
    study_id       INTEGER NOT NULL REFERENCES study (id),
    at_ms          INTEGER NOT NULL,
    before_patient INTEGER,
    before_act     INTEGER,
    after_patient  INTEGER,
    after_act      INTEGER,
    accepted       INTEGER NOT NULL,             -- differences accepted
    actor          TEXT    NOT NULL,
    reason         TEXT    NOT NULL
) STRICT;

CREATE INDEX study_assignment_study ON study_assignment (study_id, id);
