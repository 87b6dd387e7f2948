/*
 * What an act asks of whom now, by state and facts: one row a task. Pure. S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/todo.h"

#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/prepared_dose.h"

void todo_add(Todos *t, Todo one)
{
    if (!one.text)
        one.text = "";
    if (t->count < TODOS_MAX)
        t->at[t->count++] = one;
}

int64_t todo_clock(const Act *a, const char *what)
{
    for (size_t i = 0; i < a->clocks.count; i++)
        if (strcmp(a->clocks.items[i].what, what) == 0)
            return a->clocks.items[i].at_ms;
    return 0;
}

/* ---- whose it is ---- */

static int64_t requester(const Act *a)
{
    return a->requester_id;
}

static int64_t imager(const Act *a)
{
    return a->imager_id;
}

static int64_t reader(const Act *a)
{
    return a->reader_id ? a->reader_id : a->imager_id;
}

static int64_t technologist(const Act *a)
{
    return a->technologist_id;
}

static int64_t assignee(const Act *a)
{
    return act_fact_int(a, "assignment", "person_id");
}

/* ---- until when ---- */

static int64_t slot(const Act *a)
{
    return a->slot_start_ms;
}

static int64_t before_slot(const Act *a)
{
    return a->slot_start_ms ? a->slot_start_ms : act_exam_limit_ms(a);
}

static int64_t to_plan(const Act *a)
{
    int64_t planning = todo_clock(a, "planning"), exam = todo_clock(a, "exam");
    return planning && (!exam || planning < exam) ? planning : exam;
}

/* Until it is taken, whoever it was given to has less time than the verdict itself: the clock the act shows. */
static int64_t verdict_due(const Act *a)
{
    int64_t answer = todo_clock(a, "assignment"), verdict = todo_clock(a, "verdict");
    return answer && (!verdict || answer < verdict) ? answer : verdict;
}

static int64_t assistance_due(const Act *a)
{
    return todo_clock(a, "assistance");
}

static int64_t report_due(const Act *a)
{
    return todo_clock(a, "report");
}

static int64_t acknowledge_due(const Act *a)
{
    return todo_clock(a, "acknowledge");
}

/* ---- does it hold? ---- */

static bool taken(const Act *a)
{
    return assignee(a) && act_fact(a, "assignment", "taken_at_ms");
}

static bool not_taken(const Act *a)
{
    return !taken(a);
}

static bool nobody_on_duty(const Act *a)
{
    return act_fact_int(a, "assignment", "nobody_at_ms") > act_fact_int(a, "assignment", "at_ms");
}

static bool no_local_physician(const Act *a)
{
    return !act_fact(a, "local_physician", NULL);
}

static bool imager_there(const Act *a)
{
    return act_fact_true(a, "imager_presence", "present");
}

static bool acquisition_ended(const Act *a)
{
    return json_is_object(act_fact(a, "acquisition", "ended"));
}

static bool acquisition_runs(const Act *a)
{
    return !acquisition_ended(a);
}

static bool imager_away(const Act *a)
{
    return !imager_there(a) && !acquisition_ended(a);
}

static bool imager_watches(const Act *a)
{
    return imager_there(a) && !acquisition_ended(a) && !act_fact(a, "quality", NULL);
}

static bool to_judge(const Act *a)
{
    return acquisition_ended(a) && !act_fact(a, "quality", NULL);
}

static bool to_release(const Act *a)
{
    return acquisition_ended(a) && act_fact(a, "quality", NULL);
}

static bool nobody_reads(const Act *a)
{
    return !a->reader_id;
}

static bool somebody_reads(const Act *a)
{
    return a->reader_id != 0;
}

static bool no_other_care(const Act *a)
{
    return !act_fact(a, "alternative", NULL);
}

/* Refused, cancelled, not done: who owes the patient other care reads why. E8 E9 */
static const char *why_not_done(const Act *a)
{
    const char *stop = a->state == ACT_REFUSED ? "refusal" : a->state == ACT_CANCELLED ? "cancellation" : "abandonment";
    const char *text = json_string_value(act_fact(a, stop, "text"));
    return text ? text : "";
}

static bool nuclear_missing(const Act *a)
{
    return modality_is_nuclear(a->modality) && !act_nuclear_is_there(a);
}

/* The protocol asks for an injection and nobody has written a prescription yet. */
static bool injection_to_prepare(const Act *a)
{
    return act_is_injected(a) && json_array_size(act_fact(a, "prescriptions", NULL)) == 0;
}

