/*
 * The conditions of a tele-expertise. Pure. T1 to T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/expertise.h"

enum { MINUTE_MS = 60 * 1000 };

bool act_is_expertise(const Act *a)
{
    return strcmp(a->kind, "tele-expertise") == 0;
}

/* ---- the experts ---- */

static bool state_is(const json_t *expert, const char *state)
{
    const char *is = json_string_value(json_object_get(expert, "state"));
    return is && strcmp(is, state) == 0;
}

json_t *expert_of(const Act *a, int64_t person_id)
{
    size_t  i;
    json_t *expert;
    json_array_foreach (json_object_get(json_object_get(a->facts, "experts"), "list"), i, expert)
        if (json_integer_value(json_object_get(expert, "person_id")) == person_id)
            return expert;
    return NULL;
}

json_t *expert_in_state(const Act *a, const char *state, int64_t but)
{
    size_t  i;
    json_t *expert;
    json_array_foreach (json_object_get(json_object_get(a->facts, "experts"), "list"), i, expert)
        if (state_is(expert, state) && json_integer_value(json_object_get(expert, "person_id")) != but)
            return expert;
    return NULL;
}

bool expertise_has_hope(const Act *a)
{
    return expert_in_state(a, "asked", 0) || expert_in_state(a, "accepted", 0) || expert_in_state(a, "answered", 0);
}

/* ---- the request ---- */

bool expertise_asker_is_medical(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->medical;
}

bool expertise_patient_is_identified(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->identified;
}

bool expertise_has_context(const Act *a, const ActScene *scene)
{
    (void)scene;
    return says_something(act_fact_text(a, "request", "context"), 10);
}

bool expertise_has_experts(const Act *a, const ActScene *scene)
{
    (void)scene;
    return json_array_size(act_fact(a, "experts", "list")) > 0;
}

bool expertise_experts_fit(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->experts_fit;
}

/* Whoever has accepted or answered is not taken off the list. */
bool expertise_answered_stay(const Act *a, const ActScene *scene)
{
    size_t        i, k;
    const json_t *expert, *id;
    if (!scene->data)
        return true;
    json_array_foreach (act_fact(a, "experts", "list"), i, expert) {
        bool kept = state_is(expert, "asked") || state_is(expert, "refused");
        json_array_foreach (json_object_get(scene->data, "experts"), k, id)
            kept |= json_integer_value(id) == json_integer_value(json_object_get(expert, "person_id"));
        if (!kept)
            return false;
    }
    return true;
}

/* Together or apart is settled for whoever has answered: an opinion or an agreement was given for that. */
bool expertise_mode_stays(const Act *a, const ActScene *scene)
{
    Slice wanted = sent_text(scene, "mode", NULL);
    bool  given  = json_array_size(act_fact(a, "opinions", NULL)) + json_array_size(act_fact(a, "agreements", NULL)) > 0;
    return !scene->data || !given || !wanted.len || slice_equal(wanted, act_fact_text(a, "experts", "mode"));
}

bool expertise_images_fit(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->images_fit;
}

/* Chosen, or said in words why there are none: an opinion may be asked before any exam. */
bool expertise_has_images(const Act *a, const ActScene *scene)
{
    (void)scene;
    const json_t *chosen = act_fact(a, "chosen_images", NULL);
    return json_array_size(json_object_get(chosen, "series")) > 0 ||
           says_something(act_fact_text(a, "chosen_images", "none_reason"), 3);
}

/* ---- the answer ---- */

bool expertise_is_mine(const Act *a, const ActScene *scene)
{
    const json_t *expert = expert_of(a, scene->person_id);
    return expert && !state_is(expert, "refused");
}

bool expertise_not_accepted_yet(const Act *a, const ActScene *scene)
{
    return state_is(expert_of(a, scene->person_id), "asked");
}

bool expertise_accepted_by_me(const Act *a, const ActScene *scene)
{
    const json_t *expert = expert_of(a, scene->person_id);
    return state_is(expert, "accepted") || state_is(expert, "answered");
}

bool expertise_not_answered_by_me(const Act *a, const ActScene *scene)
{
    return state_is(expert_of(a, scene->person_id), "accepted");
}

bool expertise_delay_is_proposed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "delay", "proposed_min") && !act_fact(a, "delay", "agreed");
}

bool expertise_delay_is_agreed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "delay", "proposed_min") || act_fact_true(a, "delay", "agreed");
}

static bool mode_is(const Act *a, const char *mode)
{
    return slice_equal_text(act_fact_text(a, "experts", "mode"), mode);
}

bool expertise_is_joint(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !mode_is(a, "separate");
}

bool expertise_is_separate(const Act *a, const ActScene *scene)
{
    (void)scene;
    return mode_is(a, "separate");
}

bool expertise_opinion_is_whole(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || (says_something(sent_text(scene, "results", NULL), 10) &&
                            says_something(sent_text(scene, "conclusion", NULL), 5));
}

bool expertise_opinion_is_seen(const Act *a, const ActScene *scene)
{
    char digest[65];
    (void)a;
    if (!scene->data)
        return true;
    opinion_digest(sent_text(scene, "results", NULL), sent_text(scene, "conclusion", NULL), digest);
    return slice_equal_fold(sent_text(scene, "sha256", NULL), slice_of(digest));
}

/* Image quality, earlier images, administrative identity, medical information: each with its verdict. T2 */
static const char *open_item(const Act *a, size_t from, size_t *ret_at)
{
    for (size_t i = from; CODES_CHECK_ITEM[i]; i++) {
        Slice verdict = act_fact_text(a, "checklist", CODES_CHECK_ITEM[i]);
        const json_t *item = act_fact(a, "checklist", CODES_CHECK_ITEM[i]);
        if (json_is_object(item))
            verdict = slice_of(json_string_value(json_object_get(item, "verdict")));
        if (!slice_equal_text(verdict, "sufficient") && !slice_equal_text(verdict, "not-needed")) {
            *ret_at = i;
            return CODES_CHECK_ITEM[i];
        }
    }
    return NULL;
}

