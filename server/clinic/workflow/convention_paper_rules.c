/*
 * What a drafted convention must say before a party can sign it. Pure. S2, S3, O1, E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_delays.h"
#include "clinic/workflow/convention_hours.h"
#include "clinic/workflow/convention_rules.h"

static bool has_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && slice_trim(slice_of(text)).len > 0;
}

static bool has_document(const json_t *content, const char *kind)
{
    size_t  i;
    json_t *document;
    json_array_foreach (json_object_get(content, "documents"), i, document) {
        const char *its = json_string_value(json_object_get(document, "kind"));
        if (its && strcmp(its, kind) == 0)
            return true;
    }
    return false;
}

/* A delay that one clause lacks is named once. An opinion has no exam and no patient here: it needs its own four. */
static void delays_missing(const json_t *clauses, MissingList *ret)
{
    for (size_t d = 0; d < CONVENTION_DELAY_COUNT; d++) {
        const ConventionDelay *delay = &CONVENTION_DELAYS[d];
        size_t                 i;
        json_t                *clause;
        json_array_foreach (clauses, i, clause) {
            const char *kind    = json_string_value(json_object_get(clause, "kind"));
            bool        opinion = kind && strcmp(kind, "remote-exam") != 0;
            if (delay->optional || (opinion && !delay->column) || json_integer_value(json_object_get(clause, delay->member)) > 0)
                continue;
            missing_add(ret, delay->code, delay->text, "S3 E10");
            break;
        }
    }
}

static bool chain_is_well(const json_t *chain)
{
    static const char *const KNOWN[] = { "imager", "responsible-imaging", "responsible-site", "responsible-requester",
                                         "requester", "local-physician", "technologist" };
    size_t  i;
    json_t *link;
    bool    responsible = false;
    json_array_foreach (chain, i, link) {
        const char   *to    = json_string_value(json_object_get(link, "to"));
        const json_t *after = json_object_get(link, "after_min");
        bool          known = false;
        for (size_t k = 0; to && k < COUNT(KNOWN); k++)
            known |= strcmp(to, KNOWN[k]) == 0;
        if (!known || !json_is_integer(after) || json_integer_value(after) < 0)
            return false;
        responsible |= strncmp(to, "responsible-", 12) == 0;
    }
    return responsible;
}

void convention_paper_missing(const json_t *content, MissingList *ret)
{
    size_t        i;
    json_t       *clause;
    bool          hours_fit  = true;
    const json_t *terms      = json_object_get(content, "terms");
    const json_t *procedures = json_object_get(terms, "procedures");
    const json_t *clauses    = json_object_get(content, "clauses");
    convention_missing(content, ret);
    delays_missing(clauses, ret);
    json_array_foreach (clauses, i, clause)
        hours_fit &= hours_are_well(json_object_get(clause, "hours"));
    const char *from = json_string_value(json_object_get(content, "valid_from"));
    const char *until = json_string_value(json_object_get(content, "valid_until"));
    const struct {
        bool        there;
        const char *code, *text, *why;
    } TERMS[] = {
        { has_text(content, "number"), "number", "The convention has no number.", "S3" },
        { has_text(content, "title"), "title", "The convention has no title.", "S3" },
        { !from || !until || strcmp(from, until) <= 0, "validity", "The convention ends before it begins.", "S3" },
        { hours_fit, "hours", "The hours of a clause are not as they should be: days, from, to.", "S3" },
        { json_array_size(json_object_get(terms, "on_site")) > 0, "on-site", "The clause on what stays on site is missing.", "S2" },
        { json_array_size(json_object_get(content, "reasons")) > 0, "reasons", "The reasons that allow doing it at a distance are missing.", "S2" },
        { has_text(terms, "answers"), "answers", "Say who answers: imaging group and roles.", "S3" },
        { chain_is_well(json_object_get(terms, "escalation")), "escalation",
          "The escalation chain is missing: who is called after how many minutes, a responsible among them.", "E10" },
        { json_array_size(json_object_get(terms, "languages")) > 0, "languages", "The languages are missing.", "S3" },
        { has_text(procedures, "bad_news"), "procedure-bad-news", "The procedure for announcing a bad diagnosis is missing.", "E27" },
        { has_text(procedures, "not_interpretable"), "procedure-not-interpretable", "The procedure for images that cannot be interpreted is missing.", "E28" },
        { has_text(procedures, "fallback"), "procedure-fallback", "The fallback procedure is missing: what is done when the platform is down.", "S3" },
        { has_document(content, "medical-project"), "medical-project", "Attach the medical project of the structures.", "O1" },
    };
    for (size_t k = 0; k < COUNT(TERMS); k++)
        if (!TERMS[k].there)
            missing_add(ret, TERMS[k].code, TERMS[k].text, TERMS[k].why);
}
