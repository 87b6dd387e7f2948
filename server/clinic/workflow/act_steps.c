/*
 * Exam workflow: which step may follow which, who may do it, what must be there first.
 *
 * Rows are the permitted steps; all else is refused. No configuration switches a row off.
 * Source: requirements section 2, docs/api.md section 4; docs/decisions/0007-act-log.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_steps.h"

#define S(state) (1u << ACT_##state)
#define STAY ACT_STATES

enum {
    REQUESTER    = ROLE_REQUESTER,
    IMAGER       = ROLE_IMAGER,
    TECHNOLOGIST = ROLE_TECHNOLOGIST,
    SECRETARY    = ROLE_SECRETARY,
    LOCAL        = ROLE_LOCAL_PHYSICIAN,
    ANYBODY      = ROLE_REQUESTER | ROLE_IMAGER | ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN |
              ROLE_NUCLEAR_PHYSICIAN,
    NOBODY = 0, /* the system */

};
enum { AT_R = PARTY_REQUESTER, AT_S = PARTY_SITE, AT_I = PARTY_IMAGING, AT_ALL = PARTY_ANY };

#define BEFORE_RUNNING (S(DRAFT) | S(ASKED) | S(INFO_ASKED) | S(VALIDATED) | S(PLANNED))
#define LIVE                                                                                                 \
    (S(ASKED) | S(INFO_ASKED) | S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(GONE) | S(RELEASED) | S(LEFT))
#define READABLE (S(RUNNING) | S(GONE) | S(RELEASED) | S(LEFT))
#define REPORTED (S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED))
#define NOT_DONE_YET (S(REFUSED) | S(CANCELLED) | S(NOT_DONE))
#define EVERY ((1u << ACT_STATES) - 1)
#define SENT (EVERY & ~S(DRAFT))

#define FIVE_ITEMS                                                                                           \
    (NEED(NEED_REASON) | NEED(NEED_PURPOSE) | NEED(NEED_CIRCUMSTANCES) | NEED(NEED_PREGNANCY) |              \
     NEED(NEED_EARLIER_EXAMS) | NEED(NEED_OPTIMISATION))
#define BENEFIT                                                                                              \
    (NEED(NEED_BENEFIT_CODE) | NEED(NEED_BENEFIT_PATIENT) | NEED(NEED_BENEFIT_TEXT) |                        \
     NEED(NEED_DISTANCE_CODE) | NEED(NEED_DISTANCE_TEXT))
#define REQUEST                                                                                              \
    (FIVE_ITEMS | BENEFIT | NEED(NEED_QUESTION) | NEED(NEED_RELEVANCE) | NEED(NEED_PATHWAY) |                \
     NEED(NEED_TREATING))
#define VERDICTS (NEED(NEED_INDICATION) | NEED(NEED_DISTANCE) | NEED(NEED_BENEFIT_CONFIRMED))
#define CONSENTS                                                                                             \
    (NEED(NEED_INFORMED) | NEED(NEED_CONSENT_ACT) | NEED(NEED_CONSENT_DISTANCE) | NEED(NEED_NOT_WITHDRAWN))
#define IMAGES_SEEN                                                                                          \
    (NEED(NEED_QUALITY) | NEED(NEED_IMAGES) | NEED(NEED_ACQUISITION_OVER) | NEED(NEED_ALL_IMAGES) |          \
     NEED(NEED_NO_GAPS) | NEED(NEED_RIGHT_PATIENT))

