/*
 * A bad diagnosis: marked, agreed on by imager and requester, announced; until then it is withheld from the patient.
 * E27, T5.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/repeat.h"

static const char *const CODES_ANNOUNCER[] = { "requester", "imager", "together", "treating-physician", "specialist", NULL };
static const char *const CODES_ANNOUNCE_HOW[] = { "in-person", "video", "phone", NULL };

#define OUT (S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED))
#define TELLING (S(DELIVERED) | S(ACKNOWLEDGED))

static bool not_marked(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "announcement", NULL);
}

static bool marked(const Act *a, const ActScene *scene)
{
    return !not_marked(a, scene);
}

static bool not_informed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "patient_informed", NULL);
}

static bool not_announced(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "announcement", "announced");
}

static bool can_be_marked(const Act *a, const ActScene *scene)
{
    return not_marked(a, scene) && not_informed(a, scene);
}

static bool open_announcement(const Act *a, const ActScene *scene)
{
    return marked(a, scene) && not_announced(a, scene);
}

static bool announced_when_marked(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_withheld(a);
}

static bool is_agreed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return json_array_size(act_fact(a, "announcement", "exchanges")) > 0;
}

static bool told_then(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MAX_MS = 60 * 1000 };
    int64_t told_ms = json_integer_value(sent_value(scene, "told_at_ms", NULL));
    return !scene->data ||
           (told_ms >= act_fact_int(a, "signature", "at_ms") && told_ms <= scene->now_ms + AHEAD_MAX_MS);
}

/* clang-format off */
/*    name                  code                    asked by   holds                   what to say */
static const ActNeed NOT_MARKED[1]    = { { "announcement-marked", "E27", not_marked, "This diagnosis is marked already: it is withheld until it is announced." } };
static const ActNeed MARKED[1]        = { { "announcement", "E27", marked, "Nothing is marked to be announced." } };
static const ActNeed NOT_INFORMED[1]  = { { "patient-informed", "E27", not_informed, "The patient is informed already: there is nothing left to withhold." } };
static const ActNeed NOT_ANNOUNCED[1] = { { "announced", "E27", not_announced, "The announcement is recorded already." } };
static const ActNeed AGREED[1]        = { { "announcement-exchange", "E27", is_agreed, "Record first what imager and requester agreed: who announces, when and how." } };
static const ActNeed TOLD_THEN[1]     = { { "told-when", "E27", told_then, "Say when the patient was told: after the signature, not in the future." } };
static const ActNeed READER[1]        = { { "same-reader", "E29", act_same_reader, "Only the imager who reads the exam may do this." } };

const ActNeed NEED_ANNOUNCED[1] = { { "announcement", "E27", announced_when_marked, "The report is withheld from the patient: record first how the diagnosis was announced." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "E27 T5", READABLE|S(VALIDATED)|OUT, "mark-bad-news", IMAGER, AT_I, NEEDS(READER, NOT_MARKED, NOT_INFORMED), STAY, STEP_QUIET, "This diagnosis is to be announced", can_be_marked },
    { "E27 T5", OUT, "ask-announcement", REQUESTER, AT_R, NEEDS(NOT_MARKED, NOT_INFORMED), STAY, STEP_QUIET, "This diagnosis is to be announced", can_be_marked },
    { "E27 T5", READABLE|S(VALIDATED)|OUT, "agree-announcement", IMAGER|REQUESTER, AT_I|AT_R, NEEDS(MARKED, NOT_ANNOUNCED), STAY, STEP_QUIET, "Record what we agreed about the announcement", open_announcement },
    { "E27 T5", TELLING, "record-announcement", IMAGER|REQUESTER, AT_I|AT_R, NEEDS(MARKED, NOT_ANNOUNCED, AGREED, TOLD_THEN), STAY, 0, "The diagnosis was announced", open_announcement },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "mark-bad-news",      NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E27",  "Write why this diagnosis needs an announcement." },
    { "ask-announcement",   NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E27",  "Write why this diagnosis needs an announcement." },
    { "agree-announcement", NULL,       "who",                  FIELD_CODE,    0,           CODES_ANNOUNCER,     "E27",  "Say who announces." },
    { "agree-announcement", NULL,       "how",                  FIELD_CODE,    0,           CODES_ANNOUNCE_HOW,  "E27",  "Say how it is announced." },
    { "agree-announcement", NULL,       "planned_at_ms",        FIELD_TIME_MS, 0,           NULL,                "E27",  "Say when it is announced." },
    { "agree-announcement", NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E27",  "Write what imager and requester said to each other." },
    { "record-announcement",NULL,       "who",                  FIELD_CODE,    0,           CODES_ANNOUNCER,     "E27",  "Say who announced it." },
    { "record-announcement",NULL,       "how",                  FIELD_CODE,    0,           CODES_ANNOUNCE_HOW,  "E27",  "Say how it was announced." },
    { "record-announcement",NULL,       "told_at_ms",           FIELD_TIME_MS, 0,           NULL,                "E27",  "Say when the patient was told." },
    { "record-announcement",NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E27",  "Write what the patient was told and who was there." },
    { 0 },
};
/* clang-format on */

static void on_agree(Act *a, const ActEvent *e)
{
    json_t *announcement = json_object_get(a->facts, "announcement");
    json_t *exchanges    = json_object_get(announcement, "exchanges");
    if (!exchanges) {
        exchanges = json_array();
        fold_member(announcement, "exchanges", exchanges);
    }
    json_array_append_new(exchanges, fold_stamp(e));
}

static void on_announced(Act *a, const ActEvent *e)
{
    fold_member(json_object_get(a->facts, "announcement"), "announced", fold_stamp(e));
}

static const ActFold FOLDS[] = {
    { "mark-bad-news", "announcement", NULL },
    { "ask-announcement", "announcement", NULL },
    { "agree-announcement", NULL, on_agree },
    { "record-announcement", NULL, on_announced },
    { 0 },
};

const ActChapter CHAPTER_ANNOUNCE = { .name   = "announce",
                                      .kinds  = KIND_EXAM | KIND_EXPERTISE,
                                      .steps  = STEPS,
                                      .fields = FIELDS,
                                      .folds  = FOLDS,
                                      .prepare = announce_prepare };
