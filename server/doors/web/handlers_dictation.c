/*
 * POST /api/acts/{id}/dictation: what is said becomes text, by the service that the operator plugged in. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clinic/reports/dictation.h"
#include "clinic/workflow/act_json.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"

static Dictation plugged_in(const Config *c)
{
    return (Dictation){ .url       = config_text(c, "dictation-url"),
                        .authority = config_text(c, "dictation-authority"),
                        .key_file  = config_text(c, "dictation-key"),
                        .spoken    = strcmp(config_text(c, "dictation-punctuation"), "spoken") == 0 };
}

bool act_dictation(Request *q, HttpResponse *a, Err *err)
{
    Dictation d = plugged_in(q->house->config);
    int64_t   id, length = 0;
    json_t   *json = NULL;
    {
        OWNED(Db) *db = db_read(q->house->db, err); /* given back before the service is asked: it takes its time */
        if (!db || !act_of(q, db, &id, err) || !act_report_may_write(db, &q->who, id, err))
            return false;
    }
    if (dictation_length(q->body, &length, NULL))
        snprintf(q->traced.detail, sizeof q->traced.detail, "dictation %" PRId64 " ms", length);
    return dictation_ask(&d, "fr", q->body, &json, err) && answer_json(a, json, err);
}
