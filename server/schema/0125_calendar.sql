-- Calendars of the rooms of a site: hours, lengths, what is held for emergencies; closings. E10, O3.
-- SPDX-License-Identifier: Apache-2.0

-- A version never changes; the highest counts.
CREATE TABLE room_calendar (
    id         INTEGER PRIMARY KEY,
    room_id    INTEGER NOT NULL REFERENCES room (id),
    version    INTEGER NOT NULL,
    content    TEXT    NOT NULL,                 -- JSON: hours, held, lengths, holidays, buffer (calendar_rules.h)
    made_by    INTEGER NOT NULL REFERENCES person (id),
    made_at_ms INTEGER NOT NULL,
    UNIQUE (room_id, version)
) STRICT;

CREATE TABLE room_closing (
    id              INTEGER PRIMARY KEY,
    room_id         INTEGER NOT NULL REFERENCES room (id),
    from_ms         INTEGER NOT NULL,
    to_ms           INTEGER NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('maintenance', 'breakdown', 'holiday', 'training', 'other')),
    reason          TEXT    NOT NULL,
    made_by         INTEGER NOT NULL REFERENCES person (id),
    made_at_ms      INTEGER NOT NULL,
    withdrawn_by    INTEGER REFERENCES person (id), -- NULL: it counts
    withdrawn_at_ms INTEGER
) STRICT;

CREATE INDEX room_closing_of ON room_closing (room_id, to_ms);
CREATE INDEX act_slot_of_room ON act (slot_room_id, slot_start_ms);
