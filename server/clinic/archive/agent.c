/*
 * Reading which drug an instance tells of. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/agent.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "clinic/archive/archive_internal.h"
#include "formats/dicom/sr.h"
#include "formats/json/json_util.h"

#define UID_RADIOPHARMACEUTICAL_REPORT "1.2.840.10008.5.1.4.1.1.88.68"
#define UID_PET "1.2.840.10008.5.1.4.1.1.128"

bool agent_activity_is_plausible(double mbq)
{
    return mbq >= 1 && mbq <= 10000;
}

/* ---- units ---- */

typedef struct Unit {
    const char *unit;
    double      factor;
} Unit;
static const Unit ACTIVITIES[] = { { "MBq", 1 }, { "Bq", 1e-6 }, { "kBq", 1e-3 }, { "GBq", 1e3 }, { "mCi", 37 }, { "uCi", 0.037 }, { "Ci", 37000 } };
static const Unit VOLUMES[]    = { { "ml", 1 }, { "mL", 1 }, { "cm3", 1 }, { "cc", 1 }, { "l", 1000 }, { "L", 1000 }, { "ul", 1e-3 } };

static DoseValue number_in(const SrNode *node, const Unit *units, size_t count)
{
    const double MOST = 1e15; /* no dose of anything: what is beyond would not stay a number in another unit */
    for (size_t i = 0; node && node->has_number && node->number >= 0 && node->number <= MOST && i < count; i++)
        if (slice_equal_text(slice_trim(node->code.value), units[i].unit))
            return (DoseValue) { true, node->number * units[i].factor };
    return (DoseValue) { 0 };
}

/* Bq for MBq is a factor of a million: one reading is what a patient may be given, the other is not. */
static void mark_unit(Agent *a)
{
    const double MILLION = 1e6;
    double       mbq     = a->activity_mbq.value;
    a->other_unit        = a->activity_mbq.known && !agent_activity_is_plausible(mbq) &&
                    (agent_activity_is_plausible(mbq * MILLION) || agent_activity_is_plausible(mbq / MILLION));
}

/* ---- routes: SNOMED CT, its older names, or the words ---- */

static const struct {
    const char *sct, *srt, *word, *route;
} ROUTES[] = {
    { "47625008", "G-D101", "intraven", "intravenous" },    { "58100008", "G-D109", "arteri", "intra-arterial" },
    { "12130007", "G-D112", "articul", "intra-articular" }, { "78421000", "G-D103", "muscul", "intramuscular" },
    { "34206005", "G-D104", "subcut", "subcutaneous" },     { "26643006", "G-D140", "oral", "oral" },
    { "37161004", "G-D160", "rectal", "rectal" },           { "447694001", "G-D173", "inhal", "inhaled" },
    { "", "", "respirat", "inhaled" },
};

static void lower(Slice text, char *ret, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n + 1 < size; i++)
        ret[n++] = (char)tolower((unsigned char)text.at[i]);
    ret[n] = '\0';
}

static void route_keep(Slice code, Slice words, char ret[24])
{
    char said[65];
    lower(slice_trim(words), said, sizeof said);
    for (size_t i = 0; i < COUNT(ROUTES); i++)
        if ((code.len && (slice_equal_text(code, ROUTES[i].sct) || slice_equal_text(code, ROUTES[i].srt))) ||
            strstr(said, ROUTES[i].word)) {
            snprintf(ret, 24, "%s", ROUTES[i].route);
            return;
        }
    if (strcmp(said, "iv") == 0 || strcmp(said, "i.v.") == 0)
        snprintf(ret, 24, "intravenous");
    else if (strcmp(said, "po") == 0)
        snprintf(ret, 24, "oral");
}

/* ---- times ---- */

static size_t digits_of(Slice text, char *ret, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < max && text.at[i] != '.' && text.at[i] != '+' && text.at[i] != '-'; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            ret[n++] = text.at[i];
    ret[n] = '\0';
    return n;
}

