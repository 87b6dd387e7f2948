/*
 * Metadata made in advance, series by series, for the thread of derived.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/headers_ahead.h"

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/news.h"
#include "platform/clock.h"

static HeadersPending *place_for(HeadersAhead *h, const ArchiveNews *news)
{
    HeadersPending *oldest = &h->pending[0];
    for (size_t i = 0; i < h->count; i++) {
        HeadersPending *p = &h->pending[i];
        if (strcmp(p->series_uid, news->series_uid) == 0 && strcmp(p->study_uid, news->study_uid) == 0)
            return p;
        if (p->due_ms < oldest->due_ms)
            oldest = p;
    }
    return h->count < HEADERS_PENDING ? &h->pending[h->count++] : oldest;
}

static bool on_news(const ArchiveNews *news, void *with)
{
    if (news->series_instances < HEADERS_WORTH)
        return true;
    HeadersPending *p = place_for(with, news);
    (void)slice_copy(slice_of(news->study_uid), p->study_uid, sizeof p->study_uid);
    (void)slice_copy(slice_of(news->series_uid), p->series_uid, sizeof p->series_uid);
    p->due_ms = clock_monotonic_ms() + HEADERS_QUIET_MS;
    return true;
}

bool headers_news(Archive *a, HeadersAhead *h, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    return db && archive_news_since(db, h->last_instance, on_news, h, &h->last_instance, err);
}

bool headers_turn(Archive *a, HeadersAhead *h, bool *ret_made, Err *err)
{
    int64_t         now    = clock_monotonic_ms();
    HeadersPending *newest = NULL;
    for (size_t i = 0; i < h->count; i++)
        if (h->pending[i].due_ms <= now && (!newest || h->pending[i].due_ms > newest->due_ms))
            newest = &h->pending[i];
    *ret_made = newest != NULL;
    if (!newest)
        return true;
    char          path[160];
    Err           why = { 0 };
    ArchiveViewer all = { .sees_all = true, .now_s = clock_now_s() };
    OWNED(Db) *db     = db_read(a->host, err);
    if (!db)
        return false;
    bool ok =
        metadata_file(a, db, slice_of(newest->study_uid), slice_of(newest->series_uid), &all, path, &why);
    if (!ok && why.kind == ERR_UNAVAILABLE) {
        newest->due_ms = now + HEADERS_QUIET_MS;
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    *newest = h->pending[--h->count]; /* made, or gone meanwhile */
    return true;
}
