-- An account recovered by two people: who checked whose identity and how, who confirmed it, and whether the person has read it. X1
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE account_recovery (
    id           INTEGER PRIMARY KEY,
    person_id    INTEGER NOT NULL REFERENCES person (id),
    verified     TEXT    NOT NULL,                  -- how the identity was verified
    opened_by    INTEGER NOT NULL REFERENCES person (id),
    opened_at_ms INTEGER NOT NULL,
    until_ms     INTEGER NOT NULL,                  -- not confirmed by then: over
    state        TEXT    NOT NULL CHECK (state IN ('open', 'confirmed', 'cancelled')),
    ended_by     INTEGER REFERENCES person (id),
    ended_at_ms  INTEGER,
    seen_at_ms   INTEGER,                           -- by the person, afterwards
    CHECK (opened_by <> person_id),
    CHECK (state <> 'confirmed' OR (ended_by <> opened_by AND ended_by <> person_id))
) STRICT;
CREATE INDEX account_recovery_person ON account_recovery (person_id, id);
