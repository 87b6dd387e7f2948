/*
 * Sessions remembered for a few seconds: one slot per hash of the token, the newer wins.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/sessions.h"

#include <pthread.h>
#include <stdio.h>

#include "platform/clock.h"

typedef struct Slot {
    char    token[SESSION_TOKEN_SIZE];
    Who     who;
    int64_t until_ms;
} Slot;

struct Sessions {
    Access         *access;
    pthread_mutex_t lock;
    uint64_t        forgotten; /* grows: a look-up that began before a sign-out is not remembered */
    Slot            slots[SESSIONS_REMEMBERED];
};

Sessions *sessions_new(Access *access, Err *err)
{
    Sessions *s = calloc(1, sizeof *s);
    if (!s) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "sessions");
        return NULL;
    }
    s->access = access;
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void sessions_free(Sessions *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    explicit_bzero(s->slots, sizeof s->slots);
    free(s);
}

static Slot *slot_of(Sessions *s, Slice token)
{
    uint32_t hash = 2166136261u; /* FNV-1a; tokens are random already */
    for (size_t i = 0; i < token.len; i++)
        hash = (hash ^ (uint8_t)token.at[i]) * 16777619u;
    return &s->slots[hash % SESSIONS_REMEMBERED];
}

/* A token is compared whole whatever differs: no hint by time. */
static bool same_token(const Slot *slot, Slice token)
{
    unsigned differs = 0;
    if (token.len != SESSION_TOKEN_SIZE - 1)
        return false;
    for (size_t i = 0; i < token.len; i++)
        differs |= (unsigned)(slot->token[i] ^ token.at[i]);
    return differs == 0;
}

bool sessions_find(Sessions *s, Slice token, const char *address, Who *ret, Err *err)
{
    if (token.len != SESSION_TOKEN_SIZE - 1)
        return err_set(err, ERR_SIGN_IN, "Sign in to go on.", "a token of %zu characters", token.len);
    int64_t now = clock_monotonic_ms();
    pthread_mutex_lock(&s->lock);
    Slot *slot  = slot_of(s, token);
    bool  known = slot->until_ms > now && same_token(slot, token) && slot->who.expires_at_s > clock_now_s();
    uint64_t forgotten = s->forgotten;
    if (known)
        *ret = slot->who;
    pthread_mutex_unlock(&s->lock);
    if (known)
        return true;
    if (!session_find(s->access, token, address, ret, err))
        return false;
    pthread_mutex_lock(&s->lock);
    if (forgotten == s->forgotten) {
        *slot = (Slot) { .who = *ret, .until_ms = now + SESSION_REMEMBERED_MS };
        (void)slice_copy(token, slot->token, sizeof slot->token);
    }
    pthread_mutex_unlock(&s->lock);
    return true;
}

void sessions_forget_person(Sessions *s, int64_t person_id)
{
    pthread_mutex_lock(&s->lock);
    s->forgotten++;
    for (size_t i = 0; i < SESSIONS_REMEMBERED; i++)
        if (s->slots[i].who.person_id == person_id)
            s->slots[i] = (Slot) { 0 };
    pthread_mutex_unlock(&s->lock);
}

void sessions_forget_token(Sessions *s, Slice token)
{
    pthread_mutex_lock(&s->lock);
    s->forgotten++;
    Slot *slot = slot_of(s, token);
    if (same_token(slot, token))
        *slot = (Slot) { 0 };
    pthread_mutex_unlock(&s->lock);
}

void session_cookie(const char *token, char ret[SESSION_COOKIE_SIZE])
{
    (void)snprintf(ret, SESSION_COOKIE_SIZE,
                   SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s", token,
                   token[0] ? "" : "; Max-Age=0");
}

/* 400 days: the longest that browsers keep one; each check gives it anew. */
void workstation_cookie(const char *key, char ret[WORKSTATION_COOKIE_SIZE])
{
    (void)snprintf(ret, WORKSTATION_COOKIE_SIZE, WORKSTATION_COOKIE "=%s; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Strict", key);
}

void way_cookie(const char *name, const char *secret, char ret[SESSION_COOKIE_SIZE])
{
    (void)snprintf(ret, SESSION_COOKIE_SIZE, "%s=%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Strict", name, secret, secret[0] ? 600 : 0);
}
