/*
 * The DICOM JSON model of a data set, streamed element by element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/dicom_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"

enum { INLINE_DEFAULT = 1024 };
#define SAFE_INTEGER                                                                                         \
    9007199254740991 /* beyond it a JSON reader may round: written as a string (PS3.18 F.2.3) */

typedef struct Out {
    Buf                    *to;
    const DicomJsonOptions *options;
    JsonPlace               place;
    Charset                 charset; /* of the level being written */
} Out;

static void add_dataset(Out *out, const Dataset *ds, const char *extra);

bool dicom_json_string(Slice utf8, Buf *ret)
{
    (void)buf_add_char(ret, '"');
    while (utf8.len) {
        size_t plain = 0;
        while (plain < utf8.len && (uint8_t)utf8.at[plain] >= 0x20 && (uint8_t)utf8.at[plain] < 0x7F &&
               utf8.at[plain] != '"' && utf8.at[plain] != '\\')
            plain++;
        (void)buf_add(ret, slice_part(utf8, 0, plain));
        utf8 = slice_part(utf8, plain, SIZE_MAX);
        if (utf8.len == 0)
            break;
        uint8_t c = (uint8_t)utf8.at[0];
        if (c >= 0x80) {
            size_t run = 0;
            while (run < utf8.len && (uint8_t)utf8.at[run] >= 0x80)
                run++;
            (void)charset_add_clean_utf8(slice_part(utf8, 0, run), ret);
            utf8 = slice_part(utf8, run, SIZE_MAX);
            continue;
        }
        if (c == '"' || c == '\\')
            (void)buf_addf(ret, "\\%c", c);
        else
            (void)buf_addf(ret, "\\u%04x", c);
        utf8 = slice_part(utf8, 1, SIZE_MAX);
    }
    return buf_add_char(ret, '"');
}

/* ---- text values ---- */

/* Padding only: line ends at the end of a paragraph are part of it (PS3.5 §6.2). */
static Slice trimmed(Vr vr, Slice value)
{
    bool paragraph = vr == VR_ST || vr == VR_LT || vr == VR_UT || vr == VR_UC || vr == VR_UR;
    while (paragraph && value.len && (value.at[value.len - 1] == ' ' || value.at[value.len - 1] == '\0'))
        value.len--;
    return paragraph ? value : slice_trim(value);
}

/* One value as UTF-8 into 'text' (cleared first); trimmed. */
static Slice utf8_value(const Out *out, Vr vr, Slice value, Buf *text)
{
    const VrInfo *info = vr_info(vr);
    Charset       set  = info && info->charset ? out->charset : CHARSET_DEFAULT;
    buf_clear(text);
    (void)charset_to_utf8(&set, vr, trimmed(vr, value), text, NULL);
    return trimmed(vr, buf_slice(text));
}

static void add_person(Out *out, Slice name)
{
    static const char *const GROUPS[] = { "Alphabetic", "Ideographic", "Phonetic" };
    bool                     first    = true;
    (void)buf_add_char(out->to, '{');
    for (size_t i = 0; i < COUNT(GROUPS); i++) {
        Slice group = slice_trim(slice_cut(&name, '='));
        if (group.len == 0)
            continue;
        (void)buf_addf(out->to, "%s\"%s\":", first ? "" : ",", GROUPS[i]);
        (void)dicom_json_string(group, out->to);
        first = false;
    }
    (void)buf_add_char(out->to, '}');
}

static size_t digits_of(Slice s)
{
    size_t count = 0;
    while (count < s.len && s.at[count] >= '0' && s.at[count] <= '9')
        count++;
    return count;
}

/* Can every JSON reader hold it? At most 15 digits before the point, and finite. */
static bool is_holdable(Slice number, Slice whole)
{
    char text[48];
    return whole.len <= 15 && slice_copy(number, text, sizeof text) && isfinite(strtod(text, NULL));
}

/* DS and IS text as a JSON number, its digits as they stand; false when it is no decimal number, or one that
 * must be a string (PS3.18 §F.2.3). */
