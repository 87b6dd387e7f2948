/*
 * What a person drew on the images of a study: measures and key images, one set per study and person, kept whole at each change. E25.
 *
 *     {"marks":[{id,kind,series,sop,frame,points:[[column,row]…],text,figures:[{name,value,unit}],window:{center,width}|null,at_ms}],
 *      "keys":[{series,sop,frame,window,at_ms}]}
 *
 * Points are columns and rows of the frame: they mean the same on every screen. Whether the person may see the study is
 * study_find's to say, before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_READING_MARKS_H
#define CLINIC_WORKFLOW_READING_MARKS_H

#include <jansson.h>

#include "clinic/archive/study.h"

enum { READING_MARKS_MAX = 500, READING_KEYS_MAX = 500, READING_POINTS_MAX = 4000 };

/* {"version","content","kept_at_ms"}; version 0 and empty lists when nothing was kept yet. */
bool reading_marks_json(Db *db, const StudyRow *study, int64_t person_id, json_t **ret, Err *err);

/*
 * Keeps 'content' in place of 'version'. ERR_CONFLICT: another window kept something since; ERR_INPUT: not a set, or on
 * an image that is not of this study; ERR_LIMIT: too many.
 */
bool reading_marks_keep(Db *db, const StudyRow *study, int64_t person_id, int64_t version, const json_t *content,
                        int64_t *ret_version, Err *err);

#endif
