/*
 * Making data sets: a tree of elements in an arena, kept in tag order as it grows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/writer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "formats/dicom/writer_internal.h"

DicomWriter *dw_new(size_t max_bytes)
{
    DicomWriter *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->arena = arena_new(max_bytes < SIZE_MAX / 4 ? max_bytes + 65536 : max_bytes);
    w->here  = &w->top;
    if (w->arena)
        return w;
    free(w);
    return NULL;
}

void dw_free(DicomWriter *w)
{
    if (!w)
        return;
    arena_free(w->arena);
    free(w);
}

static void fail(DicomWriter *w, ErrKind kind, const char *shown, uint32_t tag)
{
    (void)err_set(&w->failed, kind, shown, "(%04x,%04x)", tag >> 16, tag & 0xFFFFu);
}

static void too_big(DicomWriter *w, uint32_t tag)
{
    fail(w, ERR_LIMIT, "The DICOM data set being made is too big.", tag);
}

static void does_not_fit(DicomWriter *w, uint32_t tag)
{
    fail(w, ERR_INPUT, "A value does not fit its DICOM attribute.", tag);
}

static void misused(DicomWriter *w, uint32_t tag)
{
    fail(w, ERR_BUG, "The DICOM data set was not made properly.", tag);
}

/* A place for the element at the current level, in tag order; one that was there is emptied. */
static WriterElement *place(DicomWriter *w, uint32_t tag, Vr vr)
{
    if (w->failed.kind)
        return NULL;
    if (w->between_items) {
        misused(w, tag);
        return NULL;
    }
    WriterLevel    *level = w->here;
    WriterElement **link  = &level->first;
    if (level->last && level->last->tag < tag)
        link = &level->last->next;
    while (*link && (*link)->tag < tag)
        link = &(*link)->next;
    WriterElement *e = *link;
    if (!e || e->tag != tag) {
        e = arena_alloc(w->arena, sizeof *e);
        if (!e) {
            too_big(w, tag);
            return NULL;
        }
        e->next = *link;
        *link   = e;
        if (!e->next)
            level->last = e;
    }
    *e = (WriterElement) { .tag = tag, .vr = vr, .value = SLICE_NONE, .next = e->next };
    return e;
}

WriterElement *writer_find(const WriterLevel *level, uint32_t tag)
{
    if (level->last && level->last->tag == tag)
        return level->last;
    for (WriterElement *e = level->first; e && e->tag <= tag; e = e->next)
        if (e->tag == tag)
            return e;
    return NULL;
}

void dw_remove(DicomWriter *w, uint32_t tag)
{
    WriterElement *before = NULL;
    for (WriterElement **link = &w->here->first; *link; before = *link, link = &(*link)->next) {
        if ((*link)->tag != tag)
            continue;
        if (w->here->last == *link)
            w->here->last = before;
        *link = (*link)->next;
        return;
    }
}

static Slice keep(DicomWriter *w, uint32_t tag, Slice bytes)
{
    if (bytes.len == 0)
        return SLICE_NONE;
    char *copy = arena_text(w->arena, bytes);
    if (!copy)
        too_big(w, tag);
    return copy ? (Slice) { copy, bytes.len } : SLICE_NONE;
}

void dw_value(DicomWriter *w, uint32_t tag, Vr vr, Slice bytes)
{
    WriterElement *e = place(w, tag, vr);
    if (e)
        e->value = keep(w, tag, bytes);
    if (tag == TAG_SPECIFIC_CHARACTER_SET && w->here == &w->top) {
        w->charset     = charset_read(bytes);
        w->has_charset = true;
    }
}

void dw_charset(DicomWriter *w, const char *term)
{
    dw_value(w, TAG_SPECIFIC_CHARACTER_SET, VR_CS, slice_of(term));
}

void dw_bytes(DicomWriter *w, uint32_t tag, Slice bytes)
{
    dw_value(w, tag, tag_vr(tag), bytes);
}

void dw_empty(DicomWriter *w, uint32_t tag)
{
    (void)place(w, tag, tag_vr(tag));
}

/* ---- text ---- */

static bool plain_ascii(Slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((uint8_t)s.at[i] >= 0x80)
            return false;
    return true;
}

void dw_slice(DicomWriter *w, uint32_t tag, Slice utf8)
{
    Vr            vr   = tag_vr(tag);
    const VrInfo *info = vr_info(vr);
    if (!info || (!info->text && vr != VR_UN)) {
        if (utf8.len)
            does_not_fit(w, tag);
        else
            dw_empty(w, tag);
        return;
    }
    if (plain_ascii(utf8)) {
        dw_value(w, tag, vr, utf8);
    } else if (!info->charset) {
        does_not_fit(w, tag);
    } else if (!w->has_charset || charset_is_utf8(&w->charset)) {
        w->needs_utf8 = !w->has_charset || w->needs_utf8;
        dw_value(w, tag, vr, utf8);
    } else {
        OWNED_BUF text = buf_make(utf8.len * 4 + 16);
        if (charset_from_utf8(&w->charset, utf8, &text, NULL))
            dw_value(w, tag, vr, buf_slice(&text));
        else
            too_big(w, tag);
    }
}

