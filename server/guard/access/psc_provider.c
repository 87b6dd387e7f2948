/*
 * Questions to the provider: discovery and keys remembered, code against tokens, the person's claims. Every answer is bounded in time and size.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/psc_provider.h"

#include <pthread.h>
#include <stdio.h>

#include "guard/access/jws.h"
#include "platform/clock.h"
#include "platform/net/fetch.h"

enum {
    ANSWER_MAX      = 128 << 10,
    PLACES_KEPT_MS  = 3600 * 1000,
    KEYS_KEPT_MS    = 3600 * 1000,
    KEYS_REFETCH_MS = 30 * 1000, /* between two looks for a key we do not know */
    ORIGINS_MAX     = 12,
    ORIGIN_SIZE     = 300,
    FORM_MAX        = 32 << 10,
};

struct PscProvider {
    const Config   *config;
    pthread_mutex_t lock; /* of all below; held while discovery or keys are fetched: the others want the same answer */
    PscPlaces       places;
    json_t         *keys;
    int64_t         places_until_ms, keys_until_ms, keys_asked_ms; /* monotonic; 0: never */
    char            origins[ORIGINS_MAX][ORIGIN_SIZE];
    size_t          origin_count;
};

static const char *text(const PscProvider *p, const char *key)
{
    return config_text(p->config, key);
}

/* ---- what is configured ---- */

static bool origin_add(PscProvider *p, const char *url, Err *err)
{
    if (!url[0])
        return true;
    if (p->origin_count == ORIGINS_MAX)
        return err_set(err, ERR_INPUT, "The configuration of Pro Santé Connect is not complete.", "more than %d origins", ORIGINS_MAX);
    return fetch_origin(url, p->origins[p->origin_count++], ORIGIN_SIZE, err);
}

static bool origins_read(PscProvider *p, Err *err)
{
    static const char *const URLS[] = { "psc-issuer", "psc-discovery", "psc-authorization", "psc-token", "psc-userinfo", "psc-keys", "psc-end-session" };
    char                     one[ORIGIN_SIZE];
    Slice                    rest = slice_of(text(p, "psc-hosts"));
    for (size_t i = 0; i < COUNT(URLS); i++)
        if (!origin_add(p, text(p, URLS[i]), err))
            return false;
    while (rest.len) {
        Slice word = slice_cut(&rest, ' ');
        if (word.len && (!slice_copy(word, one, sizeof one) || !origin_add(p, one, err)))
            return err_set(err, ERR_INPUT, "The configuration of Pro Santé Connect is not complete.", "psc-hosts: " SLICE_FMT, SLICE_ARG(word));
    }
    return true;
}

static bool configured(const PscProvider *p, Err *err)
{
    bool certificate = strcmp(text(p, "psc-client-proof"), "certificate") == 0;
    if (!text(p, "psc-client-id")[0])
        return err_set(err, ERR_INPUT, "The configuration of Pro Santé Connect is not complete.", "psc-client-id is empty");
    if (certificate ? !text(p, "psc-certificate")[0] || !text(p, "psc-key")[0] : !text(p, "psc-secret")[0])
        return err_set(err, ERR_INPUT, "The configuration of Pro Santé Connect is not complete.", "psc-client-proof wants %s", certificate ? "psc-certificate and psc-key" : "psc-secret");
    char secret[1024];
    bool fine = certificate || fetch_secret_read(text(p, "psc-secret"), secret, sizeof secret, err);
    explicit_bzero(secret, sizeof secret);
    return fine;
}

PscProvider *psc_provider_new(const Config *c, Err *err)
{
    PscProvider *p = calloc(1, sizeof *p);
    if (!p) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "Pro Santé Connect");
        return NULL;
    }
    p->config = c;
    pthread_mutex_init(&p->lock, NULL);
    if (configured(p, err) && origins_read(p, err))
        return p;
    psc_provider_free(p);
    return NULL;
}

