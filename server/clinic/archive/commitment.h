/*
 * Storage commitment: are these objects safe here? Each is read again and its digest compared before we say
 * so.
 *
 * Source: DICOM PS3.4 annex J. E22, X5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_COMMITMENT_H
#define CLINIC_ARCHIVE_COMMITMENT_H

#include "clinic/archive/ingest.h"

enum { COMMITMENT_OBJECTS_MAX = 100000 };

typedef struct CommitmentObject {
    char class_uid[65], uid[65];
} CommitmentObject;

typedef enum CommitmentFault {
    COMMITMENT_SAFE,
    COMMITMENT_ABSENT,      /* never came, or was not kept */
    COMMITMENT_OTHER_CLASS, /* it is here, as an object of another class */
    COMMITMENT_DAMAGED,     /* its file is gone or altered */
} CommitmentFault;

/* On disk, in the index, and its bytes those of its digest. Reads the whole file. */
bool commitment_verify(Archive *a, const CommitmentObject *object, CommitmentFault *ret, Err *err);

typedef struct CommitmentAsk {
    int64_t                 peer_id;
    const char             *transaction_uid;
    const CommitmentObject *objects;
    size_t                  count;
} CommitmentAsk;

/* In the caller's write transaction. The same transaction of the same peer again: asked anew, to be told
 * anew. */
bool commitment_add(Db *db, const CommitmentAsk *ask, int64_t *ret_id, Err *err);

typedef struct Commitment {
    int64_t           id, peer_id, asked_at_ms;
    char              transaction_uid[65];
    bool              told;
    CommitmentObject *objects; /* owned */
    size_t            count;
} Commitment;
bool commitment_load(Db *db, int64_t id, Commitment *ret, Err *err); /* ERR_NOT_FOUND */
void commitment_clear(Commitment *c);

/* The peer has heard the report. */
bool commitment_told(Db *db, int64_t id, int64_t safe, int64_t not_safe, Err *err);

#endif
