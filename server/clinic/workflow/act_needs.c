/*
 * What must be there before a step: each condition by name, with the requirement that asks for it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_needs.h"

#include <ctype.h>

#include "clinic/workflow/act_codes.h"

enum { AGE_BEARING_MIN = 10, AGE_BEARING_MAX = 55, BENEFIT_LETTERS_MIN = 10 };

bool pregnancy_matters(char sex, int age)
{
    if (sex == 'M')
        return false;
    return age < 0 || (age >= AGE_BEARING_MIN && age <= AGE_BEARING_MAX);
}

/* ---- what is sent with the step ---- */

static const json_t *sent(const ActScene *scene, const char *key, const char *member)
{
    const json_t *value = json_object_get(scene->data, key);
    if (member)
        value = json_object_get(value, member);
    return value && !json_is_null(value) ? value : NULL;
}

static Slice sent_text(const ActScene *scene, const char *key, const char *member)
{
    const json_t *value = sent(scene, key, member);
    if (!json_is_string(value))
        return SLICE_NONE;
    return slice_trim((Slice) { json_string_value(value), json_string_length(value) });
}

/* The modality as it will be when a change is accepted with the verdict. */
static const char *modality_of(const Act *a, const ActScene *scene)
{
    const char *changed = json_string_value(sent(scene, "change", "modality"));
    return changed && *changed ? changed : a->modality;
}

static bool irradiates(const Act *a, const ActScene *scene)
{
    return modality_irradiates(modality_of(a, scene));
}

/* At least this many letters or digits: 'xx' or '...' says nothing of a patient. */
static bool says_something(Slice text, size_t letters)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += isalnum((unsigned char)text.at[i]) || ((unsigned char)text.at[i] & 0xC0) == 0xC0;
    return count >= letters;
}

static bool requested(const Act *a, const char *member)
{
    return says_something(act_fact_text(a, "request", member), 2);
}

static bool has_convention(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->clause_missing.count == 0;
}

/* The five items bind irradiating acts; for the others they stay optional. */
#define ITEM(name, member)                                                                                   \
    static bool name(const Act *a, const ActScene *scene)                                                    \
    {                                                                                                        \
        return !irradiates(a, scene) || requested(a, member);                                                \
    }
ITEM(has_reason, "reason")
ITEM(has_purpose, "purpose")
ITEM(has_circumstances, "circumstances")
ITEM(has_earlier_exams, "earlier_exams")
ITEM(has_optimisation, "optimisation")

static bool has_pregnancy(const Act *a, const ActScene *scene)
{
    if (!irradiates(a, scene) || !pregnancy_matters(scene->patient_sex, scene->patient_age))
        return true;
    Slice said = act_fact_text(a, "request", "pregnancy");
    return said.len && !slice_equal_text(said, "not-applicable");
}

static bool has_question(const Act *a, const ActScene *scene)
{
    (void)scene;
    return requested(a, "question");
}

static bool has_benefit_code(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_text(a, "request", "benefit_code").len > 0;
}

static bool benefit_is_the_patients(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !code_known(CODES_SELF_INTEREST, act_fact_text(a, "request", "benefit_code"));
}

static bool has_benefit_text(const Act *a, const ActScene *scene)
{
    (void)scene;
    return says_something(act_fact_text(a, "request", "benefit"), BENEFIT_LETTERS_MIN);
}

static bool has_distance_code(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_text(a, "request", "distance_reason_code").len > 0;
}

static bool has_distance_text(const Act *a, const ActScene *scene)
{
    (void)scene;
    return requested(a, "distance_reason");
}

static bool has_relevance(const Act *a, const ActScene *scene)
{
    (void)scene;
    return requested(a, "relevance");
}

static bool has_pathway(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_text(a, "request", "pathway").len > 0;
}

static bool has_treating(const Act *a, const ActScene *scene)
{
    (void)scene;
    const json_t *treating = act_fact(a, "request", "treating_physician");
    if (json_is_true(json_object_get(treating, "none")))
        return true;
    const char *name = json_string_value(json_object_get(treating, "name"));
    return says_something(slice_of(name), 2);
}

static bool question_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *question = act_item(a, "questions", json_integer_value(sent(scene, "id", NULL)));
    return question && !json_object_get(question, "answered_at_ms");
}