bool expertise_is_checked(const Act *a, const ActScene *scene)
{
    size_t at;
    (void)scene;
    return !open_item(a, 0, &at);
}

void expertise_unchecked(const Act *a, const ActScene *scene, MissingList *ret)
{
    static const struct {
        const char *item, *code, *text;
    } TEXTS[] = {
        { "image-quality", "check-image-quality", "Check the quality of the images, or ask for what is missing." },
        { "earlier-images", "check-earlier-images", "Check the earlier images, or ask for what is missing." },
        { "identity", "check-identity-item", "Check the patient's administrative identity, or ask for what is missing." },
        { "medical-information", "check-medical-information", "Check the medical information, or ask for what is missing." },
    };
    size_t at = 0;
    (void)scene;
    for (size_t from = 0; open_item(a, from, &at); from = at + 1)
        for (size_t i = 0; i < COUNT(TEXTS); i++)
            if (strcmp(TEXTS[i].item, CODES_CHECK_ITEM[at]) == 0)
                missing_add(ret, TEXTS[i].code, TEXTS[i].text, "T2");
}

bool expertise_check_explained(const Act *a, const ActScene *scene)
{
    (void)a;
    if (!scene->data || slice_equal_text(sent_text(scene, "verdict", NULL), "sufficient"))
        return true;
    return says_something(sent_text(scene, "comment", NULL), 3);
}

bool expertise_questions_answered(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *question;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "questions"), i, question)
        if (!json_object_get(question, "answered_at_ms"))
            return false;
    return true;
}

static bool agreed_to(const Act *a, int64_t person_id, Slice sha256)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "agreements"), i, one)
        if (json_integer_value(json_object_get(json_object_get(one, "by"), "id")) == person_id &&
            slice_equal_fold(slice_of(json_string_value(json_object_get(one, "sha256"))), sha256))
            return true;
    return false;
}

bool expertise_not_agreed_by_me(const Act *a, const ActScene *scene)
{
    return expertise_accepted_by_me(a, scene) && a->reader_id != scene->person_id &&
           !agreed_to(a, scene->person_id, slice_of(scene->report_sha256));
}

/* Where each answers separately nobody agrees to another's words: the step is not offered. */
bool expertise_agreement_waits_for_me(const Act *a, const ActScene *scene)
{
    return expertise_is_joint(a, scene) && expertise_not_agreed_by_me(a, scene);
}

/*
 * Who accepted has answered: by an opinion of their own, or by agreeing to the common report as it stands now.
 */
bool expertise_others_are_done(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *expert;
    if (expert_in_state(a, "accepted", scene->person_id))
        return false;
    if (mode_is(a, "separate"))
        return true;
    json_array_foreach (act_fact(a, "experts", "list"), i, expert) {
        int64_t id = json_integer_value(json_object_get(expert, "person_id"));
        if (state_is(expert, "answered") && id != scene->person_id &&
            !agreed_to(a, id, slice_of(scene->report_sha256)))
            return false;
    }
    return true;
}

static const json_t *second_open(const Act *a, int64_t id)
{
    size_t        i;
    const json_t *question;
    json_array_foreach (json_object_get(a->facts, "second_questions"), i, question)
        if (!json_object_get(question, "answered_at_ms") &&
            (!id || json_integer_value(json_object_get(question, "id")) == id))
            return question;
    return NULL;
}

bool expertise_second_is_open(const Act *a, const ActScene *scene)
{
    return second_open(a, scene->data ? json_integer_value(sent_value(scene, "id", NULL)) : 0) != NULL;
}

bool expertise_second_are_answered(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !second_open(a, 0);
}

/* ---- the clock ---- */

static int64_t answer_minutes(const Act *a)
{
    int64_t minutes = act_fact_int(a, "delays", "report_min");
    int64_t wanted  = act_fact_int(a, "request", "answer_within_min");
    if (wanted > 0 && (minutes == 0 || wanted < minutes))
        minutes = wanted;
    return act_fact_true(a, "delay", "agreed") ? act_fact_int(a, "delay", "proposed_min") : minutes;
}

int64_t expertise_answer_limit_ms(const Act *a)
{
    int64_t minutes = answer_minutes(a);
    return minutes && a->asked_at_ms ? a->asked_at_ms + act_fact_int(a, "paused_ms", NULL) + minutes * MINUTE_MS : 0;
}

static int64_t latest(const json_t *list, const char *key, int64_t last_ms)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (list, i, one) {
        int64_t at_ms = json_integer_value(json_object_get(one, key));
        last_ms       = at_ms > last_ms ? at_ms : last_ms;
    }
    return last_ms;
}

/* Since an expert was last asked, or had an answer from the requester. */
static int64_t awaited_since_ms(const Act *a)
{
    int64_t asked_ms = latest(act_fact(a, "experts", "list"), "asked_at_ms", a->asked_at_ms);
    return latest(act_fact(a, "questions", NULL), "answered_at_ms", asked_ms);
}

int64_t expertise_expert_limit_ms(const Act *a)
{
    enum { PART = 3 };
    int64_t wait_ms = act_fact_int(a, "delays", "assign_min") * MINUTE_MS, most_ms = answer_minutes(a) * MINUTE_MS / PART;
    if (!wait_ms || !a->asked_at_ms || !expert_in_state(a, "asked", 0))
        return 0;
    return awaited_since_ms(a) + (most_ms && most_ms < wait_ms ? most_ms : wait_ms);
}
