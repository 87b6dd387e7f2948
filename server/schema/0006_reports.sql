-- Reports: every version ever saved, which one was signed, and the documents made from it. E29, L10.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE report (
    id           INTEGER PRIMARY KEY,
    act_id       INTEGER NOT NULL,
    revision     INTEGER NOT NULL,              -- 1, 2, 3… of this act
    status       TEXT    NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'signed')),
    content      TEXT    NOT NULL,              -- JSON, docs/api.md
    frame        TEXT,                          -- JSON: what the server filled in at the signature
    sha256       TEXT    NOT NULL DEFAULT '',   -- of the canonical form, as signed
    saved_at_ms  INTEGER NOT NULL,
    saved_by     INTEGER NOT NULL,
    signed_at_ms INTEGER,
    signed_by    INTEGER,
    proof        TEXT    NOT NULL DEFAULT '',   -- passkey, totp
    UNIQUE (act_id, revision)
) STRICT;

CREATE TABLE report_document (
    id         INTEGER PRIMARY KEY,
    act_id     INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('pdf', 'dicom')),
    blob       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    bytes      INTEGER NOT NULL,
    sop_uid    TEXT    NOT NULL DEFAULT '',
    made_at_ms INTEGER NOT NULL,
    UNIQUE (act_id, revision, kind)
) STRICT;
