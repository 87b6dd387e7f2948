-- Storage commitment: what peers asked to be safe, what was answered, and whether they heard it. X5, E22.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE commitment (
    id              INTEGER PRIMARY KEY,
    peer_id         INTEGER NOT NULL,           -- no foreign key: the answer outlives the peer
    transaction_uid TEXT    NOT NULL,
    asked_at_ms     INTEGER NOT NULL,
    told_at_ms      INTEGER,                    -- the peer has acknowledged the report
    safe            INTEGER NOT NULL DEFAULT 0, -- of the last report
    not_safe        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (peer_id, transaction_uid)
) STRICT;

CREATE TABLE commitment_object (
    commitment_id INTEGER NOT NULL REFERENCES commitment (id),
    place         INTEGER NOT NULL,             -- in the order in which they were asked
    class_uid     TEXT    NOT NULL,
    uid           TEXT    NOT NULL,
    PRIMARY KEY (commitment_id, place)
) STRICT, WITHOUT ROWID;
