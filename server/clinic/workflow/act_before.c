/*
 * Conditions of steps up to the start of the exam: request, consents, verdict, slot, site. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>

#include "base/own.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

enum { AGE_BEARING_MIN = 10, AGE_BEARING_MAX = 55, BENEFIT_LETTERS_MIN = 10 };

bool pregnancy_matters(char sex, int age)
{
    if (sex == 'M')
        return false;
    return age < 0 || (age >= AGE_BEARING_MIN && age <= AGE_BEARING_MAX);
}

/* ---- what is sent with the step ---- */

const json_t *sent_value(const ActScene *scene, const char *key, const char *member)
{
    const json_t *value = json_object_get(scene->data, key);
    if (member)
        value = json_object_get(value, member);
    return value && !json_is_null(value) ? value : NULL;
}

Slice sent_text(const ActScene *scene, const char *key, const char *member)
{
    const json_t *value = sent_value(scene, key, member);
    if (!json_is_string(value))
        return SLICE_NONE;
    return slice_trim((Slice) { json_string_value(value), json_string_length(value) });
}

/* The modality as it will be when a change is accepted with the verdict. */
static const char *modality_of(const Act *a, const ActScene *scene)
{
    const char *changed = json_string_value(sent_value(scene, "change", "modality"));
    return changed && *changed ? changed : a->modality;
}

static bool irradiates(const Act *a, const ActScene *scene)
{
    return modality_irradiates(modality_of(a, scene));
}

bool says_something(Slice text, size_t letters)
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

bool act_has_convention(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->clause_missing.count == 0;
}

/* The five items bind irradiating acts; for the others they stay optional. */
#define ITEM(name, member)                                                                                   \
    bool name(const Act *a, const ActScene *scene)                                                           \
    {                                                                                                        \
        return !irradiates(a, scene) || requested(a, member);                                                \
    }
ITEM(act_has_reason, "reason")
ITEM(act_has_purpose, "purpose")
ITEM(act_has_circumstances, "circumstances")
ITEM(act_has_earlier_exams, "earlier_exams")
ITEM(act_has_optimisation, "optimisation")

bool act_has_pregnancy(const Act *a, const ActScene *scene)
{
    if (!irradiates(a, scene) || !pregnancy_matters(scene->patient_sex, scene->patient_age))
        return true;
    Slice said = act_fact_text(a, "request", "pregnancy");
    return said.len && !slice_equal_text(said, "not-applicable");
}

bool act_has_question(const Act *a, const ActScene *scene)
{
    (void)scene;
    return requested(a, "question");
}

bool act_has_benefit_code(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_text(a, "request", "benefit_code").len > 0;
}

bool act_benefit_is_the_patients(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !code_known(CODES_SELF_INTEREST, act_fact_text(a, "request", "benefit_code"));
}

bool act_has_benefit_text(const Act *a, const ActScene *scene)
{
    (void)scene;
    return says_something(act_fact_text(a, "request", "benefit"), BENEFIT_LETTERS_MIN);
}

bool act_has_distance_code(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_text(a, "request", "distance_reason_code").len > 0;
}

bool act_has_distance_text(const Act *a, const ActScene *scene)
{
    (void)scene;
    return requested(a, "distance_reason");
}

bool act_has_relevance(const Act *a, const ActScene *scene)
{
    (void)scene;
    return requested(a, "relevance");
}

bool act_has_pathway(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_text(a, "request", "pathway").len > 0;
}

bool act_has_treating(const Act *a, const ActScene *scene)
{
    (void)scene;
    const json_t *treating = act_fact(a, "request", "treating_physician");
    if (json_is_true(json_object_get(treating, "none")))
        return true;
    const char *name = json_string_value(json_object_get(treating, "name"));
    return says_something(slice_of(name), 2);
}

bool act_question_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *question = act_item(a, "questions", json_integer_value(sent_value(scene, "id", NULL)));
    return question && !json_object_get(question, "answered_at_ms");
}

/* ---- information and consents ---- */

/* When the patient was last told: of this subject alone, or of both. 0: never. */
static int64_t informed_at_ms(const Act *a, const char *alone)
{
    int64_t both_ms = act_fact_int(a, "information", "at_ms"), one_ms = act_fact_int(a, alone, "at_ms");
    return one_ms > both_ms ? one_ms : both_ms;
}

