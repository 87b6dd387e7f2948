-- How much is kept, counted as rows come and go, and how much may be: for a site, for the whole store. docs/decisions/0038-quotas.md.
-- SPDX-License-Identifier: Apache-2.0

-- Files on disk by the site they belong to (0: none) and by what they are: shown to readers, kept aside as contradicting,
-- kept versions (before a correction, deleted and not yet purged), brought on a medium and not yet decided about.
CREATE TABLE archive_usage (
    site_id INTEGER NOT NULL,
    kind    TEXT    NOT NULL CHECK (kind IN ('shown', 'aside', 'kept', 'brought')),
    files   INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (site_id, kind)
) STRICT, WITHOUT ROWID;

-- site_id 0: the whole store. limit_bytes 0: none.
CREATE TABLE archive_limit (
    site_id      INTEGER PRIMARY KEY,
    limit_bytes  INTEGER NOT NULL CHECK (limit_bytes >= 0),
    warn_percent INTEGER NOT NULL CHECK (warn_percent BETWEEN 1 AND 100),
    level        TEXT    NOT NULL DEFAULT 'ok' CHECK (level IN ('ok', 'warned', 'full')), -- as the trace says it
    level_at_ms  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE archive_limit_change (
    id           INTEGER PRIMARY KEY,
    site_id      INTEGER NOT NULL,
    limit_bytes  INTEGER NOT NULL,
    warn_percent INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    person_id    INTEGER NOT NULL,
    actor        TEXT    NOT NULL,
    reason       TEXT    NOT NULL
) STRICT;

-- The site whose room a file takes that is not shown: that of its study when it was put away.
ALTER TABLE instance_aside ADD COLUMN site_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE kept_version ADD COLUMN site_id INTEGER NOT NULL DEFAULT 0;
UPDATE instance_aside
   SET site_id = COALESCE((SELECT study.site_id FROM instance JOIN study ON study.id = instance.study_id
                            WHERE instance.id = instance_aside.instance_id), 0);
UPDATE kept_version
   SET site_id = COALESCE((SELECT deletion.site_id FROM deletion WHERE why = 'deleted' AND deletion.id = by_id),
                          (SELECT correction.site_id FROM correction WHERE why = 'corrected' AND correction.id = by_id), 0);

-- What the counts must be: for the check, and for the beginning.
CREATE VIEW archive_usage_counted AS
SELECT site_id, kind, SUM(files) AS files, SUM(bytes) AS bytes
  FROM (SELECT COALESCE(site_id, 0) AS site_id, 'shown' AS kind, instance_count AS files, bytes FROM study
        UNION ALL SELECT site_id, 'aside', 1, bytes FROM instance_aside
        UNION ALL SELECT site_id, 'kept', 1, bytes FROM kept_version WHERE blob IS NOT NULL
        UNION ALL SELECT 0, 'brought', 1, bytes FROM import_file WHERE blob <> '') AS every_file
 GROUP BY site_id, kind;

INSERT INTO archive_usage (site_id, kind, files, bytes) SELECT site_id, kind, files, bytes FROM archive_usage_counted;

-- No work of the program that changes these rows can forget the counts.
CREATE TRIGGER usage_study_grows AFTER UPDATE OF bytes, instance_count ON study
  WHEN NEW.bytes <> OLD.bytes OR NEW.instance_count <> OLD.instance_count
BEGIN
  INSERT INTO archive_usage (site_id, kind, files, bytes)
  VALUES (COALESCE(NEW.site_id, 0), 'shown', NEW.instance_count - OLD.instance_count, NEW.bytes - OLD.bytes)
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_study_goes_over AFTER UPDATE OF site_id ON study
  WHEN COALESCE(NEW.site_id, 0) <> COALESCE(OLD.site_id, 0)
BEGIN
  INSERT INTO archive_usage (site_id, kind, files, bytes) VALUES (COALESCE(OLD.site_id, 0), 'shown', -OLD.instance_count, -OLD.bytes)
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
  INSERT INTO archive_usage (site_id, kind, files, bytes) VALUES (COALESCE(NEW.site_id, 0), 'shown', OLD.instance_count, OLD.bytes)
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_study_comes AFTER INSERT ON study WHEN NEW.bytes <> 0 OR NEW.instance_count <> 0
BEGIN
  INSERT INTO archive_usage (site_id, kind, files, bytes) VALUES (COALESCE(NEW.site_id, 0), 'shown', NEW.instance_count, NEW.bytes)
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_study_goes AFTER DELETE ON study WHEN OLD.bytes <> 0 OR OLD.instance_count <> 0
BEGIN
  UPDATE archive_usage SET files = files - OLD.instance_count, bytes = bytes - OLD.bytes
   WHERE site_id = COALESCE(OLD.site_id, 0) AND kind = 'shown';
END;

CREATE TRIGGER usage_aside_comes AFTER INSERT ON instance_aside
BEGIN
  UPDATE instance_aside
     SET site_id = COALESCE((SELECT study.site_id FROM instance JOIN study ON study.id = instance.study_id
                              WHERE instance.id = NEW.instance_id), 0)
   WHERE id = NEW.id;
  INSERT INTO archive_usage (site_id, kind, files, bytes) SELECT site_id, 'aside', 1, bytes FROM instance_aside WHERE id = NEW.id
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_aside_changes AFTER UPDATE OF bytes ON instance_aside WHEN NEW.bytes <> OLD.bytes
BEGIN
  UPDATE archive_usage SET bytes = bytes + NEW.bytes - OLD.bytes WHERE site_id = NEW.site_id AND kind = 'aside';
END;

CREATE TRIGGER usage_aside_goes AFTER DELETE ON instance_aside
BEGIN
  UPDATE archive_usage SET files = files - 1, bytes = bytes - OLD.bytes WHERE site_id = OLD.site_id AND kind = 'aside';
END;

CREATE TRIGGER usage_kept_comes AFTER INSERT ON kept_version WHEN NEW.blob IS NOT NULL
BEGIN
  UPDATE kept_version SET site_id = COALESCE((SELECT site_id FROM study WHERE uid = NEW.study_uid), 0) WHERE id = NEW.id;
  INSERT INTO archive_usage (site_id, kind, files, bytes) SELECT site_id, 'kept', 1, bytes FROM kept_version WHERE id = NEW.id
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_kept_is_purged AFTER UPDATE OF blob ON kept_version WHEN NEW.blob IS NULL AND OLD.blob IS NOT NULL
BEGIN
  UPDATE archive_usage SET files = files - 1, bytes = bytes - OLD.bytes WHERE site_id = OLD.site_id AND kind = 'kept';
END;

CREATE TRIGGER usage_kept_goes AFTER DELETE ON kept_version WHEN OLD.blob IS NOT NULL
BEGIN
  UPDATE archive_usage SET files = files - 1, bytes = bytes - OLD.bytes WHERE site_id = OLD.site_id AND kind = 'kept';
END;

CREATE TRIGGER usage_brought_comes AFTER INSERT ON import_file WHEN NEW.blob <> ''
BEGIN
  INSERT INTO archive_usage (site_id, kind, files, bytes) VALUES (0, 'brought', 1, NEW.bytes)
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_brought_changes AFTER UPDATE OF blob, bytes ON import_file WHEN NEW.blob <> '' OR OLD.blob <> ''
BEGIN
  INSERT INTO archive_usage (site_id, kind, files, bytes)
  VALUES (0, 'brought', (NEW.blob <> '') - (OLD.blob <> ''),
          CASE WHEN NEW.blob <> '' THEN NEW.bytes ELSE 0 END - CASE WHEN OLD.blob <> '' THEN OLD.bytes ELSE 0 END)
  ON CONFLICT (site_id, kind) DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_brought_goes AFTER DELETE ON import_file WHEN OLD.blob <> ''
BEGIN
  UPDATE archive_usage SET files = files - 1, bytes = bytes - OLD.bytes WHERE site_id = 0 AND kind = 'brought';
END;
