/*
 * Ready files below the cache folder: written under another name, then renamed, so that nobody ever serves
 * half of one. Not flushed: whatever is lost can be made again, and all of it may be deleted at any time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_CACHE_H
#define CLINIC_ARCHIVE_CACHE_H

#include "clinic/archive/study.h"

/* <cache>/<kind>/ab/<sha256 of the stored file>/, made when missing. */
bool cache_folders(const Archive *a, const char *kind, const InstanceRow *row, Err *err);

/* A file being made beside 'path'. Freed without cache_file_keep it is removed. */
typedef struct CacheFile {
    int      fd;
    uint64_t bytes;
    bool     failed; /* sticky */
    char     other[1024];
} CacheFile;

bool cache_file_begin(CacheFile *f, const char *path, Err *err);
void cache_file_add(CacheFile *f, Slice bytes);
void cache_file_put(CacheFile *f, uint64_t at, Slice bytes); /* over what was added before */
bool cache_file_keep(CacheFile *f, const char *path, Err *err);
void cache_file_drop(CacheFile *f); /* harmless after cache_file_keep */

/* All at once. */
bool cache_write(const char *path, Slice bytes, Err *err);

/* Deletes what was made longest ago, until about 'bytes' are free again. Answers how many were. */
int64_t cache_trim(const Archive *a, int64_t bytes);

#endif
