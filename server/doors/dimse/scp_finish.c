/*
 * Several objects made durable at once on one association: while the disk flushes one, the next arrives.
 *
 * Only where asynchronous operations were negotiated. A few threads do the work; all that is sent is sent by
 * the association's own thread, which is woken by a descriptor.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "doors/dimse/scp_internal.h"

enum { THREADS_MAX = 8, STACK_BYTES = 512 << 10 };

struct ScpFinishers {
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t  more, fewer;
    ScpFinish      *todo, **todo_end, *done, **done_end;
    int             window, under_way; /* neither answered nor refused yet */
    int             idle;
    bool            ending;
    int             thread_count;
    pthread_t       threads[THREADS_MAX];
    int             wake_fd;
};

static void *finisher(void *arg)
{
    ScpFinishers *all = arg;
    pthread_mutex_lock(&all->lock);
    for (;;) {
        all->idle++;
        while (!all->todo && !all->ending)
            pthread_cond_wait(&all->more, &all->lock);
        all->idle--;
        ScpFinish *one = all->todo;
        if (!one)
            break;
        all->todo = one->next;
        if (!all->todo)
            all->todo_end = &all->todo;
        pthread_mutex_unlock(&all->lock);
        one->work(one);
        pthread_mutex_lock(&all->lock);
        one->next      = NULL;
        *all->done_end = one;
        all->done_end  = &one->next;
        uint64_t count = 1;
        (void)!write(all->wake_fd, &count, sizeof count);
        pthread_cond_signal(&all->fewer);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static ScpFinishers *finishers_new(int window)
{
    ScpFinishers *all = calloc(1, sizeof *all);
    if (!all)
        return NULL;
    all->todo_end = &all->todo;
    all->done_end = &all->done;
    all->window   = window;
    all->wake_fd  = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (all->wake_fd >= 0 && !pthread_mutex_init(&all->lock, NULL) && !pthread_cond_init(&all->more, NULL) &&
        !pthread_cond_init(&all->fewer, NULL))
        return all;
    if (all->wake_fd >= 0)
        close(all->wake_fd);
    free(all);
    return NULL;
}

/* With the lock held: one thread more when nobody is free. */
static void hire(ScpFinishers *all)
{
    if (all->idle || all->thread_count == THREADS_MAX)
        return;
    pthread_attr_t how;
    pthread_attr_init(&how);
    pthread_attr_setstacksize(&how, STACK_BYTES);
    if (!pthread_create(&all->threads[all->thread_count], &how, finisher, all))
        all->thread_count++;
    pthread_attr_destroy(&how);
}

bool scp_finish_later(ScpSession *s, ScpFinish *f)
{
    if (association_window(s->association) < 2)
        return false;
    if (!s->finishers) {
        s->finishers = finishers_new(association_window(s->association));
        if (!s->finishers)
            return false;
        association_wake_by(s->association, s->finishers->wake_fd);
    }
    ScpFinishers *all = s->finishers;
    pthread_mutex_lock(&all->lock);
    hire(all);
    bool taken = all->thread_count > 0;
    if (taken) {
        f->next        = NULL;
        *all->todo_end = f;
        all->todo_end  = &f->next;
        all->under_way++;
        pthread_cond_signal(&all->more);
        while (all->under_way > all->window && !all->done)
            pthread_cond_wait(&all->fewer, &all->lock);
    }
    pthread_mutex_unlock(&all->lock);
    return taken;
}

static ScpFinish *take_done(ScpFinishers *all, bool wait)
{
    uint64_t count;
    pthread_mutex_lock(&all->lock);
    while (wait && all->under_way && !all->done)
        pthread_cond_wait(&all->fewer, &all->lock);
    ScpFinish *one = all->done;
    if (one) {
        all->done = one->next;
        all->under_way--;
    }
    if (!all->done) {
        all->done_end = &all->done;
        (void)!read(all->wake_fd, &count, sizeof count);
    }
    pthread_mutex_unlock(&all->lock);
    return one;
}

bool scp_finish_answers(ScpSession *s, bool all, Err *err)
{
    bool ok = true;
    for (ScpFinish *one; s->finishers && (one = take_done(s->finishers, all)) != NULL;)
        ok = one->answer(ok ? s : NULL, one, err) && ok; /* without a session: only freed */
    return ok;
}

void scp_finish_end(ScpSession *s)
{
    ScpFinishers *all = s->finishers;
    if (!all)
        return;
    pthread_mutex_lock(&all->lock);
    all->ending = true;
    pthread_cond_broadcast(&all->more);
    pthread_mutex_unlock(&all->lock);
    for (int i = 0; i < all->thread_count; i++)
        pthread_join(all->threads[i], NULL);
    for (ScpFinish *one; (one = take_done(all, false)) != NULL;)
        (void)one->answer(NULL, one, NULL);
    close(all->wake_fd);
    pthread_cond_destroy(&all->more);
    pthread_cond_destroy(&all->fewer);
    pthread_mutex_destroy(&all->lock);
    free(all);
    s->finishers = NULL;
}
