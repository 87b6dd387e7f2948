-- The archive: studies, series, instances, what they say of the patient and of dose, and what is awaited.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE study (
    id               INTEGER PRIMARY KEY,
    uid              TEXT    NOT NULL UNIQUE,
    patient_id       INTEGER REFERENCES patient (id), -- NULL until matched
    act_id           INTEGER,
    site_id          INTEGER,                         -- organisation that planned or sent it
    study_date       TEXT    NOT NULL DEFAULT '',     -- YYYYMMDD
    study_time       TEXT    NOT NULL DEFAULT '',
    accession        TEXT    NOT NULL DEFAULT '',
    description      TEXT    NOT NULL DEFAULT '',
    study_key        TEXT    NOT NULL DEFAULT '',     -- Study ID (0020,0010)
    referring        TEXT    NOT NULL DEFAULT '',
    modalities       TEXT    NOT NULL DEFAULT '',     -- backslash between
    dicom_name       TEXT    NOT NULL DEFAULT '',     -- the patient as the images say, UTF-8
    dicom_name_key   TEXT    NOT NULL DEFAULT '',     -- folded for search
    dicom_id         TEXT    NOT NULL DEFAULT '',
    dicom_issuer     TEXT    NOT NULL DEFAULT '',
    dicom_birth      TEXT    NOT NULL DEFAULT '',
    dicom_sex        TEXT    NOT NULL DEFAULT '',
    series_count     INTEGER NOT NULL DEFAULT 0,
    instance_count   INTEGER NOT NULL DEFAULT 0,
    bytes            INTEGER NOT NULL DEFAULT 0,
    first_at_ms      INTEGER NOT NULL,
    last_at_ms       INTEGER NOT NULL,
    wrong_patient    INTEGER NOT NULL DEFAULT 0,
    differences      TEXT    NOT NULL DEFAULT '',     -- JSON list when flagged
    accepted_at_ms   INTEGER,                         -- differences looked at and accepted by a person
    accepted_by      TEXT    NOT NULL DEFAULT '',
    accepted_reason  TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX study_patient ON study (patient_id, study_date);
CREATE INDEX study_date ON study (study_date, study_time);
CREATE INDEX study_accession ON study (accession);
CREATE INDEX study_act ON study (act_id);
CREATE INDEX study_site ON study (site_id, study_date);
CREATE INDEX study_dicom_id ON study (dicom_id, dicom_issuer);
CREATE INDEX study_dicom_name ON study (dicom_name_key, dicom_birth);

-- Each word of the folded name, for fuzzy matching by the beginning of any word.
CREATE TABLE study_name (
    word     TEXT    NOT NULL,
    study_id INTEGER NOT NULL REFERENCES study (id),
    PRIMARY KEY (word, study_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE study_mod (
    modality   TEXT    NOT NULL,
    study_date TEXT    NOT NULL,
    study_id   INTEGER NOT NULL REFERENCES study (id),
    PRIMARY KEY (modality, study_date, study_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    id             INTEGER PRIMARY KEY,
    study_id       INTEGER NOT NULL REFERENCES study (id),
    uid            TEXT    NOT NULL,
    number         INTEGER,
    modality       TEXT    NOT NULL DEFAULT '',
    description    TEXT    NOT NULL DEFAULT '',
    series_date    TEXT    NOT NULL DEFAULT '',
    series_time    TEXT    NOT NULL DEFAULT '',
    body_part      TEXT    NOT NULL DEFAULT '',
    station        TEXT    NOT NULL DEFAULT '',
    instance_count INTEGER NOT NULL DEFAULT 0,
    bytes          INTEGER NOT NULL DEFAULT 0,
    first_at_ms    INTEGER NOT NULL,
    last_at_ms     INTEGER NOT NULL,
    UNIQUE (study_id, uid)
) STRICT;

CREATE INDEX series_uid ON series (uid);

CREATE TABLE instance (
    id              INTEGER PRIMARY KEY,
    series_id       INTEGER NOT NULL REFERENCES series (id),
    study_id        INTEGER NOT NULL REFERENCES study (id),
    uid             TEXT    NOT NULL UNIQUE,
    class_uid       TEXT    NOT NULL,
    syntax_uid      TEXT    NOT NULL,
    number          INTEGER,
    frames          INTEGER NOT NULL DEFAULT 0,       -- 0: no image
    image_rows      INTEGER NOT NULL DEFAULT 0,
    image_columns   INTEGER NOT NULL DEFAULT 0,
    bits_allocated  INTEGER NOT NULL DEFAULT 0,
    blob            TEXT    NOT NULL UNIQUE,
    bytes           INTEGER NOT NULL,
    dataset_at      INTEGER NOT NULL,                 -- offset of the data set in the file
    sha256          BLOB    NOT NULL,                 -- of the file
    dataset_sha256  BLOB    NOT NULL,                 -- of the data set: the same image in another wrapper
    received_at_ms  INTEGER NOT NULL,
    via             TEXT    NOT NULL,                 -- dimse, web, report, demo
    actor           TEXT    NOT NULL,                 -- peer:MODALITY1, login...
    person_id       INTEGER NOT NULL DEFAULT 0,
    organisation_id INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX instance_series ON instance (series_id, number);
CREATE INDEX instance_study ON instance (study_id);

-- Header as DICOM JSON without bulk data, compressed (zlib): a cache made at ingest.
CREATE TABLE instance_json (
    instance_id INTEGER PRIMARY KEY REFERENCES instance (id),
    plain_bytes INTEGER NOT NULL,
    json        BLOB    NOT NULL
) STRICT;

-- Came with a known SOP Instance UID and other bytes: kept, never shown in place of the first.
CREATE TABLE instance_aside (
    id             INTEGER PRIMARY KEY,
    instance_id    INTEGER NOT NULL REFERENCES instance (id),
    uid            TEXT    NOT NULL,
    study_uid      TEXT    NOT NULL,
    series_uid     TEXT    NOT NULL,
    class_uid      TEXT    NOT NULL,
    syntax_uid     TEXT    NOT NULL,
    blob           TEXT    NOT NULL UNIQUE,
    bytes          INTEGER NOT NULL,
    sha256         BLOB    NOT NULL,
    dataset_sha256 BLOB    NOT NULL,
    reason         TEXT    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    via            TEXT    NOT NULL,
    actor          TEXT    NOT NULL,
    UNIQUE (uid, dataset_sha256)
) STRICT;

-- What a planned slot waits for.
CREATE TABLE expected_study (
    study_uid  TEXT    PRIMARY KEY,
    accession  TEXT    NOT NULL DEFAULT '',
    act_id     INTEGER NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient (id),
    site_id    INTEGER NOT NULL,
    ae_title   TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX expected_study_accession ON expected_study (accession);

-- Dose as one instance says it: a radiation dose report, or the header of an image.
CREATE TABLE dose_source (
    instance_id   INTEGER PRIMARY KEY REFERENCES instance (id),
    study_id      INTEGER NOT NULL REFERENCES study (id),
    kind          INTEGER NOT NULL,                   -- 1 CT report, 2 projection report, 3 header
    whole_study   INTEGER NOT NULL DEFAULT 0,
    ended_at      TEXT    NOT NULL DEFAULT '',
    dlp_mgycm     REAL,
    dap_mgycm2    REAL,
    agd_left_mgy  REAL,
    agd_right_mgy REAL,
    fluoroscopy_s REAL
) STRICT;

CREATE INDEX dose_source_study ON dose_source (study_id);

CREATE TABLE dose_event (
    id          INTEGER PRIMARY KEY,
    instance_id INTEGER NOT NULL REFERENCES dose_source (instance_id),
    study_id    INTEGER NOT NULL REFERENCES study (id),
    series_id   INTEGER NOT NULL,
    event_uid   TEXT    NOT NULL DEFAULT '',
    label       TEXT    NOT NULL DEFAULT '',
    ctdi_mgy    REAL,
    phantom_cm  REAL,
    dlp_mgycm   REAL,
    dap_mgycm2  REAL,
    agd_mgy     REAL,
    kvp         REAL,
    mas         REAL
) STRICT;

CREATE INDEX dose_event_study ON dose_event (study_id, instance_id);
