-- DICOM peers kept in the page: when each was last heard, whether it answers, and who knocked unknown.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE peer_contact (
    peer_id       INTEGER PRIMARY KEY REFERENCES peer (id),
    heard_at_ms   INTEGER NOT NULL DEFAULT 0,   -- its last association with us; 0: never
    refused_at_ms INTEGER NOT NULL DEFAULT 0,   -- its last one that was refused
    refused_why   TEXT    NOT NULL DEFAULT '',
    echo_at_ms    INTEGER NOT NULL DEFAULT 0,   -- our last C-ECHO to it
    echo_ok       INTEGER NOT NULL DEFAULT 0 CHECK (echo_ok IN (0, 1)),
    echo_took_ms  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- AE titles that nobody entered here, from where; the oldest go when there are many.
CREATE TABLE peer_stranger (
    ae_title    TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    times       INTEGER NOT NULL,
    first_at_ms INTEGER NOT NULL,
    last_at_ms  INTEGER NOT NULL,
    why         TEXT    NOT NULL,
    PRIMARY KEY (ae_title, address)
) STRICT;
CREATE INDEX peer_stranger_last ON peer_stranger (last_at_ms);

-- Machines that send images may say which steps they perform, and ask whether their images are safe
-- (bits of guard/access/peer.h).
UPDATE peer SET may = may | 16 | 32 WHERE (may & 1) <> 0;
