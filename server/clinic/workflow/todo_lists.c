/*
 * What an act asks of whom now, of what stands in its lists: questions, orders, findings, incidents, experts, prescriptions,
 * duties, people called. Pure. S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/todo.h"

#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/expertise.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t int_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static int64_t place_of(const Act *a, unsigned role)
{
    return role == ROLE_REQUESTER ? a->requester_org_id : role == ROLE_IMAGER ? a->imaging_id : a->site_id;
}

/* The person who has this part in the act, so that it is told as theirs. */
static int64_t whose(const Act *a, unsigned role)
{
    return role == ROLE_REQUESTER ? a->requester_id
           : role == ROLE_IMAGER  ? a->imager_id
           : role == ROLE_TECHNOLOGIST ? a->technologist_id
           : role == ROLE_LOCAL_PHYSICIAN ? act_fact_int(a, "local_physician", "person_id")
                                          : 0;
}

static void ask(Todos *t, const Act *a, const char *kind, const json_t *item, unsigned role, TodoPress press, int64_t due_ms, const char *text)
{
    todo_add(t, (Todo) { .kind = kind, .item = int_of(item, "id"), .organisation_id = place_of(a, role), .role = role, .person_id = whose(a, role),
                         .press = press, .due_ms = due_ms, .since_ms = int_of(item, "at_ms"), .text = text });
}

/* ---- questions, orders ---- */

static void questions(const Act *a, Todos *t)
{
    size_t        i;
    const json_t *one;
    if (a->state != ACT_INFO_ASKED && !(act_is_expertise(a) && a->state == ACT_VALIDATED))
        return;
    json_array_foreach (json_object_get(a->facts, "questions"), i, one)
        if (!json_object_get(one, "answered_at_ms"))
            ask(t, a, "answer-question", one, ROLE_REQUESTER, TODO_TODAY, todo_clock(a, "information"), text_of(one, "text"));
}

static void second_questions(const Act *a, Todos *t)
{
    size_t        i, k;
    const json_t *one, *expert;
    json_array_foreach (json_object_get(a->facts, "second_questions"), i, one)
        json_array_foreach (act_fact(a, "experts", "list"), k, expert)
            if (!json_object_get(one, "answered_at_ms") && strcmp(text_of(expert, "state"), "answered") == 0)
                todo_add(t, (Todo) { .kind = "answer-again", .item = int_of(one, "id"), .role = ROLE_IMAGER, .person_id = int_of(expert, "person_id"),
                                     .alone = true, .press = TODO_TODAY, .since_ms = int_of(one, "at_ms"), .text = text_of(one, "text") });
}

static void order_to(const Act *a, Todos *t, const json_t *order, const char *to)
{
    unsigned role = role_from_name(slice_of(to));
    if (role)
        ask(t, a, "order", order, role, json_object_get(order, "acknowledged_at_ms") ? TODO_TODAY : TODO_NOW, int_of(order, "due_ms"),
            text_of(order, "text"));
}

static void orders(const Act *a, Todos *t)
{
    size_t        i, k;
    const json_t *order, *called;
    json_array_foreach (json_object_get(a->facts, "orders"), i, order) {
        if (json_object_get(order, "answered_at_ms"))
            continue;
        order_to(a, t, order, text_of(order, "to"));
        json_array_foreach (json_object_get(order, "called"), k, called)
            if (strcmp(json_string_value(called), text_of(order, "to")) != 0)
                order_to(a, t, order, json_string_value(called));
    }
}

/* ---- urgent findings, incidents ---- */

static void findings(const Act *a, Todos *t)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "urgent"), i, one) {
        bool    told     = json_array_size(json_object_get(one, "told")) > 0;
        int64_t due_ms   = int_of(one, "due_ms"), delegate = int_of(json_object_get(one, "delegate"), "person_id");
        if (json_object_get(one, "action"))
            continue;
        if (!told)
            ask(t, a, "urgent-tell", one, ROLE_IMAGER, TODO_NOW, due_ms, text_of(one, "text"));
        ask(t, a, told ? "urgent-act" : "urgent-call", one, ROLE_REQUESTER, TODO_NOW, due_ms, text_of(one, "text"));
        ask(t, a, told ? "urgent-act" : "urgent-call", one, ROLE_LOCAL_PHYSICIAN, TODO_NOW, due_ms, text_of(one, "text"));
        if (delegate)
            todo_add(t, (Todo) { .kind = "urgent-act", .item = int_of(one, "id"), .person_id = delegate, .alone = true, .press = TODO_NOW, .due_ms = due_ms,
                                 .since_ms = int_of(one, "at_ms"), .text = text_of(one, "text") });
    }
}

