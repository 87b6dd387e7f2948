/*
 * Signing in through Pro Santé Connect: begun, finished, chosen, closed.
 *
 * The state is used up first, in its own transaction, whatever the answer is worth; the provider is asked outside the writer; the session follows in a
 * second transaction. Nonce and PKCE verifier are derived from the state under our key: the database holds neither.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/psc.h"

#include <inttypes.h>
#include <openssl/sha.h>
#include <stdatomic.h>
#include <stdio.h>

#include "formats/json/base64.h"
#include "guard/access/psc_provider.h"
#include "guard/access/psc_store.h"
#include "platform/clock.h"

enum { AT_ONCE_MAX = 16, SESSION_S = 4 * 3600, REDIRECT_SIZE = 400 };

struct Psc {
    Access      *access;
    const Config *config;
    PscProvider *provider;
    char         redirect[REDIRECT_SIZE], home[REDIRECT_SIZE];
    atomic_int   under_way; /* people whose answer is being verified: each holds a thread of the door */
};

bool psc_open(Access *a, const Config *c, Psc **ret, Err *err)
{
    *ret = NULL;
    if (!config_text(c, "psc-issuer")[0])
        return true;
    OWNED(Psc) *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "Pro Santé Connect");
    p->access = a;
    p->config = c;
    (void)snprintf(p->redirect, sizeof p->redirect, "%s/sign-in/psc", a->origin);
    (void)snprintf(p->home, sizeof p->home, "%s/", a->origin);
    if (!(p->provider = psc_provider_new(c, err)))
        return false;
    *ret = GIVE(p);
    return true;
}

void psc_close(Psc *p)
{
    if (!p)
        return;
    psc_provider_free(p->provider);
    free(p);
}

/* ---- begun ---- */

static void query_add(Buf *url, const char *name, Slice value)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    bool              first   = slice_find(buf_slice(url), SLICE("?")) == SIZE_MAX;
    buf_addf(url, "%s%s=", first ? "?" : "&", name);
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] && strchr(PLAIN, value.at[i]))
            buf_add_char(url, value.at[i]);
        else
            buf_addf(url, "%%%02X", (unsigned char)value.at[i]);
}

/* PKCE (RFC 7636 §4.2): base64url of the SHA-256 of the verifier. */
static void challenge_of(const char *verifier, Buf *ret)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)verifier, strlen(verifier), digest);
    base64url_encode(slice_bytes(digest, sizeof digest), ret);
}

typedef struct Begin {
    const Access *access;
    const char   *address;
    char          state[HEX_256_SIZE], browser[HEX_256_SIZE];
} Begin;

static bool begin_work(Db *db, void *work, Err *err)
{
    Begin *b = work;
    return throttle_check(db, b->access, SLICE_NONE, b->address, err) && psc_flow_add(db, slice_of(b->state), slice_of(b->browser), err);
}

bool psc_begin(Psc *p, const char *address, char ret_browser[SESSION_TOKEN_SIZE], Buf *ret_url, Err *err)
{
    Begin     b = { .access = p->access, .address = address };
    PscPlaces places;
    char      nonce[HEX_256_SIZE], verifier[HEX_256_SIZE];
    OWNED_BUF challenge = buf_make(64);
    random_hex(b.state);
    random_hex(b.browser);
    if (!psc_places(p->provider, &places, err) || !db_write(p->access->host, begin_work, &b, err))
        return false;
    keyed_hash(p->access, "psc-nonce", slice_of(b.state), nonce);
    keyed_hash(p->access, "psc-verifier", slice_of(b.state), verifier);
    challenge_of(verifier, &challenge);
    buf_add_text(ret_url, places.authorization);
    query_add(ret_url, "response_type", SLICE("code"));
    query_add(ret_url, "client_id", slice_of(config_text(p->config, "psc-client-id")));
    query_add(ret_url, "redirect_uri", slice_of(p->redirect));
    query_add(ret_url, "scope", slice_of(config_text(p->config, "psc-scope")));
    if (config_text(p->config, "psc-acr")[0])
        query_add(ret_url, "acr_values", slice_of(config_text(p->config, "psc-acr")));
    query_add(ret_url, "state", slice_of(b.state));
    query_add(ret_url, "nonce", slice_of(nonce));
    query_add(ret_url, "code_challenge", buf_slice(&challenge));
    query_add(ret_url, "code_challenge_method", SLICE("S256"));
    memcpy(ret_browser, b.browser, sizeof b.browser);
    return buf_ok(ret_url, err);
}

