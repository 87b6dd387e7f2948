/*
 * Asking a parsed data set: find, walk, read values as text and numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/dataset.h"

#include <math.h>
#include <stdlib.h>

#include "formats/dicom/dataset_internal.h"
#include "formats/dicom/uid.h"

Slice dataset_bytes(const Dataset *ds)
{
    return ds->bytes;
}

size_t dataset_stopped_at(const Dataset *ds)
{
    return ds->root->stopped_at;
}

bool dataset_complete(const Dataset *ds)
{
    return ds->root->complete;
}

bool dataset_is_big_endian(const Dataset *ds)
{
    return ds->big_endian;
}

TransferSyntax dataset_syntax(const Dataset *ds)
{
    return ds->root->syntax;
}

size_t dataset_count(const Dataset *ds)
{
    return ds->count;
}

const Element *dataset_at(const Dataset *ds, size_t index)
{
    return index < ds->count ? &ds->elements[index] : NULL;
}

const Element *dataset_find(const Dataset *ds, uint32_t tag)
{
    uint32_t low = 0, high = ds->count;
    while (low < high) { /* the first that is not below: of doubles, the first */
        uint32_t middle = low + (high - low) / 2;
        if (ds->elements[middle].tag < tag)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ds->count && ds->elements[low].tag == tag ? &ds->elements[low] : NULL;
}

const Dataset *dataset_parent(const Dataset *item)
{
    return item->parent;
}

const Dataset *element_item(const Element *e, size_t index)
{
    return e && e->vr == VR_SQ && index < e->count ? e->items[index] : NULL;
}

const Dataset *dataset_item(const Dataset *ds, uint32_t sequence, size_t index)
{
    return element_item(dataset_find(ds, sequence), index);
}

size_t dataset_items(const Dataset *ds, uint32_t sequence)
{
    const Element *e = dataset_find(ds, sequence);
    return e && e->vr == VR_SQ ? e->count : 0;
}

const Element *dataset_find_path(const Dataset *ds, const uint32_t *path)
{
    for (; ds && path[0]; path++) {
        const Element *e = dataset_find(ds, path[0]);
        if (!path[1])
            return e;
        ds = element_item(e, 0);
    }
    return NULL;
}

const Element *dataset_find_private(const Dataset *ds, uint16_t group, Slice creator, uint8_t element)
{
    for (uint32_t block = 0x10; block <= 0xFF; block++)
        if (slice_equal(dataset_code(ds, TAG(group, block)), creator))
            return dataset_find(ds, TAG(group, block << 8 | element));
    return NULL;
}

Slice element_offset_table(const Element *e)
{
    return e && e->is_fragments ? e->fragments[0] : SLICE_NONE;
}

Slice element_fragment(const Element *e, size_t index)
{
    return e && e->is_fragments && index < e->count ? e->fragments[index + 1] : SLICE_NONE;
}

bool dataset_has(const Dataset *ds, uint32_t tag)
{
    const Element *e = dataset_find(ds, tag);
    if (!e)
        return false;
    if (e->vr == VR_SQ || e->is_fragments)
        return e->count > 0;
    const VrInfo *info = vr_info(e->vr);
    return info && info->text ? slice_trim(e->value).len > 0 : e->value.len > 0;
}

Slice dataset_raw(const Dataset *ds, uint32_t tag)
{
    const Element *e = dataset_find(ds, tag);
    return e ? e->value : SLICE_NONE;
}

/* ---- text ---- */

Charset dataset_charset(const Dataset *ds)
{
    for (; ds; ds = ds->parent) {
        const Element *e = dataset_find(ds, TAG_SPECIFIC_CHARACTER_SET);
        if (e)
            return charset_read(e->value);
    }
    return CHARSET_DEFAULT;
}

static bool plain_ascii(Slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((uint8_t)s.at[i] >= 0x80 || s.at[i] == 0x1B)
            return false;
    return true;
}

/* Leading spaces mean something in paragraphs only (PS3.5 table 6.2-1). */
static Slice trim_value(Vr vr, Slice value)
{
    bool paragraph = vr == VR_ST || vr == VR_LT || vr == VR_UT || vr == VR_UC || vr == VR_UR;
    return paragraph ? slice_trim_end(value) : slice_trim(value);
}

static Slice to_utf8(const Dataset *ds, Vr vr, Slice value, Arena *a)
{
    value = trim_value(vr, value);
    if (plain_ascii(value))
        return value;
    const VrInfo *info    = vr_info(vr);
    Charset       set     = info && info->charset ? dataset_charset(ds) : CHARSET_DEFAULT;
    OWNED_BUF     text    = buf_make(value.len * 4 + 16);
    bool          damaged = false;
    if (!charset_to_utf8(&set, vr, value, &text, &damaged))
        return SLICE_NONE;
    Slice utf8 = trim_value(vr, buf_slice(&text));
    if (slice_equal(utf8, value))
        return value;
    return a ? arena_slice(a, utf8) : SLICE_NONE;
}

