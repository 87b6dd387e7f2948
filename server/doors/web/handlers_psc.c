/*
 * Signing in through Pro Santé Connect: away and back, the choice of a situation, and the provider that ends sessions itself.
 *
 * The browser comes back to a page of ours, which posts what it brought: so Origin and a strict cookie hold for this step as for every other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/handlers.h"
#include "doors/web/session_answer.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/psc.h"

static Psc *psc_of(const Request *q, Err *err)
{
    if (!q->house->psc)
        err_set(err, ERR_NOT_FOUND, "Pro Santé Connect is not set up on this platform.", "psc-issuer is empty");
    return q->house->psc;
}

bool psc_start(Request *q, HttpResponse *a, Err *err)
{
    OWNED_BUF url = buf_make(8 << 10);
    char      browser[SESSION_TOKEN_SIZE];
    Psc      *psc = psc_of(q, err);
    return psc && psc_begin(psc, q->http->address, browser, &url, err) && set_way_cookie(q, a, PSC_COOKIE, browser, err) &&
           answer_json(a, json_pack("{s:o}", "url", json_slice(buf_slice(&url))), err);
}

/* A session, or the situations to choose from. The cookie has served when there is a session. */
static bool answer_outcome(Request *q, HttpResponse *a, PscOutcome *o, Err *err)
{
    if (!o->who.person_id)
        return answer_json(a, json_pack("{s:s, s:o}", "next", "choose", "situations", o->situations), err);
    return set_session(q, a, o->token, &o->who, err) && set_way_cookie(q, a, PSC_COOKIE, "", err) && answer_json(a, json_pack("{s:s}", "next", "done"), err);
}

bool sign_in_by_psc(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body   = body_json(q, err);
    Psc           *psc    = psc_of(q, err);
    PscAnswer      answer = { .browser = slice_of(http_cookie(q->http, PSC_COOKIE)) };
    PscOutcome     out    = { 0 };
    return psc && body && json_need_text(body, "state", &answer.state, err) && json_may_text(body, "code", &answer.code, err) &&
           json_may_text(body, "iss", &answer.issuer, err) && json_may_text(body, "error", &answer.error, err) &&
           psc_finish(psc, &answer, q->http->address, &out, err) && answer_outcome(q, a, &out, err);
}

bool psc_chosen(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Psc           *psc  = psc_of(q, err);
    PscOutcome     out  = { 0 };
    int64_t        n    = 0;
    return psc && body && json_need_int(body, "situation", 0, 1000, &n, err) &&
           psc_choose(psc, slice_of(http_cookie(q->http, PSC_COOKIE)), n, q->http->address, &out, err) && answer_outcome(q, a, &out, err);
}

/* The member of a form; tokens have no character that a form would write otherwise. */
static Slice form_member(Slice form, const char *name)
{
    while (form.len) {
        Slice value = slice_cut(&form, '&');
        if (slice_equal_text(slice_cut(&value, '='), name))
            return value;
    }
    return SLICE_NONE;
}

bool psc_logout(Request *q, HttpResponse *a, Err *err)
{
    int64_t people[PSC_LOGOUT_MAX];
    size_t  count = 0;
    Psc    *psc   = psc_of(q, err);
    http_set_header(a, "Cache-Control", "no-store");
    if (!psc || !psc_back_channel(psc, form_member(q->body, "logout_token"), q->http->address, people, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        sessions_forget_person(q->web->sessions, people[i]);
        push_end_person(q->web->push, people[i]); /* pages that still have a session connect again */
    }
    return answer_json(a, json_object(), err);
}
