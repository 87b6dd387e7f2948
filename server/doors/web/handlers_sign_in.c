/*
 * Signing in and out: each factor moves the session on and replaces its cookie.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/handlers.h"
#include "doors/web/session_answer.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/psc.h"
#include "guard/access/sign_in.h"
#include "platform/log.h"

bool set_session(Request *q, HttpResponse *a, const char *token, const Who *who, Err *err)
{
    const char *old = http_cookie(q->http, SESSION_COOKIE);
    if (old && *old)
        sessions_forget_token(q->web->sessions, slice_of(old));
    char *cookie = arena_alloc(q->arena, SESSION_COOKIE_SIZE);
    if (!cookie)
        return err_set(err, ERR_LIMIT, "The content is too large.", "cookie");
    session_cookie(token, cookie);
    http_set_header(a, "Set-Cookie", cookie);
    if (who)
        q->who = *who;
    return true;
}

bool set_way_cookie(Request *q, HttpResponse *a, const char *name, const char *secret, Err *err)
{
    char *cookie = arena_alloc(q->arena, SESSION_COOKIE_SIZE);
    if (!cookie)
        return err_set(err, ERR_LIMIT, "The content is too large.", "cookie");
    way_cookie(name, secret, cookie);
    http_set_header(a, "Set-Cookie", cookie);
    return true;
}

static bool answer_next(Request *q, HttpResponse *a, const char *token, const Who *who, Err *err)
{
    const char *next = who->full ? "done" : who->must_enrol ? "enrol" : "totp";
    return set_session(q, a, token, who, err) && answer_json(a, json_pack("{s:s}", "next", next), err);
}

bool sign_in_by_password(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Slice login, password;
    char  token[SESSION_TOKEN_SIZE];
    Who   who = { 0 };
    return body && json_need_text(body, "login", &login, err) &&
           json_need_text(body, "password", &password, err) &&
           sign_in_password(q->house->access, login, password, q->http->address, token, &who, err) &&
           answer_next(q, a, token, &who, err);
}

bool sign_in_by_totp(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Slice code;
    char  token[SESSION_TOKEN_SIZE];
    Who   who = { 0 };
    return body && json_need_text(body, "code", &code, err) &&
           sign_in_totp(q->house->access, &q->who, code, token, &who, err) &&
           answer_next(q, a, token, &who, err);
}

bool sign_in_by_recovery(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Slice   code;
    char    token[SESSION_TOKEN_SIZE];
    Who     who  = { 0 };
    int64_t left = 0;
    return body && json_need_text(body, "code", &code, err) &&
           sign_in_recovery(q->house->access, &q->who, code, token, &who, err) &&
           recovery_left(q->house->access, who.person_id, &left, err) &&
           set_session(q, a, token, &who, err) &&
           answer_json(a, json_pack("{s:s, s:I}", "next", "done", "codes_left", (json_int_t)left), err);
}

bool passkey_options(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/json";
    return passkey_sign_in_options(q->house->access, &a->bytes, err);
}

bool sign_in_by_passkey(Request *q, HttpResponse *a, Err *err)
{
    char token[SESSION_TOKEN_SIZE];
    Who  who = { 0 };
    return passkey_sign_in(q->house->access, q->body, q->http->address, token, &who, err) &&
           answer_next(q, a, token, &who, err);
}

/* Ours is closed already; theirs is closed by the browser, which goes there. That it cannot be reached keeps nobody signed in here. */
static json_t *end_session_there(Request *q, Slice hint)
{
    OWNED_BUF      url  = buf_make(64 << 10);
    Err            away = { 0 };
    OWNED(json_t) *json = json_object();
    if (hint.len && !psc_end_session_url(q->house->psc, hint, &url, &away))
        log_err("web", "Pro Santé Connect: the session over there was not ended", &away);
    else if (url.len)
        json_put(json, "end_session", json_slice(buf_slice(&url)));
    return GIVE(json);
}

bool sign_out(Request *q, HttpResponse *a, Err *err)
{
    int64_t   session_id = q->who.session_id;
    bool      holder     = q->who.holder;
    OWNED_BUF hint       = buf_make(64 << 10);
    Err       lost       = { 0 };
    if (q->house->psc && !psc_hint_of(q->house->psc, session_id, &hint, &lost))
        log_err("web", "Pro Santé Connect: the token of a session is lost", &lost);
    if (!session_end(q->house->access, &q->who, err) || !set_session(q, a, "", NULL, err))
        return false;
    push_end_session(q->web->push, session_id);
    if (holder) /* perhaps on a computer of somebody else's: no picture stays in its cache */
        http_set_header(a, "Clear-Site-Data", "\"cache\"");
    return answer_json(a, end_session_there(q, buf_slice(&hint)), err);
}

bool sign_out_everywhere(Request *q, HttpResponse *a, Err *err)
{
    int64_t person_id = q->who.person_id;
    if (!session_end_all(q->house->access, person_id, err) || !set_session(q, a, "", NULL, err))
        return false;
    sessions_forget_person(q->web->sessions, person_id);
    push_end_person(q->web->push, person_id);
    return answer_json(a, json_object(), err);
}
