/*
 * The thread that waits for silence: a study that got nothing new for a moment is counted. E22.
 *
 * It looks at the archive's news and at the log, so that a second process needs nothing more; both may count
 * the same act, the second finds the verdict already said.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "clinic/archive/news.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/completeness.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { PENDING_MAX = 512 };

typedef struct Pending {
    int64_t act_id, due_ms; /* monotonic */
} Pending;

struct Completeness {
    ActHouse       *house;
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  wake;
    bool            stopping; /* under 'lock' */

    Pending pending[PENDING_MAX]; /* the thread's own, as what follows */
    size_t  count;
    int64_t last_instance, last_event;
};

/* Later news of the same act moves its moment; when the list is full the act's next news finds room. */
static void expect(Completeness *c, int64_t act_id, int64_t due_ms)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->pending[i].act_id == act_id) {
            c->pending[i].due_ms = due_ms;
            return;
        }
    if (c->count < PENDING_MAX)
        c->pending[c->count++] = (Pending) { act_id, due_ms };
}

static bool on_news(const ArchiveNews *news, void *with)
{
    if (news->act_id)
        expect(with, news->act_id, clock_monotonic_ms() + COMPLETENESS_QUIET_MS);
    return true;
}

/* What is said of an act changes what it should have: count again at once. */
static bool events_look(Db *db, Completeness *c, Err *err)
{
    DbStep step;
    OWNED(DbQuery) *q = db_query(db, "SELECT act_event.act_id, act_event.id"
                                     "  FROM act_event"
                                     " WHERE act_event.id > ?1"
                                     "   AND act_event.step IN ('start', 'end-acquisition', 'more-images', "
                                     "'performed-step')"
                                     " ORDER BY act_event.id");
    db_bind_int(q, 1, c->last_event);
    while ((step = db_next(q, err)) == DB_ROW) {
        expect(c, db_int(q, 0), clock_monotonic_ms());
        c->last_event = db_int(q, 1);
    }
    return step != DB_FAILED;
}

/* After a stop: every act that is under way, once. */
static bool begin(Completeness *c, Err *err)
{
    DbStep step;
    OWNED(Db) *db = db_read(c->house->needs.host, err);
    if (!db || !archive_news_last(db, &c->last_instance, err))
        return false;
    OWNED(DbQuery) *last = db_query(db, "SELECT COALESCE(MAX(act_event.id), 0) FROM act_event");
    if (db_next(last, err) != DB_ROW)
        return false;
    c->last_event     = db_int(last, 0);
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id FROM act WHERE act.state IN ('running', 'gone', "
                                     "'released')"
                                     " ORDER BY act.id DESC");
    while ((step = db_next(q, err)) == DB_ROW)
        expect(c, db_int(q, 0), clock_monotonic_ms());
    return step != DB_FAILED;
}

static bool look(Completeness *c, Err *err)
{
    OWNED(Db) *db = db_read(c->house->needs.host, err);
    return db && archive_news_since(db, c->last_instance, on_news, c, &c->last_instance, err) &&
           events_look(db, c, err);
}

static void count_due(Completeness *c)
{
    enum { AGAIN_MS = 5000 };
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < c->count;) {
        Err why = { 0 };
        if (c->pending[i].due_ms > now) {
            i++;
            continue;
        }
        if (!completeness_check(c->house, c->pending[i].act_id, &why)) {
            log_err("acts", "images not counted", &why);
            if (err_may_pass(why.kind)) {
                c->pending[i++].due_ms = now + AGAIN_MS;
                continue;
            }
        }
        c->pending[i] = c->pending[--c->count];
    }
}

static bool sleep_a_look(Completeness *c)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += COMPLETENESS_LOOK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&c->lock);
    while (!c->stopping && pthread_cond_timedwait(&c->wake, &c->lock, &until) != ETIMEDOUT)
        ;
    bool going = !c->stopping;
    (void)pthread_mutex_unlock(&c->lock);
    return going;
}

static void *watch(void *arg)
{
    Completeness *c = arg;
    while (sleep_a_look(c)) {
        Err err = { 0 };
        if (!look(c, &err))
            log_err("acts", "news not read", &err);
        count_due(c);
    }
    return NULL;
}

Completeness *completeness_start(ActHouse *house, Err *err)
{
    Completeness *c = calloc(1, sizeof *c);
    if (!c) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "completeness");
        return NULL;
    }
    c->house = house;
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_cond_init(&c->wake, NULL);
    int failed = begin(c, err) ? pthread_create(&c->thread, NULL, watch, c) : -1;
    if (!failed)
        return c;
    err_set(err, ERR_UNAVAILABLE, "Memory is out.", "no thread for counting (%d)", failed);
    (void)pthread_cond_destroy(&c->wake);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
    return NULL;
}

void completeness_stop(Completeness *c)
{
    if (!c)
        return;
    (void)pthread_mutex_lock(&c->lock);
    c->stopping = true;
    (void)pthread_cond_signal(&c->wake);
    (void)pthread_mutex_unlock(&c->lock);
    (void)pthread_join(c->thread, NULL);
    (void)pthread_cond_destroy(&c->wake);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}