/* clang-format off */
const ActStep ACT_STEPS[] = {
    /* requirement            from                    step                       who may                          at          what must be there                                 to            flags        label */
    /* -- the request -- */
    { "E5",                   S(DRAFT)|S(INFO_ASKED), "edit-request",            REQUESTER,                       AT_R,       NEED(NEED_CONVENTION),                             STAY,         0,           "Complete the request" },
    { "E3 R.6316-2",          BEFORE_RUNNING,         "record-information",      REQUESTER|TECHNOLOGIST|LOCAL,    AT_R|AT_S,  0,                                                 STAY,         0,           "Record the patient's information" },
    { "E3 L8",                BEFORE_RUNNING,         "record-consent",          REQUESTER|TECHNOLOGIST|LOCAL,    AT_R|AT_S,  NEED(NEED_INFORMATION),                            STAY,         0,           "Record a consent" },
    { "E3 L8",                BEFORE_RUNNING,         "withdraw-consent",        REQUESTER|TECHNOLOGIST|LOCAL,    AT_R|AT_S,  0,                                                 STAY,         0,           "Record a withdrawn consent" },
    { "E3",                   BEFORE_RUNNING,         "emergency-exception",     REQUESTER|LOCAL,                 AT_R|AT_S,  NEED(NEED_PHYSICIAN)|NEED(NEED_URGENCY),           STAY,         0,           "Attest the emergency exception" },
    { "E2 E4 E5 L4 S3 S7",    S(DRAFT),               "send",                    REQUESTER,                       AT_R,       REQUEST|NEED(NEED_CONVENTION),                     ACT_ASKED,    0,           "Sign and send the request" },
    { "E7",                   S(ASKED),               "ask-information",         IMAGER,                          AT_I,       0,                                                 ACT_INFO_ASKED,0,          "Ask for information" },
    { "E7 L4",                S(INFO_ASKED),          "answer-information",      REQUESTER,                       AT_R,       NEED(NEED_QUESTION_OPEN)|REQUEST,                  ACT_ASKED,    0,           "Answer" },
    /* -- the verdict -- */
    { "E2 E4 E6 E11 L3",      S(ASKED),               "accept",                  IMAGER,                          AT_I,       VERDICTS|FIVE_ITEMS|NEED(NEED_PROTOCOL)|NEED(NEED_DOSE_DECISION)|NEED(NEED_CHANGE_KNOWN)|NEED(NEED_CONVENTION),
                                                                                                                                                                                 ACT_VALIDATED,STEP_STALE,  "Accept" },
    { "E6 E8 L3",             S(ASKED)|S(INFO_ASKED), "refuse",                  IMAGER,                          AT_I,       0,                                                 ACT_REFUSED,  STEP_STALE,  "Refuse" },
    { "E9",                   NOT_DONE_YET,           "offer-alternative",       IMAGER|REQUESTER,                AT_R|AT_I,  NEED(NEED_TOLD_WHEN),                              STAY,         0,           "Record the care offered instead" },
    /* -- the slot and the site -- */
    { "E10",                  S(VALIDATED)|S(PLANNED),"plan",                    TECHNOLOGIST|SECRETARY,          AT_S,       NEED(NEED_ROOM)|NEED(NEED_SLOT_AHEAD)|NEED(NEED_SLOT_IN_TIME),
                                                                                                                                                                                 ACT_PLANNED,  0,           "Plan" },
    { "E9",                   BEFORE_RUNNING,         "cancel",                  REQUESTER|IMAGER,                AT_R|AT_I,  0,                                                 ACT_CANCELLED,0,           "Cancel" },
    { "E23",                  S(VALIDATED)|S(PLANNED)|S(RUNNING), "name-local-physician", TECHNOLOGIST|SECRETARY|LOCAL, AT_S, NEED(NEED_LOCAL_REAL),                             STAY,         0,           "Name the local physician" },
    { "E23",                  S(VALIDATED)|S(PLANNED)|S(RUNNING), "confirm-local-presence", LOCAL,                AT_S,       NEED(NEED_LOCAL_PHYSICIAN)|NEED(NEED_LOCAL_IS_ME), STAY,         STEP_QUIET,  "I am on site and reachable" },
    { "E19",                  S(VALIDATED)|S(PLANNED),"acknowledge-protocol",    TECHNOLOGIST,                    AT_S,       0,                                                 STAY,         0,           "I have read the protocol" },
    { "E15",                  S(PLANNED),             "check-identity",          TECHNOLOGIST,                    AT_S,       0,                                                 STAY,         0,           "Check the patient's identity" },
    { "E1",                   S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED), "imager-present", IMAGER,               AT_I,       0,                                                 STAY,         STEP_QUIET,  "I am in the act" },
    { "E1",                   S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED), "imager-absent",  IMAGER,               AT_I,       0,                                                 STAY,         STEP_QUIET,  "I leave the act" },
    { "E1 E3 E15 E19 E23",    S(PLANNED),             "start",                   TECHNOLOGIST,                    AT_S,       CONSENTS|NEED(NEED_IDENTITY)|NEED(NEED_IMAGER_THERE)|NEED(NEED_LOCAL_PHYSICIAN)|NEED(NEED_PROTOCOL_READ),
                                                                                                                                                                                 ACT_RUNNING,  STEP_STALE,  "Start the exam" },
    /* -- the exam -- */
    { "E13 E17 E20",          LIVE,                   "order",                   IMAGER|TECHNOLOGIST|REQUESTER,   AT_ALL,     0,                                                 STAY,         STEP_QUIET,  "Give or ask something" },
    { "E13 E17 E20",          EVERY,                  "acknowledge-order",       ANYBODY,                         AT_ALL,     NEED(NEED_ORDER_OPEN)|NEED(NEED_ORDER_MINE),       STAY,         STEP_QUIET,  "Acknowledge" },
    { "E13 E17 E20",          EVERY,                  "answer-order",            ANYBODY,                         AT_ALL,     NEED(NEED_ORDER_OPEN)|NEED(NEED_ORDER_MINE),       STAY,         STEP_QUIET,  "Answer the order" },
    { "E21",                  SENT,                   "report-incident",         ANYBODY,                         AT_ALL,     0,                                                 STAY,         0,           "Report an incident" },
    { "E21",                  SENT,                   "resolve-incident",        ANYBODY,                         AT_ALL,     NEED(NEED_INCIDENT_OPEN),                          STAY,         0,           "The incident is resolved" },
    { "E22",                  S(RUNNING)|S(GONE),     "end-acquisition",         TECHNOLOGIST,                    AT_S,       0,                                                 STAY,         0,           "The acquisition is over" },
    { "E18",                  S(RUNNING),             "more-images",             IMAGER,                          AT_I,       0,                                                 STAY,         0,           "Ask for more images" },
    { "E18",                  S(RUNNING)|S(GONE),     "judge-quality",           IMAGER,                          AT_I,       NEED(NEED_QUALITY_COMMENT),                        STAY,         0,           "Judge the images" },
    { "E18 E22",              S(RUNNING),             "release",                 IMAGER,                          AT_I,       IMAGES_SEEN,                                       ACT_RELEASED, STEP_STALE,  "Release the patient" },
    { "E18 E22",              S(GONE),                "release",                 IMAGER,                          AT_I,       IMAGES_SEEN,                                       ACT_LEFT,     STEP_STALE,  "Release the patient" },
    { "E18",                  S(RELEASED),            "patient-left",            TECHNOLOGIST,                    AT_S,       0,                                                 ACT_LEFT,     0,           "The patient has left" },
    { "E18",                  S(RUNNING),             "patient-gone",            TECHNOLOGIST,                    AT_S,       0,                                                 ACT_GONE,     0,           "The patient went away without release" },
    { "E18",                  S(GONE),                "recall",                  IMAGER,                          AT_I,       0,                                                 ACT_VALIDATED,0,           "Recall the patient" },
    { "E9",                   S(PLANNED)|S(RUNNING),  "abandon",                 IMAGER,                          AT_I,       0,                                                 ACT_NOT_DONE, 0,           "Give the exam up" },
    /* -- the reading -- */
    { "E25",                  READABLE,               "open-reading",            IMAGER,                          AT_I,       NEED(NEED_NOBODY_READS),                           STAY,         STEP_QUIET,  "Open the reading" },
    { "E25",                  READABLE,               "take-over-reading",       IMAGER,                          AT_I,       NEED(NEED_OTHER_READS),                            STAY,         0,           "Take the reading over" },
    { "E28",                  READABLE,               "not-interpretable",       IMAGER,                          AT_I,       NEED(NEED_SAME_READER),                            STAY,         0,           "The images cannot be interpreted" },
    { "E28",                  READABLE,               "interpretable",           IMAGER,                          AT_I,       NEED(NEED_SAME_READER),                            STAY,         0,           "Back to an ordinary report" },
    { "E16 E29",              S(LEFT),                "sign",                    IMAGER,                          AT_I,       NEED(NEED_SAME_READER)|NEED(NEED_REPORT_FULL)|NEED(NEED_RIGHT_PATIENT)|NEED(NEED_REPORT_SEEN)|NEED(NEED_PROOF),
                                                                                                                                                                                 ACT_SIGNED,   STEP_STALE,  "Sign the report" },
    /* -- after -- */
    { "E31",                  S(SIGNED),              "deliver",                 NOBODY,                          0,          0,                                                 ACT_DELIVERED,STEP_SYSTEM, "Deliver" },
    { "E31",                  S(DELIVERED),           "acknowledge",             REQUESTER,                       AT_R,       0,                                                 ACT_ACKNOWLEDGED,0,        "I have read the report" },
    { "E34",                  S(DELIVERED)|S(ACKNOWLEDGED), "inform-patient",    REQUESTER,                       AT_R,       0,                                                 STAY,         0,           "The patient is informed" },
    { "E34",                  S(DELIVERED)|S(ACKNOWLEDGED), "patient-copy",      REQUESTER,                       AT_R,       NEED(NEED_PATIENT_INFORMED),                       STAY,         0,           "The patient's copy" },
    { "E35",                  S(DELIVERED)|S(ACKNOWLEDGED), "check-dmp",         REQUESTER,                       AT_R,       NEED(NEED_RECORD_CHECKED),                         STAY,         0,           "Record and DMP are checked" },
    { "E15 E29",              REPORTED,               "review-report",           IMAGER,                          AT_I,       NEED(NEED_MARK_OPEN),                              STAY,         0,           "Look at the report again" },
    { "E34 E35",              S(ACKNOWLEDGED),        "close",                   REQUESTER,                       AT_R,       NEED(NEED_ACKNOWLEDGED)|NEED(NEED_PATIENT_INFORMED)|NEED(NEED_DMP_DONE),
                                                                                                                                                                                 ACT_CLOSED,   0,           "Close the act" },
    { "E9",                   NOT_DONE_YET,           "close",                   REQUESTER,                       AT_R,       NEED(NEED_ALTERNATIVE),                            ACT_CLOSED,   0,           "Close the act" },
    { "E7 E12",               EVERY,                  "message",                 ANYBODY,                         AT_ALL,     0,                                                 STAY,         STEP_QUIET,  "Write a message" },
    /* -- by the system -- */
    { "E10 E29 E31",          EVERY,                  "overdue",                 NOBODY,                          0,          0,                                                 STAY,         STEP_SYSTEM|STEP_QUIET, "A delay has passed" },
    { "E13",                  EVERY,                  "escalate-order",          NOBODY,                          0,          0,                                                 STAY,         STEP_SYSTEM|STEP_QUIET, "The next contact is called" },
    { "E1",                   S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED), "imager-lost", NOBODY,                0,          0,                                                 STAY,         STEP_SYSTEM|STEP_QUIET, "The imager's page is gone" },
    { "E17 E22",              S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED)|S(LEFT), "performed-step", NOBODY,    0,          0,                                                 STAY,         STEP_SYSTEM|STEP_QUIET, "The modality says what it performs" },
    { "E22",                  S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED)|S(LEFT), "images-counted", NOBODY,    0,          0,                                                 STAY,         STEP_SYSTEM|STEP_QUIET, "The images are counted" },
    { "E15 E22",              EVERY,                  "wrong-patient",           NOBODY,                          0,          0,                                                 STAY,         STEP_SYSTEM, "Images of another patient" },
    { "E15 E29",              REPORTED,               "images-corrected",        NOBODY,                          0,          0,                                                 STAY,         STEP_SYSTEM, "What the report is about was corrected" },
};
/* clang-format on */
const size_t ACT_STEP_COUNT = COUNT(ACT_STEPS);

