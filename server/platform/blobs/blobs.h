/*
 * Blobs: plain files under one folder, durable before they are named in the database.
 *
 * Order of writing: create exclusively at the final name, write, fdatasync, fsync the folder (and each new
 * parent once), and only then may the caller commit a row that names it. A file without a row is a leftover.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BLOBS_BLOBS_H
#define PLATFORM_BLOBS_BLOBS_H

#include <sys/types.h>

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

typedef struct Blobs Blobs;

/* 'folder' is created when missing (0750). 'min_free_percent': below it new blobs are refused
 * (ERR_FULL). */
Blobs *blobs_open(const char *folder, int min_free_percent, Err *err);
void   blobs_close(Blobs *b);
OWNED_BY(Blobs, blobs_close)

/* A blob being received, SHA-256 kept on the way. Freed without blob_commit: the file is removed. */
typedef struct BlobWriter BlobWriter;

/*
 * 'name' is relative, made of [A-Za-z0-9._-] parts and '/', no "..". ERR_CONFLICT when the name exists.
 * ERR_FULL disk full or under the free limit; ERR_UNAVAILABLE failing.
 */
BlobWriter *blob_begin(Blobs *b, const char *name, Err *err);
/* The same for who digests the bytes himself: blob_commit then leaves 'ret_sha256' alone. */
BlobWriter *blob_begin_undigested(Blobs *b, const char *name, Err *err);
bool        blob_append(BlobWriter *w, Slice bytes, Err *err);
/* All is written: the whole file can be read under its name and the disk has begun, though nothing is durable
 * yet. */
bool blob_seal(BlobWriter *w, Err *err);
/* Flushes file and folders to disk. After success the file stays; a failed flush means the blob is lost. */
bool blob_commit(BlobWriter *w, uint8_t ret_sha256[32], int64_t *ret_bytes, Err *err);
/* The file stays as after blob_seal, not flushed: for who keeps its bytes elsewhere until blobs_sync_all. */
bool blob_leave(BlobWriter *w, Err *err);
void blob_writer_free(BlobWriter *w);
OWNED_BY(BlobWriter, blob_writer_free)

/*
 * Bytes that still come to 'bytes', which does not move, until blob_fed: a helper thread, if one is free,
 * flushes the folder meanwhile and writes what is there. Nothing else may be done with 'w' before blob_fed
 * but freeing it.
 */
void blob_feed_begin(BlobWriter *w, const char *bytes);
void blob_feed(BlobWriter *w, size_t there);       /* so many have come */
bool blob_fed(BlobWriter *w, Slice all, Err *err); /* these are all: appended, by whom it may be */

/* A whole blob, mapped read-only. */
typedef struct Blob Blob;
Blob               *blob_open(Blobs *b, const char *name, Err *err);
Slice               blob_bytes(const Blob *blob);
void                blob_free(Blob *blob);
OWNED_BY(Blob, blob_free)

/*
 * The same, to be read piece by piece: reading a few pages into memory that is in use costs less than mapping
 * them. blob_bytes only after blob_map. A file that was cut since is an error here, not the end of the
 * process.
 */
Blob  *blob_open_pieces(Blobs *b, const char *name, Err *err);
size_t blob_length(const Blob *blob);
/* Exactly 'len' bytes from 'at' on. ERR_UNAVAILABLE they are not there, or not of blob_open_pieces. */
bool blob_read(const Blob *blob, size_t at, char *to, size_t len, Err *err);
bool blob_map(Blob *blob, Err *err);

/* Bytes to hand on, borrowed: 'bytes', or 'len' of a blob of blob_open_pieces from 'at' on where 'blob' is
 * not NULL. */
typedef struct BlobSource {
    Slice       bytes;
    const Blob *blob;
    size_t      at, len;
} BlobSource;

/* Everything left unflushed under the folder is on disk. False: something since the start may not be. */
bool blobs_sync_all(Blobs *b, Err *err);

bool        blob_remove(Blobs *b, const char *name, Err *err); /* true also when it was not there */
const char *blobs_folder(const Blobs *b);
int         blobs_min_free(const Blobs *b); /* percent */
/* Another folder (of the database) whose disk must keep the same part free before anything new is taken:
 * there is then still room to write down that it was refused. Before the first use. */
bool blobs_watch(Blobs *b, const char *folder, Err *err);

/* Calls 'each' with every blob name (relative), its size and modification time, until it returns false. */
bool blobs_walk(Blobs *b, bool (*each)(const char *name, int64_t bytes, int64_t mtime_s, void *arg),
                void *arg, Err *err);

#endif
