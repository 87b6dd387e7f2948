/*
 * The archive opened: its database, its files, its cache folder.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* O_TMPFILE */
#include "clinic/archive/archive_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/description.h"
#include "platform/log.h"

Archive *archive_open(DbHost *host, Blobs *blobs, const ArchiveOptions *options, Err *err)
{
    OWNED(Archive) *a = calloc(1, sizeof *a);
    if (!a) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "archive_open");
        return NULL;
    }
    a->host       = host;
    a->blobs      = blobs;
    a->processors = (int)sysconf(_SC_NPROCESSORS_ONLN);
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
    pthread_mutex_init(&a->flight.lock, NULL);
    pthread_mutex_init(&a->deletion_ends, NULL);
    atomic_init(&a->quotas.full_site, -1);
    finishers_open(a);
    return GIVE(a);
}

int archive_scratch(const Archive *a, Err *err)
{
    int fd = open(a->cache, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) { /* a file system without O_TMPFILE */
        char name[sizeof a->cache + 32];
        (void)snprintf(name, sizeof name, "%s/scratch-XXXXXX", a->cache);
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
            (void)unlink(name);
    }
    if (fd < 0)
        err_set(err, ERR_UNAVAILABLE, "The image cache cannot be used.", "scratch file: %s", strerror(errno));
    return fd;
}

/* ---- the one process that serves ---- */

static void *sweeper(void *archive)
{
    Archive     *a     = archive;
    ArchiveCheck swept = { 0 };
    Err          err   = { 0 };
    if (!descriptions_fold(a->host, &a->stopping, &err))
        log_err("archive", "descriptions could not be folded; they are found more slowly", &err);
    err = (Err) { 0 };
    if (!archive_sweep(archive, &swept, &err))
        log_err("archive", "the storage could not be looked through", &err);
    return NULL;
}

bool archive_own(Archive *a, ArchiveRepair *ret, Err *err)
{
    *ret = (ArchiveRepair) { 0 };
    if (!pending_recover(a, ret, err) || !flight_recover(a, ret, err))
        return false;
    a->flight.sealed = a->flight.last;
    if (ret->looked_at && (!blobs_sync_all(a->blobs, err) || !flight_seal(a, err)))
        return false;
    a->owner = true;
    return pending_start(a, err);
}

bool archive_sweep_begin(Archive *a, Err *err)
{
    a->sweeps = pthread_create(&a->sweeper, NULL, sweeper, a) == 0;
    return a->sweeps || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "no thread for the sweep");
}

void archive_close(Archive *a)
{
    if (!a)
        return;
    Err err = { 0 };
    atomic_store(&a->stopping, true);
    if (a->sweeps)
        pthread_join(a->sweeper, NULL);
    finishers_close(a);
    pending_stop(a);
    if (a->owner && (!pending_settle(a, &err) || !flight_seal(a, &err)))
        log_err("archive", "files not settled at the end; the next start does it", &err);
    pthread_mutex_destroy(&a->flight.lock);
    pthread_mutex_destroy(&a->deletion_ends);
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
