/*
 * Which acts a list shows: the index of each organisation and state, merged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_find.h"

#include <stdlib.h>

#include "clinic/workflow/act_store.h"

typedef struct Candidate {
    int64_t  id, deadline_ms, created_ms; /* deadline 0: none */
    ActState state;
    bool     assistance;
    bool     unchecked; /* whether this person may see it is still to be asked */
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
    if ((a->state == ACT_CLOSED) != (b->state == ACT_CLOSED))
        return a->state == ACT_CLOSED ? 1 : -1;
    if (!a->deadline_ms != !b->deadline_ms)
        return a->deadline_ms ? -1 : 1;
    if (a->deadline_ms != b->deadline_ms)
        return a->deadline_ms < b->deadline_ms ? -1 : 1;
    if (a->created_ms != b->created_ms)
        return a->created_ms > b->created_ms ? -1 : 1;
    return (a->id < b->id) - (a->id > b->id);
}

/*
 * A word is looked for in two ways. What it names is counted first, along the index of the numbers and the patients: few acts are looked at
 * one by one. Where it names many (a common name) each list is read in its order instead: the places are filled before the list ends.
 */
enum { NAMED_MAX = 4000, INS_DIGITS_MIN = 13, INS_DIGITS = 15 };

#define PATIENT_NAMED                                                                                                                  \
    "(instr(patient.birth_name_key, ?6) OR instr(patient.used_name_key, ?6) OR instr(patient.first_given_key, ?6)"                     \
    " OR instr(lower(patient.given_names), ?6) OR instr(lower(patient.ipp), ?6)"                                                       \
    " OR (?8 <> '' AND patient.ins_value >= ?8 AND patient.ins_value < ?8 || 'Z'))"
#define NAMED                                                                                                                          \
    "   AND (?6 = '' OR EXISTS (SELECT 1 FROM patient WHERE patient.id = act.patient_id"                                               \
    "        AND (instr(replace(lower(act.number), '-', ' '), ?6) OR " PATIENT_NAMED ")))" UNREVIEWED
#define UNREVIEWED                                                                                           \
    "   AND (?7 = 0 OR (json_extract(act.facts, '$.emergency_exception.at_ms') IS NOT NULL"                  \
    "        AND json_extract(act.facts, '$.emergency_exception.review.at_ms') IS NULL))"
#define OF_MODALITY "   AND (?9 = '' OR act.modality = ?9)"
#define ASSISTANCE "act.kind = 'tele-assistance'"
#define PART(column, deadline, order)                                                                        \
    "SELECT act.id, act.deadline_at_ms, act.created_at_ms, " ASSISTANCE " FROM act"                                          \
    " WHERE act." column " = ?3 AND act.state = ?4 AND act.deadline_at_ms " deadline                         \
    "   AND " ACT_GRANT_SQL("act.id", "?1", "?2") NAMED OF_MODALITY " ORDER BY " order " LIMIT ?5"
#define PAIR(column)                                                                                         \
    {                                                                                                        \
        PART(column, "IS NOT NULL", "act.deadline_at_ms"), PART(column, "IS NULL", "act.created_at_ms DESC") \
    }

/* Thirteen characters and perhaps the key of a national identity number, however they are spaced; "" when it is none. */
static void ins_of(Slice word, char ret[INS_DIGITS + 1])
{
    size_t len = 0;
    ret[0]     = '\0';
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];
        if (c == ' ' || c == '.')
            continue;
        bool digit = c >= '0' && c <= '9', corsican = (c == 'a' || c == 'b') && len == 6;
        if ((!digit && !corsican) || len == INS_DIGITS)
            return;
        ret[len++] = corsican && !digit ? (char)(c - 'a' + 'A') : c;
        ret[len]   = '\0';
    }
    if (len < INS_DIGITS_MIN)
        ret[0] = '\0';
}

/* ?6 the word, ?7 only what waits for a review, ?8 the identity number (the key, two digits, may be left out). */
static void words_bind(DbQuery *q, const ActsFound *w)
{
    char ins[INS_DIGITS + 1];
    ins_of(w->folded, ins);
    db_bind_text(q, 6, w->folded);
    db_bind_int(q, 7, w->unreviewed);
    db_bind_cstr(q, 8, ins);
}

/* ?9; "" and not NULL when none is wanted. */
static void modality_bind(DbQuery *q, const ActsFound *w)
{
    db_bind_text(q, 9, w->modality.len ? w->modality : SLICE(""));
}

