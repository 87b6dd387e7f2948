/*
 * Dose in rows, and a study's dose from them. E29.
 *
 * Rules (DICOM PS3.16 TID 10001, 10011): a report whose scope is the study replaces the earlier ones;
 * otherwise each irradiation event counts once, whatever report tells it. CTDIvol is listed, never added; DLP
 * is added per phantom.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/archive_internal.h"
#include "formats/json/json_util.h"

/* ---- writing ---- */

static void bind_value(DbQuery *q, int n, DoseValue v)
{
    if (v.known)
        db_bind_real(q, n, v.value);
    else
        db_bind_null(q, n);
}

/* The slices of a CT series each tell their CTDIvol: one line a series, the largest. */
static bool merged_into_series(Db *db, int64_t series_id, const DoseEvent *e, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE dose_event"
                                     "   SET ctdi_mgy = CASE WHEN ctdi_mgy < ?2 THEN ?2 ELSE ctdi_mgy END"
                                     " WHERE series_id = ?1"
                                     "   AND ctdi_mgy IS NOT NULL"
                                     "   AND COALESCE(phantom_cm, 0) = ?3");
    db_bind_int(q, 1, series_id);
    db_bind_real(q, 2, e->ctdi_mgy.value);
    db_bind_real(q, 3, e->phantom_cm.known ? e->phantom_cm.value : 0);
    if (!db_run(q, err))
        return false;
    *ret = db_changes(q) > 0;
    return true;
}

static bool source_insert(Db *db, int64_t instance_id, int64_t study_id, const DoseFacts *f, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO dose_source (instance_id, study_id, kind, whole_study, ended_at,"
                     "                         dlp_mgycm, dap_mgycm2, agd_left_mgy, agd_right_mgy,"
                     "                         fluoroscopy_s)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_int(q, 1, instance_id);
    db_bind_int(q, 2, study_id);
    db_bind_int(q, 3, f->kind);
    db_bind_int(q, 4, f->whole_study);
    db_bind_cstr(q, 5, f->ended_at);
    bind_value(q, 6, f->dlp_mgycm);
    bind_value(q, 7, f->dap_mgycm2);
    bind_value(q, 8, f->agd_left_mgy);
    bind_value(q, 9, f->agd_right_mgy);
    bind_value(q, 10, f->fluoroscopy_s);
    return db_run(q, err);
}

bool dose_store(Db *db, int64_t instance_id, int64_t study_id, int64_t series_id, const DoseFacts *f,
                Err *err)
{
    bool merged = false;
    if (f->kind == DOSE_NONE)
        return true;
    if (f->kind == DOSE_HEADER && f->events[0].ctdi_mgy.known &&
        (!merged_into_series(db, series_id, &f->events[0], &merged, err) || merged))
        return merged;
    if (!source_insert(db, instance_id, study_id, f, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO dose_event (instance_id, study_id, series_id, event_uid, "
                                     "label, ctdi_mgy, phantom_cm,"
                                     "                        dlp_mgycm, dap_mgycm2, agd_mgy, kvp, mas)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    for (size_t i = 0; i < f->event_count; i++) {
        const DoseEvent *e = &f->events[i];
        db_bind_int(q, 1, instance_id);
        db_bind_int(q, 2, study_id);
        db_bind_int(q, 3, series_id);
        db_bind_cstr(q, 4, e->uid);
        db_bind_cstr(q, 5, e->label);
        bind_value(q, 6, e->ctdi_mgy);
        bind_value(q, 7, e->phantom_cm);
        bind_value(q, 8, e->dlp_mgycm);
        bind_value(q, 9, e->dap_mgycm2);
        bind_value(q, 10, e->agd_mgy);
        bind_value(q, 11, e->kvp);
        bind_value(q, 12, e->mas);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

/* ---- reading ---- */

enum { PHANTOMS = 3 }; /* 16 cm, 32 cm, not said */
static const double PHANTOM_CM[PHANTOMS] = { 16, 32, 0 };

typedef struct Total {
    bool      reports, headers;
    DoseValue dlp, dap, agd_left, agd_right, fluoroscopy, by_phantom[PHANTOMS];
    json_t   *ctdi, *exposures;
} Total;

static DoseValue value_at(const DbQuery *q, int column)
{
    return db_is_null(q, column) ? (DoseValue) { 0 } : (DoseValue) { true, db_real(q, column) };
}

static void add(DoseValue *sum, DoseValue v)
{
    if (v.known)
        *sum = (DoseValue) { true, (sum->known ? sum->value : 0) + v.value };
}

static json_t *value_json(DoseValue v)
{
    return v.known ? json_real(v.value) : json_null();
}

/* Totals as the reports state them. One of study scope speaks alone; several of a narrower scope are added
 * unless they tell the same events, and then only the events count. */
typedef struct Reports {
    int64_t only; /* the report that replaces the others; 0 none */
    int64_t count;
    bool    overlap;
} Reports;

static bool reports_weigh(Db *db, int64_t study_id, int64_t kind, Reports *ret, Err *err)
{
    *ret = (Reports) { 0 };
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT instance_id, whole_study FROM dose_source"
                                         " WHERE study_id = ?1 AND kind = ?2"
                                         " ORDER BY ended_at, instance_id");
        db_bind_int(q, 1, study_id);
        db_bind_int(q, 2, kind);
        DbStep step;
        while ((step = db_next(q, err)) == DB_ROW) {
            ret->count++;
            if (db_int(q, 1))
                ret->only = db_int(q, 0);
        }
        if (step == DB_FAILED)
            return false;
    }
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) - COUNT(DISTINCT dose_event.event_uid)"
                                     "  FROM dose_event"
                                     "  JOIN dose_source ON dose_source.instance_id = dose_event.instance_id"
                                     " WHERE dose_event.study_id = ?1 AND dose_source.kind = ?2"
                                     "   AND dose_event.event_uid <> ''");
    db_bind_int(q, 1, study_id);
    db_bind_int(q, 2, kind);
    if (db_next(q, err) != DB_ROW)
        return false;
    ret->overlap = db_int(q, 0) > 0;
    return true;
}

static bool stated_totals(Db *db, int64_t study_id, int64_t kind, const Reports *reports, Total *t, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT dlp_mgycm, dap_mgycm2, agd_left_mgy, agd_right_mgy, "
                                     "fluoroscopy_s"
                                     "  FROM dose_source"
                                     " WHERE study_id = ?1 AND kind = ?2 AND (?3 = 0 OR instance_id = ?3)");
    db_bind_int(q, 1, study_id);
    db_bind_int(q, 2, kind);
    db_bind_int(q, 3, reports->only);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        add(&t->dlp, value_at(q, 0));
        add(&t->dap, value_at(q, 1));
        add(&t->agd_left, value_at(q, 2));
        add(&t->agd_right, value_at(q, 3));
        add(&t->fluoroscopy, value_at(q, 4));
    }
    return step == DB_END;
}

