/*
 * The archive seen from above, and all that is known of how one study is kept. E30.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_OVERVIEW_H
#define CLINIC_ARCHIVE_OVERVIEW_H

#include <jansson.h>

#include "clinic/archive/study.h"

enum {
    OVERVIEW_ARRIVALS_MAX = 20000, /* objects looked back at; beyond it "more" is said */
    OVERVIEW_WAITING_MAX  = 1000,  /* of the quarantine room */
    FACTS_FRAMES_MAX      = 5000,  /* ready frames looked for on the disk, one study */
};

/*
 * {"studies","series","objects","bytes","disk":{"free","size"},"cache":{…},"arrivals":{"today","hour","more",
 * "last_at_ms"},"quarantine":{"studies","objects","more"},"faults","recheck":{…},"ahead":{"waiting"}}.
 *
 * The totals are one row that every change of a study keeps (schema 0050); arrivals are the newest objects by key, until
 * they are older than today; the waiting ones have indexes of their own. 'waiting_ahead': objects whose frames are not
 * made yet; negative: nobody makes them, "ahead" is null.
 */
bool overview_json(Archive *a, int64_t waiting_ahead, json_t **ret, Err *err);

/*
 * How a study is kept: docs/api.md, "One study of the archive". For people who may see all (MAY_ARCHIVE): 'viewer' is
 * asked all the same. ERR_NOT_FOUND. Reads the rows of this study alone, and whether their ready frames are there.
 */
bool study_facts_json(Archive *a, Slice study_uid, const ArchiveViewer *viewer, json_t **ret, StudyRow *ret_study,
                      Err *err);

#endif
