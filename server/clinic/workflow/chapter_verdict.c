/*
 * The imager's verdicts on the indication and on the distance. E4, E6, E8, E11, L3.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_fitness.h"

/* What is injected decides who must be there: said in so many words, never by silence. */
static bool has_injection(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || sent_text(scene, "protocol", "injection").len > 0;
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_INDICATION[1] = { { "verdict-indication", "E6", act_indication_relevant, "To accept, the indication must be judged relevant." } };
static const ActNeed NEED_DISTANCE[1] = { { "verdict-distance", "E6", act_distance_relevant, "To accept, doing it at a distance must be judged relevant." } };
static const ActNeed NEED_BENEFIT_CONFIRMED[1] = { { "benefit-confirmed", "E2", act_benefit_confirmed, "The imager must confirm the benefit for this patient." } };
static const ActNeed NEED_PROTOCOL[1] = { { "protocol", "E19", act_has_protocol, "Name the protocol of the exam." } };
static const ActNeed NEED_INJECTION[1] = { { "injection", "E23", has_injection, "Say what is injected, or that nothing is." } };
static const ActNeed NEED_DOSE_DECISION[1] = { { "dose-decision", "E11", act_has_dose_decision, "Write how the dose is optimised for this patient." } };
static const ActNeed NEED_CHANGE_KNOWN[1] = { { "change", "E6", act_change_is_known, "A change of the exam needs a known modality and its reason." } };

#define VERDICTS NEED_INDICATION, NEED_DISTANCE, NEED_BENEFIT_CONFIRMED

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E2 E4 E6 E11 L3", S(ASKED), "accept", IMAGER, AT_I, NEEDS(VERDICTS, FIVE_ITEMS, NEED_PROTOCOL, NEED_INJECTION, NEED_DOSE_DECISION, NEED_CHANGE_KNOWN, NEED_CONVENTION, NEED_IMAGER_FIT), ACT_VALIDATED, STEP_STALE, "Accept" },
    { "E6 E8 L3", S(ASKED)|S(INFO_ASKED), "refuse", IMAGER, AT_I, NO_NEEDS, ACT_REFUSED, STEP_STALE, "Refuse" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "accept",             NULL,       "indication",           FIELD_CODE,    0,           CODES_VERDICT,       "E6",   "The verdict on the indication is missing." },
    { "accept",             NULL,       "distance",             FIELD_CODE,    0,           CODES_VERDICT,       "E6",   "The verdict on doing it at a distance is missing." },
    { "accept",             NULL,       "benefit_confirmed",    FIELD_BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "accept",             "change",   "modality",             FIELD_TEXT,    7,           NULL,                NULL,   NULL },
    { "accept",             "change",   "region",               FIELD_TEXT,    64,          NULL,                NULL,   NULL },
    { "accept",             "change",   "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "name",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "version",              FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "phases",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "injection",            FIELD_CODE,    0,           CODES_INJECTION,     NULL,   NULL },
    { "accept",             "protocol", "dose_note",            FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "optimisation",         FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "exam_within_min",      FIELD_INTEGER, 1000000,     NULL,                NULL,   NULL },
    { "refuse",             NULL,       "code",                 FIELD_CODE,    0,           CODES_REFUSAL,       "E8",   "Choose the reason of the refusal." },
    { "refuse",             NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E8",   "Write the reason of the refusal." },
    { "refuse",             NULL,       "indication",           FIELD_CODE,    0,           CODES_VERDICT,       NULL,   NULL },
    { "refuse",             NULL,       "distance",             FIELD_CODE,    0,           CODES_VERDICT,       NULL,   NULL },
    { 0 },
};
/* clang-format on */

static void on_accept(Act *a, const ActEvent *e)
{
    json_t *verdict  = fold_stamp(e);
    json_t *protocol = json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e));
    json_object_update_missing(protocol, json_object_get(e->data, "protocol"));
    json_object_del(verdict, "protocol");
    json_object_del(verdict, "delays");
    json_t *change = json_object_get(e->data, "change");
    if (json_is_object(change)) {
        const char *modality = json_string_value(json_object_get(change, "modality"));
        const char *region   = json_string_value(json_object_get(change, "region"));
        fold_member(verdict, "asked", json_pack("{s:s, s:s}", "modality", a->modality, "region", a->region));
        if (modality && *modality)
            snprintf(a->modality, sizeof a->modality, "%s", modality);
        if (region && *region)
            snprintf(a->region, sizeof a->region, "%s", region);
    }
    fold_set(a, "verdict", verdict);
    fold_set(a, "protocol", protocol);
    a->imager_id = e->person_id;
    fold_clause(a, e);
}

static void on_refuse(Act *a, const ActEvent *e)
{
    fold_set(a, "refusal", fold_stamp(e));
    fold_clock_resume(a, e);
    a->imager_id = e->person_id;
}

static const ActFold FOLDS[] = {
    { "accept", NULL, on_accept },
    { "refuse", NULL, on_refuse },
    { 0 },
};

const ActChapter CHAPTER_VERDICT = { .name = "verdict", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
