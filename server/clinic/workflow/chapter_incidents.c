/*
 * Incidents: adverse effects and technical difficulties, told at once, acknowledged by local physician and imager, cared for. E21, E23.
 *
 * Who does not acknowledge in time is called again, and the others are told: by a job, which a restart does not lose.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_alarms.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/expertise.h"

/* ---- what an incident says ---- */

static bool kind_is(const json_t *incident, const char *kind)
{
    const char *its = json_string_value(json_object_get(incident, "kind"));
    return its && strcmp(its, kind) == 0;
}

/* Those of a remote exam whose kind concerns people at once. */
static bool must_be_acknowledged(const json_t *incident)
{
    return json_object_get(incident, "due_ms") != NULL;
}

static bool has_acknowledged(const json_t *incident, const char *role)
{
    return json_object_get(json_object_get(incident, "acknowledged"), role) != NULL;
}

/* Does it wait for somebody with these roles? */
static bool waits_for(const json_t *incident, const ActScene *scene)
{
    return must_be_acknowledged(incident) &&
           (((scene->site_roles & ROLE_LOCAL_PHYSICIAN) && !has_acknowledged(incident, "local-physician")) ||
            ((scene->imaging_roles & ROLE_IMAGER) && !has_acknowledged(incident, "imager")));
}

static const json_t *incident_named(const Act *a, const ActScene *scene)
{
    return act_item(a, "incidents", json_integer_value(sent_value(scene, "id", NULL)));
}

static bool care_is_missing(const json_t *incident)
{
    return kind_is(incident, "adverse-effect") && !json_object_get(incident, "care");
}

/* ---- conditions ---- */

static bool incident_waits_for_me(const Act *a, const ActScene *scene)
{
    return !scene->data || waits_for(incident_named(a, scene), scene);
}

static bool incident_is_adverse(const Act *a, const ActScene *scene)
{
    return !scene->data || kind_is(incident_named(a, scene), "adverse-effect");
}

static bool named_is_cared_for(const Act *a, const ActScene *scene)
{
    return !scene->data || !care_is_missing(incident_named(a, scene));
}

static bool care_has_a_time(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MAX_MS = 60 * 1000 };
    int64_t at_ms = json_integer_value(sent_value(scene, "care_at_ms", NULL));
    return !scene->data || (at_ms >= a->created_at_ms && at_ms <= scene->now_ms + AHEAD_MAX_MS);
}

static bool everybody_is_cared_for(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "incidents"), i, one)
        if (care_is_missing(one))
            return false;
    return true;
}

/* ---- of use now? ---- */

static bool incident_open(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *item;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "incidents"), i, item)
        if (!json_object_get(item, "resolved_at_ms"))
            return true;
    return false;
}

static bool incidents_are_closed(const Act *a, const ActScene *scene)
{
    return !incident_open(a, scene);
}

static bool some_wait_for_me(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "incidents"), i, one)
        if (waits_for(one, scene))
            return true;
    return false;
}

