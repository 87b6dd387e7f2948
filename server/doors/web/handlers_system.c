/*
 * The platform itself: health, the list of routes, the push channel, permission for uploads, the
 * demonstration's clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/card.h"
#include "guard/access/session_alive.h"
#include "platform/clock.h"
#include "platform/jobs/jobs.h"

bool health(Request *q, HttpResponse *a, Err *err)
{
    return answer_json(a,
                       json_pack("{s:b, s:s, s:s, s:b, s:s?}", "ok", 1, "version",
                                 q->house->version ? q->house->version : "", "mode",
                                 config_text(q->house->config, "mode"), "psc", q->house->psc != NULL, "card",
                                 q->house->card ? card_list_state(q->house->card) : NULL),
                       err);
}

bool routes_list(Request *q, HttpResponse *a, Err *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const Route *r = &ROUTES[i];
        if (r->when == ALWAYS || q->web->demonstration)
            json_push(list, json_pack("{s:s, s:s, s:o, s:s, s:I}", "method", method_name(r->method), "path",
                                      r->pattern, "permissions", permissions_json(r->may), "audit",
                                      audit_event_name(r->audit), "body_max", (json_int_t)r->body_max));
    }
    return answer_json(a, json_pack("{s:o}", "routes", list), err);
}

bool push_open(Request *q, HttpResponse *a, Err *err)
{
    const char *origin = http_header(q->http, "Origin");
    if (!origin || strcmp(origin, q->web->origin) != 0)
        return err_set(err, ERR_DENIED, "This request does not come from our page.", "Origin of a WebSocket");
    return push_upgrade(q->web->push, q->http, &q->who, a, err);
}

/* Which upload is asked about: the edge says its address. */
static const Route *asked_route(Request *q)
{
    bool         known;
    char         path[256];
    Slice        param[ROUTE_PARAMS_MAX];
    const char  *uri   = http_header(q->http, "X-Original-URI");
    Slice        rest  = slice_of(uri);
    const Route *found = NULL;
    if (slice_copy(slice_cut(&rest, '?'), path, sizeof path))
        found = route_find(ROUTES, ROUTE_COUNT, POST, path, false, param, &known);
    if (!found || !found->receiver) /* no upload that we know: as strict as the strictest */
        found = route_find(ROUTES, ROUTE_COUNT, POST, "/dicom-web/studies", false, param, &known);
    return found;
}

/*
 * nginx asks this before it lets the body of an upload pass (auth_request): the sub-request has the headers
 * of the upload and no body. The answer is nothing but its status.
 */
bool may_upload(Request *q, HttpResponse *a, Err *err)
{
    const Route *upload = asked_route(q);
    const char  *length = http_header(q->http, "X-Upload-Bytes");
    int64_t      bytes  = -1;
    if (length && *length && (!slice_int(slice_of(length), &bytes) || bytes < 0))
        return err_set(err, ERR_INPUT, "The length of the upload is not a number.", "X-Upload-Bytes");
    GateFacts facts = {
        .origin        = http_header(q->http, "Origin"),
        .our_origin    = q->web->origin,
        .csrf          = http_header(q->http, "X-CSRF"),
        .body_declared = bytes,
    };
    if (!gate_check(upload, &q->who, &facts, err)) {
        if (err->kind == ERR_LIMIT)
            q->status = 403; /* nginx passes on 401 and 403 only */
        return false;
    }
    a->status = 204;
    return true;
}

static bool carry_work(Db *db, void *by_ms, Err *err)
{
    return sessions_carry(db, *(int64_t *)by_ms / 1000, err);
}

/*
 * At once, or (walk_ms) as time passes: every job that comes due on the way is run, at most that much behind its moment. With
 * keep_sessions nobody has to sign in again because of it. docs/decisions/0106-a-clock-that-walks.md.
 */
bool demo_clock(Request *q, HttpResponse *a, Err *err)
{
    enum { GRAIN_MAX_MS = 3600 * 1000 };
    OWNED(json_t) *body = body_json(q, err);
    int64_t by_ms, grain_ms = -1;
    if (!body || !json_need_int(body, "advance_ms", 0, (int64_t)400 * 24 * 3600 * 1000, &by_ms, err) ||
        !json_may_int(body, "walk_ms", 0, GRAIN_MAX_MS, &grain_ms, err))
        return false;
    int64_t until_ms = clock_now_ms() + by_ms;
    if (json_is_true(json_object_get(body, "keep_sessions")) && !db_write(q->house->db, carry_work, &by_ms, err))
        return false;
    if (grain_ms < 0)
        clock_advance(by_ms);
    else if (!q->house->jobs)
        return err_set(err, ERR_UNAVAILABLE, "The clock cannot be moved now: jobs are being run. Try again in a moment.", "no jobs to walk with");
    else if (!jobs_walk(q->house->jobs, until_ms, grain_ms, err))
        return false;
    return answer_json(a, json_pack("{s:I}", "now_ms", (json_int_t)clock_now_ms()), err);
}
