/*
 * Doses that the pharmacy prepared for one act, and the decay of what they hold. Pure.
 *
 * Half-lives: DDEP / Monographie BIPM-5, rounded to what a dose calibrator needs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/prepared_dose.h"

#include <math.h>
#include <string.h>

#include "clinic/workflow/drug_seen.h"
#include "formats/json/json_util.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static const struct {
    const char *plain; /* as nuclide_plain writes it: of technetium and krypton only the metastable ones are given */
    double      seconds;
} NUCLIDES[] = {
    { "TC99", 6.0067 * HOUR_S }, { "F18", 109.77 * MINUTE_S }, { "I123", 13.2234 * HOUR_S }, { "I124", 4.176 * DAY_S },  { "I125", 59.388 * DAY_S },
    { "I131", 8.0233 * DAY_S },  { "GA67", 3.2613 * DAY_S },   { "GA68", 67.83 * MINUTE_S }, { "IN111", 2.8049 * DAY_S }, { "TL201", 3.0421 * DAY_S },
    { "C11", 20.36 * MINUTE_S }, { "N13", 9.967 * MINUTE_S },  { "O15", 122.3 },             { "RB82", 76.3 },            { "CU64", 12.7 * HOUR_S },
    { "ZR89", 78.42 * HOUR_S },  { "CR51", 27.704 * DAY_S },   { "XE133", 5.2474 * DAY_S },  { "KR81", 13.1 },
};

double half_life_s(Slice radionuclide)
{
    char plain[33];
    nuclide_plain(radionuclide, plain);
    for (size_t i = 0; i < COUNT(NUCLIDES); i++)
        if (strcmp(plain, NUCLIDES[i].plain) == 0)
            return NUCLIDES[i].seconds;
    return 0;
}

double prepared_dose_mbq(const json_t *dose, int64_t at_ms)
{
    const char *radionuclide = json_string_value(json_object_get(dose, "radionuclide"));
    double      half         = radionuclide ? half_life_s(slice_of(radionuclide)) : 0;
    double      measured     = json_number_value(json_object_get(dose, "activity_mbq"));
    double      later_s      = (double)(at_ms - json_integer_value(json_object_get(dose, "calibrated_at_ms"))) / 1000;
    return half > 0 ? measured * exp2(-later_s / half) : measured;
}

static bool is_open(const json_t *dose)
{
    return dose && !json_object_get(dose, "given") && !json_object_get(dose, "set_aside");
}

json_t *prepared_dose_open(const Act *a, int64_t id)
{
    json_t *dose = act_item(a, "prepared_doses", id);
    return is_open(dose) ? dose : NULL;
}

bool prepared_dose_waits(const Act *a, Slice kind)
{
    size_t        i;
    const json_t *dose;
    json_array_foreach (json_object_get(a->facts, "prepared_doses"), i, dose) {
        const char *its = json_string_value(json_object_get(dose, "kind"));
        if (is_open(dose) && its && slice_equal_text(kind, its))
            return true;
    }
    return false;
}

bool prepared_dose_released(const json_t *dose)
{
    return json_object_get(dose, "released") != NULL;
}
