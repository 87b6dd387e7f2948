/*
 * Frames and headers made in advance: the thread that looks for what came, newest first, and gives way to
 * what comes.
 *
 * What was looked at is a few ranges of instance ids in memory and one number beside the frames: a restart
 * looks again at what was left, never at the whole archive.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "clinic/archive/derived.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/cache.h"
#include "clinic/archive/headers_ahead.h"
#include "clinic/archive/news.h"
#include "clinic/archive/study_internal.h"
#include "platform/clock.h"
#include "platform/log.h"

enum {
    RANGES_MAX  = 16,
    LOOK_BACK   = 20000, /* instances, when nothing says where we were */
    LOOK_MS     = 250,   /* for new instances, while there is nothing to do */
    BUSY_MS     = 1000,  /* after an arrival the line is thought to be busy */
    BUSY_SHARE  = 24,    /* while busy: rest that many times as long as a frame took */
    REST_MS_MAX = 1000,
    QUIET_MS    = 30000, /* without work, the codec process ends */
    ANSWER_MS   = 60000, /* it runs only when nobody else does */
    NICE        = 10,
    SPACE_MS    = 10000,
    MARK_MS     = 5000,
};

/* Ids above 'low' and up to 'high', not yet looked at. */
typedef struct Range {
    int64_t low, high;
} Range;

struct Derived {
    Archive        *a;
    DerivedOptions  options;
    DerivedCount    count;
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  stop_news;
    bool            stopping;
    /* the thread's own */
    ChildPool   *codec;
    Range        todo[RANGES_MAX]; /* the newest last */
    size_t       ranges;
    int64_t      seen, arrived_ms, looked_ms, frame_ms, worked_ms, space_ms, marked_ms;
    bool         space_low;
    HeadersAhead headers;
};

static bool wait_ms(Derived *d, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_mutex_lock(&d->lock);
    int rc = 0;
    while (!d->stopping && rc == 0)
        rc = pthread_cond_clockwait(&d->stop_news, &d->lock, CLOCK_MONOTONIC, &until);
    bool go_on = !d->stopping;
    (void)pthread_mutex_unlock(&d->lock);
    return go_on;
}

/* ---- where we were ---- */

static void mark_path(const Derived *d, char ret[1024])
{
    snprintf(ret, 1024, "%s/derived.mark", d->a->cache);
}

static int64_t mark_read(const Derived *d, int64_t newest)
{
    char    path[1024], text[32] = "";
    int64_t low = 0;
    mark_path(d, path);
    FILE  *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        (void)fclose(f);
    if (slice_int(slice_trim(slice_bytes(text, n)), &low) && low >= 0 && low <= newest)
        return low;
    return newest > LOOK_BACK ? newest - LOOK_BACK : 0;
}

/* Now and then, and at the end. */
static void mark_write(Derived *d, bool at_once)
{
    char    path[1024], text[32];
    int64_t now_ms = clock_monotonic_ms();
    if (!at_once && now_ms - d->marked_ms < MARK_MS)
        return;
    d->marked_ms = now_ms;
    int n        = snprintf(text, sizeof text, "%lld\n", (long long)(d->ranges ? d->todo[0].low : d->seen));
    mark_path(d, path);
    (void)cache_write(path, slice_bytes(text, (size_t)n), NULL);
}

/* ---- what came ---- */

static bool newest(Derived *d, int64_t *ret)
{
    OWNED(Db) *db = db_read(d->a->host, NULL);
    return db && archive_news_last(db, ret, NULL);
}

/* In order; too many islands: the two oldest become one, and what lies between is looked at again. */
static void range_put(Derived *d, Range r)
{
    if (d->ranges && d->todo[d->ranges - 1].high == r.low) {
        d->todo[d->ranges - 1].high = r.high;
        return;
    }
    if (d->ranges == RANGES_MAX) {
        d->todo[0].high = d->todo[1].high;
        memmove(d->todo + 1, d->todo + 2, (RANGES_MAX - 2) * sizeof *d->todo);
        d->ranges--;
    }
    size_t at = d->ranges++;
    for (; at > 0 && d->todo[at - 1].low > r.low; at--)
        d->todo[at] = d->todo[at - 1];
    d->todo[at] = r;
}

static void tell_waiting(Derived *d)
{
    long long waiting = 0;
    for (size_t i = 0; i < d->ranges; i++)
        waiting += d->todo[i].high - d->todo[i].low;
    atomic_store(&d->count.waiting, waiting);
}

static bool disk_low(Derived *d);

/* Headers go before frames: they are asked for first, and cost less than one. */
static void headers(Derived *d)
{
    Err  err  = { 0 };
    bool made = d->headers.count > 0 && !disk_low(d);
    while (made && wait_ms(d, 0))
        if (!headers_turn(d->a, &d->headers, &made, &err)) {
            log_err("archive", "metadata could not be made in advance", &err);
            return;
        }
}

/* Asks the database at most every 'LOOK_MS'. */
static void look(Derived *d)
{
    int64_t now_ms = clock_monotonic_ms(), last = d->seen;
    if (now_ms - d->looked_ms < LOOK_MS)
        return;
    d->looked_ms = now_ms;
    if (newest(d, &last) && last > d->seen) {
        (void)headers_news(d->a, &d->headers, NULL);
        range_put(d, (Range) { d->seen, last });
        d->seen       = last;
        d->arrived_ms = now_ms;
        tell_waiting(d);
    }
    headers(d);
}

