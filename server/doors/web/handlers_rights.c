/*
 * Review of rights: the lists, and their signature. X2, O9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/rights_review.h"
#include "guard/audit/seal.h"

bool rights_list(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *list  = NULL;
    return db && rights_json(db, &q->who, &list, err) && answer_json(a, json_pack("{s:o}", "organisations", list), err);
}

typedef struct RightsWork {
    Request *q;
    int64_t  organisation_id;
    Slice    sha256, note;
    char     keys[4200];
} RightsWork;

static bool sign_work(Db *db, void *work, Err *err)
{
    RightsWork *w = work;
    if (!rights_sign(db, &w->q->who, w->organisation_id, w->sha256, w->note, w->keys, err))
        return false;
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

bool rights_signed(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    RightsWork w        = { .q = q };
    (void)snprintf(w.keys, sizeof w.keys, "%s/keys", config_text(q->house->config, "data"));
    if (!body || !param_id(q, 0, &w.organisation_id, err) || !json_need_text(body, "sha256", &w.sha256, err) || !json_may_text(body, "note", &w.note, err) ||
        !seal_keys_ready(w.keys, "rights", err))
        return false;
    q->traced.organisation_id = w.organisation_id;
    (void)slice_copy(w.sha256, q->traced.object, sizeof q->traced.object);
    return db_write(q->house->db, sign_work, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.organisation_id), err);
}
