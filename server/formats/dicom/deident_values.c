/*
 * De-identification, value by value: dummies, replaced UIDs, moved dates, private attributes known to be
 * safe.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "formats/dicom/deident_internal.h"
#include "formats/dicom/uid.h"

enum { DUMMY_BYTES_MAX = 64, VALUES_MAX = 64 << 10 };

/* ---- dummies ---- */

static const char *dummy_text(Vr vr)
{
    switch (vr) {
    case VR_DA:
        return "19000101";
    case VR_TM:
        return "000000";
    case VR_DT:
        return "19000101000000";
    case VR_AS:
        return "000Y";
    case VR_DS:
    case VR_IS:
        return "0";
    case VR_PN:
        return "REMOVED^REMOVED";
    case VR_UR:
        return "urn:removed";
    default:
        return "REMOVED";
    }
}

void deident_dummy(const Deident *d, const Element *e)
{
    static const char ZEROS[DUMMY_BYTES_MAX] = { 0 };
    Vr                vr   = e->vr == VR_UN && !TAG_IS_PRIVATE(e->tag) ? tag_vr(e->tag) : e->vr;
    const VrInfo     *info = vr_info(vr);
    if (vr == VR_UI || vr == VR_SQ)
        return; /* has its own way; one that came in a foreign shape goes */
    if (info && info->text)
        dw_value(d->w, e->tag, vr, slice_of(dummy_text(vr)));
    else
        dw_value(d->w, e->tag, vr,
                 slice_bytes(ZEROS, e->value.len < sizeof ZEROS ? e->value.len
                                    : info                      ? info->unit
                                                                : 2u));
}

/* ---- what this person is called ---- */

static void add_secret(Deident *d, Slice word)
{
    word = slice_trim(word);
    if (word.len >= DEIDENT_SECRET_LEAST && d->secret_count < DEIDENT_SECRETS_MAX)
        d->secrets[d->secret_count++] = word;
}

void deident_secrets(Deident *d, const Dataset *ds)
{
    static const uint32_t TAGS[] = { TAG_PATIENT_NAME,
                                     TAG_PATIENT_ID,
                                     TAG_OTHER_PATIENT_IDS,
                                     TAG_OTHER_PATIENT_NAMES,
                                     TAG_PATIENT_BIRTH_NAME,
                                     TAG_ACCESSION_NUMBER,
                                     TAG_STUDY_ID,
                                     TAG_REFERRING_PHYSICIAN_NAME,
                                     TAG_OPERATORS_NAME,
                                     TAG_PERFORMING_PHYSICIAN_NAME,
                                     TAG_DEVICE_SERIAL_NUMBER };
    for (size_t i = 0; i < COUNT(TAGS); i++) {
        const Element *e = dataset_find(ds, TAGS[i]);
        if (!e || (TAGS[i] == TAG_DEVICE_SERIAL_NUMBER && d->options & DEIDENT_DEVICE))
            continue;
        for (size_t n = 0, values = element_values(ds, e); n < values && n < 8; n++) {
            Slice value = element_code_nth(e, n);
            while (value.len)
                add_secret(d, slice_cut(&value, '^'));
        }
    }
}

/* Raw bytes against raw bytes: one data set has one character set. */
bool deident_tells(const Deident *d, const Element *e)
{
    const VrInfo *info = vr_info(e->vr);
    for (size_t i = 0; info && info->charset && i < d->secret_count; i++)
        if (slice_find(e->value, d->secrets[i]) != SIZE_MAX)
            return true;
    return false;
}

/* ---- UIDs ---- */

/* These name a kind of thing, whoever made them up. */
static bool names_a_kind(uint32_t tag)
{
    static const char *const ENDS[] = { "ClassUID",   "SyntaxUID",       "SchemeUID",
                                        "ContextUID", "ContextGroupUID", "ResourceUID" };
    const TagInfo           *info   = deident_row(tag) ? NULL : tag_info(tag);
    for (size_t i = 0; info && i < COUNT(ENDS); i++)
        if (slice_ends(slice_of(info->keyword), slice_of(ENDS[i])))
            return true;
    return false;
}

void deident_uids(const Deident *d, const Dataset *ds, const Element *e)
{
    OWNED_BUF all = buf_make(VALUES_MAX * 16);
    char      fresh[65];
    if (tag_vr(e->tag) != VR_UI) {
        if (e->value.len)
            deident_dummy(d, e);
        else
            dw_empty(d->w, e->tag);
        return;
    }
    if (names_a_kind(e->tag)) {
        dw_copy(d->w, ds, e);
        return;
    }
    for (size_t i = 0, n = element_values(ds, e); i < n; i++) {
        Slice uid = element_code_nth(e, i);
        if (i)
            (void)buf_add_char(&all, '\\');
        if (!uid.len || uid_info(uid)) {
            (void)buf_add(&all, uid);
            continue;
        }
        d->key->replace_uid(d->key->with, uid, fresh);
        (void)buf_add_text(&all, fresh);
    }
    if (!all.failed)
        dw_value(d->w, e->tag, VR_UI, buf_slice(&all));
}

/* ---- dates ---- */