static void incidents(const Act *a, Todos *t)
{
    static const unsigned TOLD[] = { ROLE_LOCAL_PHYSICIAN, ROLE_IMAGER };
    size_t                i;
    const json_t         *one;
    json_array_foreach (json_object_get(a->facts, "incidents"), i, one) {
        bool adverse = strcmp(text_of(one, "kind"), "adverse-effect") == 0;
        for (size_t k = 0; k < COUNT(TOLD) && json_object_get(one, "due_ms"); k++)
            if (!json_object_get(json_object_get(one, "acknowledged"), role_name(TOLD[k])))
                ask(t, a, "incident", one, TOLD[k], TODO_NOW, int_of(one, "due_ms"), text_of(one, "text"));
        if (adverse && !json_object_get(one, "care"))
            ask(t, a, "record-care", one, ROLE_LOCAL_PHYSICIAN, TODO_NOW, 0, text_of(one, "text"));
        if (!json_object_get(one, "resolved_at_ms") && (!adverse || json_object_get(one, "care")))
            ask(t, a, "resolve-incident", one, ROLE_TECHNOLOGIST, TODO_LATER, 0, text_of(one, "text"));
    }
}

/* ---- who is asked in person ---- */

static void local_physician(const Act *a, Todos *t)
{
    const json_t *asked = act_local_asked(a);
    int64_t       id    = int_of(asked, "person_id"), clock = todo_clock(a, "presence");
    bool          open  = a->state == ACT_VALIDATED || a->state == ACT_PLANNED || a->state == ACT_RUNNING || a->state == ACT_RELEASED;
    if (id && open)
        todo_add(t, (Todo) { .kind = "confirm-presence", .organisation_id = a->site_id, .role = ROLE_LOCAL_PHYSICIAN, .person_id = id, .alone = true,
                             .press = act_patient_is_on_site(a) ? TODO_NOW : TODO_LATER, .due_ms = clock ? clock : a->slot_start_ms,
                             .since_ms = int_of(asked, "at_ms") });
}

static void experts(const Act *a, Todos *t)
{
    size_t        i;
    const json_t *one;
    if (a->state != ACT_ASKED && a->state != ACT_INFO_ASKED && a->state != ACT_VALIDATED)
        return;
    json_array_foreach (act_fact(a, "experts", "list"), i, one) {
        const char *state = text_of(one, "state");
        int64_t     id    = int_of(one, "person_id");
        bool        asked = strcmp(state, "asked") == 0;
        if (asked || strcmp(state, "accepted") == 0)
            todo_add(t, (Todo) { .kind = asked ? "expertise-answer" : id == a->reader_id ? "expertise-report" : "expertise-opinion", .role = ROLE_IMAGER,
                                 .person_id = id, .alone = true, .press = TODO_TODAY, .due_ms = todo_clock(a, asked ? "verdict" : "report"),
                                 .since_ms = int_of(one, "asked_at_ms") });
    }
}

/* Some refused and nobody has accepted yet: their requester reads why, and may ask others. T3 */
static void expert_refusals(const Act *a, Todos *t)
{
    const json_t *all  = act_fact(a, "refusals", NULL);
    const json_t *last = json_array_get(all, json_array_size(all) - 1);
    bool          open = a->state == ACT_ASKED || a->state == ACT_INFO_ASKED;
    if (act_is_expertise(a) && open && last && int_of(last, "at_ms") > act_fact_int(a, "experts", "at_ms"))
        ask(t, a, "expert-refused", last, ROLE_REQUESTER, TODO_TODAY, todo_clock(a, "verdict"), text_of(last, "text"));
}

/* A delay has passed and this person was called for it, by the convention's chain. E10 */
static void called(const Act *a, Todos *t)
{
    size_t        i, k, p;
    const json_t *late, *call, *person;
    json_array_foreach (json_object_get(a->facts, "overdue"), i, late) {
        if (!act_clock_runs(&a->clocks, text_of(late, "what"), int_of(late, "due_ms")))
            continue;
        json_array_foreach (json_object_get(late, "called"), k, call)
            json_array_foreach (json_object_get(call, "people"), p, person)
                todo_add(t, (Todo) { .kind = "called", .item = int_of(late, "due_ms"), .role = role_from_name(slice_of(text_of(person, "role"))),
                                     .person_id = int_of(person, "person_id"), .alone = true, .press = TODO_NOW, .due_ms = int_of(late, "due_ms"),
                                     .since_ms = int_of(call, "at_ms"), .text = text_of(late, "what") });
    }
}

/* ---- products ---- */

static bool is_given(const Act *a, int64_t prescription_id)
{
    size_t        i;
    const json_t *drug;
    json_array_foreach (json_object_get(a->facts, "drugs"), i, drug)
        if (int_of(drug, "prescription_id") == prescription_id)
            return true;
    return false;
}

