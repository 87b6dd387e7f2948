/*
 * Earlier reports of the same patient: those that this person could open from the list of acts, no others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/earlier_reports.h"

#include "base/own.h"
#include "clinic/reports/report.h"
#include "clinic/workflow/act_projection.h"
#include "clinic/workflow/act_store.h"
#include "formats/json/json_util.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { EARLIER_MAX = 50 };

/* Made when: as the site said that it began; else when it was signed. */
static int64_t exam_at_ms(const Act *a, const Report *r)
{
    int64_t started = act_fact_int(a, "acquisition", "started_at_ms");
    return started ? started : r->signed_at_ms;
}

static bool is_doubtful(const Act *a)
{
    const json_t *mark;
    size_t        i;
    json_array_foreach (act_fact(a, "report_marks", NULL), i, mark) {
        const char *verdict = json_string_value(json_object_get(mark, "verdict"));
        if (!verdict || strcmp(verdict, "withdrawn") == 0)
            return true;
    }
    return false;
}

/* NULL: memory, or its organisation is gone. */
static json_t *one_json(Db *db, const Act *a, const Report *r, Err *err)
{
    Organisation site = { 0 };
    char         name[160] = "";
    Err          gone      = { 0 };
    if (a->site_id && !organisation_load(db, a->site_id, &site, err))
        return NULL;
    (void)person_name_load(db, r->signed_by, name, sizeof name, &gone);
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:b}", "act_id", (json_int_t)a->id, "number", a->number, "kind", a->kind, "modality",
                     a->modality, "region", a->region, "site", site.name, "exam_at_ms", (json_int_t)exam_at_ms(a, r), "revision", (json_int_t)r->revision, "version",
                     (json_int_t)r->version, "signed_at_ms", (json_int_t)r->signed_at_ms, "author", name, "doubt", is_doubtful(a));
}

/* Adds that act's signed report when there is one. */
static bool one_push(Db *db, const Act *a, json_t *list, Err *err)
{
    Report r = { 0 };
    if (!report_load_signed(db, a->id, &r, err))
        return false;
    bool ok = r.status != REPORT_SIGNED || json_push(list, one_json(db, a, &r, err));
    report_clear(&r);
    return ok;
}

static int newest_first(const void *a, const void *b)
{
    json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "exam_at_ms")), y = json_integer_value(json_object_get(*(json_t *const *)b, "exam_at_ms"));
    return (x < y) - (x > y);
}

static json_t *in_order(const json_t *list)
{
    json_t *sorted[EARLIER_MAX];
    size_t  count = 0;
    for (; count < json_array_size(list) && count < EARLIER_MAX; count++)
        sorted[count] = json_array_get(list, count);
    qsort(sorted, count, sizeof *sorted, newest_first);
    json_t *made = json_array();
    for (size_t i = 0; i < count; i++)
        json_push(made, json_incref(sorted[i]));
    return made;
}

bool earlier_reports_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a          = { 0 };
    int64_t   now_s      = clock_now_s();
    OWNED(json_t) *list  = json_array();
    if (!act_load_for(db, act_id, who->person_id, now_s, &a, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS "  FROM act"
                                     " WHERE act.patient_id = ?1 AND act.id <> ?2"
                                     "   AND " ACT_GRANT_SQL("act.id", "?3", "?4")
                                     " ORDER BY act.id DESC");
    db_bind_int(q, 1, a.patient_id);
    db_bind_int(q, 2, act_id);
    db_bind_int(q, 3, who->person_id);
    db_bind_int(q, 4, now_s);
    for (DbStep step; json_array_size(list) < EARLIER_MAX && (step = db_next(q, err)) != DB_END;) {
        OWNED_ACT other = { 0 };
        if (step == DB_FAILED || !act_from_row(q, &other, err) || !one_push(db, &other, list, err))
            return false;
    }
    *ret = json_pack("{s:o}", "reports", in_order(list));
    return *ret != NULL;
}
