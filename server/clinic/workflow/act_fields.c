/*
 * What may be sent with each step: names, kinds, codes, limits. Pure.
 *
 * Source: docs/api.md section 4. A required member that is missing is named with its requirement, like any
 * condition.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_fields.h"

#include <stdlib.h>

#include "clinic/workflow/act_codes.h"
#include "formats/texts/texts.h"

typedef enum FieldKind { TEXT, CODE, INTEGER, TIME_MS, BOOLEAN, TEXT_OR_BOOLEAN, NUMBER, OBJECT } FieldKind;

enum { LINE = 200, LONG = 8000 };
#define TIME_MAX_MS 4102444800000 /* the year 2100 */

typedef struct Field {
    const char        *step, *within, *name; /* within: the object it stands in, NULL at the top */
    FieldKind          kind;
    int64_t            max; /* bytes of a text, greatest number */
    const char *const *codes;
    const char        *why; /* set: compulsory */
    const char        *text;
} Field;

/* clang-format off */
static const Field FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "edit-request",       "request",  "reason",               TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "purpose",              TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "circumstances",        TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "pregnancy",            CODE,    0,           CODES_PREGNANCY,     NULL,   NULL },
    { "edit-request",       "request",  "earlier_exams",        TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "optimisation",         TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "question",             TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "allergies",            TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "renal_function",       TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "implants",             TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "weight_kg",            NUMBER,  400,         NULL,                NULL,   NULL },
    { "edit-request",       "request",  "medication",           TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "relevance",            TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "guideline",            TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "benefit_code",         CODE,    0,           CODES_BENEFIT,       NULL,   NULL },
    { "edit-request",       "request",  "benefit",              TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "distance_reason_code", CODE,    0,           CODES_DISTANCE,      NULL,   NULL },
    { "edit-request",       "request",  "distance_reason",      TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "pathway",              CODE,    0,           CODES_PATHWAY,       NULL,   NULL },
    { "edit-request",       "request",  "treating_physician",   OBJECT,  0,           NULL,                NULL,   NULL },
    { "edit-request",       "request",  "exam_within_min",      INTEGER, 1000000,     NULL,                NULL,   NULL },
    { "edit-request",       NULL,       "priority",             CODE,    0,           CODES_PRIORITY,      NULL,   NULL },
    { "edit-request",       NULL,       "region",               TEXT,    64,          NULL,                NULL,   NULL },
    { "record-information", NULL,       "version",              TEXT,    LINE,        NULL,                "E3",   "Name the version of the text the patient was given." },
    { "record-information", NULL,       "language",             TEXT,    LINE,        NULL,                "E3",   "Name the language of the information." },
    { "record-information", NULL,       "interpreter",          TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "subject",              CODE,    0,           CODES_SUBJECT,       "E3",   "Say to what the patient consents." },
    { "record-consent",     NULL,       "how",                  CODE,    0,           CODES_CONSENT_HOW,   "E3",   "Say how the consent was given." },
    { "record-consent",     NULL,       "document",             TEXT,    LINE,        NULL,                NULL,   NULL },
    { "withdraw-consent",   NULL,       "subject",              CODE,    0,           CODES_SUBJECT,       "E3",   "Say which consent is withdrawn." },
    { "withdraw-consent",   NULL,       "reason",               TEXT,    LONG,        NULL,                NULL,   NULL },
    { "emergency-exception",NULL,       "reason",               TEXT,    LONG,        NULL,                "E3",   "Say why the patient cannot be informed or cannot consent." },
    { "emergency-exception",NULL,       "consulted",            TEXT,    LINE,        NULL,                "E3",   "Name the person who was consulted, or say that nobody could be." },
    { "ask-information",    NULL,       "text",                 TEXT,    LONG,        NULL,                "E7",   "Write the question." },
    { "answer-information", NULL,       "id",                   INTEGER, INT32_MAX,   NULL,                "E7",   "Say which question is answered." },
    { "answer-information", NULL,       "text",                 TEXT,    LONG,        NULL,                "E7",   "Write the answer." },
    { "accept",             NULL,       "indication",           CODE,    0,           CODES_VERDICT,       "E6",   "The verdict on the indication is missing." },
    { "accept",             NULL,       "distance",             CODE,    0,           CODES_VERDICT,       "E6",   "The verdict on doing it at a distance is missing." },
    { "accept",             NULL,       "benefit_confirmed",    BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "accept",             "change",   "modality",             TEXT,    7,           NULL,                NULL,   NULL },
    { "accept",             "change",   "region",               TEXT,    64,          NULL,                NULL,   NULL },
    { "accept",             "change",   "reason",               TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "name",                 TEXT,    LINE,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "version",              TEXT,    LINE,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "phases",               TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "dose_note",            TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             "protocol", "optimisation",         TEXT,    LONG,        NULL,                NULL,   NULL },
    { "accept",             NULL,       "exam_within_min",      INTEGER, 1000000,     NULL,                NULL,   NULL },
    { "refuse",             NULL,       "code",                 CODE,    0,           CODES_REFUSAL,       "E8",   "Choose the reason of the refusal." },
    { "refuse",             NULL,       "text",                 TEXT,    LONG,        NULL,                "E8",   "Write the reason of the refusal." },
    { "refuse",             NULL,       "indication",           CODE,    0,           CODES_VERDICT,       NULL,   NULL },
    { "refuse",             NULL,       "distance",             CODE,    0,           CODES_VERDICT,       NULL,   NULL },
    { "offer-alternative",  NULL,       "offered",              TEXT,    LONG,        NULL,                "E9",   "Write which other care was offered to the patient." },
    { "offer-alternative",  NULL,       "patient_told_at_ms",   TIME_MS, 0,           NULL,                "E9",   "Say when the patient was told." },
    { "offer-alternative",  NULL,       "answer",               TEXT,    LONG,        NULL,                "E9",   "Write the patient's answer." },
    { "plan",               NULL,       "room_id",              INTEGER, INT64_MAX,   NULL,                "E10",  "Choose a room." },
    { "plan",               NULL,       "start_ms",             TIME_MS, 0,           NULL,                "E10",  "Choose a time." },
    { "plan",               NULL,       "minutes",              INTEGER, 600,         NULL,                "E10",  "Say how long the room is taken." },
    { "plan",               NULL,       "late_reason",          TEXT,    LONG,        NULL,                NULL,   NULL },
    { "cancel",             NULL,       "code",                 CODE,    0,           CODES_CANCELLATION,  "E9",   "Choose the reason of the cancellation." },
    { "cancel",             NULL,       "text",                 TEXT,    LONG,        NULL,                "E9",   "Write the reason of the cancellation." },
    { "name-local-physician",NULL,      "person_id",            INTEGER, INT64_MAX,   NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "name",                 TEXT,    LINE,        NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "phone",                TEXT,    40,          NULL,                NULL,   NULL },
    { "check-identity",     NULL,       "birth_name",           TEXT,    LINE,        NULL,                "E15",  "Write the birth name as the patient says it." },
    { "check-identity",     NULL,       "first_given",          TEXT,    LINE,        NULL,                "E15",  "Write the first given name as the patient says it." },
    { "check-identity",     NULL,       "birth_date",           TEXT,    10,          NULL,                "E15",  "Write the date of birth as the patient says it." },
    { "check-identity",     NULL,       "sex",                  CODE,    0,           CODES_SEX,           "E15",  "Give the sex." },
    { "check-identity",     NULL,       "document",             CODE,    0,           CODES_DOCUMENT,      "E15",  "Say which document or wristband was seen." },
    { "order",              NULL,       "to",                   CODE,    0,           CODES_ORDER_TO,      "E13",  "Say to whom the order goes." },
    { "order",              NULL,       "kind",                 CODE,    0,           CODES_ORDER_KIND,    "E13",  "Say what is asked for." },
    { "order",              NULL,       "text",                 TEXT,    LONG,        NULL,                "E13",  "Write what is asked for." },
    { "order",              NULL,       "due_min",              INTEGER, 10080,       NULL,                NULL,   NULL },
    { "acknowledge-order",  NULL,       "id",                   INTEGER, INT32_MAX,   NULL,                "E13",  "Say which order." },
    { "answer-order",       NULL,       "id",                   INTEGER, INT32_MAX,   NULL,                "E13",  "Say which order." },
    { "answer-order",       NULL,       "text",                 TEXT,    LONG,        NULL,                "E13",  "Write the answer." },
    { "report-incident",    NULL,       "kind",                 CODE,    0,           CODES_INCIDENT,      "E21",  "Say which kind of incident." },
    { "report-incident",    NULL,       "text",                 TEXT,    LONG,        NULL,                "E21",  "Describe the incident." },
    { "resolve-incident",   NULL,       "id",                   INTEGER, INT32_MAX,   NULL,                "E21",  "Say which incident." },
    { "resolve-incident",   NULL,       "text",                 TEXT,    LONG,        NULL,                "E21",  "Write what was done about the incident." },
    { "review-report",      NULL,       "id",                   INTEGER, INT32_MAX,   NULL,                "E15",  "Say which correction." },
    { "review-report",      NULL,       "verdict",              CODE,    0,           CODES_REVIEW,        "E29",  "Say whether the report stands." },
    { "review-report",      NULL,       "text",                 TEXT,    LONG,        NULL,                "E29",  "Write what this changes for the report." },
    { "end-acquisition",    NULL,       "made",                 INTEGER, 1000000,     NULL,                "E22",  "Say how many images the modality made." },
    { "more-images",        NULL,       "text",                 TEXT,    LONG,        NULL,                "E18",  "Say which images are needed." },
    { "judge-quality",      NULL,       "verdict",              CODE,    0,           CODES_QUALITY,       "E18",  "Judge the quality of the images." },
    { "judge-quality",      NULL,       "comment",              TEXT,    LONG,        NULL,                NULL,   NULL },
    { "patient-gone",       NULL,       "text",                 TEXT,    LONG,        NULL,                "E18",  "Say what happened." },
    { "recall",             NULL,       "text",                 TEXT,    LONG,        NULL,                "E18",  "Say why the patient is recalled." },
    { "abandon",            NULL,       "code",                 CODE,    0,           CODES_CANCELLATION,  "E9",   "Choose why the exam is given up." },
    { "abandon",            NULL,       "text",                 TEXT,    LONG,        NULL,                "E9",   "Write why the exam is given up." },
    { "take-over-reading",  NULL,       "reason",               TEXT,    LONG,        NULL,                "E25",  "Say why the reading is taken over." },
    { "not-interpretable",  NULL,       "reason_code",          CODE,    0,           CODES_UNREADABLE,    "E28",  "Choose why the images cannot be interpreted." },
    { "not-interpretable",  NULL,       "reason",               TEXT,    LONG,        NULL,                "E28",  "Write why the images cannot be interpreted." },
    { "not-interpretable",  NULL,       "procedure",            TEXT,    LONG,        NULL,                "E28",  "Name the procedure that is applied." },
    { "not-interpretable",  NULL,       "follow_up",            TEXT,    LONG,        NULL,                "E28",  "Write how the patient's care goes on." },
    { "sign",               NULL,       "revision",             INTEGER, INT32_MAX,   NULL,                "E29",  "Say which version is signed." },
    { "sign",               NULL,       "sha256",               TEXT,    64,          NULL,                "E16",  "The digest of what is signed is missing." },
    { "sign",               NULL,       "proof",                OBJECT,  0,           NULL,                "E16",  "Confirm with your second factor." },
    { "inform-patient",     NULL,       "how",                  CODE,    0,           CODES_INFORMED_HOW,  "E34",  "Say how the patient was informed." },
    { "inform-patient",     NULL,       "content_given",        TEXT,    LONG,        NULL,                "E34",  "Write what the patient was told." },
    { "patient-copy",       NULL,       "how",                  CODE,    0,           CODES_COPY_HOW,      "E34",  "Say how the patient gets the report." },
    { "check-dmp",          NULL,       "record_checked",       BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "check-dmp",          NULL,       "dmp",                  CODE,    0,           CODES_DMP,           "E35",  "Say whether the patient has a DMP." },
    { "check-dmp",          NULL,       "checked",              TEXT_OR_BOOLEAN, LINE, NULL,               NULL,   NULL },
    { "message",            NULL,       "text",                 TEXT,    LONG,        NULL,                "E12",  "Write the message." },
};
/* clang-format on */

