/*
 * The indicators of a convention: acts read one after the other, gathered by group, told as JSON. O7, S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/indicators.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clinic/workflow/act_store.h"
#include "clinic/workflow/convention_delays.h"
#include "clinic/workflow/indicator_quality.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000, GROUPS_MAX = 200, DELAYS_MAX = 16, CODES_MAX = 16, CODE_MAX = 32 };

/* ---- what is gathered ---- */

typedef struct Values {
    int64_t *at; /* owned: milliseconds of each passage that is over */
    size_t   count, room;
    int64_t  bound, within;     /* passages for which the version sets a delay, and those that kept it */
    int64_t  low_min, high_min; /* of the delays set */
} Values;

typedef struct Code {
    char    name[CODE_MAX];
    int64_t count;
} Code;

typedef struct Group {
    const char *by; /* literal */
    int64_t     id; /* of the organisation or the version's number */
    char        key[24];
    int64_t     acts, closed, refused, cancelled, not_done, repeats, urgent, urgent_in_time, overdue, late_acts, escalated, reviewed, withdrawn;
    int64_t     preliminary, finals, differ, addenda, addenda_differ; /* E29 */
    int64_t     judged, discord, discord_by[DISCORDS];                /* L3 */
    Values      told;                                                 /* of differences: from the signature on */
    Values      delays[DELAYS_MAX];
    Code        codes[CODES_MAX];
    size_t      code_count;
} Group;

typedef struct Gathered {
    Group  *groups; /* owned */
    size_t  count;
    int64_t now_ms;
} Gathered;

static void gathered_clear(Gathered *g)
{
    for (size_t i = 0; i < g->count; i++) {
        free(g->groups[i].told.at);
        for (size_t d = 0; d < DELAYS_MAX; d++)
            free(g->groups[i].delays[d].at);
    }
    free(g->groups);
    *g = (Gathered) { 0 };
}

static Group *group_of(Gathered *g, const char *by, int64_t id, const char *key)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->groups[i].by, by) == 0 && g->groups[i].id == id && strcmp(g->groups[i].key, key) == 0)
            return &g->groups[i];
    if (g->count == GROUPS_MAX)
        return NULL;
    Group *made = &g->groups[g->count++];
    *made       = (Group) { .by = by, .id = id };
    snprintf(made->key, sizeof made->key, "%s", key);
    return made;
}

static bool value_add(Values *v, int64_t ms, Err *err)
{
    if (v->count == v->room) {
        size_t   room = v->room ? 2 * v->room : 64;
        int64_t *at   = realloc(v->at, room * sizeof *at);
        if (!at)
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
        v->at   = at;
        v->room = room;
    }
    v->at[v->count++] = ms;
    return true;
}

/* Not over yet: a breach once its delay is gone, nothing before. */
static bool span_add(Values *v, const IndicatorSpan *s, int64_t delay_min, int64_t now_ms, Err *err)
{
    int64_t limit_ms = delay_min * MINUTE_MS;
    bool    late     = delay_min && (s->to_ms ? s->to_ms : now_ms) - s->from_ms > limit_ms;
    if (delay_min && (s->to_ms || late)) {
        v->bound++;
        v->within += !late;
        v->low_min  = v->low_min && v->low_min < delay_min ? v->low_min : delay_min;
        v->high_min = v->high_min > delay_min ? v->high_min : delay_min;
    }
    return !s->to_ms || value_add(v, s->to_ms - s->from_ms, err);
}

static void code_add(Group *g, const char *name)
{
    size_t i = 0;
    while (i < g->code_count && strcmp(g->codes[i].name, name) != 0)
        i++;
    if (i == CODES_MAX)
        return;
    if (i == g->code_count)
        snprintf(g->codes[g->code_count++].name, CODE_MAX, "%s", name);
    g->codes[i].count++;
}

/* Told by voice before the first of its calls was due. E26 */
static void urgent_add(Group *g, const Act *a)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "urgent", NULL), i, one) {
        int64_t told = json_integer_value(json_object_get(json_array_get(json_object_get(one, "told"), 0), "told_at_ms"));
        g->urgent++;
        g->urgent_in_time += told && told <= json_integer_value(json_object_get(one, "first_due_ms"));
    }
}