/* ---- finished ---- */

typedef struct Finish {
    Psc             *psc;
    const PscAnswer *answer;
    const char      *address;
    bool             fine; /* the state is one of ours, for this browser */
    Err              why;  /* why not, for the person and the trace */
    PscProved        proved;
    PscOutcome       outcome;
} Finish;

static bool finish_begin(Db *db, void *work, Err *err)
{
    Finish *f = work;
    return throttle_check(db, f->psc->access, SLICE_NONE, f->address, err) &&
           psc_flow_use(db, f->answer->state, f->answer->browser, &f->fine, err);
}

/* What the browser brought, before anybody is asked. */
static bool answer_check(const Finish *f, const PscPlaces *places, Err *err)
{
    const PscAnswer *a = f->answer;
    if (!f->fine)
        return err_set(err, ERR_SIGN_IN, "This sign-in has expired, was used already or began in another browser: start it again.", "state unknown, used, too old or of another browser");
    if (a->issuer.len ? !slice_equal_text(a->issuer, config_text(f->psc->config, "psc-issuer")) : places->issuer_in_answer)
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "the answer is of another issuer");
    if (a->error.len && slice_equal_text(a->error, "access_denied"))
        return err_set(err, ERR_SIGN_IN, "The sign-in with Pro Santé Connect was given up: start it again, or sign in another way.", "access_denied");
    if (a->error.len || !a->code.len || a->code.len > 2048)
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "error " SLICE_FMT ", code of %zu bytes", SLICE_ARG(a->error), a->code.len);
    return true;
}

/* The provider is asked: code, ID token, person. */
static bool prove(Finish *f, PscTokens *tokens, Err *err)
{
    Psc            *p      = f->psc;
    OWNED(json_t) *claims  = NULL;
    OWNED(json_t) *info    = NULL;
    OWNED(json_t) *all     = json_array();
    IdToken         id     = { 0 };
    PscPlaces       places = { 0 };
    PscPerson       person;
    char            nonce[HEX_256_SIZE], verifier[HEX_256_SIZE];
    keyed_hash(p->access, "psc-nonce", f->answer->state, nonce);
    keyed_hash(p->access, "psc-verifier", f->answer->state, verifier);
    if (!psc_places(p->provider, &places, err) || !answer_check(f, &places, err) ||
        !psc_exchange(p->provider, f->answer->code, p->redirect, verifier, tokens, err) ||
        !psc_token_claims(p->provider, slice_of(tokens->id_token), &claims, err))
        return false;
    IdTokenWanted wanted = { .issuer = config_text(p->config, "psc-issuer"), .client_id = config_text(p->config, "psc-client-id"), .nonce = nonce,
                             .acr = config_text(p->config, "psc-acr"), .now_s = clock_now_s() };
    Err unread = { 0 };
    if (!id_token_check(claims, &wanted, &id, err) || !psc_userinfo(p->provider, tokens->access, &info, err))
        return false;
    if (!psc_person_read(info, &person, &unread))
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "userinfo: %.200s", unread.detail);
    if (strcmp(person.sub, id.sub) != 0)
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "userinfo is of another sub than the ID token");
    for (size_t i = 0; i < person.count; i++)
        json_push(all, psc_situation_json(&person.situations[i]));
    memcpy(f->proved.sub, id.sub, sizeof id.sub);
    memcpy(f->proved.sid, id.sid, sizeof id.sid);
    f->proved.auth_time_s = id.auth_time_s;
    f->proved.situations  = GIVE(all);
    char rpps[12];
    if (!rpps_of_national_id(slice_of(person.national_id), rpps, err) || !secret_seal(p->access, slice_of(tokens->id_token), &f->proved.id_token, err))
        return false;
    OWNED(Db) *db = db_read(p->access->host, err);
    return db && professional_by_rpps(db, rpps, &f->proved.person_id, f->proved.login, err);
}

/* Their session there lasts four hours at most, whatever ours may: since they were signed in there, when they say. */
static int64_t ends_at(const PscProved *p)
{
    int64_t now  = clock_now_s();
    int64_t from = p->auth_time_s && p->auth_time_s < now ? p->auth_time_s : now;
    return from + SESSION_S;
}

