/*
 * The corrected file: new values, and what they replaced in the Original Attributes Sequence. PS3.3
 * §C.12.1.1.9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <time.h>

#include "clinic/archive/correction_internal.h"
#include "formats/json/json_util.h"

const uint32_t CORRECTION_STRIPPED[] = {
    TAG_ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE,
    TAG_PATIENT_BIRTH_TIME,
    TAG_OTHER_PATIENT_IDS,
    TAG_OTHER_PATIENT_IDS_SEQUENCE,
    TAG_OTHER_PATIENT_NAMES,
    TAG_PATIENT_BIRTH_NAME,
    TAG_PATIENT_MOTHER_BIRTH_NAME,
    TAG_PATIENT_ADDRESS,
    TAG_PATIENT_TELEPHONE_NUMBERS,
    TAG_MEDICAL_RECORD_LOCATOR,
    TAG_ETHNIC_GROUP,
    TAG_OCCUPATION,
    TAG_PATIENT_COMMENTS,
};
const size_t CORRECTION_STRIPPED_COUNT = COUNT(CORRECTION_STRIPPED);

static bool is_stripped(const Correction *c, uint32_t tag)
{
    for (size_t i = 0; c->strip && i < CORRECTION_STRIPPED_COUNT; i++)
        if (CORRECTION_STRIPPED[i] == tag)
            return true;
    return false;
}

/* The attributes of 'values' with their tags; false for one that is none. */
static bool tag_of(const char *keyword, uint32_t *ret)
{
    return tag_from_text(slice_of(keyword), ret);
}

static bool is_written(const json_t *values, uint32_t tag)
{
    const char *keyword;
    json_t     *value;
    uint32_t    own;
    json_object_foreach ((json_t *)(uintptr_t)values, keyword, value)
        if (tag_of(keyword, &own) && own == tag)
            return true;
    return false;
}

/* What stands there now; an attribute that was not there is told as empty. */
static void keep_original(DicomWriter *w, const Dataset *ds, uint32_t tag)
{
    const Element *e = dataset_find(ds, tag);
    if (e)
        dw_copy(w, ds, e);
    else
        dw_empty(w, tag);
}

static void date_time(int64_t at_ms, char ret[32])
{
    time_t    at = (time_t)(at_ms / 1000);
    struct tm day;
    gmtime_r(&at, &day);
    (void)snprintf(ret, 32, "%04u%02u%02u%02u%02u%02u.%03u+0000", (unsigned)(day.tm_year + 1900) % 10000,
                   (unsigned)(day.tm_mon + 1) % 100, (unsigned)day.tm_mday % 100, (unsigned)day.tm_hour % 100,
                   (unsigned)day.tm_min % 100, (unsigned)day.tm_sec % 100, (unsigned)(at_ms % 1000));
}

/* Earlier items stay: a file may have been corrected before, here or elsewhere. */
static void add_originals(const Correction *c, const Dataset *ds, const json_t *values, DicomWriter *w)
{
    const char *keyword;
    json_t     *value;
    uint32_t    tag;
    char        when[32];
    date_time(c->at_ms, when);
    dw_sequence_begin(w, TAG_ORIGINAL_ATTRIBUTES_SEQUENCE);
    for (size_t i = 0; i < dataset_items(ds, TAG_ORIGINAL_ATTRIBUTES_SEQUENCE); i++) {
        dw_item_begin(w);
        dw_copy_all(w, dataset_item(ds, TAG_ORIGINAL_ATTRIBUTES_SEQUENCE, i));
        dw_item_end(w);
    }
    dw_item_begin(w);
    dw_sequence_begin(w, TAG_MODIFIED_ATTRIBUTES_SEQUENCE);
    dw_item_begin(w);
    json_object_foreach ((json_t *)(uintptr_t)values, keyword, value)
        if (tag_of(keyword, &tag))
            keep_original(w, ds, tag);
    for (size_t i = 0; c->strip && i < CORRECTION_STRIPPED_COUNT; i++)
        if (dataset_find(ds, CORRECTION_STRIPPED[i]))
            keep_original(w, ds, CORRECTION_STRIPPED[i]);
    for (size_t i = 0; i < dataset_count(ds); i++)
        if (correction_refers(c, ds, dataset_at(ds, i)))
            dw_copy(w, ds, dataset_at(ds, i));
    dw_item_end(w);
    dw_sequence_end(w);
    dw_text(w, TAG_ATTRIBUTE_MODIFICATION_DATE_TIME, when);
    dw_text(w, TAG_MODIFYING_SYSTEM, "BECLERE");
    dw_empty(w, TAG_SOURCE_OF_PREVIOUS_VALUES);
    dw_text(w, TAG_REASON_FOR_THE_ATTRIBUTE_MODIFICATION, "CORRECT");
    dw_item_end(w);
    dw_sequence_end(w);
}

/* Text that the image's character set cannot hold is refused: the whole file would have to be written anew.
 */
static bool can_hold(const Dataset *ds, Slice text, Err *err)
{
    Charset   set   = dataset_charset(ds);
    OWNED_BUF bytes = buf_make(4096);
    bool      lossy = false, ascii = true;
    for (size_t i = 0; i < text.len; i++)
        ascii = ascii && (uint8_t)text.at[i] < 0x80;
    if (ascii || charset_is_utf8(&set))
        return true;
    if (set.count == 1 && charset_from_utf8(&set, text, &bytes, &lossy) && !lossy)
        return true;
    return err_set(err, ERR_INPUT, "The images cannot hold this text: write it without accents.", "charset");
}

static bool write_values(const Dataset *ds, const json_t *values, DicomWriter *w, Err *err)
{
    const char *keyword;
    json_t     *value;
    uint32_t    tag;
    json_object_foreach ((json_t *)(uintptr_t)values, keyword, value) {
        Slice text = { json_string_value(value), json_string_length(value) };
        if (!tag_of(keyword, &tag))
            return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.", "%s",
                           keyword);
        if (!can_hold(ds, text, err))
            return false;
        dw_slice(w, tag, text);
    }
    return true;
}

bool correction_rewrite(const Correction *c, const Dataset *ds, const Part10 *from, Rewritten *ret, Err *err)
{
    OWNED(json_t) *values = json_parse_object(slice_of(c->attributes), err);
    OWNED(DicomWriter) *w = dw_new(dataset_is_big_endian(ds) ? REWRITE_SWAPPED_MAX : REWRITE_HEADER_MAX);
    if (!values || !w)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "rewriting");
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e = dataset_at(ds, i);
        if (rewrite_is_pixels(e->tag) || e->tag == TAG_DATA_SET_TRAILING_PADDING ||
            e->tag == TAG_ORIGINAL_ATTRIBUTES_SEQUENCE || is_written(values, e->tag) ||
            is_stripped(c, e->tag))
            continue;
        if (correction_refers(c, ds, e))
            correction_follow(c, ds, e, w);
        else
            dw_copy(w, ds, e);
    }
    add_originals(c, ds, values, w);
    return write_values(ds, values, w, err) && rewrite_finish(w, ds, from, ret, err);
}
