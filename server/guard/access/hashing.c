/*
 * Password hashing: Argon2id, at most as many at once as there are cores; the rest wait three seconds, then
 * are told so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sodium.h>
#include <time.h>

#include "formats/texts/texts.h"
#include "guard/access/access_internal.h"

enum { ARGON2_PASSES = 3, QUEUE_S = 3, PASSWORD_MIN_CHARS = 12, PASSWORD_MIN_KINDS = 5 };
#define ONCE "$once$"

static bool slot_take(Access *a, Err *err)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += QUEUE_S;
    pthread_mutex_lock(&a->lock);
    int waited = 0;
    while (a->slots == 0 && waited == 0)
        waited = pthread_cond_timedwait(&a->slot_free, &a->lock, &until);
    bool taken = a->slots > 0;
    a->slots -= taken;
    pthread_mutex_unlock(&a->lock);
    if (!taken)
        return err_set(err, ERR_UNAVAILABLE, "Too many people are signing in: try again in a moment.",
                       "password hashing is busy");
    return true;
}

static void slot_give(Access *a)
{
    pthread_mutex_lock(&a->lock);
    a->slots++;
    pthread_cond_signal(&a->slot_free);
    pthread_mutex_unlock(&a->lock);
}

bool password_hash_now(Slice password, size_t argon2_bytes, char ret[PASSWORD_HASH_SIZE], Err *err)
{
    if (crypto_pwhash_str(ret, password.at, password.len, ARGON2_PASSES, argon2_bytes) != 0)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "crypto_pwhash_str");
    return true;
}

bool password_hash(Access *a, Slice password, char ret[PASSWORD_HASH_SIZE], Err *err)
{
    if (!slot_take(a, err))
        return false;
    bool made = password_hash_now(password, a->argon2_bytes, ret, err);
    slot_give(a);
    return made;
}

void one_time_hash(Slice password, char ret[PASSWORD_HASH_SIZE])
{
    memcpy(ret, ONCE, sizeof ONCE);
    sha256_hex(password, ret + sizeof ONCE - 1);
}

bool hash_is_one_time(const char *hash)
{
    return slice_starts(slice_of(hash), SLICE(ONCE));
}

bool password_verify(Access *a, Slice password, const char *hash, bool *ret,
                     char ret_fresh[PASSWORD_HASH_SIZE], Err *err)
{
    /* A one-time password is 100 random bits: a plain hash is enough. The slow one runs too, for equal time.
     */
    bool        once = hash_is_one_time(hash);
    const char *slow = once ? a->dummy_hash : hash;
    ret_fresh[0]     = '\0';
    if (!slot_take(a, err))
        return false;
    bool right = crypto_pwhash_str_verify(slow, password.at, password.len) == 0;
    if (right && !once && crypto_pwhash_str_needs_rehash(slow, ARGON2_PASSES, a->argon2_bytes) == 1 &&
        crypto_pwhash_str(ret_fresh, password.at, password.len, ARGON2_PASSES, a->argon2_bytes) != 0)
        ret_fresh[0] = '\0';
    slot_give(a);
    if (once) {
        char given[PASSWORD_HASH_SIZE];
        one_time_hash(password, given);
        right = strlen(hash) == strlen(given) && sodium_memcmp(hash, given, strlen(given)) == 0;
    }
    *ret = right;
    return true;
}

bool password_form_check(Slice wanted, Slice login, Err *err)
{
    size_t chars = 0, kinds = 0;
    bool   seen[256] = { false };
    if (wanted.len > PASSWORD_MAX || !text_is_clean_utf8(wanted))
        return err_set(err, ERR_INPUT, "The password is too long or holds characters that are not allowed.",
                       "password form");
    for (size_t i = 0; i < wanted.len; i++) {
        uint8_t byte = (uint8_t)wanted.at[i];
        chars += (byte & 0xC0) != 0x80;
        kinds += !seen[byte];
        seen[byte] = true;
    }
    if (chars < PASSWORD_MIN_CHARS)
        return err_set(err, ERR_INPUT, "A password has at least 12 characters.", "%zu characters", chars);
    if (kinds < PASSWORD_MIN_KINDS || slice_find(wanted, login) != SIZE_MAX)
        return err_set(err, ERR_INPUT, "The password is too easy to guess.",
                       "%zu kinds of characters, or the login", kinds);
    return true;
}
