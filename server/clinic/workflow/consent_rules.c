/*
 * Who may consent for whom. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/consent_rules.h"

#include <string.h>

#include "base/own.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

enum { NAME_LETTERS_MIN = 2, SENTENCE_LETTERS_MIN = 10 };

/* A quality, and for whom it lets somebody consent. */
typedef struct Quality {
    const char *code;
    bool        minor, adult, represented_adult;
} Quality;
static const Quality QUALITIES[] = {
    /* code                    a minor  an adult  an adult who is represented */
    { "parent",                true,    false,    false },
    { "guardian",              true,    false,    true },
    { "legal-representative",  true,    false,    true },
    { "trusted-person",        false,   true,     false },
    { "family",                false,   true,     false },
    { "other",                 false,   true,     false },
};

static bool is(Slice text, const char *code)
{
    return slice_equal_text(text, code);
}

/* Measures under which somebody acts for the person, not for their goods alone. */
bool act_is_represented(const Act *a)
{
    static const char *const REPRESENTED[] = { "guardianship-person", "family-habilitation", "mandate", NULL };
    return code_known(REPRESENTED, act_fact_text(a, "protection", "measure"));
}

static bool by_representative(const ActScene *scene)
{
    return is(sent_text(scene, "how", NULL), "representative");
}

static Slice exception(const ActScene *scene)
{
    return sent_text(scene, "minor_exception", NULL);
}

bool consent_names_representative(const Act *a, const ActScene *scene)
{
    (void)a;
    return !by_representative(scene) ||
           (says_something(sent_text(scene, "representative_name", NULL), NAME_LETTERS_MIN) && sent_text(scene, "representative_quality", NULL).len);
}

bool consent_minor_does_not_consent_alone(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !scene->minor || by_representative(scene) || exception(scene).len;
}

bool consent_secrecy_is_attested(const Act *a, const ActScene *scene)
{
    (void)a;
    if (!scene->minor || by_representative(scene) || !is(exception(scene), "secrecy"))
        return true;
    return scene->physician && says_something(sent_text(scene, "exception_text", NULL), SENTENCE_LETTERS_MIN) &&
           says_something(sent_text(scene, "accompanied_by", NULL), NAME_LETTERS_MIN);
}

bool consent_exception_is_shown(const Act *a, const ActScene *scene)
{
    (void)a;
    if (!scene->minor || by_representative(scene) || !exception(scene).len || is(exception(scene), "secrecy"))
        return true;
    return says_something(sent_text(scene, "exception_text", NULL), NAME_LETTERS_MIN);
}

static bool quality_may(const Act *a, const ActScene *scene, Slice quality)
{
    for (size_t i = 0; i < COUNT(QUALITIES); i++)
        if (is(quality, QUALITIES[i].code))
            return scene->minor ? QUALITIES[i].minor : act_is_represented(a) ? QUALITIES[i].represented_adult : QUALITIES[i].adult;
    return true; /* not said: another condition asks for it */
}

bool consent_quality_fits(const Act *a, const ActScene *scene)
{
    return !by_representative(scene) || quality_may(a, scene, sent_text(scene, "representative_quality", NULL));
}

/* The question of the other parent stands where a parent consents for a minor. */
static bool by_a_parent(const ActScene *scene)
{
    return scene->minor && by_representative(scene) && is(sent_text(scene, "representative_quality", NULL), "parent");
}

bool consent_usual_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !by_a_parent(scene) || sent_text(scene, "usual_act", NULL).len;
}

bool consent_other_holder_agrees(const Act *a, const ActScene *scene)
{
    (void)a;
    if (!by_a_parent(scene) || !is(sent_text(scene, "usual_act", NULL), "no"))
        return true;
    return sent_text(scene, "other_holder", NULL).len && says_something(sent_text(scene, "other_holder_name", NULL), NAME_LETTERS_MIN);
}

static bool somebody_else_consents(const Act *a, const ActScene *scene)
{
    return by_representative(scene) && (scene->minor || act_is_represented(a));
}

bool consent_patient_is_heard(const Act *a, const ActScene *scene)
{
    return !somebody_else_consents(a, scene) || sent_text(scene, "heard", NULL).len;
}

/* A minor who refuses: the physician writes what was done. A represented adult: the judge decides, save in an emergency. */
bool consent_disagreement_is_settled(const Act *a, const ActScene *scene)
{
    if (!somebody_else_consents(a, scene) || !is(sent_text(scene, "heard", NULL), "refuses"))
        return true;
    if (!scene->minor && strcmp(a->priority, "emergency") == 0)
        return true;
    return says_something(sent_text(scene, "heard_text", NULL), SENTENCE_LETTERS_MIN);
}

bool consent_protected_can_say(const Act *a, const ActScene *scene)
{
    return !scene->data || scene->minor || !act_is_represented(a) || by_representative(scene) || sent_text(scene, "able", NULL).len;
}

/* ---- what was recorded before, against who the patient is now known to be ---- */

static Slice member(const Act *a, const char *consent, const char *key)
{
    return act_fact_text(a, consent, key);
}

static bool consent_fits(const Act *a, const ActScene *scene, const char *consent)
{
    if (!act_fact(a, consent, "at_ms"))
        return true; /* none: told by another condition */
    if (is(member(a, consent, "how"), "representative"))
        return quality_may(a, scene, member(a, consent, "representative_quality"));
    if (scene->minor)
        return member(a, consent, "minor_exception").len > 0;
    return !act_is_represented(a) || member(a, consent, "able").len > 0;
}

bool consents_fit_the_patient(const Act *a, const ActScene *scene)
{
    bool exceptional = act_fact(a, "emergency_exception", NULL) && act_has_urgency(a, scene);
    return exceptional || (consent_fits(a, scene, "consent_act") && consent_fits(a, scene, "consent_distance"));
}

/* ---- the measure itself ---- */

bool protection_is_of_an_adult(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !scene->minor;
}

bool protection_is_named(const Act *a, const ActScene *scene)
{
    (void)a;
    Slice measure = sent_text(scene, "measure", NULL);
    if (!measure.len || is(measure, "none"))
        return true;
    return says_something(sent_text(scene, "holder_name", NULL), NAME_LETTERS_MIN) && says_something(sent_text(scene, "decision", NULL), NAME_LETTERS_MIN);
}
