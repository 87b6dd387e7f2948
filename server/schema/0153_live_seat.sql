-- Who sits in the live room of an act, and whether its video carries: emptied at start, so that the log is told what a crash cut. E12, E14.
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE live_seat (
    act_id     INTEGER NOT NULL,
    seat       TEXT    NOT NULL,          -- "imager"…
    person_id  INTEGER NOT NULL,
    since_ms   INTEGER NOT NULL,
    PRIMARY KEY (act_id, seat)
) STRICT;

CREATE TABLE live_link (
    act_id     INTEGER PRIMARY KEY,       -- its video between imager and patient carries
    since_ms   INTEGER NOT NULL
) STRICT;
