/*
 * Copying files with their SHA-256: read once, digested on the way, flushed, then named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* syncfs */
#include "platform/blobs/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"

#define COPY_FAILED "A file could not be copied."
enum { BLOCK = 1 << 20, PATH_ROOM = 4200 };

static bool failed(const char *what, Err *err)
{
    int why = errno;
    if (why == ENOENT || why == ENOTDIR)
        return err_set(err, ERR_NOT_FOUND, "A file is not there.", "%s", what);
    return err_set(err, ERR_UNAVAILABLE, why == ENOSPC || why == EDQUOT ? "The disk is full." : COPY_FAILED,
                   "%s: %s", what, strerror(why));
}

bool make_folders_above(const char *path, Err *err)
{
    char folder[PATH_ROOM];
    if (!slice_copy(slice_of(path), folder, sizeof folder))
        return err_set(err, ERR_INPUT, "A path is too long.", "%zu characters", strlen(path));
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0750) != 0 && errno != EEXIST)
            return failed("mkdir", err);
        *slash = '/';
    }
    return true;
}

static bool write_all(int fd, Slice bytes)
{
    while (bytes.len) {
        ssize_t done = write(fd, bytes.at, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            errno = done == 0 ? EIO : errno;
            return false;
        }
        bytes = slice_part(bytes, (size_t)done, SIZE_MAX);
    }
    return true;
}

/* From 'in' to 'out' (-1: nowhere). */
static bool pump(int in, int out, uint8_t ret_sha256[32], int64_t *ret_bytes, Err *err)
{
    OWNED_TEXT char *block = malloc(BLOCK);
    EVP_MD_CTX      *md    = EVP_MD_CTX_new();
    bool             ok    = block && md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    int64_t          bytes = 0;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "copy");
    while (ok) {
        ssize_t got = read(in, block, BLOCK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            ok = failed("read", err);
        if (got <= 0)
            break;
        bytes += got;
        if (EVP_DigestUpdate(md, block, (size_t)got) != 1)
            ok = err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
        else if (out >= 0 && !write_all(out, slice_bytes(block, (size_t)got)))
            ok = failed("write", err);
    }
    ok = ok && EVP_DigestFinal_ex(md, ret_sha256, NULL) == 1;
    EVP_MD_CTX_free(md);
    *ret_bytes = bytes;
    return ok;
}

bool digest_file(const char *path, uint8_t ret_sha256[32], int64_t *ret_bytes, Err *err)
{
    int in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return failed("open", err);
    bool ok = pump(in, -1, ret_sha256, ret_bytes, err);
    close(in);
    return ok;
}

bool map_file(const char *path, Mapped *ret, Err *err)
{
    struct stat s;
    int         in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    void       *at = NULL;
    if (in < 0)
        return failed("open", err);
    bool ok = fstat(in, &s) == 0;
    if (ok && s.st_size > 0)
        ok = (at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_SHARED, in, 0)) != MAP_FAILED;
    if (!ok)
        (void)failed("map", err);
    else
        ret->bytes = at ? slice_bytes(at, (size_t)s.st_size) : SLICE_NONE;
    close(in);
    return ok;
}

void unmap_file(Mapped *m)
{
    if (m->bytes.len)
        (void)munmap((void *)(uintptr_t)m->bytes.at, m->bytes.len);
    m->bytes = SLICE_NONE;
}

/* "<to>.part" flushed and closed becomes 'to', or goes. */
static bool part_named(int fd, const char *part, const char *to, bool ok, Err *err)
{
    if (ok && fdatasync(fd) != 0)
        ok = failed("fdatasync", err);
    if (close(fd) != 0 && ok)
        ok = failed("close", err);
    if (ok && rename(part, to) != 0)
        ok = failed("rename", err);
    if (!ok)
        (void)unlink(part);
    return ok;
}

static int part_open(const char *to, unsigned mode, char part[PATH_ROOM], Err *err)
{
    if (snprintf(part, PATH_ROOM, "%s.part", to) >= PATH_ROOM) {
        err_set(err, ERR_INPUT, "A path is too long.", "%zu characters", strlen(to));
        return -1;
    }
    (void)unlink(part); /* of one that was interrupted */
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        (void)failed("create", err);
    return fd;
}

bool copy_file(const char *from, const char *to, unsigned mode, const uint8_t *wanted, uint8_t ret_sha256[32],
               int64_t *ret_bytes, Err *err)
{
    char part[PATH_ROOM];
    int  in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return failed("open", err);
    int  out = part_open(to, mode, part, err);
    bool ok  = out >= 0 && pump(in, out, ret_sha256, ret_bytes, err);
    if (ok && wanted && memcmp(wanted, ret_sha256, 32) != 0)
        ok = err_set(err, ERR_CONFLICT, "A file is not what its digest says.", "%lld bytes",
                     (long long)*ret_bytes);
    close(in);
    return out >= 0 && part_named(out, part, to, ok, err);
}

bool write_file(const char *to, unsigned mode, Slice bytes, Err *err)
{
    char part[PATH_ROOM];
    int  out = part_open(to, mode, part, err);
    if (out < 0)
        return false;
    bool ok = write_all(out, bytes) || failed("write", err);
    return part_named(out, part, to, ok, err);
}

char *read_file(const char *path, size_t max, size_t *ret_len, Err *err)
{
    FILE *in = fopen(path, "re");
    if (!in) {
        (void)failed("open", err);
        return NULL;
    }
    struct stat s     = { 0 };
    bool        fits  = fstat(fileno(in), &s) == 0 && S_ISREG(s.st_mode) && (uint64_t)s.st_size <= max;
    char       *bytes = fits ? malloc((size_t)s.st_size + 1) : NULL;
    if (!fits)
        err_set(err, ERR_LIMIT, "A file is too large.", "%lld bytes", (long long)s.st_size);
    else if (!bytes)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "read_file");
    *ret_len = bytes ? fread(bytes, 1, (size_t)s.st_size, in) : 0;
    if (bytes)
        bytes[*ret_len] = '\0';
    (void)fclose(in);
    return bytes;
}

bool copies_flush(const char *folder, Err *err)
{
    int  fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && syncfs(fd) == 0;
    if (!ok)
        (void)failed("syncfs", err);
    if (fd >= 0)
        close(fd);
    return ok;
}
