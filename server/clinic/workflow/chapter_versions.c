/*
 * Versions of a report: signed as preliminary first, added to or put right after the signature. E29, E26, E31, E34.
 *
 * A signed version is never changed. What follows it is signed like it, delivered anew to everybody who had the one before,
 * and opens again what was done for that one. docs/decisions/0101-report-versions.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_fitness.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/report_versions.h"
#include "clinic/workflow/urgent.h"

static const char *const CODES_ADDENDUM[] = { "complement", "correction", "late-result", NULL };

#define ONCE_OUT (S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED))

/* ---- preliminary ---- */

static bool none_is_preliminary(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "preliminary", NULL);
}

static bool is_interpreted(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !slice_equal_text(act_fact_text(a, "outcome", NULL), "not-interpretable");
}

static bool preliminary_is_seen(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || (json_integer_value(sent_value(scene, "revision", NULL)) == scene->report_revision && scene->report_revision > 0 &&
                            slice_equal_fold(sent_text(scene, "sha256", NULL), slice_of(scene->report_sha256_preliminary)));
}

static bool can_be_preliminary(const Act *a, const ActScene *scene)
{
    return none_is_preliminary(a, scene) && is_interpreted(a, scene) && act_same_reader(a, scene);
}

/* ---- addenda ---- */

static bool report_is_signed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "signature", NULL) != NULL;
}

static bool none_is_open(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "addendum_draft", NULL);
}

static bool is_its_imager(const Act *a, const ActScene *scene)
{
    const json_t *by = act_fact(a, "signature", "by");
    return a->reader_id == scene->person_id || json_integer_value(json_object_get(by, "id")) == scene->person_id;
}

/* Who signed or read; an expert who answered; another imager of the group when on duty. */
static bool may_add(const Act *a, const ActScene *scene)
{
    return act_is_expertise(a) ? expertise_accepted_by_me(a, scene) : is_its_imager(a, scene) || scene->on_duty;
}

static bool another_says_why(const Act *a, const ActScene *scene)
{
    return !scene->data || act_is_expertise(a) || is_its_imager(a, scene) || says_something(sent_text(scene, "instead", NULL), 5);
}

static bool is_mine(const Act *a, const ActScene *scene)
{
    const json_t *by = act_fact(a, "addendum_draft", "by");
    return by && json_integer_value(json_object_get(by, "id")) == scene->person_id;
}

/* One left open is dropped by another imager who may add. */
static bool may_drop(const Act *a, const ActScene *scene)
{
    return act_fact(a, "addendum_draft", NULL) && (is_mine(a, scene) || may_add(a, scene));
}

static bool is_written(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->addendum_written;
}

static bool can_be_opened(const Act *a, const ActScene *scene)
{
    return report_is_signed(a, scene) && none_is_open(a, scene) && may_add(a, scene);
}