static bool add_decimal(Slice s, Buf *to)
{
    Slice all      = s;
    bool  negative = s.len && s.at[0] == '-';
    if (s.len && (s.at[0] == '-' || s.at[0] == '+'))
        s = slice_part(s, 1, SIZE_MAX);
    Slice whole = slice_part(s, 0, digits_of(s));
    s           = slice_part(s, whole.len, SIZE_MAX);
    Slice part = SLICE_NONE, power = SLICE_NONE;
    if (s.len && s.at[0] == '.') {
        part = slice_part(s, 1, digits_of(slice_part(s, 1, SIZE_MAX)));
        s    = slice_part(s, part.len + 1, SIZE_MAX);
    }
    if (whole.len + part.len == 0)
        return false;
    if (s.len && (s.at[0] == 'e' || s.at[0] == 'E')) {
        size_t sign   = s.len > 1 && (s.at[1] == '+' || s.at[1] == '-');
        size_t digits = digits_of(slice_part(s, 1 + sign, SIZE_MAX));
        if (digits == 0 || digits > 3)
            return false;
        power = slice_part(s, 0, 1 + sign + digits);
        s     = slice_part(s, power.len, SIZE_MAX);
    }
    while (whole.len > 1 && whole.at[0] == '0')
        whole = slice_part(whole, 1, SIZE_MAX);
    if (s.len || !is_holdable(all, whole))
        return false;
    (void)buf_add_text(to, negative ? "-" : "");
    (void)buf_add(to, whole.len ? whole : SLICE("0"));
    if (part.len)
        (void)buf_add_char(to, '.');
    (void)buf_add(to, part);
    (void)buf_add(to, power);
    return true;
}

static void add_text_value(Out *out, Vr vr, Slice value, Buf *text)
{
    Slice utf8 = utf8_value(out, vr, value, text);
    if (utf8.len == 0)
        (void)buf_add_text(out->to, "null");
    else if (vr == VR_PN)
        add_person(out, utf8);
    else if ((vr != VR_DS && vr != VR_IS) || !add_decimal(utf8, out->to))
        (void)dicom_json_string(utf8, out->to);
}

static void add_texts(Out *out, const Element *e)
{
    const VrInfo *info = vr_info(e->vr);
    Slice         rest = trimmed(e->vr, e->value);
    if (rest.len == 0)
        return;
    OWNED_BUF text = buf_make(rest.len * 4 + 16);
    Charset   set  = info->charset ? out->charset : CHARSET_DEFAULT;
    (void)buf_add_text(out->to, ",\"Value\":[");
    for (bool more = true; more && !out->to->failed;) {
        size_t at = info->many ? charset_find_backslash(&set, rest) : SIZE_MAX;
        add_text_value(out, e->vr, slice_part(rest, 0, at), &text);
        more = at != SIZE_MAX;
        rest = more ? slice_part(rest, at + 1, SIZE_MAX) : rest;
        if (more)
            (void)buf_add_char(out->to, ',');
    }
    (void)buf_add_char(out->to, ']');
}

/* ---- numbers ---- */

static void add_real(Out *out, Vr vr, double value, bool finite)
{
    char text[40];
    if (!finite) {
        (void)buf_add_text(out->to, isnan(value) ? "\"NaN\"" : value < 0 ? "\"-INF\"" : "\"INF\"");
        return;
    }
    for (int digits = 6; digits <= 17; digits++) { /* the shortest that reads back the same */
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (back == value || (vr == VR_FL && (float)back == (float)value))
            break;
    }
    (void)buf_add_text(out->to, text);
}

static uint64_t bits_at(const Dataset *ds, Slice value, size_t nth, unsigned unit)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < unit; i++) {
        size_t at = nth * unit + (dataset_is_big_endian(ds) ? unit - 1 - i : i);
        bits |= (uint64_t)(uint8_t)value.at[at] << (8 * i);
    }
    return bits;
}

