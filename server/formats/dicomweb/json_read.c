/*
 * DICOM JSON to a data set: each value checked against its VR.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicomweb/json_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "formats/json/base64.h"

typedef struct In {
    const DicomJsonReading *how;
    DicomWriter            *w;
    bool                    foreign; /* text beyond ASCII was met */
    unsigned                depth;
    Err                    *err;
} In;

static bool read_set(In *in, const json_t *object);

static bool refuse(In *in, uint32_t tag, const char *what)
{
    return err_set(in->err, ERR_INPUT, "The DICOM metadata is not as the standard describes it.",
                   "(%04x,%04x) %s", tag >> 16, tag & 0xFFFFu, what);
}

static Slice text_of(const json_t *string)
{
    return json_is_string(string) ? (Slice) { json_string_value(string), json_string_length(string) }
                                  : SLICE_NONE;
}

/* Measured on jansson 2.14, 64 bits: an object, a list with its first value, a member, a further value; text
 * beside. */
enum { OBJECT_BYTES = 320, ARRAY_BYTES = 224, MEMBER_BYTES = 96, VALUE_BYTES = 96 };

size_t dicom_json_weight(Slice text)
{
    size_t weight    = text.len;
    bool   in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
            continue;
        }
        in_string = c == '"';
        weight += c == '{'   ? OBJECT_BYTES
                  : c == '[' ? ARRAY_BYTES
                  : c == ':' ? MEMBER_BYTES
                  : c == ',' ? VALUE_BYTES
                             : 0;
    }
    return weight;
}

json_t *dicom_json_parse(Slice text, Err *err)
{
    json_error_t why;
    if (text.len > DICOM_JSON_BYTES_MAX) {
        err_set(err, ERR_LIMIT, "The DICOM metadata is too big to be read.", "%zu bytes", text.len);
        return NULL;
    }
    json_t *all = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &why);
    if (json_is_object(all))
        all = json_pack("[o]", all);
    if (json_is_array(all))
        return all;
    json_decref(all);
    err_set(err, ERR_INPUT, "The DICOM metadata is not valid JSON.", "line %d column %d", why.line,
            why.column);
    return NULL;
}

/* ---- values ---- */

static bool add_name(Buf *to, const json_t *name)
{
    static const char *const GROUPS[] = { "Alphabetic", "Ideographic", "Phonetic" };
    size_t                   waiting  = 0; /* group marks not yet written: those at the end are left out */
    for (size_t i = 0; i < COUNT(GROUPS); i++, waiting++) {
        const json_t *group = json_object_get(name, GROUPS[i]);
        Slice         text  = text_of(group);
        if (group && !json_is_string(group) && !json_is_null(group))
            return false;
        if (slice_find(text, SLICE("=")) != SIZE_MAX || slice_find(text, SLICE("\\")) != SIZE_MAX)
            return false;
        if (!text.len)
            continue;
        for (; waiting; waiting--)
            (void)buf_add_char(to, '=');
        (void)buf_add(to, text);
    }
    return true;
}