static bool some_need_care(const Act *a, const ActScene *scene)
{
    return !everybody_is_cared_for(a, scene);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_CARED_FOR[1] = { { "care", "E23", everybody_is_cared_for, "An adverse effect is open: the local physician first records the care given and its outcome." } };
const ActNeed NEED_INCIDENTS_CLOSED[1] = { { "incidents-open", "E21", incidents_are_closed, "An incident of this act is still open: write what was done about it (“close an incident”)." } };
static const ActNeed NEED_INCIDENT_OPEN[1] = { { "incident-open", "E21", act_incident_is_open, "This incident is not open." } };
static const ActNeed NEED_WAITS_FOR_ME[1] = { { "incident-waits", "E21", incident_waits_for_me, "This incident does not wait for you." } };
static const ActNeed NEED_ADVERSE[1] = { { "incident-adverse", "E23", incident_is_adverse, "Care is recorded for an adverse effect." } };
static const ActNeed NEED_CARE[1] = { { "care", "E23", named_is_cared_for, "An adverse effect is open: the local physician first records the care given and its outcome." } };
static const ActNeed NEED_CARE_TIME[1] = { { "care-when", "E23", care_has_a_time, "The time of the care is not within this act." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E21", SENT, "report-incident", ANYBODY, AT_ALL, NO_NEEDS, STAY, 0, "Report an incident" },
    { "E21", EVERY, "acknowledge-incident", LOCAL|IMAGER, AT_S|AT_I, NEEDS(NEED_WAITS_FOR_ME), STAY, STEP_QUIET, "I take note of the incident", some_wait_for_me },
    { "E23", SENT, "record-care", LOCAL, AT_S, NEEDS(NEED_ADVERSE, NEED_CARE_TIME), STAY, STEP_QUIET, "Record the care given", some_need_care },
    { "E21", SENT, "resolve-incident", ANYBODY, AT_ALL, NEEDS(NEED_INCIDENT_OPEN, NEED_CARE), STAY, 0, "The incident is resolved", incident_open },
    { "E21", EVERY, "escalate-incident", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The incident is not acknowledged" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "report-incident",    NULL,       "kind",                 FIELD_CODE,    0,           CODES_INCIDENT,      "E21",  "Say which kind of incident." },
    { "report-incident",    NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E21",  "Describe the incident." },
    { "acknowledge-incident",NULL,      "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E21",  "Say which incident." },
    { "record-care",        NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E21",  "Say which incident." },
    { "record-care",        NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E23",  "Write the care given." },
    { "record-care",        NULL,       "outcome",              FIELD_TEXT,    LONG,        NULL,                "E23",  "Write the outcome." },
    { "record-care",        NULL,       "care_at_ms",           FIELD_TIME_MS, 0,           NULL,                "E23",  "Say when the care was given." },
    { "resolve-incident",   NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E21",  "Say which incident." },
    { "resolve-incident",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E21",  "Write what was done about the incident." },
    { 0 },
};
/* clang-format on */

static void on_report_incident(Act *a, const ActEvent *e)
{
    fold_item(a, e, "incidents");
}

static void on_acknowledge(Act *a, const ActEvent *e)
{
    json_t *incident = act_item(a, "incidents", event_int(e, "id"));
    json_t *said     = json_object_get(incident, "acknowledged");
    if (!said) {
        said = json_object();
        fold_member(incident, "acknowledged", said);
    }
    fold_member(said, e->role, json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
}

static void on_record_care(Act *a, const ActEvent *e)
{
    fold_member(act_item(a, "incidents", event_int(e, "id")), "care", fold_stamp(e));
}

static void on_resolve_incident(Act *a, const ActEvent *e)
{
    json_t *incident = act_item(a, "incidents", event_int(e, "id"));
    fold_member(incident, "resolved_at_ms", json_integer(e->at_ms));
    fold_member(incident, "resolved_by", act_by(e));
    fold_member(incident, "resolution", json_string(event_text(e, "text")));
}

static void on_escalate(Act *a, const ActEvent *e)
{
    json_t *incident = act_item(a, "incidents", event_int(e, "id"));
    fold_member(incident, "escalated_at_ms", json_integer(e->at_ms));
    fold_member(incident, "escalations", json_integer(json_integer_value(json_object_get(incident, "escalations")) + 1));
    fold_member(incident, "due_ms", json_integer(event_int(e, "due_ms")));
}

static const ActFold FOLDS[] = {
    { "report-incident", NULL, on_report_incident },
    { "wrong-patient", NULL, on_report_incident },
    { "acknowledge-incident", NULL, on_acknowledge },
    { "record-care", NULL, on_record_care },
    { "resolve-incident", NULL, on_resolve_incident },
    { "escalate-incident", NULL, on_escalate },
    { 0 },
};

/* Both are told at once and have until then to say that they know. */
static bool incidents_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)db, (void)event, (void)err;
    if (!slice_equal_text(step, "report-incident") || act_is_expertise(a) || strcmp(a->kind, "tele-assistance") == 0)
        return true;
    const char *kind    = json_string_value(json_object_get(data, "kind"));
    bool        adverse = kind && strcmp(kind, "adverse-effect") == 0;
    if (!adverse && !(kind && strcmp(kind, "technical") == 0))
        return true;
    int64_t within_ms = adverse ? ADVERSE_DUE_MS : TECHNICAL_DUE_MS;
    return json_put(data, "due_ms", json_integer(loaded->scene.now_ms + within_ms));
}

static bool incidents_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *e, Err *err)
{
    (void)house, (void)before;
    int64_t due_ms = event_int(e, "due_ms");
    if (strcmp(e->step, "report-incident") == 0 && due_ms)
        return act_alarm_add(db, "act.incident-due", after->id, e->seq, due_ms, err);
    if (strcmp(e->step, "escalate-incident") == 0)
        return act_alarm_add(db, "act.incident-due", after->id, event_int(e, "id"), due_ms, err);
    return true;
}

const ActChapter CHAPTER_INCIDENTS = { .name    = "incidents",
                                       .kinds   = KIND_ANY,
                                       .steps   = STEPS,
                                       .fields  = FIELDS,
                                       .folds   = FOLDS,
                                       .prepare = incidents_prepare,
                                       .follow  = incidents_follow };