void psc_provider_free(PscProvider *p)
{
    if (!p)
        return;
    json_decref(p->keys);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- asking ---- */

static FetchAsk ask_of(const PscProvider *p, const char *url)
{
    bool certificate = strcmp(text(p, "psc-client-proof"), "certificate") == 0;
    return (FetchAsk){ .url         = url,
                       .authority   = text(p, "psc-authority"),
                       .certificate = certificate ? text(p, "psc-certificate") : NULL,
                       .key         = certificate ? text(p, "psc-key") : NULL,
                       .seconds     = (int)config_int(p->config, "psc-timeout"),
                       .answer_max  = ANSWER_MAX };
}

/* Whatever went wrong below is one thing to the person: it is away. */
static bool away(Err *err, const char *what, const Err *why)
{
    return err_set(err, ERR_UNAVAILABLE, PSC_AWAY, "%s: %.200s", what, why->detail);
}

static json_t *get_json(PscProvider *p, const char *url, const char *what, Err *err)
{
    OWNED_FETCH_ANSWER answer = { 0 };
    Err                why    = { 0 };
    FetchAsk           ask    = ask_of(p, url);
    ask.answer_max            = JWKS_BYTES_MAX;
    if (!fetch_get(&ask, &answer, &why)) {
        away(err, what, &why);
        return NULL;
    }
    if (answer.status != 200) {
        err_set(err, ERR_UNAVAILABLE, PSC_AWAY, "%s: HTTP %d", what, answer.status);
        return NULL;
    }
    json_t *json = json_parse_object(buf_slice(&answer.bytes), &why);
    if (!json)
        away(err, what, &why);
    return json;
}

/* ---- discovery ---- */

static bool origin_allowed(const PscProvider *p, const char *url, Err *err)
{
    char origin[ORIGIN_SIZE];
    if (!fetch_origin(url, origin, sizeof origin, NULL))
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "discovery: an address that may not be asked");
    for (size_t i = 0; i < p->origin_count; i++)
        if (strcmp(origin, p->origins[i]) == 0)
            return true;
    return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "discovery: %.120s is not among psc-hosts", origin);
}

/* The configured address, else the document's; must be there when 'needed'. */
static bool place(const PscProvider *p, const json_t *document, const char *key, const char *member, bool needed, char ret[PSC_URL_SIZE], Err *err)
{
    const char *url = text(p, key);
    if (!url[0])
        url = json_string_value(json_object_get(document, member));
    if (!url || !url[0]) {
        ret[0] = '\0';
        return !needed || err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "discovery: no %s", member);
    }
    return (slice_copy(slice_of(url), ret, PSC_URL_SIZE) || err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "discovery: %s is too long", member)) && origin_allowed(p, ret, err);
}

static bool all_configured(const PscProvider *p)
{
    return text(p, "psc-authorization")[0] && text(p, "psc-token")[0] && text(p, "psc-userinfo")[0] && text(p, "psc-keys")[0] && text(p, "psc-end-session")[0];
}

static bool places_fetch(PscProvider *p, PscPlaces *ret, Err *err)
{
    char           url[PSC_URL_SIZE + 64];
    OWNED(json_t) *document = NULL;
    (void)snprintf(url, sizeof url, "%s", text(p, "psc-discovery"));
    if (!url[0])
        (void)snprintf(url, sizeof url, "%s/.well-known/wallet-openid-configuration", text(p, "psc-issuer"));
    if (!all_configured(p)) {
        if (!(document = get_json(p, url, "discovery", err)))
            return false;
        const char *issuer = json_string_value(json_object_get(document, "issuer"));
        if (!issuer || strcmp(issuer, text(p, "psc-issuer")) != 0)
            return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "discovery: another issuer than psc-issuer");
    }
    ret->issuer_in_answer = json_is_true(json_object_get(document, "authorization_response_iss_parameter_supported"));
    return place(p, document, "psc-authorization", "authorization_endpoint", true, ret->authorization, err) &&
           place(p, document, "psc-token", "token_endpoint", true, ret->token, err) &&
           place(p, document, "psc-userinfo", "userinfo_endpoint", true, ret->userinfo, err) &&
           place(p, document, "psc-keys", "jwks_uri", true, ret->keys, err) &&
           place(p, document, "psc-end-session", "end_session_endpoint", false, ret->end_session, err);
}

