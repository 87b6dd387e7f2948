-- Documents kept as files, with their digest: what a backup copies and a verification reads again, beside the images.
-- SPDX-License-Identifier: Apache-2.0

-- 'archive': the document is an instance of the archive, counted there.
CREATE VIEW kept_document AS
SELECT id, blob, bytes, sha256, sop_uid AS uid FROM report_document WHERE blob <> 'archive';
