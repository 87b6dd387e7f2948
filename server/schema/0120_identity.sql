-- Identities: what of the birth date is known, which document was seen and by whom, searches before a creation, who looks like whom.
-- docs/decisions/0102-identities.md.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE patient ADD COLUMN birth_known TEXT NOT NULL DEFAULT 'day' CHECK (birth_known IN ('day', 'month', 'year', 'none'));
ALTER TABLE patient ADD COLUMN document_holder TEXT NOT NULL DEFAULT '';  -- a minor's certificate: the document of the parent seen with it
ALTER TABLE patient ADD COLUMN document_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE patient ADD COLUMN document_by TEXT NOT NULL DEFAULT '';
ALTER TABLE patient_history ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- A creation names the search that came before it: by whom, for which birth date and letters.
CREATE TABLE patient_search (
    token      TEXT    PRIMARY KEY,
    person_id  INTEGER NOT NULL,
    birth_date TEXT    NOT NULL,
    letters    TEXT    NOT NULL,                    -- folded, at most three
    found      INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX patient_search_at ON patient_search (at_ms);

-- Two identities that resemble each other, and what a person decided of them.
CREATE TABLE patient_alike (
    patient_id INTEGER NOT NULL REFERENCES patient (id),
    other_id   INTEGER NOT NULL REFERENCES patient (id),
    decision   TEXT    NOT NULL CHECK (decision IN ('homonym', 'doubtful')),
    at_ms      INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    PRIMARY KEY (patient_id, other_id)
) STRICT;
CREATE INDEX patient_alike_other ON patient_alike (other_id);
