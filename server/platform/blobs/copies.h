/*
 * Copying files with their SHA-256, durable before they bear their name: what backups and restores are made
 * of.
 *
 * A file under its final name is whole: it is written as "<name>.part", flushed, then renamed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BLOBS_COPIES_H
#define PLATFORM_BLOBS_COPIES_H

#include "base/err.h"
#include "base/slice.h"

/* Every folder above 'path' that is missing, 0750. Not flushed: copies_flush does it for all at once. */
bool make_folders_above(const char *path, Err *err);

/*
 * Copies and digests. With 'wanted' (may be NULL) a copy of other bytes is not kept: ERR_CONFLICT.
 * ERR_NOT_FOUND: 'from' is not there. What stood at 'to' is replaced at once. 'mode' 0600 for secrets.
 */
bool copy_file(const char *from, const char *to, unsigned mode, const uint8_t *wanted, uint8_t ret_sha256[32],
               int64_t *ret_bytes, Err *err);
/* The same with bytes from memory. */
bool write_file(const char *to, unsigned mode, Slice bytes, Err *err);
/* Only reads. */
bool digest_file(const char *path, uint8_t ret_sha256[32], int64_t *ret_bytes, Err *err);
/* A whole file mapped to read; ERR_NOT_FOUND. */
typedef struct Mapped {
    Slice bytes;
} Mapped;
bool map_file(const char *path, Mapped *ret, Err *err);
void unmap_file(Mapped *m);
/* A small file into memory; ERR_LIMIT above 'max'. Free it with free(). */
char *read_file(const char *path, size_t max, size_t *ret_len, Err *err);

/* Everything written so far to the file system of this folder is on disk, names included. */
bool copies_flush(const char *folder, Err *err);

#endif