static bool session_make(Db *db, const Access *a, const PscProved *p, const json_t *situation, const char *address, PscOutcome *ret, Err *err)
{
    const char *code = json_string_value(json_object_get(situation, "code"));
    int64_t     ends = ends_at(p);
    if (ends <= clock_now_s())
        return err_set(err, ERR_SIGN_IN, "Your session at Pro Santé Connect is older than four hours: sign out there, then sign in again.", "auth_time is long ago");
    if (!session_open(db, a, p->person_id, FACTOR_PSC, true, address, 0, ret->token, &ret->who, err) ||
        !psc_session_note(db, ret->who.session_id, p, situation, code ? code : "", ends, err))
        return false;
    slice_copy(slice_of(code ? code : ""), ret->who.situation, sizeof ret->who.situation);
    ret->who.expires_at_s = ret->who.expires_at_s < ends ? ret->who.expires_at_s : ends;
    return access_trace(db, AUDIT_SIGN_IN, AUDIT_OK, &ret->who, address, "sign-in psc", "", err);
}

static bool refusal_trace(Db *db, const Finish *f, Err *err)
{
    Who  known = { .person_id = f->proved.person_id };
    char why[96];
    memcpy(known.login, f->proved.login, sizeof known.login);
    slice_copy(slice_whole_letters(slice_part(slice_of(f->why.detail), 0, sizeof why - 1)), why, sizeof why);
    return throttle_wrong(db, f->psc->access, SLICE_NONE, f->address, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_REFUSED, &known, f->address, "sign-in psc", why, err);
}

static bool finish_settle(Db *db, void *work, Err *err)
{
    Finish *f = work;
    if (f->why.kind)
        return refusal_trace(db, f, err);
    if (json_array_size(f->proved.situations) > 1)
        return psc_choice_add(db, f->answer->browser, &f->proved, err);
    Err refused = { 0 };
    if (session_make(db, f->psc->access, &f->proved, json_array_get(f->proved.situations, 0), f->address, &f->outcome, &refused))
        return true;
    if (refused.kind != ERR_SIGN_IN)
        return err_set(err, refused.kind, refused.shown, "%s", refused.detail);
    f->why = refused;
    return refusal_trace(db, f, err);
}

static bool finish_all(Finish *f, Err *err)
{
    PscTokens *tokens = NULL;
    if (!db_write(f->psc->access->host, finish_begin, f, err))
        return false;
    if (!(tokens = calloc(1, sizeof *tokens)))
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "tokens");
    bool proved = prove(f, tokens, &f->why);
    explicit_bzero(tokens, sizeof *tokens);
    free(tokens);
    if (!proved && f->why.kind != ERR_SIGN_IN) /* away, not refused: nobody did wrong */
        return err_set(err, f->why.kind, f->why.shown, "%s", f->why.detail);
    if (!db_write(f->psc->access->host, finish_settle, f, err))
        return false;
    return !f->why.kind || err_set(err, ERR_SIGN_IN, f->why.shown, "%s", f->why.detail);
}

bool psc_finish(Psc *p, const PscAnswer *answer, const char *address, PscOutcome *ret, Err *err)
{
    Finish f = { .psc = p, .answer = answer, .address = address, .proved.id_token = buf_make(2 * SECRET_MAX) };
    bool   room = atomic_fetch_add(&p->under_way, 1) < AT_ONCE_MAX;
    bool   done = room ? finish_all(&f, err) : err_set(err, ERR_UNAVAILABLE, "Too many people are signing in: try again in a moment.", "%d under way", AT_ONCE_MAX);
    (void)atomic_fetch_sub(&p->under_way, 1);
    if (done) {
        *ret = f.outcome;
        if (!ret->who.person_id)
            ret->situations = GIVE(f.proved.situations);
    }
    psc_proved_clear(&f.proved);
    return done;
}

/* ---- chosen ---- */

typedef struct Choose {
    Psc        *psc;
    Slice       browser;
    int64_t     n;
    const char *address;
    bool        known;
    PscProved   proved;
    PscOutcome  outcome;
} Choose;

