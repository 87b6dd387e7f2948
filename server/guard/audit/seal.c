/*
 * Seals: signatures of this house over a digest, by an Ed25519 key whose public half is to be kept elsewhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <unistd.h>

#include "guard/audit/seal.h"
#include "formats/json/base64.h"

#define KEY_FAILED "The signing key cannot be used."
enum { PATH_ROOM = 4200, SIGNATURE = 64, TEXT_ROOM = 128 };

static bool key_failed(const char *what, Err *err)
{
    return err_set(err, ERR_UNAVAILABLE, KEY_FAILED, "%s: %s", what, strerror(errno));
}

static void key_path(const char *folder, const char *name, const char *ending, char ret[PATH_ROOM])
{
    (void)snprintf(ret, PATH_ROOM, "%s/%s.%s", folder, name, ending);
}

static FILE *create(const char *path, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool closed_on_disk(FILE *f)
{
    bool ok = fflush(f) == 0 && fsync(fileno(f)) == 0;
    return fclose(f) == 0 && ok;
}

/* The public half first: the private one under its name means that both are there. */
static bool pair_write(EVP_PKEY *key, const char *folder, const char *name, Err *err)
{
    char path[PATH_ROOM], part[PATH_ROOM];
    key_path(folder, name, "pub", path);
    FILE *f  = create(path, 0644);
    bool  ok = f && PEM_write_PUBKEY(f, key) == 1;
    ok       = f && closed_on_disk(f) && ok;
    key_path(folder, name, "key.part", part);
    key_path(folder, name, "key", path);
    FILE *secret = ok ? create(part, 0600) : NULL;
    ok           = secret && PEM_write_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) == 1;
    ok           = secret && closed_on_disk(secret) && ok && rename(part, path) == 0;
    return ok || key_failed("write", err);
}

bool seal_keys_ready(const char *folder, const char *name, Err *err)
{
    char path[PATH_ROOM];
    key_path(folder, name, "key", path);
    if (access(path, R_OK) == 0)
        return true;
    if (errno != ENOENT)
        return key_failed("read", err);
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    bool      ok  = key ? pair_write(key, folder, name, err) : err_set(err, ERR_UNAVAILABLE, KEY_FAILED, "keygen");
    EVP_PKEY_free(key);
    return ok;
}

/* What is signed for one purpose proves nothing for another. */
static size_t signed_text(const char *name, const uint8_t digest[32], char ret[TEXT_ROOM])
{
    int used = snprintf(ret, TEXT_ROOM - 65, "beclere-%s-1\n", name);
    hex_encode(slice_bytes(digest, 32), ret + used);
    return (size_t)used + 64;
}

bool seal_make(const char *folder, const char *name, const uint8_t digest[32], Buf *ret, Err *err)
{
    char    path[PATH_ROOM], text[TEXT_ROOM], hex[2 * SIGNATURE + 1];
    uint8_t signature[SIGNATURE];
    size_t  len = sizeof signature;
    key_path(folder, name, "key", path);
    FILE *f = fopen(path, "re");
    if (!f)
        return key_failed("open", err);
    EVP_PKEY   *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    EVP_MD_CTX *md  = EVP_MD_CTX_new();
    (void)fclose(f);
    size_t text_len = signed_text(name, digest, text);
    bool ok = key && md && EVP_DigestSignInit(md, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(md, signature, &len, (const uint8_t *)text, text_len) == 1 &&
              len == SIGNATURE;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    if (!ok)
        return err_set(err, ERR_UNAVAILABLE, KEY_FAILED, "sign");
    hex_encode(slice_bytes(signature, SIGNATURE), hex);
    return buf_addf(ret, "ed25519 %s\n", hex);
}

static EVP_PKEY *public_read(const char *path, Err *err)
{
    FILE *f = fopen(path, "re");
    if (!f) {
        (void)key_failed("public key", err);
        return NULL;
    }
    EVP_PKEY *key = PEM_read_PUBKEY(f, NULL, NULL, NULL);
    (void)fclose(f);
    if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        err_set(err, ERR_INPUT, KEY_FAILED, "not an Ed25519 public key");
        return NULL;
    }
    return key;
}

bool seal_check(const char *public_key, const char *name, const uint8_t digest[32], Slice signature, Err *err)
{
    char    text[TEXT_ROOM];
    uint8_t raw[SIGNATURE];
    Slice   rest = slice_trim(signature), word = slice_cut(&rest, ' ');
    if (!slice_equal_text(word, "ed25519") || rest.len != 2 * SIGNATURE || !hex_decode(rest, raw, sizeof raw))
        return err_set(err, ERR_DENIED, "This is not signed by this key.", "malformed signature");
    EVP_PKEY   *key = public_read(public_key, err);
    EVP_MD_CTX *md  = key ? EVP_MD_CTX_new() : NULL;
    size_t text_len = signed_text(name, digest, text);
    bool ok = md && EVP_DigestVerifyInit(md, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(md, raw, sizeof raw, (const uint8_t *)text, text_len) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    return ok || err_set(err, ERR_DENIED, "This is not signed by this key.", "signature");
}

bool seal_public_key(const char *folder, const char *name, Buf *ret, Err *err)
{
    char path[PATH_ROOM], bytes[4096];
    if (!seal_keys_ready(folder, name, err))
        return false;
    key_path(folder, name, "pub", path);
    FILE *f = fopen(path, "re");
    if (!f)
        return key_failed("open", err);
    size_t len = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    return buf_add(ret, (Slice) { bytes, len }) || err_set(err, ERR_LIMIT, "The content is too large.", "public key of %zu bytes", len);
}

bool seal_key_fingerprint(const char *public_key, char ret[65], Err *err)
{
    uint8_t   digest[32], *der = NULL;
    EVP_PKEY *key = public_read(public_key, err);
    if (!key)
        return false;
    int  len = i2d_PUBKEY(key, &der);
    bool ok  = len > 0 && EVP_Digest(der, (size_t)len, digest, NULL, EVP_sha256(), NULL) == 1;
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    hex_encode(slice_bytes(digest, 32), ret);
    return ok || err_set(err, ERR_UNAVAILABLE, KEY_FAILED, "fingerprint");
}