static bool is_text(const Element *e)
{
    const VrInfo *info = e ? vr_info(e->vr) : NULL;
    return info && (info->text || e->vr == VR_UN);
}

Slice element_text(const Dataset *ds, const Element *e, Arena *a)
{
    return is_text(e) ? to_utf8(ds, e->vr, e->value, a) : SLICE_NONE;
}

Slice dataset_text(const Dataset *ds, uint32_t tag, Arena *a)
{
    return element_text(ds, dataset_find(ds, tag), a);
}

/* The nth of backslash-parted values, still as sent; false past the last. */
static bool nth_raw(const Dataset *ds, const Element *e, size_t nth, Slice *ret)
{
    const VrInfo *info = vr_info(e->vr);
    if (!info || !info->many) {
        *ret = e->value;
        return nth == 0;
    }
    Charset set  = info->charset && !plain_ascii(e->value) ? dataset_charset(ds) : CHARSET_DEFAULT;
    Slice   rest = e->value;
    for (;; nth--) {
        size_t at = charset_find_backslash(&set, rest);
        if (nth == 0) {
            *ret = slice_part(rest, 0, at);
            return true;
        }
        if (at == SIZE_MAX)
            return false;
        rest = slice_part(rest, at + 1, SIZE_MAX);
    }
}

Slice element_text_nth(const Dataset *ds, const Element *e, size_t nth, Arena *a)
{
    Slice value;
    if (!is_text(e) || !nth_raw(ds, e, nth, &value))
        return SLICE_NONE;
    return to_utf8(ds, e->vr, value, a);
}

Slice dataset_text_nth(const Dataset *ds, uint32_t tag, size_t nth, Arena *a)
{
    return element_text_nth(ds, dataset_find(ds, tag), nth, a);
}

Slice element_code_nth(const Element *e, size_t nth)
{
    if (!is_text(e))
        return SLICE_NONE;
    Slice rest = e->value;
    while (nth--)
        (void)slice_cut(&rest, '\\');
    return slice_trim(slice_cut(&rest, '\\'));
}

Slice dataset_code(const Dataset *ds, uint32_t tag)
{
    return element_code_nth(dataset_find(ds, tag), 0);
}

bool dataset_uid(const Dataset *ds, uint32_t tag, Slice *ret)
{
    Slice uid = dataset_code(ds, tag);
    if (!uid_is_usable(uid))
        return false;
    *ret = uid;
    return true;
}

/* ---- numbers ---- */

size_t element_values(const Dataset *ds, const Element *e)
{
    if (!e)
        return 0;
    if (e->vr == VR_SQ || e->is_fragments)
        return e->count;
    const VrInfo *info = vr_info(e->vr);
    if (!info || e->value.len == 0)
        return 0;
    if (!info->text)
        return e->value.len / (e->vr == VR_AT ? 4u : info->unit);
    if (slice_trim(e->value).len == 0)
        return 0;
    if (!info->many)
        return 1;
    Charset set   = info->charset && !plain_ascii(e->value) ? dataset_charset(ds) : CHARSET_DEFAULT;
    Slice   rest  = e->value;
    size_t  count = 1;
    for (size_t at; (at = charset_find_backslash(&set, rest)) != SIZE_MAX; count++)
        rest = slice_part(rest, at + 1, SIZE_MAX);
    return count;
}

/* The nth binary number, its bytes in order of worth (least first); false when it is not there. */
static bool nth_bits(const Dataset *ds, const Element *e, size_t nth, unsigned unit, uint64_t *ret)
{
    if (nth >= e->value.len / unit)
        return false;
    uint64_t       bits = 0;
    const uint8_t *at   = (const uint8_t *)e->value.at + nth * unit;
    for (unsigned i = 0; i < unit; i++)
        bits |= (uint64_t)at[ds->big_endian ? unit - 1 - i : i] << (8 * i);
    *ret = bits;
    return true;
}

/* [sign] digits [. digits] [E [sign] digits]: nothing that strtod takes beyond it (no hex, no "inf"). */
static bool decimal_grammar(Slice s)
{
    size_t i = 0, digits = 0;
    if (i < s.len && (s.at[i] == '+' || s.at[i] == '-'))
        i++;
    for (; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++)
        digits++;
    if (i < s.len && s.at[i] == '.')
        for (i++; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++)
            digits++;
    if (digits == 0)
        return false;
    if (i < s.len && (s.at[i] == 'e' || s.at[i] == 'E')) {
        i++;
        if (i < s.len && (s.at[i] == '+' || s.at[i] == '-'))
            i++;
        size_t first = i;
        while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9')
            i++;
        if (i == first)
            return false;
    }
    return i == s.len;
}

