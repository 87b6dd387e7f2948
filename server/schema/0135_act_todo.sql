-- What each act asks of whom now: made anew from its facts after each event, so that a home page reads no act. docs/decisions/0105-home.md.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE act_todo (
    act_id          INTEGER NOT NULL REFERENCES act (id),
    kind            TEXT    NOT NULL,               -- clinic/workflow/todo_rules.c: "verdict", "order", "urgent-act"…
    item            INTEGER NOT NULL,               -- the order, the finding, the recipient; 0: the act's own
    organisation_id INTEGER NOT NULL,               -- where the role is held; 0: wherever
    role            INTEGER NOT NULL,               -- one bit of guard/access/who.h
    person_id       INTEGER NOT NULL,               -- whose it is; 0: nobody's in particular
    alone           INTEGER NOT NULL CHECK (alone IN (0, 1)),  -- shown to that person only
    press           INTEGER NOT NULL CHECK (press IN (0, 1, 2)), -- at least: 0 now, 1 today, 2 later
    due_at_ms       INTEGER NOT NULL,               -- 0: no end is set
    sort_ms         INTEGER NOT NULL,               -- the most pressing first
    text            TEXT    NOT NULL,               -- as somebody wrote it
    PRIMARY KEY (act_id, kind, item, organisation_id, role, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_todo_of_role ON act_todo (organisation_id, role, alone, sort_ms);
CREATE INDEX act_todo_of_person ON act_todo (person_id, alone, sort_ms);

-- Acts that are there already get theirs.
INSERT INTO job (kind, payload, added_at_ms, run_at_ms) VALUES ('act.todo-fill', '{"after":0}', 0, 0);

-- What a person has looked at and put aside, with what they found.
CREATE TABLE home_aside (
    person_id INTEGER NOT NULL REFERENCES person (id),
    key       TEXT    NOT NULL,
    at_ms     INTEGER NOT NULL,
    note      TEXT    NOT NULL,
    PRIMARY KEY (person_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX roster_swap_asked ON roster_swap (person_id, state, from_ms);
CREATE INDEX staff_meeting_chair ON staff_meeting (chair_id, signed_at_ms);
