/*
 * What the images tell of drugs: kept in the act beside what was recorded, and settled by a person where they differ. L2, S5, L5.
 *
 * Source: L.5121-1; R.4351-1 to R.4351-2-2; docs/decisions/0104-drugs-from-images.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <string.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/drug_seen.h"

static const json_t *named(const Act *a, const ActScene *scene)
{
    return act_item(a, "drugs_seen", json_integer_value(sent_value(scene, "id", NULL)));
}

static bool state_is(const json_t *seen, const char *state)
{
    return slice_equal_text(slice_of(json_string_value(json_object_get(seen, "state"))), state);
}

static bool takes(const ActScene *scene)
{
    return slice_equal_text(sent_text(scene, "decision", NULL), "take");
}

/* ---- of use now? ---- */

static bool something_waits(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *seen;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "drugs_seen"), i, seen)
        if (drug_seen_is_open(seen))
            return true;
    return false;
}

/* ---- conditions ---- */

static bool all_is_settled(const Act *a, const ActScene *scene)
{
    return !something_waits(a, scene);
}

static bool is_open(const Act *a, const ActScene *scene)
{
    return !scene->data || drug_seen_is_open(named(a, scene));
}

/* Nothing is taken over that cannot be right; what is recorded stays only where something is recorded. */
static bool decision_fits(const Act *a, const ActScene *scene)
{
    const json_t *seen = named(a, scene);
    if (!scene->data || !seen)
        return true;
    if (takes(scene))
        return !state_is(seen, "problem");
    return !slice_equal_text(sent_text(scene, "decision", NULL), "keep") || state_is(seen, "contradicts");
}

static bool reason_is_said(const Act *a, const ActScene *scene)
{
    return !scene->data || (takes(scene) && !state_is(named(a, scene), "contradicts")) || says_something(sent_text(scene, "reason", NULL), 5);
}

/* Whoever corrects what a prescription covers already needs no other one. */
static bool is_prescribed(const Act *a, const ActScene *scene)
{
    const json_t *seen = named(a, scene), *prescription = act_item(a, "prescriptions", json_integer_value(sent_value(scene, "prescription_id", NULL)));
    if (!scene->data || scene->physician || !takes(scene) || state_is(seen, "contradicts"))
        return true;
    const json_t *kind = json_object_get(prescription, "kind");
    return kind && json_equal(kind, json_object_get(seen, "kind"));
}

/* What an administration must say, from the images or else from the person. */
static const struct {
    const char *name, *seen;
    int         radioactive; /* 1: of those alone, 0: of contrast alone, -1: of both */
    const char *why, *text;
} MEMBERS[] = {
    { "product", "product", -1, "S5", "Name the product." },
    { "batch", "batch", -1, "S5", "Write the batch." },
    { "radionuclide", "radionuclide", 1, "L2", "Name the radionuclide." },
    { "activity_mbq", "activity_mbq", 1, "L2", "Write the activity given, in MBq." },
    { "dose", "volume_ml", 0, "S5", "Write the dose and its unit." },
    { "route", "route", -1, "S5", "Say by which route." },
    { "given_at_ms", "given_at_ms", -1, "S5", "Say when it was given." },
};

static bool counts(size_t i, const json_t *seen)
{
    bool radioactive = slice_equal_text(slice_of(json_string_value(json_object_get(seen, "kind"))), "radiopharmaceutical");
    return MEMBERS[i].radioactive < 0 || (MEMBERS[i].radioactive == 1) == radioactive;
}

static bool is_said(const json_t *value)
{
    return value && !json_is_null(value) && !(json_is_string(value) && json_string_length(value) == 0);
}

static bool is_complete(const Act *a, const ActScene *scene)
{
    const json_t *seen = named(a, scene);
    for (size_t i = 0; scene->data && takes(scene) && i < COUNT(MEMBERS); i++)
        if (counts(i, seen) && !is_said(json_object_get(seen, MEMBERS[i].seen)) && !is_said(sent_value(scene, MEMBERS[i].name, NULL)))
            return false;
    return true;
}

static void explain_complete(const Act *a, const ActScene *scene, MissingList *ret)
{
    const json_t *seen = named(a, scene);
    for (size_t i = 0; i < COUNT(MEMBERS); i++)
        if (counts(i, seen) && !is_said(json_object_get(seen, MEMBERS[i].seen)) && !is_said(sent_value(scene, MEMBERS[i].name, NULL)))
            missing_add(ret, MEMBERS[i].name, MEMBERS[i].text, MEMBERS[i].why);
}

static bool typed_at_a_time(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MS = 60 * 1000 };
    int64_t at_ms = json_integer_value(sent_value(scene, "given_at_ms", NULL));
    return !at_ms || (at_ms >= act_fact_int(a, "acquisition", "started_at_ms") - AHEAD_MS && at_ms <= scene->now_ms + AHEAD_MS);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_DRUGS_SETTLED[1] = { { "drug-seen", "L2 S5", all_is_settled, "The images tell of a drug that is not recorded, or not in the same way: settle it in the panel of drugs first." } };
static const ActNeed NEED_OPEN[1] = { { "drug-open", "L2", is_open, "Nothing is to be settled here." } };
static const ActNeed NEED_FITS[1] = { { "drug-problem", "L2", decision_fits, "What the images say cannot be taken as it is (another patient, an activity that nobody is given, a time outside the exam): record what was really given, then set it aside with the reason." } };
static const ActNeed NEED_WHY[1] = { { "reason", "S5", reason_is_said, "Write how you know what was really given." } };
static const ActNeed NEED_ON_PRESCRIPTION[1] = { { "prescription", "L5", is_prescribed, "A technologist gives what a physician has prescribed in this act: ask for the prescription first." } };
static const ActNeed NEED_COMPLETE[1] = { { "drug-complete", "S5", is_complete, "The images do not say all that an administration must say: complete it.", explain_complete } };
static const ActNeed NEED_WHEN[1] = { { "given-when", "S5", typed_at_a_time, "The time given is not within this exam." } };

