-- Signing in with a card: one row from the click to the session, bound to one browser; the card itself is judged on a port of its own. X1.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE card_flow (
    browser_hash TEXT    PRIMARY KEY,
    verdict      INTEGER NOT NULL,                  -- guard/access/card_certificate.h; 0: the card was not shown yet
    rpps         TEXT    NOT NULL DEFAULT '',
    serial       TEXT    NOT NULL DEFAULT '',       -- of the certificate
    stale_s      INTEGER NOT NULL DEFAULT 0,        -- how long the revocation list was out of date
    expires_at_s INTEGER NOT NULL
) STRICT;
CREATE INDEX card_flow_expires ON card_flow (expires_at_s);
