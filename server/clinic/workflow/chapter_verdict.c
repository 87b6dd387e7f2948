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

/* Both verdicts, in agreement with the reason; where the exam could not be judged at all they may be missing. */
static bool refusal_is_judged(const Act *a, const ActScene *scene)
{
    (void)a;
    static const char *const UNJUDGED[] = { "information-missing", "no-slot", "technical", NULL };
    Slice code = sent_text(scene, "code", NULL), indication = sent_text(scene, "indication", NULL), distance = sent_text(scene, "distance", NULL);
    if (!scene->data || code_known(UNJUDGED, code))
        return true;
    if (slice_equal_text(code, "not-indicated") && !slice_equal_text(indication, "not-relevant"))
        return false;
    if (slice_equal_text(code, "distance-unsuitable") && !slice_equal_text(distance, "not-relevant"))
        return false;
    return indication.len && distance.len;
}

static bool other_exam_is_named(const Act *a, const ActScene *scene)
{
    (void)a;
    return !slice_equal_text(sent_text(scene, "code", NULL), "other-exam") || says_something(sent_text(scene, "other_exam", NULL), 3);
}

static bool indication_is_reasoned(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || says_something(sent_text(scene, "indication_reason", NULL), 2);
}

static bool distance_is_reasoned(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || says_something(sent_text(scene, "distance_reason", NULL), 2);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_INDICATION[1] = { { "verdict-indication", "E6", act_indication_relevant, "To accept, the indication must be judged relevant." } };
static const ActNeed NEED_DISTANCE[1] = { { "verdict-distance", "E6", act_distance_relevant, "To accept, doing it at a distance must be judged relevant." } };
static const ActNeed NEED_BENEFIT_CONFIRMED[1] = { { "benefit-confirmed", "E2", act_benefit_confirmed, "The imager must confirm the benefit for this patient." } };
static const ActNeed NEED_CHANGE_KNOWN[1] = { { "change", "E6", act_change_is_known, "A change of the exam needs a known modality and its reason." } };

static const ActNeed NEED_REFUSAL_VERDICTS[1] = { { "verdicts", "E6", refusal_is_judged, "Give both verdicts; to refuse as not indicated, or as not fit for the distance, the verdict must say so." } };
static const ActNeed NEED_OTHER_EXAM[1] = { { "other-exam", "E8", other_exam_is_named, "Say which other exam you propose instead." } };

static const ActNeed NEED_INDICATION_REASON[1] = { { "indication-reason", "E6", indication_is_reasoned, "Write why the indication is relevant or not." } };
static const ActNeed NEED_DISTANCE_REASON[1] = { { "distance-why", "E6", distance_is_reasoned, "Write why the exam may or may not be done at a distance." } };

#define VERDICTS NEED_INDICATION, NEED_INDICATION_REASON, NEED_DISTANCE, NEED_DISTANCE_REASON, NEED_BENEFIT_CONFIRMED

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E2 E4 E6 E11 L3", S(ASKED), "accept", IMAGER, AT_I, NEEDS(VERDICTS, FIVE_ITEMS, NEED_PROTOCOL, NEED_INJECTION, NEED_PROTOCOL_KNOWN, NEED_PROTOCOL_FITS, NEED_DOSE_DECISION, NEED_RENAL, NEED_CONTRAST_ALLERGIES, NEED_CONTRAST_WEIGHT, NEED_METFORMIN, NEED_DIABETES, NEED_BREASTFEEDING, NEED_MRI_DECISION, NEED_PREGNANCY_DECISION, NEED_CHANGE_KNOWN, NEED_CONVENTION, NEED_NO_OBJECTION, NEED_IMAGER_FIT), ACT_VALIDATED, STEP_STALE, "Accept" },
    { "E6 E8 L3", S(ASKED)|S(INFO_ASKED), "refuse", IMAGER, AT_I, NEEDS(NEED_REFUSAL_VERDICTS, NEED_OTHER_EXAM), ACT_REFUSED, STEP_STALE, "Refuse" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "accept",             NULL,       "indication",           FIELD_CODE,    0,           CODES_VERDICT,       "E6",   "The verdict on the indication is missing." },
    { "accept",             NULL,       "distance",             FIELD_CODE,    0,           CODES_VERDICT,       "E6",   "The verdict on doing it at a distance is missing." },
    { "accept",             NULL,       "indication_reason",    FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "distance_reason",      FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "mri_decision",         FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "pregnancy_decision",   FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "benefit_confirmed",    FIELD_BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "accept",             "change",   "modality",             FIELD_TEXT,    7,           NULL,                NULL,   NULL },
    { "accept",             "change",   "region",               FIELD_TEXT,    64,          NULL,                NULL,   NULL },
    { "accept",             "change",   "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "exam_within_min",      FIELD_INTEGER, 1000000,     NULL,                NULL,   NULL },
    { "refuse",             NULL,       "code",                 FIELD_CODE,    0,           CODES_REFUSAL,       "E8",   "Choose the reason of the refusal." },
    { "refuse",             NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E8",   "Write the reason of the refusal." },
    { "refuse",             NULL,       "indication",           FIELD_CODE,    0,           CODES_VERDICT,       NULL,   NULL },
    { "refuse",             NULL,       "other_modality",       FIELD_TEXT,    7,           NULL,                NULL,   NULL },
    { "refuse",             NULL,       "other_exam",           FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "refuse",             NULL,       "distance",             FIELD_CODE,    0,           CODES_VERDICT,       NULL,   NULL },
    { 0 },
};
/* clang-format on */

/* What the requester held when the imager judged: where they disagree, both stay and both are shown. L3 */
static json_t *requester_opinion(const Act *a)
{
    static const char *const HELD[] = { "relevance", "guideline", "benefit_code", "benefit", "distance_reason_code", "distance_reason" };
    json_t                  *held   = json_object();
    for (size_t i = 0; i < COUNT(HELD); i++)
        json_object_set(held, HELD[i], json_object_get(act_fact(a, "request", NULL), HELD[i]));
    json_object_set(held, "signed", json_object_get(a->facts, "signed_request"));
    return held;
}

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
        fold_member(verdict, "requester_opinion", requester_opinion(a));
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
    json_t *refusal = fold_stamp(e);
    fold_member(refusal, "requester_opinion", requester_opinion(a));
    fold_set(a, "refusal", refusal);
    fold_clock_resume(a, e);
    a->imager_id = e->person_id;
}

static const ActFold FOLDS[] = {
    { "accept", NULL, on_accept },
    { "refuse", NULL, on_refuse },
    { 0 },
};

const ActChapter CHAPTER_VERDICT = { .name = "verdict", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
