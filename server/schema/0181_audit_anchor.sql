-- Anchors of the trace: once a day, how many lines there were and the hash of the last, signed; to be kept elsewhere as well.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE audit_anchor (
    id    INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    line  INTEGER NOT NULL,
    hash  TEXT    NOT NULL,
    seal  TEXT    NOT NULL                          -- "ed25519 HEX": guard/audit/seal.h, purpose "trace"
) STRICT;