static void add_integer(Out *out, const Dataset *ds, const Element *e, size_t nth)
{
    int64_t value;
    if (!element_int(ds, e, nth, &value)) /* UV beyond what int64_t holds */
        (void)buf_addf(out->to, "\"%llu\"", (unsigned long long)bits_at(ds, e->value, nth, 8));
    else if (value > SAFE_INTEGER || value < -SAFE_INTEGER)
        (void)buf_addf(out->to, "\"%lld\"", (long long)value);
    else
        (void)buf_addf(out->to, "%lld", (long long)value);
}

static void add_number(Out *out, const Dataset *ds, const Element *e, size_t nth)
{
    uint32_t tag;
    if (e->vr == VR_AT) {
        (void)element_tag(ds, e, nth, &tag);
        (void)buf_addf(out->to, "\"%08X\"", tag);
    } else if (e->vr == VR_FD) {
        uint64_t bits = bits_at(ds, e->value, nth, 8);
        double   value;
        memcpy(&value, &bits, sizeof value);
        add_real(out, e->vr, value, isfinite(value));
    } else if (e->vr == VR_FL) {
        uint32_t bits = (uint32_t)bits_at(ds, e->value, nth, 4);
        float    value;
        memcpy(&value, &bits, sizeof value);
        add_real(out, e->vr, (double)value, isfinite(value));
    } else {
        add_integer(out, ds, e, nth);
    }
}

static void add_numbers(Out *out, const Dataset *ds, const Element *e)
{
    size_t count = element_values(ds, e);
    if (count == 0)
        return;
    (void)buf_add_text(out->to, ",\"Value\":[");
    for (size_t i = 0; i < count && !out->to->failed; i++) {
        if (i)
            (void)buf_add_char(out->to, ',');
        add_number(out, ds, e, i);
    }
    (void)buf_add_char(out->to, ']');
}

/* ---- bytes ---- */

static void add_base64(Out *out, const Dataset *ds, const Element *e)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned          unit      = vr_info(e->vr) ? vr_info(e->vr)->unit : 1;
    bool              swap      = dataset_is_big_endian(ds) && unit > 1 && e->value.len % unit == 0;
    size_t            len       = e->value.len;
    for (size_t i = 0; i < len && !out->to->failed; i += 3) {
        uint32_t three = 0;
        for (size_t k = i; k < i + 3; k++) {
            size_t at = swap ? k - k % unit + (unit - 1 - k % unit) : k; /* little endian in JSON */
            three     = three << 8 | (k < len ? (uint8_t)e->value.at[at] : 0u);
        }
        char four[4] = { LETTERS[three >> 18], LETTERS[three >> 12 & 63], LETTERS[three >> 6 & 63],
                         LETTERS[three & 63] };
        if (i + 1 >= len)
            four[2] = '=';
        if (i + 2 >= len)
            four[3] = '=';
        (void)buf_add(out->to, (Slice) { four, sizeof four });
    }
}

static bool is_pixels(uint32_t tag)
{
    return tag == TAG_PIXEL_DATA || tag == TAG_FLOAT_PIXEL_DATA || tag == TAG_DOUBLE_FLOAT_PIXEL_DATA;
}

/* The URI's text; false to leave the value out. */
static bool make_uri(Out *out, const Element *e, Buf *uri)
{
    const DicomJsonOptions *o = out->options;
    if (o->pixel_uri && is_pixels(e->tag) && out->place.depth == 0)
        return buf_add_text(uri, o->pixel_uri);
    if (o->bulk_uri)
        return o->bulk_uri(o->with, &out->place, e, uri);
    if (!o->bulk_prefix)
        return false;
    (void)buf_add_text(uri, o->bulk_prefix);
    for (size_t i = 0; i < out->place.depth; i++)
        (void)buf_addf(uri, "/%08X/%u", out->place.tag[i], out->place.item[i]);
    return buf_addf(uri, "/%08X", e->tag);
}

