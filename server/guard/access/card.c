/*
 * Cards: the three steps, and the only SQL of card_flow.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/card.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "guard/access/access_internal.h"
#include "guard/access/card_certificate.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { FLOW_S = 300, FLOWS_MAX = 5000, LOOK_MS = 60 * 1000, HOUR_S = 3600 };

struct CardDoor {
    Access         *access;
    const Config   *config;
    char            url[400];
    pthread_mutex_t lock;
    int64_t         looked_ms; /* monotonic; 0 never */
    const char     *state;
};

/* The host of "https://host:port" with the port of "address:port". */
static bool url_make(CardDoor *d, const char *listen)
{
    const char *origin = d->access->origin, *host = strstr(origin, "://");
    const char *port   = strrchr(listen, ':');
    if (!host || !port)
        return false;
    host += 3;
    size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    return snprintf(d->url, sizeof d->url, "https://%.*s%s/carte", (int)len, host, port) < (int)sizeof d->url;
}

bool card_open(Access *a, const Config *c, CardDoor **ret, Err *err)
{
    const char *listen = config_text(c, "card-listen"), *authority = config_text(c, "card-authority");
    *ret               = NULL;
    if (slice_ends(slice_of(listen), SLICE(":0")))
        return true;
    if (!authority[0] || access(authority, R_OK) != 0 || strcmp(config_text(c, "edge"), "run") != 0)
        return err_set(err, ERR_INPUT, "The configuration of cards is not complete.", "card-listen wants card-authority (readable) and edge = run");
    CardDoor *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "cards");
    d->access = a;
    d->config = c;
    pthread_mutex_init(&d->lock, NULL);
    *ret = d;
    return url_make(d, listen) || err_set(err, ERR_INPUT, "The configuration of cards is not complete.", "public-url or card-listen");
}

void card_close(CardDoor *d)
{
    if (!d)
        return;
    pthread_mutex_destroy(&d->lock);
    free(d);
}

const char *card_url(const CardDoor *d)
{
    return d->url;
}

static int64_t grace_s(const CardDoor *d)
{
    return config_int(d->config, "card-grace-hours") * HOUR_S;
}

const char *card_list_state(CardDoor *d)
{
    pthread_mutex_lock(&d->lock);
    if (!d->looked_ms || clock_monotonic_ms() - d->looked_ms >= LOOK_MS) {
        int64_t stale = card_lists_stale_s(config_text(d->config, "card-revoked"), clock_now_s());
        d->state      = stale < 0 ? "missing" : !stale ? "fresh" : stale <= grace_s(d) ? "stale" : "over";
        d->looked_ms  = clock_monotonic_ms();
        if (stale)
            log_line("access", LOG_ERROR, "ALARM: the revocation list of cards is missing or out of date", "state", d->state, NULL);
    }
    const char *state = d->state;
    pthread_mutex_unlock(&d->lock);
    return state;
}

/* ---- begun ---- */

typedef struct CardStep {
    const CardDoor *door;
    const char     *address;
    Slice           browser;
    char            hash[HEX_256_SIZE];
    CardVerdict     verdict;
    Card            card;
    bool            there;
    Err             why; /* the refusal, for the person and the trace */
    char            login[64];
    int64_t         person_id;
    char            token[SESSION_TOKEN_SIZE];
    Who             who;
} CardStep;

static bool begin_work(Db *db, void *work, Err *err)
{
    CardStep *s = work;
    if (!throttle_check(db, s->door->access, SLICE_NONE, s->address, err))
        return false;
    OWNED(DbQuery) *over = db_query(db, "DELETE FROM card_flow WHERE expires_at_s <= ?1");
    db_bind_int(over, 1, clock_now_s());
    if (!db_run(over, err))
        return false;
    {
        OWNED(DbQuery) *many = db_query(db, "SELECT count(*) FROM card_flow");
        if (db_next(many, err) != DB_ROW)
            return false;
        if (db_int(many, 0) >= FLOWS_MAX)
            return err_set(err, ERR_UNAVAILABLE, "Too many people are signing in: try again in a moment.", "cards under way");
    }
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO card_flow (browser_hash, verdict, expires_at_s) VALUES (?1, 0, ?2)");
    db_bind_cstr(q, 1, s->hash);
    db_bind_int(q, 2, clock_now_s() + FLOW_S);
    return db_run(q, err);
}

bool card_begin(CardDoor *d, const char *address, char ret_browser[SESSION_TOKEN_SIZE], Err *err)
{
    CardStep s = { .door = d, .address = address };
    char     browser[HEX_256_SIZE];
    random_hex(browser);
    sha256_hex(slice_of(browser), s.hash);
    if (!db_write(d->access->host, begin_work, &s, err))
        return false;
    memcpy(ret_browser, browser, sizeof browser);
    return true;
}

