/*
 * Who receives the report: designated, objected to, tried, handed a one-time access, reached or not. E31, T6, L8.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/delivery.h"
#include "clinic/workflow/handed_access.h"

/* "imaging" closes the imagers' access (chapter_consent.c), "dmp" keeps the data out of the DMP (chapter_after.c),
 * "patient-page" keeps the act off the patient's page (chapter_patient.c). */
static const char *const CODES_OBJECTION_TO[] = { "treating-physician", "designated", "imaging", "dmp", "patient-page", NULL };
static const char *const CODES_DELIVERY_HOW[] = { "secure-message", "paper", "in-person", "phone", NULL };

/* A preliminary report goes out while the act waits for the final one. */
#define OUT (READABLE | S(DELIVERED) | S(ACKNOWLEDGED))
#define BEFORE_END (EVERY & ~(S(CLOSED) | NOT_DONE_YET))

/* clang-format off */
/*    name                   code                    asked by     holds                        what to say */
static const ActNeed KNOWN[1]     = { { "delivery", "E31", delivery_is_known, "Say which recipient of this report: the treating physician or one designated by the patient." } };
static const ActNeed NO_OBJECTION[1] = { { "objection", "L8", delivery_has_no_objection, "The patient objects to this delivery: it is blocked until the patient lifts the objection." } };
static const ActNeed WANTED[1]    = { { "designation-revoked", "E31", delivery_is_wanted, "The patient has revoked this designation: nothing more is delivered." } };
static const ActNeed NOT_ARRIVED[1] = { { "delivery-arrived", "E31", delivery_not_arrived, "This recipient already has the report." } };
static const ActNeed HAS_ACCESS[1] = { { "access", "E31", delivery_has_access, "This recipient has no open access." } };
static const ActNeed THEN[1]      = { { "designated-when", "E31", delivery_designated_then, "Say on which day the patient designated this recipient: not in the future." } };
static const ActNeed RECIPIENT[1] = { { "recipient", "E31", delivery_recipient_is_there, "This recipient is not designated, or no longer." } };
static const ActNeed FITS[1]      = { { "objection-to", "L8", delivery_objection_fits, "Say which designated recipient the patient objects to." } };
static const ActNeed OBJECTION[1] = { { "objection-open", "L8", delivery_objection_is_open, "This objection is not open." } };
static const ActNeed TOLD[1]      = { { "try-text", "E31", delivery_try_is_told, "Write why the recipient was not reached." } };