/* ---- information and consents ---- */

static bool has_information(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "information", NULL) != NULL;
}

/* An exam that can wait leaves the time to inform and to ask: the exception is the emergency's alone. */
static bool has_urgency(const Act *a, const ActScene *scene)
{
    (void)scene;
    return strcmp(a->priority, "routine") != 0;
}

static bool is_exceptional(const Act *a)
{
    return act_fact(a, "emergency_exception", NULL) && has_urgency(a, NULL);
}

static bool is_informed(const Act *a, const ActScene *scene)
{
    return has_information(a, scene) || is_exceptional(a);
}

static bool withdrawn(const Act *a, const char *consent)
{
    return act_fact_int(a, consent, "withdrawn_at_ms") != 0;
}

/* Dated, and after the information it rests on. */
static bool consents(const Act *a, const char *consent)
{
    int64_t given_ms = act_fact_int(a, consent, "at_ms");
    return given_ms && !withdrawn(a, consent) && act_fact(a, "information", NULL) &&
           given_ms >= act_fact_int(a, "information", "at_ms");
}

static bool has_consent_act(const Act *a, const ActScene *scene)
{
    (void)scene;
    return consents(a, "consent_act") || is_exceptional(a);
}

static bool has_consent_distance(const Act *a, const ActScene *scene)
{
    (void)scene;
    return consents(a, "consent_distance") || is_exceptional(a);
}

/* A patient who said no is not a patient who could not be asked: no exception covers that. */
static bool nothing_withdrawn(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !withdrawn(a, "consent_act") && !withdrawn(a, "consent_distance");
}

static bool is_physician(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->physician;
}

/* ---- the verdict; all of it comes with the step ---- */

static bool sent_is(const ActScene *scene, const char *key, const char *value)
{
    return !scene->data || slice_equal_text(sent_text(scene, key, NULL), value);
}

static bool indication_relevant(const Act *a, const ActScene *scene)
{
    (void)a;
    return sent_is(scene, "indication", "relevant");
}

static bool distance_relevant(const Act *a, const ActScene *scene)
{
    (void)a;
    return sent_is(scene, "distance", "relevant");
}

static bool benefit_confirmed(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || json_is_true(sent(scene, "benefit_confirmed", NULL));
}

static bool has_protocol(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || says_something(sent_text(scene, "protocol", "name"), 2);
}

static bool has_dose_decision(const Act *a, const ActScene *scene)
{
    return !scene->data || !irradiates(a, scene) ||
           says_something(sent_text(scene, "protocol", "optimisation"), 2);
}

static bool change_is_known(const Act *a, const ActScene *scene)
{
    (void)a;
    const json_t *change = sent(scene, "change", NULL);
    const char   *why    = NULL;
    if (!change)
        return true;
    Slice modality = sent_text(scene, "change", "modality");
    return says_something(sent_text(scene, "change", "reason"), 2) &&
           (!modality.len || modality_supported(modality, &why));
}

/* ---- the slot and the site ---- */

enum { SLOT_PAST_MAX_MS = 15 * 60 * 1000 };

static bool room_fits(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->room_fits;
}

static bool slot_is_ahead(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data ||
           json_integer_value(sent(scene, "start_ms", NULL)) >= scene->now_ms - SLOT_PAST_MAX_MS;
}

static bool slot_is_in_time(const Act *a, const ActScene *scene)
{
    int64_t limit_ms = act_exam_limit_ms(a);
    return !scene->data || limit_ms == 0 || json_integer_value(sent(scene, "start_ms", NULL)) <= limit_ms ||
           says_something(sent_text(scene, "late_reason", NULL), 2);
}

static bool has_local_physician(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "local_physician", NULL) != NULL;
}

static bool local_is_real(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->local_fits;
}

static bool local_is_me(const Act *a, const ActScene *scene)
{
    return scene->person_id && act_fact_int(a, "local_physician", "person_id") == scene->person_id;
}

static bool identity_matches(const Act *a, const ActScene *scene)
{
    (void)scene;
    return slice_equal_text(act_fact_text(a, "identity", "result"), "match");
}

static bool imager_is_there(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_true(a, "imager_presence", "present");
}

