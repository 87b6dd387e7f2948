/*
 * A file made anew around pixels that stay where they are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/rewrite.h"

static const char END_OF_FRAGMENTS[8] = "\xFE\xFF\xDD\xE0\0\0\0";

void rewritten_clear(Rewritten *r)
{
    buf_free(&r->head);
    *r = (Rewritten) { 0 };
}

bool rewrite_is_pixels(uint32_t tag)
{
    return tag == TAG_PIXEL_DATA || tag == TAG_FLOAT_PIXEL_DATA || tag == TAG_DOUBLE_FLOAT_PIXEL_DATA;
}

static const Element *pixels_of(const Dataset *ds)
{
    static const uint32_t TAGS[] = { TAG_PIXEL_DATA, TAG_FLOAT_PIXEL_DATA, TAG_DOUBLE_FLOAT_PIXEL_DATA };
    for (size_t i = 0; i < COUNT(TAGS); i++)
        if (dataset_find(ds, TAGS[i]))
            return dataset_find(ds, TAGS[i]);
    return NULL;
}

/* Numbers of several bytes in big endian must be turned: then they are copied like any other value. */
static bool must_copy(const Dataset *ds, const Element *e)
{
    const VrInfo *info = vr_info(e->vr);
    return !e->is_fragments && dataset_is_big_endian(ds) && info && info->unit > 1;
}

static void add_pixel_head(const Element *e, Buf *out)
{
    Vr       vr     = e->vr == VR_UN ? VR_OB : e->vr;
    char     two[2] = { (char)(vr >> 8), (char)vr };
    uint32_t length = e->is_fragments ? UINT32_MAX : (uint32_t)(e->value.len + e->value.len % 2);
    (void)buf_add_u16le(out, TAG_GROUP(e->tag));
    (void)buf_add_u16le(out, TAG_ELEMENT(e->tag));
    (void)buf_add(out, (Slice) { two, 2 });
    (void)buf_add_u16le(out, 0);
    (void)buf_add_u32le(out, length);
}

/* 'pixels' NULL: there are none, or 'w' holds them. */
static bool finish(DicomWriter *w, const Element *pixels, const char *syntax, size_t head_max, Rewritten *ret,
                   Err *err)
{
    Rewritten made = { .head = buf_make(head_max) };
    slice_copy(slice_of(syntax), made.syntax_uid, sizeof made.syntax_uid);
    if (!dw_finish_file(w, syntax, &made.head, err)) {
        rewritten_clear(&made);
        return false;
    }
    if (pixels) {
        add_pixel_head(pixels, &made.head);
        made.pixels   = pixels->value;
        made.tail     = pixels->is_fragments ? END_OF_FRAGMENTS : "\0";
        made.tail_len = pixels->is_fragments ? sizeof END_OF_FRAGMENTS : pixels->value.len % 2;
    }
    if (!buf_ok(&made.head, err)) {
        rewritten_clear(&made);
        return false;
    }
    *ret = made;
    return true;
}

bool rewrite_finish(DicomWriter *w, const Dataset *ds, const Part10 *from, Rewritten *ret, Err *err)
{
    const Element *pixels = pixels_of(ds);
    bool           whole  = pixels && must_copy(ds, pixels);
    const char    *syntax = pixels && pixels->is_fragments ? from->syntax_uid : UID_EXPLICIT_VR_LITTLE_ENDIAN;
    if (pixels && pixels->value.len >= UINT32_MAX - 1 && !pixels->is_fragments)
        return err_set(err, ERR_LIMIT, "The DICOM data set being made is too big.", "pixels");
    if (whole)
        dw_copy(w, ds, pixels);
    return finish(w, whole ? NULL : pixels, syntax, whole ? REWRITE_SWAPPED_MAX : REWRITE_HEADER_MAX, ret,
                  err);
}

bool rewrite_finish_with(DicomWriter *w, Slice pixels, unsigned bits_allocated, Rewritten *ret, Err *err)
{
    Element e = { .tag = TAG_PIXEL_DATA, .vr = bits_allocated > 8 ? VR_OW : VR_OB, .value = pixels };
    if (pixels.len >= UINT32_MAX - 1)
        return err_set(err, ERR_LIMIT, "The DICOM data set being made is too big.", "pixels");
    return finish(w, &e, UID_EXPLICIT_VR_LITTLE_ENDIAN, REWRITE_HEADER_MAX, ret, err);
}

bool rewrite_explicit(const Dataset *ds, const Part10 *from, Rewritten *ret, Err *err)
{
    OWNED(DicomWriter) *w = dw_new(dataset_is_big_endian(ds) ? REWRITE_SWAPPED_MAX : REWRITE_HEADER_MAX);
    if (!w)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "rewriting");
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e = dataset_at(ds, i);
        if (!rewrite_is_pixels(e->tag) && e->tag != TAG_DATA_SET_TRAILING_PADDING)
            dw_copy(w, ds, e);
    }
    return rewrite_finish(w, ds, from, ret, err);
}