static bool looked_at(const ActsFound *w, ActState state)
{
    return (w->states | w->counted) & (1u << state);
}

/* A row: id, deadline, creation, whether it is a tele-assistance. */
static Candidate candidate_of(DbQuery *q, ActState state)
{
    return (Candidate) { .id = db_int(q, 0), .deadline_ms = db_is_null(q, 1) ? 0 : db_int(q, 1), .created_ms = db_int(q, 2), .state = state,
                         .assistance = db_int(q, 3) != 0 };
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
        words_bind(q, w);
        modality_bind(q, w);
        for (DbStep step; (step = db_next(q, err)) != DB_END;)
            if (step == DB_FAILED ||
                !keep(ret, candidate_of(q, state), err))
                return false;
    }
    return true;
}

/* Acts opened to this person in name: an opinion asked of an expert of another group. */
static bool own_find(Db *db, const ActsFound *w, Candidates *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id, act.deadline_at_ms, act.created_at_ms, " ASSISTANCE ", act.state"
                                     "  FROM access_grant JOIN act ON act.id = access_grant.act_id"
                                     " WHERE access_grant.person_id = ?1 AND (access_grant.until_s IS NULL OR access_grant.until_s > ?2)" NAMED OF_MODALITY
                                     " ORDER BY act.id DESC LIMIT ?5");
    db_bind_int(q, 1, w->who->person_id);
    db_bind_int(q, 2, w->now_s);
    db_bind_int(q, 5, ACTS_LISTED_MAX);
    words_bind(q, w);
    modality_bind(q, w);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        ActState state = act_state_from_name(db_slice(q, 4));
        if (looked_at(w, state) &&
            !keep(ret, candidate_of(q, state), err))
            return false;
    }
    return true;
}

enum { SITE_ROLES = ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN | ROLE_NUCLEAR_PHYSICIAN };

/* As what the roles of one membership open lists. */
static bool part_wanted(const ActsFound *w, const Membership *m, Part part)
{
    switch (part) {
    case OF_REQUESTER:
        return w->requests && (m->roles & ROLE_REQUESTER);
    case OF_SITE:
        return w->site && (m->roles & SITE_ROLES);
    case OF_IMAGING:
        return w->imaging && (m->roles & ROLE_IMAGER);
    }
    return false;
}

static bool membership_find(Db *db, const ActsFound *w, const Membership *m, Candidates *ret, Err *err)
{
    for (Part part = OF_REQUESTER; part <= OF_IMAGING; part++)
        for (int state = 0; part_wanted(w, m, part) && state < ACT_STATES; state++)
            if (looked_at(w, (ActState)state) && !part_find(db, w, part, m->organisation_id, (ActState)state, ret, err))
                return false;
    return true;
}

/* ---- by a word that names few ---- */

typedef struct Named {
    int64_t *ids; /* owned, NAMED_MAX + 1 of them */
    size_t   count;
} Named;

static bool named_take(DbQuery *q, Named *ret, Err *err)
{
    for (DbStep step; ret->count <= NAMED_MAX && (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        ret->ids[ret->count++] = db_int(q, 0);
    }
    return true;
}

static bool has_digit(Slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] >= '0' && word.at[i] <= '9')
            return true;
    return false;
}

enum { NUMBER_MAX = 128 };

/* As numbers are written: in capitals (hyphens are folded on both sides), so that the whole index is read without folding each of them. */
static void number_of(Slice word, char ret[NUMBER_MAX])
{
    size_t len = 0;
    for (; len < word.len && len + 1 < NUMBER_MAX; len++)
        ret[len] = word.at[len] >= 'a' && word.at[len] <= 'z' ? (char)(word.at[len] - 'a' + 'A') : word.at[len];
    ret[len] = '\0';
}

/* Acts by their number (each has a digit; a folded word has spaces for hyphens), and those of the patients; at most NAMED_MAX + 1, some perhaps twice. */
static bool named_find(Db *db, const ActsFound *w, Named *ret, Err *err)
{
    OWNED(DbQuery) *numbers  = db_query(db, "SELECT act.id FROM act WHERE instr(replace(act.number, '-', ' '), ?1) LIMIT ?2");
    OWNED(DbQuery) *patients = db_query(db, "SELECT act.id FROM act WHERE act.patient_id IN"
                                            " (SELECT patient.id FROM patient WHERE " PATIENT_NAMED ") LIMIT ?1");
    char number[NUMBER_MAX];
    number_of(w->folded, number);
    db_bind_cstr(numbers, 1, number);
    db_bind_int(numbers, 2, NAMED_MAX + 1);
    words_bind(patients, w);
    db_bind_int(patients, 1, NAMED_MAX + 1);
    return (!has_digit(w->folded) || named_take(numbers, ret, err)) && named_take(patients, ret, err);
}