static bool choose_work(Db *db, void *work, Err *err)
{
    Choose *c = work;
    if (!throttle_check(db, c->psc->access, SLICE_NONE, c->address, err) || !psc_choice_use(db, c->browser, &c->proved, err))
        return false;
    const json_t *one = c->n >= 0 ? json_array_get(c->proved.situations, (size_t)c->n) : NULL;
    c->known          = c->proved.person_id && one;
    if (!c->known)
        return throttle_wrong(db, c->psc->access, SLICE_NONE, c->address, err);
    return session_make(db, c->psc->access, &c->proved, one, c->address, &c->outcome, err);
}

bool psc_choose(Psc *p, Slice browser, int64_t n, const char *address, PscOutcome *ret, Err *err)
{
    Choose c    = { .psc = p, .browser = browser, .n = n, .address = address };
    bool   done = db_write(p->access->host, choose_work, &c, err);
    if (done && !c.known)
        done = err_set(err, ERR_SIGN_IN, "This sign-in has expired, was used already or began in another browser: start it again.", "no choice waits, or number %" PRId64, n);
    if (done)
        *ret = c.outcome;
    psc_proved_clear(&c.proved);
    return done;
}

/* ---- closed ---- */

bool psc_hint_of(Psc *p, int64_t session_id, Buf *ret_token, Err *err)
{
    OWNED_BUF sealed = buf_make(2 * SECRET_MAX);
    bool      there  = false;
    {
        OWNED(Db) *db = db_read(p->access->host, err);
        if (!db || !psc_session_token(db, session_id, &sealed, &there, err))
            return false;
    }
    return !there || secret_open(p->access, buf_slice(&sealed), ret_token, err);
}

bool psc_end_session_url(Psc *p, Slice token, Buf *ret_url, Err *err)
{
    PscPlaces places;
    if (!psc_places(p->provider, &places, err))
        return false;
    if (!places.end_session[0])
        return true;
    buf_add_text(ret_url, places.end_session);
    query_add(ret_url, "id_token_hint", token);
    query_add(ret_url, "post_logout_redirect_uri", slice_of(p->home));
    query_add(ret_url, "client_id", slice_of(config_text(p->config, "psc-client-id")));
    return buf_ok(ret_url, err);
}

typedef struct BackChannel {
    const char *address;
    LogoutToken token;
    bool        fresh;
    int64_t    *people;
    size_t      count;
} BackChannel;

static bool back_channel_work(Db *db, void *work, Err *err)
{
    BackChannel *b = work;
    char         detail[64];
    if (!psc_logout_note(db, &b->token, &b->fresh, err))
        return false;
    if (!b->fresh)
        return true;
    if (!psc_logout_sessions(db, &b->token, b->people, PSC_LOGOUT_MAX, &b->count, err))
        return false;
    (void)snprintf(detail, sizeof detail, "people: %zu", b->count);
    for (size_t i = 0; i < b->count; i++) {
        Who who = { .person_id = b->people[i] };
        if (!access_trace(db, AUDIT_SIGN_OUT, AUDIT_OK, &who, b->address, "sign-out psc", "", err))
            return false;
    }
    return b->count || access_trace(db, AUDIT_SIGN_OUT, AUDIT_OK, NULL, b->address, "sign-out psc", detail, err);
}

bool psc_back_channel(Psc *p, Slice logout_token, const char *address, int64_t ret_people[PSC_LOGOUT_MAX], size_t *ret_count, Err *err)
{
    BackChannel    b      = { .address = address, .people = ret_people };
    OWNED(json_t) *claims = NULL;
    Err            why    = { 0 };
    IdTokenWanted  wanted = { .issuer = config_text(p->config, "psc-issuer"), .client_id = config_text(p->config, "psc-client-id"), .now_s = clock_now_s() };
    if (!psc_token_claims(p->provider, logout_token, &claims, &why) || !logout_token_check(claims, &wanted, &b.token, &why))
        return err_set(err, why.kind == ERR_UNAVAILABLE ? ERR_UNAVAILABLE : ERR_INPUT, "The logout token is not accepted.", "%s", why.detail);
    if (!db_write(p->access->host, back_channel_work, &b, err))
        return false;
    if (!b.fresh)
        return err_set(err, ERR_INPUT, "The logout token is not accepted.", "it came before");
    *ret_count = b.count;
    return true;
}