static bool text_double(Slice s, double *ret)
{
    char text[64];
    s = slice_trim(s);
    if (!decimal_grammar(s) || !slice_copy(s, text, sizeof text))
        return false;
    double value = strtod(text, NULL);
    if (!isfinite(value))
        return false;
    *ret = value;
    return true;
}

static bool text_int(Slice s, int64_t *ret)
{
    double value;
    s = slice_trim(s);
    if (s.len > 1 && s.at[0] == '+' && s.at[1] != '-')
        s = slice_part(s, 1, SIZE_MAX);
    if (slice_int(s, ret))
        return true;
    if (!text_double(s, &value) || value != trunc(value) || fabs(value) > 9007199254740992.0)
        return false;
    *ret = (int64_t)value;
    return true;
}

static bool is_number_text(Vr vr)
{
    return vr == VR_IS || vr == VR_DS || vr == VR_UN || vr == VR_LO || vr == VR_SH || vr == VR_CS;
}

static bool real_number(const Dataset *ds, const Element *e, size_t nth, double *ret)
{
    uint64_t bits;
    if (e->vr == VR_FD || e->vr == VR_OD) {
        if (!nth_bits(ds, e, nth, 8, &bits))
            return false;
        memcpy(ret, &bits, sizeof *ret);
        return isfinite(*ret);
    }
    float    single;
    uint32_t low;
    if (!nth_bits(ds, e, nth, 4, &bits))
        return false;
    low = (uint32_t)bits;
    memcpy(&single, &low, sizeof single);
    *ret = (double)single;
    return isfinite(*ret);
}

static bool is_real(Vr vr)
{
    return vr == VR_FD || vr == VR_FL || vr == VR_OD || vr == VR_OF;
}

bool element_int(const Dataset *ds, const Element *e, size_t nth, int64_t *ret)
{
    uint64_t bits;
    if (!e)
        return false;
    if (is_number_text(e->vr))
        return text_int(element_code_nth(e, nth), ret);
    if (is_real(e->vr)) {
        double value;
        if (!real_number(ds, e, nth, &value) || value != trunc(value) || fabs(value) > 9007199254740992.0)
            return false;
        *ret = (int64_t)value;
        return true;
    }
    const VrInfo *info = vr_info(e->vr);
    if (!info || info->text || e->vr == VR_SQ || e->vr == VR_AT || e->is_fragments)
        return false;
    if (!nth_bits(ds, e, nth, info->unit, &bits))
        return false;
    switch (e->vr) {
    case VR_SS:
        *ret = (int16_t)bits;
        return true;
    case VR_SL:
        *ret = (int32_t)bits;
        return true;
    case VR_SV:
        *ret = (int64_t)bits;
        return true;
    default:
        break;
    }
    if (bits > INT64_MAX)
        return false;
    *ret = (int64_t)bits;
    return true;
}

bool element_double(const Dataset *ds, const Element *e, size_t nth, double *ret)
{
    double  value;
    int64_t whole;
    if (!e)
        return false;
    if (is_number_text(e->vr)) {
        if (!text_double(element_code_nth(e, nth), &value))
            return false;
    } else if (is_real(e->vr)) {
        if (!real_number(ds, e, nth, &value))
            return false;
    } else if (element_int(ds, e, nth, &whole)) {
        value = (double)whole;
    } else {
        return false;
    }
    *ret = value;
    return true;
}

bool element_tag(const Dataset *ds, const Element *e, size_t nth, uint32_t *ret)
{
    uint64_t group, element;
    if (!e || e->vr != VR_AT || nth > SIZE_MAX / 4 || !nth_bits(ds, e, nth * 2, 2, &group) ||
        !nth_bits(ds, e, nth * 2 + 1, 2, &element))
        return false;
    *ret = (uint32_t)(group << 16 | element);
    return true;
}

bool dataset_int(const Dataset *ds, uint32_t tag, size_t nth, int64_t *ret)
{
    return element_int(ds, dataset_find(ds, tag), nth, ret);
}

bool dataset_double(const Dataset *ds, uint32_t tag, size_t nth, double *ret)
{
    return element_double(ds, dataset_find(ds, tag), nth, ret);
}

bool dataset_pixel_spacing_mm(const Dataset *ds, double ret_mm[2], Err *err)
{
    double mm[2];
    if (!dataset_double(ds, TAG_PIXEL_SPACING, 0, &mm[0]) ||
        !dataset_double(ds, TAG_PIXEL_SPACING, 1, &mm[1]))
        return err_set(err, ERR_NOT_FOUND, "The image states no pixel spacing.",
                       "(0028,0030) absent or no number");
    if (!(mm[0] > 0) || !(mm[1] > 0))
        return err_set(err, ERR_INPUT, "The image states an impossible pixel spacing.",
                       "(0028,0030) not positive");
    ret_mm[0] = mm[0];
    ret_mm[1] = mm[1];
    return true;
}
