/*
 * Performed steps: their rows, and the event in the act's log when one begins or ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/performed.h"

#include <inttypes.h>

#include "clinic/workflow/act_house.h"
#include "platform/clock.h"

typedef struct Saying {
    const ActHouse  *house;
    const Performed *p;
    PerformedVerdict verdict;
} Saying;

/* ---- whose step: the study planned for an act, or its accession number or step; of the machine's own site
 * ---- */

static bool act_of_step(Db *db, const Performed *p, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id"
                                     "  FROM act"
                                     " WHERE (act.study_uid = ?1 OR (?2 <> '' AND act.accession = ?2) OR "
                                     "(?3 <> '' AND act.sps_id = ?3))"
                                     "   AND (?4 = 0 OR act.site_id = ?4)"
                                     " ORDER BY CASE WHEN act.study_uid = ?1 THEN 0 WHEN act.accession = ?2 "
                                     "THEN 1 ELSE 2 END, act.id DESC");
    db_bind_cstr(q, 1, p->study_uid);
    db_bind_cstr(q, 2, p->accession);
    db_bind_cstr(q, 3, p->sps_id);
    db_bind_int(q, 4, p->site_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

/* ---- rows ---- */

typedef struct StepRow {
    int64_t id, act_id, site_id;
    char    state[17], modality[17], station[17], started[15], ended[15], reason[65];
    char    dap_dgycm2[17], fluoroscopy_s[17], exposures[13];
} StepRow;

static bool step_load(Db *db, const char *uid, StepRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, act_id, site_id, state, modality, station_ae, started, "
                                     "ended, "
                                     "reason, dap_dgycm2, fluoroscopy_s, exposures"
                                     "  FROM performed_step WHERE uid = ?1");
    db_bind_cstr(q, 1, uid);
    *ret = (StepRow) { 0 };
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = (StepRow) { .id = db_int(q, 0), .act_id = db_int(q, 1), .site_id = db_int(q, 2) };
        db_text(q, 3, ret->state, sizeof ret->state);
        db_text(q, 4, ret->modality, sizeof ret->modality);
        db_text(q, 5, ret->station, sizeof ret->station);
        db_text(q, 6, ret->started, sizeof ret->started);
        db_text(q, 7, ret->ended, sizeof ret->ended);
        db_text(q, 8, ret->reason, sizeof ret->reason);
        db_text(q, 9, ret->dap_dgycm2, sizeof ret->dap_dgycm2);
        db_text(q, 10, ret->fluoroscopy_s, sizeof ret->fluoroscopy_s);
        db_text(q, 11, ret->exposures, sizeof ret->exposures);
        return true;
    case DB_END:
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

static bool step_insert(Db *db, const Performed *p, int64_t act_id, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO performed_step (uid, state, act_id, site_id, peer, study_uid, "
                     "accession, sps_id, station_ae,"
                     "                            station_name, modality, started, created_at_ms, "
                     "changed_at_ms)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)");
    db_bind_cstr(q, 1, p->uid);
    db_bind_cstr(q, 2, p->state);
    if (act_id)
        db_bind_int(q, 3, act_id);
    else
        db_bind_null(q, 3);
    db_bind_int(q, 4, p->site_id);
    db_bind_cstr(q, 5, p->peer);
    db_bind_cstr(q, 6, p->study_uid);
    db_bind_cstr(q, 7, p->accession);
    db_bind_cstr(q, 8, p->sps_id);
    db_bind_cstr(q, 9, p->station_ae);
    db_bind_cstr(q, 10, p->station_name);
    db_bind_cstr(q, 11, p->modality);
    db_bind_cstr(q, 12, p->started);
    db_bind_int(q, 13, clock_now_ms());
    return db_run(q, err);
}

/* What was said now, else what was said before. */
static bool step_update(Db *db, int64_t id, const Performed *p, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE performed_step"
                                     "   SET state = CASE WHEN ?2 <> '' THEN ?2 ELSE state END,"
                                     "       ended = CASE WHEN ?3 <> '' THEN ?3 ELSE ended END,"
                                     "       reason = CASE WHEN ?4 <> '' THEN ?4 ELSE reason END,"
                                     "       dap_dgycm2 = CASE WHEN ?5 <> '' THEN ?5 ELSE dap_dgycm2 END,"
                                     "       fluoroscopy_s = CASE WHEN ?6 <> '' THEN ?6 ELSE fluoroscopy_s "
                                     "END,"
                                     "       exposures = CASE WHEN ?7 <> '' THEN ?7 ELSE exposures END,"
                                     "       changed_at_ms = ?8"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_cstr(q, 2, p->state);
    db_bind_cstr(q, 3, p->ended);
    db_bind_cstr(q, 4, p->reason);
    db_bind_cstr(q, 5, p->dap_dgycm2);
    db_bind_cstr(q, 6, p->fluoroscopy_s);
    db_bind_cstr(q, 7, p->exposures);
    db_bind_int(q, 8, clock_now_ms());
    return db_run(q, err);
}

static bool objects_replace(Db *db, int64_t id, const Performed *p, Err *err)
{
    OWNED(DbQuery) *gone = db_query(db, "DELETE FROM performed_object WHERE step_id = ?1");
    db_bind_int(gone, 1, id);
    if (!db_run(gone, err))
        return false;
    for (size_t i = 0; i < p->object_count; i++) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO performed_object (step_id, uid, class_uid, series_uid) "
                                         "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
        db_bind_int(q, 1, id);
        db_bind_cstr(q, 2, p->objects[i].uid);
        db_bind_cstr(q, 3, p->objects[i].class_uid);
        db_bind_cstr(q, 4, p->objects[i].series_uid);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static bool objects_count(Db *db, int64_t step_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM performed_object WHERE step_id = ?1");
    db_bind_int(q, 1, step_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

/* ---- the act hears of it ---- */

static void put_said(json_t *data, const char *key, const char *text)
{
    if (*text)
        json_put(data, key, json_cstr(text));
}

/* An act that is not under way (any more) keeps its log as it is; the step itself is kept all the same. */
static bool act_tell(Db *db, const ActHouse *house, const char *uid, Err *err)
{
    StepRow   row;
    OWNED_ACT a       = { 0 };
    int64_t   objects = 0;
    if (!step_load(db, uid, &row, err) || !objects_count(db, row.id, &objects, err))
        return false;
    if (!row.act_id)
        return true;
    if (!act_load(db, row.act_id, &a, err))
        return false;
    if (!act_step_row(&a, SLICE("performed-step")))
        return true;
    json_t *data =
        json_pack("{s:s, s:s, s:I}", "uid", uid, "state", row.state, "objects", (json_int_t)objects);
    put_said(data, "modality", row.modality);
    put_said(data, "station", row.station);
    put_said(data, "started", row.started);
    put_said(data, "ended", row.ended);
    put_said(data, "reason", row.reason);
    put_said(data, "dap_dgycm2", row.dap_dgycm2);
    put_said(data, "fluoroscopy_s", row.fluoroscopy_s);
    put_said(data, "exposures", row.exposures);
    return act_do_system(db, house, a.id, "performed-step", data, err);
}

/* ---- said by the machine ---- */

static bool create_work(Db *db, void *arg, Err *err)
{
    Saying *s = arg;
    StepRow known;
    int64_t act_id = 0;
    if (!step_load(db, s->p->uid, &known, err))
        return false;
    s->verdict = known.id ? PERFORMED_DUPLICATE : PERFORMED_TAKEN;
    if (known.id)
        return true;
    if (!act_of_step(db, s->p, &act_id, err) || !step_insert(db, s->p, act_id, err))
        return false;
    if (s->p->has_objects && !objects_replace(db, db_last_id(db), s->p, err))
        return false;
    return act_tell(db, s->house, s->p->uid, err);
}

bool performed_create(ActHouse *house, const Performed *p, PerformedVerdict *ret, Err *err)
{
    Saying s = { .house = house, .p = p };
    if (!db_write(house->needs.host, create_work, &s, err))
        return false;
    *ret = s.verdict;
    return true;
}

static bool change_work(Db *db, void *arg, Err *err)
{
    Saying *s = arg;
    StepRow known;
    if (!step_load(db, s->p->uid, &known, err))
        return false;
    s->verdict = !known.id                                 ? PERFORMED_UNKNOWN
                 : known.site_id != s->p->site_id          ? PERFORMED_NOT_YOURS
                 : strcmp(known.state, "IN PROGRESS") != 0 ? PERFORMED_FINAL
                                                           : PERFORMED_TAKEN;
    if (s->verdict != PERFORMED_TAKEN)
        return true;
    if (!step_update(db, known.id, s->p, err) ||
        (s->p->has_objects && !objects_replace(db, known.id, s->p, err)))
        return false;
    /* the log has the turns; what is said between them shows in the count of images */
    return !s->p->state[0] || strcmp(s->p->state, known.state) == 0 || act_tell(db, s->house, s->p->uid, err);
}

bool performed_change(ActHouse *house, const Performed *p, PerformedVerdict *ret, Err *err)
{
    Saying s = { .house = house, .p = p };
    if (!db_write(house->needs.host, change_work, &s, err))
        return false;
    *ret = s.verdict;
    return true;
}

/* ---- counted against the archive ---- */

bool performed_count(Db *db, int64_t act_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(DISTINCT performed_object.uid)"
                                     "  FROM performed_step"
                                     "  JOIN performed_object ON performed_object.step_id = performed_step.id"
                                     " WHERE performed_step.act_id = ?1");
    db_bind_int(q, 1, act_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

bool performed_missing_each(Db *db, int64_t act_id, PerformedMissingEach *each, void *with, Err *err)
{
    DbStep step;
    OWNED(DbQuery) *q = db_query(db, "SELECT missing.series_uid, missing.images, series.number, "
                                     "series.description"
                                     "  FROM (SELECT performed_object.series_uid AS series_uid,"
                                     "               COUNT(DISTINCT performed_object.uid) AS images"
                                     "          FROM performed_step"
                                     "          JOIN performed_object ON performed_object.step_id = "
                                     "performed_step.id"
                                     "         WHERE performed_step.act_id = ?1"
                                     "           AND NOT EXISTS (SELECT 1 FROM instance WHERE instance.uid = "
                                     "performed_object.uid)"
                                     "         GROUP BY performed_object.series_uid) AS missing"
                                     "  LEFT JOIN series ON series.uid = missing.series_uid"
                                     " ORDER BY missing.series_uid");
    db_bind_int(q, 1, act_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        PerformedMissing one = { .count  = db_int(q, 1),
                                 .series = db_is_null(q, 2) ? INT32_MIN : db_int(q, 2) };
        db_text(q, 0, one.series_uid, sizeof one.series_uid);
        db_text(q, 3, one.description, sizeof one.description);
        if (!each(&one, with))
            return true;
    }
    return step != DB_FAILED;
}
