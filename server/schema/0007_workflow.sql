-- Conventions, rooms, acts and their log. S3, section 2 of the requirements.
-- SPDX-License-Identifier: Apache-2.0

-- A version of a convention; it never changes once it is there.
CREATE TABLE convention (
    id            INTEGER PRIMARY KEY,
    number        TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    title         TEXT    NOT NULL,
    valid_from    TEXT    NOT NULL,   -- YYYY-MM-DD, first day
    valid_until   TEXT    NOT NULL,   -- YYYY-MM-DD, last day
    sections      TEXT    NOT NULL,   -- JSON: scope benefits commitments organisation roles rules
    reasons       TEXT    NOT NULL,   -- JSON: accepted reasons of the distance
    documents     TEXT    NOT NULL,   -- JSON: attached documents
    created_at_ms INTEGER NOT NULL,
    UNIQUE (number, version)
) STRICT;

CREATE TABLE convention_party (
    convention_id   INTEGER NOT NULL REFERENCES convention (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    part            TEXT    NOT NULL CHECK (part IN ('requester', 'site', 'imaging')),
    signed_by       TEXT    NOT NULL DEFAULT '',
    signed_at_ms    INTEGER,                     -- NULL: not signed, so not in force
    responsible     TEXT    NOT NULL DEFAULT '{}', -- JSON: name and RPPS of the responsible physician
    PRIMARY KEY (convention_id, organisation_id, part)
) STRICT;

CREATE INDEX convention_of_party ON convention_party (organisation_id, part);

CREATE TABLE convention_clause (
    id              INTEGER PRIMARY KEY,
    convention_id   INTEGER NOT NULL REFERENCES convention (id),
    kind            TEXT    NOT NULL,
    modality        TEXT    NOT NULL,
    priority        TEXT    NOT NULL,
    verdict_min     INTEGER NOT NULL,            -- minutes from the request to the verdict
    exam_min        INTEGER NOT NULL,            -- from the request to the start of the exam
    report_min      INTEGER NOT NULL,            -- from the end of the exam to the signature
    acknowledge_min INTEGER NOT NULL,            -- from the delivery to the acknowledgement
    UNIQUE (convention_id, kind, modality, priority)
) STRICT;

-- A machine of a site, as the worklist and the planning know it.
CREATE TABLE room (
    id           INTEGER PRIMARY KEY,
    site_id      INTEGER NOT NULL REFERENCES organisation (id),
    name         TEXT    NOT NULL,
    modality     TEXT    NOT NULL,
    ae_title     TEXT    NOT NULL,
    station_name TEXT    NOT NULL,
    UNIQUE (site_id, name)
) STRICT;

-- The projection of an act's log: all but 'id' can be rebuilt from act_event.
CREATE TABLE act (
    id                 INTEGER PRIMARY KEY,
    number             TEXT    NOT NULL UNIQUE,
    kind               TEXT    NOT NULL,
    state              TEXT    NOT NULL,
    version            INTEGER NOT NULL,         -- grows with each event that others must have seen
    patient_id         INTEGER NOT NULL REFERENCES patient (id),
    requester_org_id   INTEGER NOT NULL REFERENCES organisation (id),
    site_id            INTEGER NOT NULL REFERENCES organisation (id),
    imaging_id         INTEGER NOT NULL REFERENCES organisation (id),
    modality           TEXT    NOT NULL,
    priority           TEXT    NOT NULL,
    region             TEXT    NOT NULL,
    convention_id      INTEGER NOT NULL REFERENCES convention (id),
    requester_id       INTEGER,
    imager_id          INTEGER,
    technologist_id    INTEGER,
    reader_id          INTEGER,
    created_at_ms      INTEGER NOT NULL,
    asked_at_ms        INTEGER,
    deadline_what      TEXT,                     -- verdict, exam, report, acknowledge
    deadline_at_ms     INTEGER,
    slot_start_ms      INTEGER,
    slot_room_id       INTEGER REFERENCES room (id),
    accession          TEXT    UNIQUE,
    study_uid          TEXT    UNIQUE,
    sps_id             TEXT,
    facts              TEXT    NOT NULL,         -- JSON
    last_seq           INTEGER NOT NULL,
    last_hash          TEXT    NOT NULL
) STRICT;

CREATE INDEX act_of_requester ON act (requester_org_id, state, deadline_at_ms);
CREATE INDEX act_of_site      ON act (site_id, state, deadline_at_ms);
CREATE INDEX act_of_imaging   ON act (imaging_id, state, deadline_at_ms);
CREATE INDEX act_of_patient   ON act (patient_id);
CREATE INDEX act_planned      ON act (state, slot_start_ms);

-- The log. Only ever added to; each event carries the hash of the one before it.
CREATE TABLE act_event (
    id                 INTEGER PRIMARY KEY,      -- over all acts, in order of time
    act_id             INTEGER NOT NULL REFERENCES act (id),
    seq                INTEGER NOT NULL,         -- 1, 2, 3… of this act
    at_ms              INTEGER NOT NULL,
    step               TEXT    NOT NULL,
    from_state         TEXT    NOT NULL,
    to_state           TEXT    NOT NULL,
    person_id          INTEGER NOT NULL,         -- 0: the system
    person_name        TEXT    NOT NULL,         -- as it was then
    role               TEXT    NOT NULL,
    organisation_id    INTEGER NOT NULL,
    factors            TEXT    NOT NULL,
    convention_id      INTEGER NOT NULL,
    convention_version INTEGER NOT NULL,
    why                TEXT    NOT NULL,         -- requirements behind the step
    data               TEXT    NOT NULL,         -- JSON
    prev_hash          TEXT    NOT NULL,
    hash               TEXT    NOT NULL,         -- SHA-256 of prev_hash and of all the above
    UNIQUE (act_id, seq)
) STRICT;

-- Up to which event a person has looked at an act.
CREATE TABLE act_seen (
    act_id    INTEGER NOT NULL REFERENCES act (id),
    person_id INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    PRIMARY KEY (act_id, person_id)
) STRICT;
