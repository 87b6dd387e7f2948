/*
 * What the two files of the blobs share: the opened folder and what must happen around a write.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BLOBS_BLOBS_ROOM_H
#define PLATFORM_BLOBS_BLOBS_ROOM_H

#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>

#include "platform/blobs/blobs_disk.h"

enum {
    BLOBS_NAME_MAX   = 1024,
    BLOBS_FOLDER_MAX = 1024,
    BLOBS_PATH_MAX   = BLOBS_FOLDER_MAX + BLOBS_NAME_MAX + 8,
    BLOBS_DEPTH_MAX  = 16,   /* folders in a name */
    BLOBS_KNOWN_ROOM = 8192, /* slots for folders that are known to be on disk; a power of two */
};

/* Blobs that helpers write (blob_feed.c). All is guarded by the queue's lock. */
enum { BLOBS_HELPERS = 4 };
typedef struct BlobFeed BlobFeed;
typedef struct BlobHelper {
    struct BlobQueue *queue;
    pthread_t         thread;
    pthread_cond_t    news;
    BlobFeed         *feed; /* NULL: it is free */
    enum { HELPER_RESTS, HELPER_FLUSHES, HELPER_WRITES } doing;
} BlobHelper;

typedef struct BlobQueue {
    pthread_mutex_t lock;
    pthread_cond_t  moved; /* a helper has done something */
    BlobHelper      helpers[BLOBS_HELPERS];
    int             count; /* started when first needed */
    bool            stopping;
} BlobQueue;

/* What the system refused, from errno: ERR_FULL when there is no room, else ERR_UNAVAILABLE. Returns false. */
bool blobs_failed(Err *err, const char *what);

#define BLOBS_AWAY "The storage cannot be used at the moment."

struct Blobs {
    char            *folder; /* without a slash at the end */
    char            *watched; /* another folder whose free space counts too; NULL: none */
    int              min_free_percent;
    const BlobsDisk *disk;
    int              folder_fd; /* open since the start: syncfs tells of failures since then */
    BlobQueue        queue;
    pthread_mutex_t  lock; /* guards what follows */
    char           **known;
    size_t           known_count;
    bool             space_asked, space_low;
    int64_t          space_asked_ms;
};

enum { BLOCK_BYTES = 48 * 1024 }; /* pieces from here on are written as they come */

struct BlobWriter {
    Blobs      *b;
    int         fd; /* -1 once closed */
    bool        failed, sealed, committed;
    EVP_MD_CTX *digest; /* NULL: nobody asks for it */
    BlobHelper *helper; /* NULL: none */
    int64_t     bytes;
    size_t      held; /* bytes in 'block' */
    char        path[BLOBS_PATH_MAX];
    char        block[BLOCK_BYTES];
};

/* The place of 'name'. ERR_INPUT for a name that is not allowed. */
bool blobs_path(const Blobs *b, const char *name, char ret[BLOBS_PATH_MAX], Err *err);
bool blobs_have_space(Blobs *b, Err *err);
bool blobs_make_parents(Blobs *b, const char *name, Err *err);
void blobs_forget_folders(Blobs *b);

/*
 * The helper of 'w' goes. True: it flushed the folder, or *err says why it could not; false: the folder is
 * still to be flushed.
 */
bool blob_helped(BlobWriter *w, Err *err);
bool blob_flush_folder(const BlobWriter *w, Err *err);

void blob_queue_open(Blobs *b);
void blob_queue_close(Blobs *b);
bool blobs_sync_folder(const Blobs *b, const char *path, Err *err);

#endif
