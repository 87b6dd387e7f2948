/*
 * Alarms: jobs that look again at what should have been acknowledged. E21, E26, E32.
 *
 * A handler may run twice: it looks at the act first, and does nothing when its reason is gone or its time was moved.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_alarms.h"

#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_overdue.h"
#include "platform/clock.h"

bool act_alarm_add(Db *db, const char *kind, int64_t act_id, int64_t item_id, int64_t due_ms, Err *err)
{
    OWNED(json_t) *payload = json_pack("{s:I, s:I, s:I}", "act_id", (json_int_t)act_id, "id", (json_int_t)item_id,
                                       "due_ms", (json_int_t)due_ms);
    OWNED_BUF text         = buf_make(512);
    return json_dump_to_buf(payload, &text, err) && job_add(db, kind, buf_slice(&text), due_ms, err);
}

typedef struct Alarm {
    const ActHouse *house;
    int64_t         act_id, item_id, due_ms;
} Alarm;

static bool alarm_run(const Job *job, void *house, DbWork *work, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    const ActHouse *h      = house;
    if (!payload)
        return false;
    Alarm alarm = { h, json_integer_value(json_object_get(payload, "act_id")),
                    json_integer_value(json_object_get(payload, "id")),
                    json_integer_value(json_object_get(payload, "due_ms")) };
    return db_write(h->needs.host, work, &alarm, err);
}

static bool is_due(const json_t *item, const Alarm *alarm)
{
    return item && json_integer_value(json_object_get(item, "due_ms")) == alarm->due_ms &&
           json_integer_value(json_object_get(item, "escalations")) < ALARM_TIMES_MAX;
}

static bool incident_work(Db *db, void *arg, Err *err)
{
    static const char *const MUST_KNOW[] = { "local-physician", "imager" };
    const Alarm *alarm                   = arg;
    OWNED_ACT    a                       = { 0 };
    if (!act_load(db, alarm->act_id, &a, err))
        return false;
    const json_t *incident = act_item(&a, "incidents", alarm->item_id);
    if (!is_due(incident, alarm) || a.state == ACT_CLOSED)
        return true;
    OWNED(json_t) *silent = json_array();
    for (size_t i = 0; i < COUNT(MUST_KNOW); i++)
        if (!json_object_get(json_object_get(incident, "acknowledged"), MUST_KNOW[i]))
            json_push(silent, json_string(MUST_KNOW[i]));
    if (json_array_size(silent) == 0)
        return true;
    return act_do_system(db, alarm->house, a.id, "escalate-incident",
                         json_pack("{s:I, s:O, s:I}", "id", (json_int_t)alarm->item_id, "silent", silent, "due_ms",
                                   (json_int_t)(clock_now_ms() + ALARM_AGAIN_MS)),
                         err);
}

bool job_incident_due(const Job *job, void *house, Err *err)
{
    return alarm_run(job, house, incident_work, err);
}

static bool urgent_work(Db *db, void *arg, Err *err)
{
    const Alarm *alarm = arg;
    OWNED_ACT    a     = { 0 };
    if (!act_load(db, alarm->act_id, &a, err))
        return false;
    const json_t *finding = act_item(&a, "urgent", alarm->item_id);
    if (!is_due(finding, alarm) || json_object_get(finding, "action"))
        return true;
    return act_do_system(db, alarm->house, a.id, "escalate-urgent",
                         json_pack("{s:I, s:I}", "id", (json_int_t)alarm->item_id, "due_ms",
                                   (json_int_t)(clock_now_ms() + ALARM_AGAIN_MS)),
                         err);
}

bool job_urgent_due(const Job *job, void *house, Err *err)
{
    return alarm_run(job, house, urgent_work, err);
}

/* Those on duty in the imaging group, then its responsible as well: each may answer. */
static bool question_work(Db *db, void *arg, Err *err)
{
    enum { AGAIN_MS = 15 * 60 * 1000 };
    const Alarm *alarm    = arg;
    OWNED_ACT    a        = { 0 };
    OWNED(json_t) *people = NULL, *responsible = NULL;
    if (!act_load(db, alarm->act_id, &a, err))
        return false;
    const json_t *question = act_item(&a, "second_questions", alarm->item_id);
    if (!is_due(question, alarm) || json_object_get(question, "answered_at_ms") || a.state == ACT_CLOSED)
        return true;
    if (!act_called_people(db, &a, "imager", clock_now_ms(), &people, err) ||
        (json_object_get(question, "escalations") && !act_called_people(db, &a, "responsible-imaging", clock_now_ms(), &responsible, err)))
        return false;
    if (responsible)
        json_array_extend(people, responsible);
    return act_do_system(db, alarm->house, a.id, "escalate-question",
                         json_pack("{s:I, s:O, s:I}", "id", (json_int_t)alarm->item_id, "people", people, "due_ms",
                                   (json_int_t)(clock_now_ms() + AGAIN_MS)),
                         err);
}

bool job_question_due(const Job *job, void *house, Err *err)
{
    return alarm_run(job, house, question_work, err);
}
