/*
 * Is an item complete for its kind, and do measured values fit? Pure.
 *
 * Figures for displays and light: reference standards of electronic practice (ACR-AAPM-SIIM 2014); to be confirmed by the
 * medical physicist, docs/decisions/0070-staff-files.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/staff/staff_rules.h"

static const double LUMINANCE_MAX = 350, LUMINANCE_MAX_BREAST = 420; /* cd/m², at least */
static const double LUMINANCE_MIN = 1.0, LUMINANCE_MIN_BREAST = 1.2; /* cd/m², at least, ambient light included */
static const double RATIO_LOW = 250, RATIO_HIGH = 450;
static const double GREY_ERROR = 10;              /* per cent, at most */
static const double LUX_LOW = 20, LUX_HIGH = 40;  /* where images are read */

size_t staff_measured_faults(const StaffItem *item, const char *modality, const char *ret[8])
{
    size_t n = 0;
    bool   breast = strcmp(modality, "MG") == 0;
    if (strcmp(item->kind->code, "display-control") == 0) {
        double ratio = item->luminance_min > 0 ? item->luminance_max / item->luminance_min : 0;
        if (item->luminance_max < (breast ? LUMINANCE_MAX_BREAST : LUMINANCE_MAX))
            ret[n++] = "The greatest luminance is too low for diagnosis.";
        if (item->luminance_min < (breast ? LUMINANCE_MIN_BREAST : LUMINANCE_MIN))
            ret[n++] = "The least luminance is too low.";
        if (ratio < RATIO_LOW || ratio > RATIO_HIGH)
            ret[n++] = "The ratio of luminances is outside 250 to 450.";
        if (item->grey_error > GREY_ERROR)
            ret[n++] = "The error from the DICOM grey scale is over 10%.";
    }
    if (item->ambient_lux < LUX_LOW || item->ambient_lux > LUX_HIGH)
        ret[n++] = "The ambient light is outside 20 to 40 lux.";
    return n;
}

static bool day_or_none(const char *text, int64_t *ret, bool *ret_there, Err *err)
{
    *ret_there = text[0] != '\0';
    return !*ret_there || staff_day(slice_of(text), ret) ||
           err_set(err, ERR_INPUT, "A date is written YYYY-MM-DD and must exist.", "a date of %zu characters", strlen(text));
}

static bool measured_check(StaffItem *item, const char *modality, Err *err)
{
    const char *faults[8];
    bool        display = strcmp(item->kind->code, "display-control") == 0;
    if (!item->measured || item->ambient_lux < 0 || item->ambient_lux > 100000 ||
        (display && (item->luminance_max <= 0 || item->luminance_max > 100000 || item->luminance_min <= 0 ||
                     item->luminance_min > item->luminance_max || item->grey_error < 0 || item->grey_error > 1000)))
        return err_set(err, ERR_INPUT, "Enter the measured values: luminance, grey scale and ambient light.", "%s", item->kind->code);
    slice_copy(slice_of(staff_measured_faults(item, modality, faults) ? "failed" : "passed"), item->result, sizeof item->result);
    return true;
}

bool staff_item_check(StaffItem *item, const char *modality, int64_t today, Err *err)
{
    const StaffKind *kind = item->kind;
    int64_t          from = 0, until = 0, assessed = 0;
    bool             has_from, has_until, has_assessed;
    if (!day_or_none(item->from, &from, &has_from, err) || !day_or_none(item->until, &until, &has_until, err) ||
        !day_or_none(item->assessed_on, &assessed, &has_assessed, err))
        return false;
    if (kind->needs & ITEM_IS_MEASURED && !measured_check(item, modality, err))
        return false;
    if (item->result[0] && strcmp(item->result, "passed") != 0 && strcmp(item->result, "failed") != 0)
        return err_set(err, ERR_INPUT, "The result is either passed or failed.", "%s", kind->code);
    if (kind->needs & ITEM_NEEDS_RESULT && (!has_assessed || !item->result[0]))
        return err_set(err, ERR_INPUT, "Attendance is not enough: enter the date and the result of the assessment.", "%s", kind->code);
    if (has_assessed && assessed > today)
        return err_set(err, ERR_INPUT, "An assessment cannot be in the future.", "%s", kind->code);
    if (kind->needs & ITEM_NEEDS_UNTIL && !has_until)
        return err_set(err, ERR_INPUT, "Enter until when it is valid.", "%s", kind->code);
    if (kind->needs & ITEM_NEEDS_EVIDENCE && !item->document_id && !item->number[0])
        return err_set(err, ERR_INPUT, "Give the evidence: a document, or its number.", "%s", kind->code);
    if (kind->needs & ITEM_NEEDS_PROTOCOL && !item->procedure_id)
        return err_set(err, ERR_INPUT, "Say which protocol the check is about.", "%s", kind->code);
    int64_t begins = has_assessed ? assessed : has_from ? from : today;
    if (has_until && until < begins)
        return err_set(err, ERR_INPUT, "It cannot end before it begins.", "%s", kind->code);
    int years = staff_years_max(kind, item->subject_roles);
    if (years && has_until && until - begins > years * INT64_C(366))
        return err_set(err, ERR_INPUT, "The validity is longer than the rules allow: see the table of the rules.", "%s: more than %d years",
                       kind->code, years);
    return true;
}
