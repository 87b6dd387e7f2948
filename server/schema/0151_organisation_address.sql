-- Where an organisation is and how it is called: told to patients, requesters and imagers. S2
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE organisation ADD COLUMN street TEXT NOT NULL DEFAULT '';
ALTER TABLE organisation ADD COLUMN postcode TEXT NOT NULL DEFAULT '';
ALTER TABLE organisation ADD COLUMN phone TEXT NOT NULL DEFAULT '';
