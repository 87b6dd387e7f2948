/*
 * What stands in a report, and what must not be missing from it before it is signed. Pure. E29, L6, L10.
 *
 * Source: order of 22 September 2006 (dose with its units), R.6316-4 (acts and prescriptions, incidents).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/report_parts.h"
#include "formats/texts/texts.h"

enum { TEXT_MAX = 64 * 1024, CTDI_MAX = 64 };

static bool wrong(const char *member, Err *err)
{
    return err_set(err, ERR_INPUT, "A part of the report is not as it should be.", "report: %s", member);
}

/* ---- cleaning ---- */

const char *const REPORT_TEXTS[] = { "indication", "technique", "comparison", "results",
                                     "conclusion", "follow_up", "contact" };
const size_t      REPORT_TEXT_COUNT = COUNT(REPORT_TEXTS);

bool report_part_text(const json_t *from, const char *key, json_t *into, Err *err)
{
    const json_t *value = json_object_get(from, key);
    if (!value || json_is_null(value))
        return true;
    Slice text = { json_string_value(value), json_string_length(value) };
    if (!json_is_string(value) || text.len > TEXT_MAX || !text_is_clean_utf8(text))
        return wrong(key, err);
    return json_put(into, key, json_stringn(text.at, text.len));
}

/* {"none":true} or {"text":…}: nothing said is neither. */
static bool said_clean(const json_t *content, const char *key, json_t *into, Err *err)
{
    const json_t *value = json_object_get(content, key);
    if (!value || json_is_null(value))
        return true;
    if (!json_is_object(value))
        return wrong(key, err);
    OWNED(json_t) *said = json_object();
    if (json_is_true(json_object_get(value, "none")))
        json_put(said, "none", json_true());
    else if (!report_part_text(value, "text", said, err))
        return false;
    return json_put(into, key, json_incref(said));
}

static bool number_clean(const json_t *from, const char *key, double max, json_t *into, Err *err)
{
    const json_t *value = json_object_get(from, key);
    if (!value || json_is_null(value))
        return true;
    double number = json_number_value(value);
    if (!json_is_number(value) || !(number >= 0 && number <= max))
        return wrong(key, err);
    return json_put(into, key, json_real(number));
}

static bool ctdi_clean(const json_t *dose, json_t *into, Err *err)
{
    const json_t *list = json_object_get(dose, "ctdi");
    if (!list || json_is_null(list))
        return true;
    if (!json_is_array(list) || json_array_size(list) > CTDI_MAX)
        return wrong("ctdi", err);
    OWNED(json_t) *kept = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item   = json_array_get(list, i);
        OWNED(json_t) *clean = json_object();
        if (!json_is_object(item) || !number_clean(item, "mgy", 10000, clean, err) ||
            !number_clean(item, "phantom_cm", 100, clean, err) || !report_part_text(item, "label", clean, err))
            return wrong("ctdi", err);
        json_push(kept, json_incref(clean));
    }
    return json_put(into, "ctdi", json_incref(kept));
}

static bool dose_clean(const json_t *content, json_t *into, Err *err)
{
    static const char *const SOURCES[] = { "rdsr", "headers", "mpps", "entered", "not-supplied", "none" };
    const json_t            *dose      = json_object_get(content, "dose");
    if (!dose || json_is_null(dose))
        return true;
    if (!json_is_object(dose))
        return wrong("dose", err);
    OWNED(json_t) *kept = json_object();
    const char *source  = json_string_value(json_object_get(dose, "source"));
    bool        known   = !source || !*source;
    for (size_t i = 0; source && i < COUNT(SOURCES); i++)
        known |= strcmp(source, SOURCES[i]) == 0;
    if (!known || !report_part_text(dose, "source", kept, err) || !ctdi_clean(dose, kept, err) ||
        !number_clean(dose, "dlp_mgycm", 1e6, kept, err) ||
        !number_clean(dose, "dap_mgycm2", 1e9, kept, err) || !report_part_text(dose, "reason", kept, err))
        return wrong("dose", err);
    return json_put(into, "dose", json_incref(kept));
}

