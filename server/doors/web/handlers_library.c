/*
 * The libraries of an imaging group: exam protocols, preparation sheets for patients, what helps to write a report, how images are hung. E19, E11, E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "clinic/reports/report_aid.h"
#include "clinic/workflow/hanging.h"
#include "clinic/workflow/preparation.h"
#include "clinic/workflow/protocol.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

/* ---- read ---- */

typedef bool List(Db *db, const Who *who, bool all, json_t **ret, Err *err);
typedef bool Whole(Db *db, const Who *who, int64_t id, json_t **ret, Err *err);

static bool list_answer(Request *q, HttpResponse *a, List *list, Err *err)
{
    json_t     *json = NULL;
    const char *all  = http_query(q->http, "all");
    OWNED(Db) *db    = db_read(q->house->db, err);
    return db && list(db, &q->who, all && strcmp(all, "1") == 0, &json, err) && answer_json(a, json, err);
}

static bool whole_answer(Request *q, HttpResponse *a, Whole *whole, Err *err)
{
    json_t *json  = NULL;
    int64_t id    = 0;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && param_id(q, 0, &id, err) && whole(db, &q->who, id, &json, err) && answer_json(a, json, err);
}

/* ---- changed ---- */

typedef bool Create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err);
typedef bool Change(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);

typedef struct LibraryWork {
    const char   *object; /* for the trace */
    const Who    *who;
    const json_t *body;
    int64_t       id;
    Create       *create; /* one of the two */
    Change       *change;
} LibraryWork;

static bool library_work(Db *db, void *work, Err *err)
{
    LibraryWork *w = work;
    return w->change ? w->change(db, w->who, w->id, w->body, err) : w->create(db, w->who, w->body, &w->id, err);
}

static bool library_do(Request *q, HttpResponse *a, LibraryWork *w, Err *err)
{
    (void)snprintf(q->traced.object, sizeof q->traced.object, "%s %lld", w->object, (long long)w->id);
    if (!db_write(q->house->db, library_work, w, err))
        return false;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "%s %lld", w->object, (long long)w->id);
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w->id), err);
}

static bool library_add(Request *q, HttpResponse *a, const char *object, Create *create, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    LibraryWork    w    = { .object = object, .who = &q->who, .body = body, .create = create };
    return body && library_do(q, a, &w, err);
}

/* A change of the version in the address, with what was sent (nothing at all is an empty object). */
static bool library_change(Request *q, HttpResponse *a, const char *object, Change *change, Err *err)
{
    OWNED(json_t) *body = q->http->body.len ? body_json(q, err) : json_object();
    LibraryWork    w    = { .object = object, .who = &q->who, .body = body, .change = change };
    return body && param_id(q, 0, &w.id, err) && library_do(q, a, &w, err);
}

/* Nothing of these is kept aside: all is what there is. */
static bool aids_all(Db *db, const Who *who, bool all, json_t **ret, Err *err)
{
    (void)all;
    return aids_json(db, who, ret, err);
}

/* ---- templates of other houses ---- */

/* What it would be: nothing is kept. */
bool report_aid_import(Request *q, HttpResponse *a, Err *err)
{
    json_t *json = NULL;
    return aid_from_mrrt(q->body, &json, err) && answer_json(a, json, err);
}

bool report_aid_mrrt(Request *q, HttpResponse *a, Err *err)
{
    int64_t id    = 0;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "report-aid %lld", (long long)id);
    a->type = "text/html; charset=utf-8";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"modele-mrrt.html\""); /* never opened as a page of ours */
    return aid_to_mrrt(db, &q->who, id, arena_textf(q->arena, "%s%s", q->web->origin, q->http->path), &a->bytes, err);
}

static bool hangings_all(Db *db, const Who *who, bool all, json_t **ret, Err *err)
{
    (void)all;
    return hangings_json(db, who, ret, err);
}

#define READS(handler, answer, read)                                                                                                       \
    bool handler(Request *q, HttpResponse *a, Err *err) { return answer(q, a, read, err); }
#define CHANGES(handler, how, object, change)                                                                                              \
    bool handler(Request *q, HttpResponse *a, Err *err) { return how(q, a, object, change, err); }

/* clang-format off */
READS(protocols,              list_answer,  protocols_json)
READS(protocol_whole,         whole_answer, protocol_whole_json)
CHANGES(protocol_add,         library_add,    "protocol",    protocol_create)
CHANGES(protocol_rewritten,   library_change, "protocol",    protocol_rewrite)
CHANGES(protocol_submitted,   library_change, "protocol",    protocol_submit)
CHANGES(protocol_judged,      library_change, "protocol",    protocol_opinion)
CHANGES(protocol_returned,    library_change, "protocol",    protocol_return)
CHANGES(protocol_published,   library_change, "protocol",    protocol_publish)
CHANGES(protocol_approved,    library_change, "protocol",    protocol_approve)
CHANGES(protocol_retired,     library_change, "protocol",    protocol_retire)
READS(preparations,           list_answer,  preparations_json)
READS(preparation_whole,      whole_answer, preparation_whole_json)
CHANGES(preparation_add,      library_add,    "preparation", preparation_create)
CHANGES(preparation_rewritten, library_change, "preparation", preparation_rewrite)
CHANGES(preparation_submitted, library_change, "preparation", preparation_submit)
CHANGES(preparation_returned, library_change, "preparation", preparation_return)
CHANGES(preparation_approved, library_change, "preparation", preparation_approve)
CHANGES(preparation_retired,  library_change, "preparation", preparation_retire)
READS(report_aids,            list_answer,    aids_all)
CHANGES(report_aid_add,       library_add,    "report-aid",  aid_add)
CHANGES(report_aid_changed,   library_change, "report-aid",  aid_change)
CHANGES(report_aid_removed,   library_change, "report-aid",  aid_remove)
READS(hangings,               list_answer,    hangings_all)
CHANGES(hanging_new,          library_add,    "hanging",     hanging_add)
CHANGES(hanging_changed,      library_change, "hanging",     hanging_change)
CHANGES(hanging_removed,      library_change, "hanging",     hanging_remove)
CHANGES(hanging_moved,        library_change, "hanging",     hanging_move)
/* clang-format on */