static void ctdi_line(const DbQuery *q, json_t *list)
{
    json_t *one = json_object();
    json_put(one, "mgy", value_json(value_at(q, 2)));
    json_put(one, "phantom_cm", value_json(value_at(q, 3)));
    json_put(one, "label", json_slice(db_slice(q, 1)));
    json_push(list, one);
}

static void exposure_line(const DbQuery *q, json_t *list)
{
    json_t *one = json_object();
    json_put(one, "label", json_slice(db_slice(q, 1)));
    json_put(one, "kvp", value_json(value_at(q, 7)));
    json_put(one, "mas", value_json(value_at(q, 8)));
    json_put(one, "dap_mgycm2", value_json(value_at(q, 5)));
    json_put(one, "agd_mgy", value_json(value_at(q, 6)));
    json_push(list, one);
}

/* Each event once: the first that tells it (lowest row) stands. 'ret_sum' gets what the events add up to. */
static bool events_read(Db *db, int64_t study_id, int64_t kind, int64_t only, Total *t, Total *ret_sum,
                        Err *err)
{
    OWNED(DbQuery) *q = db_query(
        db, "SELECT e.event_uid, e.label, e.ctdi_mgy, e.phantom_cm, e.dlp_mgycm, e.dap_mgycm2, e.agd_mgy, "
            "e.kvp, e.mas"
            "  FROM dose_event e"
            "  JOIN dose_source s ON s.instance_id = e.instance_id"
            " WHERE e.study_id = ?1 AND s.kind = ?2 AND (?3 = 0 OR e.instance_id = ?3)"
            "   AND (e.event_uid = '' OR NOT EXISTS (SELECT 1 FROM dose_event f"
            "                                          JOIN dose_source r ON r.instance_id = f.instance_id"
            "                                         WHERE f.study_id = ?1 AND r.kind = ?2"
            "                                           AND (?3 = 0 OR f.instance_id = ?3)"
            "                                           AND f.event_uid = e.event_uid AND f.id < e.id"
            "                                           AND f.instance_id <> e.instance_id))"
            " ORDER BY e.id");
    db_bind_int(q, 1, study_id);
    db_bind_int(q, 2, kind);
    db_bind_int(q, 3, only);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        int phantom = db_real(q, 3) == PHANTOM_CM[0] ? 0 : db_real(q, 3) == PHANTOM_CM[1] ? 1 : 2;
        add(&ret_sum->dlp, value_at(q, 4));
        add(&ret_sum->dap, value_at(q, 5));
        add(&t->by_phantom[phantom], value_at(q, 4));
        if (!db_is_null(q, 2))
            ctdi_line(q, t->ctdi);
        else
            exposure_line(q, t->exposures);
    }
    return step == DB_END;
}

