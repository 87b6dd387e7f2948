-- Measures and key images that a reader put into the patient's record: one row a version, and the DICOM objects made of it. E25.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE recorded_marks (
    id            INTEGER PRIMARY KEY,
    study_id      INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
    person_id     INTEGER NOT NULL REFERENCES person (id),
    act_id        INTEGER NOT NULL REFERENCES act (id),
    version       INTEGER NOT NULL,                 -- from 1, of this study and person
    marks_version INTEGER NOT NULL,                 -- of reading_marks, as it was then
    signed        INTEGER NOT NULL,                 -- 1: with the signature of a report
    for_referrer  INTEGER NOT NULL,                 -- 1: key images "For Referring Provider"; 0: "Of Interest"
    description   TEXT    NOT NULL,                 -- of the key images
    content       TEXT    NOT NULL,                 -- what is recorded, until its objects are kept; then ''
    mark_count    INTEGER NOT NULL,
    key_count     INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL,
    kept_at_ms    INTEGER,                          -- NULL: the objects are still to be made
    UNIQUE (study_id, person_id, version)
) STRICT;

CREATE TABLE recorded_object (
    uid       TEXT    NOT NULL PRIMARY KEY,         -- SOP Instance UID
    record_id INTEGER NOT NULL REFERENCES recorded_marks (id) ON DELETE CASCADE,
    kind      TEXT    NOT NULL CHECK (kind IN ('report', 'state', 'keys'))
) STRICT, WITHOUT ROWID;

CREATE INDEX recorded_object_record ON recorded_object (record_id);

-- Images of an act are counted without what its readers recorded.
CREATE INDEX instance_of_marks ON instance (study_id) WHERE via = 'marks';