static bool is_in_view(const ActsFound *w, const int64_t party[OF_IMAGING + 1])
{
    for (size_t i = 0; i < w->who->membership_count; i++)
        for (Part part = OF_REQUESTER; part <= OF_IMAGING; part++)
            if (w->who->memberships[i].organisation_id == party[part] && part_wanted(w, &w->who->memberships[i], part))
                return true;
    return false;
}

static bool named_look(Db *db, const ActsFound *w, int64_t id, Candidates *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id, act.deadline_at_ms, act.created_at_ms, " ASSISTANCE ", act.state,"
                                     "       act.requester_org_id, act.site_id, act.imaging_id FROM act WHERE act.id = ?1" UNREVIEWED OF_MODALITY);
    db_bind_int(q, 1, id);
    db_bind_int(q, 7, w->unreviewed);
    modality_bind(q, w);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    ActState  state   = act_state_from_name(db_slice(q, 4));
    int64_t   party[] = { [OF_REQUESTER] = db_int(q, 5), [OF_SITE] = db_int(q, 6), [OF_IMAGING] = db_int(q, 7) };
    Candidate one     = candidate_of(q, state);
    one.unchecked     = true;
    return !looked_at(w, state) || !is_in_view(w, party) || keep(ret, one, err);
}

/* *ret_many: too many to be looked at one by one; nothing was kept then. */
static bool by_word(Db *db, const ActsFound *w, Candidates *ret, bool *ret_many, Err *err)
{
    Named named = { .ids = malloc((NAMED_MAX + 1) * sizeof(int64_t)) };
    if (!named.ids)
        return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    bool ok   = named_find(db, w, &named, err);
    *ret_many = named.count > NAMED_MAX;
    for (size_t i = 0; ok && !*ret_many && i < named.count; i++)
        ok = named_look(db, w, named.ids[i], ret, err);
    free(named.ids);
    return ok;
}

static bool may_see(Db *db, const ActsFound *w, int64_t id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM act WHERE act.id = ?3 AND " ACT_GRANT_SQL("act.id", "?1", "?2"));
    db_bind_int(q, 1, w->who->person_id);
    db_bind_int(q, 2, w->now_s);
    db_bind_int(q, 3, id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool everything(Db *db, const ActsFound *w, Candidates *ret, Err *err)
{
    bool many = true;
    if (w->imaging && !own_find(db, w, ret, err))
        return false;
    if (w->folded.len && !by_word(db, w, ret, &many, err))
        return false;
    for (size_t i = 0; many && i < w->who->membership_count; i++)
        if (!membership_find(db, w, &w->who->memberships[i], ret, err))
            return false;
    return true;
}

static void count_one(ActsList *ret, const Candidate *one)
{
    if (ret->in_state[one->state] < ACTS_LISTED_MAX)
        ret->in_state[one->state]++;
    if (one->assistance && ret->assistances[one->state] < ACTS_LISTED_MAX)
        ret->assistances[one->state]++;
}

static bool kind_wanted(const ActsFound *w, const Candidate *one)
{
    return w->kinds == ACTS_ALL || one->assistance == (w->kinds == ACTS_ASSISTANCES);
}

bool acts_find(Db *db, const ActsFound *wanted, ActsList *ret, Err *err)
{
    Candidates c    = { 0 };
    bool       ok   = everything(db, wanted, &c, err);
    int64_t    last = 0;
    *ret            = (ActsList) { 0 };
    if (ok && c.count)
        qsort(c.list, c.count, sizeof *c.list, by_urgency);
    for (size_t i = 0; ok && i < c.count; i++) {
        const Candidate *one  = &c.list[i];
        bool             seen = one->id != last; /* else seen in two parts: side by side after sorting */
        last                  = one->id;
        if (seen && one->unchecked)
            ok = may_see(db, wanted, one->id, &seen, err);
        if (!ok || !seen)
            continue;
        count_one(ret, one);
        if (!(wanted->states & (1u << one->state)) || !kind_wanted(wanted, one))
            continue;
        if (ret->count < wanted->limit && ret->count < ACTS_LISTED_MAX)
            ret->ids[ret->count++] = one->id;
        else
            ret->more = true;
    }
    free(c.list);
    return ok;
}
