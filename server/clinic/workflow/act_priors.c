/*
 * Earlier exams worth comparing: the query, then the order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_priors.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "clinic/workflow/act_projection.h"
#include "clinic/workflow/body_region.h"
#include "formats/json/json_util.h"
#include "guard/access/grant.h"

typedef struct Now {
    unsigned regions;
    char     modalities[65], date[9];
} Now;

/* Where a study looks: what was asked for; else its description, its series' body parts and descriptions. */
static bool regions_of(Db *db, int64_t study_id, Slice asked, Slice description, unsigned *ret, Err *err)
{
    unsigned found = body_regions_of(asked);
    if (!found)
        found = body_regions_of(description);
    OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT body_part, description FROM series WHERE study_id = ?1 LIMIT 20");
    db_bind_int(q, 1, study_id);
    DbStep step = DB_END;
    while (!found && (step = db_next(q, err)) == DB_ROW)
        found = body_regions_of(db_slice(q, 0)) | body_regions_of(db_slice(q, 1));
    *ret = found;
    return step != DB_FAILED;
}

/* What the act's own images are; before they come, what was asked for. */
static bool now_load(Db *db, const Act *a, Now *ret, Err *err)
{
    Now n = { .regions = body_regions_of(slice_of(a->region)) };
    slice_copy(slice_of(a->modality), n.modalities, sizeof n.modalities);
    for (char *c = n.modalities; *c; c++)
        if (*c == '/')
            *c = '\\'; /* PT/CT */
    OWNED(DbQuery) *q = db_query(db, "SELECT id, modalities, study_date, description FROM study WHERE act_id = ?1 ORDER BY id LIMIT 1");
    db_bind_int(q, 1, a->id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW) {
        if (db_slice(q, 1).len)
            db_text(q, 1, n.modalities, sizeof n.modalities);
        db_text(q, 2, n.date, sizeof n.date);
        if (!regions_of(db, db_int(q, 0), slice_of(a->region), db_slice(q, 3), &n.regions, err))
            return false;
    }
    *ret = n;
    return true;
}

#define COLUMNS "study.uid, study.study_date, study.modalities, study.description, study.instance_count, COALESCE(prior_study.origin, ''), "          \
                "COALESCE(act.id, 0), COALESCE(act.number, ''), COALESCE(act.region, ''), study.id"

static json_t *one_json(Db *db, const DbQuery *q, const Now *now, Err *err)
{
    unsigned regions = 0;
    if (!regions_of(db, db_int(q, 9), db_slice(q, 8), db_slice(q, 3), &regions, err))
        return NULL;
    PriorReason reason = prior_reason(now->regions, slice_of(now->modalities), regions, db_slice(q, 2));
    return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:o, s:o, s:s, s:i}", "study_uid", json_slice(db_slice(q, 0)), "date",
                     json_slice(db_slice(q, 1)), "modalities", json_slice(db_slice(q, 2)), "description", json_slice(db_slice(q, 3)),
                     "instances", (json_int_t)db_int(q, 4), "origin", json_slice(db_slice(q, 5)), "act_id", (json_int_t)db_int(q, 6),
                     "act_number", json_slice(db_slice(q, 7)), "regions", body_regions_json(regions), "reason", prior_reason_name(reason),
                     "rank", (int)reason);
}

/* By reason, best first; the query gave the newest first and each reason keeps that. */
static bool in_order(const json_t *found, json_t *list)
{
    for (int rank = 0; rank < PRIOR_REASONS; rank++) {
        size_t  i;
        json_t *one;
        json_array_foreach (found, i, one)
            if (json_integer_value(json_object_get(one, "rank")) == rank && !json_push(list, json_incref(one)))
                return false;
    }
    size_t  i;
    json_t *one;
    json_array_foreach (list, i, one)
        (void)json_object_del(one, "rank");
    return true;
}

bool act_priors_json(Db *db, const Who *who, int64_t act_id, int64_t now_s, json_t **ret, Err *err)
{
    Now       now;
    OWNED_ACT a = { 0 };
    OWNED(json_t) *found = json_array(), *list = json_array();
    if (!act_load_for(db, act_id, who->person_id, now_s, &a, err) || !now_load(db, &a, &now, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM study LEFT JOIN prior_study ON prior_study.study_uid = study.uid"
                                     "  LEFT JOIN act ON act.id = study.act_id"
                                     " WHERE study.patient_id = ?3 AND (study.act_id IS NULL OR study.act_id <> ?4) AND study.wrong_patient = 0"
                                     "   AND study.instance_count > 0 AND (?5 = '' OR study.study_date <= ?5)"
                                     "   AND " GRANT_SQL("study.patient_id", "?1", "?2")
                                     " ORDER BY study.study_date DESC, study.study_time DESC, study.id DESC LIMIT 60");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, now_s);
    db_bind_int(q, 3, a.patient_id);
    db_bind_int(q, 4, act_id);
    db_bind_cstr(q, 5, now.date);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        json_t *one = step == DB_ROW ? one_json(db, q, &now, err) : NULL;
        if (!one || !json_push(found, one))
            return false;
    }
    if (!in_order(found, list))
        return err_set(err, ERR_LIMIT, "The content is too large.", "priors");
    *ret = json_pack("{s:o, s:s, s:O}", "regions", body_regions_json(now.regions), "modalities", now.modalities, "priors", list);
    return *ret != NULL;
}
