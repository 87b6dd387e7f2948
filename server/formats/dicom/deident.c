/*
 * De-identification: each attribute against its row of the table, sequences from the inside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/deident.h"

#include <stdlib.h>

#include "formats/dicom/deident_internal.h"
#include "formats/dicom/rewrite.h"

#include "dicom_deident_table_generated.h"

/* ---- the table ---- */

static int row_order(const void *key, const void *row)
{
    uint32_t tag = *(const uint32_t *)key, other = ((const DeidentRow *)row)->tag;
    return tag < other ? -1 : tag > other;
}

const DeidentRow *deident_row(uint32_t tag)
{
    const DeidentRow *row = bsearch(&tag, DEIDENT_TABLE, COUNT(DEIDENT_TABLE), sizeof *row, row_order);
    for (size_t i = COUNT(DEIDENT_TABLE); !row && i-- > 0;) /* curves and overlays: the last but two */
        if (DEIDENT_TABLE[i].mask != UINT32_MAX && (tag & DEIDENT_TABLE[i].mask) == DEIDENT_TABLE[i].tag)
            row = &DEIDENT_TABLE[i];
    return row;
}

/* ---- one data set ---- */

static void write_dataset(const Deident *d, const Dataset *ds);

static void write_items(const Deident *d, const Element *e)
{
    dw_sequence_begin(d->w, e->tag);
    for (uint32_t i = 0; i < e->count; i++) {
        dw_item_begin(d->w);
        write_dataset(d, element_item(e, i));
        dw_item_end(d->w);
    }
    dw_sequence_end(d->w);
}

static void keep(const Deident *d, const Dataset *ds, const Element *e)
{
    if (e->vr == VR_SQ)
        write_items(d, e);
    else
        dw_copy(d->w, ds, e);
}

/* The content of a report, without the option that keeps it: one line that says so. */
static void dummy_content(const Deident *d)
{
    dw_sequence_begin(d->w, TAG_CONTENT_SEQUENCE);
    dw_item_begin(d->w);
    dw_text(d->w, TAG_RELATIONSHIP_TYPE, "CONTAINS");
    dw_text(d->w, TAG_VALUE_TYPE, "TEXT");
    dw_code(d->w, TAG_CONCEPT_NAME_CODE_SEQUENCE, "121106", "DCM", "Comment");
    dw_text(d->w, TAG_TEXT_VALUE, "REMOVED");
    dw_item_end(d->w);
    dw_sequence_end(d->w);
}

/* Drawings without their words; an annotation that was only words goes. */
static void write_drawings(const Deident *d, const Element *e)
{
    dw_sequence_begin(d->w, e->tag);
    for (uint32_t i = 0; i < e->count; i++) {
        const Dataset *item = element_item(e, i);
        if (!dataset_items(item, TAG_GRAPHIC_OBJECT_SEQUENCE))
            continue;
        dw_item_begin(d->w);
        for (size_t k = 0; k < dataset_count(item); k++) {
            const Element *inner = dataset_at(item, k);
            if (inner->tag == TAG_GRAPHIC_LAYER || inner->tag == TAG_GRAPHIC_OBJECT_SEQUENCE ||
                inner->tag == TAG_REFERENCED_IMAGE_SEQUENCE)
                keep(d, item, inner);
        }
        dw_item_end(d->w);
    }
    dw_sequence_end(d->w);
}

static bool is_code_sequence(uint32_t tag)
{
    const TagInfo *info = tag_info(tag);
    return info && slice_find(slice_of(info->keyword), SLICE("CodeSequence")) != SIZE_MAX;
}

static void dummy_sequence(const Deident *d, const Element *e)
{
    if (e->tag == TAG_CONTENT_SEQUENCE)
        dummy_content(d);
    else if (e->tag == TAG_GRAPHIC_ANNOTATION_SEQUENCE || e->tag == TAG_OPERATOR_IDENTIFICATION_SEQUENCE)
        return; /* optional where they stand: none is valid, a made up one would mislead */
    else if (is_code_sequence(e->tag))
        dw_code(d->w, e->tag, "REMOVED", "99BECLERE", "Removed");
    else
        write_items(d, e);
}

static void write_words(const Deident *d, const Dataset *ds, const Element *e, const DeidentRow *row)
{
    OWNED_BUF     words = buf_make(64 << 10);
    const VrInfo *info  = vr_info(e->vr);
    if (info && info->text && deident_words(element_text(ds, e, d->scratch), &words))
        dw_value(d->w, e->tag, e->vr, buf_slice(&words));
    else if (row->action == 'D')
        deident_dummy(d, e);
    else if (row->action == 'Z')
        dw_empty(d->w, e->tag);
}

