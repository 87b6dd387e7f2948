/*
 * What stays to be done after the report: follow-up, the check of the site's service, the record of each professional.
 * E30, E33, L10, L9.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/duties.h"

static const char *const CODES_FOLLOW_UP[] = { "treatment", "specialist", "exam", "other", NULL };
static const char *const CODES_OWNER[]     = { "requester", "imaging", "site", NULL };
static const char *const CODES_OUTCOME[]   = { "done", "not-needed", "declined", "taken-over", NULL };

#define OUT (S(DELIVERED) | S(ACKNOWLEDGED))

static const json_t *sent_item(const Act *a, const ActScene *scene)
{
    return act_item(a, "follow_ups", json_integer_value(sent_value(scene, "id", NULL)));
}

static bool follow_up_is_open(const Act *a, const ActScene *scene)
{
    const json_t *one = scene->data ? sent_item(a, scene) : NULL;
    return !scene->data || (one && !json_object_get(one, "closed_at_ms"));
}

static bool some_follow_up(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "follow_ups"), i, one)
        if (!json_object_get(one, "closed_at_ms"))
            return true;
    return false;
}

static bool followed_up(const Act *a, const ActScene *scene)
{
    return !some_follow_up(a, scene);
}

static bool due_ahead(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || json_integer_value(sent_value(scene, "due_at_ms", NULL)) > scene->now_ms;
}


static bool site_not_confirmed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "site_check", NULL);
}

/* A tele-expertise has no exam of its own: its images were archived before. */
static bool site_is_done(const Act *a, const ActScene *scene)
{
    return act_duty_has_no_site(a) || !site_not_confirmed(a, scene);
}

/* The program looks itself: a box that is ticked archives nothing. */
static bool is_archived(const Act *a, const ActScene *scene)
{
    return scene->images > 0 && act_fact_text(a, "document", "sop_uid").len > 0;
}

static bool all_three_confirmed(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || (json_is_true(sent_value(scene, "report_kept", NULL)) &&
                            json_is_true(sent_value(scene, "incidents_kept", NULL)) &&
                            json_is_true(sent_value(scene, "images_archived", NULL)));
}

static bool record_is_mine(const Act *a, const ActScene *scene)
{
    return act_record_of(a, scene->person_id);
}

static bool record_not_kept(const Act *a, const ActScene *scene)
{
    return !act_record_kept(a, scene->person_id);
}

static bool record_of_use(const Act *a, const ActScene *scene)
{
    return record_is_mine(a, scene) && record_not_kept(a, scene);
}

/* An expert who refused keeps an entry of that, while the others go on. */
static bool i_refused(const Act *a, const ActScene *scene)
{
    return act_refused(a, scene->person_id);
}

static bool refusal_of_use(const Act *a, const ActScene *scene)
{
    return i_refused(a, scene) && record_not_kept(a, scene);
}

static bool records_are_kept(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_records_missing(a) == 0;
}

/* Whose entry, and what they do: one line for each. L10 */
static void explain_records(const Act *a, const ActScene *scene, MissingList *ret)
{
    const json_t *people[DUTIES_MAX];
    size_t        count = act_record_people(a, people);
    for (size_t i = 0; i < count; i++) {
        int64_t     id   = act_record_person_id(people[i]);
        const char *name = json_string_value(json_object_get(people[i], "name"));
        if (act_record_kept(a, id))
            continue;
        if (id == scene->person_id)
            missing_add(ret, "records", "Your own entry is not confirmed: keep it in your record, then choose “My record is up to date”.", "L10");
        else
            missing_add_named(ret, "records", "A professional still keeps the entry in their own record, then chooses “My record is up to date” on this act.", "L10",
                              name ? name : "");
    }
}

/* clang-format off */
/*    name                  code                    asked by   holds                   what to say */
static const ActNeed OPEN_ITEM[1]  = { { "follow-up", "E33", follow_up_is_open, "This follow-up item is not open." } };
static const ActNeed DUE[1]        = { { "due-at", "E33", due_ahead, "Say until when: a moment to come." } };
static const ActNeed NOT_YET[1]    = { { "site-check", "E30", site_not_confirmed, "The site's service has confirmed already." } };
static const ActNeed ARCHIVED[1]   = { { "archived", "E30", is_archived, "The images or the report are not in the archive: have the PACS administrator look before you confirm." } };
static const ActNeed THREE[1]      = { { "three-confirmed", "E30", all_three_confirmed, "Confirm all three: the report is kept, the incidents are kept, the images are archived." } };
static const ActNeed MINE[1]       = { { "record-mine", "L10", record_is_mine, "Only a medical professional who took part in this act keeps an entry of it." } };
static const ActNeed REFUSER[1]    = { { "record-later", "L10", i_refused, "Your entry is kept once the act has ended: it is not complete yet." } };
static const ActNeed NOT_KEPT[1]   = { { "record-kept", "L10", record_not_kept, "You have confirmed your entry already." } };