/* ---- shown ---- */

static bool shown_work(Db *db, void *work, Err *err)
{
    CardStep *s       = work;
    OWNED(DbQuery) *q = db_query(db, "UPDATE card_flow SET verdict = ?2, rpps = ?3, serial = ?4, stale_s = ?5"
                                     " WHERE browser_hash = ?1 AND expires_at_s > ?6");
    db_bind_cstr(q, 1, s->hash);
    db_bind_int(q, 2, s->verdict);
    db_bind_cstr(q, 3, s->card.rpps);
    db_bind_cstr(q, 4, s->card.serial);
    db_bind_int(q, 5, s->card.stale_s);
    db_bind_int(q, 6, clock_now_s());
    if (!db_run(q, err))
        return false;
    return db_changes(q) == 1 || err_set(err, ERR_SIGN_IN, card_verdict_shown(CARD_WAITED), "a card of a browser that began nothing");
}

bool card_shown(CardDoor *d, Slice browser, Slice pem, Err *err)
{
    CardStep  s     = { .door = d };
    CardRules rules = { .authority = config_text(d->config, "card-authority"), .revoked = config_text(d->config, "card-revoked"), .grace_s = grace_s(d), .now_s = clock_now_s() };
    sha256_hex(browser, s.hash);
    s.verdict = card_judge(pem, &rules, &s.card);
    return db_write(d->access->host, shown_work, &s, err);
}

/* ---- finished ---- */

static bool flow_use(Db *db, CardStep *s, Err *err)
{
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT verdict, rpps, serial, stale_s FROM card_flow WHERE browser_hash = ?1 AND expires_at_s > ?2");
        db_bind_cstr(q, 1, s->hash);
        db_bind_int(q, 2, clock_now_s());
        DbStep step = db_next(q, err);
        if (step != DB_ROW)
            return step == DB_END;
        s->verdict = (CardVerdict)db_int(q, 0);
        db_text(q, 1, s->card.rpps, sizeof s->card.rpps);
        db_text(q, 2, s->card.serial, sizeof s->card.serial);
        s->card.stale_s = db_int(q, 3);
    }
    OWNED(DbQuery) *used = db_query(db, "DELETE FROM card_flow WHERE browser_hash = ?1");
    db_bind_cstr(used, 1, s->hash);
    return db_run(used, err);
}

static bool finish_refused(Db *db, CardStep *s, Err *err)
{
    Who  known = { .person_id = s->person_id };
    char why[96];
    memcpy(known.login, s->login, sizeof known.login);
    (void)snprintf(why, sizeof why, "%.40s, certificate %.40s", s->why.detail, s->card.serial[0] ? s->card.serial : "none");
    return throttle_wrong(db, s->door->access, SLICE_NONE, s->address, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_REFUSED, &known, s->address, "sign-in card", why, err);
}

static bool finish_work(Db *db, void *work, Err *err)
{
    CardStep     *s = work;
    const Access *a = s->door->access;
    char          detail[96];
    if (!throttle_check(db, a, SLICE_NONE, s->address, err) || !flow_use(db, s, err))
        return false;
    bool fine = s->verdict == CARD_GOOD || err_set(&s->why, ERR_SIGN_IN, card_verdict_shown(s->verdict), "%s", card_verdict_name(s->verdict));
    fine      = fine && professional_by_rpps(db, s->card.rpps, &s->person_id, s->login, &s->why);
    if (!fine && s->why.kind != ERR_SIGN_IN)
        return err_set(err, s->why.kind, s->why.shown, "%s", s->why.detail);
    if (!fine)
        return finish_refused(db, s, err);
    (void)snprintf(detail, sizeof detail, "certificate %.48s", s->card.serial);
    if (s->card.stale_s)
        (void)snprintf(detail, sizeof detail, "certificate %.40s, revocation list stale for %" PRId64 " h", s->card.serial, s->card.stale_s / HOUR_S);
    return session_open(db, a, s->person_id, FACTOR_CARD, true, s->address, 0, s->token, &s->who, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_OK, &s->who, s->address, "sign-in card", detail, err);
}

bool card_finish(CardDoor *d, Slice browser, const char *address, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    CardStep s = { .door = d, .address = address };
    sha256_hex(browser, s.hash);
    if (!db_write(d->access->host, finish_work, &s, err))
        return false;
    if (s.why.kind)
        return err_set(err, s.why.kind, s.why.shown, "%s", s.why.detail);
    memcpy(ret_token, s.token, sizeof s.token);
    *ret = s.who;
    return true;
}
