-- Corrections of identity and place (IHE PIR): what was said, by whom and why; the version before stays. docs/decisions/0021-corrections.md.
-- SPDX-License-Identifier: Apache-2.0

-- Two patients that are one. Undone, each has its own again.
CREATE TABLE patient_merge (
    id            INTEGER PRIMARY KEY,
    from_patient  INTEGER NOT NULL REFERENCES patient (id),
    into_patient  INTEGER NOT NULL REFERENCES patient (id),
    at_ms         INTEGER NOT NULL,
    actor         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    identifiers   TEXT    NOT NULL,             -- JSON of [issuer, value] that went over
    undone_at_ms  INTEGER,
    undone_by     TEXT    NOT NULL DEFAULT '',
    undone_reason TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX patient_merge_from ON patient_merge (from_patient);
CREATE INDEX patient_merge_into ON patient_merge (into_patient);

ALTER TABLE patient ADD COLUMN merged_into INTEGER;

CREATE TABLE correction (
    id             INTEGER PRIMARY KEY,
    kind           TEXT    NOT NULL CHECK (kind IN ('identity', 'move', 'split')),
    merge_id       INTEGER REFERENCES patient_merge (id),
    state          TEXT    NOT NULL CHECK (state IN ('doing', 'done', 'failed', 'undoing', 'undone')),
    failure        TEXT    NOT NULL DEFAULT '',
    source_uid     TEXT    NOT NULL,             -- the study as it comes in
    target_uid     TEXT    NOT NULL,             -- the study as it is shown
    series         TEXT    NOT NULL DEFAULT '',  -- their UIDs, backslash between; empty: all
    attributes     TEXT    NOT NULL,             -- JSON: keyword → value written into the images
    strip          INTEGER NOT NULL DEFAULT 0,   -- what else names the other patient is taken out
    before         TEXT    NOT NULL,             -- JSON: the patient as the images said
    before_patient INTEGER,
    before_act     INTEGER,
    after_patient  INTEGER,
    after_act      INTEGER,
    site_id        INTEGER,
    at_ms          INTEGER NOT NULL,
    person_id      INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    factors        TEXT    NOT NULL DEFAULT '',
    reason         TEXT    NOT NULL,
    total          INTEGER NOT NULL,
    done           INTEGER NOT NULL DEFAULT 0,
    undone_at_ms   INTEGER,
    undone_by      TEXT    NOT NULL DEFAULT '',
    undone_reason  TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX correction_source ON correction (source_uid, state);
CREATE INDEX correction_target ON correction (target_uid);
CREATE INDEX correction_merge ON correction (merge_id);

-- Files that are kept and that nobody is shown: the version before a correction (or, once undone, the corrected one), what
-- was deleted. blob NULL: purged, the rest stays as its trace.
CREATE TABLE kept_version (
    id              INTEGER PRIMARY KEY,
    why             TEXT    NOT NULL CHECK (why IN ('corrected', 'deleted')),
    by_id           INTEGER NOT NULL,            -- the correction, or the deletion
    uid             TEXT    NOT NULL,
    study_uid       TEXT    NOT NULL,
    series_uid      TEXT    NOT NULL,
    class_uid       TEXT    NOT NULL,
    syntax_uid      TEXT    NOT NULL,
    blob            TEXT    UNIQUE,
    bytes           INTEGER NOT NULL,
    dataset_at      INTEGER NOT NULL,
    sha256          BLOB    NOT NULL,
    dataset_sha256  BLOB    NOT NULL,
    received_at_ms  INTEGER NOT NULL,
    via             TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    person_id       INTEGER NOT NULL DEFAULT 0,
    organisation_id INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX kept_version_uid ON kept_version (uid, dataset_sha256);
CREATE INDEX kept_version_by ON kept_version (why, by_id, uid);
