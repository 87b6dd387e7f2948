/*
 * Every kept file read again in the background, slowly, its digest compared. E30, X5.
 *
 * A file that is not what came in is moved to damaged/ below the blobs: from then on it is missing, and
 * nobody is shown it as if it were right. It is an alarm in the log, a line of the trace and a row of the
 * quarantine room. Put back right (from a backup), the next round mends the row.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_RECHECK_H
#define CLINIC_ARCHIVE_RECHECK_H

#include <jansson.h>

#include "clinic/archive/ingest.h"

typedef struct Recheck Recheck;

/* A round a day, at most 'bytes_per_s'. An interrupted round goes on where it was. */
Recheck *recheck_start(Archive *a, int64_t bytes_per_s, Err *err);
void     recheck_now(Recheck *r); /* begin a round at once, if none runs */
void     recheck_stop(Recheck *r);

/* Puts files, began_at_ms, ended_at_ms: of the round under way, and when the last whole one ended. */
bool recheck_json(Db *db, json_t *ret, Err *err);

#endif