#define FROM_THE_EXAM S(RUNNING)|S(GONE)|S(RELEASED)|S(LEFT)|S(SIGNED)|S(DELIVERED)|S(ACKNOWLEDGED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "L2 S5", S(PLANNED)|FROM_THE_EXAM|S(CLOSED), "drug-seen", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The images tell of a drug" },
    { "L2 S5 L5", FROM_THE_EXAM, "settle-drug", TECHNOLOGIST|LOCAL|NUCLEAR|IMAGER, AT_S|AT_I, NEEDS(NEED_OPEN, NEED_FITS, NEED_WHY, NEED_ON_PRESCRIPTION, NEED_COMPLETE, NEED_WHEN), STAY, STEP_QUIET, "Settle what the images tell of a drug", something_waits },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "settle-drug",        NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "L2",   "Say which drug." },
    { "settle-drug",        NULL,       "decision",             FIELD_CODE,    0,           CODES_DRUG_DECISION, "L2",   "Say what counts: the images, what was recorded, or neither." },
    { "settle-drug",        NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "prescription_id",      FIELD_INTEGER, INT32_MAX,   NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "product",              FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "batch",                FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "radionuclide",         FIELD_TEXT,    20,          NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "activity_mbq",         FIELD_NUMBER,  10000,       NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "dose",                 FIELD_NUMBER,  100000,      NULL,                NULL,   NULL },
    { "settle-drug",        NULL,       "route",                FIELD_CODE,    0,           CODES_ROUTE,         NULL,   NULL },
    { "settle-drug",        NULL,       "given_at_ms",          FIELD_TIME_MS, 0,           NULL,                NULL,   NULL },
    { 0 },
};
/* clang-format on */

/* The administration as it is taken over: the images' word, completed by the person where they say nothing. */
static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)db, (void)loaded, (void)event, (void)err;
    const char *decision = json_string_value(json_object_get(data, "decision"));
    if (!slice_equal_text(step, "settle-drug") || !decision || strcmp(decision, "take") != 0)
        return true;
    const json_t *seen = act_item(a, "drugs_seen", json_integer_value(json_object_get(data, "id")));
    json_t       *drug = json_pack("{s:O}", "kind", json_object_get(seen, "kind"));
    for (size_t i = 0; i < COUNT(MEMBERS); i++) {
        const json_t *told = json_object_get(seen, MEMBERS[i].seen);
        const json_t *value = is_said(told) ? told : json_object_get(data, MEMBERS[i].name);
        if (counts(i, seen) && is_said(value))
            json_put(drug, MEMBERS[i].name, json_deep_copy(value));
    }
    if (json_object_get(drug, "dose"))
        json_put(drug, "unit", json_string("ml"));
    return json_put(data, "drug", drug);
}

static void on_drug_seen(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *told = fold_item(a, e, "drugs_seen"), *before;
    bool    report = strcmp(event_text(e, "source"), "report") == 0 && json_array_size(json_object_get(e->data, "problems")) == 0;
    json_array_foreach (json_object_get(a->facts, "drugs_seen"), i, before) {
        const char *source = json_string_value(json_object_get(before, "source"));
        if (report && before != told && source && strcmp(source, "header") == 0 && !json_object_get(before, "settled") &&
            json_equal(json_object_get(before, "kind"), json_object_get(told, "kind")))
            fold_member(before, "superseded_by", json_integer(e->seq));
    }
    drugs_seen_refresh(a->facts);
}

static void drug_take(Act *a, const ActEvent *e, const json_t *seen)
{
    json_t *replaced     = act_item(a, "drugs", json_integer_value(json_object_get(seen, "drug_id")));
    json_t *prescription = act_item(a, "prescriptions", event_int(e, "prescription_id"));
    json_t *prescriber   = json_object_get(replaced ? replaced : prescription, replaced ? "prescriber" : "by");
    json_t *drug         = json_pack("{s:I, s:I, s:o, s:s, s:O}", "id", (json_int_t)e->seq, "at_ms", (json_int_t)e->at_ms, "by", act_by(e), "source",
                                     "images", "seen_id", json_object_get(seen, "id"));
    json_object_update_missing(drug, json_object_get(e->data, "drug"));
    fold_member(drug, "prescriber", prescriber ? json_deep_copy(prescriber) : act_by(e));
    if (replaced)
        fold_member(replaced, "replaced_by", json_integer(e->seq));
    json_array_append_new(fold_list(a, "drugs"), drug);
}

static void on_settle(Act *a, const ActEvent *e)
{
    json_t *seen = act_item(a, "drugs_seen", event_int(e, "id"));
    if (!seen)
        return;
    if (strcmp(event_text(e, "decision"), "take") == 0)
        drug_take(a, e, seen);
    fold_member(seen, "settled",
                json_pack("{s:I, s:o, s:s, s:s}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e), "decision", event_text(e, "decision"), "reason",
                          event_text(e, "reason")));
    drugs_seen_refresh(a->facts);
}

static const ActFold FOLDS[] = {
    { "drug-seen", NULL, on_drug_seen },
    { "settle-drug", NULL, on_settle },
    { 0 },
};

const ActChapter CHAPTER_DRUGS_SEEN = { .name = "drugs-seen", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .prepare = prepare };
