-- Lists of acts are read by organisation and state, nearest deadline first, then newest: in the order of an index.
-- SPDX-License-Identifier: Apache-2.0
DROP INDEX act_of_requester;
DROP INDEX act_of_site;
DROP INDEX act_of_imaging;
CREATE INDEX act_of_requester ON act (requester_org_id, state, deadline_at_ms, created_at_ms);
CREATE INDEX act_of_site      ON act (site_id, state, deadline_at_ms, created_at_ms);
CREATE INDEX act_of_imaging   ON act (imaging_id, state, deadline_at_ms, created_at_ms);
