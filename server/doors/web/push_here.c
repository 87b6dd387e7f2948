/*
 * Whose pages are open, told to the house when it changes: the hub counts people, not sockets. E1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/presence.h"
#include "doors/web/push_hub.h"
#include "platform/log.h"

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Each person once, ascending. */
static size_t people_here(const PushHub *hub, int64_t ret[PUSH_CLIENTS_MAX])
{
    size_t count = 0, kept = 0;
    for (const PushClient *c = hub->clients; c && count < PUSH_CLIENTS_MAX; c = c->next)
        if (!c->closing_ms)
            ret[count++] = c->person_id;
    qsort(ret, count, sizeof *ret, by_id);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || ret[kept - 1] != ret[i])
            ret[kept++] = ret[i];
    return kept;
}

typedef struct Here {
    const int64_t *was, *is;
    size_t         was_count, is_count;
} Here;

/* Both lists ascend: what is in one alone has gone, or come. */
static bool here_work(Db *db, void *arg, Err *err)
{
    const Here *h = arg;
    size_t      w = 0, i = 0;
    while (w < h->was_count || i < h->is_count) {
        if (w < h->was_count && i < h->is_count && h->was[w] == h->is[i]) {
            w++;
            i++;
            continue;
        }
        bool came = w == h->was_count || (i < h->is_count && h->is[i] < h->was[w]);
        if (!presence_told(db, came ? h->is[i++] : h->was[w++], came, err))
            return false;
    }
    return true;
}

static bool nobody_work(Db *db, void *arg, Err *err)
{
    (void)arg;
    return presence_nobody(db, err);
}

bool push_here_begin(PushHub *hub, Err *err)
{
    return db_write(hub->house->db, nobody_work, NULL, err);
}

void push_here(PushHub *hub)
{
    int64_t is[PUSH_CLIENTS_MAX];
    size_t  count = people_here(hub, is);
    Err     err   = { 0 };
    Here    here  = { hub->here, is, hub->here_count, count };
    if (count == hub->here_count && memcmp(is, hub->here, count * sizeof *is) == 0)
        return;
    if (!db_write(hub->house->db, here_work, &here, &err)) {
        log_err("web", "presence not told", &err); /* the next look tries again */
        return;
    }
    memcpy(hub->here, is, count * sizeof *is);
    hub->here_count = count;
}
