-- Every wording of a study's or series' description, once: a search for a part of one looks through the wordings,
-- not through the studies. SPDX-License-Identifier: Apache-2.0

CREATE TABLE description (
    text   TEXT PRIMARY KEY,
    folded TEXT                                   -- for searching; NULL: not folded yet, may be any
) STRICT, WITHOUT ROWID;

CREATE INDEX study_description ON study (description);
CREATE INDEX series_description ON series (description);

INSERT INTO description (text)
SELECT description FROM study WHERE description <> '' UNION SELECT description FROM series WHERE description <> '';

-- Whoever writes a study or series, its wording is there; the last that has it takes it along.
CREATE TRIGGER description_of_study AFTER INSERT ON study WHEN NEW.description <> ''
BEGIN
    INSERT INTO description (text) VALUES (NEW.description) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER description_of_series AFTER INSERT ON series WHEN NEW.description <> ''
BEGIN
    INSERT INTO description (text) VALUES (NEW.description) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER description_of_study_changes AFTER UPDATE OF description ON study WHEN NEW.description <> OLD.description
BEGIN
    INSERT INTO description (text) SELECT NEW.description WHERE NEW.description <> '' ON CONFLICT DO NOTHING;
    DELETE FROM description
     WHERE text = OLD.description
       AND NOT EXISTS (SELECT 1 FROM study WHERE study.description = OLD.description)
       AND NOT EXISTS (SELECT 1 FROM series WHERE series.description = OLD.description);
END;
CREATE TRIGGER description_of_study_goes AFTER DELETE ON study WHEN OLD.description <> ''
BEGIN
    DELETE FROM description
     WHERE text = OLD.description
       AND NOT EXISTS (SELECT 1 FROM study WHERE study.description = OLD.description)
       AND NOT EXISTS (SELECT 1 FROM series WHERE series.description = OLD.description);
END;
CREATE TRIGGER description_of_series_goes AFTER DELETE ON series WHEN OLD.description <> ''
BEGIN
    DELETE FROM description
     WHERE text = OLD.description
       AND NOT EXISTS (SELECT 1 FROM study WHERE study.description = OLD.description)
       AND NOT EXISTS (SELECT 1 FROM series WHERE series.description = OLD.description);
END;
