/*
 * Deletion in two steps: hidden from every door at once and restorable; purged when the time of grace is
 * over.
 *
 * What is hidden has no rows any more but those of kept_version: no query can show it by mistake. What is
 * purged leaves a trace: UIDs, digests, sizes, who, when, why. The same image sent again is refused until
 * somebody lifts that. docs/decisions/0022-deletion.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_DELETION_H
#define CLINIC_ARCHIVE_DELETION_H

#include "clinic/archive/study.h"

typedef struct DeletionAsked {
    Slice   study_uid, series_uid, instance_uid; /* the last two empty: all of it */
    Slice   reason;
    int64_t proposal_id; /* 0: by a person */
} DeletionAsked;

/*
 * In the caller's transaction. Traced. Errors: ERR_INPUT no reason; ERR_NOT_FOUND; ERR_CONFLICT the patient
 * is under a hold, an image is in quarantine, a correction is under way. Whether its exam allows it is asked
 * before: clinic/workflow.
 */
bool deletion_begin(Db *db, const DeletionAsked *asked, const PatientBy *by, int64_t *ret_id, Err *err);

/* A deletion is the consequence of a correction: it comes back with its undo. */
bool deletion_is_part_of(Db *db, int64_t id, int64_t correction_id, Err *err);
/* Hidden deletions that were part of a correction: at most 'room'. */
bool deletions_of_correction(Db *db, int64_t correction_id, int64_t *ret, size_t room, size_t *ret_count, Err *err);

/* All back as before. Reads the files first, so it writes by itself. ERR_CONFLICT: no longer hidden. */
bool deletion_restore(Archive *a, int64_t id, Slice reason, const PatientBy *by, Err *err);

/* A purged (or hidden) image may come in again. The trace of the deletion stays. */
bool deletion_lift(Db *db, int64_t id, Slice reason, const PatientBy *by, Err *err);

/*
 * Files and names go; only what the certificate needs stays. Repeatable. 'early': why, although it could still be
 * restored; then by another person than who deleted (ERR_DENIED). Empty: ERR_CONFLICT before the end. ERR_CONFLICT too while
 * the patient is under a hold.
 */
bool deletion_purge(Archive *a, int64_t id, Slice early, const PatientBy *by, Err *err);
/* Those whose time is over, but for patients under a hold; at most 'limit'. */
bool deletions_purge_due(Archive *a, size_t limit, size_t *ret_purged, Err *err);

/* Newest first, at most 500. */
bool deletions_json(Db *db, json_t **ret, Err *err);

/* What was purged, when, by whom, why, with digests: a PDF in French. ERR_CONFLICT: not purged yet. */
bool deletion_certificate(Db *db, int64_t id, Buf *ret, Err *err);

/* For the ingest: was this image deleted? */
bool instance_was_deleted(Db *db, const char *instance_uid, bool *ret, Err *err);

/* A thread that purges what is due, once an hour. */
typedef struct Purger Purger;
Purger               *purger_start(Archive *a, Err *err);
void                  purger_stop(Purger *p);
OWNED_BY(Purger, purger_stop)

#endif