bool psc_places(PscProvider *p, PscPlaces *ret, Err *err)
{
    bool ok = true;
    pthread_mutex_lock(&p->lock);
    if (!p->places_until_ms || clock_monotonic_ms() >= p->places_until_ms) {
        PscPlaces fresh = { 0 };
        ok              = places_fetch(p, &fresh, err);
        if (ok) {
            p->places          = fresh;
            p->places_until_ms = clock_monotonic_ms() + PLACES_KEPT_MS;
        }
    }
    if (ok)
        *ret = p->places;
    pthread_mutex_unlock(&p->lock);
    return ok;
}

/* ---- keys ---- */

/* Under the lock. */
static bool keys_fetch(PscProvider *p, const char *url, Err *err)
{
    int64_t now      = clock_monotonic_ms();
    p->keys_asked_ms = now;
    json_t *fresh    = get_json(p, url, "keys", err);
    if (!fresh)
        return false;
    json_decref(p->keys);
    p->keys          = fresh;
    p->keys_until_ms = now + KEYS_KEPT_MS;
    return true;
}

/* A key that is not there may be new: one look more, unless there was one just now. */
static bool key_find(PscProvider *p, const char *url, const Jwt *jwt, Jwk *ret, Err *err)
{
    Err     missing = { 0 };
    int64_t now     = clock_monotonic_ms();
    if ((!p->keys || now >= p->keys_until_ms) && !keys_fetch(p, url, err))
        return false;
    if (jwks_find(p->keys, jwt, ret, &missing))
        return true;
    if (now - p->keys_asked_ms >= KEYS_REFETCH_MS) {
        missing = (Err){ 0 };
        if (!keys_fetch(p, url, err))
            return false;
        if (jwks_find(p->keys, jwt, ret, &missing))
            return true;
    }
    return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "%.200s", missing.detail);
}

bool psc_token_claims(PscProvider *p, Slice token, json_t **ret_claims, Err *err)
{
    OWNED_JWT jwt    = { 0 };
    Jwk       key    = { 0 };
    Err       why    = { 0 };
    PscPlaces places = { 0 };
    if (!jwt_read(token, &jwt, &why))
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "%.200s", why.detail);
    if (!psc_places(p, &places, err))
        return false;
    pthread_mutex_lock(&p->lock);
    bool found = key_find(p, places.keys, &jwt, &key, err);
    pthread_mutex_unlock(&p->lock);
    if (!found || !jws_verify(&jwt, &key, err))
        return false;
    *ret_claims = GIVE(jwt.claims);
    return true;
}

/* ---- code and claims ---- */

static void form_add(Buf *form, const char *name, Slice value)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    buf_addf(form, "%s%s=", form->len ? "&" : "", name);
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] && strchr(PLAIN, value.at[i]))
            buf_add_char(form, value.at[i]);
        else
            buf_addf(form, "%%%02X", (unsigned char)value.at[i]);
}

/* The client's own proof: into the form, the header, or the handshake (RFC 6749 §2.3.1, RFC 8705). */
static bool client_proof(const PscProvider *p, Buf *form, Buf *basic, Err *err)
{
    const char *how = text(p, "psc-client-proof"), *id = text(p, "psc-client-id");
    char        secret[1024];
    if (strcmp(how, "certificate") == 0)
        return form_add(form, "client_id", slice_of(id)), true;
    if (!fetch_secret_read(text(p, "psc-secret"), secret, sizeof secret, err))
        return false;
    if (strcmp(how, "secret-post") == 0) {
        form_add(form, "client_id", slice_of(id));
        form_add(form, "client_secret", slice_of(secret));
    } else {
        OWNED_BUF name = buf_make(1024), word = buf_make(4096);
        form_add(&name, "", slice_of(id));
        form_add(&word, "", slice_of(secret));
        buf_addf(basic, "%s:%s", buf_text(&name) + 1, buf_text(&word) + 1); /* without the "=" in front */
    }
    explicit_bzero(secret, sizeof secret);
    return true;
}

