-- Register of security incidents and breaches of personal data: what became known when, what was judged, told and done. X7, O9
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE security_incident (
    id          INTEGER PRIMARY KEY,
    known_at_ms INTEGER NOT NULL,               -- when we became aware of it: the delays count from here (GDPR art. 33)
    title       TEXT    NOT NULL
) STRICT;

-- What was said of it, in order; nothing is changed or taken away.
CREATE TABLE security_entry (
    incident_id INTEGER NOT NULL REFERENCES security_incident (id),
    seq         INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    by_person   INTEGER NOT NULL REFERENCES person (id),
    step        TEXT    NOT NULL CHECK (step IN ('open', 'assess', 'notify', 'measure', 'close')),
    data        TEXT    NOT NULL,               -- JSON
    PRIMARY KEY (incident_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER security_entry_stays BEFORE UPDATE ON security_entry BEGIN SELECT RAISE(ABORT, 'an entry of the register stays'); END;
CREATE TRIGGER security_entry_kept BEFORE DELETE ON security_entry BEGIN SELECT RAISE(ABORT, 'an entry of the register stays'); END;
