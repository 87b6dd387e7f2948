/*
 * News of the archive for those above it: what came since an instance, and the jobs it queues.
 *
 * Jobs (payload JSON {"study_id":N,"study_uid":"…","act_id":N,"patient_id":N}), written in the instance's
 * transaction: archive.wrong-patient   a study was flagged: its images and its patient differ (E15); also "differences":[…]
 *   archive.agent     an instance told of a drug that was not told of its study before (agent.h)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_NEWS_H
#define CLINIC_ARCHIVE_NEWS_H

#include "platform/db/db.h"

#define ARCHIVE_JOB_WRONG_PATIENT "archive.wrong-patient"
#define ARCHIVE_JOB_AGENT "archive.agent"

/* Instances of one series that came since; one call a series. */
typedef struct ArchiveNews {
    int64_t study_id, series_id, act_id, patient_id; /* 0: none */
    char    study_uid[65], series_uid[65], modality[17];
    int64_t arrived;          /* since then */
    int64_t series_instances; /* in the series now */
    int64_t study_instances;  /* in the study now */
    int64_t last_at_ms;
} ArchiveNews;

typedef bool ArchiveNewsEach(const ArchiveNews *news, void *with); /* false stops */

/*
 * Everything that arrived after instance 'after' (0: from the beginning; archive_news_last: from now).
 * 'ret_last' is the id to name next time.
 */
bool archive_news_since(Db *db, int64_t after, ArchiveNewsEach *each, void *with, int64_t *ret_last,
                        Err *err);
bool archive_news_last(Db *db, int64_t *ret_last, Err *err);

#endif
