-- Studies fetched from other archives for a patient; how many associations a peer may hold at once.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE remote_fetch (
    id            INTEGER PRIMARY KEY,
    import_id     INTEGER NOT NULL REFERENCES import (id),   -- under which it stands in the record
    patient_id    INTEGER NOT NULL REFERENCES patient (id),
    act_id        INTEGER,
    person_id     INTEGER NOT NULL,
    actor         TEXT    NOT NULL,
    factors       TEXT    NOT NULL,
    origin        TEXT    NOT NULL,              -- where the person sat
    ae_title      TEXT    NOT NULL,              -- of the peer
    study_uid     TEXT    NOT NULL,
    label         TEXT    NOT NULL DEFAULT '',   -- what the person saw in the list
    state         TEXT    NOT NULL,              -- waiting, running, cancelled, failed, differs, conflict, done
    turn          INTEGER NOT NULL DEFAULT 1,    -- grows with each resumption: an older job does nothing
    reason        TEXT    NOT NULL DEFAULT '',   -- why images of another identity belong to this record
    differences   TEXT    NOT NULL DEFAULT '[]',
    held          INTEGER NOT NULL DEFAULT 0,
    there         INTEGER NOT NULL DEFAULT 0,
    stored        INTEGER NOT NULL DEFAULT 0,
    refused       INTEGER NOT NULL DEFAULT 0,
    why           TEXT    NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX remote_fetch_patient ON remote_fetch (patient_id, created_at_ms);
CREATE INDEX remote_fetch_state ON remote_fetch (state);

ALTER TABLE peer ADD COLUMN seats INTEGER NOT NULL DEFAULT 0; -- associations at once; 0: as many as there is room for
