-- Steps that modalities say they perform (MPPS), and the objects they say they made. E17, E22.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE performed_step (
    id            INTEGER PRIMARY KEY,
    uid           TEXT    NOT NULL UNIQUE,
    state         TEXT    NOT NULL CHECK (state IN ('IN PROGRESS', 'COMPLETED', 'DISCONTINUED')),
    act_id        INTEGER REFERENCES act (id),   -- NULL: of no act here
    site_id       INTEGER NOT NULL,              -- where the machine stands; 0 unknown
    peer          TEXT    NOT NULL,              -- AE title that said it
    study_uid     TEXT    NOT NULL,
    accession     TEXT    NOT NULL DEFAULT '',
    sps_id        TEXT    NOT NULL DEFAULT '',
    station_ae    TEXT    NOT NULL DEFAULT '',
    station_name  TEXT    NOT NULL DEFAULT '',
    modality      TEXT    NOT NULL DEFAULT '',
    started       TEXT    NOT NULL DEFAULT '',   -- YYYYMMDDHHMMSS by the machine's clock
    ended         TEXT    NOT NULL DEFAULT '',
    reason        TEXT    NOT NULL DEFAULT '',   -- why discontinued
    dap_dgycm2    TEXT    NOT NULL DEFAULT '',   -- as sent (0018,115E)
    fluoroscopy_s TEXT    NOT NULL DEFAULT '',   -- (0040,0300)
    exposures     TEXT    NOT NULL DEFAULT '',   -- (0040,0301)
    created_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX performed_step_act ON performed_step (act_id);
CREATE INDEX performed_step_study ON performed_step (study_uid);

CREATE TABLE performed_object (
    step_id    INTEGER NOT NULL REFERENCES performed_step (id),
    uid        TEXT    NOT NULL,
    class_uid  TEXT    NOT NULL,
    series_uid TEXT    NOT NULL,
    PRIMARY KEY (step_id, uid)
) STRICT, WITHOUT ROWID;
