/*
 * The router: every request passes here, before its handler and after it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/router.h"

#include <stdio.h>

#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"
#include "platform/log.h"

/* What is between begin and end; the adapter holds it as its exchange. */
typedef struct Passage {
    Request request;
    int     status; /* answered */
} Passage;

/* ---- before the handler ---- */

/* Which browser asks: a key of our own making, or none. */
static void find_workstation(Request *q)
{
    const char *key = http_cookie(q->http, WORKSTATION_COOKIE);
    size_t      len = key ? strlen(key) : 0;
    if (len == WORKSTATION_KEY_CHARS && strspn(key, "0123456789abcdef") == len)
        slice_copy(slice_of(key), q->who.workstation, sizeof q->who.workstation);
}

static void find_session(Web *web, Request *q)
{
    const char *token = http_cookie(q->http, SESSION_COOKIE);
    Err         err   = { 0 };
    if (!token || !*token)
        return;
    Who who = { 0 };
    if (sessions_find(web->sessions, slice_of(token), q->http->address, &who, &err)) {
        q->who = who;
        find_workstation(q);
    } else if (err.kind != ERR_SIGN_IN)
        q->err = err; /* the database is away: that is no reason to ask for a password */
}

static bool enter(Web *web, Request *q)
{
    bool path_known = false;
    q->route = route_find(ROUTES, ROUTE_COUNT, q->http->method, q->http->path, web->demonstration, q->param,
                          &path_known);
    if (!q->route) {
        q->status = path_known ? 405 : 404;
        return err_set(&q->err, ERR_NOT_FOUND, "There is nothing at this address.", "no route");
    }
    if (q->http->query_too_long)
        return err_set(&q->err, ERR_INPUT, "A value of the address is not right.",
                       "a query value is too long");
    if (q->route->may != ANYONE || q->route->audit != AUDIT_NOTHING)
        find_session(web, q);
    if (q->err.kind)
        return false;
    GateFacts facts = {
        .origin        = http_header(q->http, "Origin"),
        .our_origin    = web->origin,
        .csrf          = http_header(q->http, "X-CSRF"),
        .body_declared = http_body_declared(q->http),
    };
    if (!gate_check(q->route, &q->who, &facts, &q->err))
        return false;
    return !q->route->receiver || q->route->receiver->begin(q, &q->err);
}

static bool door_begin(void *with, HttpRequest *http, void **ret_exchange, int64_t *ret_body_max,
                       bool *ret_receives)
{
    Web     *web = with;
    Passage *p   = calloc(1, sizeof *p);
    if (!p)
        return false;
    Request *q    = &p->request;
    q->http       = http;
    q->web        = web;
    q->house      = &web->house;
    q->arena      = http->arena;
    q->lang       = http->lang;
    *ret_exchange = p;
    bool entered  = enter(web, q);
    *ret_body_max = q->route ? q->route->body_max : 0;
    *ret_receives = entered && q->route->receiver;
    return entered;
}

static bool door_receive(void *with, HttpRequest *http, void *exchange, Slice block)
{
    (void)with;
    (void)http;
    Request *q = &((Passage *)exchange)->request;
    return q->route->receiver->feed(q, block, &q->err);
}

static void door_too_large(void *with, HttpRequest *http, void *exchange)
{
    (void)with;
    Request *q = &((Passage *)exchange)->request;
    err_set(&q->err, ERR_LIMIT, "The content is too large.", "more than %lld bytes",
            (long long)(q->route ? q->route->body_max : 0));
    (void)http;
}

/* ---- the trace ---- */

AuditLine request_line(const Request *q, AuditOutcome outcome)
{
    static const char *const NOTHING = "";
    const char              *what =
        arena_textf(q->arena, "%s %s", method_name(q->http->method), q->route ? q->route->pattern : "");
    char        factors[64];
    const char *shown = arena_text(q->arena, slice_of(who_factors_text(&q->who, factors, sizeof factors)));
    return (AuditLine) {
        .event           = q->route ? q->route->audit : AUDIT_NOTHING,
        .outcome         = outcome,
        .person_id       = q->traced.person_id ? q->traced.person_id : q->who.person_id,
        .organisation_id = q->traced.organisation_id,
        .patient_id      = q->traced.patient_id,
        .act_id          = q->traced.act_id,
        .actor           = q->who.login,
        .factors         = shown ? shown : NOTHING,
        .origin          = q->http->address,
        .what            = what ? what : NOTHING,
        .object          = q->traced.object,
        .detail          = outcome == AUDIT_OK ? q->traced.detail : err_kind_name(q->err.kind),
    };
}

