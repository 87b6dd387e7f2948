/*
 * The rules of the register of security incidents: what an incident is, whom it must be told, what may follow. Pure. X7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/security_register.h"

#include "base/own.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

#define HOUR_MS (60LL * 60 * 1000)
enum { CNIL_HOURS = 72, PEOPLE_HOURS = 72, CERT_HOURS = 24, WORDS_MIN = 10, PEOPLE_MAX = 100 * 1000 * 1000 };

static const char *const RISKS[] = { "none", "risk", "high" };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void duties_of(SecurityState *s)
{
    bool told_cnil = s->breach && (strcmp(s->risk, "risk") == 0 || strcmp(s->risk, "high") == 0), told_people = s->breach && strcmp(s->risk, "high") == 0;
    s->duties[0].due_ms = told_cnil ? s->known_at_ms + CNIL_HOURS * HOUR_MS : 0;
    s->duties[1].due_ms = told_people ? s->known_at_ms + PEOPLE_HOURS * HOUR_MS : 0;
    s->duties[2].due_ms = s->serious ? s->known_at_ms + CERT_HOURS * HOUR_MS : 0;
}

static void fold_one(SecurityState *s, const char *step, const json_t *data)
{
    if (strcmp(step, "assess") == 0) {
        s->assessed = true;
        s->breach   = json_is_true(json_object_get(data, "breach"));
        s->serious  = json_is_true(json_object_get(data, "serious"));
        s->risk     = text_of(data, "risk");
    } else if (strcmp(step, "notify") == 0) {
        for (size_t d = 0; d < SECURITY_DUTIES; d++)
            if (strcmp(s->duties[d].to, text_of(data, "to")) == 0 && !s->duties[d].told_ms)
                s->duties[d].told_ms = json_integer_value(json_object_get(data, "told_at_ms"));
    } else if (strcmp(step, "measure") == 0) {
        s->measured = true;
    } else if (strcmp(step, "close") == 0) {
        s->closed = true;
    }
}

void security_fold(const json_t *entries, int64_t known_at_ms, SecurityState *ret)
{
    size_t        i;
    const json_t *one;
    *ret = (SecurityState) { .known_at_ms = known_at_ms, .risk = "", .duties = { { .to = "cnil" }, { .to = "people" }, { .to = "cert-sante" } } };
    json_array_foreach (entries, i, one)
        fold_one(ret, text_of(one, "step"), json_object_get(one, "data"));
    duties_of(ret);
}

/* ---- what may follow ---- */

/* A text of the body, trimmed; at least 'min' bytes. */
static bool words_take(const json_t *said, const char *key, size_t min, json_t *kept, Err *err)
{
    Slice text = SLICE_NONE;
    if (!json_may_text(said, key, &text, err))
        return false;
    text = slice_trim(text);
    if (text.len < min)
        return err_set(err, ERR_INPUT, "A few words are missing in this entry of the register.", "%s", key);
    if (text.len > SECURITY_TEXT_MAX || !text_is_clean_utf8(text))
        return err_set(err, ERR_INPUT, "This entry of the register is not as it should be.", "%s", key);
    return json_put(kept, key, json_slice(text));
}

static bool assess_take(const json_t *said, json_t *kept, Err *err)
{
    bool    breach = false, serious = false;
    Slice   risk   = SLICE_NONE;
    int64_t people = 0;
    size_t  r      = 0;
    if (!json_may_bool(said, "breach", &breach, err) || !json_may_bool(said, "serious", &serious, err) || !json_need_text(said, "risk", &risk, err) ||
        !json_may_int(said, "people", 0, PEOPLE_MAX, &people, err))
        return false;
    while (r < COUNT(RISKS) && !slice_equal_text(risk, RISKS[r]))
        r++;
    if (r == COUNT(RISKS))
        return err_set(err, ERR_INPUT, "Say which risk there is for the people concerned: none, a risk, or a high one.", "risk");
    return json_put(kept, "breach", json_boolean(breach)) && json_put(kept, "serious", json_boolean(serious)) && json_put(kept, "risk", json_string(RISKS[r])) &&
           json_put(kept, "people", json_integer(people)) && words_take(said, "data", breach ? WORDS_MIN : 0, kept, err) &&
           words_take(said, "consequences", WORDS_MIN, kept, err);
}

static bool notify_take(const SecurityState *s, const json_t *said, int64_t now_ms, json_t *kept, Err *err)
{
    Slice   to      = SLICE_NONE;
    int64_t told_ms = 0;
    if (!json_need_text(said, "to", &to, err) || !json_need_int(said, "told_at_ms", 0, INT64_MAX, &told_ms, err))
        return false;
    for (size_t d = 0; d < SECURITY_DUTIES; d++) {
        const SecurityDuty *duty = &s->duties[d];
        if (!slice_equal_text(to, duty->to))
            continue;
        if (told_ms < s->known_at_ms || told_ms > now_ms)
            return err_set(err, ERR_INPUT, "They were told after the incident became known, and not in the future.", "told_at_ms");
        bool late = duty->due_ms && told_ms > duty->due_ms; /* GDPR art. 33(1): a late notice says why */
        if (late && slice_trim(slice_of(text_of(said, "text"))).len < WORDS_MIN)
            return err_set(err, ERR_INPUT, "The delay has passed: the notice says why it comes so late.", "text");
        return json_put(kept, "to", json_string(duty->to)) && json_put(kept, "told_at_ms", json_integer(told_ms)) && json_put(kept, "late", json_boolean(late)) &&
               words_take(said, "reference", 1, kept, err) && words_take(said, "text", 0, kept, err);
    }
    return err_set(err, ERR_INPUT, "Say who was told: the CNIL, the people concerned or CERT Santé.", "to");
}

static bool may_close(const SecurityState *s, Err *err)
{
    if (!s->assessed)
        return err_set(err, ERR_CONFLICT, "The incident is not assessed: say whether data were concerned, and the risk.", "assess");
    if (!s->measured)
        return err_set(err, ERR_CONFLICT, "No measure is written down: say what was done so that it does not happen again.", "measure");
    for (size_t d = 0; d < SECURITY_DUTIES; d++)
        if (s->duties[d].due_ms && !s->duties[d].told_ms)
            return err_set(err, ERR_CONFLICT, "Somebody is still to be told of this incident: note the notice first.", "%s", s->duties[d].to);
    return true;
}

bool security_entry_checked(const SecurityState *s, Slice step, const json_t *said, int64_t now_ms, json_t **ret, Err *err)
{
    OWNED(json_t) *kept = json_object();
    bool           right;
    if (s->closed)
        return err_set(err, ERR_CONFLICT, "This incident is closed: open another one for what came out since.", "closed");
    if (slice_equal_text(step, "assess"))
        right = assess_take(said, kept, err);
    else if (slice_equal_text(step, "notify"))
        right = notify_take(s, said, now_ms, kept, err);
    else if (slice_equal_text(step, "measure"))
        right = words_take(said, "text", WORDS_MIN, kept, err);
    else if (slice_equal_text(step, "close"))
        right = may_close(s, err) && words_take(said, "text", WORDS_MIN, kept, err);
    else
        right = err_set(err, ERR_INPUT, "This entry of the register is not as it should be.", "step");
    if (right)
        *ret = GIVE(kept);
    return right;
}