static void offset_keep(Slice text, Agent *a)
{
    for (size_t i = 0; i + 5 <= text.len; i++) {
        int64_t hours = 0, minutes = 0;
        if ((text.at[i] != '+' && text.at[i] != '-') || !slice_int(slice_part(text, i + 1, 2), &hours) ||
            !slice_int(slice_part(text, i + 3, 2), &minutes))
            continue;
        a->offset_known = true;
        a->offset_min   = (int)(hours * 60 + minutes) * (text.at[i] == '-' ? -1 : 1);
        return;
    }
}

/* A DT, or a date and a time; to the second, with what is not said as zero. Nothing without an hour. */
static void started_keep(Slice date, Slice time, Agent *a)
{
    char day[15] = "", hour[7] = "";
    if (time.len) {
        if (digits_of(date, day, 8) != 8 || digits_of(time, hour, 6) < 4)
            return;
    } else if (digits_of(date, day, 14) < 12) {
        return;
    }
    snprintf(a->started, sizeof a->started, "%s%s", day, hour);
    for (size_t n = strlen(a->started); n < 14; n++)
        a->started[n] = '0';
    a->started[14] = '\0';
    offset_keep(time.len ? time : date, a);
}

/* ---- TID 10022 ---- */

static const SrNode *child_of(const SrNode *node, const char *sct, const char *srt)
{
    const SrNode *found = sr_find(node, sct, "SCT");
    return found ? found : sr_find(node, srt, "SRT");
}

static const SrNode *text_node(const SrNode *node, const char *code)
{
    return sr_find(node, code, "DCM");
}

static void administration(const SrNode *node, AgentFacts *ret)
{
    if (ret->count >= AGENTS_MAX)
        return;
    Agent        *a       = &ret->items[ret->count++];
    const SrNode *agent   = child_of(node, "349358000", "F-61FDB");
    const SrNode *nuclide = child_of(node, "89457008", "C-10072");
    const SrNode *route   = child_of(node, "410675002", "G-C340");
    const SrNode *started = text_node(node, "123003"), *uid = text_node(node, "113503");
    const SrNode *lot = text_node(node, "113512"), *vial = text_node(node, "113513");
    *a = (Agent) { .source = AGENT_REPORT, .radioactive = true };
    if (agent)
        text_keep(slice_trim(agent->code.meaning), a->product, sizeof a->product);
    if (nuclide)
        text_keep(slice_trim(nuclide->code.meaning), a->radionuclide, sizeof a->radionuclide);
    if (route)
        route_keep(route->code.value, route->code.meaning, a->route);
    if (started)
        started_keep(slice_trim(started->text), SLICE_NONE, a);
    if (uid)
        text_keep(slice_trim(uid->text), a->event_uid, sizeof a->event_uid);
    if (lot || vial)
        text_keep(slice_trim((lot ? lot : vial)->text), a->batch, sizeof a->batch);
    a->activity_mbq = number_in(text_node(node, "113507"), ACTIVITIES, COUNT(ACTIVITIES));
    a->volume_ml    = number_in(text_node(node, "123005"), VOLUMES, COUNT(VOLUMES));
    mark_unit(a);
}

static void report_read(const Dataset *ds, AgentFacts *ret)
{
    Err            lost = { 0 };
    OWNED(SrTree) *tree = sr_parse(ds, &lost);
    if (!tree)
        return;
    const SrNode *root = sr_root(tree);
    for (const SrNode *n = sr_walk(root, root); n; n = sr_walk(root, n))
        if (sr_code_is(&n->concept, "113502", "DCM"))
            administration(n, ret);
}

/* ---- headers ---- */

static DoseValue value_at(const Dataset *ds, uint32_t tag, double factor)
{
    double v = 0;
    return dataset_double(ds, tag, 0, &v) && v >= 0 ? (DoseValue) { true, v * factor } : (DoseValue) { 0 };
}

