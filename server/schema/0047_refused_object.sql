-- Objects that were refused at the door, for who looks after the machines: what, from whom, how often, why. Never their content.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE refused_object (
    id          INTEGER PRIMARY KEY,
    via         TEXT    NOT NULL, -- as instance_aside.via
    actor       TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    class_uid   TEXT    NOT NULL, -- '': it was not understood that far
    uid         TEXT    NOT NULL,
    study_uid   TEXT    NOT NULL,
    kind        TEXT    NOT NULL, -- base/err.h
    why         TEXT    NOT NULL, -- a key of the texts
    detail      TEXT    NOT NULL, -- UIDs, tags and numbers only
    times       INTEGER NOT NULL,
    first_at_ms INTEGER NOT NULL,
    last_at_ms  INTEGER NOT NULL,
    UNIQUE (actor, address, uid, why)
) STRICT;
CREATE INDEX refused_object_last ON refused_object (last_at_ms);