/* Which roles belong to which party: an imager of the site is no imager of the act. */
enum {
    REQUESTER_ROLES = ROLE_REQUESTER,
    SITE_ROLES      = ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN | ROLE_NUCLEAR_PHYSICIAN,
    IMAGING_ROLES   = ROLE_IMAGER,
};

unsigned act_roles(const ActScene *scene, unsigned at)
{
    unsigned roles = 0;
    if (at & PARTY_REQUESTER)
        roles |= scene->requester_roles & REQUESTER_ROLES;
    if (at & PARTY_SITE)
        roles |= scene->site_roles & SITE_ROLES;
    if (at & PARTY_IMAGING)
        roles |= scene->imaging_roles & IMAGING_ROLES;
    return roles;
}

const ActStep *act_step_row(ActState from, Slice step)
{
    for (size_t i = 0; i < COUNT(ACT_STEPS); i++)
        if (slice_equal_text(step, ACT_STEPS[i].step) && (ACT_STEPS[i].from & (1u << from)))
            return &ACT_STEPS[i];
    return NULL;
}

bool act_step_known(Slice step)
{
    for (size_t i = 0; i < COUNT(ACT_STEPS); i++)
        if (slice_equal_text(step, ACT_STEPS[i].step))
            return true;
    return false;
}