static void overdue_add(Group *g, const Act *a)
{
    size_t        i;
    const json_t *one;
    g->late_acts += json_array_size(act_fact(a, "overdue", NULL)) > 0;
    json_array_foreach (act_fact(a, "overdue", NULL), i, one) {
        g->overdue++;
        g->escalated += (int64_t)json_array_size(json_object_get(one, "called"));
    }
}

static void reviews_add(Group *g, const Act *a)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "report_marks", NULL), i, one) {
        const char *verdict = json_string_value(json_object_get(one, "verdict"));
        g->reviewed += verdict != NULL;
        g->withdrawn += verdict && strcmp(verdict, "withdrawn") == 0;
    }
}

static void discord_add(Group *g, const Act *a)
{
    bool     judged = false;
    unsigned found  = indicator_discord(a, &judged);
    g->judged += judged;
    g->discord += found != 0;
    for (size_t i = 0; i < DISCORDS; i++)
        g->discord_by[i] += found >> i & 1u;
}

static bool difference_add(Group *g, const Act *a, Err *err)
{
    IndicatorDifference d;
    size_t              differ;
    g->addenda += (int64_t)indicator_addenda(a, &differ);
    g->addenda_differ += (int64_t)differ;
    g->preliminary += act_fact(a, "preliminary", NULL) != NULL;
    if (!indicator_difference(a, &d))
        return true;
    g->finals++;
    g->differ += d.difference != NULL;
    return !d.told_ms || value_add(&g->told, d.told_ms > d.final_ms ? d.told_ms - d.final_ms : 0, err);
}

static bool group_add(Group *g, const Act *a, const IndicatorFirsts *firsts, int64_t now_ms, Err *err)
{
    size_t        i;
    const json_t *one;
    if (!g)
        return true;
    g->acts++;
    g->closed += a->state == ACT_CLOSED;
    g->cancelled += act_fact(a, "cancellation", NULL) != NULL;
    g->not_done += act_fact(a, "abandonment", NULL) != NULL;
    g->repeats += act_fact(a, "repeat_of", NULL) != NULL;
    if (act_fact(a, "refusals", NULL)) {
        json_array_foreach (act_fact(a, "refusals", NULL), i, one)
            code_add(g, json_string_value(json_object_get(one, "code")) ? json_string_value(json_object_get(one, "code")) : "other");
    } else if (act_fact(a, "refusal", NULL)) {
        const char *code = json_string_value(act_fact(a, "refusal", "code"));
        code_add(g, code ? code : "other");
    }
    g->refused += act_fact(a, "refusal", NULL) != NULL;
    urgent_add(g, a);
    overdue_add(g, a);
    reviews_add(g, a);
    discord_add(g, a);
    if (!difference_add(g, a, err))
        return false;
    for (size_t d = 0; d < CONVENTION_DELAY_COUNT && d < DELAYS_MAX; d++) {
        IndicatorSpan spans[INDICATOR_SPANS_MAX];
        const char   *delay = CONVENTION_DELAYS[d].member;
        size_t        count = indicator_spans(a, firsts, delay, spans);
        for (size_t s = 0; s < count; s++)
            if (!span_add(&g->delays[d], &spans[s], act_fact_int(a, "delays", delay), now_ms, err))
                return false;
    }
    return true;
}

/* ---- the acts ---- */

static bool firsts_of(Db *db, int64_t act_id, IndicatorFirsts *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT coalesce(min(CASE WHEN step = 'plan' THEN at_ms END), 0), coalesce(min(CASE WHEN step = 'start' THEN at_ms END), 0)"
                                     "  FROM act_event WHERE act_event.act_id = ?1");
    db_bind_int(q, 1, act_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = (IndicatorFirsts) { db_int(q, 0), db_int(q, 1) };
    return true;
}

