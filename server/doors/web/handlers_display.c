/*
 * The check of the display: this browser's, a new one, its picture, its answer, and the list of those who answer for quality. O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/staff/display_check.h"
#include "doors/web/handlers_staff.h"
#include "formats/image/render.h"

/* Who sees the checks of an organisation's people. */
#define DISPLAY_READERS (ROLE_QUALITY | ROLE_RESPONSIBLE | ROLE_ADMIN | ROLE_BIOMEDICAL | ROLE_PHYSICIST | ROLE_PACS_ADMIN)

bool display_here(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    if (!db || !display_here_json(db, q->who.workstation, q->lang, &json, err))
        return false;
    json_put(json, "may_see_all", json_boolean((who_roles(&q->who) & DISPLAY_READERS) != 0));
    return answer_json(a, json, err);
}

bool display_checks(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db           = db_read(q->house->db, err);
    int64_t organisation_id = 0;
    json_t *json            = NULL;
    if (!db || !staff_organisation(q, &organisation_id, err))
        return false;
    staff_traced(q, "organisation", organisation_id, "display checks");
    if (!(who_roles_in(&q->who, organisation_id) & DISPLAY_READERS))
        return err_set(err, ERR_DENIED, "The checks of screens are seen by those who answer for quality and equipment.", "display checks");
    return display_checks_json(db, organisation_id, q->lang, &json, err) && answer_json(a, json, err);
}

typedef struct DisplayWork {
    const json_t  *body;
    const char    *key;
    int64_t        id;
    DisplayScreen  screen;
    DisplayAnswers seen;
    MissingList    missing;
    json_t        *json;
} DisplayWork;

static void tell_missing(Request *q, const MissingList *missing)
{
    if (!missing->count)
        return;
    q->refusal = json_object();
    json_put(q->refusal, "missing", staff_missing_json(missing, q->lang));
}

static bool begin_run(Db *db, Request *q, void *with, Err *err)
{
    DisplayWork *w     = with;
    DisplayBegin begin = { .key = w->key, .screen = w->screen, .person_id = q->who.person_id };
    if (!json_may_text(w->body, "name", &begin.name, err) || !display_begin(db, &begin, &w->id, &w->missing, err))
        return false;
    staff_traced(q, "display check", w->id, "begun");
    return true;
}

/* A browser that has no key yet gets one; one that has it keeps it longer. */
static bool give_key(Request *q, HttpResponse *a, const char *key, Err *err)
{
    char *cookie = arena_alloc(q->arena, WORKSTATION_COOKIE_SIZE);
    if (!cookie)
        return err_set(err, ERR_LIMIT, "The content is too large.", "cookie");
    workstation_cookie(key, cookie);
    http_set_header(a, "Set-Cookie", cookie);
    return true;
}

bool display_check_new(Request *q, HttpResponse *a, Err *err)
{
    char fresh[DISPLAY_SEED];
    OWNED(json_t) *body = body_json(q, err);
    DisplayWork w       = { .body = body, .key = q->who.workstation };
    q->unread           = true;
    if (!body || !display_screen_read(body, &w.screen, err) || (!*w.key && !display_seed(fresh, err)))
        return false;
    q->unread = false;
    if (!*w.key)
        w.key = fresh;
    if (!staff_write(q, begin_run, &w, err)) {
        tell_missing(q, &w.missing);
        return false;
    }
    return give_key(q, a, w.key, err) &&
           answer_json(a, json_pack("{s:I, s:i, s:i, s:i, s:i, s:i}", "id", (json_int_t)w.id, "width", DISPLAY_WIDTH, "height", DISPLAY_HEIGHT, "rows", DISPLAY_ROWS,
                                    "columns", DISPLAY_COLUMNS, "minutes", DISPLAY_ANSWER_MS / 60000), err);
}

bool display_check_picture(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    DisplayAsked asked;
    int64_t      id      = 0;
    Picture      picture = { .width = DISPLAY_WIDTH, .height = DISPLAY_HEIGHT, .channels = 1, .at = arena_alloc(q->arena, DISPLAY_WIDTH * DISPLAY_HEIGHT) };
    if (!db || !param_id(q, 0, &id, err) || !display_asked(db, id, q->who.workstation, q->who.person_id, &asked, err))
        return false;
    if (!picture.at)
        return err_set(err, ERR_LIMIT, "The content is too large.", "test picture");
    display_draw(&asked.shown, picture.at);
    a->type  = "image/png";
    a->bytes = buf_make(1 << 20);
    return picture_png(&picture, &a->bytes, err);
}

static bool answer_run(Db *db, Request *q, void *with, Err *err)
{
    DisplayWork *w = with;
    DisplayAsked asked;
    char         object[64];
    json_decref(w->json); /* of a first run, where the transaction is run again */
    w->json = NULL;
    if (!display_asked(db, w->id, q->who.workstation, q->who.person_id, &asked, err) ||
        !display_answer(db, &asked, &w->seen, &w->screen, w->body, q->lang, &w->json, err))
        return false;
    const char *verdict = json_string_value(json_object_get(w->json, "verdict"));
    (void)snprintf(object, sizeof object, "workstation %lld display check", (long long)asked.workstation_id);
    staff_traced(q, object, w->id, verdict ? verdict : "");
    return true;
}

bool display_check_answer(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    DisplayWork w       = { .body = body };
    q->unread           = true;
    if (!body || !param_id(q, 0, &w.id, err) || !display_answers_read(body, &w.seen, err) || !display_screen_read(body, &w.screen, err))
        return false;
    q->unread = false;
    staff_traced(q, "display check", w.id, "");
    if (!display_screen_check(&w.screen, &w.missing, err) || !staff_write(q, answer_run, &w, err)) {
        tell_missing(q, &w.missing);
        json_decref(w.json);
        return false;
    }
    push_wake(q->web->push);
    return answer_json(a, w.json, err);
}
