-- What was refused or failed is found without reading the whole trace: few lines, so that writing the others costs nothing more.
-- SPDX-License-Identifier: Apache-2.0

CREATE INDEX audit_line_refused ON audit_line (id) WHERE outcome <> 'ok';
