-- Signing in through Pro Santé Connect: sign-ins under way, what it said of a session, logout tokens seen. X1.
-- Secrets: states, browsers and token ids as SHA-256; ID tokens sealed by the key outside the database; nonce and verifier are derived, not kept.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE session ADD COLUMN situation TEXT NOT NULL DEFAULT ''; -- of exercise: '10/SM54/S/F430000123'

-- Sent to Pro Santé Connect and not yet back: bound to one browser, deleted by the first answer.
CREATE TABLE psc_flow (
    state_hash   TEXT    PRIMARY KEY,
    browser_hash TEXT    NOT NULL,
    expires_at_s INTEGER NOT NULL
) STRICT;
CREATE INDEX psc_flow_expires ON psc_flow (expires_at_s);

-- Verified, several situations of exercise: waits for the person's choice.
CREATE TABLE psc_choice (
    browser_hash TEXT    PRIMARY KEY,
    person_id    INTEGER NOT NULL REFERENCES person (id),
    sub          TEXT    NOT NULL,
    sid          TEXT    NOT NULL,
    id_token     BLOB    NOT NULL,                  -- sealed
    auth_time_s  INTEGER NOT NULL,
    situations   TEXT    NOT NULL,                  -- JSON
    expires_at_s INTEGER NOT NULL
) STRICT;
CREATE INDEX psc_choice_person ON psc_choice (person_id);

CREATE TABLE psc_session (
    session_id INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    sub        TEXT NOT NULL,
    sid        TEXT NOT NULL,
    id_token   BLOB NOT NULL,                       -- sealed: the hint with which their session is closed
    situation  TEXT NOT NULL                        -- JSON of the one chosen; '' none
) STRICT;
CREATE INDEX psc_session_sub ON psc_session (sub);
CREATE INDEX psc_session_sid ON psc_session (sid) WHERE sid <> '';

CREATE TABLE psc_logout (
    jti_hash     TEXT    PRIMARY KEY,
    expires_at_s INTEGER NOT NULL
) STRICT;