static bool wrong(const Field *f, Err *err)
{
    return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "step %s: %s", f->step,
                   f->name);
}

/* Weights come as numbers or as typed text, with a comma as the French write it. */
static bool number_clean(const Field *f, const json_t *value, json_t **ret, Err *err)
{
    double number = json_number_value(value);
    if (json_is_string(value)) {
        char  text[32];
        char *end = NULL;
        if (!slice_copy(slice_trim(slice_of(json_string_value(value))), text, sizeof text))
            return wrong(f, err);
        for (char *c = text; *c; c++)
            if (*c == ',')
                *c = '.';
        number = strtod(text, &end);
        if (!*text || *end)
            return wrong(f, err);
    } else if (!json_is_number(value)) {
        return wrong(f, err);
    }
    if (!(number > 0 && number <= (double)f->max))
        return wrong(f, err);
    *ret = json_real(number);
    return true;
}

static bool value_clean(const Field *f, const json_t *value, json_t **ret, Err *err)
{
    Slice text = { json_string_value(value), json_string_length(value) };
    switch (f->kind) {
    case TEXT_OR_BOOLEAN:
        if (json_is_boolean(value)) {
            *ret = json_boolean(json_is_true(value));
            return true;
        }
        __attribute__((fallthrough));
    case TEXT:
        if (!json_is_string(value) || text.len > (size_t)f->max || !text_is_clean_utf8(text))
            return wrong(f, err);
        text = slice_trim(text);
        *ret = json_stringn(text.at, text.len);
        return true;
    case CODE:
        if (!json_is_string(value) || (text.len && !code_known(f->codes, text)))
            return wrong(f, err);
        *ret = json_stringn(text.at, text.len);
        return true;
    case INTEGER:
    case TIME_MS:
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > (f->kind == TIME_MS ? TIME_MAX_MS : f->max))
            return wrong(f, err);
        *ret = json_integer(json_integer_value(value));
        return true;
    case BOOLEAN:
        if (!json_is_boolean(value))
            return wrong(f, err);
        *ret = json_boolean(json_is_true(value));
        return true;
    case NUMBER:
        return number_clean(f, value, ret, err);
    case OBJECT:
        if (!json_is_object(value))
            return wrong(f, err);
        *ret = json_deep_copy(value);
        return true;
    }
    return wrong(f, err);
}

