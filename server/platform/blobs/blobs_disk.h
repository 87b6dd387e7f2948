/*
 * The disk as the blobs see it: the system calls whose order and failures decide whether an image is safe.
 *
 * Tests put a failing or recording disk here; the program never changes it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BLOBS_BLOBS_DISK_H
#define PLATFORM_BLOBS_BLOBS_DISK_H

#include <sys/statvfs.h>

#include "platform/blobs/blobs.h"

typedef struct BlobsDisk {
    ssize_t (*write)(int fd, const void *bytes, size_t len);
    int (*fdatasync)(int fd);
    int (*fsync)(int fd); /* of folders only */
    int (*close)(int fd); /* of the written file only */
    int (*statvfs)(const char *path, struct statvfs *ret);
    int (*begin)(int fd);  /* starts writing the file to disk and does not wait; NULL: never asked */
    int (*syncfs)(int fd); /* everything of the file system that holds the folder; NULL: the system's */
} BlobsDisk;

/* Before the first use of 'b'. 'disk' is borrowed. */
void blobs_set_disk(Blobs *b, const BlobsDisk *disk);

#endif
