-- The machine's own tables: work that waits to be done.
-- SPDX-License-Identifier: Apache-2.0

-- A job is added in the transaction of the fact it follows; its row goes when it is done.
CREATE TABLE job (
    id              INTEGER PRIMARY KEY,
    kind            TEXT    NOT NULL,
    payload         TEXT    NOT NULL,             -- JSON, at most 64 kB
    added_at_ms     INTEGER NOT NULL,
    run_at_ms       INTEGER NOT NULL,             -- not before; while taken: when it may be taken again
    attempt         INTEGER NOT NULL DEFAULT 0,   -- how often it was taken
    last_error      TEXT                          -- kind and detail of the last failure, without patient data
) STRICT;

CREATE INDEX job_due ON job (kind, run_at_ms, id);