static bool protocol_is_read(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "protocol_acknowledged", NULL) != NULL;
}

/* ---- the exam ---- */

static bool order_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *order = act_item(a, "orders", json_integer_value(sent(scene, "id", NULL)));
    return order && !json_object_get(order, "answered_at_ms");
}

static bool contact_is(const char *to, const ActScene *scene)
{
    return to && ((strcmp(to, "requester") == 0 && (scene->requester_roles & ROLE_REQUESTER)) ||
                  (strcmp(to, "technologist") == 0 && (scene->site_roles & ROLE_TECHNOLOGIST)) ||
                  (strcmp(to, "local-physician") == 0 && (scene->site_roles & ROLE_LOCAL_PHYSICIAN)) ||
                  (strcmp(to, "imager") == 0 && (scene->imaging_roles & ROLE_IMAGER)));
}

bool order_is_for(const json_t *order, const ActScene *scene)
{
    size_t  i;
    json_t *called;
    if (contact_is(json_string_value(json_object_get(order, "to")), scene))
        return true;
    json_array_foreach (json_object_get(order, "called"), i, called)
        if (contact_is(json_string_value(called), scene))
            return true;
    return contact_is(json_string_value(json_object_get(order, "escalated_to")), scene);
}

static bool order_is_mine(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *order = act_item(a, "orders", json_integer_value(sent(scene, "id", NULL)));
    return !order || order_is_for(order, scene);
}

static bool incident_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *incident = act_item(a, "incidents", json_integer_value(sent(scene, "id", NULL)));
    return incident && !json_object_get(incident, "resolved_at_ms");
}

static bool has_quality(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "quality", NULL) != NULL;
}

static bool quality_is_explained(const Act *a, const ActScene *scene)
{
    (void)a;
    return !slice_equal_text(sent_text(scene, "verdict", NULL), "limited") ||
           says_something(sent_text(scene, "comment", NULL), 2);
}

static bool has_images(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->images > 0;
}

static int64_t images_missing(const Act *a, const ActScene *scene)
{
    int64_t made = json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "made"));
    return made > scene->images ? made - scene->images : 0;
}

/* What the modality made is here, or the imager has said in writing why it is enough. */
static bool has_all_images(const Act *a, const ActScene *scene)
{
    return images_missing(a, scene) == 0 || slice_equal_text(act_fact_text(a, "quality", "verdict"), "limite"
                                                                                                     "d");
}

static bool images_are_the_patients(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->wrong_patient;
}

/* ---- reading and after ---- */

static bool nobody_else_reads(const Act *a, const ActScene *scene)
{
    return a->reader_id == 0 || a->reader_id == scene->person_id;
}

static bool another_reads(const Act *a, const ActScene *scene)
{
    return a->reader_id != 0 && a->reader_id != scene->person_id;
}

static bool same_reader(const Act *a, const ActScene *scene)
{
    return a->reader_id != 0 && a->reader_id == scene->person_id;
}

static bool report_is_full(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->report_complete;
}

/* What is signed is what the signer saw: this version, this digest. */
static bool report_is_seen(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data ||
           (json_integer_value(sent(scene, "revision", NULL)) == scene->report_revision &&
            scene->report_revision > 0 &&
            slice_equal_fold(sent_text(scene, "sha256", NULL), slice_of(scene->report_sha256)));
}

static bool has_proof(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || json_is_object(sent(scene, "proof", NULL));
}

static bool patient_is_informed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "patient_informed", NULL) != NULL;
}

static bool dmp_is_done(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "dmp", NULL) != NULL;
}

static bool is_acknowledged(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "acknowledged", NULL) != NULL;
}

static bool has_alternative(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "alternative", NULL) != NULL;
}

static bool record_is_checked(const Act *a, const ActScene *scene)
{
    (void)a;
    if (!scene->data)
        return true;
    bool in_dmp = slice_equal_text(sent_text(scene, "dmp", NULL), "present");
    bool checked =
        json_is_true(sent(scene, "checked", NULL)) || says_something(sent_text(scene, "checked", NULL), 2);
    return json_is_true(sent(scene, "record_checked", NULL)) && (!in_dmp || checked);
}

