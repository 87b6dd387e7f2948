-- By which version of the folds the projections of acts were made; another one of the program makes them again from the log.
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE act_fold (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    version    INTEGER NOT NULL,             -- ACT_FOLD_VERSION; 0: before versions were kept
    made_at_ms INTEGER NOT NULL              -- when they were last made again; 0: never
) STRICT;
INSERT INTO act_fold (id, version, made_at_ms) VALUES (1, 0, 0);
