/*
 * Ready files below the cache folder.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* mkostemp */
#include "clinic/archive/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"

static bool cache_fail(const char *what, Err *err)
{
    return err_set(err, ERR_UNAVAILABLE, "The frame could not be kept.", "%s: %s", what, strerror(errno));
}

static bool folder_make(const char *path, Err *err)
{
    return mkdir(path, 0750) == 0 || errno == EEXIST || cache_fail("mkdir", err);
}

bool cache_folders(const Archive *a, const char *kind, const InstanceRow *row, Err *err)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%.2s/%s", a->cache, kind, row->sha256, row->sha256);
    if (mkdir(path, 0750) == 0 || errno == EEXIST)
        return true;
    snprintf(path, sizeof path, "%s/%s", a->cache, kind);
    if (!folder_make(path, err))
        return false;
    snprintf(path, sizeof path, "%s/%s/%.2s", a->cache, kind, row->sha256);
    if (!folder_make(path, err))
        return false;
    snprintf(path, sizeof path, "%s/%s/%.2s/%s", a->cache, kind, row->sha256, row->sha256);
    return folder_make(path, err);
}

bool cache_file_begin(CacheFile *f, const char *path, Err *err)
{
    *f = (CacheFile) { .fd = -1 };
    snprintf(f->other, sizeof f->other, "%s.XXXXXX", path);
    f->fd = mkostemp(f->other, O_CLOEXEC);
    if (f->fd < 0)
        return cache_fail("create", err);
    f->failed = fchmod(f->fd, 0640) != 0;
    return true;
}

static bool write_whole(int fd, Slice bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = slice_part(bytes, (size_t)n, SIZE_MAX);
    }
    return true;
}

void cache_file_add(CacheFile *f, Slice bytes)
{
    f->failed = f->failed || !write_whole(f->fd, bytes);
    f->bytes += bytes.len;
}

void cache_file_put(CacheFile *f, uint64_t at, Slice bytes)
{
    f->failed = f->failed || pwrite(f->fd, bytes.at, bytes.len, (off_t)at) != (ssize_t)bytes.len;
}

bool cache_file_keep(CacheFile *f, const char *path, Err *err)
{
    bool ok = close(f->fd) == 0 && !f->failed;
    f->fd   = -1;
    if (ok && rename(f->other, path) == 0)
        return true;
    (void)unlink(f->other);
    return cache_fail("write", err);
}

void cache_file_drop(CacheFile *f)
{
    if (f->fd < 0)
        return;
    (void)close(f->fd);
    (void)unlink(f->other);
    f->fd = -1;
}

bool cache_write(const char *path, Slice bytes, Err *err)
{
    CacheFile f;
    if (!cache_file_begin(&f, path, err))
        return false;
    cache_file_add(&f, bytes);
    return cache_file_keep(&f, path, err);
}
