-- Who has a page open, and which imager said to be in which act: what 'present' is held against. E1.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE page_presence (
    person_id   INTEGER PRIMARY KEY,
    here        INTEGER NOT NULL,   -- 1: at least one page is open
    since_ms    INTEGER NOT NULL
) STRICT;

CREATE TABLE act_presence (
    act_id    INTEGER PRIMARY KEY REFERENCES act (id),
    person_id INTEGER NOT NULL
) STRICT;

CREATE INDEX act_presence_of ON act_presence (person_id);