/* Between two frames: rests long while images arrive. */
static bool pace(void *derived)
{
    Derived *d      = derived;
    int64_t  now_ms = clock_monotonic_ms(), took = now_ms - d->frame_ms;
    look(d);
    bool    busy = d->arrived_ms && now_ms - d->arrived_ms < BUSY_MS;
    int64_t rest = busy ? (took + 1) * BUSY_SHARE : 0;
    bool    on   = wait_ms(d, rest < REST_MS_MAX ? rest : REST_MS_MAX);
    d->frame_ms  = clock_monotonic_ms();
    return on;
}

/* ---- room on the disk ---- */

static bool disk_low(Derived *d)
{
    struct statvfs s;
    int64_t        now_ms = clock_monotonic_ms();
    if (d->space_ms && now_ms - d->space_ms < SPACE_MS)
        return d->space_low;
    d->space_ms  = now_ms;
    d->space_low = statvfs(d->a->cache, &s) == 0 && s.f_blocks &&
                   (uint64_t)s.f_bavail * 100 < (uint64_t)s.f_blocks * (uint64_t)d->options.min_free_percent;
    if (d->space_low) {
        int64_t freed = cache_trim(d->a, (int64_t)(s.f_blocks / 50 * s.f_frsize));
        log_line("archive", LOG_WARN, "the disk is nearly full: ready files were deleted", NULL);
        d->space_low = freed == 0;
    }
    return d->space_low;
}

/* ---- the work ---- */

static bool codec_ready(Derived *d, Err *err)
{
    ChildLimits limits = {
        .memory_bytes = d->options.memory_bytes, .answer_ms = ANSWER_MS, .workers = 1, .idle = true
    };
    if (!d->codec)
        d->codec = child_pool_new(d->options.codec, limits, err);
    return d->codec != NULL;
}

static bool row_of(Derived *d, Range r, InstanceRow *ret, bool *ret_found, Err *err)
{
    OWNED(Db) *db = db_read(d->a->host, err);
    return db && instance_newest(db, r.low, r.high, ret, ret_found, err);
}

/* The newest instance not looked at yet. False: something is away, try later. */
static bool work_one(Derived *d, Err *err)
{
    InstanceRow row;
    bool        found = false;
    Range       r     = d->todo[--d->ranges];
    bool        ok    = row_of(d, r, &row, &found, err);
    d->frame_ms       = clock_monotonic_ms();
    if (ok && found)
        ok = codec_ready(d, err) && derived_make(d->a, d->codec, &row, pace, d, &d->count, err);
    if (!ok || !wait_ms(d, 0)) /* not done, or not all of it */
        range_put(d, r);
    else if (found && row.id - 1 > r.low)
        range_put(d, (Range) { r.low, row.id - 1 });
    tell_waiting(d);
    return ok;
}

static void *run(void *derived)
{
    Derived *d = derived;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    if (newest(d, &d->seen)) {
        int64_t low = mark_read(d, d->seen);
        if (low < d->seen)
            range_put(d, (Range) { low, d->seen });
        tell_waiting(d);
    }
    d->headers.last_instance = d->seen > HEADERS_LOOK_BACK ? d->seen - HEADERS_LOOK_BACK : 0;
    (void)headers_news(d->a, &d->headers, NULL);
    d->worked_ms = clock_monotonic_ms();
    while (wait_ms(d, 0)) {
        Err err = { 0 };
        look(d);
        if (d->ranges && !disk_low(d)) {
            if (!work_one(d, &err)) {
                log_err("archive", "frames could not be made in advance", &err);
                if (!wait_ms(d, QUIET_MS))
                    break;
            }
            d->worked_ms = clock_monotonic_ms();
            mark_write(d, false);
            continue;
        }
        if (d->codec && clock_monotonic_ms() - d->worked_ms > QUIET_MS) {
            child_pool_free(d->codec);
            d->codec = NULL;
        }
        if (!wait_ms(d, LOOK_MS))
            break;
    }
    mark_write(d, true);
    child_pool_free(d->codec);
    return NULL;
}

Derived *derived_start(Archive *a, const DerivedOptions *options, Err *err)
{
    Derived *d = calloc(1, sizeof *d);
    if (!d) {
        (void)err_set(err, ERR_UNAVAILABLE, "Memory is out.", "derived");
        return NULL;
    }
    d->a       = a;
    d->options = *options;
    (void)pthread_mutex_init(&d->lock, NULL);
    (void)pthread_cond_init(&d->stop_news, NULL);
    if (pthread_create(&d->thread, NULL, run, d) == 0)
        return d;
    free(d);
    (void)err_set(err, ERR_UNAVAILABLE, "A helper program cannot be started.",
                  "no thread for derived frames");
    return NULL;
}

void derived_stop(Derived *d)
{
    if (!d)
        return;
    (void)pthread_mutex_lock(&d->lock);
    d->stopping = true;
    (void)pthread_cond_broadcast(&d->stop_news);
    (void)pthread_mutex_unlock(&d->lock);
    (void)pthread_join(d->thread, NULL);
    (void)pthread_cond_destroy(&d->stop_news);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
}

const DerivedCount *derived_count(const Derived *d)
{
    return &d->count;
}
