/*
 * Writing a blob that lies whole in memory by another thread, while its owner does something else.
 *
 * A few helpers take what waits and flush the file; its folder is flushed by the owner, at the same time.
 * What none of them has begun when its owner asks is done by the owner: with every helper busy this is as
 * fast as without them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/blobs/blobs_room.h"

typedef enum LaterState { LATER_WAITS, LATER_WRITES, LATER_SEALED, LATER_ENDED } LaterState;

struct BlobLater {
    Blobs      *b;
    BlobWriter *w;
    Slice       bytes;
    LaterState  state;       /* guarded by the queue's lock */
    bool        owned;       /* taken by its owner */
    bool        written, ok; /* up to the seal; flushed, without its folder */
    Err         err;
    BlobLater  *next;
};

static void state_set(BlobLater *l, LaterState state)
{
    BlobQueue *q = &l->b->queue;
    pthread_mutex_lock(&q->lock);
    l->state = state;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
}

static void write_and_seal(BlobLater *l)
{
    l->written = blob_append(l->w, l->bytes, &l->err) && blob_seal(l->w, &l->err);
}

static void flush(BlobLater *l)
{
    l->ok = l->written && blob_flush_file(l->w, &l->err);
}

static void *helper(void *blobs)
{
    Blobs     *b = blobs;
    BlobQueue *q = &b->queue;
    pthread_mutex_lock(&q->lock);
    for (;;) {
        while (!q->first && !q->stopping)
            pthread_cond_wait(&q->news, &q->lock);
        BlobLater *l = q->first;
        if (!l)
            break;
        q->first = l->next;
        l->state = LATER_WRITES;
        pthread_mutex_unlock(&q->lock);
        write_and_seal(l);
        state_set(l, LATER_SEALED);
        flush(l);
        pthread_mutex_lock(&q->lock);
        l->state = LATER_ENDED;
        pthread_cond_broadcast(&q->moved);
    }
    pthread_mutex_unlock(&q->lock);
    return NULL;
}

/* Out of the queue, if no helper was faster. */
static bool taken_back(BlobLater *l)
{
    BlobQueue *q = &l->b->queue;
    pthread_mutex_lock(&q->lock);
    bool waits = l->state == LATER_WAITS;
    if (waits) {
        BlobLater **at = &q->first;
        while (*at != l)
            at = &(*at)->next;
        *at      = l->next;
        l->owned = true;
        l->state = LATER_WRITES;
    }
    pthread_mutex_unlock(&q->lock);
    return waits;
}

static void wait_for(BlobLater *l, LaterState state)
{
    BlobQueue *q = &l->b->queue;
    pthread_mutex_lock(&q->lock);
    while (l->state < state)
        pthread_cond_wait(&q->moved, &q->lock);
    pthread_mutex_unlock(&q->lock);
}

BlobLater *blob_write_begin(Blobs *b, BlobWriter *w, Slice bytes, Err *err)
{
    BlobQueue *q = &b->queue;
    BlobLater *l = calloc(1, sizeof *l);
    if (!l) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "blob_write_begin");
        return NULL;
    }
    *l = (BlobLater) { .b = b, .w = w, .bytes = bytes };
    pthread_mutex_lock(&q->lock);
    BlobLater **at = &q->first;
    while (*at)
        at = &(*at)->next;
    *at = l;
    if (q->helpers < BLOBS_HELPERS && pthread_create(&q->threads[q->helpers], NULL, helper, b) == 0)
        q->helpers++;
    pthread_cond_signal(&q->news);
    pthread_mutex_unlock(&q->lock);
    return l;
}

bool blob_write_sealed(BlobLater *l, Err *err)
{
    if (!l->owned && taken_back(l)) {
        write_and_seal(l);
        state_set(l, LATER_SEALED);
    }
    wait_for(l, LATER_SEALED);
    return l->written || err_set(err, l->err.kind, l->err.shown, "%s", l->err.detail);
}

/* The folder is flushed while a helper flushes the file: which of them is first does not matter. */
bool blob_write_end(BlobLater *l, Err *err)
{
    Err  why    = { 0 };
    bool folder = blob_write_sealed(l, NULL) && blob_flush_folder(l->w, &why);
    if (l->owned)
        flush(l);
    else
        wait_for(l, LATER_ENDED);
    bool ok = l->ok && folder;
    if (ok)
        (void)blob_committed(l->w);
    else if (l->ok)
        err_set(err, why.kind, why.shown, "%s", why.detail);
    else
        err_set(err, l->err.kind, l->err.shown, "%s", l->err.detail);
    free(l);
    return ok;
}

void blob_queue_open(Blobs *b)
{
    pthread_mutex_init(&b->queue.lock, NULL);
    pthread_cond_init(&b->queue.news, NULL);
    pthread_cond_init(&b->queue.moved, NULL);
}

void blob_queue_close(Blobs *b)
{
    BlobQueue *q = &b->queue;
    pthread_mutex_lock(&q->lock);
    q->stopping = true;
    pthread_cond_broadcast(&q->news);
    pthread_mutex_unlock(&q->lock);
    for (int i = 0; i < q->helpers; i++)
        pthread_join(q->threads[i], NULL);
    pthread_cond_destroy(&q->moved);
    pthread_cond_destroy(&q->news);
    pthread_mutex_destroy(&q->lock);
}