static bool is_prepared(const Act *a, int64_t prescription_id)
{
    size_t        i;
    const json_t *dose;
    json_array_foreach (json_object_get(a->facts, "prepared_doses"), i, dose)
        if (int_of(dose, "prescription_id") == prescription_id && !json_object_get(dose, "set_aside"))
            return true;
    return false;
}

static void prescriptions(const Act *a, Todos *t)
{
    size_t        i;
    const json_t *one;
    if (a->state != ACT_VALIDATED && a->state != ACT_PLANNED && a->state != ACT_RUNNING)
        return;
    json_array_foreach (json_object_get(a->facts, "prescriptions"), i, one) {
        if (is_given(a, int_of(one, "id")) || is_prepared(a, int_of(one, "id")))
            continue;
        TodoPress press = a->state == ACT_RUNNING ? TODO_NOW : TODO_TODAY;
        ask(t, a, "prepare-drug", one, ROLE_PHARMACIST, press, a->slot_start_ms, text_of(one, "text"));
        ask(t, a, "prepare-drug", one, ROLE_PHARMACY_TECH, press, a->slot_start_ms, text_of(one, "text"));
    }
}

/* ---- duties after the report ---- */

static void duty_of_person(const Duty *d, const Act *a, Todos *t)
{
    const json_t *people[DUTIES_MAX];
    size_t        count = act_record_people(a, people);
    for (size_t i = 0; i < count; i++)
        if (act_record_person_id(people[i]) == d->item) {
            const char *name = text_of(people[i], "role");
            todo_add(t, (Todo) { .kind = "duty-record", .item = d->item, .role = *name ? role_from_name(slice_of(name)) : ROLE_LOCAL_PHYSICIAN,
                                 .person_id = d->item, .alone = true, .press = TODO_LATER, .due_ms = d->due_ms });
        }
}

static void duties(const Act *a, Todos *t)
{
    static const struct {
        const char *kind, *todo;
        unsigned    roles; /* 0: by the party */
    } KINDS[] = {
        { "announcement", "duty-announcement", ROLE_REQUESTER }, { "inform", "duty-inform", ROLE_REQUESTER },
        { "dmp", "duty-dmp", ROLE_REQUESTER },                   { "site", "duty-site", ROLE_TECHNOLOGIST | ROLE_SECRETARY },
        { "delivery", "duty-delivery", ROLE_REQUESTER | ROLE_SECRETARY }, { "follow-up", "duty-follow-up", 0 },
    };
    Duty   list[DUTIES_MAX];
    size_t count = duties_of(a, list);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].kind, "record") == 0)
            duty_of_person(&list[i], a, t);
        for (size_t k = 0; k < COUNT(KINDS); k++) {
            unsigned party = strcmp(list[i].party, "imaging") == 0 ? ROLE_IMAGER : strcmp(list[i].party, "site") == 0 ? ROLE_LOCAL_PHYSICIAN : ROLE_REQUESTER;
            if (strcmp(list[i].kind, KINDS[k].kind) != 0)
                continue;
            for (unsigned roles = KINDS[k].roles ? KINDS[k].roles : party; roles; roles &= roles - 1)
                todo_add(t, (Todo) { .kind = KINDS[k].todo, .item = list[i].item, .organisation_id = place_of(a, roles & -roles), .role = roles & -roles,
                                     .person_id = whose(a, roles & -roles), .press = TODO_LATER, .due_ms = list[i].due_ms, .text = list[i].text });
        }
    }
}

/* Calls that rang for somebody and were not answered, until that person has seen it. E13 */
static void missed_calls(const Act *a, Todos *t)
{
    size_t        i, k;
    const json_t *call, *one;
    json_array_foreach (act_fact(a, "calls", NULL), i, call)
        json_array_foreach (json_object_get(call, "missed"), k, one) {
            unsigned role = role_from_name(slice_of(text_of(call, "to")));
            todo_add(t, (Todo) { .kind = "missed-call", .item = int_of(call, "id"), .organisation_id = place_of(a, role), .role = role,
                                 .person_id = int_of(one, "person_id"), .alone = true, .press = TODO_NOW, .since_ms = int_of(call, "at_ms"),
                                 .text = text_of(json_object_get(call, "by"), "name") });
        }
}

void todos_of_lists(const Act *a, Todos *ret)
{
    findings(a, ret);
    incidents(a, ret);
    orders(a, ret);
    questions(a, ret);
    called(a, ret);
    local_physician(a, ret);
    experts(a, ret);
    expert_refusals(a, ret);
    second_questions(a, ret);
    prescriptions(a, ret);
    duties(a, ret);
    missed_calls(a, ret);
}