void dw_text(DicomWriter *w, uint32_t tag, const char *utf8)
{
    dw_slice(w, tag, slice_of(utf8));
}

void dw_textf(DicomWriter *w, uint32_t tag, const char *format, ...)
{
    char    text[1024];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof text)
        does_not_fit(w, tag);
    else
        dw_slice(w, tag, (Slice) { text, (size_t)length });
}

void dw_code(DicomWriter *w, uint32_t sequence, const char *value, const char *scheme, const char *meaning)
{
    dw_sequence_begin(w, sequence);
    dw_item_begin(w);
    dw_text(w, TAG_CODE_VALUE, value);
    dw_text(w, TAG_CODING_SCHEME_DESIGNATOR, scheme);
    dw_text(w, TAG_CODE_MEANING, meaning);
    dw_item_end(w);
    dw_sequence_end(w);
}

/* ---- numbers ---- */

/* DS: at most 16 characters; the shortest that reads back the same, else the closest that fits. */
static void decimal_string(double value, char ret[32])
{
    char best[32] = "0";
    for (int precision = 1; precision <= 17; precision++) {
        char text[32];
        int  length = snprintf(text, sizeof text, "%.*g", precision, value);
        if (length > 16)
            continue;
        (void)slice_copy(slice_of(text), best, sizeof best);
        if (strtod(text, NULL) == value)
            break;
    }
    (void)slice_copy(slice_of(best), ret, 32);
}

static bool in_range(Vr vr, int64_t value)
{
    switch (vr) {
    case VR_US:
        return value >= 0 && value <= UINT16_MAX;
    case VR_SS:
        return value >= INT16_MIN && value <= INT16_MAX;
    case VR_UL:
        return value >= 0 && value <= UINT32_MAX;
    case VR_SL:
    case VR_IS:
        return value >= INT32_MIN && value <= INT32_MAX;
    case VR_UV:
        return value >= 0;
    default:
        return true;
    }
}

static void add_bits(Buf *to, uint64_t bits, unsigned unit)
{
    for (unsigned i = 0; i < unit; i++)
        (void)buf_add_char(to, (char)(bits >> (8 * i)));
}

bool dicom_add_int(Buf *to, Vr vr, int64_t value)
{
    const VrInfo *info = vr_info(vr);
    if (!info || !in_range(vr, value))
        return false;
    if (vr == VR_FL || vr == VR_FD || vr == VR_SQ || vr == VR_AT)
        return false;
    if (info->text) {
        if (to->len)
            (void)buf_add_char(to, '\\');
        return buf_addf(to, "%lld", (long long)value);
    }
    add_bits(to, (uint64_t)value, info->unit);
    return true;
}

bool dicom_add_double(Buf *to, Vr vr, double value)
{
    if (!isfinite(value))
        return false;
    if (vr == VR_FD || vr == VR_OD) {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        add_bits(to, bits, 8);
        return true;
    }
    if (vr == VR_FL || vr == VR_OF) {
        float    single = (float)value;
        uint32_t bits;
        memcpy(&bits, &single, sizeof bits);
        add_bits(to, bits, 4);
        return isfinite(single);
    }
    if (vr == VR_DS) {
        char text[32];
        decimal_string(value, text);
        if (to->len)
            (void)buf_add_char(to, '\\');
        return buf_add_text(to, text);
    }
    return value == trunc(value) && fabs(value) < 9e15 && dicom_add_int(to, vr, (int64_t)value);
}

void dw_ints(DicomWriter *w, uint32_t tag, const int64_t *values, size_t count)
{
    OWNED_BUF bytes = buf_make(count * 24 + 1);
    Vr        vr    = tag_vr(tag);
    for (size_t i = 0; i < count; i++) {
        bool real = vr == VR_FL || vr == VR_FD;
        if (!(real ? dicom_add_double(&bytes, vr, (double)values[i]) : dicom_add_int(&bytes, vr, values[i])))
            does_not_fit(w, tag);
    }
    dw_value(w, tag, vr, buf_slice(&bytes));
}

void dw_int(DicomWriter *w, uint32_t tag, int64_t value)
{
    dw_ints(w, tag, &value, 1);
}

void dw_doubles(DicomWriter *w, uint32_t tag, const double *values, size_t count)
{
    OWNED_BUF bytes = buf_make(count * 24 + 1);
    Vr        vr    = tag_vr(tag);
    for (size_t i = 0; i < count; i++)
        if (!dicom_add_double(&bytes, vr, values[i]))
            does_not_fit(w, tag);
    dw_value(w, tag, vr, buf_slice(&bytes));
}

void dw_double(DicomWriter *w, uint32_t tag, double value)
{
    dw_doubles(w, tag, &value, 1);
}

