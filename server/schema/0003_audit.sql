-- The trace: lines that are only added, each carrying the hash of the one before; and where the chain ends.
-- SPDX-License-Identifier: Apache-2.0

-- No foreign keys: a line must not stop anything from being deleted later, and says what was true then.
CREATE TABLE audit_line (
    id              INTEGER PRIMARY KEY,            -- 1, 2, 3... without gaps
    at_ms           INTEGER NOT NULL,
    event           TEXT    NOT NULL,
    outcome         TEXT    NOT NULL CHECK (outcome IN ('ok', 'refused', 'failed')),
    person_id       INTEGER NOT NULL,               -- 0: none, as in the next three
    organisation_id INTEGER NOT NULL,
    patient_id      INTEGER NOT NULL,
    act_id          INTEGER NOT NULL,
    actor           TEXT    NOT NULL,
    factors         TEXT    NOT NULL,
    origin          TEXT    NOT NULL,
    what            TEXT    NOT NULL,
    object          TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    previous        TEXT    NOT NULL,               -- hash of the line before; 64 zeros for the first
    hash            TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_line_patient ON audit_line (patient_id, id) WHERE patient_id <> 0;
CREATE INDEX audit_line_person ON audit_line (person_id, id) WHERE person_id <> 0;
CREATE INDEX audit_line_act ON audit_line (act_id, id) WHERE act_id <> 0;

-- How many lines there are and the hash of the last: a tail cut off shows.
CREATE TABLE audit_head (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    lines INTEGER NOT NULL,
    hash  TEXT    NOT NULL
) STRICT;
INSERT INTO audit_head (id, lines, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