static void add_bytes(Out *out, const Dataset *ds, const Element *e)
{
    size_t inline_max = out->options->inline_max ? out->options->inline_max : INLINE_DEFAULT;
    if (e->value.len == 0 && !e->is_fragments)
        return;
    bool top_pixels = is_pixels(e->tag) && out->place.depth == 0;
    if (!e->is_fragments && !top_pixels && e->value.len <= inline_max) {
        (void)buf_add_text(out->to, ",\"InlineBinary\":\"");
        add_base64(out, ds, e);
        (void)buf_add_char(out->to, '"');
        return;
    }
    OWNED_BUF uri = buf_make(8192);
    if (make_uri(out, e, &uri) && !uri.failed) {
        (void)buf_add_text(out->to, ",\"BulkDataURI\":");
        (void)dicom_json_string(buf_slice(&uri), out->to);
    }
}

/* ---- structure ---- */

static void add_items(Out *out, const Element *e)
{
    if (e->count == 0)
        return;
    Charset outer = out->charset;
    (void)buf_add_text(out->to, ",\"Value\":[");
    for (uint32_t i = 0; i < e->count && !out->to->failed; i++) {
        if (i)
            (void)buf_add_char(out->to, ',');
        out->place.item[out->place.depth++] = i + 1;
        add_dataset(out, element_item(e, i), NULL);
        out->place.depth--;
    }
    (void)buf_add_char(out->to, ']');
    out->charset = outer;
}

static void add_element(Out *out, const Dataset *ds, const Element *e)
{
    const VrInfo *info = vr_info(e->vr);
    (void)buf_addf(out->to, "\"%08X\":{\"vr\":\"%s\"", e->tag,
                   e->is_fragments ? "OB" /* PS3.5 §A.4, whatever the file says */
                   : info          ? info->name
                                   : "UN");
    out->place.tag[out->place.depth] = e->tag;
    if (e->tag == TAG_SPECIFIC_CHARACTER_SET)
        (void)buf_add_text(out->to, ",\"Value\":[\"ISO_IR 192\"]");
    else if (e->vr == VR_SQ)
        add_items(out, e);
    else if (e->is_fragments || !info || !(info->text || info->many))
        add_bytes(out, ds, e);
    else if (info->text)
        add_texts(out, e);
    else
        add_numbers(out, ds, e);
    (void)buf_add_char(out->to, '}');
}

static bool left_out(const Dataset *ds, size_t index)
{
    const Element *e = dataset_at(ds, index);
    if (TAG_ELEMENT(e->tag) == 0 || TAG_GROUP(e->tag) == 2)
        return true;
    return index > 0 && dataset_at(ds, index - 1)->tag == e->tag; /* a name stands once in an object */
}

static void add_dataset(Out *out, const Dataset *ds, const char *extra)
{
    bool comma   = false;
    out->charset = dataset_charset(ds);
    (void)buf_add_char(out->to, '{');
    if (extra && extra[0]) {
        (void)buf_add_text(out->to, extra);
        comma = true;
    }
    for (size_t i = 0; i < dataset_count(ds) && !out->to->failed; i++) {
        if (left_out(ds, i))
            continue;
        if (comma)
            (void)buf_add_char(out->to, ',');
        comma = true;
        add_element(out, ds, dataset_at(ds, i));
    }
    (void)buf_add_char(out->to, '}');
}

bool dicom_json(const Dataset *ds, const DicomJsonOptions *options, Buf *ret, Err *err)
{
    static const DicomJsonOptions NONE = { 0 };
    Out                           out  = { .to = ret, .options = options ? options : &NONE };
    add_dataset(&out, ds, out.options->extra);
    return buf_ok(ret, err);
}

bool dicom_json_element(const Dataset *ds, const Element *e, const DicomJsonOptions *options, Buf *ret,
                        Err *err)
{
    static const DicomJsonOptions NONE = { 0 };
    Out out = { .to = ret, .options = options ? options : &NONE, .charset = dataset_charset(ds) };
    add_element(&out, ds, e);
    return buf_ok(ret, err);
}
