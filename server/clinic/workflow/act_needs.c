/*
 * What must be there before a step: each condition by name, with the requirement that asks for it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_conditions.h"

/* clang-format off */
static const struct {
    ActNeed     need;
    const char *code, *why;
    bool (*there)(const Act *a, const ActScene *scene);
    const char *text;
} NEEDS[NEED_COUNT] = {
    { NEED_CONVENTION,       "convention",         "S3",        act_has_convention,          "No convention in force covers this act." },
    { NEED_REASON,           "reason",             "R.1333-53", act_has_reason,              "The reason of the exam is missing." },
    { NEED_PURPOSE,          "purpose",            "R.1333-53", act_has_purpose,             "The purpose of the exam is missing." },
    { NEED_CIRCUMSTANCES,    "circumstances",      "R.1333-53", act_has_circumstances,       "The circumstances of the exam are missing." },
    { NEED_PREGNANCY,        "pregnancy",          "E11",       act_has_pregnancy,           "The pregnancy status is missing: this patient may be of child-bearing age." },
    { NEED_EARLIER_EXAMS,    "earlier-exams",      "R.1333-53", act_has_earlier_exams,       "Earlier exams are missing (or “none known”)." },
    { NEED_OPTIMISATION,     "optimisation",       "R.1333-53", act_has_optimisation,        "The data needed to optimise the dose are missing." },
    { NEED_QUESTION,         "question",           "E5",        act_has_question,            "The question to the imager is missing." },
    { NEED_BENEFIT_CODE,     "benefit-code",       "E2",        act_has_benefit_code,        "Choose what this patient gains from a remote exam." },
    { NEED_BENEFIT_PATIENT,  "benefit-patient",    "E2",        act_benefit_is_the_patients, "Organisational convenience alone is not a benefit for the patient." },
    { NEED_BENEFIT_TEXT,     "benefit",            "E2",        act_has_benefit_text,        "Say in a sentence what this patient gains from a remote exam." },
    { NEED_DISTANCE_CODE,    "distance-code",      "S2",        act_has_distance_code,       "Choose why the exam is not done with an imager on site." },
    { NEED_DISTANCE_TEXT,    "distance-reason",    "S2",        act_has_distance_text,       "Say why the exam is not done with an imager on site." },
    { NEED_RELEVANCE,        "relevance",          "E4",        act_has_relevance,           "The requester's justification of the exam is missing." },
    { NEED_PATHWAY,          "pathway",            "S7",        act_has_pathway,             "Say whether this is the coordinated care pathway, an emergency or direct access." },
    { NEED_TREATING,         "treating-physician", "S7",        act_has_treating,            "Name the treating physician, or say that none is declared." },
    { NEED_QUESTION_OPEN,    "question-open",      "E7",        act_question_is_open,        "This question is not open." },
    { NEED_INFORMATION,      "information",        "E3",        act_has_information,         "Record first that the patient was informed." },
    { NEED_INFORMED,         "information",        "E3",        act_is_informed,             "The patient's information is missing." },
    { NEED_CONSENT_ACT,      "consent-act",        "E3",        act_has_consent_act,         "The consent to the exam is missing." },
    { NEED_CONSENT_DISTANCE, "consent-distance",   "E3",        act_has_consent_distance,    "The consent to its being remote is missing." },
    { NEED_NOT_WITHDRAWN,    "consent-withdrawn",  "E3",        act_nothing_withdrawn,       "The patient has withdrawn a consent." },
    { NEED_PHYSICIAN,        "physician",          "E3",        act_is_physician,            "Only a physician may attest this." },
    { NEED_URGENCY,          "routine",            "E3",        act_has_urgency,             "A routine exam leaves the time to inform the patient and to collect consent." },
    { NEED_INDICATION,       "verdict-indication", "E6",        act_indication_relevant,     "To accept, the indication must be judged relevant." },
    { NEED_DISTANCE,         "verdict-distance",   "E6",        act_distance_relevant,       "To accept, doing it at a distance must be judged relevant." },
    { NEED_BENEFIT_CONFIRMED,"benefit-confirmed",  "E2",        act_benefit_confirmed,       "The imager must confirm the benefit for this patient." },
    { NEED_PROTOCOL,         "protocol",           "E19",       act_has_protocol,            "Name the protocol of the exam." },
    { NEED_DOSE_DECISION,    "dose-decision",      "E11",       act_has_dose_decision,       "Write how the dose is optimised for this patient." },
    { NEED_CHANGE_KNOWN,     "change",             "E6",        act_change_is_known,         "A change of the exam needs a known modality and its reason." },
    { NEED_ROOM,             "room",               "E10",       act_room_fits,               "Choose a room of this site for this modality." },
    { NEED_SLOT_AHEAD,       "slot-past",          "E10",       act_slot_is_ahead,           "The slot is in the past." },
    { NEED_SLOT_IN_TIME,     "late-reason",        "E10",       act_slot_is_in_time,         "The slot is later than the delay allows: say why." },
    { NEED_LOCAL_PHYSICIAN,  "local-physician",    "E23",       act_has_local_physician,     "No local physician is named." },
    { NEED_LOCAL_REAL,       "local-physician",    "E23",       act_local_is_real,           "Choose a local physician of this site, or give a name and a telephone number." },
    { NEED_LOCAL_IS_ME,      "local-physician-me", "E23",       act_local_is_me,             "Only the named local physician may confirm being there." },
    { NEED_IDENTITY,         "identity",           "E15",       act_identity_matches,        "The patient's identity is not checked, or does not match." },
    { NEED_IMAGER_THERE,     "imager-present",     "E1",        act_imager_is_there,         "The imager is not in the act." },
    { NEED_PROTOCOL_READ,    "protocol-read",      "E19",       act_protocol_is_read,        "The technologist has not read the protocol." },
    { NEED_ORDER_OPEN,       "order-open",         "E13",       act_order_is_open,           "This order is not open." },
    { NEED_ORDER_MINE,       "order-mine",         "E13",       act_order_is_mine,           "This order is addressed to somebody else." },
    { NEED_INCIDENT_OPEN,    "incident-open",      "E21",       act_incident_is_open,        "This incident is not open." },
    { NEED_QUALITY,          "quality",            "E18",       act_has_quality,             "The imager has not judged the images." },
    { NEED_QUALITY_COMMENT,  "quality-comment",    "E18",       act_quality_is_explained,    "Say in what the images are limited." },
    { NEED_IMAGES,           "images",             "E18",       act_has_images,              "No image has been received." },
    { NEED_ACQUISITION_OVER, "acquisition-over",   "E22",       act_acquisition_is_over,     "The technologist has not said how many images the modality made." },
    { NEED_ALL_IMAGES,       "images-missing",     "E22",       act_has_all_images,          "Images that the modality made have not arrived." },
    { NEED_NO_GAPS,          "images-gaps",        "E22",       act_has_no_gaps,             "Images are missing by their numbers, their positions or what the modality says it made: send them, or judge the images limited and say why." },
    { NEED_RIGHT_PATIENT,    "wrong-patient",      "E15",       act_images_are_the_patients, "Images received carry another patient's identity." },
    { NEED_MARK_OPEN,        "report-mark",        "E15",       act_mark_is_open,            "Nothing about this report is to be looked at again." },
    { NEED_NOBODY_READS,     "reader",             "E25",       act_nobody_else_reads,       "Another imager is reading this exam." },
    { NEED_OTHER_READS,      "reader-other",       "E25",       act_another_reads,           "There is no other imager's reading to take over." },
    { NEED_SAME_READER,      "same-reader",        "E29",       act_same_reader,             "Only the imager who reads the exam may do this." },
    { NEED_REPORT_FULL,      "report",             "E29",       act_report_is_full,          "The report is incomplete." },
    { NEED_REPORT_SEEN,      "report-seen",        "E29",       act_report_is_seen,          "The report has changed since it was shown: read it again before signing." },
    { NEED_PROOF,            "proof",              "E16",       act_has_proof,               "Confirm with your second factor." },
    { NEED_PATIENT_INFORMED, "patient-informed",   "E34",       act_patient_is_informed,     "The patient is not informed of the result." },
    { NEED_DMP_DONE,         "dmp-checked",        "E35",       act_dmp_is_done,             "The patient's record and DMP are not checked." },
    { NEED_ACKNOWLEDGED,     "acknowledged",       "E31",       act_is_acknowledged,         "The requester has not acknowledged the report." },
    { NEED_ALTERNATIVE,      "alternative",        "E9",        act_has_alternative,         "Write which other care was offered to the patient." },
    { NEED_RECORD_CHECKED,   "record-checked",     "E35",       act_record_is_checked,       "Confirm that the data are in the patient's record, and in the DMP when there is one." },
    { NEED_TOLD_WHEN,        "told-when",          "E9",        act_told_at_a_time,          "Say when the patient was told: after the request, not in the future." },
};
/* clang-format on */

