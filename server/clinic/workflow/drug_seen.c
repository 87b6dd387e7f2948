/*
 * Recorded against told: differences, problems, what waits for a person. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/drug_seen.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clinic/archive/agent.h"
#include "clinic/reports/local_time.h"

enum { MINUTE_MS = 60 * 1000, APART_MAX_MS = 5 * MINUTE_MS, BOLUS_APART_MAX_MS = 10 * MINUTE_MS, CLOCKS_APART_MS = 5 * MINUTE_MS, SEEN_MAX = 64 };
static const double ACTIVITY_APART = 0.05, VOLUME_APART = 0.10; /* of the one recorded */

/* ---- radionuclides ---- */

static const struct {
    const char *word, *symbol;
} ELEMENTS[] = {
    { "fluor", "F" },     { "techne", "TC" },  { "gallium", "GA" }, { "iod", "I" },      { "indium", "IN" },  { "luteti", "LU" }, { "thall", "TL" },
    { "carbon", "C" },    { "oxyg", "O" },     { "nitrog", "N" },   { "azote", "N" },    { "rubidi", "RB" },  { "zircon", "ZR" }, { "copper", "CU" },
    { "cuivre", "CU" },   { "yttri", "Y" },    { "radium", "RA" },  { "samari", "SM" },  { "xenon", "XE" },   { "krypton", "KR" }, { "chrom", "CR" },
    { "strontium", "SR" }, { "holmi", "HO" },  { "actini", "AC" },
};

/* The longest word, and the first number. */
static void word_and_mass(Slice text, char word[33], char mass[8])
{
    size_t best = 0, best_at = 0, i = 0, m = 0;
    while (i < text.len) {
        size_t run = i;
        while (run < text.len && isalpha((unsigned char)text.at[run]))
            run++;
        if (run - i > best)
            best = run - i, best_at = i;
        i = run;
        if (!m)
            while (i < text.len && isdigit((unsigned char)text.at[i]) && m < 7)
                mass[m++] = text.at[i++];
        while (i < text.len && !isalpha((unsigned char)text.at[i]) && (m || !isdigit((unsigned char)text.at[i])))
            i++;
    }
    mass[m] = '\0';
    for (i = 0; i < best && i < 32; i++)
        word[i] = (char)tolower((unsigned char)text.at[best_at + i]);
    word[i] = '\0';
}

void nuclide_plain(Slice text, char ret[33])
{
    char word[33] = "", mass[8] = "";
    word_and_mass(text, word, mass);
    for (size_t i = 0; i < COUNT(ELEMENTS); i++)
        if (strncmp(word, ELEMENTS[i].word, strlen(ELEMENTS[i].word)) == 0) {
            snprintf(ret, 33, "%s%s", ELEMENTS[i].symbol, mass);
            return;
        }
    const char *symbol = strlen(word) == 3 && word[0] == 'm' ? word + 1 : word; /* "99mTc" */
    snprintf(ret, 33, "%.24s%s", symbol, mass);
    for (size_t i = 0; ret[i]; i++)
        ret[i] = (char)toupper((unsigned char)ret[i]);
}

/* ---- differences ---- */

static Slice text_of(const json_t *object, const char *key)
{
    return slice_trim(slice_of(json_string_value(json_object_get(object, key))));
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static bool same_letters(Slice a, Slice b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.len && !isalnum((unsigned char)a.at[i]))
            i++;
        while (j < b.len && !isalnum((unsigned char)b.at[j]))
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (tolower((unsigned char)a.at[i++]) != tolower((unsigned char)b.at[j++]))
            return false;
    }
}

static void differs(json_t *list, const char *what, const json_t *recorded, const json_t *said)
{
    json_array_append_new(list, json_pack("{s:s, s:O, s:O}", "what", what, "recorded", recorded, "said", said));
}

