-- The people's file and the register of rooms and equipment: dated items with evidence, procedures and who signed them, meetings.
-- S4 S5 O3 O5 O6 L1 L11 L13; docs/decisions/0070-staff-files.md.
-- SPDX-License-Identifier: Apache-2.0

-- Evidence as it was uploaded. The file never changes; it is on disk before its row.
CREATE TABLE staff_document (
    id             INTEGER PRIMARY KEY,
    blob           TEXT    NOT NULL UNIQUE,
    bytes          INTEGER NOT NULL,
    sha256         TEXT    NOT NULL,             -- hexadecimal
    media_type     TEXT    NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'text/plain')),
    name           TEXT    NOT NULL,
    uploaded_by    INTEGER NOT NULL REFERENCES person (id),
    uploaded_at_ms INTEGER NOT NULL
) STRICT;

-- What a backup copies and a verification reads again, beside images and reports.
CREATE VIEW kept_paper AS SELECT id, blob, bytes, sha256, '' AS uid FROM staff_document;

-- A place of work: where patients are examined, or where an imager reads.
CREATE TABLE staff_room (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    name            TEXT    NOT NULL,
    purpose         TEXT    NOT NULL CHECK (purpose IN ('exam', 'reading')),
    nuclear         INTEGER NOT NULL DEFAULT 0 CHECK (nuclear IN (0, 1)),
    person_id       INTEGER REFERENCES person (id), -- the imager whose own place it is
    active          INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    UNIQUE (organisation_id, name)
) STRICT;

