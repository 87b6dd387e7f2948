-- What helps to write a report: templates per exam, phrases behind a short trigger, words the spelling knows. Own, or of an organisation. E29.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE report_aid (
    id              INTEGER PRIMARY KEY,
    kind            TEXT    NOT NULL CHECK (kind IN ('template', 'phrase', 'word')),
    organisation_id INTEGER NOT NULL DEFAULT 0,     -- shared by it; 0: somebody's own
    person_id       INTEGER NOT NULL DEFAULT 0,     -- whose own; 0: shared
    name            TEXT    NOT NULL,               -- title, trigger or word
    modality        TEXT    NOT NULL DEFAULT '',    -- of a template; '': any
    region          TEXT    NOT NULL DEFAULT '',
    content         TEXT    NOT NULL,               -- JSON; clinic/reports/report_aid.h
    version         INTEGER NOT NULL DEFAULT 1,     -- one more at each change
    changed_at_ms   INTEGER NOT NULL,
    changed_by      INTEGER NOT NULL,
    CHECK ((organisation_id = 0) <> (person_id = 0))
) STRICT;
CREATE UNIQUE INDEX report_aid_name ON report_aid (kind, organisation_id, person_id, name);