static bool act_gather(Db *db, const Act *a, int64_t version, Gathered *g, Err *err)
{
    IndicatorFirsts firsts = { 0 };
    char            number[24];
    snprintf(number, sizeof number, "%" PRId64, version);
    if (!firsts_of(db, a->id, &firsts, err))
        return false;
    return group_add(group_of(g, "all", 0, ""), a, &firsts, g->now_ms, err) &&
           group_add(group_of(g, "version", version, number), a, &firsts, g->now_ms, err) &&
           group_add(group_of(g, "site", a->site_id, ""), a, &firsts, g->now_ms, err) &&
           group_add(group_of(g, "imaging", a->imaging_id, ""), a, &firsts, g->now_ms, err) &&
           group_add(group_of(g, "modality", 0, a->modality), a, &firsts, g->now_ms, err);
}

static bool acts_gather(Db *db, const IndicatorsWanted *w, Gathered *g, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS ", convention.version FROM act JOIN convention ON convention.id = act.convention_id"
                                     " WHERE convention.number = ?1 AND act.asked_at_ms >= ?2 AND act.asked_at_ms < ?3");
    db_bind_text(q, 1, w->convention);
    db_bind_int(q, 2, w->from_ms);
    db_bind_int(q, 3, w->to_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_ACT a = { 0 };
        if (step == DB_FAILED || !act_from_row(q, &a, err) || !act_gather(db, &a, db_int(q, ACT_COLUMN_COUNT), g, err))
            return false;
    }
    return true;
}

/* ---- told ---- */

static int by_length(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static json_t *minutes(const Values *v, int percent)
{
    return v->count ? json_real((double)(indicator_quantile(v->at, v->count, percent) / 6000) / 10.0) : json_null();
}

static json_t *delay_json(const char *what, Values *v)
{
    if (v->count)
        qsort(v->at, v->count, sizeof *v->at, by_length);
    json_t *one = json_pack("{s:s, s:I, s:o, s:o, s:I, s:I}", "what", what, "count", (json_int_t)v->count, "median_min", minutes(v, 50), "p90_min",
                            minutes(v, 90), "with_delay", (json_int_t)v->bound, "within", (json_int_t)v->within);
    json_put(one, "delay_min", v->bound ? json_pack("[I, I]", (json_int_t)v->low_min, (json_int_t)v->high_min) : json_null());
    return one;
}

static bool name_of(Db *db, const Group *g, json_t *into, Err *err)
{
    Organisation o;
    if (strcmp(g->by, "site") != 0 && strcmp(g->by, "imaging") != 0)
        return json_put(into, "name", json_string(g->key)) && json_put(into, "key", json_string(g->key));
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, g->id);
    return organisation_load(db, g->id, &o, err) && json_put(into, "name", json_string(o.name)) && json_put(into, "key", json_string(id));
}

static bool quality_put(Group *g, json_t *into)
{
    if (g->told.count)
        qsort(g->told.at, g->told.count, sizeof *g->told.at, by_length);
    json_t *discord = json_pack("{s:I, s:I}", "judged", (json_int_t)g->judged, "acts", (json_int_t)g->discord);
    for (size_t i = 0; i < DISCORDS; i++)
        json_put(discord, DISCORD_NAMES[i], json_integer(g->discord_by[i]));
    return json_put(into, "discord", discord) &&
           json_put(into, "differences",
                    json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:I}", "preliminary", (json_int_t)g->preliminary, "finals", (json_int_t)g->finals,
                              "significant", (json_int_t)g->differ, "told", (json_int_t)g->told.count, "told_median_min", minutes(&g->told, 50),
                              "told_p90_min", minutes(&g->told, 90), "addenda", (json_int_t)g->addenda, "addenda_significant",
                              (json_int_t)g->addenda_differ));
}