static bool dose_to_release(const Act *a)
{
    size_t        i;
    const json_t *dose;
    json_array_foreach (act_fact(a, "prepared_doses", NULL), i, dose)
        if (prepared_dose_open(a, json_integer_value(json_object_get(dose, "id"))) && !prepared_dose_released(dose))
            return true;
    return false;
}

static bool delay_proposed(const Act *a)
{
    return expertise_delay_is_proposed(a, NULL);
}

static bool exception_open(const Act *a)
{
    return act_exception_is_open(a, NULL);
}

static bool mark_open(const Act *a)
{
    size_t        i;
    const json_t *mark;
    json_array_foreach (json_object_get(a->facts, "report_marks"), i, mark)
        if (!json_object_get(mark, "reviewed_at_ms") && !json_object_get(mark, "undone_at_ms"))
            return true;
    return false;
}

/* Nothing is due any more and no finding is open: only the end is missing. */
static bool only_the_end(const Act *a)
{
    Duty          duties[DUTIES_MAX];
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "urgent"), i, one)
        if (!json_object_get(one, "action"))
            return false;
    bool done = a->state == ACT_ACKNOWLEDGED || act_fact(a, "alternative", NULL);
    return done && duties_of(a, duties) == 0 && !exception_open(a);
}

/* ---- the table ---- */

enum { ALONE = 1 };
typedef struct TodoRow {
    const char *kind;
    unsigned    kinds;
    uint32_t    states;
    unsigned    roles;
    unsigned    at; /* one party: AT_R, AT_S, AT_I */
    bool (*holds)(const Act *a);
    int64_t (*whose)(const Act *a);
    unsigned  flags;
    TodoPress press;
    int64_t (*due)(const Act *a);
} TodoRow;

enum { SITE_DESK = TECHNOLOGIST | SECRETARY, PHARMACY = ROLE_PHARMACIST | ROLE_PHARMACY_TECH };

/* clang-format off */
static const TodoRow ROWS[] = {
    /* task                 acts             while                      asked of      at    if                    whose         shown  at least    until */
    { "finish-request",     KIND_ANY,        S(DRAFT),                  REQUESTER,    AT_R, NULL,                 requester,    0,     TODO_TODAY, NULL },
    { "agree-delay",        KIND_EXPERTISE,  S(VALIDATED),              REQUESTER,    AT_R, delay_proposed,       requester,    0,     TODO_TODAY, NULL },
    { "read-report",        KIND_ANY,        S(DELIVERED),              REQUESTER,    AT_R, NULL,                 requester,    0,     TODO_TODAY, acknowledge_due },
    { "offer-care",         KIND_ANY,        NOT_DONE_YET,              REQUESTER,    AT_R, no_other_care,        requester,    0,     TODO_TODAY, NULL },
    { "close-act",          KIND_ANY,        S(ACKNOWLEDGED)|NOT_DONE_YET, REQUESTER, AT_R, only_the_end,         requester,    0,     TODO_LATER, NULL },
    { "verdict",            KIND_EXAM,       S(ASKED),                  IMAGER,       AT_I, not_taken,            assignee,     0,     TODO_TODAY, verdict_due },
    { "verdict",            KIND_EXAM,       S(ASKED),                  IMAGER,       AT_I, taken,                assignee,     ALONE, TODO_TODAY, verdict_due },
    { "nobody-on-duty",     KIND_EXAM|KIND_EXPERTISE, S(ASKED),                  ROLE_RESPONSIBLE, AT_I, nobody_on_duty,   NULL,         0,     TODO_NOW,   verdict_due },
    { "assist",             KIND_ASSISTANCE, S(ASKED),                  IMAGER,       AT_I, NULL,                 assignee,     0,     TODO_NOW,   verdict_due },
    { "end-assistance",     KIND_ASSISTANCE, S(VALIDATED),              IMAGER,       AT_I, NULL,                 imager,       ALONE, TODO_NOW,   assistance_due },
    { "plan",               KIND_EXAM,       S(VALIDATED),              SITE_DESK,    AT_S, NULL,                 NULL,         0,     TODO_TODAY, to_plan },
    { "name-local",         KIND_EXAM,       S(PLANNED),                SITE_DESK,    AT_S, no_local_physician,   NULL,         0,     TODO_LATER, before_slot },
    { "prepare-injection",  KIND_EXAM,       S(VALIDATED)|S(PLANNED),   PHARMACY,     AT_S, injection_to_prepare, NULL,         0,     TODO_LATER, before_slot },
    { "release-dose",       KIND_EXAM,       S(VALIDATED)|S(PLANNED)|S(RUNNING), ROLE_PHARMACIST, AT_S, dose_to_release, NULL,       0,     TODO_TODAY, before_slot },
    { "nuclear-present",    KIND_EXAM,       S(PLANNED)|S(RUNNING)|S(RELEASED), NUCLEAR, AT_S, nuclear_missing,   NULL,         0,     TODO_LATER, slot },
    { "start-exam",         KIND_EXAM,       S(PLANNED),                TECHNOLOGIST, AT_S, NULL,                 technologist, 0,     TODO_LATER, slot },
    { "join-exam",          KIND_EXAM,       S(PLANNED),                IMAGER,       AT_I, NULL,                 imager,       0,     TODO_LATER, slot },
    { "come-back",          KIND_EXAM,       S(RUNNING),                IMAGER,       AT_I, imager_away,          imager,       0,     TODO_NOW,   NULL },
    { "supervise",          KIND_EXAM,       S(RUNNING),                IMAGER,       AT_I, imager_watches,       imager,       0,     TODO_NOW,   NULL },
    { "end-acquisition",    KIND_EXAM,       S(RUNNING)|S(GONE),        TECHNOLOGIST, AT_S, acquisition_runs,     technologist, 0,     TODO_NOW,   NULL },
    { "judge-images",       KIND_EXAM,       S(RUNNING)|S(GONE),        IMAGER,       AT_I, to_judge,             imager,       0,     TODO_NOW,   NULL },
    { "release",            KIND_EXAM,       S(RUNNING)|S(GONE),        IMAGER,       AT_I, to_release,           imager,       0,     TODO_NOW,   NULL },
    { "patient-left",       KIND_EXAM,       S(RELEASED),               TECHNOLOGIST, AT_S, NULL,                 technologist, 0,     TODO_NOW,   NULL },
    { "read",               KIND_EXAM,       S(RELEASED)|S(LEFT),       IMAGER,       AT_I, nobody_reads,         imager,       0,     TODO_TODAY, report_due },
    { "read",               KIND_EXAM,       S(RELEASED)|S(LEFT),       IMAGER,       AT_I, somebody_reads,       reader,       ALONE, TODO_TODAY, report_due },
    { "review-report",      KIND_ANY,        REPORTED,                  IMAGER,       AT_I, mark_open,            reader,       0,     TODO_TODAY, NULL },
};
/* clang-format on */