uint64_t act_present(const Act *a, const ActScene *scene)
{
    uint64_t there = 0;
    for (size_t i = 0; i < COUNT(NEEDS); i++)
        if (NEEDS[i].there(a, scene))
            there |= NEED(NEEDS[i].need);
    return there;
}

static void list_add(MissingList *ret, const MissingList *more)
{
    for (size_t i = 0; i < more->count && ret->count < MISSING_MAX; i++)
        ret->items[ret->count++] = more->items[i];
}

void act_missing(const Act *a, const ActScene *scene, uint64_t needs, MissingList *ret)
{
    uint64_t missing = needs & ~act_present(a, scene);
    for (size_t i = 0; i < COUNT(NEEDS); i++) {
        if (!(missing & NEED(NEEDS[i].need)))
            continue;
        if (NEEDS[i].need == NEED_CONVENTION && scene->clause_missing.count) {
            list_add(ret, &scene->clause_missing);
        } else if (NEEDS[i].need == NEED_REPORT_FULL && scene->report_missing.count) {
            list_add(ret, &scene->report_missing);
        } else {
            missing_add(ret, NEEDS[i].code, NEEDS[i].text, NEEDS[i].why);
            if (NEEDS[i].need == NEED_ALL_IMAGES && ret->count)
                ret->items[ret->count - 1].count = act_images_missing(a, scene);
            if (NEEDS[i].need == NEED_NO_GAPS && ret->count)
                ret->items[ret->count - 1].count = scene->gaps;
        }
    }
}
