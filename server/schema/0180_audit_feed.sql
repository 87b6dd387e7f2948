-- The live feed of the trace to an audit record repository: how far it came, and what stands in its way. One row.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE audit_feed (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    collector        TEXT    NOT NULL,   -- host:port as last met; '' never
    position         INTEGER NOT NULL,   -- lines up to this one were read by the collector
    sent_at_ms       INTEGER,            -- when the last of them was confirmed
    error            TEXT    NOT NULL,   -- of our own words; '' none
    detail           TEXT    NOT NULL,   -- of the last error, for who mends it
    failing_since_ms INTEGER
) STRICT;
INSERT INTO audit_feed (id, collector, position, error, detail) VALUES (1, '', 0, '', '');
