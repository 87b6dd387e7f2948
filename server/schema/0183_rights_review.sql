-- The roles held in an organisation, gone through and signed by its responsible at intervals. X2, O9
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE rights_review (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    at_ms           INTEGER NOT NULL,
    by_person       INTEGER NOT NULL REFERENCES person (id),
    list            TEXT    NOT NULL,               -- who held what, as it was shown
    sha256          TEXT    NOT NULL,               -- of it
    seal            TEXT    NOT NULL,               -- guard/audit/seal.h, purpose "rights"
    note            TEXT    NOT NULL
) STRICT;
CREATE INDEX rights_review_organisation ON rights_review (organisation_id, id);