void dw_tag(DicomWriter *w, uint32_t tag, uint32_t value)
{
    char raw[4] = { (char)(value >> 16), (char)(value >> 24), (char)value, (char)(value >> 8) };
    dw_value(w, tag, VR_AT, (Slice) { raw, sizeof raw });
}

/* ---- sequences ---- */

void dw_sequence_begin(DicomWriter *w, uint32_t tag)
{
    WriterElement *e = place(w, tag, VR_SQ);
    if (!e)
        return;
    e->outer         = w->open;
    e->outer_level   = w->here;
    w->open          = e;
    w->between_items = true;
    if (++w->depth > DATASET_DEPTH_MAX)
        misused(w, tag);
}

void dw_item_begin(DicomWriter *w)
{
    if (w->failed.kind)
        return;
    WriterItem *item = w->between_items ? arena_alloc(w->arena, sizeof *item) : NULL;
    if (!item) {
        if (w->between_items)
            too_big(w, w->open->tag);
        else
            misused(w, TAG_ITEM);
        return;
    }
    if (w->open->last_item)
        w->open->last_item->next = item;
    else
        w->open->first_item = item;
    w->open->last_item = item;
    w->here            = &item->level;
    w->between_items   = false;
}

void dw_item_end(DicomWriter *w)
{
    if (w->failed.kind)
        return;
    if (!w->open || w->between_items) {
        misused(w, TAG_ITEM_DELIMITATION_ITEM);
        return;
    }
    w->between_items = true;
}

void dw_sequence_end(DicomWriter *w)
{
    if (w->failed.kind)
        return;
    if (!w->open || !w->between_items) {
        misused(w, TAG_SEQUENCE_DELIMITATION_ITEM);
        return;
    }
    w->here          = w->open->outer_level;
    w->open          = w->open->outer;
    w->between_items = false;
    w->depth--;
}

/* ---- pixels and copies ---- */

void dw_pixels(DicomWriter *w, Slice pixels, unsigned bits_allocated)
{
    WriterElement *e = place(w, TAG_PIXEL_DATA, bits_allocated > 8 ? VR_OW : VR_OB);
    if (e)
        e->value = pixels;
}

void dw_frames(DicomWriter *w, const Slice *frames, size_t count)
{
    WriterElement *e    = place(w, TAG_PIXEL_DATA, VR_OB);
    Slice         *kept = e ? arena_alloc(w->arena, (count ? count : 1) * sizeof *kept) : NULL;
    if (!kept) {
        too_big(w, TAG_PIXEL_DATA);
        return;
    }
    if (count)
        memcpy(kept, frames, count * sizeof *kept);
    e->fragments    = kept;
    e->count        = count;
    e->makes_table  = true;
    e->is_fragments = true;
}

static void copy_fragments(DicomWriter *w, const Element *from)
{
    WriterElement *e    = place(w, from->tag, from->vr);
    Slice         *kept = e ? arena_alloc(w->arena, (size_t)(from->count + 1) * sizeof *kept) : NULL;
    if (!kept) {
        too_big(w, from->tag);
        return;
    }
    kept[0] = keep(w, from->tag, element_offset_table(from));
    for (uint32_t i = 0; i < from->count; i++)
        kept[i + 1] = keep(w, from->tag, element_fragment(from, i));
    e->fragments    = kept;
    e->count        = (size_t)from->count + 1;
    e->is_fragments = true;
}

static void copy_value(DicomWriter *w, const Dataset *ds, const Element *from)
{
    dw_value(w, from->tag, from->vr, from->value);
    const VrInfo  *info = vr_info(from->vr);
    WriterElement *e    = w->failed.kind ? NULL : writer_find(w->here, from->tag);
    if (!e || !dataset_is_big_endian(ds) || !info || info->unit < 2)
        return;
    char *at = (char *)(uintptr_t)e->value.at; /* our own copy */
    for (size_t i = 0; i + info->unit <= e->value.len; i += info->unit)
        for (size_t a = i, b = i + info->unit - 1; a < b; a++, b--) {
            char c = at[a];
            at[a]  = at[b];
            at[b]  = c;
        }
}

void dw_copy(DicomWriter *w, const Dataset *ds, const Element *e)
{
    if (w->failed.kind || TAG_ELEMENT(e->tag) == 0)
        return; /* group lengths would be wrong: the encoding changes */
    if (e->is_fragments) {
        copy_fragments(w, e);
    } else if (e->vr == VR_SQ) {
        dw_sequence_begin(w, e->tag);
        for (uint32_t i = 0; i < e->count; i++) {
            dw_item_begin(w);
            dw_copy_all(w, element_item(e, i));
            dw_item_end(w);
        }
        dw_sequence_end(w);
    } else {
        copy_value(w, ds, e);
    }
}

void dw_copy_all(DicomWriter *w, const Dataset *ds)
{
    for (size_t i = 0; i < dataset_count(ds); i++)
        dw_copy(w, ds, dataset_at(ds, i));
}
