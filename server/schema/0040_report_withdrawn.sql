-- The object of a signed report that leaves the study when its images go to another patient; back when that is undone.
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE deletion ADD COLUMN correction_id INTEGER REFERENCES correction (id);
CREATE INDEX deletion_correction ON deletion (correction_id);
