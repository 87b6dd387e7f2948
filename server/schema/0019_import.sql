-- Images that come on a medium: the import, its files, whose they were found to be.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE import (
    id            INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL,
    patient_id    INTEGER NOT NULL REFERENCES patient (id),
    act_id        INTEGER,
    origin        TEXT    NOT NULL,              -- whose disc, which house
    state         TEXT    NOT NULL,              -- open, done
    created_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER
) STRICT;

CREATE INDEX import_patient ON import (patient_id, created_at_ms);
CREATE INDEX import_person ON import (person_id, state);

-- Every file that was brought or announced, kept or not.
CREATE TABLE import_file (
    id           INTEGER PRIMARY KEY,
    import_id    INTEGER NOT NULL REFERENCES import (id),
    path         TEXT    NOT NULL,               -- as it came
    path_key     TEXT    NOT NULL,               -- capitals, without the version number of ISO 9660
    sha256       TEXT    NOT NULL DEFAULT '',
    bytes        INTEGER NOT NULL DEFAULT 0,
    state        TEXT    NOT NULL,               -- announced, waiting, kept, already, aside, skipped, refused
    why          TEXT    NOT NULL DEFAULT '',
    blob         TEXT    NOT NULL DEFAULT '',    -- while it waits
    study_uid    TEXT    NOT NULL DEFAULT '',
    instance_uid TEXT    NOT NULL DEFAULT '',
    modality     TEXT    NOT NULL DEFAULT '',
    study_date   TEXT    NOT NULL DEFAULT '',
    description  TEXT    NOT NULL DEFAULT '',
    dicom_name   TEXT    NOT NULL DEFAULT '',
    dicom_id     TEXT    NOT NULL DEFAULT '',
    dicom_issuer TEXT    NOT NULL DEFAULT '',
    dicom_birth  TEXT    NOT NULL DEFAULT '',
    dicom_sex    TEXT    NOT NULL DEFAULT '',
    UNIQUE (import_id, path_key)
) STRICT;

CREATE INDEX import_file_digest ON import_file (sha256, import_id);
CREATE INDEX import_file_study ON import_file (import_id, study_uid, state);

-- A study that was brought: what was decided about whose it is, by whom, and as what it stands in the record.
CREATE TABLE prior_study (
    study_uid     TEXT    PRIMARY KEY,
    import_id     INTEGER NOT NULL REFERENCES import (id),
    patient_id    INTEGER NOT NULL REFERENCES patient (id),
    act_id        INTEGER,
    origin        TEXT    NOT NULL,
    differences   TEXT    NOT NULL DEFAULT '[]', -- between the medium and the record, accepted with 'reason'
    reason        TEXT    NOT NULL DEFAULT '',
    decided_by    TEXT    NOT NULL,
    decided_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX prior_study_patient ON prior_study (patient_id);
CREATE INDEX prior_study_act ON prior_study (act_id);
