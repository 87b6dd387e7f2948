-- Access outside care ('bris de glace'): who opened which patient, why, until when, and who judged it afterwards. X2
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE emergency_access (
    id              INTEGER PRIMARY KEY,
    person_id       INTEGER NOT NULL REFERENCES person (id),
    patient_id      INTEGER NOT NULL REFERENCES patient (id),
    code            TEXT    NOT NULL CHECK (code IN ('life', 'emergency', 'continuity')),
    reason          TEXT    NOT NULL,
    opened_at_ms    INTEGER NOT NULL,
    until_ms        INTEGER NOT NULL,               -- moved forward when it is ended early
    due_at_ms       INTEGER NOT NULL,               -- of the review
    reviewed_at_ms  INTEGER,
    reviewed_by     INTEGER REFERENCES person (id),
    verdict         TEXT    CHECK (verdict IN ('justified', 'not-justified')),
    note            TEXT
) STRICT;
CREATE INDEX emergency_access_person ON emergency_access (person_id, id);

-- Who is told and may judge: the patient's site, the parties of what was opened.
CREATE TABLE emergency_site (
    access_id       INTEGER NOT NULL REFERENCES emergency_access (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (access_id, organisation_id)
) STRICT;
CREATE INDEX emergency_site_organisation ON emergency_site (organisation_id, access_id);