static bool add_text(Buf *to, const VrInfo *info, const json_t *value)
{
    OWNED_BUF number = buf_make(64);
    Slice     text   = text_of(value);
    switch (json_typeof(value)) {
    case JSON_NULL:
        return true;
    case JSON_STRING:
        return (!info->many || slice_find(text, SLICE("\\")) == SIZE_MAX) && buf_add(to, text);
    case JSON_OBJECT:
        return info->vr == VR_PN && add_name(to, value);
    case JSON_INTEGER:
        return (info->vr == VR_IS || info->vr == VR_DS) &&
               buf_addf(to, "%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return (info->vr == VR_IS || info->vr == VR_DS) &&
               dicom_add_double(&number, info->vr, json_real_value(value)) && buf_add(to, buf_slice(&number));
    default:
        return false;
    }
}

static bool add_texts(In *in, uint32_t tag, const VrInfo *info, const json_t *values)
{
    OWNED_BUF text = buf_make(DICOM_JSON_BYTES_MAX);
    size_t    i;
    json_t   *value;
    if (!info->many && json_array_size(values) > 1)
        return refuse(in, tag, "several values");
    json_array_foreach (values, i, value) {
        if (i)
            (void)buf_add_char(&text, '\\');
        if (!add_text(&text, info, value))
            return refuse(in, tag, "value");
    }
    Slice all = buf_slice(&text);
    for (i = 0; i < all.len; i++)
        if ((uint8_t)all.at[i] >= 0x80) {
            if (!info->charset)
                return refuse(in, tag, "characters");
            in->foreign = true;
            break;
        }
    dw_value(in->w, tag, info->vr, all);
    return buf_ok(&text, in->err);
}

/* What a JSON number cannot say comes as a string (PS3.18 §F.2.3). */
static bool add_number_text(Buf *to, Vr vr, Slice text)
{
    char    digits[48];
    char   *end = digits;
    int64_t whole;
    if (!text.len || !slice_copy(text, digits, sizeof digits))
        return false;
    if (vr == VR_AT) {
        unsigned long tag = strtoul(digits, &end, 16);
        return text.len == 8 && end == digits + 8 && buf_add_u16le(to, (uint16_t)(tag >> 16)) &&
               buf_add_u16le(to, (uint16_t)tag);
    }
    if (vr == VR_FL || vr == VR_FD) {
        double value = slice_equal_text(text, "INF")    ? (double)INFINITY
                       : slice_equal_text(text, "-INF") ? (double)-INFINITY
                       : slice_equal_text(text, "NaN")  ? (double)NAN
                                                        : strtod(digits, &end);
        if (isfinite(value))
            return end == digits + text.len && dicom_add_double(to, vr, value);
        if (end != digits) /* too great for a double */
            return false;
        float single = (float)value;
        return vr == VR_FL ? buf_add(to, slice_bytes(&single, sizeof single))
                           : buf_add(to, slice_bytes(&value, sizeof value));
    }
    if (slice_int(text, &whole))
        return dicom_add_int(to, vr, whole);
    errno                      = 0;
    unsigned long long greater = strtoull(digits, &end, 10);
    return vr == VR_UV && digits[0] >= '0' && digits[0] <= '9' && errno == 0 && end == digits + text.len &&
           buf_add_u32le(to, (uint32_t)greater) && buf_add_u32le(to, (uint32_t)(greater >> 32));
}

static bool add_numbers(In *in, uint32_t tag, const VrInfo *info, const json_t *values)
{
    OWNED_BUF bytes = buf_make(DICOM_JSON_BYTES_MAX);
    bool      real  = info->vr == VR_FL || info->vr == VR_FD, ok;
    size_t    i;
    json_t   *value;
    json_array_foreach (values, i, value) {
        if (json_is_integer(value) && !real)
            ok = dicom_add_int(&bytes, info->vr, json_integer_value(value));
        else if (json_is_number(value))
            ok = dicom_add_double(&bytes, info->vr, json_number_value(value));
        else
            ok = add_number_text(&bytes, info->vr, text_of(value));
        if (!ok)
            return refuse(in, tag, "number");
    }
    dw_value(in->w, tag, info->vr, buf_slice(&bytes));
    return buf_ok(&bytes, in->err);
}

static bool add_bytes(In *in, uint32_t tag, Vr vr, const json_t *inline_binary, const json_t *uri)
{
    OWNED_BUF bytes = buf_make(DICOM_JSON_BYTES_MAX);
    Slice     bulk  = SLICE_NONE;
    if (uri) {
        if (!json_is_string(uri))
            return refuse(in, tag, "BulkDataURI");
        if (!in->how->bulk)
            return err_set(in->err, ERR_INPUT, "Data that the DICOM metadata speaks of is not in the upload.",
                           "(%04x,%04x)", tag >> 16, tag & 0xFFFFu);
        if (!in->how->bulk(in->how->with, tag, text_of(uri), &bulk, in->err))
            return false;
    } else if (inline_binary) {
        if (!json_is_string(inline_binary) || !base64_decode(text_of(inline_binary), &bytes, NULL))
            return refuse(in, tag, "InlineBinary");
        bulk = buf_slice(&bytes);
    }
    dw_value(in->w, tag, vr, bulk);
    return true;
}

static bool add_items(In *in, uint32_t tag, const json_t *values)
{
    size_t  i;
    json_t *value;
    if (in->depth == DATASET_DEPTH_MAX)
        return err_set(in->err, ERR_LIMIT, "The DICOM data set is nested too deeply.", "more than %d",
                       DATASET_DEPTH_MAX);
    in->depth++;
    dw_sequence_begin(in->w, tag);
    json_array_foreach (values, i, value) {
        dw_item_begin(in->w);
        if (!json_is_null(value) && !read_set(in, value))
            return false;
        dw_item_end(in->w);
    }
    dw_sequence_end(in->w);
    in->depth--;
    return true;
}

/* ---- attributes ---- */

static Vr vr_of(uint32_t tag, const json_t *attribute)
{
    const json_t *vr   = json_object_get(attribute, "vr");
    Slice         name = text_of(vr);
    if (!vr)
        return tag_vr(tag);
    return name.len == 2 ? VR_CODE((uint8_t)name.at[0], (uint8_t)name.at[1]) : VR_NONE;
}

static bool read_attribute(In *in, uint32_t tag, const json_t *attribute)
{
    const VrInfo *info   = json_is_object(attribute) ? vr_info(vr_of(tag, attribute)) : NULL;
    const json_t *values = json_object_get(attribute, "Value"),
                 *within = json_object_get(attribute, "InlineBinary"),
                 *uri    = json_object_get(attribute, "BulkDataURI");
    if (!info)
        return refuse(in, tag, "VR");
    if ((values != NULL) + (within != NULL) + (uri != NULL) > 1 || (values && !json_is_array(values)))
        return refuse(in, tag, "form");
    if (json_array_size(values) > DICOM_JSON_VALUES_MAX)
        return refuse(in, tag, "number of values");
    if (tag == TAG_SPECIFIC_CHARACTER_SET) {
        dw_value(in->w, tag, VR_CS, SLICE("ISO_IR 192"));
        return true;
    }
    if (info->vr == VR_SQ)
        return !within && !uri ? add_items(in, tag, values) : refuse(in, tag, "bytes of a sequence");
    if (within || uri)
        return add_bytes(in, tag, info->vr, within, uri);
    if (info->text)
        return add_texts(in, tag, info, values);
    if (info->many)
        return add_numbers(in, tag, info, values);
    return json_array_size(values) == 0 ? add_bytes(in, tag, info->vr, NULL, NULL) : refuse(in, tag, "form");
}

static bool is_pixels(uint32_t tag)
{
    return tag == TAG_PIXEL_DATA || tag == TAG_FLOAT_PIXEL_DATA || tag == TAG_DOUBLE_FLOAT_PIXEL_DATA;
}

static bool passed_over(const In *in, uint32_t tag)
{
    if (TAG_ELEMENT(tag) == 0 || TAG_GROUP(tag) == 0 || TAG_GROUP(tag) == 2)
        return true;
    if (in->depth)
        return false;
    return is_pixels(tag) || tag == TAG_RETRIEVE_URL || tag == TAG_AVAILABLE_TRANSFER_SYNTAX_UID ||
           tag == TAG_DATA_SET_TRAILING_PADDING || tag < in->how->from_tag ||
           (in->how->below_tag && tag >= in->how->below_tag);
}

/* Eight hexadecimal digits, as the model writes it: no keyword. */
static bool tag_of(const char *text, uint32_t *ret)
{
    char         *end = NULL;
    unsigned long tag =
        strlen(text) == 8 && text[0] != '-' && text[0] != '+' && text[0] != ' ' ? strtoul(text, &end, 16) : 0;
    *ret = (uint32_t)tag;
    return end == text + 8 && text[1] != 'x' && text[1] != 'X';
}

static bool read_set(In *in, const json_t *object)
{
    const char *key;
    json_t     *attribute;
    uint32_t    tag;
    if (!json_is_object(object))
        return refuse(in, TAG_ITEM, "no data set");
    json_object_foreach ((json_t *)(uintptr_t)object, key, attribute) {
        if (!tag_of(key, &tag))
            return refuse(in, 0, "a name that is no tag");
        if (TAG_GROUP(tag) == 0xFFFE)
            return refuse(in, tag, "no attribute");
        if (!passed_over(in, tag) && !read_attribute(in, tag, attribute))
            return false;
    }
    return true;
}

bool dicom_json_read(const json_t *object, const DicomJsonReading *reading, DicomWriter *w, Err *err)
{
    static const DicomJsonReading ALL = { 0 };
    In                            in  = { .how = reading ? reading : &ALL, .w = w, .err = err };
    if (!read_set(&in, object))
        return false;
    if (in.foreign && in.how->from_tag <= TAG_SPECIFIC_CHARACTER_SET)
        dw_charset(w, "ISO_IR 192");
    return true;
}

static const json_t *attribute_of(const json_t *object, uint32_t tag)
{
    char key[9];
    (void)snprintf(key, sizeof key, "%08X", tag);
    const json_t *found = json_object_get(object, key);
    if (!found) {
        (void)snprintf(key, sizeof key, "%08x", tag);
        found = json_object_get(object, key);
    }
    return found;
}

const json_t *dicom_json_pixels(const json_t *object, uint32_t *ret_tag)
{
    static const uint32_t TAGS[] = { TAG_PIXEL_DATA, TAG_FLOAT_PIXEL_DATA, TAG_DOUBLE_FLOAT_PIXEL_DATA };
    for (size_t i = 0; i < COUNT(TAGS); i++) {
        const json_t *found = attribute_of(object, TAGS[i]);
        *ret_tag            = TAGS[i];
        if (found)
            return found;
    }
    return NULL;
}

Slice dicom_json_text(const json_t *object, uint32_t tag)
{
    return slice_trim(text_of(json_array_get(json_object_get(attribute_of(object, tag), "Value"), 0)));
}

bool dicom_json_has(const json_t *object, uint32_t tag)
{
    const json_t *found = attribute_of(object, tag);
    return json_array_size(json_object_get(found, "Value")) > 0 || json_object_get(found, "InlineBinary");
}
