-- How long files are kept, as this platform has decided: each version stays, with who and why. Never under what the law says.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE retention_terms (
    id                INTEGER PRIMARY KEY,          -- the version; the highest is in force
    keep_years        INTEGER NOT NULL CHECK (keep_years >= 20),
    until_age         INTEGER NOT NULL CHECK (until_age >= 28),
    after_death_years INTEGER NOT NULL CHECK (after_death_years >= 10),
    grace_days        INTEGER NOT NULL CHECK (grace_days >= 7),
    at_ms             INTEGER NOT NULL,
    person_id         INTEGER NOT NULL,
    actor             TEXT    NOT NULL,
    reason            TEXT    NOT NULL
) STRICT;
INSERT INTO retention_terms (id, keep_years, until_age, after_death_years, grace_days, at_ms, person_id, actor, reason)
VALUES (1, 20, 28, 10, 30, 0, 0, 'system', 'R.1112-7');

ALTER TABLE purge_proposal ADD COLUMN terms_id INTEGER NOT NULL DEFAULT 1 REFERENCES retention_terms (id);
