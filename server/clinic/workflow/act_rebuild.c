/*
 * The projections of acts made again from their log, a few acts a transaction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_rebuild.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_overdue.h"
#include "clinic/workflow/act_store.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/todo.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { BATCH = 50 };

typedef struct Batch {
    ActHouse       *house;
    bool            only_look, folds_changed;
    int64_t         after; /* the last act of the batch before */
    bool            over;
    ActRebuilt     *so_far;
    ActRebuildEach *each;
    void           *with;
} Batch;

/* ---- the version of the folds ---- */

static bool fold_version(Db *db, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act_fold.version FROM act_fold WHERE act_fold.id = 1");
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_BUG, "The acts could not be read.", "no version of the folds");
    *ret = db_int(q, 0);
    return true;
}

bool act_fold_is_current(Db *db, bool *ret, Err *err)
{
    int64_t version = 0;
    if (!fold_version(db, &version, err))
        return false;
    *ret = version == ACT_FOLD_VERSION;
    return true;
}

/* ---- one act ---- */

static void differing_facts(const json_t *a, const json_t *b, const char **names, size_t *count, size_t max)
{
    const char *key;
    json_t     *value;
    json_object_foreach ((json_t *)a, key, value)
        if (*count < max && !json_equal(value, json_object_get(b, key))) {
            bool named = false;
            for (size_t i = 0; i < *count; i++)
                named |= strcmp(names[i], key) == 0;
            if (!named)
                names[(*count)++] = key;
        }
}

/* What is other: the members of the facts, or the columns. Never what they hold. */
static void describe(const Act *stored, const Act *made, char *ret, size_t size)
{
    enum { NAMES_MAX = 8 };
    const char *names[NAMES_MAX];
    size_t      count = 0;
    differing_facts(stored->facts, made->facts, names, &count, NAMES_MAX);
    differing_facts(made->facts, stored->facts, names, &count, NAMES_MAX);
    size_t used = (size_t)snprintf(ret, size, "%s", count ? "facts:" : "columns");
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s %s", i ? "," : "", names[i]);
}

static void told(Batch *b, const char *number, const char *what)
{
    if (b->each)
        b->each(number, what, b->so_far, b->with);
}

/* Every clock that runs gets a job: what it finds done already it leaves. */
static bool put_right(Db *db, const Batch *b, const Act *made, bool changed, Err *err)
{
    Act none = { 0 };
    if (b->only_look || (!changed && !b->folds_changed))
        return true;
    if (changed && !act_save(db, made, JSON_BYTES_MAX, err))
        return false;
    return todos_follow(db, made, err) && (made->state == ACT_CLOSED || (act_follow_clocks(db, &none, made, err) &&
                                                                         duties_follow(db, b->house, made, made, NULL, err)));
}

static bool rebuild_one(Db *db, int64_t id, Batch *b, Err *err)
{
    OWNED_ACT stored = { 0 }, made = { 0 };
    ActCheck  check  = { 0 };
    Err       unread = { 0 };
    char      what[200];
    bool      readable = act_load(db, id, &stored, &unread);
    if ((!readable && unread.kind == ERR_UNAVAILABLE) || !act_replay(db, id, &made, &check, err))
        return err_set(err, unread.kind ? unread.kind : ERR_BUG, unread.shown ? unread.shown : "The acts could not be read.", "act %" PRId64, id);
    b->so_far->acts++;
    if (readable && !check.broken_act && (made.last_seq != stored.last_seq || strcmp(made.last_hash, stored.last_hash) != 0)) {
        check.broken_act = id;
        snprintf(check.why, sizeof check.why, "events removed at the end");
    }
    if (check.broken_act) {
        b->so_far->broken++;
        told(b, readable ? stored.number : made.number, check.why);
        return true;
    }
    bool changed = !readable || !act_projection_equal(&made, &stored);
    if (changed) {
        b->so_far->changed++;
        if (readable)
            describe(&stored, &made, what, sizeof what);
        else
            snprintf(what, sizeof what, "not readable");
    }
    if (!put_right(db, b, &made, changed, err))
        return false;
    told(b, made.number, changed ? what : NULL);
    return true;
}

static bool batch_work(Db *db, void *arg, Err *err)
{
    Batch  *b = arg;
    int64_t ids[BATCH];
    size_t  count     = 0;
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id FROM act WHERE act.id > ?1 ORDER BY act.id LIMIT ?2");
    db_bind_int(q, 1, b->after);
    db_bind_int(q, 2, BATCH);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        ids[count++] = db_int(q, 0);
    }
    for (size_t i = 0; i < count; i++)
        if (!rebuild_one(db, ids[i], b, err))
            return false;
    b->over  = count < BATCH;
    b->after = count ? ids[count - 1] : b->after;
    return true;
}

/* ---- the end ---- */

static bool end_work(Db *db, void *arg, Err *err)
{
    const ActRebuilt *r = arg;
    char              detail[160];
    OWNED(DbQuery) *q   = db_query(db, "UPDATE act_fold SET version = ?1, made_at_ms = ?2 WHERE id = 1");
    db_bind_int(q, 1, ACT_FOLD_VERSION);
    db_bind_int(q, 2, clock_now_ms());
    snprintf(detail, sizeof detail, "folds %" PRId64 " to %" PRId64 ": %" PRId64 " acts, %" PRId64 " made again, %" PRId64 " broken", r->from_version,
             r->to_version, r->acts, r->changed, r->broken);
    return db_run(q, err) && /* a new database has nothing to tell */
           (r->acts == 0 ||
            audit_add(db, &(AuditLine) { .event = AUDIT_SYSTEM, .actor = "system:acts", .what = "rebuild acts", .detail = detail }, err));
}

bool act_rebuild(ActHouse *house, bool only_look, ActRebuildEach *each, void *with, ActRebuilt *ret, Err *err)
{
    Batch b = { .house = house, .only_look = only_look, .so_far = ret, .each = each, .with = with };
    *ret    = (ActRebuilt) { .to_version = ACT_FOLD_VERSION };
    {
        OWNED(Db) *db = db_read(house->needs.host, err);
        if (!db || !fold_version(db, &ret->from_version, err))
            return false;
    }
    b.folds_changed = ret->from_version != ACT_FOLD_VERSION;
    while (!b.over) {
        ActRebuilt before = *ret; /* a transaction that is undone is not counted */
        if (!(only_look ? db_read_work(house->needs.host, batch_work, &b, err) : db_write(house->needs.host, batch_work, &b, err))) {
            *ret = before;
            return false;
        }
    }
    return only_look || db_write(house->needs.host, end_work, ret, err);
}

bool act_rebuild_if_needed(ActHouse *house, bool *ret_done, ActRebuilt *ret, Err *err)
{
    bool current = false;
    {
        OWNED(Db) *db = db_read(house->needs.host, err);
        if (!db || !act_fold_is_current(db, &current, err))
            return false;
    }
    *ret_done = !current;
    return current || act_rebuild(house, false, NULL, NULL, ret, err);
}
