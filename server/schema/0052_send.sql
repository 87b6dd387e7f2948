-- Studies and series sent to another archive because a person asked for it, and how far each sending is.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE archive_send (
    id             INTEGER PRIMARY KEY,
    peer_id        INTEGER NOT NULL,
    ae_title       TEXT    NOT NULL,              -- of the peer, as it was called then
    person_id      INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    factors        TEXT    NOT NULL,
    origin         TEXT    NOT NULL,              -- where the person sat
    reason         TEXT    NOT NULL,
    state          TEXT    NOT NULL,              -- waiting, running, done, partial, failed, cancelled
    turn           INTEGER NOT NULL DEFAULT 1,    -- grows with each retry: an older job does nothing
    total          INTEGER NOT NULL,              -- objects
    sent           INTEGER NOT NULL DEFAULT 0,
    failed         INTEGER NOT NULL DEFAULT 0,
    why            TEXT    NOT NULL DEFAULT '',
    next_try_at_ms INTEGER NOT NULL DEFAULT 0,
    created_at_ms  INTEGER NOT NULL,
    changed_at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_send_state ON archive_send (state);

CREATE TABLE archive_send_part (
    send_id    INTEGER NOT NULL REFERENCES archive_send (id),
    position   INTEGER NOT NULL,
    study_uid  TEXT    NOT NULL,
    series_uid TEXT    NOT NULL DEFAULT '',       -- '': the whole study
    PRIMARY KEY (send_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX archive_send_part_study ON archive_send_part (study_uid);

-- What the peer has taken of a sending that is not over: a retry sends the rest.
CREATE TABLE archive_send_taken (
    send_id     INTEGER NOT NULL REFERENCES archive_send (id),
    instance_id INTEGER NOT NULL,
    PRIMARY KEY (send_id, instance_id)
) STRICT, WITHOUT ROWID;
