-- What is due after the report, and the accesses handed to recipients without an account. E27, E30 to E35, L10.
-- SPDX-License-Identifier: Apache-2.0

-- What an act still asks of somebody: made anew from its facts after each event, so that lists need not read the acts.
CREATE TABLE act_duty (
    act_id    INTEGER NOT NULL REFERENCES act (id),
    kind      TEXT    NOT NULL,               -- delivery announcement inform dmp site record follow-up
    item      INTEGER NOT NULL,               -- the delivery, the person, the follow-up item; 0: the act's own
    party     TEXT    NOT NULL CHECK (party IN ('requester', 'site', 'imaging')),
    due_at_ms INTEGER NOT NULL,
    text      TEXT    NOT NULL,               -- name of the recipient, the professional, or what is to be done
    PRIMARY KEY (act_id, kind, item)
) STRICT;
CREATE INDEX act_duty_due ON act_duty (due_at_ms);

-- One access to the report of one act, for one recipient. Secrets are kept as hashes; the code's covers the link's.
CREATE TABLE handed_access (
    id           INTEGER PRIMARY KEY,
    act_id       INTEGER NOT NULL REFERENCES act (id),
    delivery_id  INTEGER NOT NULL,
    link_hash    TEXT    NOT NULL UNIQUE,     -- SHA-256 of the secret in the link
    code_hash    TEXT    NOT NULL,            -- SHA-256 of link secret, colon, code
    handed_by    INTEGER NOT NULL,
    handed_at_s  INTEGER NOT NULL,
    expires_at_s INTEGER NOT NULL,
    wrong        INTEGER NOT NULL DEFAULT 0,  -- wrong codes in all
    openings     INTEGER NOT NULL DEFAULT 0,
    ended_at_s   INTEGER                      -- revoked, or replaced by a later one
) STRICT;
CREATE INDEX handed_access_act ON handed_access (act_id, delivery_id);
