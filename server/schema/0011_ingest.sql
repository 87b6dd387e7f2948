-- Ingest while files are on their way to the disk (docs/decisions/0011-ingest.md), and indexes for search at a million studies.
-- SPDX-License-Identifier: Apache-2.0

-- Every instance up to this row has its file on disk; those behind it are looked at when the server starts.
CREATE TABLE archive_seal (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    instance_id INTEGER NOT NULL
) STRICT;
INSERT INTO archive_seal (id, instance_id) SELECT 1, COALESCE(MAX(id), 0) FROM instance;

-- Small files whose bytes are safe here until the file itself has been flushed.
CREATE TABLE blob_pending (
    id    INTEGER PRIMARY KEY,
    blob  TEXT    NOT NULL,
    bytes BLOB    NOT NULL
) STRICT;

-- sha256 is from now on that of the bytes before the data set followed by dataset_sha256: one pass over the pixels.
ALTER TABLE instance_aside ADD COLUMN dataset_at INTEGER NOT NULL DEFAULT 0;