static void meaning_keep(const Dataset *ds, uint32_t sequence, Arena *a, char *ret, size_t size)
{
    const Dataset *code = dataset_item(ds, sequence, 0);
    if (code)
        text_keep(slice_trim(dataset_text(code, TAG_CODE_MEANING, a)), ret, size);
}

static void header_route(const Dataset *ds, uint32_t sequence, uint32_t words, Arena *a, char ret[24])
{
    const Dataset *code = dataset_item(ds, sequence, 0);
    if (code)
        route_keep(dataset_code(code, TAG_CODE_VALUE), dataset_text(code, TAG_CODE_MEANING, a), ret);
    if (!ret[0])
        route_keep(SLICE_NONE, dataset_text(ds, words, a), ret);
}

/* A time of day belongs to the day of the series; one later than the series' own is of the day before: left unsaid. */
static void header_started(const Dataset *ds, const Dataset *item, uint32_t time_tag, Agent *a)
{
    Slice full = dataset_code(item, TAG_RADIOPHARMACEUTICAL_START_DATE_TIME), time = dataset_code(item, time_tag);
    Slice date = dataset_code(ds, TAG_SERIES_DATE), of_series = dataset_code(ds, TAG_SERIES_TIME);
    char  began[7] = "", series[7] = "";
    if (full.len) {
        started_keep(full, SLICE_NONE, a);
    } else if (time.len) {
        if (digits_of(time, began, 6) == 6 && digits_of(of_series, series, 6) == 6 && a->radioactive && strcmp(began, series) > 0)
            return;
        started_keep(date.len ? date : dataset_code(ds, TAG_STUDY_DATE), time, a);
    }
    if (a->started[0] && !a->offset_known)
        offset_keep(dataset_code(ds, TAG_TIMEZONE_OFFSET_FROM_UTC), a);
}

static void nuclear_header(const Dataset *ds, Arena *arena, AgentFacts *ret)
{
    bool in_bq = slice_equal_text(dataset_code(ds, TAG_SOP_CLASS_UID), UID_PET);
    for (size_t i = 0; i < dataset_items(ds, TAG_RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE) && ret->count < AGENTS_MAX; i++) {
        const Dataset *item = dataset_item(ds, TAG_RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, i);
        Agent         *a    = &ret->items[ret->count];
        *a                  = (Agent) { .source = AGENT_HEADER, .radioactive = true };
        text_keep(slice_trim(dataset_text(item, TAG_RADIOPHARMACEUTICAL, arena)), a->product, sizeof a->product);
        if (!a->product[0])
            meaning_keep(item, TAG_RADIOPHARMACEUTICAL_CODE_SEQUENCE, arena, a->product, sizeof a->product);
        meaning_keep(item, TAG_RADIONUCLIDE_CODE_SEQUENCE, arena, a->radionuclide, sizeof a->radionuclide);
        header_route(item, TAG_ADMINISTRATION_ROUTE_CODE_SEQUENCE, TAG_RADIOPHARMACEUTICAL_ROUTE, arena, a->route);
        header_started(ds, item, TAG_RADIOPHARMACEUTICAL_START_TIME, a);
        a->activity_mbq = value_at(item, TAG_RADIONUCLIDE_TOTAL_DOSE, in_bq ? 1e-6 : 1);
        a->volume_ml    = value_at(item, TAG_RADIOPHARMACEUTICAL_VOLUME, 1);
        mark_unit(a);
        ret->count += a->product[0] || a->radionuclide[0] || a->activity_mbq.known;
    }
}

/* "NO", "NONE": words that some machines write where nothing was injected. */
static bool says_none(const char *product)
{
    static const char *const NOTHING[] = { "no", "none", "n", "0", "sans", "aucun", "non", "without" };
    char                     said[65];
    lower(slice_of(product), said, sizeof said);
    for (size_t i = 0; i < COUNT(NOTHING); i++)
        if (strcmp(said, NOTHING[i]) == 0)
            return true;
    return false;
}

