/*
 * One deletion as its row says it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_DELETION_INTERNAL_H
#define CLINIC_ARCHIVE_DELETION_INTERNAL_H

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/deletion.h"

typedef struct Deletion {
    int64_t id, until_ms, person_id; /* who deleted */
    char    state[16], level[16], study_uid[65];
    Match   belongs;
} Deletion;

bool deletion_load(Db *db, int64_t id, Deletion *ret, Err *err);
bool deletion_end(Db *db, const Deletion *d, const char *state, Slice reason, const PatientBy *by,
                  const char *detail, Err *err);

/*
 * What was deleted, its files read and found whole, ready to be back in a transaction: deletion_back_work, a DbWork
 * on it. With 'deletion_ends' held until then. 'reason' and 'by' are borrowed. NULL: it cannot be restored.
 */
typedef struct DeletionBack DeletionBack;
DeletionBack *deletion_to_restore(Archive *a, int64_t id, Slice reason, const PatientBy *by, Err *err);
bool          deletion_back_work(Db *db, void *back, Err *err);
void          deletion_back_free(DeletionBack *b);
OWNED_BY(DeletionBack, deletion_back_free)

/* ERR_CONFLICT: the file of the patient (0: none), or of the one it was merged into since, is under a hold. */
bool deletion_not_held(Db *db, int64_t patient_id, Err *err);

/* Everything made of a stored file below the cache folder. */
void cache_forget(const Archive *a, const uint8_t sha256[SHA256_BYTES]);

#endif
