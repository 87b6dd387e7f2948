-- The documents attached to conventions are copied by backups and read again, as those of acts. O1
-- One row a file: papers of one convention share theirs. Ids stand apart from those of reports and of documents of acts.
-- SPDX-License-Identifier: Apache-2.0
DROP VIEW kept_document;
CREATE VIEW kept_document AS
SELECT id, blob, bytes, sha256, sop_uid AS uid FROM report_document WHERE blob <> 'archive'
UNION ALL
SELECT id, blob, bytes, sha256, '' AS uid FROM act_document
UNION ALL
SELECT 2199023255552 + min(id) AS id, blob, bytes, sha256, '' AS uid FROM convention_document GROUP BY blob;