/* How urgently what changed must be told: the words of an urgent finding. */
static const char *const URGENCIES[] = { "immediate", "hours", "days", NULL };

static bool is_one_of(const char *value, const char *const *list)
{
    for (; value && *list; list++)
        if (strcmp(value, *list) == 0)
            return true;
    return false;
}

bool report_part_difference(const json_t *from, json_t *into, Err *err)
{
    const json_t *value = json_object_get(from, "difference");
    if (!value || json_is_null(value))
        return true;
    OWNED(json_t) *kept       = json_object();
    const json_t  *significant = json_object_get(value, "significant");
    const char    *category    = json_string_value(json_object_get(value, "category"));
    if (!json_is_object(value) || (significant && !json_is_null(significant) && !json_is_boolean(significant)) ||
        (category && *category && !is_one_of(category, URGENCIES)) || !report_part_text(value, "what", kept, err) ||
        !report_part_text(value, "why", kept, err) || !report_part_text(value, "category", kept, err))
        return wrong("difference", err);
    if (json_is_boolean(significant))
        json_put(kept, "significant", json_boolean(json_is_true(significant)));
    return json_put(into, "difference", json_incref(kept));
}

const json_t *report_significant(const json_t *content)
{
    const json_t *difference = json_object_get(content, "difference");
    return json_is_true(json_object_get(difference, "significant")) ? difference : NULL;
}

bool report_clean(const json_t *content, json_t **ret, Err *err)
{
    if (!json_is_object(content))
        return wrong("content", err);
    OWNED(json_t) *clean = json_object();
    for (size_t i = 0; i < REPORT_TEXT_COUNT; i++)
        if (!report_part_text(content, REPORT_TEXTS[i], clean, err))
            return false;
    if (!report_part_text(content, "language_reason", clean, err) || !report_part_difference(content, clean, err))
        return false;
    if (!said_clean(content, "incidents", clean, err) || !said_clean(content, "prescriptions", clean, err) ||
        !dose_clean(content, clean, err))
        return false;
    const json_t *urgent = json_object_get(content, "urgent");
    if (urgent && !json_is_null(urgent)) {
        if (!json_is_boolean(urgent))
            return wrong("urgent", err);
        json_put(clean, "urgent", json_boolean(json_is_true(urgent)));
    }
    if (!report_part_places(content, clean, err))
        return false;
    *ret = GIVE(clean);
    return true;
}

/* ---- completeness ---- */

static bool has_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) &&
           slice_trim((Slice) { json_string_value(value), json_string_length(value) }).len >= 2;
}

static bool is_said(const json_t *content, const char *key)
{
    const json_t *value = json_object_get(content, key);
    return json_is_true(json_object_get(value, "none")) || has_text(value, "text");
}

static bool positive(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key)) > 0;
}

/* CT: the total DLP, and each CTDIvol with the phantom it stands for (16 cm head, 32 cm body). */
static void dose_ct(const json_t *dose, MissingList *ret)
{
    if (!positive(dose, "dlp_mgycm"))
        missing_add(ret, "dose-dlp", "The dose-length product (DLP, mGy·cm) is missing.", "E29 L6");
    const json_t *list     = json_object_get(dose, "ctdi");
    bool          complete = json_array_size(list) > 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item    = json_array_get(list, i);
        double        phantom = json_number_value(json_object_get(item, "phantom_cm"));
        complete &= positive(item, "mgy") && (phantom == 16.0 || phantom == 32.0);
    }
    if (!complete)
        missing_add(ret, "dose-ctdi", "Each CTDIvol (mGy) needs its value and its phantom (16 or 32 cm).",
                    "E29 L6");
}

/* Scintigraphy and PET, alone or with a CT of their own. */
static bool is_nuclear(const char *modality)
{
    static const char *const NUCLEAR[] = { "NM", "PT", "NM/CT", "PT/CT", NULL };
    return is_one_of(modality, NUCLEAR);
}

