/*
 * The verdict on an act's images: made, received, gaps; an event when it says something new. E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/completeness.h"

#include "clinic/archive/completeness.h"
#include "clinic/archive/study.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/performed.h"

enum { GAPS_SAID_MAX = 40 }; /* of all series; the number missing counts every one */

typedef struct Telling {
    json_t *gaps;               /* borrowed */
    int64_t missing, performed; /* by the series themselves; by what the modality says it made */
} Telling;

static void gap_tell(const SeriesGaps *s, const Gap *g, json_t *gaps)
{
    json_t *one = json_pack("{s:s, s:o, s:s, s:I}", "series_uid", s->uid, "description",
                            json_cstr(s->description[0] ? s->description : s->modality), "kind",
                            gap_kind_name(g->kind), "count", (json_int_t)g->count);
    if (s->number > INT32_MIN)
        json_put(one, "series", json_integer(s->number));
    if (g->kind == GAP_NUMBER || g->kind == GAP_PART) {
        json_put(one, "from", json_integer((json_int_t)g->from));
        json_put(one, "to", json_integer((json_int_t)g->to));
    } else if (g->kind == GAP_POSITION) { /* tenths of a millimetre are enough to find it */
        json_put(one, "from", json_integer((json_int_t)(g->from * 10 + (g->from < 0 ? -0.5 : 0.5))));
        json_put(one, "to", json_integer((json_int_t)(g->to * 10 + (g->to < 0 ? -0.5 : 0.5))));
    }
    json_push(gaps, one);
}

static bool series_tell(const SeriesGaps *s, void *with)
{
    Telling *t = with;
    t->missing += s->gaps.missing;
    for (size_t i = 0; i < s->gaps.count && json_array_size(t->gaps) < GAPS_SAID_MAX; i++)
        gap_tell(s, &s->gaps.items[i], t->gaps);
    return true;
}

static bool performed_tell(const PerformedMissing *one, void *with)
{
    Telling *t = with;
    t->performed += one->count;
    json_t *gap = json_pack("{s:s, s:s, s:s, s:I}", "series_uid", one->series_uid, "description",
                            one->description, "kind", "performed", "count", (json_int_t)one->count);
    if (one->series > INT32_MIN)
        json_put(gap, "series", json_integer(one->series));
    return json_array_size(t->gaps) >= GAPS_SAID_MAX ? (json_decref(gap), true) : json_push(t->gaps, gap);
}

bool completeness_verdict(Db *db, const Act *a, json_t **ret, Err *err)
{
    int64_t   performed = 0;
    ActImages images    = { 0 };
    OWNED(json_t) *gaps = json_array();
    Telling told        = { .gaps = gaps };
    if (!act_images(db, a->id, &images, err) || !act_gaps_each(db, a->id, series_tell, &told, err) ||
        !performed_missing_each(db, a->id, performed_tell, &told, err) ||
        !performed_count(db, a->id, &performed, err))
        return false;
    int64_t made    = json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "made"));
    int64_t absent  = made > images.instances ? made - images.instances : 0;
    int64_t missing = told.missing > absent ? told.missing : absent;
    missing         = told.performed > missing ? told.performed : missing;
    json_t *verdict = json_pack("{s:b, s:I, s:I, s:I, s:O}", "complete", missing == 0 && images.instances > 0,
                                "received", (json_int_t)images.instances, "missing", (json_int_t)missing,
                                "gaps_missing", (json_int_t)told.missing, "gaps", gaps);
    if (!verdict)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "verdict of act %lld", (long long)a->id);
    if (made)
        json_put(verdict, "made", json_integer(made));
    if (performed) {
        json_put(verdict, "performed", json_integer(performed));
        json_put(verdict, "performed_missing", json_integer(told.performed));
    }
    *ret = verdict;
    return true;
}

bool completeness_same(const json_t *a, const json_t *b)
{
    static const char *const SAID[] = { "complete", "missing",   "gaps_missing",     "gaps",
                                        "made",     "performed", "performed_missing" };
    if (!a || !b)
        return a == b;
    for (size_t i = 0; i < COUNT(SAID); i++) {
        const json_t *x = json_object_get(a, SAID[i]), *y = json_object_get(b, SAID[i]);
        if ((x || y) && !(x && y && json_equal(x, y)))
            return false;
    }
    return true;
}

typedef struct Checking {
    const ActHouse *house;
    int64_t         act_id;
    bool            new_verdict;
} Checking;

/* Nothing is said before anything came: an empty exam is not a transfer that failed, unless images were
 * announced. */
static bool worth_saying(const Act *a, const json_t *verdict)
{
    return json_integer_value(json_object_get(verdict, "received")) > 0 ||
           act_fact(a, "completeness", NULL) || json_object_get(verdict, "made");
}

static bool look_work(Db *db, void *arg, Err *err)
{
    Checking *c            = arg;
    OWNED_ACT a            = { 0 };
    OWNED(json_t) *verdict = NULL;
    if (!act_load(db, c->act_id, &a, err))
        return false;
    if (!act_step_row(&a, SLICE("images-counted")))
        return true; /* not begun, or over */
    if (!completeness_verdict(db, &a, &verdict, err))
        return false;
    c->new_verdict =
        worth_saying(&a, verdict) && !completeness_same(act_fact(&a, "completeness", NULL), verdict);
    return true;
}

/* Once more on the writer: what is written is what holds at that moment. */
static bool say_work(Db *db, void *arg, Err *err)
{
    Checking *c            = arg;
    OWNED_ACT a            = { 0 };
    OWNED(json_t) *verdict = NULL;
    c->new_verdict         = false;
    if (!act_load(db, c->act_id, &a, err))
        return false;
    if (!act_step_row(&a, SLICE("images-counted")))
        return true;
    if (!completeness_verdict(db, &a, &verdict, err))
        return false;
    if (completeness_same(act_fact(&a, "completeness", NULL), verdict))
        return true;
    return act_do_system(db, c->house, a.id, "images-counted", json_incref(verdict), err);
}

bool completeness_check(ActHouse *house, int64_t act_id, Err *err)
{
    Checking c = { .house = house, .act_id = act_id };
    if (!db_read_work(house->needs.host, look_work, &c, err))
        return false;
    return !c.new_verdict || db_write(house->needs.host, say_work, &c, err);
}