static bool line_write(Web *web, const Request *q, const AuditLine *line, Err *err)
{
    if (q->http->method == GET || q->who.person_id == 0)
        return trace_once(web->trace, q->who.session_id, line, err);
    return trace_write(web->trace, line, err);
}

/* Nobody's refusals are traced once per address and route, so that a stranger cannot fill the trace. */
static bool trace(Web *web, Request *q, Err *err)
{
    if (!q->route || q->route->audit == AUDIT_NOTHING)
        return true;
    if (q->reached && !q->unread && (q->route->by == BY_ROOM || (q->route->by == BY_WORK && !q->err.kind)))
        return true;
    AuditOutcome outcome = AUDIT_OK;
    if (q->err.kind)
        outcome = err_may_pass(q->err.kind) || q->err.kind == ERR_BUG ? AUDIT_FAILED : AUDIT_REFUSED;
    AuditLine line = request_line(q, outcome);
    bool      ok   = line_write(web, q, &line, err);
    if (ok && q->traced.beside_patient_id) { /* whoever looks for one of the two finds it */
        line.patient_id = q->traced.beside_patient_id;
        ok              = line_write(web, q, &line, err);
    }
    return ok;
}

/* ---- after the handler ---- */

static void make_refusal(Request *q, HttpResponse *a)
{
    if (a->stream.free)
        a->stream.free(a->stream.with);
    buf_free(&a->bytes);
    *a                  = (HttpResponse) { .bytes = buf_make(JSON_BYTES_MAX) };
    a->status           = q->status ? q->status : status_of(q->err.kind);
    a->type             = "application/json";
    OWNED(json_t) *json = refusal_json(q, &q->err);
    if (!json || !json_dump_to_buf(json, &a->bytes, NULL))
        buf_clear(&a->bytes);
    if (q->err.kind == ERR_UNAVAILABLE)
        http_set_header(a, "Retry-After", "2");
}

static bool has_header(const HttpResponse *a, const char *name)
{
    for (size_t i = 0; i < a->header_count; i++)
        if (slice_equal_fold(slice_of(a->headers[i].name), slice_of(name)))
            return true;
    return false;
}

static void door_answer(void *with, HttpRequest *http, void *exchange, HttpResponse *a)
{
    Web     *web = with;
    Passage *p   = exchange;
    Request *q   = &p->request;
    q->body      = http->body;
    a->status    = 200;
    if (!q->err.kind) {
        q->reached = true;
        if (!q->route->handler(q, a, &q->err) && !q->err.kind)
            err_set(&q->err, ERR_BUG, "Something went wrong here.", "a handler failed without saying why");
    }
    Err untraced = { 0 };
    if (!trace(web, q, &untraced)) {
        log_err("web", "trace not written", &untraced);
        if (!q->err.kind)
            q->err = untraced; /* nothing leaves that left no trace */
    }
    if (q->err.kind)
        make_refusal(q, a);
    if (!has_header(a, "Cache-Control"))
        http_set_header(a, "Cache-Control", "no-store");
    http_set_header(a, "X-Content-Type-Options", "nosniff");
    p->status = a->status;
}

static void log_request(const Passage *p, bool sent)
{
    const Request *q = &p->request;
    char           status[8], ms[24], person[24];
    (void)snprintf(status, sizeof status, "%d", p->status);
    (void)snprintf(ms, sizeof ms, "%lld", (long long)(clock_monotonic_ms() - q->http->began_ms));
    (void)snprintf(person, sizeof person, "%lld", (long long)q->who.person_id);
    LogLevel level = q->err.kind == ERR_BUG || err_may_pass(q->err.kind) ? LOG_ERROR : LOG_INFO;
    log_line("web", level, "request", "method", method_name(q->http->method), "route",
             q->route ? q->route->pattern : "", "status", status, "ms", ms, "person", person, "request",
             q->http->id, "sent", sent ? "yes" : "no", "refused",
             q->err.kind ? err_kind_name(q->err.kind) : "", "detail", q->err.detail, NULL);
}

static void door_end(void *with, HttpRequest *http, void *exchange, bool sent)
{
    (void)with;
    (void)http;
    Passage *p = exchange;
    Request *q = &p->request;
    log_request(p, sent);
    if (q->receiving && q->route && q->route->receiver)
        q->route->receiver->drop(q->receiving);
    json_decref(q->refusal);
    json_decref(q->beside);
    free(p);
}

HttpDoor router_door(Web *web)
{
    return (HttpDoor) { web, door_begin, door_receive, door_too_large, door_answer, door_end };
}
