-- How a person, or an organisation's readers, hang the images of a study: layout, what each pane shows, when it applies. E25.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE hanging (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL DEFAULT 0,     -- shared by it; 0: somebody's own
    person_id       INTEGER NOT NULL DEFAULT 0,     -- whose own; 0: shared
    name            TEXT    NOT NULL,
    place           INTEGER NOT NULL DEFAULT 0,     -- among its owner's, the first is tried first
    content         TEXT    NOT NULL,               -- JSON; clinic/workflow/hanging.h
    version         INTEGER NOT NULL DEFAULT 1,     -- one more at each change
    changed_at_ms   INTEGER NOT NULL,
    changed_by      INTEGER NOT NULL,
    CHECK ((organisation_id = 0) <> (person_id = 0))
) STRICT;
CREATE UNIQUE INDEX hanging_name ON hanging (organisation_id, person_id, name);
