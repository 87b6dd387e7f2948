-- What a person drew on the images of a study, and which images were shown to them whole. E25.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE reading_marks (
    study_id    INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
    person_id   INTEGER NOT NULL REFERENCES person (id),
    act_id      INTEGER NOT NULL DEFAULT 0,         -- of the study when it was kept; 0: none
    version     INTEGER NOT NULL,                   -- from 1, one more each time it is kept
    content     TEXT    NOT NULL,                   -- JSON: {"marks":[…],"keys":[…]} (clinic/workflow/reading_marks.h)
    kept_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (study_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading_ledger (
    study_id    INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
    person_id   INTEGER NOT NULL REFERENCES person (id),
    uid         TEXT    NOT NULL,                   -- of the instance
    frame       INTEGER NOT NULL,                   -- from 1
    full_ms     INTEGER NOT NULL,                   -- shown with all its values, in all
    partial_ms  INTEGER NOT NULL,                   -- shown while it was still refined
    first_at_ms INTEGER NOT NULL,
    last_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (study_id, person_id, uid, frame)
) STRICT, WITHOUT ROWID;
