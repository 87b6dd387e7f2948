/*
 * The protocol of the exam: ordered from the library or for this patient, changed, read at the version that counts; the checks of
 * safety on site. E11, E19.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts; with the database, which
 * version of the library is in force.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/protocol.h"
#include "platform/clock.h"

enum { RENAL_DAYS = 90 };

/* ---- of use now? ---- */

static bool protocol_unread(const Act *a, const ActScene *scene)
{
    return !act_protocol_is_read(a, scene);
}

static bool is_mri(const Act *a, const ActScene *scene)
{
    (void)scene;
    return strcmp(a->modality, "MR") == 0;
}

/* ---- conditions ---- */

static bool from_library(const ActScene *scene)
{
    return json_integer_value(sent_value(scene, "protocol", "id")) != 0;
}

static bool protocol_is_known(const Act *a, const ActScene *scene)
{
    (void)a;
    return !from_library(scene) || scene->protocol_known;
}

static bool protocol_is_for_them(const Act *a, const ActScene *scene)
{
    (void)a;
    return !from_library(scene) || !scene->protocol_known || scene->protocol_fits ||
           says_something(sent_text(scene, "protocol", "variant_reason"), 5);
}

/* What is injected decides who must be there: said in so many words, never by silence. E23 */
static bool has_injection(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || from_library(scene) || sent_text(scene, "protocol", "injection").len > 0;
}

bool act_has_protocol(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || from_library(scene) || says_something(sent_text(scene, "protocol", "name"), 2);
}

/* What was read is what counts now: the protocol ordered, at the version in force. */
bool act_protocol_is_read(const Act *a, const ActScene *scene)
{
    const json_t *read = act_fact(a, "protocol_acknowledged", NULL);
    if (!read || scene->protocol_newer)
        return false;
    const json_t *version = json_object_get(read, "version");
    return !version || (json_equal(version, act_fact(a, "protocol", "version")) &&
                        json_integer_value(json_object_get(read, "ordered_at_ms")) >= act_fact_int(a, "protocol", "at_ms"));
}

/* clang-format off */
const ActNeed NEED_PROTOCOL[1] = { { "protocol", "E19", act_has_protocol, "Name the protocol of the exam." } };
const ActNeed NEED_INJECTION[1] = { { "injection", "E23", has_injection, "Say what is injected, or that nothing is." } };
const ActNeed NEED_DOSE_DECISION[1] = { { "dose-decision", "E11", act_has_dose_decision, "Write how the dose is optimised for this patient." } };
const ActNeed NEED_PROTOCOL_KNOWN[1] = { { "protocol-known", "E19", protocol_is_known, "This protocol is not in force for this modality and site in your group's library." } };
const ActNeed NEED_PROTOCOL_FITS[1] = { { "protocol-fits", "E11", protocol_is_for_them, "This protocol is not made for the patient's age or weight: choose the variant, or write why this one." } };
const ActNeed NEED_PROTOCOL_READ[1] = { { "protocol-read", "E19", act_protocol_is_read, "The technologist has not read the protocol that counts now." } };

#define ORDERED NEED_PROTOCOL, NEED_INJECTION, NEED_PROTOCOL_KNOWN, NEED_PROTOCOL_FITS, NEED_DOSE_DECISION, NEED_RENAL, NEED_CONTRAST_ALLERGIES, NEED_CONTRAST_WEIGHT, NEED_METFORMIN, NEED_DIABETES, NEED_BREASTFEEDING

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E11 E17 E19", S(VALIDATED)|S(PLANNED)|S(RUNNING), "change-protocol", IMAGER, AT_I, NEEDS(ORDERED), STAY, 0, "Order another protocol" },
    { "E17 E19", S(VALIDATED)|S(PLANNED)|S(RUNNING)|S(GONE), "acknowledge-protocol", TECHNOLOGIST, AT_S, NO_NEEDS, STAY, 0, "I have read the protocol", protocol_unread },
    { "E5", S(VALIDATED)|S(PLANNED), "record-renal", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NO_NEEDS, STAY, 0, "Record the renal function" },
    { "E5", S(PLANNED), "check-mri-safety", TECHNOLOGIST, AT_S, NO_NEEDS, STAY, 0, "Repeat the MRI safety checklist", is_mri },
    { 0 },
};

