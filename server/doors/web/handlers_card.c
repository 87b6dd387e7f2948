/*
 * Signing in with a card: started and finished on the page, shown on the port of cards, which the edge alone can reach.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/handlers.h"
#include "doors/web/session_answer.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/card.h"
#include "platform/log.h"

static CardDoor *card_of(const Request *q, Err *err)
{
    if (!q->house->card)
        err_set(err, ERR_NOT_FOUND, "Signing in with a card is not set up on this platform.", "card-listen has no port");
    return q->house->card;
}

bool card_start(Request *q, HttpResponse *a, Err *err)
{
    char      browser[SESSION_TOKEN_SIZE];
    CardDoor *d = card_of(q, err);
    return d && card_begin(d, q->http->address, browser, err) && set_way_cookie(q, a, CARD_COOKIE, browser, err) &&
           answer_json(a, json_pack("{s:s}", "url", card_url(d)), err);
}

/* Whatever the card is worth, the browser goes back to the page, which says so: nothing is told here. */
bool card_show(Request *q, HttpResponse *a, Err *err)
{
    CardDoor   *d    = card_of(q, err);
    Err         why  = { 0 };
    const char *back = arena_textf(q->arena, "%s/sign-in/card", q->web->origin);
    if (!d || !back)
        return d ? err_set(err, ERR_LIMIT, "The content is too large.", "address") : false;
    if (!card_shown(d, slice_of(http_cookie(q->http, CARD_COOKIE)), slice_of(http_header(q->http, "X-Client-Cert")), &why))
        log_err("web", "a card was shown in vain", &why);
    a->status = 303;
    http_set_header(a, "Location", back);
    http_set_header(a, "Cache-Control", "no-store");
    return true;
}

bool sign_in_by_card(Request *q, HttpResponse *a, Err *err)
{
    char      token[SESSION_TOKEN_SIZE];
    Who       who = { 0 };
    CardDoor *d   = card_of(q, err);
    return d && card_finish(d, slice_of(http_cookie(q->http, CARD_COOKIE)), q->http->address, token, &who, err) && set_session(q, a, token, &who, err) &&
           set_way_cookie(q, a, CARD_COOKIE, "", err) && answer_json(a, json_pack("{s:s}", "next", "done"), err);
}
