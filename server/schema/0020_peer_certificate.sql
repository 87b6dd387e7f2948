-- Certificates of DICOM peers. A peer with any of them speaks TLS, both when it calls and when it is called.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE peer_certificate (
    id           INTEGER PRIMARY KEY,
    peer_id      INTEGER NOT NULL REFERENCES peer (id),
    sha256       TEXT,                 -- this very certificate...
    host_name    TEXT,                 -- ...or any of a trusted authority made out to this name
    subject      TEXT    NOT NULL DEFAULT '',
    not_after_ms INTEGER,              -- of this very certificate
    added_at_ms  INTEGER NOT NULL,
    CHECK ((sha256 IS NULL) <> (host_name IS NULL)),
    UNIQUE (peer_id, sha256),
    UNIQUE (peer_id, host_name)
) STRICT;
CREATE INDEX peer_certificate_peer ON peer_certificate (peer_id);
