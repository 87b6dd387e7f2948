/*
 * Jobs of acts: deliver, watch the clocks, call the next contact, raise what the archive found. E10, E13,
 * E15, E31.
 *
 * Each handler may run twice: it looks at the act first and does nothing when its reason is gone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/archive/import.h"
#include "clinic/archive/news.h"
#include "clinic/staff/staff_file.h"
#include "clinic/workflow/act_alarms.h"
#include "clinic/workflow/act_deliver.h"
#include "clinic/workflow/act_assign.h"
#include "clinic/workflow/act_calls.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_overdue.h"
#include "clinic/workflow/act_presence.h"
#include "clinic/workflow/drug_seen.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/recorded_marks.h"
#include "clinic/workflow/todo.h"
#include "guard/audit/anchor.h"
#include "platform/clock.h"

typedef struct Due {
    const ActHouse *house;
    const json_t   *payload;
} Due;

static int64_t payload_int(const json_t *payload, const char *key)
{
    return json_integer_value(json_object_get(payload, key));
}

static bool in_transaction(const Job *job, void *house, DbWork *work, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    const ActHouse *h      = house;
    return payload && db_write(h->needs.host, work, &(Due) { h, payload }, err);
}

/* ---- deliver ---- */

static bool job_deliver(const Job *job, void *house, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    return payload && act_deliver(house, payload_int(payload, "act_id"), err);
}

/* ---- measures go into the record ---- */

static bool job_record_marks(const Job *job, void *house, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    return payload && recorded_make(house, payload_int(payload, "id"), err);
}

/* ---- a delay has passed ---- */

static bool deadline_work(Db *db, void *arg, Err *err)
{
    const Due *due = arg;
    return act_overdue_work(db, due->house, due->payload, err);
}

static bool job_deadline(const Job *job, void *house, Err *err)
{
    return in_transaction(job, house, deadline_work, err);
}

/* ---- somebody on duty is looked for ---- */

static bool assign_work(Db *db, void *arg, Err *err)
{
    const Due *due = arg;
    return act_assign_work(db, due->house, due->payload, err);
}

static bool job_assign(const Job *job, void *house, Err *err)
{
    return in_transaction(job, house, assign_work, err);
}

/* ---- an order is not answered ---- */

/* Who is called when the one addressed does not answer; NULL: nobody is left. */
static const char *next_contact(const json_t *order)
{
    static const struct {
        const char *to, *next, *then;
    } CONTACTS[] = {
        { "requester", "local-physician", "technologist" },
        { "technologist", "local-physician", "requester" },
        { "local-physician", "requester", "technologist" },
        { "imager", "requester", NULL },
    };
    const char *to        = json_string_value(json_object_get(order, "to"));
    const char *escalated = json_string_value(json_object_get(order, "escalated_to"));
    if (to && order_is_examination(order)) { /* a physician's: from one to the other, and back once. L5 */
        const char *other = strcmp(to, "requester") == 0 ? "local-physician" : "requester";
        return !escalated ? other : strcmp(escalated, other) == 0 ? to : NULL;
    }
    for (size_t i = 0; to && i < COUNT(CONTACTS); i++) {
        if (strcmp(to, CONTACTS[i].to) != 0)
            continue;
        if (!escalated)
            return CONTACTS[i].next;
        return strcmp(escalated, CONTACTS[i].next) == 0 ? CONTACTS[i].then : NULL;
    }
    return NULL;
}

/* A protocol or further images are done once they are read; what asks for an answer is open until it is
 * given. E13. */
static bool order_is_met(const json_t *order)
{
    const char *kind = json_string_value(json_object_get(order, "kind"));
    bool answered = json_object_get(order, "answered_at_ms"), read = json_object_get(order, "acknowledged_at_"
                                                                                            "ms");
    bool asks = kind && (strcmp(kind, "information") == 0 || strcmp(kind, "clinical-examination") == 0);
    return answered || (read && !asks);
}

