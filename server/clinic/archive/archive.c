/*
 * The archive opened: its database, its files, its cache folder.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/archive_internal.h"

#include <errno.h>
#include <sys/stat.h>

Archive *archive_open(DbHost *host, Blobs *blobs, const ArchiveOptions *options, Err *err)
{
    OWNED(Archive) *a = calloc(1, sizeof *a);
    if (!a) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "archive_open");
        return NULL;
    }
    a->host  = host;
    a->blobs = blobs;
    if (!slice_copy(slice_of(options->cache_folder), a->cache, sizeof a->cache - 128) ||
        !slice_copy(slice_of(options->ae_title), a->ae_title, sizeof a->ae_title)) {
        err_set(err, ERR_INPUT, "The archive is not configured rightly.",
                "cache folder or AE title too long");
        return NULL;
    }
    if (mkdir(a->cache, 0750) != 0 && errno != EEXIST) {
        err_set(err, ERR_UNAVAILABLE, "The image cache cannot be used.", "mkdir: %s", strerror(errno));
        return NULL;
    }
    return GIVE(a);
}

void archive_close(Archive *a)
{
    free(a);
}

DbHost *archive_db(Archive *a)
{
    return a->host;
}

Blobs *archive_blobs(Archive *a)
{
    return a->blobs;
}

const char *archive_ae_title(const Archive *a)
{
    return a->ae_title;
}

void bind_ref(DbQuery *q, int n, int64_t id)
{
    if (id)
        db_bind_int(q, n, id);
    else
        db_bind_null(q, n);
}

void bind_number(DbQuery *q, int n, int64_t number)
{
    if (number == NO_NUMBER)
        db_bind_null(q, n);
    else
        db_bind_int(q, n, number);
}
