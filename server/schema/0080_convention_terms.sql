-- What a convention says besides its sections: every delay, body regions, hours, escalation, languages, procedures. S2, S3, E10.
-- SPDX-License-Identifier: Apache-2.0

-- JSON: {"on_site":[text],"languages":[code],"escalation":[{to,after_min}],"procedures":{bad_news,not_interpretable,fallback},"answers":text}
ALTER TABLE convention ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';

ALTER TABLE convention_clause ADD COLUMN delays  TEXT NOT NULL DEFAULT '{}'; -- JSON: {"planning_min":30,…}, those without a column
ALTER TABLE convention_clause ADD COLUMN regions TEXT NOT NULL DEFAULT '[]'; -- JSON: words of body regions; empty: all
ALTER TABLE convention_clause ADD COLUMN hours   TEXT NOT NULL DEFAULT '[]'; -- JSON: [{days:[1…7],from,to}] in the site's zone; empty: always

-- Who signed it, as an account here and with which factor; the digest of what was signed.
ALTER TABLE convention_party ADD COLUMN signer_id INTEGER;
ALTER TABLE convention_party ADD COLUMN proof  TEXT NOT NULL DEFAULT '';
ALTER TABLE convention_party ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
