-- Versions of a report: preliminary, final, addenda, each signed once; which one each follows, and whether it changes the care. E29.
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE report ADD COLUMN kind TEXT NOT NULL DEFAULT 'final' CHECK (kind IN ('preliminary', 'final', 'addendum'));
ALTER TABLE report ADD COLUMN version INTEGER;     -- among the signed ones: 1, 2, 3…
ALTER TABLE report ADD COLUMN follows INTEGER;     -- revision of the signed one before it
ALTER TABLE report ADD COLUMN significant INTEGER; -- 0, 1: a difference that matters for the care; NULL: nothing to differ from
UPDATE report SET version = 1 WHERE status = 'signed';
