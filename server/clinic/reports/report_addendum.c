/*
 * An addendum to a signed report: what it adds or puts right, and the report as it stands with it. Pure. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/reports/report.h"
#include "clinic/reports/report_parts.h"

const char *const REPORT_ADDENDUM_KINDS[] = { "complement", "correction", "late-result", NULL };

static bool kind_is_known(const char *kind)
{
    for (const char *const *known = REPORT_ADDENDUM_KINDS; kind && *known; known++)
        if (strcmp(kind, *known) == 0)
            return true;
    return !kind || !*kind;
}

static bool is_correction(const json_t *addendum)
{
    const char *kind = json_string_value(json_object_get(addendum, "kind"));
    return kind && strcmp(kind, "correction") == 0;
}

/* One section as it stands now; 'before' keeps what it said. */
static bool section_put(const json_t *addendum, const char *key, int64_t version, json_t *whole, json_t *before, Err *err)
{
    const char *added = json_string_value(json_object_get(json_object_get(addendum, "sections"), key));
    const char *said  = json_string_value(json_object_get(whole, key));
    const char *kind  = json_string_value(json_object_get(addendum, "kind"));
    if (!added || slice_trim(slice_of(added)).len == 0)
        return true;
    if (said && *said)
        json_put(before, key, json_string(said));
    if (is_correction(addendum) || !said || !*said)
        return json_put(whole, key, json_string(added));
    OWNED_BUF text = buf_make(REPORT_BYTES_MAX);
    if (!buf_addf(&text, "%s\n\n%s (version %" PRId64 ") : %s", said,
                  kind && strcmp(kind, "late-result") == 0 ? "Résultat reçu après la signature" : "Complément", version, added))
        return err_set(err, ERR_LIMIT, "The report is too long.", "section %s", key);
    return json_put(whole, key, json_slice(buf_slice(&text)));
}

/* The images cited so far, then those that the addendum cites; what no text names is left out. */
static bool places_put(const Report *base, const json_t *given, json_t *whole, Err *err)
{
    const json_t  *added = json_object_get(given, "places");
    OWNED(json_t) *both  = json_object();
    json_t        *list  = json_array();
    (void)json_array_extend(list, json_object_get(base->content, "places"));
    if (added && !json_is_null(added) && json_array_extend(list, (json_t *)added) != 0) {
        json_decref(list);
        return err_set(err, ERR_INPUT, "A part of the report is not as it should be.", "places");
    }
    json_object_del(whole, "places");
    return json_put(both, "places", list) && (!json_array_size(list) || report_part_places(both, whole, err));
}

bool report_addendum(const Report *base, const json_t *given, json_t **ret, Err *err)
{
    OWNED(json_t) *addendum = json_object(), *sections = json_object(), *before = json_object();
    OWNED(json_t) *whole    = json_deep_copy(base->content);
    const json_t  *sent     = json_object_get(given, "sections");
    if (!kind_is_known(json_string_value(json_object_get(given, "kind"))) || (sent && !json_is_object(sent)))
        return err_set(err, ERR_INPUT, "A part of the report is not as it should be.", "addendum");
    if (!report_part_text(given, "kind", addendum, err) || !report_part_text(given, "reason", addendum, err))
        return false;
    for (size_t i = 0; i < REPORT_TEXT_COUNT; i++)
        if (!report_part_text(sent, REPORT_TEXTS[i], sections, err))
            return false;
    json_put(addendum, "sections", json_incref(sections));
    json_object_del(whole, "difference");
    json_object_del(whole, "addendum");
    for (size_t i = 0; i < REPORT_TEXT_COUNT; i++)
        if (!section_put(addendum, REPORT_TEXTS[i], base->version + 1, whole, before, err))
            return false;
    json_put(addendum, "before", json_incref(before));
    json_put(addendum, "follows",
             json_pack("{s:I, s:I, s:s, s:I}", "revision", (json_int_t)base->revision, "version", (json_int_t)base->version,
                       "sha256", base->sha256, "signed_at_ms", (json_int_t)base->signed_at_ms));
    json_put(whole, "addendum", json_incref(addendum));
    if (!report_part_text(given, "language_reason", whole, err) || !report_part_difference(given, whole, err) ||
        !places_put(base, given, whole, err))
        return false;
    *ret = GIVE(whole);
    return true;
}