static int64_t organisation_at(const Act *a, unsigned at)
{
    return at == AT_R ? a->requester_org_id : at == AT_S ? a->site_id : a->imaging_id;
}

static void row_add(const TodoRow *row, const Act *a, Todos *ret)
{
    int64_t whose = row->whose ? row->whose(a) : 0;
    for (unsigned roles = row->roles; roles; roles &= roles - 1)
        todo_add(ret, (Todo) { .kind            = row->kind,
                               .organisation_id = organisation_at(a, row->at),
                               .role            = roles & -roles,
                               .person_id       = whose,
                               .alone           = whose && (row->flags & ALONE),
                               .press           = row->press,
                               .due_ms          = row->due ? row->due(a) : 0,
                               .since_ms        = a->asked_at_ms ? a->asked_at_ms : a->created_at_ms,
                               .text            = row->holds == no_other_care ? why_not_done(a) : "" });
}

/* Reviewed by a physician of another role than the one who attested it: nobody reviews their own. E3 */
static void exceptions(const Act *a, Todos *ret)
{
    static const struct {
        unsigned role, at;
    } REVIEWERS[] = { { IMAGER, AT_I }, { REQUESTER, AT_R }, { LOCAL, AT_S } };
    const char *by = json_string_value(json_object_get(act_fact(a, "emergency_exception", "by"), "role"));
    if (a->state == ACT_DRAFT || !exception_open(a))
        return;
    for (size_t i = 0; i < COUNT(REVIEWERS); i++)
        if (!by || strcmp(by, role_name(REVIEWERS[i].role)) != 0)
            todo_add(ret, (Todo) { .kind            = "review-exception",
                                   .organisation_id = organisation_at(a, REVIEWERS[i].at),
                                   .role            = REVIEWERS[i].role,
                                   .press           = TODO_LATER,
                                   .since_ms        = act_fact_int(a, "emergency_exception", "at_ms") });
}

void todos_of(const Act *a, Todos *ret)
{
    unsigned kind = act_kind_bit(a);
    ret->count    = 0;
    if (a->state == ACT_CLOSED)
        return;
    todos_of_lists(a, ret); /* what somebody asked in person goes first */
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if ((ROWS[i].kinds & kind) && (ROWS[i].states & (1u << a->state)) && (!ROWS[i].holds || ROWS[i].holds(a)))
            row_add(&ROWS[i], a, ret);
    exceptions(a, ret);
}