static bool group_json(Db *db, Group *g, json_t *into, Err *err)
{
    OWNED(json_t) *delays   = json_array();
    OWNED(json_t) *refusals = json_array();
    for (size_t d = 0; d < CONVENTION_DELAY_COUNT && d < DELAYS_MAX; d++)
        json_push(delays, delay_json(CONVENTION_DELAYS[d].member, &g->delays[d]));
    for (size_t i = 0; i < g->code_count; i++)
        json_push(refusals, json_pack("{s:s, s:I}", "code", g->codes[i].name, "count", (json_int_t)g->codes[i].count));
    json_t *one = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "by", g->by, "acts", (json_int_t)g->acts, "closed",
                            (json_int_t)g->closed, "refused", (json_int_t)g->refused, "cancelled", (json_int_t)g->cancelled, "not_done",
                            (json_int_t)g->not_done, "repeats", (json_int_t)g->repeats, "overdue", (json_int_t)g->overdue, "late_acts",
                            (json_int_t)g->late_acts, "escalated", (json_int_t)g->escalated, "reviewed", (json_int_t)g->reviewed, "withdrawn",
                            (json_int_t)g->withdrawn);
    bool ok = name_of(db, g, one, err) && json_put(one, "delays", json_incref(delays)) && json_put(one, "refusals", json_incref(refusals)) &&
              json_put(one, "urgent", json_pack("{s:I, s:I}", "found", (json_int_t)g->urgent, "in_time", (json_int_t)g->urgent_in_time));
    ok &= quality_put(g, one);
    return json_push(into, one) && ok;
}

/* ---- the convention, and who may ask ---- */

static bool convention_told(Db *db, Slice number, json_t **ret, Err *err)
{
    OWNED(json_t) *versions = json_array();
    OWNED(DbQuery) *q = db_query(db, "SELECT convention.version, convention.valid_from, convention.valid_until, convention.title FROM convention"
                                     " WHERE convention.number = ?1 ORDER BY convention.version");
    db_bind_text(q, 1, number);
    OWNED(json_t) *title = NULL;
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_push(versions, json_pack("{s:I, s:o, s:o}", "version", (json_int_t)db_int(q, 0), "valid_from", json_slice(db_slice(q, 1)), "valid_until",
                                      json_slice(db_slice(q, 2))));
        json_decref(title);
        title = json_slice(db_slice(q, 3));
    }
    if (!title)
        return err_set(err, ERR_NOT_FOUND, "No such convention.", "convention " SLICE_FMT, SLICE_ARG(number));
    *ret = json_pack("{s:o, s:O, s:O}", "number", json_slice(number), "title", title, "versions", versions);
    return *ret != NULL;
}

bool indicators_may_ask(Db *db, const Who *who, Slice number, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT convention_party.organisation_id FROM convention_party"
                                     "  JOIN convention ON convention.id = convention_party.convention_id WHERE convention.number = ?1");
    db_bind_text(q, 1, number);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        if (who_roles_in(who, db_int(q, 0)) & (ROLE_RESPONSIBLE | ROLE_QUALITY | ROLE_ADMIN))
            return true;
    }
    return err_set(err, ERR_DENIED, "Only a responsible, a quality officer or an administrator of a party of this convention sees its indicators.", "indicators");
}

bool indicators_json(Db *db, const Who *who, const IndicatorsWanted *w, json_t **ret, Err *err)
{
    OWNED(json_t) *convention = NULL;
    OWNED(json_t) *groups     = json_array();
    if (w->from_ms >= w->to_ms)
        return err_set(err, ERR_INPUT, "The period ends before it begins.", "indicators");
    if (!indicators_may_ask(db, who, w->convention, err) || !convention_told(db, w->convention, &convention, err))
        return false;
    Gathered g = { .groups = calloc(GROUPS_MAX, sizeof *g.groups), .now_ms = clock_now_ms() };
    bool     ok = g.groups ? acts_gather(db, w, &g, err) : err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    for (size_t i = 0; ok && i < g.count; i++)
        ok = group_json(db, &g.groups[i], groups, err);
    int64_t now_ms = g.now_ms;
    gathered_clear(&g);
    if (!ok)
        return false;
    *ret = json_pack("{s:O, s:I, s:I, s:I, s:O}", "convention", convention, "from_ms", (json_int_t)w->from_ms, "to_ms", (json_int_t)w->to_ms, "now_ms",
                     (json_int_t)now_ms, "groups", groups);
    return *ret != NULL;
}

/* ---- as lines ---- */

