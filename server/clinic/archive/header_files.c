/*
 * The metadata of a study or series as a ready file, plain and compressed, named by what it is made of: when
 * an image comes, changes or goes, it has another name. Like all below the cache folder it may be deleted at
 * any time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/cache.h"
#include "clinic/archive/study_internal.h"
#include "formats/json/base64.h"

enum { HEADERS_MAX = 256 << 20, GZIP_LEVEL = 4, SCOPE_DIGITS = 16, KEY_DIGITS = 32 };

static bool digest_text(Slice text, char ret[2 * SHA256_BYTES + 1])
{
    uint8_t digest[SHA256_BYTES];
    if (EVP_Digest(text.at, text.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    hex_encode(slice_bytes(digest, SHA256_BYTES), ret);
    return true;
}

/* Over the digests of all its files, in the order of the answer. ERR_NOT_FOUND as instances_metadata. */
static bool key_of(Db *db, Slice study_uid, Slice series_uid, const ArchiveViewer *viewer,
                   char ret[2 * SHA256_BYTES + 1], Err *err)
{
    uint8_t     digest[SHA256_BYTES];
    int64_t     count = 0;
    DbStep      step  = DB_FAILED;
    EVP_MD_CTX *sum   = EVP_MD_CTX_new();
    bool        ok    = sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1;
    OWNED(DbQuery) *q = db_query(db, "SELECT instance.sha256" WITHIN_STUDY WITHIN_STUDY_FOR_VIEWER);
    within_bind(q, study_uid, series_uid, SLICE_NONE, viewer);
    while (ok && (step = db_next(q, err)) == DB_ROW) {
        Slice one = db_slice(q, 0);
        ok        = EVP_DigestUpdate(sum, one.at, one.len) == 1;
        count++;
    }
    ok = ok && EVP_DigestFinal_ex(sum, digest, NULL) == 1;
    EVP_MD_CTX_free(sum);
    if (!ok || step == DB_FAILED)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    if (!count)
        return err_set(err, ERR_NOT_FOUND, "No such image.", "not there or not for this viewer");
    hex_encode(slice_bytes(digest, SHA256_BYTES), ret);
    return true;
}

static bool gzipped(Slice plain, Buf *ret, Err *err)
{
    z_stream z = { 0 };
    char     out[1 << 16];
    int      said = Z_OK;
    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "gzip");
    z.next_in  = (Bytef *)(uintptr_t)plain.at;
    z.avail_in = (uInt)plain.len;
    while (said == Z_OK) {
        z.next_out  = (Bytef *)out;
        z.avail_out = sizeof out;
        said        = deflate(&z, Z_FINISH);
        (void)buf_add(ret, (Slice) { out, sizeof out - z.avail_out });
    }
    (void)deflateEnd(&z);
    return (said == Z_STREAM_END && buf_ok(ret, err)) ||
           err_set(err, ERR_UNAVAILABLE, "Memory is out.", "gzip");
}

/* What was made of the same study or series before an image came. */
static void older_go(const char *folder, const char *name)
{
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char path[2048];
        if (strncmp(e->d_name, name, SCOPE_DIGITS + 1) != 0 || strncmp(e->d_name, name, strlen(name)) == 0)
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        (void)unlink(path);
    }
    if (dir)
        (void)closedir(dir);
}

static bool make(Archive *a, Db *db, Slice study_uid, Slice series_uid, const ArchiveViewer *viewer,
                 const InstanceRow *shelf, const char *path, const char *name, Err *err)
{
    char      folder[1024], packed[1200];
    OWNED_BUF json = buf_make(HEADERS_MAX), gz = buf_make(HEADERS_MAX);
    (void)snprintf(folder, sizeof folder, "%s/headers/%.2s/%s", a->cache, shelf->sha256, shelf->sha256);
    (void)snprintf(packed, sizeof packed, "%s.gz", path);
    /* The compressed one first: who finds the plain one finds both. */
    if (!instances_metadata(db, study_uid, series_uid, SLICE_NONE, viewer, &json, err) ||
        !gzipped(buf_slice(&json), &gz, err) || !cache_folders(a, "headers", shelf, err) ||
        !cache_write(packed, buf_slice(&gz), err) || !cache_write(path, buf_slice(&json), err))
        return false;
    older_go(folder, name);
    return true;
}

bool metadata_file(Archive *a, Db *db, Slice study_uid, Slice series_uid, const ArchiveViewer *viewer,
                   char ret_path[160], Err *err)
{
    char        key[2 * SHA256_BYTES + 1], scope[2 * SHA256_BYTES + 1], path[1024], name[80];
    InstanceRow shelf = { 0 };
    struct stat seen;
    if (!key_of(db, study_uid, series_uid, viewer, key, err))
        return false;
    if (!digest_text(study_uid, shelf.sha256) || !digest_text(series_uid, scope))
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    (void)snprintf(name, sizeof name, "%.*s-%.*s", SCOPE_DIGITS, scope, KEY_DIGITS, key);
    (void)snprintf(ret_path, 160, "headers/%.2s/%s/%s.json", shelf.sha256, shelf.sha256, name);
    (void)snprintf(path, sizeof path, "%s/%s", a->cache, ret_path);
    return stat(path, &seen) == 0 || make(a, db, study_uid, series_uid, viewer, &shelf, path, name, err);
}

void metadata_forget(const Archive *a, Slice study_uid)
{
    char sha256[2 * SHA256_BYTES + 1], folder[1024];
    if (!digest_text(study_uid, sha256))
        return;
    (void)snprintf(folder, sizeof folder, "%s/headers/%.2s/%s", a->cache, sha256, sha256);
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char path[2048];
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.')
            (void)unlink(path);
    }
    if (dir)
        (void)closedir(dir);
    (void)rmdir(folder);
}
