/*
 * Room of the archive: how much each site and the whole store keep, how much they may, who said so. E30, X5.
 *
 * Counted by the database itself as rows come and go (schema 0038), so that an arrival asks for no sum. A limit
 * refuses what is new: the same image sent again, signed reports, corrections and restores are never refused.
 * docs/decisions/0038-quotas.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_QUOTA_H
#define CLINIC_ARCHIVE_QUOTA_H

#include "clinic/archive/study.h"

enum { QUOTA_WHOLE_STORE = 0, QUOTA_WARN_PERCENT = 90, QUOTA_REASON_MAX = 500 };

/* A limit as a person sets it. 'site_id' QUOTA_WHOLE_STORE: for everything; 'limit_bytes' 0: none. */
typedef struct QuotaSet {
    int64_t site_id, limit_bytes, warn_percent;
    Slice   reason;
} QuotaSet;

/* Traced, the one before stays in the list of changes. ERR_INPUT no reason or a value out of range;
 * ERR_NOT_FOUND no such organisation. A limit below what is kept is allowed: nothing new comes in then. */
bool quota_set(Archive *a, const QuotaSet *set, const PatientBy *by, Err *err);

/*
 * {"disk":{"bytes","free_bytes","min_free_percent"},"store":{…},"sites":[{"site_id","name","files","bytes",
 * "shown_bytes","aside_bytes","kept_bytes","brought_bytes","limit_bytes","warn_percent","level"}],
 * "changes":[…]}. "level": none, ok, warned, full.
 */
bool quotas_json(Archive *a, json_t **ret, Err *err);

/* Has the whole store room for so many bytes more? For who brings something of which nobody knows yet whose it
 * is. ERR_FULL. */
bool quota_store_admits(Db *db, int64_t more_bytes, Err *err);

/* Pure: has the use come to the percentage at which people are warned? */
bool quota_is_near(int64_t used, int64_t limit, int64_t warn_percent);

/* The counts against the rows themselves. 'mend': the counts are set right, with a line of the trace. */
typedef struct QuotaCheck {
    int64_t files, bytes; /* as the rows say */
    int64_t drifted;      /* counts that were wrong */
    int64_t off_bytes;    /* by how much, all together, without sign */
} QuotaCheck;
bool quota_check(Archive *a, bool mend, QuotaCheck *ret, Err *err);

#endif
