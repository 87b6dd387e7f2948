-- Checks of the display: which browser (a workstation), who looked at the test picture there, what they saw, the verdict. O4; docs/decisions/0112-display-check.md.
-- SPDX-License-Identifier: Apache-2.0

-- A browser that keeps a key of its own. Only the digest of the key is here.
CREATE TABLE workstation (
    id            INTEGER PRIMARY KEY,
    key_sha256    TEXT    NOT NULL UNIQUE,       -- hexadecimal, of the cookie's value
    name          TEXT    NOT NULL,              -- "Poste de lecture 2, écran gauche": as it was last called
    created_by    INTEGER NOT NULL REFERENCES person (id),
    created_at_ms INTEGER NOT NULL
) STRICT;

-- One check: begun with a picture made from 'seed', judged once. It is never changed afterwards.
CREATE TABLE display_check (
    id             INTEGER PRIMARY KEY,
    workstation_id INTEGER NOT NULL REFERENCES workstation (id),
    person_id      INTEGER NOT NULL REFERENCES person (id),
    name           TEXT    NOT NULL,             -- of the workstation, then
    began_at_ms    INTEGER NOT NULL,
    seed           TEXT    NOT NULL,             -- hexadecimal; letters, levels and places follow from it. Never sent.
    width          INTEGER NOT NULL,             -- device pixels of the screen
    height         INTEGER NOT NULL,
    ratio          REAL    NOT NULL,             -- device pixels to a pixel of the page
    colour_depth   INTEGER NOT NULL,             -- bits
    judged_at_ms   INTEGER,                      -- NULL: not answered
    verdict        TEXT    CHECK (verdict IN ('passed', 'failed')),
    faults         TEXT    NOT NULL DEFAULT '',  -- codes, a blank between
    answers        TEXT    NOT NULL DEFAULT '',  -- JSON, as they were given
    letters        INTEGER NOT NULL DEFAULT 0,   -- read rightly, of all that were shown
    luminance_max  REAL,                         -- cd/m², where a photometer was used
    luminance_min  REAL,
    CHECK ((judged_at_ms IS NULL) = (verdict IS NULL))
) STRICT;
CREATE INDEX display_check_of ON display_check (workstation_id, judged_at_ms);
CREATE INDEX display_check_by ON display_check (person_id, began_at_ms);

-- After how many days a workstation is checked again (0: never asked), as the server was configured since then. The newest row holds.
CREATE TABLE display_interval (
    id       INTEGER PRIMARY KEY,
    since_ms INTEGER NOT NULL,
    days     INTEGER NOT NULL CHECK (days BETWEEN 0 AND 365)
) STRICT;
