/*
 * Arrivals ended by helper threads, so that who receives several over one connection takes the next
 * meanwhile.
 *
 * What no helper has begun when its result is asked for is done by the one who asks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/archive_internal.h"

struct IngestLater {
    Archive     *a;
    Ingest      *in;
    bool         begun, ended, ok; /* guarded by the lock of the finishers */
    IngestResult result;
    Err          err;
    IngestLater *next;
};

static void finish(IngestLater *l)
{
    l->ok = ingest_finish(l->in, &l->result, &l->err);
}

static void *finisher(void *archive)
{
    Archive   *a = archive;
    Finishers *f = &a->finishers;
    pthread_mutex_lock(&f->lock);
    for (;;) {
        while (!f->first && !f->stopping)
            pthread_cond_wait(&f->news, &f->lock);
        IngestLater *l = f->first;
        if (!l)
            break;
        f->first = l->next;
        l->begun = true;
        pthread_mutex_unlock(&f->lock);
        finish(l);
        pthread_mutex_lock(&f->lock);
        l->ended = true;
        pthread_cond_broadcast(&f->done);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

IngestLater *ingest_finish_begin(Archive *a, Ingest *in, Err *err)
{
    Finishers   *f = &a->finishers;
    IngestLater *l = calloc(1, sizeof *l);
    if (!l) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "ingest_finish_begin");
        return NULL;
    }
    *l = (IngestLater) { .a = a, .in = in };
    pthread_mutex_lock(&f->lock);
    IngestLater **at = &f->first;
    while (*at)
        at = &(*at)->next;
    *at = l;
    if (f->count < FINISHERS_MAX && pthread_create(&f->threads[f->count], NULL, finisher, a) == 0)
        f->count++;
    pthread_cond_signal(&f->news);
    pthread_mutex_unlock(&f->lock);
    return l;
}

bool ingest_finish_end(IngestLater *l, IngestResult *ret, Err *err)
{
    Finishers *f = &l->a->finishers;
    pthread_mutex_lock(&f->lock);
    bool mine = !l->begun;
    if (mine) {
        IngestLater **at = &f->first;
        while (*at != l)
            at = &(*at)->next;
        *at = l->next;
    }
    while (!mine && !l->ended)
        pthread_cond_wait(&f->done, &f->lock);
    pthread_mutex_unlock(&f->lock);
    if (mine)
        finish(l);
    bool ok = l->ok || err_set(err, l->err.kind, l->err.shown, "%s", l->err.detail);
    *ret    = l->result;
    ingest_free(l->in);
    free(l);
    return ok;
}

void finishers_open(Archive *a)
{
    pthread_mutex_init(&a->finishers.lock, NULL);
    pthread_cond_init(&a->finishers.news, NULL);
    pthread_cond_init(&a->finishers.done, NULL);
}

void finishers_close(Archive *a)
{
    Finishers *f = &a->finishers;
    pthread_mutex_lock(&f->lock);
    f->stopping = true;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
    for (int i = 0; i < f->count; i++)
        pthread_join(f->threads[i], NULL);
    pthread_cond_destroy(&f->done);
    pthread_cond_destroy(&f->news);
    pthread_mutex_destroy(&f->lock);
}