static bool told_at_a_time(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MAX_MS = 60 * 1000 };
    int64_t told_ms = json_integer_value(sent(scene, "patient_told_at_ms", NULL));
    return !scene->data || (told_ms >= a->created_at_ms && told_ms <= scene->now_ms + AHEAD_MAX_MS);
}

/* clang-format off */
static const struct {
    ActNeed     need;
    const char *code, *why;
    bool (*there)(const Act *a, const ActScene *scene);
    const char *text;
} NEEDS[NEED_COUNT] = {
    { NEED_CONVENTION,       "convention",         "S3",        has_convention,          "No convention in force covers this act." },
    { NEED_REASON,           "reason",             "R.1333-53", has_reason,              "The reason of the exam is missing." },
    { NEED_PURPOSE,          "purpose",            "R.1333-53", has_purpose,             "The purpose of the exam is missing." },
    { NEED_CIRCUMSTANCES,    "circumstances",      "R.1333-53", has_circumstances,       "The circumstances of the exam are missing." },
    { NEED_PREGNANCY,        "pregnancy",          "E11",       has_pregnancy,           "The pregnancy status is missing: this patient may be of child-bearing age." },
    { NEED_EARLIER_EXAMS,    "earlier-exams",      "R.1333-53", has_earlier_exams,       "Earlier exams are missing (or “none known”)." },
    { NEED_OPTIMISATION,     "optimisation",       "R.1333-53", has_optimisation,        "The data needed to optimise the dose are missing." },
    { NEED_QUESTION,         "question",           "E5",        has_question,            "The question to the imager is missing." },
    { NEED_BENEFIT_CODE,     "benefit-code",       "E2",        has_benefit_code,        "Choose what this patient gains from a remote exam." },
    { NEED_BENEFIT_PATIENT,  "benefit-patient",    "E2",        benefit_is_the_patients, "Organisational convenience alone is not a benefit for the patient." },
    { NEED_BENEFIT_TEXT,     "benefit",            "E2",        has_benefit_text,        "Say in a sentence what this patient gains from a remote exam." },
    { NEED_DISTANCE_CODE,    "distance-code",      "S2",        has_distance_code,       "Choose why the exam is not done with an imager on site." },
    { NEED_DISTANCE_TEXT,    "distance-reason",    "S2",        has_distance_text,       "Say why the exam is not done with an imager on site." },
    { NEED_RELEVANCE,        "relevance",          "E4",        has_relevance,           "The requester's justification of the exam is missing." },
    { NEED_PATHWAY,          "pathway",            "S7",        has_pathway,             "Say whether this is the coordinated care pathway, an emergency or direct access." },
    { NEED_TREATING,         "treating-physician", "S7",        has_treating,            "Name the treating physician, or say that none is declared." },
    { NEED_QUESTION_OPEN,    "question-open",      "E7",        question_is_open,        "This question is not open." },
    { NEED_INFORMATION,      "information",        "E3",        has_information,         "Record first that the patient was informed." },
    { NEED_INFORMED,         "information",        "E3",        is_informed,             "The patient's information is missing." },
    { NEED_CONSENT_ACT,      "consent-act",        "E3",        has_consent_act,         "The consent to the exam is missing." },
    { NEED_CONSENT_DISTANCE, "consent-distance",   "E3",        has_consent_distance,    "The consent to its being remote is missing." },
    { NEED_NOT_WITHDRAWN,    "consent-withdrawn",  "E3",        nothing_withdrawn,       "The patient has withdrawn a consent." },
    { NEED_PHYSICIAN,        "physician",          "E3",        is_physician,            "Only a physician may attest this." },
    { NEED_URGENCY,          "routine",            "E3",        has_urgency,             "A routine exam leaves the time to inform the patient and to collect consent." },
    { NEED_INDICATION,       "verdict-indication", "E6",        indication_relevant,     "To accept, the indication must be judged relevant." },
    { NEED_DISTANCE,         "verdict-distance",   "E6",        distance_relevant,       "To accept, doing it at a distance must be judged relevant." },
    { NEED_BENEFIT_CONFIRMED,"benefit-confirmed",  "E2",        benefit_confirmed,       "The imager must confirm the benefit for this patient." },
    { NEED_PROTOCOL,         "protocol",           "E19",       has_protocol,            "Name the protocol of the exam." },
    { NEED_DOSE_DECISION,    "dose-decision",      "E11",       has_dose_decision,       "Write how the dose is optimised for this patient." },
    { NEED_CHANGE_KNOWN,     "change",             "E6",        change_is_known,         "A change of the exam needs a known modality and its reason." },
    { NEED_ROOM,             "room",               "E10",       room_fits,               "Choose a room of this site for this modality." },
    { NEED_SLOT_AHEAD,       "slot-past",          "E10",       slot_is_ahead,           "The slot is in the past." },
    { NEED_SLOT_IN_TIME,     "late-reason",        "E10",       slot_is_in_time,         "The slot is later than the delay allows: say why." },
    { NEED_LOCAL_PHYSICIAN,  "local-physician",    "E23",       has_local_physician,     "No local physician is named." },
    { NEED_LOCAL_REAL,       "local-physician",    "E23",       local_is_real,           "Choose a local physician of this site, or give a name and a telephone number." },
    { NEED_LOCAL_IS_ME,      "local-physician-me", "E23",       local_is_me,             "Only the named local physician may confirm being there." },
    { NEED_IDENTITY,         "identity",           "E15",       identity_matches,        "The patient's identity is not checked, or does not match." },
    { NEED_IMAGER_THERE,     "imager-present",     "E1",        imager_is_there,         "The imager is not in the act." },
    { NEED_PROTOCOL_READ,    "protocol-read",      "E19",       protocol_is_read,        "The technologist has not read the protocol." },
    { NEED_ORDER_OPEN,       "order-open",         "E13",       order_is_open,           "This order is not open." },
    { NEED_ORDER_MINE,       "order-mine",         "E13",       order_is_mine,           "This order is addressed to somebody else." },
    { NEED_INCIDENT_OPEN,    "incident-open",      "E21",       incident_is_open,        "This incident is not open." },
    { NEED_QUALITY,          "quality",            "E18",       has_quality,             "The imager has not judged the images." },
    { NEED_QUALITY_COMMENT,  "quality-comment",    "E18",       quality_is_explained,    "Say in what the images are limited." },
    { NEED_IMAGES,           "images",             "E18",       has_images,              "No image has been received." },
    { NEED_ALL_IMAGES,       "images-missing",     "E22",       has_all_images,          "Images that the modality made have not arrived." },
    { NEED_RIGHT_PATIENT,    "wrong-patient",      "E15",       images_are_the_patients, "Images received carry another patient's identity." },
    { NEED_NOBODY_READS,     "reader",             "E25",       nobody_else_reads,       "Another imager is reading this exam." },
    { NEED_OTHER_READS,      "reader-other",       "E25",       another_reads,           "There is no other imager's reading to take over." },
    { NEED_SAME_READER,      "same-reader",        "E29",       same_reader,             "Only the imager who reads the exam may do this." },
    { NEED_REPORT_FULL,      "report",             "E29",       report_is_full,          "The report is incomplete." },
    { NEED_REPORT_SEEN,      "report-seen",        "E29",       report_is_seen,          "The report has changed since it was shown: read it again before signing." },
    { NEED_PROOF,            "proof",              "E16",       has_proof,               "Confirm with your second factor." },
    { NEED_PATIENT_INFORMED, "patient-informed",   "E34",       patient_is_informed,     "The patient is not informed of the result." },
    { NEED_DMP_DONE,         "dmp-checked",        "E35",       dmp_is_done,             "The patient's record and DMP are not checked." },
    { NEED_ACKNOWLEDGED,     "acknowledged",       "E31",       is_acknowledged,         "The requester has not acknowledged the report." },
    { NEED_ALTERNATIVE,      "alternative",        "E9",        has_alternative,         "Write which other care was offered to the patient." },
    { NEED_RECORD_CHECKED,   "record-checked",     "E35",       record_is_checked,       "Confirm that the data are in the patient's record, and in the DMP when there is one." },
    { NEED_TOLD_WHEN,        "told-when",          "E9",        told_at_a_time,          "Say when the patient was told: after the request, not in the future." },
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
                ret->items[ret->count - 1].count = images_missing(a, scene);
        }
    }
}