static void clean(const Deident *d, const Dataset *ds, const Element *e, const DeidentRow *row)
{
    if (row->clean & d->options & DEIDENT_SHIFTED_DATES)
        deident_shift(d, ds, e);
    else if (e->tag == TAG_GRAPHIC_ANNOTATION_SEQUENCE)
        write_drawings(d, e);
    else if (e->vr == VR_SQ)
        write_items(d, e);
    else if (row->clean & d->options &
             ~(unsigned)DEIDENT_GRAPHICS) /* overlays and curves: nobody looked at them */
        write_words(d, ds, e, row);
}

/* The table removes what presentation states must have (PS3.3 §C.11.10: type 1): a dummy keeps them valid. */
static bool needed_where_it_stands(uint32_t tag)
{
    return tag == TAG_PRESENTATION_CREATION_DATE || tag == TAG_PRESENTATION_CREATION_TIME;
}

static void basic(const Deident *d, const Dataset *ds, const Element *e, char action)
{
    bool empty = e->vr == VR_SQ ? e->count == 0 : e->value.len == 0;
    switch (action) {
    case 'Z':
        dw_empty(d->w, e->tag);
        break;
    case 'D':
        if (empty)
            dw_empty(d->w, e->tag);
        else if (e->vr == VR_SQ)
            dummy_sequence(d, e);
        else if (tag_vr(e->tag) == VR_UI)
            deident_uids(d, ds, e);
        else
            deident_dummy(d, e);
        break;
    case 'U':
        if (e->vr == VR_SQ)
            write_items(d, e);
        else
            deident_uids(d, ds, e);
        break;
    default: /* X */
        if (needed_where_it_stands(e->tag) && !empty)
            deident_dummy(d, e);
        break;
    }
}

/* The table does not speak of it: dates, names and UIDs are treated as it treats their like. */
static void unlisted(const Deident *d, const Dataset *ds, const Element *e)
{
    Vr vr = e->vr == VR_UN ? tag_vr(e->tag) : e->vr;
    if (TAG_IS_PRIVATE(e->tag)) {
        if (d->options & DEIDENT_SAFE_PRIVATE && deident_private_is_safe(ds, e))
            dw_copy(d->w, ds, e);
    } else if (!tag_info(e->tag)) {
        return;
    } else if (vr == VR_SQ) {
        write_items(d, e);
    } else if (vr == VR_UI && !(d->options & DEIDENT_UIDS)) {
        deident_uids(d, ds, e);
    } else if ((vr == VR_DA || vr == VR_DT) && !(d->options & DEIDENT_FULL_DATES) && e->value.len) {
        if (d->options & DEIDENT_SHIFTED_DATES)
            deident_shift(d, ds, e);
        else
            deident_dummy(d, e);
    } else if ((vr == VR_PN || vr == VR_UR || e->tag == TAG_TEXT_VALUE || deident_tells(d, e)) &&
               e->value.len) {
        deident_dummy(d, e);
    } else {
        dw_copy(d->w, ds, e);
    }
}

/* The table takes an overlay's bits and comments away; what is left would describe nothing, in free words. */
static bool of_overlay(uint32_t tag)
{
    return TAG_GROUP(tag) >= 0x6000 && TAG_GROUP(tag) <= 0x60FF;
}

static void write_element(const Deident *d, const Dataset *ds, const Element *e)
{
    const DeidentRow *row = deident_row(e->tag);
    if (of_overlay(e->tag))
        return;
    if (e->tag == TAG_PATIENT_NAME || e->tag == TAG_PATIENT_ID)
        dw_text(d->w, e->tag, d->key->pseudonym);
    else if (!row || TAG_IS_PRIVATE(e->tag))
        unlisted(d, ds, e);
    else if (row->keep & d->options)
        keep(d, ds, e);
    else if (row->clean & d->options)
        clean(d, ds, e, row);
    else
        basic(d, ds, e, row->action);
}

static void write_dataset(const Deident *d, const Dataset *ds)
{
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e = dataset_at(ds, i);
        if (!rewrite_is_pixels(e->tag))
            write_element(d, ds, e);
    }
}

/* ---- what was done ---- */

static const struct {
    unsigned    option;
    const char *code, *meaning;
} METHODS[] = {
    { 0, "113100", "Basic Application Confidentiality Profile" },
    { DEIDENT_PIXELS, "113101", "Clean Pixel Data Option" },
    { DEIDENT_GRAPHICS, "113103", "Clean Graphics Option" },
    { DEIDENT_STRUCTURED, "113104", "Clean Structured Content Option" },
    { DEIDENT_DESCRIPTORS, "113105", "Clean Descriptors Option" },
    { DEIDENT_FULL_DATES, "113106", "Retain Longitudinal Temporal Information Full Dates Option" },
    { DEIDENT_SHIFTED_DATES, "113107", "Retain Longitudinal Temporal Information Modified Dates Option" },
    { DEIDENT_CHARACTERISTICS, "113108", "Retain Patient Characteristics Option" },
    { DEIDENT_DEVICE, "113109", "Retain Device Identity Option" },
    { DEIDENT_UIDS, "113110", "Retain UIDs Option" },
    { DEIDENT_SAFE_PRIVATE, "113111", "Retain Safe Private Option" },
    { DEIDENT_INSTITUTION, "113112", "Retain Institution Identity Option" },
};