CREATE TABLE staff_equipment (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    staff_room_id   INTEGER NOT NULL REFERENCES staff_room (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('modality', 'workstation', 'display', 'network')),
    name            TEXT    NOT NULL,
    maker           TEXT    NOT NULL DEFAULT '',
    serial          TEXT    NOT NULL DEFAULT '',
    modality        TEXT    NOT NULL DEFAULT '', -- of a modality: CT, MR…; of a display: MG when it shows mammography
    machine_id      INTEGER UNIQUE REFERENCES room (id), -- the machine as worklist and planning know it
    stopped_why     TEXT    NOT NULL DEFAULT '', -- out of service, since when and by whom
    stopped_at_ms   INTEGER,
    stopped_by      INTEGER REFERENCES person (id),
    active          INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
CREATE INDEX staff_equipment_room ON staff_equipment (staff_room_id);

-- One dated fact of a person's, a room's or an equipment's file. It is never changed: a new one follows, a wrong one is withdrawn.
CREATE TABLE staff_item (
    id              INTEGER PRIMARY KEY,
    person_id       INTEGER REFERENCES person (id),
    staff_room_id   INTEGER REFERENCES staff_room (id),
    equipment_id    INTEGER REFERENCES staff_equipment (id),
    kind            TEXT    NOT NULL,            -- clinic/staff/staff_kinds.c
    procedure_id    INTEGER REFERENCES staff_procedure (id), -- of a check of knowledge
    label           TEXT    NOT NULL DEFAULT '',
    issuer          TEXT    NOT NULL DEFAULT '',
    number          TEXT    NOT NULL DEFAULT '',
    valid_from      TEXT    NOT NULL DEFAULT '', -- YYYY-MM-DD, first day
    valid_until     TEXT    NOT NULL DEFAULT '', -- last day; '': no end
    assessed_on     TEXT    NOT NULL DEFAULT '',
    result          TEXT    NOT NULL DEFAULT '' CHECK (result IN ('', 'passed', 'failed')),
    document_id     INTEGER REFERENCES staff_document (id),
    note            TEXT    NOT NULL DEFAULT '',
    luminance_max   REAL,                        -- cd/m²
    luminance_min   REAL,                        -- cd/m²
    ambient_lux     REAL,                        -- lux
    grey_error      REAL,                        -- per cent from the DICOM grey scale (PS3.14)
    factors         TEXT    NOT NULL DEFAULT '', -- of what is signed
    follow_up       TEXT    NOT NULL DEFAULT '', -- what was done after a check that failed
    follow_up_by    INTEGER REFERENCES person (id),
    follow_up_at_ms INTEGER,
    recorded_by     INTEGER REFERENCES person (id), -- NULL: came with the demonstration
    recorded_at_ms  INTEGER NOT NULL,
    verified_by     INTEGER REFERENCES person (id),
    verified_at_ms  INTEGER,
    withdrawn_by    INTEGER REFERENCES person (id),
    withdrawn_at_ms INTEGER,
    withdrawn_why   TEXT    NOT NULL DEFAULT '',
    CHECK ((person_id IS NOT NULL) + (staff_room_id IS NOT NULL) + (equipment_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX staff_item_person ON staff_item (person_id, kind);
CREATE INDEX staff_item_room ON staff_item (staff_room_id, kind);
CREATE INDEX staff_item_equipment ON staff_item (equipment_id, kind);
CREATE INDEX staff_item_until ON staff_item (valid_until);

-- A procedure or protocol of an organisation; its text is in its versions, the newest in force is the one to sign.
CREATE TABLE staff_procedure (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('procedure', 'protocol')),
    code            TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    modality        TEXT    NOT NULL DEFAULT '', -- '': all
    roles           INTEGER NOT NULL CHECK (roles > 0), -- who must sign
    active          INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    UNIQUE (organisation_id, code)
) STRICT;

CREATE TABLE staff_procedure_version (
    id              INTEGER PRIMARY KEY,
    procedure_id    INTEGER NOT NULL REFERENCES staff_procedure (id),
    version         INTEGER NOT NULL,
    text            TEXT    NOT NULL,
    document_id     INTEGER REFERENCES staff_document (id),
    sha256          TEXT    NOT NULL,            -- of the text and of the document's digest: what is signed
    in_force_from   TEXT    NOT NULL,            -- YYYY-MM-DD
    published_by    INTEGER REFERENCES person (id),
    published_at_ms INTEGER NOT NULL,
    UNIQUE (procedure_id, version)
) STRICT;

CREATE TABLE staff_acceptance (
    version_id INTEGER NOT NULL REFERENCES staff_procedure_version (id),
    person_id  INTEGER NOT NULL REFERENCES person (id),
    at_ms      INTEGER NOT NULL,
    sha256     TEXT    NOT NULL,
    factors    TEXT    NOT NULL,                 -- of the session
    proof      TEXT    NOT NULL,                 -- the fresh second factor: totp, passkey
    PRIMARY KEY (version_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_acceptance_person ON staff_acceptance (person_id);

-- What ends, said once: to the person and to those who answer for the organisation. days 60, 30, 7; 0: over.
CREATE TABLE staff_warning (
    id              INTEGER PRIMARY KEY,
    item_id         INTEGER NOT NULL REFERENCES staff_item (id),
    days            INTEGER NOT NULL CHECK (days IN (60, 30, 7, 0)),
    person_id       INTEGER NOT NULL REFERENCES person (id), -- who is told
    at_ms           INTEGER NOT NULL,
    seen_at_ms      INTEGER,
    UNIQUE (item_id, days, person_id)
) STRICT;
CREATE INDEX staff_warning_person ON staff_warning (person_id, seen_at_ms);

CREATE TABLE staff_meeting (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('staff', 'rcp')),
    title           TEXT    NOT NULL,
    held_at_ms      INTEGER NOT NULL,
    chair_id        INTEGER NOT NULL REFERENCES person (id),
    minutes         TEXT    NOT NULL DEFAULT '',
    revision        INTEGER NOT NULL DEFAULT 1,
    created_by      INTEGER NOT NULL REFERENCES person (id),
    created_at_ms   INTEGER NOT NULL,
    signed_at_ms    INTEGER,
    sha256          TEXT    NOT NULL DEFAULT '', -- of what was signed
    factors         TEXT    NOT NULL DEFAULT '',
    proof           TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX staff_meeting_of ON staff_meeting (organisation_id, held_at_ms);

CREATE TABLE staff_meeting_person (
    meeting_id INTEGER NOT NULL REFERENCES staff_meeting (id),
    person_id  INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (meeting_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_meeting_who ON staff_meeting_person (person_id);

-- A case: an act by its number. 'reference' is that act's id, which this room does not read; who may see the act is the door's to know.
CREATE TABLE staff_meeting_case (
    id         INTEGER PRIMARY KEY,
    meeting_id INTEGER NOT NULL REFERENCES staff_meeting (id),
    reference  INTEGER NOT NULL,
    number     TEXT    NOT NULL,
    question   TEXT    NOT NULL,
    decision   TEXT    NOT NULL,
    UNIQUE (meeting_id, reference)
) STRICT;
