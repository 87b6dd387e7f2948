-- Deletion in two steps, retention and its reviewed purge, holds. docs/decisions/0022-deletion.md.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE purge_proposal (
    id              INTEGER PRIMARY KEY,
    as_of           TEXT    NOT NULL,             -- YYYYMMDD: due on this day
    at_ms           INTEGER NOT NULL,
    person_id       INTEGER NOT NULL,
    actor           TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('proposed', 'approved', 'withdrawn')),
    decided_at_ms   INTEGER,
    decided_by      TEXT    NOT NULL DEFAULT '',
    decided_reason  TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE purge_item (
    id          INTEGER PRIMARY KEY,
    proposal_id INTEGER NOT NULL REFERENCES purge_proposal (id),
    study_uid   TEXT    NOT NULL,
    patient_id  INTEGER NOT NULL,
    site_id     INTEGER NOT NULL,
    study_date  TEXT    NOT NULL,
    modalities  TEXT    NOT NULL,
    instances   INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    last_on     TEXT    NOT NULL,                 -- of the patient at that site
    due_on      TEXT    NOT NULL,
    rule        TEXT    NOT NULL,                 -- years, minor, death
    kept_reason TEXT    NOT NULL DEFAULT '',      -- taken out of the proposal by a person
    UNIQUE (proposal_id, study_uid)
) STRICT;

CREATE TABLE deletion (
    id              INTEGER PRIMARY KEY,
    proposal_id     INTEGER REFERENCES purge_proposal (id),
    level           TEXT    NOT NULL CHECK (level IN ('study', 'series', 'instance')),
    state           TEXT    NOT NULL CHECK (state IN ('hidden', 'restored', 'purged', 'lifted')),
    study_uid       TEXT    NOT NULL,
    series_uid      TEXT    NOT NULL DEFAULT '',
    instance_uid    TEXT    NOT NULL DEFAULT '',
    patient_id      INTEGER,
    act_id          INTEGER,
    site_id         INTEGER,
    study_date      TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    modalities      TEXT    NOT NULL,
    dicom_name      TEXT    NOT NULL,             -- emptied by the purge
    instances       INTEGER NOT NULL,
    bytes           INTEGER NOT NULL,
    at_ms           INTEGER NOT NULL,
    person_id       INTEGER NOT NULL,
    actor           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    until_ms        INTEGER NOT NULL,             -- restorable until then
    ended_at_ms     INTEGER,                      -- restored, purged or lifted
    ended_by        TEXT    NOT NULL DEFAULT '',
    ended_reason    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX deletion_state ON deletion (state, until_ms);
CREATE INDEX deletion_study ON deletion (study_uid);
CREATE INDEX deletion_proposal ON deletion (proposal_id);

-- Nothing of this patient is deleted while a hold lasts.
CREATE TABLE retention_hold (
    id            INTEGER PRIMARY KEY,
    patient_id    INTEGER NOT NULL REFERENCES patient (id),
    at_ms         INTEGER NOT NULL,
    actor         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    ended_at_ms   INTEGER,
    ended_by      TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX retention_hold_patient ON retention_hold (patient_id);

ALTER TABLE patient ADD COLUMN died_on TEXT NOT NULL DEFAULT ''; -- YYYY-MM-DD
