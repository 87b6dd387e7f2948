-- Conventions being drafted and signed, and the documents attached to them. S3, O1.
-- SPDX-License-Identifier: Apache-2.0

-- A draft until one party signs; from then on it is the version 'convention_id' and never changes.
CREATE TABLE convention_paper (
    id            INTEGER PRIMARY KEY,
    revision      INTEGER NOT NULL,
    content       TEXT    NOT NULL,              -- JSON, as convention_create takes it, without signatures
    sha256        TEXT    NOT NULL,              -- of 'content': what is signed
    author_id     INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    convention_id INTEGER UNIQUE REFERENCES convention (id)
) STRICT;

-- Who may see it: made again from 'content' with each change.
CREATE TABLE convention_paper_party (
    paper_id        INTEGER NOT NULL REFERENCES convention_paper (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (paper_id, organisation_id)
) STRICT;
CREATE INDEX convention_paper_of ON convention_paper_party (organisation_id);

CREATE TABLE convention_document (
    id          INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL CHECK (kind IN ('medical-project', 'protocol', 'insurance', 'other')),
    title       TEXT    NOT NULL,
    bytes       INTEGER NOT NULL,
    sha256      TEXT    NOT NULL,
    blob        TEXT    NOT NULL,                -- name in the blob store; a PDF
    added_by    INTEGER NOT NULL,
    added_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE convention_paper_document (
    paper_id    INTEGER NOT NULL REFERENCES convention_paper (id),
    document_id INTEGER NOT NULL REFERENCES convention_document (id),
    PRIMARY KEY (paper_id, document_id)
) STRICT;