const ActNeed NEED_DELIVERIES_SETTLED[1] = { { "deliveries", "E31", delivery_all_settled, "A recipient waits for the report: hand it over, or record the attempt that did not reach them." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "E31 T6", BEFORE_END, "designate-recipient", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY|LOCAL, AT_ALL, NEEDS(THEN), STAY, STEP_QUIET, "Record a recipient designated by the patient" },
    { "E31 T6", BEFORE_END, "revoke-recipient", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY|LOCAL, AT_ALL, NEEDS(RECIPIENT), STAY, STEP_QUIET, "The patient revokes a recipient", delivery_some_recipient },
    { "L8", BEFORE_END, "record-objection", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY|LOCAL, AT_ALL, NEEDS(FITS, NEED_OBJECTION_TIME), STAY, STEP_QUIET, "The patient objects to a delivery" },
    { "L8", BEFORE_END, "lift-objection", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY|LOCAL, AT_ALL, NEEDS(OBJECTION), STAY, STEP_QUIET, "The patient lifts an objection", delivery_some_objection },
    { "E31 T6", OUT, "hand-access", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY, AT_ALL, NEEDS(KNOWN, NO_OBJECTION, WANTED, NOT_ARRIVED), STAY, STEP_QUIET|STEP_ROOM, "Hand over a one-time access", delivery_can_be_tried },
    { "E31 T6", OUT, "revoke-access", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY, AT_ALL, NEEDS(KNOWN, HAS_ACCESS), STAY, STEP_QUIET, "Close an access", delivery_some_access },
    { "E31 T6", OUT, "try-delivery", REQUESTER|IMAGER|TECHNOLOGIST|SECRETARY, AT_ALL, NEEDS(KNOWN, NO_OBJECTION, WANTED, NOT_ARRIVED, TOLD), STAY, STEP_QUIET, "Record a delivery or an attempt", delivery_can_be_tried },
    { "E31 T6", OUT|S(CLOSED), "access-opened", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The recipient opened the report" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "designate-recipient",NULL,       "name",                 FIELD_TEXT,    LINE,        NULL,                "E31",  "Write the name of the recipient." },
    { "designate-recipient",NULL,       "part",                 FIELD_TEXT,    LINE,        NULL,                "E31",  "Write which part the recipient has in the patient's care." },
    { "designate-recipient",NULL,       "contact",              FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "designate-recipient",NULL,       "designated_at_ms",     FIELD_TIME_MS, 0,           NULL,                "E31",  "Say on which day the patient designated this recipient: not in the future." },
    { "revoke-recipient",   NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E31",  "Say which recipient." },
    { "revoke-recipient",   NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "record-objection",   NULL,       "to",                   FIELD_CODE,    0,           CODES_OBJECTION_TO,  "L8",   "Say to whom the patient does not want the report delivered." },
    { "record-objection",   NULL,       "recipient_id",         FIELD_INTEGER, INT32_MAX,   NULL,                NULL,   NULL },
    { "record-objection",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "L8",   "Write what the patient said." },
    { "lift-objection",     NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "L8",   "Say which objection." },
    { "lift-objection",     NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "L8",   "Write what the patient said." },
    { "hand-access",        NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E31",  "Say which recipient." },
    { "hand-access",        NULL,       "expires_at_ms",        FIELD_TIME_MS, 0,           NULL,                NULL,   NULL },
    { "revoke-access",      NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E31",  "Say which recipient." },
    { "revoke-access",      NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E31",  "Write the reason." },
    { "try-delivery",       NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E31",  "Say which recipient." },
    { "try-delivery",       NULL,       "how",                  FIELD_CODE,    0,           CODES_DELIVERY_HOW,  "E31",  "Say by which way." },
    { "try-delivery",       NULL,       "reached",              FIELD_CODE,    0,           CODES_YES_NO,        "E31",  "Say whether the recipient has the report." },
    { "try-delivery",       NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { 0 },
};
/* clang-format on */

static void line_is(json_t *line, const ActEvent *e, const char *status, const char *why)
{
    if (!line)
        return;
    fold_member(line, "status", json_string(status));
    fold_member(line, "why", why ? json_string(why) : json_null());
    fold_member(line, "at_ms", json_integer(e->at_ms));
}

static json_t *line_to(Act *a, const char *to, int64_t recipient_id)
{
    size_t  i;
    json_t *line;
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, line)
        if (strcmp(json_string_value(json_object_get(line, "to")), to) == 0 &&
            json_integer_value(json_object_get(line, "recipient_id")) == recipient_id)
            return line;
    return NULL;
}

/* The access of a line that must not be delivered any more is closed with it. */
static void access_ends(json_t *line, const ActEvent *e)
{
    json_t *access = json_object_get(line, "access");
    if (access && !json_object_get(access, "revoked_at_ms"))
        fold_member(access, "revoked_at_ms", json_integer(e->at_ms));
}

static void on_designate(Act *a, const ActEvent *e)
{
    json_t *recipient = fold_item(a, e, "recipients");
    json_t *lines     = json_object_get(a->facts, "deliveries");
    if (lines)
        json_array_append_new(lines, delivery_line_of(a, recipient, delivery_last_id(a) + 1, e->at_ms));
}

static void on_revoke_recipient(Act *a, const ActEvent *e)
{
    int64_t id        = event_int(e, "id");
    json_t *recipient = act_item(a, "recipients", id), *line = line_to(a, "designated", id);
    fold_member(recipient, "revoked_at_ms", json_integer(e->at_ms));
    fold_member(recipient, "revoked_by", act_by(e));
    fold_member(recipient, "revoked_reason", json_string(event_text(e, "reason")));
    access_ends(line, e);
    if (line && !delivery_has_arrived(line)) /* what was given stays told as given */
        line_is(line, e, "revoked", "designation-revoked");
}

static void on_objection(Act *a, const ActEvent *e)
{
    json_t *objection = fold_item(a, e, "objections");
    json_t *line      = line_to(a, event_text(e, "to"), event_int(e, "recipient_id"));
    if (event_int(e, "recipient_id") == 0)
        fold_member(objection, "recipient_id", json_integer(0));
    access_ends(line, e);
    if (line && !delivery_has_arrived(line))
        line_is(line, e, "objected", "patient-objects");
}

static void on_lift(Act *a, const ActEvent *e)
{
    json_t *objection = act_item(a, "objections", event_int(e, "id"));
    json_t *line      = line_to(a, json_string_value(json_object_get(objection, "to")),
                                json_integer_value(json_object_get(objection, "recipient_id")));
    fold_member(objection, "lifted_at_ms", json_integer(e->at_ms));
    fold_member(objection, "lifted_by", act_by(e));
    fold_member(objection, "lifted_text", json_string(event_text(e, "text")));
    if (delivery_is(line, "objected"))
        line_is(line, e, "waiting", "no-account");
}

static void on_hand_access(Act *a, const ActEvent *e)
{
    json_t *line = act_item(a, "deliveries", event_int(e, "id"));
    fold_member(line, "access", fold_stamp(e));
    line_is(line, e, "delivered", "access-handed");
}

static void on_revoke_access(Act *a, const ActEvent *e)
{
    json_t *line = act_item(a, "deliveries", event_int(e, "id"));
    access_ends(line, e);
    if (!delivery_is(line, "opened"))
        line_is(line, e, "not-reached", "access-closed");
}

static void on_try(Act *a, const ActEvent *e)
{
    bool    reached = strcmp(event_text(e, "reached"), "yes") == 0;
    json_t *line = act_item(a, "deliveries", event_int(e, "id")), *tries = json_object_get(line, "tries");
    if (line && !tries) {
        tries = json_array();
        fold_member(line, "tries", tries);
    }
    json_array_append_new(tries, fold_stamp(e));
    if (reached)
        json_object_del(line, "access"); /* what arrived by another way no longer waits for the link */
    line_is(line, e, reached ? "delivered" : "not-reached", reached ? event_text(e, "how") : "tried");
}

static void on_opened(Act *a, const ActEvent *e)
{
    json_t *line = act_item(a, "deliveries", event_int(e, "id"));
    json_t *access = json_object_get(line, "access");
    if (access && !json_object_get(access, "opened_at_ms"))
        fold_member(access, "opened_at_ms", json_integer(e->at_ms));
    if (access)
        fold_member(access, "openings", json_integer(event_int(e, "openings")));
    line_is(line, e, "opened", NULL);
}

static const ActFold FOLDS[] = {
    { "designate-recipient", NULL, on_designate },
    { "revoke-recipient", NULL, on_revoke_recipient },
    { "record-objection", NULL, on_objection },
    { "lift-objection", NULL, on_lift },
    { "hand-access", NULL, on_hand_access },
    { "revoke-access", NULL, on_revoke_access },
    { "try-delivery", NULL, on_try },
    { "access-opened", NULL, on_opened },
    { 0 },
};

const ActChapter CHAPTER_DELIVER = { .name   = "deliver",
                                     .kinds  = KIND_EXAM | KIND_EXPERTISE,
                                     .steps  = STEPS,
                                     .fields = FIELDS,
                                     .folds  = FOLDS,
                                     .follow = handed_access_follow };
