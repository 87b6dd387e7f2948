-- Query/Retrieve: what C-FIND and QIDO-RS look up by, who may retrieve, and how a peer proves its identity.
-- SPDX-License-Identifier: Apache-2.0

-- The referring physician folded for search; NULL: kept before this column was, matched by its plain text.
ALTER TABLE study ADD COLUMN referring_key TEXT;
-- (0008,0201) as the first image says it: "+0100"; empty when it says nothing.
ALTER TABLE study ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';

CREATE INDEX study_referring ON study (referring_key);
CREATE INDEX study_birth ON study (dicom_birth, dicom_name_key);
CREATE INDEX study_study_key ON study (study_key);
-- In the order in which lists are read, so that no site is sorted whole for its newest page.
DROP INDEX study_site;
CREATE INDEX study_site ON study (site_id, study_date, study_time);

-- The same index, which now also answers which SOP classes a study holds.
DROP INDEX instance_study;
CREATE INDEX instance_study ON instance (study_id, class_uid);

-- Peers that were known before may go on to echo; those that could retrieve may do it by C-GET too, and be
-- sent what another one moves (bits of guard/access/peer.h).
UPDATE peer SET may = may | 512;
UPDATE peer SET may = may | 256 | 2048 WHERE (may & 8) <> 0;

-- Peers that must say a user name (and a passcode) when they open an association (PS3.7 annex D.3.3.7).
CREATE TABLE peer_identity (
    peer_id  INTEGER PRIMARY KEY REFERENCES peer (id),
    username TEXT    NOT NULL CHECK (username <> ''),
    passcode TEXT    NOT NULL DEFAULT ''            -- Argon2id of it; empty: the name alone is asked
) STRICT;