static void compare_text(json_t *list, const json_t *drug, const json_t *seen, const char *key)
{
    Slice mine = text_of(drug, key), theirs = text_of(seen, key);
    if (mine.len && theirs.len && !same_letters(mine, theirs))
        differs(list, key, json_object_get(drug, key), json_object_get(seen, key));
}

static void compare_nuclide(json_t *list, const json_t *drug, const json_t *seen)
{
    char  mine[33], theirs[33];
    Slice recorded = text_of(drug, "radionuclide"), said = text_of(seen, "radionuclide");
    nuclide_plain(recorded, mine);
    nuclide_plain(said, theirs);
    if (recorded.len && said.len && strcmp(mine, theirs) != 0)
        differs(list, "radionuclide", json_object_get(drug, "radionuclide"), json_object_get(seen, "radionuclide"));
}

static bool apart(double recorded, double said, double part)
{
    return recorded > 0 && said > 0 && fabs(recorded - said) > part * recorded;
}

json_t *drug_differences(const json_t *drug, const json_t *seen)
{
    json_t *list        = json_array();
    bool    radioactive = slice_equal_text(text_of(seen, "kind"), "radiopharmaceutical");
    int64_t mine = json_integer_value(json_object_get(drug, "given_at_ms")), theirs = json_integer_value(json_object_get(seen, "given_at_ms"));
    int64_t between = mine > theirs ? mine - theirs : theirs - mine;
    if (radioactive) {
        compare_nuclide(list, drug, seen);
        if (apart(number_of(drug, "activity_mbq"), number_of(seen, "activity_mbq"), ACTIVITY_APART))
            differs(list, "activity_mbq", json_object_get(drug, "activity_mbq"), json_object_get(seen, "activity_mbq"));
    } else if (slice_equal_text(text_of(drug, "unit"), "ml") && apart(number_of(drug, "dose"), number_of(seen, "volume_ml"), VOLUME_APART)) {
        differs(list, "volume_ml", json_object_get(drug, "dose"), json_object_get(seen, "volume_ml"));
    }
    compare_text(list, drug, seen, "batch");
    compare_text(list, drug, seen, "route");
    if (mine && theirs && between > (radioactive ? APART_MAX_MS : BOLUS_APART_MAX_MS))
        differs(list, "given_at_ms", json_object_get(drug, "given_at_ms"), json_object_get(seen, "given_at_ms"));
    return list;
}

/* ---- which of those recorded is it? ---- */

typedef struct Claims {
    int64_t ids[SEEN_MAX];
    size_t  count;
} Claims;

static bool is_claimed(const Claims *claims, int64_t id)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->ids[i] == id)
            return true;
    return false;
}

/* One that counts, of the same kind, not another's already: the one with the fewest differences; NULL. */
static const json_t *nearest(const json_t *drugs, const json_t *seen, const Claims *claims, json_t **ret_differences)
{
    const json_t *best = NULL, *drug;
    size_t        i, fewest = SIZE_MAX;
    json_array_foreach (drugs, i, drug) {
        if (json_object_get(drug, "replaced_by") || json_object_get(drug, "seen_id") || !slice_equal(text_of(drug, "kind"), text_of(seen, "kind")) ||
            is_claimed(claims, json_integer_value(json_object_get(drug, "id"))))
            continue;
        json_t *differences = drug_differences(drug, seen);
        if (json_array_size(differences) < fewest) {
            fewest = json_array_size(differences);
            best   = drug;
            json_decref(*ret_differences);
            *ret_differences = json_incref(differences);
        }
        json_decref(differences);
    }
    return best;
}

static void state_set(json_t *seen, const char *state)
{
    json_object_set_new(seen, "state", json_string(state));
    json_object_del(seen, "differences");
    json_object_del(seen, "drug_id");
}

