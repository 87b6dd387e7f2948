/*
 * The room as one handle: its rules, its key, the slots of password hashing; and its lines in the trace.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sodium.h>
#include <time.h>
#include <unistd.h>

#include "guard/access/access_internal.h"

static bool slots_make(Access *a)
{
    pthread_condattr_t monotonic;
    long               cores = sysconf(_SC_NPROCESSORS_ONLN);
    a->slots                 = cores > 0 ? cores : 1;
    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    bool made = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&a->slot_free, &monotonic) == 0 && pthread_mutex_init(&a->lock, NULL) == 0;
    pthread_condattr_destroy(&monotonic);
    return made;
}

Access *access_new(DbHost *host, SignInRules rules, Err *err)
{
    OWNED(Access) *a = calloc(1, sizeof *a);
    char noise[HEX_256_SIZE];
    if (!a || !slots_make(a) || sodium_init() < 0 || !totp_ready()) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "access");
        return NULL;
    }
    a->host         = host;
    a->idle_s       = rules.idle_s;
    a->absolute_s   = rules.absolute_s;
    a->argon2_bytes = rules.argon2_bytes ? rules.argon2_bytes : (size_t)ARGON2_BYTES;
    if (!rules.rp_id || !rules.origin || rules.idle_s <= 0 || rules.absolute_s <= 0 ||
        !slice_copy(slice_of(rules.rp_id), a->rp_id, sizeof a->rp_id) ||
        !slice_copy(slice_of(rules.origin), a->origin, sizeof a->origin)) {
        err_set(err, ERR_BUG, "The sign-in rules are not complete.", "rp_id, origin, idle_s, absolute_s");
        return NULL;
    }
    random_hex(noise);
    if (!secret_key_load(rules.key_file, a->key, err) ||
        !password_hash(a, slice_of(noise), a->dummy_hash, err))
        return NULL;
    return GIVE(a);
}

void access_free(Access *a)
{
    if (!a)
        return;
    pthread_cond_destroy(&a->slot_free);
    pthread_mutex_destroy(&a->lock);
    sodium_memzero(a->key, sizeof a->key);
    free(a);
}

bool access_trace(Db *db, AuditEvent event, AuditOutcome outcome, const Who *w, const char *address,
                  const char *what, const char *detail, Err *err)
{
    char factors[64] = "";
    if (w)
        who_factors_text(w, factors, sizeof factors);
    AuditLine line = {
        .event     = event,
        .outcome   = outcome,
        .person_id = w ? w->person_id : 0,
        .actor     = w && w->login[0] ? w->login : "",
        .factors   = factors,
        .origin    = address,
        .what      = what,
        .object    = "",
        .detail    = detail,
    };
    return audit_add(db, &line, err);
}