/* What was given is the dose of nuclear medicine; a CT beside it has its own. Order of 22 September 2006, article 2. */
static void dose_nuclear(const json_t *dose, bool given, MissingList *ret)
{
    bool told = slice_equal_text(slice_of(json_string_value(json_object_get(dose, "source"))), "not-supplied") && has_text(dose, "reason");
    if (!given && !told)
        missing_add(ret, "dose-activity", "The radiopharmaceutical given is not recorded in the act: product, radionuclide, activity and route.",
                    "E29 L2 L6");
}

static void dose_missing(const json_t *dose, const char *modality, MissingList *ret)
{
    static const char *const CT[]         = { "CT", "NM/CT", "PT/CT", NULL };
    static const char *const PROJECTION[] = { "DX", "CR", NULL };
    const char              *source       = json_string_value(json_object_get(dose, "source"));
    bool                     ct = is_one_of(modality, CT), projection = is_one_of(modality, PROJECTION);
    if (!ct && !projection)
        return; /* no X-rays: nothing to say */
    if (!source || !*source || strcmp(source, "none") == 0) {
        missing_add(ret, "dose", "The dose is missing.", "E29 L6");
        return;
    }
    if (strcmp(source, "not-supplied") == 0) {
        if (!has_text(dose, "reason"))
            missing_add(ret, "dose-reason", "Say why the equipment supplied no dose.", "E29 L6");
        return;
    }
    if (ct)
        dose_ct(dose, ret);
    else if (!positive(dose, "dap_mgycm2"))
        missing_add(ret, "dose-dap", "The dose-area product (DAP, mGy·cm²) is missing.", "E29 L6");
}

/* clang-format off */
static const struct {
    const char *key, *code, *text, *why;
    bool        of_note; /* also asked of a note on images that cannot be interpreted */
    bool        said;    /* {none} or {text}, not a plain text */
} ITEMS[] = {
    { "indication",    "report-indication",    "The report does not say the indication.",                      "E29",     true,  false },
    { "technique",     "report-technique",     "The report does not say the technique.",                       "E29",     false, false },
    { "results",       "report-results",       "The report has no results.",                                   "E29",     false, false },
    { "conclusion",    "report-conclusion",    "The report has no conclusion.",                                "E29",     false, false },
    { "incidents",     "report-incidents",     "Say the incidents, or that there was none.",                   "E29 L10", true,  true },
    { "prescriptions", "report-prescriptions", "Say the acts and drug prescriptions, or that there was none.", "E29 L10", true,  true },
    { "contact",       "report-contact",       "Say when and how the imager can be reached.",                  "E32",     true,  false },
};
/* clang-format on */

/* ---- the language, what the act tells, what changed since ---- */

/* Written in French; another language only with its reason (a quotation, an annex for abroad). */
static void language_missing(const json_t *content, MissingList *ret)
{
    enum { REASON_MIN = 10 };
    const char *reason = json_string_value(json_object_get(content, "language_reason"));
    if (report_reads_english(content) && (!reason || slice_trim(slice_of(reason)).len < REASON_MIN))
        missing_add(ret, "report-french",
                    "This report reads as English: write it in French, or say why it stands in another language.", "E29");
}

/* 'None' is said of nothing that the act holds. */
static void contradictions(const json_t *content, const ReportSituation *situation, MissingList *ret)
{
    if (situation->incidents_told && json_is_true(json_object_get(json_object_get(content, "incidents"), "none")))
        missing_add(ret, "report-incidents-told", "Incidents were reported during this act: the report tells them.", "E29 L10");
    if (situation->drugs_given && json_is_true(json_object_get(json_object_get(content, "prescriptions"), "none")))
        missing_add(ret, "report-prescriptions-given", "Products were given during this act: the report tells them.", "E29 L10");
    if (situation->urgent_told && !json_object_get(content, "addendum") && !json_is_true(json_object_get(content, "urgent")))
        missing_add(ret, "report-urgent", "An urgent finding was told in this act: the report bears the mention “urgent result”.", "E26 E29");
}

