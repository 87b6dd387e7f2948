-- How much the archive holds, kept with each change of a study, so that nobody counts a million rows to say it. docs/decisions/0050-overview.md.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE archive_total (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    studies INTEGER NOT NULL,
    series  INTEGER NOT NULL,
    objects INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT;
INSERT INTO archive_total (id, studies, series, objects, bytes)
SELECT 1, COUNT(*), COALESCE(SUM(series_count), 0), COALESCE(SUM(instance_count), 0), COALESCE(SUM(bytes), 0) FROM study;

CREATE TRIGGER study_counted AFTER INSERT ON study BEGIN
    UPDATE archive_total
       SET studies = studies + 1, series = series + NEW.series_count, objects = objects + NEW.instance_count, bytes = bytes + NEW.bytes
     WHERE id = 1;
END;

CREATE TRIGGER study_recounted AFTER UPDATE OF series_count, instance_count, bytes ON study BEGIN
    UPDATE archive_total
       SET series  = series + NEW.series_count - OLD.series_count,
           objects = objects + NEW.instance_count - OLD.instance_count,
           bytes   = bytes + NEW.bytes - OLD.bytes
     WHERE id = 1;
END;

CREATE TRIGGER study_uncounted AFTER DELETE ON study BEGIN
    UPDATE archive_total
       SET studies = studies - 1, series = series - OLD.series_count, objects = objects - OLD.instance_count, bytes = bytes - OLD.bytes
     WHERE id = 1;
END;

-- What waits in the quarantine room, without a look at every study.
CREATE INDEX study_wrong_patient ON study (id) WHERE wrong_patient = 1;
CREATE INDEX instance_aside_waiting ON instance_aside (id) WHERE settled_at_ms IS NULL;
CREATE INDEX blob_fault_open ON blob_fault (blob) WHERE mended_at_ms IS NULL;
