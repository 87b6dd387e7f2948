-- Images that leave on a medium: who took them, of which patient, why, how many.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE export (
    id            INTEGER PRIMARY KEY,
    person_id     INTEGER NOT NULL,
    patient_id    INTEGER REFERENCES patient (id),
    act_id        INTEGER,
    purpose       TEXT    NOT NULL,                -- care, patient, second-opinion, research...
    reason        TEXT    NOT NULL DEFAULT '',
    deidentified  INTEGER NOT NULL DEFAULT 0,
    options       TEXT    NOT NULL DEFAULT '{}',   -- JSON of the de-identification
    secret        BLOB,                            -- key of the replaced identifiers; forgotten when the export ends
    files         INTEGER NOT NULL DEFAULT 0,      -- to send
    bytes         INTEGER NOT NULL DEFAULT 0,
    files_sent    INTEGER NOT NULL DEFAULT 0,
    files_left_out INTEGER NOT NULL DEFAULT 0,
    bytes_sent    INTEGER NOT NULL DEFAULT 0,
    state         TEXT    NOT NULL,                -- ready, running, done, cut
    created_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER
) STRICT;

CREATE INDEX export_patient ON export (patient_id, created_at_ms);

CREATE TABLE export_part (
    export_id  INTEGER NOT NULL REFERENCES export (id),
    place      INTEGER NOT NULL,
    study_uid  TEXT    NOT NULL,
    series_uid TEXT    NOT NULL DEFAULT '',        -- empty: the whole study
    PRIMARY KEY (export_id, place)
) STRICT, WITHOUT ROWID;
