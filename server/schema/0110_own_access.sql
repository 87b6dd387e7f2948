-- The access of patients, and of who represents them, to their own record. E34, T7, L9.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE person ADD COLUMN is_holder INTEGER NOT NULL DEFAULT 0 CHECK (is_holder IN (0, 1)); -- no professional: own record only

-- A paper handed over, and the account that comes of it. No clinical table is named here.
CREATE TABLE own_access (
    id             INTEGER PRIMARY KEY,
    patient_id     INTEGER NOT NULL,
    act_id         INTEGER NOT NULL,                -- of which it was handed over
    kind           TEXT    NOT NULL CHECK (kind IN ('patient', 'parent', 'guardian')),
    name           TEXT    NOT NULL,                -- of who represents the patient; '' the patient
    login          TEXT    NOT NULL UNIQUE,         -- printed on the paper
    code_hash      TEXT    NOT NULL UNIQUE,         -- SHA-256 of the code, which is random
    handed_by      INTEGER NOT NULL,
    handed_at_s    INTEGER NOT NULL,
    code_until_s   INTEGER NOT NULL,                -- the code opens no account after it
    wrong          INTEGER NOT NULL DEFAULT 0,      -- wrong traits with the right code, in all
    person_id      INTEGER REFERENCES person (id),  -- NULL: the code was not used yet
    activated_at_s INTEGER,                         -- the first session with two factors: the code is used up
    seen_at_s      INTEGER,                         -- the last sign-in
    until_s        INTEGER,                         -- of a parent: the day the patient comes of age
    ended_at_s     INTEGER,
    ended_why      TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX own_access_patient ON own_access (patient_id);
CREATE INDEX own_access_person ON own_access (person_id);

CREATE INDEX patient_merged_into ON patient (merged_into) WHERE merged_into IS NOT NULL;
