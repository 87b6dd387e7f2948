/*
 * Secrets at rest: the key outside the database, sealing, keyed hashes, random words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/json/base64.h"
#include "guard/access/access_internal.h"

#define KEY_SHOWN "The key of the sign-in secrets cannot be used."

static bool key_failed(const char *what, Err *err)
{
    return err_set(err, ERR_UNAVAILABLE, KEY_SHOWN, "%s: errno %d", what, errno);
}

/* Exactly one key, ours alone. */
static bool key_read(int fd, uint8_t ret[SECRET_KEY_SIZE], Err *err)
{
    struct stat about;
    uint8_t     bytes[SECRET_KEY_SIZE + 1];
    if (fstat(fd, &about) != 0)
        return key_failed("fstat", err);
    if (about.st_mode & (S_IRWXG | S_IRWXO))
        return err_set(err, ERR_UNAVAILABLE, KEY_SHOWN, "mode %o: others may read it, expected 600",
                       about.st_mode & 0777U);
    ssize_t len = read(fd, bytes, sizeof bytes);
    if (len != SECRET_KEY_SIZE)
        return err_set(err, ERR_UNAVAILABLE, KEY_SHOWN, "%zd bytes, expected %d", len, SECRET_KEY_SIZE);
    memcpy(ret, bytes, SECRET_KEY_SIZE);
    sodium_memzero(bytes, sizeof bytes);
    return true;
}

/* Written whole beside its place, then linked there: two programs starting at once end with the same key. */
static bool key_create(const char *path, Err *err)
{
    char    fresh[4096];
    uint8_t bytes[SECRET_KEY_SIZE];
    if (snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid()) >= (int)sizeof fresh)
        return err_set(err, ERR_UNAVAILABLE, KEY_SHOWN, "path too long");
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return key_failed("create", err);
    randombytes_buf(bytes, sizeof bytes);
    bool written = write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes && fsync(fd) == 0;
    written      = close(fd) == 0 && written;
    sodium_memzero(bytes, sizeof bytes);
    bool placed = written && (link(fresh, path) == 0 || errno == EEXIST);
    if (!placed)
        key_failed("write", err);
    unlink(fresh);
    return placed;
}

bool secret_key_load(const char *path, uint8_t ret[SECRET_KEY_SIZE], Err *err)
{
    if (!path || !path[0])
        return err_set(err, ERR_BUG, KEY_SHOWN, "SignInRules.key_file is not given");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && key_create(path, err))
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return key_failed("open", err);
    bool fine = key_read(fd, ret, err);
    close(fd);
    return fine;
}

void sha256_hex(Slice bytes, char ret[HEX_256_SIZE])
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const uint8_t *)bytes.at, bytes.len);
    hex_encode(slice_bytes(digest, sizeof digest), ret);
}

void random_hex(char ret[HEX_256_SIZE])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    hex_encode(slice_bytes(bytes, sizeof bytes), ret);
    sodium_memzero(bytes, sizeof bytes);
}

int64_t random_id(void)
{
    uint64_t bits = 0;
    randombytes_buf(&bits, sizeof bits);
    return (int64_t)(bits >> 11 | 1);
}

void keyed_hash(const Access *a, const char *label, Slice bytes, char ret[HEX_256_SIZE])
{
    uint8_t                  digest[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, a->key, sizeof a->key, sizeof digest);
    crypto_generichash_update(&state, (const uint8_t *)label, strlen(label) + 1); /* its NUL ends the label */
    crypto_generichash_update(&state, (const uint8_t *)bytes.at, bytes.len);
    crypto_generichash_final(&state, digest, sizeof digest);
    hex_encode(slice_bytes(digest, sizeof digest), ret);
}

bool secret_seal(const Access *a, Slice plain, Buf *ret, Err *err)
{
    uint8_t  nonce[crypto_secretbox_NONCEBYTES];
    uint8_t *box = plain.len <= SECRET_MAX ? malloc(plain.len + crypto_secretbox_MACBYTES) : NULL;
    if (!box)
        return err_set(err, ERR_BUG, KEY_SHOWN, "secret of %zu bytes", plain.len);
    randombytes_buf(nonce, sizeof nonce);
    crypto_secretbox_easy(box, (const uint8_t *)plain.at, plain.len, nonce, a->key);
    buf_add(ret, slice_bytes(nonce, sizeof nonce));
    buf_add(ret, slice_bytes(box, plain.len + crypto_secretbox_MACBYTES));
    free(box);
    return buf_ok(ret, err);
}

bool secret_open(const Access *a, Slice sealed, Buf *ret, Err *err)
{
    size_t head = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (sealed.len < head || sealed.len - head > SECRET_MAX)
        return err_set(err, ERR_BUG, KEY_SHOWN, "sealed secret of %zu bytes", sealed.len);
    size_t   len   = sealed.len - head;
    uint8_t *plain = malloc(len + 1);
    Slice    box   = slice_part(sealed, crypto_secretbox_NONCEBYTES, sealed.len);
    bool     ours  = plain && crypto_secretbox_open_easy(plain, (const uint8_t *)box.at, box.len, (const uint8_t *)sealed.at, a->key) == 0;
    if (ours) {
        buf_add(ret, slice_bytes(plain, len));
        sodium_memzero(plain, len);
    }
    free(plain);
    return ours ? buf_ok(ret, err) : err_set(err, ERR_BUG, KEY_SHOWN, "the key file is not the one that sealed");
}

void random_words(size_t groups, char *ret)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* 32: no l, o, 0, 1 */
    for (size_t i = 0; i < groups * 6; i++)
        ret[i] = i % 6 == 5 ? '-' : letters[randombytes_uniform(32)];
    ret[groups * 6 - 1] = '\0';
}