static bool order_work(Db *db, void *arg, Err *err)
{
    enum { AGAIN_MS = 10 * 60 * 1000 };
    const Due *due = arg;
    OWNED_ACT  a   = { 0 };
    if (!act_load(db, payload_int(due->payload, "act_id"), &a, err))
        return false;
    int64_t       id    = payload_int(due->payload, "order_id");
    const json_t *order = act_item(&a, "orders", id);
    const char   *next  = order ? next_contact(order) : NULL;
    if (!order || order_is_met(order) || !next ||
        payload_int(order, "due_ms") != payload_int(due->payload, "due_ms") || a.state == ACT_CLOSED)
        return true;
    OWNED(json_t) *people = NULL; /* those on duty in that role, else whoever has it */
    return act_called_people(db, &a, next, clock_now_ms(), &people, err) &&
           act_do_system(db, due->house, a.id, "escalate-order",
                         json_pack("{s:I, s:s, s:I, s:O}", "id", (json_int_t)id, "to", next, "due_ms",
                                   (json_int_t)(clock_now_ms() + AGAIN_MS), "people", people),
                         err);
}

static bool job_order_due(const Job *job, void *house, Err *err)
{
    return in_transaction(job, house, order_work, err);
}

/* ---- images of another patient ---- */

static bool wrong_patient_work(Db *db, void *arg, Err *err)
{
    const Due *due    = arg;
    int64_t    act_id = payload_int(due->payload, "act_id"), study_id = payload_int(due->payload, "study_id");
    OWNED_ACT  a = { 0 };
    size_t     i;
    json_t    *incident;
    if (!act_id)
        return true; /* of no act: the archive's own affair */
    if (!act_load(db, act_id, &a, err))
        return false;
    json_array_foreach (json_object_get(a.facts, "incidents"), i, incident)
        if (payload_int(incident, "study_id") == study_id && !json_object_get(incident, "resolved_at_ms"))
            return true;
    json_t *differences = json_object_get(due->payload, "differences");
    return act_do_system(db, due->house, act_id, "wrong-patient",
                         json_pack("{s:s, s:s, s:I, s:o}", "kind", "identity", "text",
                                   "Des images reçues portent une autre identité que celle du patient de cet "
                                   "acte.",
                                   "study_id", (json_int_t)study_id, "differences",
                                   differences ? json_deep_copy(differences) : json_array()),
                         err);
}

static bool job_wrong_patient(const Job *job, void *house, Err *err)
{
    return in_transaction(job, house, wrong_patient_work, err);
}

/* ---- images that tell of a drug ---- */

static bool agent_work(Db *db, void *arg, Err *err)
{
    const Due *due = arg;
    return drug_seen_work(db, due->house, payload_int(due->payload, "act_id"), err);
}

static bool job_agent(const Job *job, void *house, Err *err)
{
    return in_transaction(job, house, agent_work, err);
}

/* Media that were begun and left. */
static bool job_import_expire(const Job *job, void *house, Err *err)
{
    const ActHouse *h = house;
    return !h->needs.archive || import_expire_run(job, h->needs.archive, err);
}

/* Papers, trainings and checks that end. S5 */
static bool staff_daily_work(Db *db, void *unused, Err *err)
{
    (void)unused;
    return staff_warn_run(db, err);
}

static bool job_staff_daily(const Job *job, void *house, Err *err)
{
    const ActHouse *h = house;
    (void)job;
    return db_write(h->needs.host, staff_daily_work, NULL, err);
}

static bool job_audit_anchor(const Job *job, void *house, Err *err)
{
    const ActHouse *h = house;
    (void)job;
    return audit_anchor_run(h->needs.host, h->needs.keys_folder, err);
}

const JobKind ACT_JOBS[] = {
    { "act.deliver", job_deliver },
    { "act.deadline", job_deadline },
    { "act.order-due", job_order_due },
    { "act.presence", job_presence },
    { "act.duty-due", job_duty_due },
    { "act.assign", job_assign },
    { "act.todo-fill", job_todo_fill },
    { "act.incident-due", job_incident_due },
    { "act.urgent-due", job_urgent_due },
    { "act.question-due", job_question_due },
    { "act.call-due", job_call_due },
    { ARCHIVE_JOB_WRONG_PATIENT, job_wrong_patient },
    { ARCHIVE_JOB_AGENT, job_agent },
    { IMPORT_JOB_EXPIRE, job_import_expire },
    { STAFF_JOB_DAILY, job_staff_daily },
    { AUDIT_JOB_ANCHOR, job_audit_anchor },
    { RECORDED_JOB, job_record_marks },
};
const size_t ACT_JOB_COUNT = COUNT(ACT_JOBS);