bool act_has_information(const Act *a, const ActScene *scene)
{
    static const char *const ALL[] = { "information", "information_act", "information_distance" };
    Slice subject = sent_text(scene, "subject", NULL);
    for (size_t i = 0; !subject.len && i < COUNT(ALL); i++)
        if (act_fact(a, ALL[i], NULL))
            return true;
    return subject.len && informed_at_ms(a, slice_equal_text(subject, "act") ? "information_act" : "information_distance") != 0;
}

/* An exam that can wait leaves the time to inform and to ask: the exception is the emergency's alone. */
bool act_has_urgency(const Act *a, const ActScene *scene)
{
    (void)scene;
    return strcmp(a->priority, "routine") != 0;
}

static bool is_exceptional(const Act *a)
{
    return act_fact(a, "emergency_exception", NULL) && act_has_urgency(a, NULL);
}

bool act_is_informed(const Act *a, const ActScene *scene)
{
    (void)scene;
    bool expertise = strcmp(a->kind, "tele-expertise") == 0; /* the opinion asked is itself the act at a distance */
    return is_exceptional(a) || (informed_at_ms(a, "information_act") &&
                                 (expertise || informed_at_ms(a, "information_distance")));
}

static bool withdrawn(const Act *a, const char *consent)
{
    return act_fact_int(a, consent, "withdrawn_at_ms") != 0;
}

/* Dated, and after the information it rests on. */
static bool consents(const Act *a, const char *consent, const char *information)
{
    int64_t given_ms = act_fact_int(a, consent, "at_ms");
    int64_t told_ms  = informed_at_ms(a, information);
    return given_ms && told_ms && !withdrawn(a, consent) && given_ms >= told_ms;
}

bool act_has_consent_act(const Act *a, const ActScene *scene)
{
    (void)scene;
    return consents(a, "consent_act", "information_act") || is_exceptional(a);
}

bool act_has_consent_distance(const Act *a, const ActScene *scene)
{
    (void)scene;
    return consents(a, "consent_distance", "information_distance") || is_exceptional(a);
}

/* A patient who said no is not a patient who could not be asked: no exception covers that. */
bool act_nothing_withdrawn(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !withdrawn(a, "consent_act") && !withdrawn(a, "consent_distance");
}

bool act_is_physician(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->physician;
}

/* ---- the verdict; all of it comes with the step ---- */

static bool sent_is(const ActScene *scene, const char *key, const char *value)
{
    return !scene->data || slice_equal_text(sent_text(scene, key, NULL), value);
}

bool act_indication_relevant(const Act *a, const ActScene *scene)
{
    (void)a;
    return sent_is(scene, "indication", "relevant");
}

bool act_distance_relevant(const Act *a, const ActScene *scene)
{
    (void)a;
    return sent_is(scene, "distance", "relevant");
}

bool act_benefit_confirmed(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || json_is_true(sent_value(scene, "benefit_confirmed", NULL));
}

bool act_has_dose_decision(const Act *a, const ActScene *scene)
{
    return !scene->data || !irradiates(a, scene) ||
           says_something(sent_text(scene, "protocol", "optimisation"), 2);
}

bool act_change_is_known(const Act *a, const ActScene *scene)
{
    (void)a;
    const json_t *change = sent_value(scene, "change", NULL);
    const char   *why    = NULL;
    if (!change)
        return true;
    Slice modality = sent_text(scene, "change", "modality");
    return says_something(sent_text(scene, "change", "reason"), 2) &&
           (!modality.len || modality_supported(modality, &why));
}

/* ---- the slot and the site ---- */

enum { SLOT_PAST_MAX_MS = 15 * 60 * 1000 };

bool act_room_fits(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->room_fits;
}

bool act_slot_is_ahead(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data ||
           json_integer_value(sent_value(scene, "start_ms", NULL)) >= scene->now_ms - SLOT_PAST_MAX_MS;
}

bool act_slot_is_in_time(const Act *a, const ActScene *scene)
{
    int64_t limit_ms = act_exam_limit_ms(a);
    return !scene->data || limit_ms == 0 ||
           json_integer_value(sent_value(scene, "start_ms", NULL)) <= limit_ms ||
           says_something(sent_text(scene, "late_reason", NULL), 2);
}

bool act_local_is_real(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->local_fits;
}

bool act_identity_matches(const Act *a, const ActScene *scene)
{
    (void)scene;
    return slice_equal_text(act_fact_text(a, "identity", "result"), "match");
}

bool act_imager_is_there(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_true(a, "imager_presence", "present");
}