static void compare_one(const json_t *drugs, json_t *seen, Claims *claims, bool agreements)
{
    json_t       *differences = NULL;
    const json_t *drug        = nearest(drugs, seen, claims, &differences);
    bool          agrees      = drug && json_array_size(differences) == 0;
    if (agrees != agreements) {
        json_decref(differences);
        return;
    }
    state_set(seen, !drug ? "unrecorded" : agrees ? "agrees" : "contradicts");
    if (drug) {
        json_object_set(seen, "drug_id", json_object_get(drug, "id"));
        json_object_set(seen, "differences", differences);
        if (claims->count < SEEN_MAX)
            claims->ids[claims->count++] = json_integer_value(json_object_get(drug, "id"));
    }
    json_decref(differences);
}

static bool is_to_compare(const json_t *seen)
{
    return !json_object_get(seen, "settled") && !json_object_get(seen, "superseded_by") &&
           json_array_size(json_object_get(seen, "problems")) == 0;
}

void drugs_seen_refresh(json_t *facts)
{
    const json_t *drugs  = json_object_get(facts, "drugs");
    json_t       *list   = json_object_get(facts, "drugs_seen"), *seen;
    Claims        claims = { 0 };
    size_t        i;
    json_array_foreach (list, i, seen)
        state_set(seen, json_object_get(seen, "settled")         ? "settled"
                        : json_object_get(seen, "superseded_by") ? "superseded"
                        : is_to_compare(seen)                    ? "unrecorded"
                                                                 : "problem");
    for (int agreements = 1; agreements >= 0; agreements--)
        json_array_foreach (list, i, seen)
            if (is_to_compare(seen) && !json_object_get(seen, "drug_id"))
                compare_one(drugs, seen, &claims, agreements != 0);
}

bool drug_seen_is_open(const json_t *seen)
{
    Slice state = text_of(seen, "state");
    return slice_equal_text(state, "contradicts") || slice_equal_text(state, "unrecorded") || slice_equal_text(state, "problem");
}

/* ---- what cannot be right ---- */

json_t *drug_seen_problems(const Act *a, const json_t *agent, int64_t given_at_ms, int64_t now_ms)
{
    json_t *list     = json_array();
    double  activity = number_of(agent, "activity_mbq");
    int64_t started  = act_fact_int(a, "acquisition", "started_at_ms"), left = act_fact_int(a, "departure", "at_ms");
    if (json_is_true(json_object_get(agent, "wrong_patient")))
        json_array_append_new(list, json_string("patient"));
    if (json_is_true(json_object_get(agent, "other_unit")))
        json_array_append_new(list, json_string("unit"));
    else if (json_object_get(agent, "activity_mbq") && !agent_activity_is_plausible(activity))
        json_array_append_new(list, json_string("activity"));
    if (given_at_ms && (!started || given_at_ms < started - CLOCKS_APART_MS || given_at_ms > (left ? left : now_ms) + CLOCKS_APART_MS))
        json_array_append_new(list, json_string("time"));
    return list;
}

int64_t local_to_ms(const char *text, const json_t *offset_min, const char *zone)
{
    struct tm at    = { 0 };
    int64_t   parts[6];
    static const struct {
        size_t at, len;
    } PARTS[] = { { 0, 4 }, { 4, 2 }, { 6, 2 }, { 8, 2 }, { 10, 2 }, { 12, 2 } };
    if (!text || strlen(text) != 14)
        return 0;
    for (size_t i = 0; i < COUNT(PARTS); i++)
        if (!slice_int(slice_part(slice_of(text), PARTS[i].at, PARTS[i].len), &parts[i]))
            return 0;
    at.tm_year = (int)parts[0] - 1900, at.tm_mon = (int)parts[1] - 1, at.tm_mday = (int)parts[2];
    at.tm_hour = (int)parts[3], at.tm_min = (int)parts[4], at.tm_sec = (int)parts[5];
    int64_t local_ms = (int64_t)timegm(&at) * 1000;
    if (json_is_integer(offset_min))
        return local_ms - json_integer_value(offset_min) * MINUTE_MS;
    int64_t once = local_ms - (int64_t)local_time(local_ms, zone).offset_minutes * MINUTE_MS;
    return local_ms - (int64_t)local_time(once, zone).offset_minutes * MINUTE_MS;
}
