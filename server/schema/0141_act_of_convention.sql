-- The indicators read the acts of one convention, by when they were asked. O7
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX act_of_convention ON act (convention_id, asked_at_ms);
