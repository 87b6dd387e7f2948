/*
 * How long a file is kept, and the reviewed purge of what is due. Code de la santé publique R.1112-7.
 *
 * Twenty years after the patient's last exam or act at the site; not before the 28th birthday; ten years after death
 * when the patient died within ten years of that exam. A platform may decide to keep longer, never shorter. A purge is proposed by one person, looked through, and
 * approved by another; what is approved is hidden first, with the time of grace of any deletion.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_RETENTION_H
#define CLINIC_ARCHIVE_RETENTION_H

#include "clinic/archive/deletion.h"

/* What the law says, which no platform goes under. The days in which a deletion can be taken back are ours: under a
 * week nobody would notice a mistake of the holidays. */
enum {
    LEGAL_KEEP_YEARS = 20,
    LEGAL_UNTIL_AGE = 28,
    LEGAL_AFTER_DEATH_YEARS = 10,
    GRACE_DAYS_MIN = 7,
    TERM_YEARS_MAX = 150,
    GRACE_DAYS_MAX = 3650,
    PURGE_ITEMS_MAX = 5000
};

typedef struct RetentionTerms {
    int64_t version; /* 0 when it is to be set */
    int64_t keep_years, until_age, after_death_years, grace_days;
} RetentionTerms;

/* Those in force. */
bool retention_terms_load(Db *db, RetentionTerms *ret, Err *err);
/* A new version, traced. ERR_INPUT: no reason, under the law's minimum or out of range. What is hidden already keeps
 * the days it was given; a purge that was proposed is judged by the terms in force when it is approved. */
bool retention_terms_set(Db *db, const RetentionTerms *terms, Slice reason, const PatientBy *by, Err *err);
/* {"version","keep_years","until_age","after_death_years","grace_days","legal":{…},"versions":[…with at_ms, actor,
 * reason]}, newest first. */
bool retention_terms_json(Db *db, json_t **ret, Err *err);

typedef enum RetentionRule { RETENTION_YEARS, RETENTION_MINOR, RETENTION_DEATH } RetentionRule;

/*
 * Pure. Days are YYYYMMDD numbers: 20060214. 'died' 0: alive or unknown; 'birth' 0: unknown. The 29th of
 * February falls on the 28th in other years.
 */
int32_t retention_due(const RetentionTerms *terms, int32_t last, int32_t birth, int32_t died,
                      RetentionRule *ret_rule);

/* What the rooms above know: may the images of this study go; when was care last given to this patient at that site
 * (0: any) in an act, with or without images (0: never). clinic/workflow. */
typedef struct PurgeAsks {
    bool (*allowed)(Db *db, Slice study_uid, Err *err);
    bool (*last_care)(Db *db, int64_t patient_id, int64_t site_id, int32_t *ret_day, Err *err);
} PurgeAsks;

/* Proposes all that is due on 'as_of' (YYYYMMDD; 0: today), but for patients under a hold. ERR_CONFLICT
 * nothing is due; ERR_INPUT a day that is still to come. */
bool purge_propose(Db *db, int32_t as_of, const PurgeAsks *asks, const PatientBy *by, int64_t *ret_id, Err *err);
/* Takes one study out, with a reason (or puts it in again: empty reason). ERR_CONFLICT: decided already. */
bool purge_keep_out(Db *db, int64_t proposal_id, int64_t item_id, Slice reason, const PatientBy *by,
                    Err *err);
/*
 * Another person than who proposed it (ERR_DENIED). Hides what is still due and allowed; the rest is kept out, with why. *ret_hidden: how many studies.
 */
bool purge_approve(Db *db, int64_t proposal_id, Slice reason, const PurgeAsks *asks, const PatientBy *by,
                   int64_t *ret_hidden, Err *err);
bool purge_withdraw(Db *db, int64_t proposal_id, Slice reason, const PatientBy *by, Err *err);
bool purges_json(Db *db, json_t **ret, Err *err);
bool purge_json(Db *db, int64_t proposal_id, json_t **ret, Err *err); /* with its items */
/* The certificate of destruction: what, by which rule, who proposed, who approved, digests. ERR_CONFLICT not
 * purged yet. */
bool purge_certificate(Db *db, int64_t proposal_id, Buf *ret, Err *err);

bool hold_add(Db *db, int64_t patient_id, Slice reason, const PatientBy *by, int64_t *ret_id, Err *err);
bool hold_end(Db *db, int64_t id, const PatientBy *by, Err *err);
/* Patients merged, and two again: the holds of the one that goes hold the file of the other as well. */
bool holds_follow(Db *db, int64_t from, int64_t into, int64_t merge_id, const PatientBy *by, Err *err);
bool holds_part(Db *db, int64_t into, int64_t merge_id, const PatientBy *by, Err *err);
bool holds_json(Db *db, json_t **ret, Err *err);
/* 'died_on' YYYY-MM-DD, or empty to take it back. */
bool patient_died(Db *db, int64_t patient_id, Slice died_on, const PatientBy *by, Err *err);

#endif
