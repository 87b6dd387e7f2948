/*
 * To whom an act goes: the imagers on duty held against each other, and what is kept of the choice. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_assign.h"

#include "clinic/workflow/act_overdue.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/roster.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000 };

/* ---- one candidate ---- */

typedef struct Candidate {
    int64_t         person_id, last_ms; /* when something was assigned last; 0: never */
    AssignmentScore score;
    const json_t   *duty; /* borrowed: name, phone */
} Candidate;

static bool load_of(Db *db, Candidate *c, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT coalesce(sum(act.state IN ('asked','info-asked','validated','planned','running','gone',"
                                     "       'released','left')), 0), coalesce(max(act_assignment.at_ms), 0)"
                                     "  FROM act_assignment JOIN act ON act.id = act_assignment.act_id"
                                     " WHERE act_assignment.person_id = ?1");
    db_bind_int(q, 1, c->person_id);
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "load");
    c->score.load = db_int(q, 0);
    c->last_ms    = db_int(q, 1);
    return true;
}

/* The better score; the same: who has waited longer, then the lower number, so that it is never by chance. */
static bool better(const Candidate *a, const Candidate *b)
{
    if (a->score.score != b->score.score)
        return a->score.score > b->score.score;
    return a->last_ms != b->last_ms ? a->last_ms < b->last_ms : a->person_id < b->person_id;
}

static json_t *explanation(const Candidate *c)
{
    return json_pack("{s:I, s:O?, s:i, s:i, s:i, s:I, s:I}", "person_id", (json_int_t)c->person_id, "name",
                     json_object_get(c->duty, "name"), "urgency", c->score.urgency, "pressure", c->score.pressure, "competence",
                     c->score.competence, "load", (json_int_t)c->score.load, "score", (json_int_t)c->score.score);
}

static bool was_asked(const Act *a, int64_t person_id)
{
    size_t  i;
    json_t *one;
    if (act_fact_int(a, "assignment", "person_id") == person_id)
        return true;
    if (act_is_expertise(a) && (expert_of(a, person_id) || a->requester_id == person_id))
        return true; /* whatever they answered; and nobody gives themselves an opinion */
    json_array_foreach (act_fact(a, "assignment", "asked"), i, one)
        if (json_integer_value(one) == person_id)
            return true;
    return false;
}

/* The best of those on duty who were not asked yet; *ret_all: how each was held against the act. */
static bool best_on_duty(Db *db, const Act *a, const json_t *duties, Candidate *ret, json_t *ret_all, Err *err)
{
    size_t  i;
    json_t *duty;
    int64_t now_ms = clock_now_ms(), limit_ms = act_exam_limit_ms(a);
    json_array_foreach (duties, i, duty) {
        Candidate c = { .person_id = json_integer_value(json_object_get(duty, "person_id")), .duty = duty };
        if (was_asked(a, c.person_id))
            continue;
        c.score.urgency  = assignment_urgency(a->priority);
        c.score.pressure = assignment_pressure(a->asked_at_ms, limit_ms, now_ms);
        if (!roster_competence(db, c.person_id, a->modality, a->region, &c.score.competence, err) || !load_of(db, &c, err))
            return false;
        assignment_score(&c.score);
        json_push(ret_all, explanation(&c));
        if (!ret->person_id || better(&c, ret))
            *ret = c;
    }
    return true;
}

/* ---- the job ---- */

static bool still_open(const Act *a)
{
    bool person = act_fact(a, "assignment", "person_id") != NULL;
    if (act_is_expertise(a))
        return a->state == ACT_ASKED && expertise_expert_limit_ms(a) && expertise_expert_limit_ms(a) <= clock_now_ms() &&
               json_array_size(act_fact(a, "experts", "list")) < EXPERTS_MAX;
    if (a->state != ACT_ASKED || act_fact(a, "questions", NULL))
        return false; /* somebody answers */
    if (!person)
        return true;
    int64_t until_ms = act_fact_int(a, "assignment", "at_ms") + act_fact_int(a, "delays", "assign_min") * MINUTE_MS;
    return !act_fact(a, "assignment", "taken_at_ms") && act_fact(a, "delays", "assign_min") && clock_now_ms() >= until_ms;
}

static bool nobody(Db *db, const ActHouse *house, const Act *a, json_t *considered, Err *err)
{
    OWNED(json_t) *people = NULL;
    if (act_fact_int(a, "assignment", "nobody_at_ms") > act_fact_int(a, "assignment", "at_ms"))
        return true; /* said already */
    return act_called_people(db, a, "responsible-imaging", clock_now_ms(), &people, err) &&
           act_do_system(db, house, a->id, "nobody-on-duty", json_pack("{s:O, s:O}", "people", people, "considered", considered), err);
}

bool act_assign_work(Db *db, const ActHouse *house, const json_t *payload, Err *err)
{
    OWNED_ACT a               = { 0 };
    Candidate best            = { 0 };
    OWNED(json_t) *duties     = NULL;
    OWNED(json_t) *considered = json_array();
    if (!act_load(db, json_integer_value(json_object_get(payload, "act_id")), &a, err))
        return false;
    if (!still_open(&a))
        return true;
    if (!roster_on_duty(db, a.imaging_id, "imager", clock_now_ms(), &duties, err) ||
        !best_on_duty(db, &a, duties, &best, considered, err))
        return false;
    if (!best.person_id)
        return nobody(db, house, &a, considered, err);
    if (act_is_expertise(&a)) {
        OWNED(json_t) *why = explanation(&best);
        return expertise_ask_on_duty(db, house, &a, best.duty, why, considered, err);
    }
    return act_do_system(db, house, a.id, "assign-duty",
                         json_pack("{s:I, s:O?, s:O?, s:o, s:O}", "person_id", (json_int_t)best.person_id, "name",
                                   json_object_get(best.duty, "name"), "phone", json_object_get(best.duty, "phone"), "explanation",
                                   explanation(&best), "considered", considered),
                         err);
}

/* ---- hooks ---- */

bool assignment_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    size_t  i;
    json_t *duty;
    (void)who;
    if (!data || !slice_equal_text(step, "assign"))
        return true;
    OWNED(json_t) *duties = NULL;
    if (!roster_on_duty(db, a->imaging_id, "imager", ret->scene.now_ms, &duties, err))
        return false;
    json_array_foreach (duties, i, duty)
        if (json_integer_value(json_object_get(duty, "person_id")) == json_integer_value(json_object_get(data, "person_id")))
            ret->scene.assignee_fits = true;
    return true;
}

