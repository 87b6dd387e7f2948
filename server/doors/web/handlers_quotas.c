/*
 * Room of the archive: what each site and the whole store keep and may keep. E30, X5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/quota.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

bool quotas(Request *q, HttpResponse *a, Err *err)
{
    json_t *all   = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && quotas_json(q->house->archive, &all, err) && answer_named(a, db, all, err);
}

/* {site}: an organisation, or "store" for everything. */
bool quota_put(Request *q, HttpResponse *a, Err *err)
{
    char     factors[64];
    QuotaSet set        = { .site_id = QUOTA_WHOLE_STORE, .warn_percent = QUOTA_WARN_PERCENT };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || (!slice_equal_text(q->param[0], "store") && !param_id(q, 0, &set.site_id, err)) ||
        !json_need_int(body, "limit_bytes", 0, INT64_MAX / 200, &set.limit_bytes, err) ||
        !json_may_int(body, "warn_percent", 1, 100, &set.warn_percent, err) ||
        !json_need_text(body, "reason", &set.reason, err))
        return false;
    PatientBy by = patient_by(&q->who, "PUT /api/archive/quotas/{site}", factors);
    return quota_set(q->house->archive, &set, &by, err) && quotas(q, a, err);
}