static void write_methods(const Deident *d)
{
    dw_text(d->w, TAG_PATIENT_IDENTITY_REMOVED, "YES");
    dw_text(d->w, TAG_DEIDENTIFICATION_METHOD, "DICOM PS3.15 annex E; Beclere 1");
    dw_sequence_begin(d->w, TAG_DEIDENTIFICATION_METHOD_CODE_SEQUENCE);
    for (size_t i = 0; i < COUNT(METHODS); i++) {
        if (METHODS[i].option && !(d->options & METHODS[i].option))
            continue;
        dw_item_begin(d->w);
        dw_text(d->w, TAG_CODE_VALUE, METHODS[i].code);
        dw_text(d->w, TAG_CODING_SCHEME_DESIGNATOR, "DCM");
        dw_text(d->w, TAG_CODE_MEANING, METHODS[i].meaning);
        dw_item_end(d->w);
    }
    dw_sequence_end(d->w);
    dw_text(d->w, TAG_LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED,
            d->options & DEIDENT_FULL_DATES      ? "UNMODIFIED"
            : d->options & DEIDENT_SHIFTED_DATES ? "MODIFIED"
                                                 : "REMOVED");
    if (d->options & DEIDENT_PIXELS)
        dw_text(d->w, TAG_BURNED_IN_ANNOTATION, "NO");
}

bool deident_write(const Dataset *ds, unsigned options, const DeidentKey *key, DicomWriter *w, Arena *scratch,
                   Err *err)
{
    FourUids uids;
    Deident  d = { .options = options & DEIDENT_OPTIONS, .key = key, .w = w, .scratch = scratch };
    if ((options & DEIDENT_FULL_DATES) && (options & DEIDENT_SHIFTED_DATES))
        return err_set(err, ERR_INPUT, "Dates are either kept or moved.", "both options");
    if (!dataset_four_uids(ds, &uids, err))
        return false;
    deident_secrets(&d, ds);
    write_dataset(&d, ds);
    write_methods(&d);
    return true;
}

/* ---- pixels and documents ---- */

static bool one_of(Slice value, const char *const *list)
{
    for (; *list; list++)
        if (slice_equal_text(value, *list))
            return true;
    return false;
}

static bool image_type_says(const Dataset *ds, const char *const *list)
{
    const Element *e = dataset_find(ds, TAG_IMAGE_TYPE);
    for (size_t i = 0, n = e ? element_values(ds, e) : 0; i < n; i++)
        if (one_of(element_code_nth(e, i), list))
            return true;
    return false;
}

DeidentRisk deident_risk(const Dataset *ds)
{
    static const char *const OFTEN[]   = { "US", "IVUS", "SC", "OT", "ES", "XC",
                                           "GM", "DOC",  "CR", "HC", "DG", NULL };
    static const char *const LABEL[]   = { "LABEL", "OVERVIEW", NULL };
    static const char *const SCREENS[] = { "SCREEN SAVE", "SCREENSHOT", "DOSE_INFO", "PATIENT_PROTOCOL",
                                           NULL };
    Slice                    class_uid = dataset_code(ds, TAG_SOP_CLASS_UID),
          burned                       = dataset_code(ds, TAG_BURNED_IN_ANNOTATION);
    if (dataset_find(ds, TAG_ENCAPSULATED_DOCUMENT) ||
        slice_starts(class_uid, SLICE("1.2.840.10008.5.1.4.1.1.104.")) ||
        slice_starts(class_uid, SLICE("1.2.840.10008.5.1.4.1.1.9.4.")))
        return DEIDENT_DOCUMENT;
    if (slice_equal_fold(dataset_code(ds, TAG_RECOGNIZABLE_VISUAL_FEATURES), SLICE("YES")))
        return DEIDENT_RECOGNIZABLE;
    if (slice_equal_fold(burned, SLICE("YES")) || image_type_says(ds, LABEL))
        return DEIDENT_BURNED_IN;
    if (slice_equal_fold(burned, SLICE("NO")) || !dataset_has(ds, TAG_ROWS))
        return DEIDENT_NO_RISK;
    if (one_of(dataset_code(ds, TAG_MODALITY), OFTEN) || image_type_says(ds, SCREENS) ||
        dataset_has(ds, TAG_CONVERSION_TYPE) ||
        slice_starts(class_uid, SLICE(UID_SECONDARY_CAPTURE_IMAGE_STORAGE)))
        return DEIDENT_PERHAPS_BURNED_IN;
    return DEIDENT_NO_RISK;
}
