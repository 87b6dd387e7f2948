/*
 * The preparation sheet of one act, shown and printed. E3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/preparation.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

static Lang lang_asked(const Request *q)
{
    const char *asked = http_query(q->http, "lang");
    return asked && *asked ? lang_from_header(slice_of(asked)) : q->lang;
}

bool act_preparation(Request *q, HttpResponse *a, Err *err)
{
    int64_t id    = 0;
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && act_of(q, db, &id, err) && act_preparation_json(db, &q->who, id, lang_asked(q), &json, err) && answer_json(a, json, err);
}

bool act_preparation_as_pdf(Request *q, HttpResponse *a, Err *err)
{
    int64_t id    = 0;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !act_of(q, db, &id, err))
        return false;
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", "inline; filename=\"preparation.pdf\"");
    return act_preparation_pdf(db, &q->who, id, lang_asked(q), &a->bytes, err);
}
