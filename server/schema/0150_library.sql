-- Protocols and preparation sheets come into force the same way: submitted, sent back, approved by somebody who did not write the version. E19, E11.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE protocol ADD COLUMN writers TEXT NOT NULL DEFAULT '[]';     -- JSON: ids of all who had a hand in this version
ALTER TABLE preparation ADD COLUMN writers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE preparation ADD COLUMN review TEXT NOT NULL DEFAULT '{}';   -- JSON; clinic/workflow/library.h
ALTER TABLE preparation ADD COLUMN site_id INTEGER REFERENCES organisation (id); -- NULL: every site
