-- Patient identities, their identifiers, and every change made to them.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE patient (
    id               INTEGER PRIMARY KEY,
    version          INTEGER NOT NULL DEFAULT 1,
    ipp              TEXT    NOT NULL UNIQUE,       -- made by us
    birth_name       TEXT    NOT NULL,              -- capitals, no accents; as typed: patient_history.given
    first_given      TEXT    NOT NULL,
    given_names      TEXT    NOT NULL,
    used_name        TEXT    NOT NULL DEFAULT '',
    birth_date       TEXT    NOT NULL,              -- YYYY-MM-DD
    sex              TEXT    NOT NULL CHECK (sex IN ('F', 'M', 'U')),
    birth_place_code TEXT    NOT NULL DEFAULT '',
    birth_place_name TEXT    NOT NULL DEFAULT '',
    ins_value        TEXT    NOT NULL DEFAULT '',
    ins_oid          TEXT    NOT NULL DEFAULT '',
    status           TEXT    NOT NULL CHECK (status IN ('PROV', 'RECUP', 'VALI', 'QUAL')),
    attributes       INTEGER NOT NULL DEFAULT 0,    -- 1 HOMO, 2 DOUT, 4 FICT
    ins_retrieved    INTEGER NOT NULL DEFAULT 0,
    document         TEXT    NOT NULL DEFAULT '',
    phone            TEXT    NOT NULL DEFAULT '',
    organisation_id  INTEGER NOT NULL,              -- who registered
    created_at_s     INTEGER NOT NULL,
    birth_name_key   TEXT    NOT NULL,              -- folded for search
    used_name_key    TEXT    NOT NULL DEFAULT '',
    first_given_key  TEXT    NOT NULL,
    CHECK (status <> 'QUAL' OR ins_value <> ''),
    CHECK (status = 'PROV' OR (attributes & 6) = 0) -- doubtful and fictive are provisional
) STRICT;

CREATE INDEX patient_birth ON patient (birth_date, birth_name_key);
CREATE INDEX patient_name ON patient (birth_name_key, birth_date);
CREATE UNIQUE INDEX patient_ins ON patient (ins_value, ins_oid) WHERE ins_value <> '';

-- Ours and those of other systems; an identifier means something only with its issuer.
CREATE TABLE patient_identifier (
    issuer     TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    patient_id INTEGER NOT NULL REFERENCES patient (id),
    PRIMARY KEY (issuer, value)
) STRICT;

CREATE INDEX patient_identifier_patient ON patient_identifier (patient_id);

-- Only added to.
CREATE TABLE patient_history (
    id         INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patient (id),
    at_ms      INTEGER NOT NULL,
    person_id  INTEGER NOT NULL,                    -- 0: a system
    actor      TEXT    NOT NULL,
    what       TEXT    NOT NULL,                    -- create, update, document, ins-confirmed, ins-refused, attributes...
    document   TEXT    NOT NULL DEFAULT '',
    before     TEXT    NOT NULL DEFAULT '',         -- JSON of all the columns
    after      TEXT    NOT NULL,
    given      TEXT    NOT NULL DEFAULT ''          -- JSON of what was typed or received, byte for byte
) STRICT;

CREATE INDEX patient_history_patient ON patient_history (patient_id, id);