/* clang-format off */
/*    name                     code                    asked by   holds                 what to say */
static const ActNeed READER[1]        = { { "same-reader", "E29", act_same_reader, "Only the imager who reads the exam may do this." } };
static const ActNeed ONCE[1]          = { { "preliminary-signed", "E29", none_is_preliminary, "A preliminary report is signed already: the final one follows it." } };
static const ActNeed INTERPRETED[1]   = { { "interpreted", "E28", is_interpreted, "A note on images that cannot be interpreted is final: sign it as such." } };
static const ActNeed FULL[1]          = { { "report", "E29", act_report_is_full, "The report is incomplete.", act_explain_report } };
static const ActNeed PRELIM_SEEN[1]   = { { "report-seen", "E29", preliminary_is_seen, "The report has changed since it was shown: read it again before signing." } };
static const ActNeed SEEN[1]          = { { "report-seen", "E29", act_report_is_seen, "The report has changed since it was shown: read it again before signing." } };
static const ActNeed PROOF[1]         = { { "proof", "E16", act_has_proof, "Confirm with your second factor." } };
static const ActNeed ONCE_SIGNED[1]   = { { "report-signed", "E29", report_is_signed, "There is no signed report to add to." } };
static const ActNeed NONE_OPEN[1]     = { { "addendum-open", "E29", none_is_open, "An addendum is being written: let its author finish it, or drop it." } };
static const ActNeed MAY_ADD[1]       = { { "addendum-author", "E29", may_add, "The imager who signed writes the addendum, or another imager of the group who is on duty." } };
static const ActNeed SAYS_WHY[1]      = { { "addendum-instead", "E29", another_says_why, "Say why you write it instead of the imager who signed." } };
static const ActNeed MINE[1]          = { { "addendum-mine", "E29", is_mine, "Only the imager who writes this addendum may do this." } };
static const ActNeed DROPPABLE[1]     = { { "addendum-none", "E29", may_drop, "There is no addendum to drop." } };
static const ActNeed WRITTEN[1]       = { { "addendum-written", "E29", is_written, "Write the addendum first." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "E16 E26 E29 O4", S(RELEASED)|S(LEFT), "sign-preliminary", IMAGER, AT_I, NEEDS(READER, ONCE, INTERPRETED, FULL, NEED_URGENT_TOLD, NEED_RIGHT_PATIENT, NEED_DRUGS_SETTLED, NEED_SHOWN_WHOLE, PRELIM_SEEN, PROOF, NEED_IMAGER_FIT, NEED_WORKPLACE_FIT, NEED_DISPLAY_FIT), STAY, STEP_STALE|STEP_PROOF, "Sign as preliminary", can_be_preliminary },
    { "E29 E31", READABLE, "deliver-preliminary", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM, "The preliminary report is delivered" },
    { "E29", ONCE_OUT, "open-addendum", IMAGER, AT_I, NEEDS(ONCE_SIGNED, NONE_OPEN, MAY_ADD, SAYS_WHY), STAY, STEP_QUIET, "Add to the report or put it right", can_be_opened },
    { "E29", ONCE_OUT, "drop-addendum", IMAGER, AT_I, NEEDS(DROPPABLE), STAY, STEP_QUIET, "Drop the addendum", may_drop },
    { "E16 E26 E29 E31 E34 O4", ONCE_OUT, "sign-addendum", IMAGER, AT_I, NEEDS(ONCE_SIGNED, MINE, WRITTEN, FULL, SEEN, PROOF, NEED_IMAGER_FIT, NEED_DISPLAY_FIT), ACT_SIGNED, STEP_STALE|STEP_PROOF, "Sign the addendum", is_mine },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "sign-preliminary",   NULL,       "revision",             FIELD_INTEGER, INT32_MAX,   NULL,                "E29",  "Say which version is signed." },
    { "sign-preliminary",   NULL,       "sha256",               FIELD_TEXT,    64,          NULL,                "E16",  "The digest of what is signed is missing." },
    { "sign-preliminary",   NULL,       "proof",                FIELD_OBJECT,  0,           NULL,                "E16",  "Confirm with your second factor." },
    { "open-addendum",      NULL,       "kind",                 FIELD_CODE,    0,           CODES_ADDENDUM,      "E29",  "Say whether this adds something, puts an error right, or tells a result received later." },
    { "open-addendum",      NULL,       "instead",              FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "drop-addendum",      NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E29",  "Write why the addendum is dropped." },
    { "sign-addendum",      NULL,       "revision",             FIELD_INTEGER, INT32_MAX,   NULL,                "E29",  "Say which version is signed." },
    { "sign-addendum",      NULL,       "sha256",               FIELD_TEXT,    64,          NULL,                "E16",  "The digest of what is signed is missing." },
    { "sign-addendum",      NULL,       "proof",                FIELD_OBJECT,  0,           NULL,                "E16",  "Confirm with your second factor." },
    { 0 },
};
/* clang-format on */

static void on_sign_preliminary(Act *a, const ActEvent *e)
{
    fold_set(a, "preliminary", fold_stamp(e));
}

static void on_deliver_preliminary(Act *a, const ActEvent *e)
{
    fold_set(a, "deliveries", json_deep_copy(json_object_get(e->data, "deliveries")));
    fold_set(a, "document", json_deep_copy(json_object_get(e->data, "document")));
    fold_member(json_object_get(a->facts, "preliminary"), "delivered_at_ms", json_integer(e->at_ms));
}

static void on_open(Act *a, const ActEvent *e)
{
    fold_set(a, "addendum_draft", fold_stamp(e));
}

static void on_drop(Act *a, const ActEvent *e)
{
    (void)e;
    json_object_del(a->facts, "addendum_draft");
}

/* The new signature stands; what was done for the version before is due again. */
static void on_sign_addendum(Act *a, const ActEvent *e)
{
    const json_t *difference = versions_significant(e);
    versions_supersede(a, e, difference != NULL);
    json_object_del(a->facts, "addendum_draft");
    fold_item(a, e, "addenda");
    fold_set(a, "signature", fold_stamp(e));
    if (difference)
        urgent_raise(a, e, difference);
}

static const ActFold FOLDS[] = {
    { "sign-preliminary", NULL, on_sign_preliminary },
    { "deliver-preliminary", NULL, on_deliver_preliminary },
    { "open-addendum", NULL, on_open },
    { "drop-addendum", NULL, on_drop },
    { "sign-addendum", NULL, on_sign_addendum },
    { 0 },
};

const ActChapter CHAPTER_VERSIONS = { .name    = "versions",
                                      .kinds   = KIND_EXAM | KIND_EXPERTISE,
                                      .steps   = STEPS,
                                      .fields  = FIELDS,
                                      .folds   = FOLDS,
                                      .look    = versions_look,
                                      .prepare = versions_prepare,
                                      .follow  = versions_follow };
