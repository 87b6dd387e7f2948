/*
 * The reading, its outcome and its signature. E16, E25, E28, E29.
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
#include "clinic/workflow/reading_ledger.h"
#include "clinic/workflow/repeat.h"
#include "clinic/workflow/report_versions.h"
#include "clinic/workflow/urgent.h"

/* ---- of use now? ---- */

static bool nobody_reads(const Act *a, const ActScene *scene)
{
    (void)scene;
    return a->reader_id == 0;
}

static bool another_reads(const Act *a, const ActScene *scene)
{
    return a->reader_id && a->reader_id != scene->person_id;
}

static bool not_interpretable(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "not_interpretable", NULL) != NULL;
}

static bool mark_open(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *item;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "report_marks"), i, item)
        if (!json_object_get(item, "reviewed_at_ms") && !json_object_get(item, "undone_at_ms"))
            return true;
    return false;
}

/* Who signed the preliminary report signs the final one, or another where the convention says so. */
static bool may_succeed(const Act *a, const ActScene *scene)
{
    const json_t *by = act_fact(a, "preliminary", "by");
    return !by || json_integer_value(json_object_get(by, "id")) == scene->person_id || scene->final_by_another;
}

static bool shown_whole(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->shown_incomplete == 0;
}

const ActNeed NEED_SHOWN_WHOLE[1] = { { "images-incomplete", "E25", shown_whole,
                                        "Images were shown to you before all their values had come: open them again until their fidelity is full, then sign." } };

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_MAY_SUCCEED[1] = { { "final-by-another", "E29", may_succeed, "A preliminary report is signed, and the convention does not let another imager sign the final one: ask its author, or have the convention say so." } };
static const ActNeed NEED_MARK_OPEN[1] = { { "report-mark", "E15", act_mark_is_open, "Nothing about this report is to be looked at again." } };
static const ActNeed NEED_NOBODY_READS[1] = { { "reader", "E25", act_nobody_else_reads, "Another imager is reading this exam." } };
static const ActNeed NEED_OTHER_READS[1] = { { "reader-other", "E25", act_another_reads, "There is no other imager's reading to take over." } };
static const ActNeed NEED_SAME_READER[1] = { { "same-reader", "E29", act_same_reader, "Only the imager who reads the exam may do this." } };
static const ActNeed NEED_REPORT_FULL[1] = { { "report", "E29", act_report_is_full, "The report is incomplete.", act_explain_report } };
static const ActNeed NEED_REPORT_SEEN[1] = { { "report-seen", "E29", act_report_is_seen, "The report has changed since it was shown: read it again before signing." } };
static const ActNeed NEED_PROOF[1] = { { "proof", "E16", act_has_proof, "Confirm with your second factor." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E25 O4", READABLE, "open-reading", IMAGER, AT_I, NEEDS(NEED_NOBODY_READS, NEED_DISPLAY_FIT), STAY, STEP_QUIET, "Open the reading", nobody_reads },
    { "E25 O4", READABLE, "take-over-reading", IMAGER, AT_I, NEEDS(NEED_OTHER_READS, NEED_MAY_SUCCEED, NEED_DISPLAY_FIT), STAY, 0, "Take the reading over", another_reads },
    { "E28", READABLE, "not-interpretable", IMAGER, AT_I, NEEDS(NEED_SAME_READER), STAY, 0, "The images cannot be interpreted" },
    { "E28", READABLE, "interpretable", IMAGER, AT_I, NEEDS(NEED_SAME_READER), STAY, 0, "Back to an ordinary report", not_interpretable },
    { "E28", READABLE|REPORTED, "repeat-created", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The exam is asked for again" },
    { "E16 E26 E29 O4", S(LEFT), "sign", IMAGER, AT_I, NEEDS(NEED_SAME_READER, NEED_MAY_SUCCEED, NEED_REPORT_FULL, NEED_URGENT_TOLD, NEED_RIGHT_PATIENT, NEED_DRUGS_SETTLED, NEED_SHOWN_WHOLE, NEED_REPORT_SEEN, NEED_PROOF, NEED_IMAGER_FIT, NEED_WORKPLACE_FIT, NEED_DISPLAY_FIT), ACT_SIGNED, STEP_STALE|STEP_PROOF, "Sign the report" },
    { "E15 E29", REPORTED, "review-report", IMAGER, AT_I, NEEDS(NEED_MARK_OPEN), STAY, 0, "Look at the report again", mark_open },
    { "E15 E29", REPORTED, "images-corrected", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM, "What the report is about was corrected" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "review-report",      NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E15",  "Say which correction." },
    { "review-report",      NULL,       "verdict",              FIELD_CODE,    0,           CODES_REVIEW,        "E29",  "Say whether the report stands." },
    { "review-report",      NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E29",  "Write what this changes for the report." },
    { "take-over-reading",  NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E25",  "Say why the reading is taken over." },
    { "not-interpretable",  NULL,       "reason_code",          FIELD_CODE,    0,           CODES_UNREADABLE,    "E28",  "Choose why the images cannot be interpreted." },
    { "not-interpretable",  NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E28",  "Write why the images cannot be interpreted." },
    { "not-interpretable",  NULL,       "procedure",            FIELD_TEXT,    LONG,        NULL,                "E28",  "Name the procedure that is applied." },
    { "not-interpretable",  NULL,       "follow_up",            FIELD_TEXT,    LONG,        NULL,                "E28",  "Write how the patient's care goes on." },
    { "sign",               NULL,       "revision",             FIELD_INTEGER, INT32_MAX,   NULL,                "E29",  "Say which version is signed." },
    { "sign",               NULL,       "sha256",               FIELD_TEXT,    64,          NULL,                "E16",  "The digest of what is signed is missing." },
    { "sign",               NULL,       "proof",                FIELD_OBJECT,  0,           NULL,                "E16",  "Confirm with your second factor." },
    { 0 },
};
/* clang-format on */

/* A mark on the signed report, until its imager has looked again; a correction that is undone takes it away. */
static void on_images_corrected(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *mark;
    if (strcmp(event_text(e, "kind"), "undone") != 0) {
        fold_item(a, e, "report_marks");
        return;
    }
    json_array_foreach (fold_list(a, "report_marks"), i, mark)
        if (json_integer_value(json_object_get(mark, "correction_id")) == event_int(e, "correction_id"))
            fold_member(mark, "undone_at_ms", json_integer(e->at_ms));
}

static void on_review_report(Act *a, const ActEvent *e)
{
    json_t *mark = act_item(a, "report_marks", event_int(e, "id"));
    fold_member(mark, "reviewed_at_ms", json_integer(e->at_ms));
    fold_member(mark, "reviewed_by", act_by(e));
    fold_member(mark, "verdict", json_string(event_text(e, "verdict")));
    fold_member(mark, "review", json_string(event_text(e, "text")));
}

static void on_open_reading(Act *a, const ActEvent *e)
{
    if (act_fact(a, "reading", NULL))
        return; /* the first reader is the reader; opening again changes nothing */
    fold_set(a, "reading", fold_stamp(e));
    if (!act_fact(a, "outcome", NULL))
        fold_set(a, "outcome", json_string("interpreted"));
    a->reader_id = e->person_id;
}

/* Earlier readings stand side by side: one inside the other they would soon be too deep to be read again. */
static void on_take_over_reading(Act *a, const ActEvent *e)
{
    json_t *reading = fold_stamp(e);
    json_t *last    = json_deep_copy(json_object_get(a->facts, "reading"));
    json_t *before  = json_incref(json_object_get(last, "before"));
    if (!before)
        before = json_array();
    json_object_del(last, "before");
    json_array_append_new(before, last);
    fold_member(reading, "before", before);
    fold_set(a, "reading", reading);
    a->reader_id = e->person_id;
}

static void on_not_interpretable(Act *a, const ActEvent *e)
{
    fold_set(a, "not_interpretable", fold_stamp(e));
    fold_set(a, "outcome", json_string("not-interpretable"));
}

static void on_interpretable(Act *a, const ActEvent *e)
{
    (void)e;
    json_object_del(a->facts, "not_interpretable");
    fold_set(a, "outcome", json_string("interpreted"));
}

static void on_sign(Act *a, const ActEvent *e)
{
    const json_t *difference = versions_significant(e);
    if (act_fact(a, "preliminary", NULL)) /* what was delivered was the preliminary one */
        versions_supersede(a, e, false);
    if (difference)
        urgent_raise(a, e, difference);
    fold_set(a, "signature", fold_stamp(e));
    fold_member(json_object_get(a->facts, "reading"), "ended_at_ms", json_integer(e->at_ms));
}

static void on_repeat_created(Act *a, const ActEvent *e)
{
    fold_item(a, e, "repeats");
}

static const ActFold FOLDS[] = {
    { "repeat-created", NULL, on_repeat_created },
    { "images-corrected", NULL, on_images_corrected },
    { "review-report", NULL, on_review_report },
    { "open-reading", NULL, on_open_reading },
    { "take-over-reading", NULL, on_take_over_reading },
    { "not-interpretable", NULL, on_not_interpretable },
    { "interpretable", NULL, on_interpretable },
    { "sign", NULL, on_sign },
    { 0 },
};

/* Asked where a report may be signed. */
static bool look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    (void)step, (void)data;
    if (!who || (a->state != ACT_RELEASED && a->state != ACT_LEFT))
        return true;
    return reading_incomplete(db, a->id, who->person_id, &ret->scene.shown_incomplete, err);
}

/* What the signer was shown goes with the signature: into the event, so into the report's frame and the proof file. */
static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    static const char *const SIGNED[] = { "sign", "sign-preliminary", "sign-addendum", "give-opinion" };
    json_t                  *shown    = NULL;
    for (size_t i = 0; i < COUNT(SIGNED); i++)
        if (slice_equal_text(step, SIGNED[i]))
            return reading_summary(db, a, loaded->scene.person_id, &shown, err) && json_put(data, "shown", shown);
    return repeat_prepare(db, a, loaded, step, data, event, err);
}

const ActChapter CHAPTER_READING = { .name = "reading", .kinds = KIND_EXAM | KIND_EXPERTISE, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .look = look, .prepare = prepare };