bool act_step_is_quiet(const char *step)
{
    for (size_t i = 0; i < COUNT(ACT_STEPS); i++)
        if (strcmp(step, ACT_STEPS[i].step) == 0)
            return (ACT_STEPS[i].flags & STEP_QUIET) != 0;
    return false;
}

/* Some row of this step that the roles open, whatever the state: the difference between 'never you' and 'not
 * now'. */
static bool role_opens(const ActScene *scene, Slice step)
{
    for (size_t i = 0; i < COUNT(ACT_STEPS); i++)
        if (slice_equal_text(step, ACT_STEPS[i].step) &&
            (ACT_STEPS[i].flags & STEP_SYSTEM ? scene->person_id == 0
                                              : (ACT_STEPS[i].who & act_roles(scene, ACT_STEPS[i].at)) != 0))
            return true;
    return false;
}

bool act_step_open(const Act *a, const ActScene *scene, Slice step, const ActStep **ret, Err *err)
{
    if (!act_step_known(step))
        return err_set(err, ERR_NOT_FOUND, "No such step.", "step " SLICE_FMT, SLICE_ARG(step));
    if (!role_opens(scene, step))
        return err_set(err, ERR_DENIED, "Your role in this act does not allow this step.", "step " SLICE_FMT,
                       SLICE_ARG(step));
    const ActStep *row = act_step_row(a->state, step);
    if (!row)
        return err_set(err, ERR_CONFLICT, "The act is not at that stage.", "step " SLICE_FMT " in state %s",
                       SLICE_ARG(step), act_state_name(a->state));
    if (!(row->flags & STEP_SYSTEM) && !(row->who & act_roles(scene, row->at)))
        return err_set(err, ERR_DENIED, "Your role in this act does not allow this step.",
                       "step " SLICE_FMT " in state %s", SLICE_ARG(step), act_state_name(a->state));
    *ret = row;
    return true;
}

bool act_step_check(const Act *a, const ActScene *scene, Slice step, const ActStep **ret,
                    MissingList *missing, Err *err)
{
    const ActStep *row = NULL;
    if (!act_step_open(a, scene, step, &row, err))
        return false;
    MissingList list = { 0 };
    act_missing(a, scene, row->needs, &list);
    if (missing)
        *missing = list;
    if (list.count)
        return err_set(err, ERR_CONFLICT, list.items[0].text, "step " SLICE_FMT ": %zu missing, first %s",
                       SLICE_ARG(step), list.count, list.items[0].code);
    *ret = row;
    return true;
}
