-- How a version of a protocol came into force: submitted, the physicist's opinion, sent back, approved without one and why. E19, E11.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE protocol ADD COLUMN review TEXT NOT NULL DEFAULT '{}'; -- JSON; clinic/workflow/protocol.h