const ActNeed NEED_FOLLOWED_UP[1]    = { { "follow-ups", "E33", followed_up, "A follow-up item is open: close it with its outcome." } };
const ActNeed NEED_SITE_CONFIRMED[1] = { { "site-check", "E30", site_is_done, "The site's service has not confirmed report, incidents and archive." } };
const ActNeed NEED_RECORDS[1]        = { { "records", "L10", records_are_kept, "A medical professional of this act has not confirmed the entry in their own record.", explain_records } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "E33", S(SIGNED)|OUT, "add-follow-up", IMAGER|REQUESTER, AT_I|AT_R, NEEDS(DUE), STAY, STEP_QUIET, "Organise a follow-up" },
    { "E33", S(SIGNED)|OUT, "close-follow-up", IMAGER|REQUESTER|TECHNOLOGIST|SECRETARY|LOCAL, AT_ALL, NEEDS(OPEN_ITEM), STAY, STEP_QUIET, "Close a follow-up", some_follow_up },
    { "E30", OUT, "confirm-site", TECHNOLOGIST|SECRETARY, AT_S, NEEDS(NOT_YET, ARCHIVED, THREE), STAY, STEP_QUIET, "Report, incidents and archive are confirmed", site_not_confirmed },
    { "L10 L9", OUT|NOT_DONE_YET, "confirm-record", IMAGER|REQUESTER|LOCAL|NUCLEAR, AT_ALL, NEEDS(MINE, NOT_KEPT), STAY, STEP_QUIET, "My entry is in my record", record_of_use },
    { "L10 L9", S(ASKED)|S(INFO_ASKED)|S(VALIDATED)|S(SIGNED), "confirm-record", IMAGER|REQUESTER|LOCAL|NUCLEAR, AT_ALL, NEEDS(REFUSER, NOT_KEPT), STAY, STEP_QUIET, "My entry is in my record", refusal_of_use },
    { "E30 E31 E33 E35 L10", SENT & ~S(CLOSED), "duty-overdue", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "A duty is overdue" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "add-follow-up",      NULL,       "kind",                 FIELD_CODE,    0,           CODES_FOLLOW_UP,     "E33",  "Say what follows: treatment, specialist, further exam." },
    { "add-follow-up",      NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E33",  "Write what is to be done." },
    { "add-follow-up",      NULL,       "owner",                FIELD_CODE,    0,           CODES_OWNER,         "E33",  "Say who takes care of it." },
    { "add-follow-up",      NULL,       "due_at_ms",            FIELD_TIME_MS, 0,           NULL,                "E33",  "Say until when: a moment to come." },
    { "close-follow-up",    NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E33",  "Say which follow-up item." },
    { "close-follow-up",    NULL,       "outcome",              FIELD_CODE,    0,           CODES_OUTCOME,       "E33",  "Say how it ended." },
    { "close-follow-up",    NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E33",  "Write the outcome." },
    { "confirm-site",       NULL,       "report_kept",          FIELD_BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "confirm-site",       NULL,       "incidents_kept",       FIELD_BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "confirm-site",       NULL,       "images_archived",      FIELD_BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "confirm-site",       NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "confirm-record",     NULL,       "where",                FIELD_TEXT,    LINE,        NULL,                "L10",  "Write in which record your entry stands." },
    { 0 },
};
/* clang-format on */

static void on_add_follow_up(Act *a, const ActEvent *e)
{
    fold_item(a, e, "follow_ups");
}

static void on_close_follow_up(Act *a, const ActEvent *e)
{
    json_t *item = act_item(a, "follow_ups", event_int(e, "id"));
    fold_member(item, "closed_at_ms", json_integer(e->at_ms));
    fold_member(item, "closed_by", act_by(e));
    fold_member(item, "outcome", json_string(event_text(e, "outcome")));
    fold_member(item, "outcome_text", json_string(event_text(e, "text")));
}

static void on_confirm_record(Act *a, const ActEvent *e)
{
    fold_item(a, e, "records");
}

static void on_duty_overdue(Act *a, const ActEvent *e)
{
    json_array_append_new(fold_list(a, "duties_overdue"), fold_stamp(e));
}

static const ActFold FOLDS[] = {
    { "add-follow-up", NULL, on_add_follow_up },
    { "close-follow-up", NULL, on_close_follow_up },
    { "confirm-site", "site_check", NULL },
    { "confirm-record", NULL, on_confirm_record },
    { "duty-overdue", NULL, on_duty_overdue },
    { 0 },
};

const ActChapter CHAPTER_DUTIES = { .name   = "duties",
                                    .kinds  = KIND_ANY,
                                    .steps  = STEPS,
                                    .fields = FIELDS,
                                    .folds  = FOLDS,
                                    .follow = duties_follow };
