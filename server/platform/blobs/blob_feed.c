/*
 * Help with one blob by another thread: while its bytes still come to its owner, the helper flushes its
 * folder (the file is there already) and copies what has come into the page cache.
 *
 * Nobody waits for a helper to get a processor: what it has not begun when it is needed, the owner does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/blobs/blobs_room.h"

enum { STEP_BYTES = 128 << 10 }; /* a helper is told so often, and writes as much at once */

struct BlobFeed {
    BlobWriter *w;
    const char *at;
    size_t      told;    /* bytes that may be written; guarded, as what follows, by the queue's lock */
    size_t      written; /* of them */
    bool        closed;  /* the owner writes the rest */
    bool        folder_begun, folder_flushed, lost;
    Err         folder_err, lost_err;
};

/* One step of the feed at hand, with the lock let go meanwhile; its owner does not leave. False: nothing to
 * do. */
static bool step(BlobQueue *q, BlobHelper *h)
{
    BlobFeed *f = h->feed;
    if (!f || (f->folder_begun && (f->closed || f->lost || f->told == f->written)))
        return false;
    Slice part      = slice_part((Slice) { f->at, f->told }, f->written, STEP_BYTES);
    h->doing        = f->folder_begun ? HELPER_WRITES : HELPER_FLUSHES;
    f->folder_begun = true;
    pthread_mutex_unlock(&q->lock);
    bool ok = h->doing == HELPER_WRITES ? blob_append(f->w, part, &f->lost_err)
                                        : blob_flush_folder(f->w, &f->folder_err);
    pthread_mutex_lock(&q->lock);
    if (h->doing == HELPER_FLUSHES) {
        f->folder_flushed = ok;
    } else {
        f->lost = !ok;
        f->written += part.len;
    }
    h->doing = HELPER_RESTS;
    pthread_cond_broadcast(&q->moved);
    return true;
}

static void *helper(void *own)
{
    BlobHelper *h = own;
    BlobQueue  *q = h->queue;
    pthread_mutex_lock(&q->lock);
    while (!q->stopping)
        if (!step(q, h))
            pthread_cond_wait(&h->news, &q->lock);
    pthread_mutex_unlock(&q->lock);
    return NULL;
}

/* With the lock held: one without a feed, or a new one. */
static BlobHelper *helper_free(BlobQueue *q)
{
    for (int i = 0; i < q->count; i++)
        if (!q->helpers[i].feed)
            return &q->helpers[i];
    if (q->count == BLOBS_HELPERS)
        return NULL;
    BlobHelper *h = &q->helpers[q->count];
    h->queue      = q;
    pthread_cond_init(&h->news, NULL);
    if (pthread_create(&h->thread, NULL, helper, h) == 0) {
        q->count++;
        return h;
    }
    pthread_cond_destroy(&h->news);
    return NULL;
}

void blob_feed_begin(BlobWriter *w, const char *bytes)
{
    BlobQueue *q = &w->b->queue;
    BlobFeed  *f = calloc(1, sizeof *f);
    if (!f)
        return;
    *f = (BlobFeed) { .w = w, .at = bytes };
    pthread_mutex_lock(&q->lock);
    w->helper = helper_free(q);
    if (w->helper) {
        w->helper->feed = f;
        pthread_cond_signal(&w->helper->news);
    }
    pthread_mutex_unlock(&q->lock);
    if (!w->helper)
        free(f);
}

void blob_feed(BlobWriter *w, size_t there)
{
    BlobQueue *q = &w->b->queue;
    BlobFeed  *f = w->helper ? w->helper->feed : NULL;
    if (!f || there - f->told < STEP_BYTES) /* only the owner changes it */
        return;
    pthread_mutex_lock(&q->lock);
    f->told = there;
    if (w->helper->doing == HELPER_RESTS)
        pthread_cond_signal(&w->helper->news);
    pthread_mutex_unlock(&q->lock);
}

bool blob_fed(BlobWriter *w, Slice all, Err *err)
{
    BlobQueue *q = &w->b->queue;
    BlobFeed  *f = w->helper ? w->helper->feed : NULL;
    if (!f)
        return blob_append(w, all, err);
    pthread_mutex_lock(&q->lock);
    f->closed = true;
    while (w->helper->doing == HELPER_WRITES)
        pthread_cond_wait(&q->moved, &q->lock);
    pthread_mutex_unlock(&q->lock);
    if (f->lost)
        return err_set(err, f->lost_err.kind, f->lost_err.shown, "%s", f->lost_err.detail);
    return blob_append(w, slice_part(all, f->written, SIZE_MAX), err);
}

bool blob_helped(BlobWriter *w, Err *err)
{
    BlobQueue *q = &w->b->queue;
    BlobFeed  *f = w->helper ? w->helper->feed : NULL;
    if (!f)
        return false;
    pthread_mutex_lock(&q->lock);
    bool begun      = f->folder_begun;
    f->folder_begun = f->closed = true;
    while (w->helper->doing != HELPER_RESTS)
        pthread_cond_wait(&q->moved, &q->lock);
    w->helper->feed = NULL;
    w->helper       = NULL;
    pthread_mutex_unlock(&q->lock);
    if (begun && !f->folder_flushed)
        err_set(err, f->folder_err.kind, f->folder_err.shown, "%s", f->folder_err.detail);
    free(f);
    return begun;
}

void blob_queue_open(Blobs *b)
{
    pthread_mutex_init(&b->queue.lock, NULL);
    pthread_cond_init(&b->queue.moved, NULL);
}

void blob_queue_close(Blobs *b)
{
    BlobQueue *q = &b->queue;
    pthread_mutex_lock(&q->lock);
    q->stopping = true;
    for (int i = 0; i < q->count; i++)
        pthread_cond_signal(&q->helpers[i].news);
    pthread_mutex_unlock(&q->lock);
    for (int i = 0; i < q->count; i++) {
        pthread_join(q->helpers[i].thread, NULL);
        pthread_cond_destroy(&q->helpers[i].news);
    }
    pthread_cond_destroy(&q->moved);
    pthread_mutex_destroy(&q->lock);
}