/* The treating physician is a name (with RPPS) or an explicit none; nothing else is kept. */
static bool treating_clean(json_t *request, Err *err)
{
    json_t *given = json_object_get(request, "treating_physician");
    if (!json_is_object(given))
        return true;
    bool  none = false;
    Slice name = SLICE_NONE, rpps = SLICE_NONE;
    if (!json_may_bool(given, "none", &none, err) || !json_may_text(given, "name", &name, err) ||
        !json_may_text(given, "rpps", &rpps, err))
        return false;
    if (name.len > LINE || rpps.len > 11 || !text_is_clean_utf8(name) || !text_is_clean_utf8(rpps))
        return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "treating_physician");
    json_t *kept = none ? json_pack("{s:b}", "none", 1)
                        : json_pack("{s:o, s:o}", "name", json_slice(name), "rpps", json_slice(rpps));
    return json_put(request, "treating_physician", kept);
}

static bool is_empty(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0);
}

static bool field_clean(const Field *f, const json_t *data, json_t *clean, MissingList *missing, Err *err)
{
    const json_t *from = f->within ? json_object_get(data, f->within) : data;
    /* the request's members may also stand at the top: "any request fields" */
    if (f->within && strcmp(f->within, "request") == 0 && !json_is_object(from))
        from = data;
    if (f->within && from && !json_is_null(from) && !json_is_object(from))
        return wrong(f, err);
    const json_t *value   = json_object_get(from, f->name);
    json_t       *checked = NULL;
    if (value && !json_is_null(value) && !value_clean(f, value, &checked, err))
        return false;
    if (f->why && is_empty(checked))
        missing_add(missing, f->name, f->text, f->why);
    if (value && json_is_null(value) && f->within && strcmp(f->within, "request") == 0)
        checked = json_null(); /* cleared */
    if (!checked)
        return true;
    json_t *into = clean;
    if (f->within) {
        into = json_object_get(clean, f->within);
        if (!into) {
            into = json_object();
            json_object_set_new(clean, f->within, into);
        }
    }
    return json_put(into, f->name, checked);
}

bool act_fields_clean(Slice step, const json_t *data, json_t **ret, MissingList *missing, Err *err)
{
    OWNED(json_t) *clean = json_object();
    MissingList list     = { 0 };
    if (data && !json_is_object(data))
        return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "data is no object");
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        if (slice_equal_text(step, FIELDS[i].step) && !field_clean(&FIELDS[i], data, clean, &list, err))
            return false;
    json_t *request = json_object_get(clean, "request");
    if (request && !treating_clean(request, err))
        return false;
    if (list.count) {
        *missing = list;
        return err_set(err, ERR_CONFLICT, list.items[0].text,
                       "step " SLICE_FMT ": %zu fields missing, first %s", SLICE_ARG(step), list.count,
                       list.items[0].code);
    }
    *ret = GIVE(clean);
    return true;
}