/* Days since 1970-01-01 of the civil calendar, and back. */
static int64_t days_of(DicomDate c)
{
    int64_t y = c.month <= 2 ? c.year - 1 : c.year, era = (y >= 0 ? y : y - 399) / 400,
            of_era  = y - era * 400;
    int64_t of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static DicomDate date_of(int64_t days)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return (DicomDate) { .year  = (int)(yoe + era * 400 + (month <= 2)),
                         .month = (int)month,
                         .day   = (int)(doy - (153 * mp + 2) / 5 + 1) };
}

/* The first 8 digits moved; what follows (the time of a DT) stays. */
static bool add_moved(Slice value, int days, Buf *ret)
{
    DicomDate day;
    Slice     head = slice_part(value, 0, 8);
    if (head.len < 8 || !dicom_date(value.len == 10 ? value : head, &day))
        return false;
    DicomDate moved = date_of(days_of(day) + days);
    return moved.year > 0 && moved.year <= 9999 &&
           buf_addf(ret, "%04u%02u%02u", (unsigned)moved.year % 10000, (unsigned)moved.month % 100,
                    (unsigned)moved.day % 100) &&
           (value.len == 10 || buf_add(ret, slice_part(value, 8, SIZE_MAX)));
}

void deident_shift(const Deident *d, const Dataset *ds, const Element *e)
{
    OWNED_BUF all = buf_make(VALUES_MAX);
    Vr        vr  = e->vr == VR_UN ? tag_vr(e->tag) : e->vr;
    bool      ok  = vr == VR_DA || vr == VR_DT;
    if (!e->value.len || vr == VR_TM) {
        dw_copy(d->w, ds, e); /* a time of day without its day */
        return;
    }
    for (size_t i = 0, n = element_values(ds, e); ok && i < n; i++) {
        Slice value = element_code_nth(e, i);
        if (i)
            (void)buf_add_char(&all, '\\');
        if (value.len)
            ok = add_moved(value, d->key->shift_days, &all);
    }
    if (ok && !all.failed)
        dw_value(d->w, e->tag, vr, buf_slice(&all));
    else if (vr != VR_SQ)
        deident_dummy(d, e);
}

/* ---- private attributes: an extract of PS3.15 §E.3.10, numbers only ---- */

static const struct {
    uint16_t    group;
    const char *creator;
    uint8_t     element;
} SAFE[] = {
    { 0x7053, "Philips PET Private Group", 0x00 }, /* SUV factor */
    { 0x7053, "Philips PET Private Group", 0x09 }, /* activity concentration factor */
    { 0x00E1, "ELSCINT1", 0x21 },                  /* dose length product */
    { 0x01E1, "ELSCINT1", 0x26 },                  /* phantom */
    { 0x01E1, "ELSCINT1", 0x50 },                  /* duration of acquisition */
    { 0x01F1, "ELSCINT1", 0x07 },                  /* table velocity */
    { 0x01F1, "ELSCINT1", 0x26 },                  /* pitch */
    { 0x01F1, "ELSCINT1", 0x27 },                  /* rotation time */
    { 0x0019, "GEMS_ACQU_01", 0x23 },              /* table speed */
    { 0x0019, "GEMS_ACQU_01", 0x24 },              /* mid scan time */
    { 0x0019, "GEMS_ACQU_01", 0x27 },              /* rotation speed */
    { 0x0043, "GEMS_PARM_01", 0x27 },              /* pitch */
    { 0x0043, "GEMS_PARM_01", 0x39 },              /* b value */
    { 0x0025, "GEMS_SERS_01", 0x07 },              /* images in series */
    { 0x0045, "GEMS_HELIOS_01", 0x01 },            /* macro rows of the detector */
    { 0x0045, "GEMS_HELIOS_01", 0x02 },            /* their width */
    { 0x0019, "SIEMENS MR HEADER", 0x0C },         /* b value */
    { 0x0019, "SIEMENS MR HEADER", 0x0D },
    { 0x0019, "SIEMENS MR HEADER", 0x0E }, /* direction of the gradient */
    { 0x0019, "SIEMENS MR HEADER", 0x27 }, /* b matrix */
    { 0x2001, "Philips Imaging DD 001", 0x03 },
    { 0x2001, "Philips Imaging DD 001", 0x04 },
    { 0x2005, "Philips MR Imaging DD 001", 0x0D }, /* scale */
    { 0x2005, "Philips MR Imaging DD 001", 0x0E },
};

bool deident_private_is_safe(const Dataset *ds, const Element *e)
{
    uint16_t group = TAG_GROUP(e->tag), element = TAG_ELEMENT(e->tag);
    bool     is_creator = element >= 0x10 && element <= 0xFF;
    Slice    creator =
        is_creator ? dataset_code(ds, e->tag) : dataset_code(ds, TAG(group, (unsigned)element >> 8));
    if (e->vr == VR_SQ || e->is_fragments || (!is_creator && element < 0x1000))
        return false;
    for (size_t i = 0; i < COUNT(SAFE); i++)
        if (SAFE[i].group == group && slice_equal_text(creator, SAFE[i].creator) &&
            (is_creator || SAFE[i].element == (element & 0xFF)))
            return true;
    return false;
}
