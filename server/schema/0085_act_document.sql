-- Documents attached to an act by its people: a signed consent, a letter, a result. Kept as files with their digest.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE act_document (
    id          INTEGER PRIMARY KEY CHECK (id > 1099511627776), -- apart from the ids of report_document: one view holds both
    act_id      INTEGER NOT NULL REFERENCES act (id),
    name        TEXT    NOT NULL,                -- as its file was called
    type        TEXT    NOT NULL CHECK (type IN ('application/pdf', 'image/jpeg', 'image/png')),
    blob        TEXT    NOT NULL UNIQUE,
    bytes       INTEGER NOT NULL,
    sha256      TEXT    NOT NULL,
    person_id   INTEGER NOT NULL,
    person_name TEXT    NOT NULL,                -- as it was then
    at_ms       INTEGER NOT NULL
) STRICT;

CREATE INDEX act_document_act ON act_document (act_id, id);

-- What a backup copies and a verification reads again, beside the images.
DROP VIEW kept_document;
CREATE VIEW kept_document AS
SELECT id, blob, bytes, sha256, sop_uid AS uid FROM report_document WHERE blob <> 'archive'
UNION ALL
SELECT id, blob, bytes, sha256, '' AS uid FROM act_document;
