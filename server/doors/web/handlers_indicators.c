/*
 * The indicators of a convention, as JSON or as lines for a spreadsheet. O7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/indicators.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

enum { CSV_MAX = 4 << 20 };

bool indicators(Request *q, HttpResponse *a, Err *err)
{
    IndicatorsWanted w    = { .convention = slice_of(http_query(q->http, "convention")) };
    Slice            form = slice_of(http_query(q->http, "format"));
    json_t          *json = NULL;
    if (!query_int(q, "from", 1, INT64_MAX / 2, &w.from_ms, err) || !query_int(q, "to", 1, INT64_MAX / 2, &w.to_ms, err))
        return false;
    traced_object(q, w.convention);
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
