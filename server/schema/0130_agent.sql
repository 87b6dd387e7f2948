-- Drugs that an instance tells of (radiopharmaceutical dose report, image header): one row an administration of a study. L2, S5.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE agent_seen (
    id           INTEGER PRIMARY KEY,
    instance_id  INTEGER NOT NULL,
    study_id     INTEGER NOT NULL,
    fingerprint  TEXT    NOT NULL,          -- what is said, in one line: slices of a series say it once
    content      TEXT    NOT NULL,          -- JSON; clinic/archive/agent.h
    seen_at_ms   INTEGER NOT NULL,
    UNIQUE (study_id, fingerprint)
) STRICT;

CREATE INDEX agent_seen_instance ON agent_seen (instance_id);
