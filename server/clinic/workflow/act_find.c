/*
 * Which acts a list shows: the index of each organisation and state, merged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_find.h"

#include <stdlib.h>

#include "clinic/workflow/act_store.h"

typedef struct Candidate {
    int64_t id, deadline_ms, created_ms; /* deadline 0: none */
    bool    closed;
} Candidate;

typedef struct Candidates {
    Candidate *list;
    size_t     count, room;
} Candidates;

static bool keep(Candidates *c, Candidate one, Err *err)
{
    if (c->count == c->room) {
        size_t     room = c->room ? 2 * c->room : 1024;
        Candidate *list = realloc(c->list, room * sizeof *list);
        if (!list)
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
        c->list = list;
        c->room = room;
    }
    c->list[c->count++] = one;
    return true;
}

static int by_urgency(const void *left, const void *right)
{
    const Candidate *a = left, *b = right;
    if (a->closed != b->closed)
        return a->closed ? 1 : -1;
    if (!a->deadline_ms != !b->deadline_ms)
        return a->deadline_ms ? -1 : 1;
    if (a->deadline_ms != b->deadline_ms)
        return a->deadline_ms < b->deadline_ms ? -1 : 1;
    if (a->created_ms != b->created_ms)
        return a->created_ms > b->created_ms ? -1 : 1;
    return (a->id < b->id) - (a->id > b->id);
}

#define NAMED                                                                                                \
    "   AND (?6 = '' OR EXISTS (SELECT 1 FROM patient WHERE patient.id = act.patient_id"                     \
    "        AND (instr(lower(act.number), ?6) OR instr(patient.birth_name_key, ?6) OR instr(patient.used_name_key, ?6)"        \
    "             OR instr(patient.first_given_key, ?6) OR instr(lower(patient.given_names), ?6) OR instr(lower(patient.ipp), ?6))))"                       \
    "   AND (?7 = 0 OR (json_extract(act.facts, '$.emergency_exception.at_ms') IS NOT NULL"                  \
    "        AND json_extract(act.facts, '$.emergency_exception.review.at_ms') IS NULL))"
#define PART(column, deadline, order)                                                                        \
    "SELECT act.id, act.deadline_at_ms, act.created_at_ms FROM act"                                          \
    " WHERE act." column " = ?3 AND act.state = ?4 AND act.deadline_at_ms " deadline                         \
    "   AND " ACT_GRANT_SQL("act.id", "?1", "?2") NAMED " ORDER BY " order " LIMIT ?5"
#define PAIR(column)                                                                                         \
    {                                                                                                        \
        PART(column, "IS NOT NULL", "act.deadline_at_ms"), PART(column, "IS NULL", "act.created_at_ms DESC") \
    }

typedef enum Part { OF_REQUESTER, OF_SITE, OF_IMAGING } Part;

static bool part_find(Db *db, const ActsFound *w, Part part, int64_t organisation_id, ActState state, Candidates *ret, Err *err)
{
    static const char *const SQL[][2] = {
        [OF_REQUESTER] = PAIR("requester_org_id"),
        [OF_SITE]      = PAIR("site_id"),
        [OF_IMAGING]   = PAIR("imaging_id"),
    };
    for (int dated = 0; dated < 2; dated++) {
        OWNED(DbQuery) *q = db_query(db, SQL[part][dated]);
        db_bind_int(q, 1, w->who->person_id);
        db_bind_int(q, 2, w->now_s);
        db_bind_int(q, 3, organisation_id);
        db_bind_cstr(q, 4, act_state_name(state));
        db_bind_int(q, 5, ACTS_LISTED_MAX);
        db_bind_text(q, 6, w->folded);
    db_bind_int(q, 7, w->unreviewed);
        for (DbStep step; (step = db_next(q, err)) != DB_END;)
            if (step == DB_FAILED ||
                !keep(ret, (Candidate) { db_int(q, 0), db_is_null(q, 1) ? 0 : db_int(q, 1), db_int(q, 2), state == ACT_CLOSED }, err))
                return false;
    }
    return true;
}

/* Acts opened to this person in name: an opinion asked of an expert of another group. */
static bool own_find(Db *db, const ActsFound *w, Candidates *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id, act.deadline_at_ms, act.created_at_ms, act.state"
                                     "  FROM access_grant JOIN act ON act.id = access_grant.act_id"
                                     " WHERE access_grant.person_id = ?1 AND (access_grant.until_s IS NULL OR access_grant.until_s > ?2)" NAMED
                                     " ORDER BY act.id DESC LIMIT ?5");
    db_bind_int(q, 1, w->who->person_id);
    db_bind_int(q, 2, w->now_s);
    db_bind_int(q, 5, ACTS_LISTED_MAX);
    db_bind_text(q, 6, w->folded);
    db_bind_int(q, 7, w->unreviewed);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        ActState state = act_state_from_name(db_slice(q, 3));
        if ((w->states & (1u << state)) &&
            !keep(ret, (Candidate) { db_int(q, 0), db_is_null(q, 1) ? 0 : db_int(q, 1), db_int(q, 2), state == ACT_CLOSED }, err))
            return false;
    }
    return true;
}

static bool membership_find(Db *db, const ActsFound *w, const Membership *m, Candidates *ret, Err *err)
{
    enum { SITE_ROLES = ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN | ROLE_NUCLEAR_PHYSICIAN };
    const struct {
        bool wanted;
        Part part;
    } PARTS[] = {
        { w->requests && (m->roles & ROLE_REQUESTER), OF_REQUESTER },
        { w->site && (m->roles & SITE_ROLES), OF_SITE },
        { w->imaging && (m->roles & ROLE_IMAGER), OF_IMAGING },
    };
    for (size_t i = 0; i < COUNT(PARTS); i++)
        for (int state = 0; PARTS[i].wanted && state < ACT_STATES; state++)
            if ((w->states & (1u << state)) &&
                !part_find(db, w, PARTS[i].part, m->organisation_id, (ActState)state, ret, err))
                return false;
    return true;
}

bool acts_find(Db *db, const ActsFound *wanted, int64_t ret_ids[ACTS_LISTED_MAX], size_t *ret_count, Err *err)
{
    Candidates c  = { 0 };
    bool       ok = !wanted->imaging || own_find(db, wanted, &c, err);
    for (size_t i = 0; ok && i < wanted->who->membership_count; i++)
        ok = membership_find(db, wanted, &wanted->who->memberships[i], &c, err);
    *ret_count = 0;
    if (ok && c.count)
        qsort(c.list, c.count, sizeof *c.list, by_urgency);
    for (size_t i = 0; ok && i < c.count && *ret_count < ACTS_LISTED_MAX; i++)
        if (!i || c.list[i].id != c.list[i - 1].id) /* seen in two parts: side by side after sorting */
            ret_ids[(*ret_count)++] = c.list[i].id;
    free(c.list);
    return ok;
}
