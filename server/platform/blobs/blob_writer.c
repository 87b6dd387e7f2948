/*
 * Writing a blob: exclusive file, bytes with their SHA-256, fdatasync, close, fsync of the folder, in this
 * order. Sealed, the whole file can be read and the disk has begun; left, it stays without being flushed.
 *
 * After a failed flush nobody knows what is on the disk: the blob is lost and its file removed, never flushed
 * again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "platform/blobs/blobs_room.h"

enum {
    BEGIN_BYTES = 64 * 1024, /* from here on it pays to start the disk before the flush is asked */
};

static int create(Blobs *b, const char *name, const char *path, Err *err)
{
    for (int attempt = 0;; attempt++) {
        if (!blobs_make_parents(b, name, err))
            return -1;
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (fd >= 0)
            return fd;
        if (errno != ENOENT || attempt > 0)
            break;
        blobs_forget_folders(b); /* a known folder was removed by somebody else */
    }
    if (errno == EEXIST)
        err_set(err, ERR_CONFLICT, "Something is already stored under this name.", "blob exists");
    else
        (void)blobs_failed(err, "create");
    return -1;
}

static BlobWriter *begin(Blobs *b, const char *name, bool digested, Err *err)
{
    char path[BLOBS_PATH_MAX];
    if (!blobs_path(b, name, path, err) || !blobs_have_space(b, err))
        return NULL;
    BlobWriter *w = malloc(sizeof *w); /* not cleared: its block is large */
    if (w) {
        w->b      = b;
        w->failed = w->sealed = w->committed = false;
        w->bytes                             = 0;
        w->held                              = 0;
        w->fd                                = -1;
        w->helper                            = NULL;
        w->digest                            = digested ? EVP_MD_CTX_new() : NULL;
        w->path[0]                           = '\0';
    }
    if (!w || (digested && (!w->digest || EVP_DigestInit_ex(w->digest, EVP_sha256(), NULL) != 1))) {
        blob_writer_free(w);
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "blob_begin");
        return NULL;
    }
    w->fd = create(b, name, path, err);
    if (w->fd < 0) {
        blob_writer_free(w);
        return NULL;
    }
    (void)slice_copy(slice_of(path), w->path, sizeof w->path); /* from here on the file is ours to remove */
    return w;
}

BlobWriter *blob_begin(Blobs *b, const char *name, Err *err)
{
    return begin(b, name, true, err);
}

BlobWriter *blob_begin_undigested(Blobs *b, const char *name, Err *err)
{
    return begin(b, name, false, err);
}

static bool fail(BlobWriter *w, const char *what, Err *err)
{
    w->failed = true;
    return blobs_failed(err, what);
}

static bool write_out(BlobWriter *w, Slice bytes, Err *err)
{
    while (bytes.len) {
        ssize_t done = w->b->disk->write(w->fd, bytes.at, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done == 0)
            errno = EIO;
        if (done <= 0)
            return fail(w, "write", err);
        bytes = (Slice) { bytes.at + done, bytes.len - (size_t)done };
    }
    return true;
}

static bool write_held(BlobWriter *w, Err *err)
{
    Slice held = { w->block, w->held };
    w->held    = 0;
    return write_out(w, held, err);
}

bool blob_append(BlobWriter *w, Slice bytes, Err *err)
{
    if (w->failed || w->sealed)
        return err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "append to a blob that has failed or ended");
    if (bytes.len == 0)
        return true;
    if (w->digest && EVP_DigestUpdate(w->digest, bytes.at, bytes.len) != 1) {
        errno = ENOMEM;
        return fail(w, "digest", err);
    }
    w->bytes += (int64_t)bytes.len;
    if (bytes.len > BLOCK_BYTES - w->held && !write_held(w, err))
        return false;
    if (bytes.len >= BLOCK_BYTES)
        return write_out(w, bytes, err);
    memcpy(w->block + w->held, bytes.at, bytes.len);
    w->held += bytes.len;
    return true;
}

bool blob_seal(BlobWriter *w, Err *err)
{
    if (w->failed || w->committed)
        return err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "seal of a blob that has failed or ended");
    if (w->sealed)
        return true;
    if (!write_held(w, err))
        return false;
    w->sealed = true;
    if (w->bytes >= BEGIN_BYTES && w->b->disk->begin)
        (void)w->b->disk->begin(w->fd); /* only a head start: the flush will tell what went wrong */
    return true;
}

static bool closed(BlobWriter *w, Err *err)
{
    int fd = w->fd;
    w->fd  = -1;
    return w->b->disk->close(fd) == 0 || fail(w, "close", err);
}

static bool flush_file(BlobWriter *w, Err *err)
{
    if (w->b->disk->fdatasync(w->fd) != 0)
        return fail(w, "fdatasync", err);
    return closed(w, err);
}

/* Touches nothing of 'w': another thread may be writing its file. */
bool blob_flush_folder(const BlobWriter *w, Err *err)
{
    char folder[BLOBS_PATH_MAX];
    (void)slice_copy(slice_of(w->path), folder, sizeof folder);
    *strrchr(folder, '/') = '\0';
    return blobs_sync_folder(w->b, folder, err);
}

bool blob_commit(BlobWriter *w, uint8_t ret_sha256[32], int64_t *ret_bytes, Err *err)
{
    uint8_t sha256[EVP_MAX_MD_SIZE] = { 0 };
    if (!blob_seal(w, err))
        return false;
    if (w->digest && EVP_DigestFinal_ex(w->digest, sha256, NULL) != 1) {
        errno = ENOMEM;
        return fail(w, "digest", err);
    }
    if (!flush_file(w, err))
        return false;
    Err  why   = { 0 };
    bool ended = blob_helped(w, &why) ? why.kind == ERR_NONE : blob_flush_folder(w, &why);
    if (!ended) {
        w->failed = true;
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    if (w->digest)
        memcpy(ret_sha256, sha256, 32);
    w->committed = true;
    *ret_bytes   = w->bytes;
    return true;
}

bool blob_leave(BlobWriter *w, Err *err)
{
    if (!blob_seal(w, err) || !closed(w, err))
        return false;
    w->committed = true;
    return true;
}

void blob_writer_free(BlobWriter *w)
{
    if (!w)
        return;
    (void)blob_helped(w, NULL);
    if (w->fd >= 0)
        (void)close(w->fd);
    if (!w->committed && w->path[0])
        (void)unlink(w->path);
    EVP_MD_CTX_free(w->digest);
    free(w);
}