bool assignment_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    Person person;
    char   name[160];
    (void)a, (void)loaded, (void)event;
    if (!slice_equal_text(step, "assign"))
        return true;
    if (!person_load(db, json_integer_value(json_object_get(data, "person_id")), &person, err))
        return false;
    person_shown_name(&person, name, sizeof name);
    return json_put(data, "name", json_string(name)) && json_put(data, "phone", json_string(person.phone));
}

/* The table of loads follows the facts. */
static bool load_store(Db *db, const Act *a, Err *err)
{
    int64_t person_id = act_fact_int(a, "assignment", "person_id");
    OWNED(DbQuery) *q = person_id ? db_query(db, "INSERT INTO act_assignment (act_id, person_id, at_ms) VALUES (?1, ?2, ?3)"
                                                 " ON CONFLICT (act_id) DO UPDATE SET person_id = excluded.person_id, at_ms = excluded.at_ms")
                                  : db_query(db, "DELETE FROM act_assignment WHERE act_id = ?1");
    db_bind_int(q, 1, a->id);
    if (person_id) {
        db_bind_int(q, 2, person_id);
        db_bind_int(q, 3, act_fact_int(a, "assignment", "at_ms"));
    }
    return db_run(q, err);
}

bool assignment_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *e, Err *err)
{
    static const char *const CHANGES[] = { "take", "give-back", "assign", "assign-duty" };
    const char              *what      = json_string_value(json_object_get(e->data, "what"));
    (void)house, (void)before;
    for (size_t i = 0; i < COUNT(CHANGES); i++)
        if (strcmp(e->step, CHANGES[i]) == 0 && !load_store(db, after, err))
            return false;
    bool asks = strcmp(e->step, "send") == 0 || strcmp(e->step, "give-back") == 0 ||
                (strcmp(e->step, "overdue") == 0 && what && strcmp(what, "assignment") == 0);
    return !asks || act_job_add(db, "act.assign", json_pack("{s:I}", "act_id", (json_int_t)after->id), e->at_ms, err);
}

/* ---- who is on duty for an act ---- */

bool act_duty_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a        = { 0 };
    json_t *site       = NULL;
    OWNED(json_t) *all = json_object();
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err))
        return false;
    int64_t now_ms = clock_now_ms(), at_ms = a.slot_start_ms > now_ms ? a.slot_start_ms : now_ms;
    if (!roster_on_duty(db, a.site_id, NULL, at_ms, &site, err))
        return false;
    json_put(all, "at_ms", json_integer(at_ms));
    json_put(all, "site", site);
    json_t *imaging = NULL;
    if (!roster_on_duty(db, a.imaging_id, NULL, at_ms, &imaging, err))
        return false;
    json_put(all, "imaging", imaging);
    *ret = GIVE(all);
    return true;
}