bool psc_exchange(PscProvider *p, Slice code, const char *redirect, const char *verifier, PscTokens *ret, Err *err)
{
    OWNED_FETCH_ANSWER answer = { 0 };
    OWNED_BUF          form = buf_make(FORM_MAX), basic = buf_make(FORM_MAX);
    PscPlaces          places = { 0 };
    Err                why    = { 0 };
    if (!psc_places(p, &places, err))
        return false;
    form_add(&form, "grant_type", SLICE("authorization_code"));
    form_add(&form, "code", code);
    form_add(&form, "redirect_uri", slice_of(redirect));
    form_add(&form, "code_verifier", slice_of(verifier));
    if (!client_proof(p, &form, &basic, &why))
        return away(err, "our own proof", &why);
    if (!buf_ok(&form, err) || !buf_ok(&basic, err))
        return false;
    FetchAsk ask = ask_of(p, places.token);
    ask.type     = "application/x-www-form-urlencoded";
    ask.basic    = buf_text(&basic);
    ask.body     = buf_slice(&form);
    bool asked   = fetch_post(&ask, &answer, &why);
    explicit_bzero(form.at, form.len); /* the client's secret */
    if (!asked)
        return away(err, "token", &why);
    if (answer.status >= 500)
        return err_set(err, ERR_UNAVAILABLE, PSC_AWAY, "token: HTTP %d", answer.status);
    OWNED(json_t) *json = json_parse_object(buf_slice(&answer.bytes), &why);
    if (answer.status != 200 || !json) {
        const char *error = json_string_value(json_object_get(json, "error"));
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "token: HTTP %d, error %.40s", answer.status, error ? error : "not said");
    }
    if (!json_need_copy(json, "access_token", ret->access, sizeof ret->access, &why) || !json_need_copy(json, "id_token", ret->id_token, sizeof ret->id_token, &why))
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "token: %.200s", why.detail);
    return true;
}

/* Claims as a signed token say for whom they are (OpenID Connect Core §5.3.2). */
static bool userinfo_token(PscProvider *p, Slice token, json_t **ret, Err *err)
{
    OWNED(json_t) *claims = NULL;
    if (!psc_token_claims(p, slice_trim(token), &claims, err))
        return false;
    const char   *iss = json_string_value(json_object_get(claims, "iss"));
    const json_t *aud = json_object_get(claims, "aud");
    const char   *one = json_string_value(json_is_array(aud) && json_array_size(aud) == 1 ? json_array_get(aud, 0) : aud);
    if (!iss || strcmp(iss, text(p, "psc-issuer")) != 0 || !one || strcmp(one, text(p, "psc-client-id")) != 0)
        return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "userinfo: a token of another issuer or for another client");
    *ret = GIVE(claims);
    return true;
}

bool psc_userinfo(PscProvider *p, const char *access_token, json_t **ret, Err *err)
{
    OWNED_FETCH_ANSWER answer = { 0 };
    PscPlaces          places = { 0 };
    Err                why    = { 0 };
    if (!psc_places(p, &places, err))
        return false;
    FetchAsk ask = ask_of(p, places.userinfo);
    ask.bearer   = access_token;
    if (!fetch_get(&ask, &answer, &why))
        return away(err, "userinfo", &why);
    if (answer.status != 200)
        return err_set(err, answer.status >= 500 ? ERR_UNAVAILABLE : ERR_SIGN_IN, answer.status >= 500 ? PSC_AWAY : PSC_UNVERIFIED, "userinfo: HTTP %d", answer.status);
    if (slice_equal_fold(slice_of(answer.type), SLICE("application/jwt")))
        return userinfo_token(p, buf_slice(&answer.bytes), ret, err);
    *ret = json_parse_object(buf_slice(&answer.bytes), &why);
    return *ret || err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "userinfo: %.200s", why.detail);
}