static void difference_missing(const json_t *content, MissingList *ret)
{
    const json_t *difference = json_object_get(content, "difference");
    if (!json_is_boolean(json_object_get(difference, "significant")))
        missing_add(ret, "report-difference", "Say whether this differs from the version before in a way that matters for the care.", "E29");
    else if (report_significant(content) && (!has_text(difference, "what") || !has_text(difference, "why") || !has_text(difference, "category")))
        missing_add(ret, "report-difference-what", "Say what differs, why it matters for the care, and how urgently it must be told.", "E29 E26");
}

/* A field of a template that nobody filled: {{…}} would stand in what the requester reads. */
static void fields_missing(const json_t *content, MissingList *ret)
{
    for (size_t i = 0; i < REPORT_TEXT_COUNT; i++) {
        const char *text = json_string_value(json_object_get(content, REPORT_TEXTS[i]));
        if (text && strstr(text, "{{")) {
            missing_add(ret, "report-fields", "A field of the template, {{…}}, is still to be filled or removed.", "E29");
            return;
        }
    }
}

static void addendum_missing(const json_t *addendum, MissingList *ret)
{
    const char   *kind = json_string_value(json_object_get(addendum, "kind")), *key;
    const json_t *text, *before = json_object_get(addendum, "before");
    bool          some = false, changed = false;
    json_object_foreach ((json_t *)json_object_get(addendum, "sections"), key, text) {
        bool says = has_text(json_object_get(addendum, "sections"), key);
        some |= says;
        changed |= says && !json_equal(text, json_object_get(before, key));
    }
    if (!kind || !*kind)
        missing_add(ret, "addendum-kind", "Say whether this adds something, puts an error right, or tells a result received later.", "E29");
    if (!some)
        missing_add(ret, "addendum-text", "Write what the addendum says, in the sections that it concerns.", "E29");
    else if (!changed)
        missing_add(ret, "addendum-same", "The correction says what the report says already.", "E29");
    if (kind && strcmp(kind, "correction") == 0 && !has_text(addendum, "reason"))
        missing_add(ret, "addendum-reason", "Say what was wrong in the version before.", "E29");
}

bool report_complete(const json_t *content, const ReportSituation *situation, MissingList *ret)
{
    MissingList list = { 0 };
    for (size_t i = 0; i < COUNT(ITEMS); i++) {
        if (situation->not_interpretable && !ITEMS[i].of_note)
            continue;
        if (situation->opinion && strcmp(ITEMS[i].key, "technique") == 0)
            continue;
        if (!(ITEMS[i].said ? is_said(content, ITEMS[i].key) : has_text(content, ITEMS[i].key)))
            missing_add(&list, ITEMS[i].code, ITEMS[i].text, ITEMS[i].why);
    }
    if (situation->not_interpretable) {
        static const char *const NOTE[] = { "reason", "procedure", "follow_up" };
        for (size_t i = 0; i < COUNT(NOTE); i++)
            if (!has_text(situation->note, NOTE[i])) {
                missing_add(&list, "report-note",
                            "The note needs its reason, the procedure applied and what follows.", "E28");
                break;
            }
    }
    if (!situation->opinion)
        dose_missing(json_object_get(content, "dose"), situation->modality, &list);
    if (!situation->opinion && is_nuclear(situation->modality))
        dose_nuclear(json_object_get(content, "dose"), situation->radioactive_given, &list);
    const json_t *addendum = json_object_get(content, "addendum");
    language_missing(content, &list);
    fields_missing(content, &list);
    contradictions(content, situation, &list);
    if (addendum)
        addendum_missing(addendum, &list);
    if (addendum || (situation->after_preliminary && !situation->preliminary))
        difference_missing(content, &list);
    if (ret)
        *ret = list;
    return list.count == 0;
}