static bool line_add(Buf *ret, const json_t *group, const char *measure, const char *rest)
{
    char head[400];
    /* a name of an organisation or a code of ours: quoted, and its quotes doubled by leaving them out */
    char   name[200];
    size_t len = 0;
    for (const char *c = json_string_value(json_object_get(group, "name")); c && *c && len + 1 < sizeof name; c++)
        if (*c != '"' && *c != '\n' && *c != '\r')
            name[len++] = *c;
    name[len] = '\0';
    const char *guard = name[0] && strchr("=+-@", name[0]) ? "'" : ""; /* no formula for a spreadsheet */
    snprintf(head, sizeof head, "%s;%s;\"%s%s\";%s;", json_string_value(json_object_get(group, "by")),
             json_string_value(json_object_get(group, "key")), guard, name, measure);
    return buf_add(ret, slice_of(head)) && buf_add(ret, slice_of(rest)) && buf_add(ret, SLICE("\r\n"));
}

static bool delay_line(Buf *ret, const json_t *group, const json_t *d)
{
    char          rest[200], median[32] = "", p90[32] = "", share[32] = "";
    const json_t *m = json_object_get(d, "median_min"), *p = json_object_get(d, "p90_min");
    int64_t       bound = json_integer_value(json_object_get(d, "with_delay")), within = json_integer_value(json_object_get(d, "within"));
    if (json_is_number(m))
        snprintf(median, sizeof median, "%.1f", json_number_value(m));
    if (json_is_number(p))
        snprintf(p90, sizeof p90, "%.1f", json_number_value(p));
    if (bound)
        snprintf(share, sizeof share, "%.1f", 100.0 * (double)within / (double)bound);
    snprintf(rest, sizeof rest, "%lld;%s;%s;%lld;%lld;%s", (long long)json_integer_value(json_object_get(d, "count")), median, p90, (long long)bound,
             (long long)within, share);
    return line_add(ret, group, json_string_value(json_object_get(d, "what")), rest);
}

static bool count_line(Buf *ret, const json_t *group, const char *measure, const json_t *count)
{
    char rest[64];
    snprintf(rest, sizeof rest, "%lld;;;;;", (long long)json_integer_value(count));
    return line_add(ret, group, measure, rest);
}

static bool told_line(Buf *ret, const json_t *group)
{
    const json_t *d = json_object_get(group, "differences");
    OWNED(json_t) *line = json_pack("{s:s, s:O, s:O, s:O}", "what", "differences:told_min", "count", json_object_get(d, "told"), "median_min",
                                    json_object_get(d, "told_median_min"), "p90_min", json_object_get(d, "told_p90_min"));
    return line && delay_line(ret, group, line);
}

bool indicators_csv(const json_t *indicators, Buf *ret, Err *err)
{
    static const char *const COUNTS[] = { "acts", "closed", "refused", "cancelled", "not_done", "repeats", "overdue", "late_acts", "escalated", "reviewed", "withdrawn" };
    size_t                   i, k;
    const json_t            *group, *one;
    static const char *const OBJECTS[] = { "differences", "discord" };
    const char              *name;
    json_t                  *value;
    buf_add(ret, SLICE("\xEF\xBB\xBF" "by;key;name;measure;count;median_min;p90_min;with_delay;within;share_percent\r\n"));
    json_array_foreach (json_object_get(indicators, "groups"), i, group) {
        for (size_t c = 0; c < COUNT(COUNTS); c++)
            count_line(ret, group, COUNTS[c], json_object_get(group, COUNTS[c]));
        count_line(ret, group, "urgent_found", json_object_get(json_object_get(group, "urgent"), "found"));
        count_line(ret, group, "urgent_in_time", json_object_get(json_object_get(group, "urgent"), "in_time"));
        for (size_t o = 0; o < COUNT(OBJECTS); o++)
            json_object_foreach (json_object_get(group, OBJECTS[o]), name, value) {
                char measure[64];
                snprintf(measure, sizeof measure, "%s:%s", OBJECTS[o], name);
                if (json_is_integer(value))
                    count_line(ret, group, measure, value);
            }
        told_line(ret, group);
        json_array_foreach (json_object_get(group, "refusals"), k, one) {
            char measure[64];
            snprintf(measure, sizeof measure, "refusal:%s", json_string_value(json_object_get(one, "code")));
            count_line(ret, group, measure, json_object_get(one, "count"));
        }
        json_array_foreach (json_object_get(group, "delays"), k, one)
            delay_line(ret, group, one);
    }
    return buf_ok(ret, err);
}
