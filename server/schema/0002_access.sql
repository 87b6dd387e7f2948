-- Who people are, where they belong, how they prove it, what they may see.
-- Secrets: passwords as Argon2id, session tokens and recovery codes as hashes, TOTP secrets sealed by a key outside the database.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE organisation (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('site', 'imaging', 'requester')),
    finess    TEXT NOT NULL DEFAULT '',
    city      TEXT NOT NULL DEFAULT '',
    time_zone TEXT NOT NULL DEFAULT 'Europe/Paris'
) STRICT;

CREATE TABLE person (
    id         INTEGER PRIMARY KEY,
    login      TEXT    NOT NULL UNIQUE,             -- lower case
    title      TEXT    NOT NULL DEFAULT '',
    family     TEXT    NOT NULL,
    given      TEXT    NOT NULL DEFAULT '',
    rpps       TEXT    NOT NULL DEFAULT '',
    profession TEXT    NOT NULL DEFAULT '',
    speciality TEXT    NOT NULL DEFAULT '',
    phone      TEXT    NOT NULL DEFAULT '',
    email      TEXT    NOT NULL DEFAULT '',
    lang       TEXT    NOT NULL DEFAULT 'fr' CHECK (lang IN ('fr', 'en')),
    active     INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    enrolled   INTEGER NOT NULL DEFAULT 0 CHECK (enrolled IN (0, 1))  -- a second factor is in place
) STRICT;
CREATE UNIQUE INDEX person_rpps ON person (rpps) WHERE rpps <> '';

CREATE TABLE membership (
    person_id       INTEGER NOT NULL REFERENCES person (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    roles           INTEGER NOT NULL CHECK (roles > 0),               -- bits of guard/access/who.h
    clinical        INTEGER NOT NULL CHECK (clinical IN (0, 1)),      -- one of the roles opens patients of the organisation
    PRIMARY KEY (person_id, organisation_id)
) STRICT;
CREATE INDEX membership_organisation ON membership (organisation_id);

CREATE TABLE account (
    person_id     INTEGER PRIMARY KEY REFERENCES person (id),
    hash          TEXT    NOT NULL,                 -- '$argon2id$...', or '$once$<hex>' of a one-time password
    must_change   INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    user_handle   BLOB    NOT NULL UNIQUE,          -- how passkeys name the person: random, says nothing
    changed_at_s  INTEGER NOT NULL
) STRICT;

CREATE TABLE totp (
    person_id    INTEGER PRIMARY KEY REFERENCES person (id),
    secret       BLOB,                              -- sealed; NULL until a right code was seen
    pending      BLOB,                              -- sealed; shown for enrolment, no right code seen yet
    is_public    INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),  -- a demonstration's secret: not sealed
    last_step    INTEGER NOT NULL DEFAULT 0,        -- last accepted time step: refused again
    changed_at_s INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    id        INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    hash      TEXT    NOT NULL UNIQUE,              -- keyed BLAKE2b
    used_at_s INTEGER
) STRICT;
CREATE INDEX recovery_code_person ON recovery_code (person_id);

CREATE TABLE passkey (
    id              INTEGER PRIMARY KEY,
    person_id       INTEGER NOT NULL REFERENCES person (id),
    credential      BLOB    NOT NULL UNIQUE,
    public_key      BLOB    NOT NULL,               -- COSE_Key as the authenticator gave it
    sign_count      INTEGER NOT NULL,
    backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
    backed_up       INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
    label           TEXT    NOT NULL,
    created_at_s    INTEGER NOT NULL,
    last_used_at_s  INTEGER
) STRICT;
CREATE INDEX passkey_person ON passkey (person_id);

CREATE TABLE challenge (
    id           INTEGER PRIMARY KEY,
    hash         TEXT    NOT NULL UNIQUE,           -- SHA-256 of the challenge
    purpose      TEXT    NOT NULL,                  -- 'sign-in', 'enrol', or what is proved
    person_id    INTEGER REFERENCES person (id),
    act_id       INTEGER,
    digest       TEXT    NOT NULL DEFAULT '',
    expires_at_s INTEGER NOT NULL,
    used_at_s    INTEGER
) STRICT;
CREATE INDEX challenge_expires ON challenge (expires_at_s);

CREATE TABLE session (
    id             INTEGER PRIMARY KEY,
    token_hash     TEXT    NOT NULL UNIQUE,         -- SHA-256 of the token
    person_id      INTEGER NOT NULL REFERENCES person (id),
    factors        INTEGER NOT NULL,
    is_full        INTEGER NOT NULL CHECK (is_full IN (0, 1)),
    csrf           TEXT    NOT NULL,
    address        TEXT    NOT NULL,
    signed_in_at_s INTEGER NOT NULL,
    seen_at_s      INTEGER NOT NULL,
    expires_at_s   INTEGER NOT NULL
) STRICT;
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_expires ON session (expires_at_s);

-- Wrong answers in a row, by login and by address; keys are keyed hashes (a password typed as a login stays unknown).
CREATE TABLE throttle (
    hash         TEXT    PRIMARY KEY,
    wrong        INTEGER NOT NULL,
    wait_until_s INTEGER NOT NULL,
    last_at_s    INTEGER NOT NULL
) STRICT;
CREATE INDEX throttle_last ON throttle (last_at_s);

-- Who may see which patient. Written by the clinic in the transaction of the fact; no clinical table is named here.
CREATE TABLE access_grant (
    id              INTEGER PRIMARY KEY,
    organisation_id INTEGER REFERENCES organisation (id),
    person_id       INTEGER REFERENCES person (id),
    patient_id      INTEGER NOT NULL,
    act_id          INTEGER,
    opened_at_s     INTEGER NOT NULL,
    until_s         INTEGER,                        -- NULL: open until closed
    why             TEXT    NOT NULL,
    CHECK ((organisation_id IS NULL) <> (person_id IS NULL))
) STRICT;
CREATE INDEX access_grant_patient ON access_grant (patient_id, organisation_id, person_id);
CREATE INDEX access_grant_person ON access_grant (person_id, patient_id);
CREATE INDEX access_grant_organisation ON access_grant (organisation_id, patient_id);
CREATE INDEX access_grant_act ON access_grant (act_id);

CREATE TABLE peer (
    id              INTEGER PRIMARY KEY,
    ae_title        TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    port            INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
    organisation_id INTEGER REFERENCES organisation (id),
    may             INTEGER NOT NULL,               -- bits of guard/access/peer.h
    enabled         INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    description     TEXT    NOT NULL DEFAULT '',
    UNIQUE (ae_title, address)
) STRICT;
