/*
 * What a study misses by its own word: the gaps of each of its series, read from the kept headers. E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_COMPLETENESS_H
#define CLINIC_ARCHIVE_COMPLETENESS_H

#include "clinic/archive/gaps.h"
#include "platform/db/db.h"

enum { COMPLETENESS_IMAGES_MAX = 20000 }; /* of one series; beyond it only numbers count */

typedef struct SeriesGaps {
    char    uid[65], description[65], modality[17];
    int64_t number; /* of the series; INT32_MIN when absent */
    int64_t images;
    Gaps    gaps;
} SeriesGaps;

/* Each series of the act's studies that misses something; false stops. Series without images are passed over.
 */
typedef bool SeriesGapsEach(const SeriesGaps *series, void *with);
bool         act_gaps_each(Db *db, int64_t act_id, SeriesGapsEach *each, void *with, Err *err);
bool         study_gaps_each(Db *db, int64_t study_id, SeriesGapsEach *each, void *with, Err *err);

#endif