static void settle(DoseValue *total, const DoseValue *stated, const DoseValue *summed, bool only_events)
{
    add(total, stated->known && !only_events ? *stated : *summed);
}

static bool kind_add(Db *db, int64_t study_id, DoseKind kind, Total *t, Err *err)
{
    Reports reports;
    Total   stated = { 0 }, sum = { 0 };
    if (!reports_weigh(db, study_id, kind, &reports, err))
        return false;
    if (!reports.count)
        return true;
    if (!stated_totals(db, study_id, kind, &reports, &stated, err) ||
        !events_read(db, study_id, kind, reports.only, t, &sum, err))
        return false;
    bool only_events = !reports.only && reports.overlap;
    settle(&t->dlp, &stated.dlp, &sum.dlp, only_events);
    settle(&t->dap, &stated.dap, &sum.dap, only_events);
    if (!only_events) {
        add(&t->agd_left, stated.agd_left);
        add(&t->agd_right, stated.agd_right);
        add(&t->fluoroscopy, stated.fluoroscopy);
    }
    t->reports = t->reports || kind != DOSE_HEADER;
    t->headers = t->headers || kind == DOSE_HEADER;
    return true;
}

static bool study_add(Db *db, int64_t study_id, Total *t, Err *err)
{
    bool before = t->reports;
    t->reports  = false;
    if (!kind_add(db, study_id, DOSE_REPORT_CT, t, err) ||
        !kind_add(db, study_id, DOSE_REPORT_PROJECTION, t, err))
        return false;
    bool told  = t->reports;
    t->reports = before || told;
    return told || kind_add(db, study_id, DOSE_HEADER, t, err);
}

static json_t *total_json(const Total *t)
{
    if (!t->reports && !t->headers)
        return json_null();
    json_t *j = json_object(), *phantoms = json_array(), *agd = json_object();
    for (int i = 0; i < PHANTOMS; i++)
        if (t->by_phantom[i].known) {
            json_t *one = json_object();
            json_put(one, "phantom_cm", PHANTOM_CM[i] > 0 ? json_real(PHANTOM_CM[i]) : json_null());
            json_put(one, "dlp_mgycm", json_real(t->by_phantom[i].value));
            json_push(phantoms, one);
        }
    json_put(agd, "left_mgy", value_json(t->agd_left));
    json_put(agd, "right_mgy", value_json(t->agd_right));
    json_put(j, "source", json_cstr(t->reports ? "rdsr" : "headers"));
    json_put(j, "ctdi", json_incref(t->ctdi));
    json_put(j, "dlp_mgycm", value_json(t->dlp));
    json_put(j, "dap_mgycm2", value_json(t->dap));
    json_put(j, "dlp_by_phantom", phantoms);
    json_put(j, "agd", agd);
    json_put(j, "fluoroscopy_s", value_json(t->fluoroscopy));
    json_put(j, "exposures", json_incref(t->exposures));
    return j;
}

static bool studies_add(Db *db, DbQuery *ids, Total *t, Err *err)
{
    DbStep step;
    while ((step = db_next(ids, err)) == DB_ROW)
        if (!study_add(db, db_int(ids, 0), t, err))
            return false;
    return step == DB_END;
}

static bool dose_of(Db *db, DbQuery *ids, json_t **ret, Err *err)
{
    OWNED(json_t) *ctdi = json_array(), *exposures = json_array();
    Total t = { .ctdi = ctdi, .exposures = exposures };
    if (!studies_add(db, ids, &t, err))
        return false;
    *ret = total_json(&t);
    return true;
}

bool dose_of_study(Db *db, int64_t study_id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM study WHERE id = ?1");
    db_bind_int(q, 1, study_id);
    return dose_of(db, q, ret, err);
}

bool dose_of_act(Db *db, int64_t act_id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM study WHERE act_id = ?1 ORDER BY id");
    db_bind_int(q, 1, act_id);
    return dose_of(db, q, ret, err);
}
