-- The library of exam protocols of an imaging group: a row is a version, never changed once approved. E19, E11.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE protocol (
    id              INTEGER PRIMARY KEY,
    root_id         INTEGER NOT NULL,            -- the first version's id: what the versions have in common
    version         INTEGER NOT NULL,
    imaging_id      INTEGER NOT NULL REFERENCES organisation (id),
    site_id         INTEGER REFERENCES organisation (id),          -- NULL: every site
    modality        TEXT    NOT NULL,
    region          TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    age_from_months INTEGER NOT NULL DEFAULT 0,
    age_to_months   INTEGER NOT NULL DEFAULT 0,  -- exclusive; 0: no limit
    weight_from_kg  REAL    NOT NULL DEFAULT 0,
    weight_to_kg    REAL    NOT NULL DEFAULT 0,  -- exclusive; 0: no limit
    content         TEXT    NOT NULL,            -- JSON: phases, steps, contrast, dose target, reference levels, preparation
    made_by         INTEGER NOT NULL REFERENCES person (id),
    made_at_ms      INTEGER NOT NULL,
    approved_by     INTEGER REFERENCES person (id),
    approved_at_ms  INTEGER,                     -- NULL: a draft, not in force
    retired_at_ms   INTEGER,
    UNIQUE (root_id, version)
) STRICT;

CREATE INDEX protocol_of_group ON protocol (imaging_id, modality, root_id, version);