static void contrast_header(const Dataset *ds, Arena *arena, AgentFacts *ret)
{
    const Dataset *coded = dataset_item(ds, TAG_CONTRAST_BOLUS_AGENT_SEQUENCE, 0);
    Agent         *a     = &ret->items[ret->count];
    if (ret->count >= AGENTS_MAX || (!coded && !dataset_has(ds, TAG_CONTRAST_BOLUS_AGENT)))
        return;
    *a = (Agent) { .source = AGENT_HEADER };
    text_keep(slice_trim(dataset_text(ds, TAG_CONTRAST_BOLUS_AGENT, arena)), a->product, sizeof a->product);
    if (!a->product[0] && coded)
        text_keep(slice_trim(dataset_text(coded, TAG_CODE_MEANING, arena)), a->product, sizeof a->product);
    const Dataset *profile = coded ? dataset_item(coded, TAG_CONTRAST_ADMINISTRATION_PROFILE_SEQUENCE, 0) : NULL;
    header_route(ds, TAG_CONTRAST_BOLUS_ADMINISTRATION_ROUTE_SEQUENCE, TAG_CONTRAST_BOLUS_ROUTE, arena, a->route);
    if (!a->route[0] && coded)
        header_route(coded, TAG_CONTRAST_BOLUS_ADMINISTRATION_ROUTE_SEQUENCE, TAG_CONTRAST_BOLUS_ROUTE, arena, a->route);
    a->volume_ml = value_at(ds, TAG_CONTRAST_BOLUS_VOLUME, 1);
    if (!a->volume_ml.known && coded)
        a->volume_ml = value_at(coded, TAG_CONTRAST_BOLUS_VOLUME, 1);
    if (!a->volume_ml.known && profile)
        a->volume_ml = value_at(profile, TAG_CONTRAST_BOLUS_VOLUME, 1);
    header_started(ds, profile && dataset_has(profile, TAG_CONTRAST_BOLUS_START_TIME) ? profile : ds, TAG_CONTRAST_BOLUS_START_TIME, a);
    ret->count += a->product[0] && !says_none(a->product);
}

void agents_from_dataset(const Dataset *ds, AgentFacts *ret)
{
    ret->count = 0;
    if (slice_equal_text(dataset_code(ds, TAG_SOP_CLASS_UID), UID_RADIOPHARMACEUTICAL_REPORT)) {
        report_read(ds, ret);
        return;
    }
    bool nuclear = dataset_items(ds, TAG_RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE) > 0;
    if (!nuclear && !dataset_find(ds, TAG_CONTRAST_BOLUS_AGENT) && !dataset_find(ds, TAG_CONTRAST_BOLUS_AGENT_SEQUENCE))
        return; /* most images: nothing more is read */
    OWNED(Arena) *arena = arena_new(64 << 10);
    if (!arena)
        return;
    nuclear_header(ds, arena, ret);
    contrast_header(ds, arena, ret);
}

static void put_text(json_t *into, const char *key, const char *text)
{
    if (*text)
        json_put(into, key, json_cstr(text));
}

json_t *agent_json(const Agent *a)
{
    json_t *one = json_pack("{s:s, s:b}", "source", a->source == AGENT_REPORT ? "report" : "header", "radioactive", a->radioactive);
    put_text(one, "product", a->product);
    put_text(one, "radionuclide", a->radionuclide);
    put_text(one, "batch", a->batch);
    put_text(one, "route", a->route);
    put_text(one, "started", a->started);
    put_text(one, "event_uid", a->event_uid);
    if (a->offset_known)
        json_put(one, "offset_min", json_integer(a->offset_min));
    if (a->activity_mbq.known)
        json_put(one, "activity_mbq", json_real(a->activity_mbq.value));
    if (a->volume_ml.known)
        json_put(one, "volume_ml", json_real(a->volume_ml.value));
    if (a->other_unit)
        json_put(one, "other_unit", json_true());
    return one;
}