#define PROTOCOL_FIELDS(step)                                                                                                          \
    { step,                 "protocol", "id",                   FIELD_INTEGER, INT64_MAX,   NULL,                NULL,   NULL },       \
    { step,                 "protocol", "name",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },       \
    { step,                 "protocol", "version",              FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },       \
    { step,                 "protocol", "phases",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },       \
    { step,                 "protocol", "dose_note",            FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },       \
    { step,                 "protocol", "optimisation",         FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },       \
    { step,                 "protocol", "injection",            FIELD_CODE,    0,           CODES_INJECTION,     NULL,   NULL },       \
    { step,                 "protocol", "contrast",             FIELD_CODE,    0,           CODES_CONTRAST,      NULL,   NULL },       \
    { step,                 "protocol", "product",              FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },       \
    { step,                 "protocol", "variant_reason",       FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },       \
    { step,                 NULL,       "renal_waiver",         FIELD_TEXT,    LONG,        NULL,                NULL,   NULL }

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    PROTOCOL_FIELDS("accept"),
    PROTOCOL_FIELDS("change-protocol"),
    { "change-protocol",    NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E19",  "Say why the protocol changes." },
    { "record-renal",       NULL,       "renal_value",          FIELD_NUMBER,  5000,        NULL,                "E5",   "Give the renal function: value, unit, date." },
    { "record-renal",       NULL,       "renal_unit",           FIELD_CODE,    0,           CODES_RENAL_UNIT,    "E5",   "Give the renal function: value, unit, date." },
    { "record-renal",       NULL,       "renal_date",           FIELD_TEXT,    10,          NULL,                "E5",   "Give the renal function: value, unit, date." },
    { "check-mri-safety",   NULL,       "result",               FIELD_CODE,    0,           CODES_SAFE,          "E5",   "Say whether the patient may enter." },
    { "check-mri-safety",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { 0 },
};
/* clang-format on */

/* Ordered anew: whoever read the one before must read this one. */
static void on_change_protocol(Act *a, const ActEvent *e)
{
    json_t *protocol = json_pack("{s:I, s:o, s:s}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e), "reason", event_text(e, "reason"));
    json_object_update_missing(protocol, json_object_get(e->data, "protocol"));
    json_t *before = json_deep_copy(json_object_get(a->facts, "protocol"));
    if (before) {
        json_object_del(before, "before"); /* one step back: the log has them all */
        fold_member(protocol, "before", before);
    }
    fold_set(a, "protocol", protocol);
    if (*event_text(e, "renal_waiver") && act_fact(a, "verdict", NULL))
        fold_member(json_object_get(a->facts, "verdict"), "renal_waiver", json_string(event_text(e, "renal_waiver")));
}

/* A later version that came into force is adopted with its reading: what was ordered for this patient stays. */
static void on_acknowledge_protocol(Act *a, const ActEvent *e)
{
    json_t *adopted  = json_object_get(e->data, "adopted");
    json_t *protocol = json_object_get(a->facts, "protocol");
    if (adopted && protocol) {
        json_object_set(protocol, "ordered_version", json_object_get(protocol, "version"));
        json_object_update(protocol, adopted);
    }
    json_t *stamp = fold_stamp(e);
    json_object_del(stamp, "adopted");
    fold_set(a, "protocol_acknowledged", stamp);
}

static void on_record_renal(Act *a, const ActEvent *e)
{
    static const char *const MEMBERS[] = { "renal_value", "renal_unit", "renal_date" };
    for (size_t i = 0; i < COUNT(MEMBERS); i++)
        json_object_set(json_object_get(a->facts, "request"), MEMBERS[i], json_object_get(e->data, MEMBERS[i]));
}

static void on_check_mri(Act *a, const ActEvent *e)
{
    fold_set(a, "mri_check", fold_stamp(e));
    if (strcmp(event_text(e, "result"), "not-safe") == 0)
        fold_incident(a, e, "technical", "Contrôle de sécurité IRM : le patient ne peut pas entrer.");
}

static const ActFold FOLDS[] = {
    { "change-protocol", NULL, on_change_protocol },
    { "acknowledge-protocol", NULL, on_acknowledge_protocol },
    { "record-renal", NULL, on_record_renal },
    { "check-mri-safety", NULL, on_check_mri },
    { 0 },
};

/* ---- with the database ---- */

static bool is_absent(const Err *why, Err *err)
{
    return why->kind == ERR_NOT_FOUND || err_set(err, why->kind, why->shown, "%s", why->detail);
}

/* The one named, when it is in force for this group, site and modality. */
static bool look_named(Db *db, const Act *a, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    OWNED_PROTOCOL named = { 0 };
    Err            absent   = { 0 };
    const char    *changed  = json_string_value(json_object_get(json_object_get(data, "change"), "modality"));
    const char    *modality = changed && *changed ? changed : a->modality;
    int64_t        id       = json_integer_value(json_object_get(json_object_get(data, "protocol"), "id"));
    if (!protocol_load(db, id, &named, &absent) || !protocol_in_force(db, named.root_id, &ret->protocol, &absent))
        return is_absent(&absent, err);
    const Protocol *p      = &ret->protocol;
    const json_t   *injected = json_object_get(p->content, "contrast");
    const char     *kind     = json_string_value(json_object_get(injected, "kind"));
    ret->scene.protocol_known = p->id == id && p->imaging_id == a->imaging_id && (!p->site_id || p->site_id == a->site_id) &&
                                strcmp(p->modality, modality) == 0;
    ret->scene.protocol_fits       = protocol_fits(p, act_patient_months(db, a, ret->scene.now_ms), json_number_value(act_fact(a, "request", "weight_kg")));
    ret->scene.protocol_renal_days = json_integer_value(json_object_get(injected, "renal_days"));
    snprintf(ret->scene.protocol_contrast, sizeof ret->scene.protocol_contrast, "%s", kind ? kind : "none");
    return true;
}

static bool look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    Err     absent = { 0 };
    int64_t root   = act_fact_int(a, "protocol", "root_id");
    (void)who;
    if (json_object_get(json_object_get(data, "protocol"), "id") && (slice_equal_text(step, "accept") || slice_equal_text(step, "change-protocol")))
        return look_named(db, a, data, ret, err);
    if (!root || (a->state != ACT_VALIDATED && a->state != ACT_PLANNED))
        return true;
    if (!protocol_in_force(db, root, &ret->protocol, &absent))
        return is_absent(&absent, err);
    ret->scene.protocol_newer = ret->protocol.version > json_integer_value(act_fact(a, "protocol", "version"));
    return true;
}

/* What the library says, with what the imager adds for this patient. */
static const char *injection_of(const char *contrast)
{
    if (strcmp(contrast, "none") == 0)
        return "none";
    return strcmp(contrast, "radiopharmaceutical") == 0 ? "radiopharmaceutical" : "contrast";
}

static bool prepare_order(const ActSceneLoaded *loaded, const char *modality, json_t *data)
{
    json_t *protocol = json_object_get(data, "protocol");
    if (!protocol)
        return true;
    json_t     *contrast = json_object_get(protocol, "contrast");
    const char *injected = json_string_value(json_object_get(protocol, "injection"));
    if (loaded->scene.protocol_known) {
        OWNED(json_t) *library = protocol_json(&loaded->protocol);
        json_object_del(library, "optimisation"); /* the decision is the imager's, for this patient */
        json_object_update(protocol, library);
        json_put(protocol, "injection", json_string(injection_of(loaded->scene.protocol_contrast)));
    } else if (injected && strcmp(injected, "contrast") == 0) {
        /* not said which: the one of this modality */
        const char *said = json_string_value(contrast);
        const char *kind = said && *said ? said : strcmp(modality, "MR") == 0 ? "gadolinium" : "iodinated";
        json_t     *made = json_pack("{s:s, s:i}", "kind", kind, "renal_days", RENAL_DAYS);
        json_put(made, "product", json_incref(json_object_get(protocol, "product")));
        json_put(protocol, "contrast", made);
    }
    return true;
}

static bool prepare_acknowledge(const Act *a, const ActSceneLoaded *loaded, json_t *data)
{
    json_t *version = json_incref((json_t *)act_fact(a, "protocol", "version"));
    if (loaded->scene.protocol_newer) {
        json_t *adopted = protocol_json(&loaded->protocol);
        json_object_del(adopted, "optimisation");
        json_decref(version);
        version = json_incref(json_object_get(adopted, "version"));
        json_put(data, "adopted", adopted);
    }
    json_put(data, "ordered_at_ms", json_integer(act_fact_int(a, "protocol", "at_ms")));
    return !version || json_put(data, "version", version);
}

static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)db, (void)event, (void)err;
    if (slice_equal_text(step, "accept") || slice_equal_text(step, "change-protocol"))
        return prepare_order(loaded, a->modality, data);
    return !slice_equal_text(step, "acknowledge-protocol") || prepare_acknowledge(a, loaded, data);
}

const ActChapter CHAPTER_PROTOCOL = { .name = "protocol", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .look = look, .prepare = prepare };
