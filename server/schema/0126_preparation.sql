-- Preparation sheets for patients: a row is a version, never changed once approved. E3, E10.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE preparation (
    id             INTEGER PRIMARY KEY,
    root_id        INTEGER NOT NULL,                -- the first version's id: what the versions have in common
    version        INTEGER NOT NULL,
    imaging_id     INTEGER NOT NULL REFERENCES organisation (id),
    modality       TEXT    NOT NULL,
    region         TEXT    NOT NULL,                -- '' any
    contrast       TEXT    NOT NULL CHECK (contrast IN ('any', 'yes', 'no')),
    child          TEXT    NOT NULL CHECK (child IN ('any', 'yes', 'no')),
    content        TEXT    NOT NULL,                -- JSON: {"fr":{title,before,day,bring,after},"en":{…}} (preparation.h)
    made_by        INTEGER NOT NULL REFERENCES person (id),
    made_at_ms     INTEGER NOT NULL,
    approved_by    INTEGER REFERENCES person (id),  -- an imager of the group; NULL: a draft
    approved_at_ms INTEGER,
    retired_at_ms  INTEGER
) STRICT;

CREATE UNIQUE INDEX preparation_version ON preparation (root_id, version) WHERE root_id > 0;
