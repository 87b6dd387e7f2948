/*
 * Storage commitment push model as provider: the question taken, the report made and told. DICOM PS3.4 annex
 * J.
 *
 * A peer that can be called is told on an association of our own, again and again until it has heard; one
 * that cannot is told on the association on which it asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_COMMIT_H
#define DOORS_DIMSE_COMMIT_H

#include "base/buf.h"
#include "clinic/archive/commitment.h"
#include "formats/dicom/tags.h"
#include "platform/jobs/jobs.h"

enum { COMMIT_ALL_SAFE = 1, COMMIT_SOME_NOT = 2 }; /* event types */

typedef struct CommitReport {
    uint16_t event_type;
    int64_t  safe, not_safe;
    Buf      data; /* in the syntax asked for */
} CommitReport;

/* Reads and compares every object. 'ret->data' is to be freed. */
bool commit_report(Archive *archive, const Commitment *c, const char *ae_title, TransferSyntax syntax,
                   CommitReport *ret, Err *err);

#define COMMIT_JOB "dimse.commitment"
/* In the caller's transaction. */
bool commit_later(Db *db, int64_t commitment_id, Err *err);
/* Its handler; 'house' is a RemoteHouse. */
JobHandler commit_run;

#endif
