-- Who is on duty where: shifts, recurring weeks, swaps, absences, skills; to whom an act is assigned. O2.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE roster_shift (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    person_id       INTEGER NOT NULL REFERENCES person (id),
    role            TEXT    NOT NULL,             -- "imager", "local-physician"…
    from_ms         INTEGER NOT NULL,
    to_ms           INTEGER NOT NULL,
    weeks           INTEGER NOT NULL DEFAULT 0,   -- again every so many weeks, at the same hour of the organisation's zone; 0: once
    until_ms        INTEGER NOT NULL DEFAULT 0,   -- no occurrence begins later; 0: no end
    contact         TEXT    NOT NULL DEFAULT '',  -- telephone of this duty; '': the person's own
    created_by      INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    ended_at_ms     INTEGER                       -- taken off the roster
) STRICT;
CREATE INDEX roster_shift_of ON roster_shift (organisation_id, ended_at_ms);

CREATE TABLE roster_absence (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    person_id       INTEGER NOT NULL REFERENCES person (id),
    from_ms         INTEGER NOT NULL,
    to_ms           INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    created_by      INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX roster_absence_of ON roster_absence (organisation_id, to_ms);

-- One occurrence of a shift that another person is asked to take.
CREATE TABLE roster_swap (
    id             INTEGER PRIMARY KEY,
    shift_id       INTEGER NOT NULL REFERENCES roster_shift (id),
    from_ms        INTEGER NOT NULL,
    to_ms          INTEGER NOT NULL,
    person_id      INTEGER NOT NULL REFERENCES person (id),
    state          TEXT    NOT NULL CHECK (state IN ('asked', 'accepted', 'refused')),
    asked_by       INTEGER NOT NULL,
    asked_at_ms    INTEGER NOT NULL,
    answered_at_ms INTEGER
) STRICT;
CREATE INDEX roster_swap_of ON roster_swap (shift_id, state);

-- What somebody reads in particular; nobody listed reads everything in general.
CREATE TABLE roster_skill (
    person_id INTEGER NOT NULL REFERENCES person (id),
    modality  TEXT    NOT NULL,
    region    TEXT    NOT NULL DEFAULT '',        -- a word of the region; '': all
    PRIMARY KEY (person_id, modality, region)
) STRICT;

-- Follows the log of acts: how much somebody has in hand.
CREATE TABLE act_assignment (
    act_id    INTEGER PRIMARY KEY REFERENCES act (id),
    person_id INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX act_assignment_of ON act_assignment (person_id);
