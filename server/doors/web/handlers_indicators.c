/*
 * The indicators of a convention, as JSON or as lines for a spreadsheet. O7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/indicator_quality.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

enum { CSV_MAX = 4 << 20 };

static bool wanted_read(Request *q, IndicatorsWanted *ret, Err *err)
{
    ret->convention = slice_of(http_query(q->http, "convention"));
    traced_object(q, ret->convention);
    return query_int(q, "from", 1, INT64_MAX / 2, &ret->from_ms, err) && query_int(q, "to", 1, INT64_MAX / 2, &ret->to_ms, err);
}

bool indicators(Request *q, HttpResponse *a, Err *err)
{
    IndicatorsWanted w    = { 0 };
    Slice            form = slice_of(http_query(q->http, "format"));
    json_t          *json = NULL;
    if (!wanted_read(q, &w, err))
        return false;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !indicators_json(db, &q->who, &w, &json, err))
            return false;
    }
    if (!slice_equal_text(form, "csv"))
        return answer_json(a, json, err);
    OWNED(json_t) *owned = json;
    OWNED_BUF      text  = buf_make(CSV_MAX);
    a->type              = "text/csv; charset=utf-8";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"indicateurs.csv\"");
    return indicators_csv(owned, &text, err) && buf_add(&a->bytes, buf_slice(&text)) && buf_ok(&a->bytes, err);
}

bool indicator_acts(Request *q, HttpResponse *a, Err *err)
{
    IndicatorActsWanted w = { .what = slice_of(http_query(q->http, "what")), .by = slice_of(http_query(q->http, "by")), .key = slice_of(http_query(q->http, "key")) };
    json_t             *json = NULL;
    if (!wanted_read(q, &w.of, err))
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && indicator_acts_json(db, &q->who, &w, &json, err) && answer_json(a, json, err);
}
