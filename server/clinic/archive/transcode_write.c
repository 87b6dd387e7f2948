/*
 * Making the file of an object in another transfer syntax: the head corrected, its frames one after the
 * other, what stands behind them. Memory holds the head and one frame at a time.
 *
 * Source: DICOM PS3.5 §8.2 (which attributes describe what), §A.4 (fragments); PS3.3 §C.7.6.3.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/archive_internal.h"
#include "clinic/archive/transcode_internal.h"
#include "formats/dicom/inflate.h"
#include "formats/dicom/writer.h"

enum { HEAD_MAX = 1 << 29, DEFLATED_MAX = DATASET_INFLATED_MAX - 65536 };

#define TOO_LARGE "This image is too large to be given in another compression."
#define NOT_DECODED "This image cannot be decoded here; the stored file is untouched."

/* Where the data set goes: into the file, or gathered to be deflated. */
typedef struct Out {
    CacheFile *file;
    Buf       *gathered; /* NULL: straight into the file */
    uint64_t   at;       /* bytes of the data set so far */
    bool       big;
} Out;

static void out_add(Out *out, Slice bytes)
{
    if (out->gathered)
        (void)buf_add(out->gathered, bytes);
    else
        cache_file_add(out->file, bytes);
    out->at += bytes.len;
}

static bool out_ok(const Out *out, Err *err)
{
    return out->gathered
               ? buf_ok(out->gathered, err)
               : !out->file->failed || err_set(err, ERR_UNAVAILABLE, "The frame could not be kept.", "write");
}

static void out_u16(Out *out, unsigned value)
{
    char low = (char)value, high = (char)(value >> 8);
    out_add(out, slice_bytes(out->big ? (char[]) { high, low } : (char[]) { low, high }, 2));
}

static void out_u32(Out *out, uint32_t value)
{
    out_u16(out, out->big ? value >> 16 : value & 0xFFFF);
    out_u16(out, out->big ? value & 0xFFFF : value >> 16);
}

static void out_tag(Out *out, uint32_t tag)
{
    out_u16(out, tag >> 16);
    out_u16(out, tag & 0xFFFF);
}

/* ---- the head ---- */

static bool has_fragments(const Dataset *ds)
{
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e = dataset_at(ds, i);
        if (e->is_fragments)
            return true;
        for (size_t n = 0; e->vr == VR_SQ && n < e->count; n++)
            if (has_fragments(element_item(e, n)))
                return true;
    }
    return false;
}

/*
 * A picture within a sequence is compressed as the syntax says too. The icon can do without; other places can
 * not, and are not decoded here.
 */
static bool nested_fragments(const Element *e)
{
    for (size_t n = 0; e->vr == VR_SQ && n < e->count; n++)
        if (has_fragments(element_item(e, n)))
            return true;
    return false;
}

static bool is_pixels(uint32_t tag)
{
    return tag == TAG_PIXEL_DATA || tag == TAG_FLOAT_PIXEL_DATA || tag == TAG_DOUBLE_FLOAT_PIXEL_DATA;
}

/* Elements of before or behind the pixels. */
static bool copy_side(const Source *s, bool behind, DicomWriter *w, Err *err)
{
    for (size_t i = 0; i < dataset_count(s->stored.ds); i++) {
        const Element *e = dataset_at(s->stored.ds, i);
        if (is_pixels(e->tag) || e->tag == TAG_EXTENDED_OFFSET_TABLE ||
            e->tag == TAG_EXTENDED_OFFSET_TABLE_LENGTHS || (e->tag > TAG_PIXEL_DATA) != behind)
            continue;
        if (!nested_fragments(e))
            dw_copy(w, s->stored.ds, e);
        else if (e->tag != TAG_ICON_IMAGE_SEQUENCE)
            return err_set(err, ERR_INPUT, "This image cannot be given in the compression asked for.",
                           "compressed pixels in (%04x,%04x)", e->tag >> 16, e->tag & 0xFFFF);
    }
    return true;
}

/* What the new pixels are, where that differs from what was. */
static void describe_pixels(const Source *s, Photometric colour, DicomWriter *w)
{
    const Pixels *p = &s->pixels;
    if (!source_needs_codec(s))
        return;
    if (colour != p->photometric)
        dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, photometric_name(colour));
    if (p->samples > 1)
        dw_int(w, TAG_PLANAR_CONFIGURATION, 0);
    if (s->from->lossy && !dataset_has(s->stored.ds, TAG_LOSSY_IMAGE_COMPRESSION))
        dw_text(w, TAG_LOSSY_IMAGE_COMPRESSION, "01"); /* it stays true for ever (PS3.3 §C.7.6.1.1.5) */
}

static bool write_side(const Source *s, bool behind, Photometric colour, bool has_pixels, Out *out, Err *err)
{
    size_t ceiling         = dataset_bytes(s->stored.ds).len * 2 + 65536;
    OWNED(DicomWriter) *w  = dw_new(ceiling < HEAD_MAX ? ceiling : HEAD_MAX);
    OWNED_BUF      bytes   = buf_make(HEAD_MAX);
    TransferSyntax written = s->to->syntax == DEFLATED_LITTLE ? EXPLICIT_LITTLE : s->to->syntax;
    if (!w)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "transcoded head");
    if (!copy_side(s, behind, w, err))
        return false;
    if (!behind && has_pixels)
        describe_pixels(s, colour, w);
    if (!dw_finish(w, written, &bytes, err))
        return false;
    out_add(out, buf_slice(&bytes));
    return out_ok(out, err);
}

/* ---- the pixels ---- */

static Slice both_letters(uint32_t tag, const Pixels *p)
{
    if (tag == TAG_FLOAT_PIXEL_DATA)
        return SLICE("OF");
    if (tag == TAG_DOUBLE_FLOAT_PIXEL_DATA)
        return SLICE("OD");
    return p->bits_allocated > 8 ? SLICE("OW") : SLICE("OB");
}

static void pixels_head(const Source *s, Slice vr, uint32_t length, Out *out)
{
    out_tag(out, s->pixels.data->tag);
    if (s->to->syntax != IMPLICIT_LITTLE) {
        out_add(out, vr);
        out_u16(out, 0);
    }
    out_u32(out, length);
}

/* Frames of 1-bit pixels follow each other without a gap (PS3.5 §8.1.1). */
typedef struct Bits {
    unsigned held, count;
} Bits;

static void bits_out(Bits *b, Slice frame, uint64_t bits, Out *out)
{
    for (size_t i = 0; bits; i++) {
        unsigned take = bits < 8 ? (unsigned)bits : 8;
        b->held |= ((unsigned)(uint8_t)frame.at[i] & ((1u << take) - 1)) << b->count;
        b->count += take;
        bits -= take;
        if (b->count >= 8) {
            out_add(out, slice_bytes(&(uint8_t) { (uint8_t)b->held }, 1));
            b->held >>= 8;
            b->count -= 8;
        }
    }
}

static void swap_units(Buf *b, size_t unit)
{
    for (size_t i = 0; unit > 1 && i + unit <= b->len; i += unit)
        for (size_t k = 0; k < unit / 2; k++) {
            char c                  = b->at[i + k];
            b->at[i + k]            = b->at[i + unit - 1 - k];
            b->at[i + unit - 1 - k] = c;
        }
}

/* One frame more; the first was made already. */
static bool next_frame(const Source *s, uint32_t index, Photometric colour, Buf *frame, Err *err)
{
    Photometric seen = colour;
    if (index == 0)
        return true;
    buf_clear(frame);
    return source_frame(s, index, frame, &seen, err) &&
           (seen == colour ||
            err_set(err, ERR_INPUT, NOT_DECODED, "frame %u is of another colour space", index + 1));
}

static bool native_pixels(const Source *s, Photometric colour, Buf *frame, Out *out, Err *err)
{
    const Pixels *p = &s->pixels;
    uint64_t      frame_bits =
        p->bits_allocated == 1 ? (uint64_t)p->rows * p->columns * p->samples : (uint64_t)frame->len * 8;
    uint64_t bytes = (frame_bits * p->frames + 7) / 8;
    Bits     bits  = { 0 };
    if (bytes + bytes % 2 >= UINT32_MAX)
        return err_set(err, ERR_LIMIT, TOO_LARGE, "%llu bytes of pixels", (unsigned long long)bytes);
    pixels_head(s, both_letters(p->data->tag, p), (uint32_t)(bytes + bytes % 2), out);
    for (uint32_t i = 0; i < p->frames && out_ok(out, err); i++) {
        if (!next_frame(s, i, colour, frame, err))
            return false;
        if (frame->len != (frame_bits + 7) / 8)
            return err_set(err, ERR_BUG, NOT_DECODED, "frame %u: %zu bytes", i + 1, frame->len);
        if (out->big)
            swap_units(frame, p->bits_allocated / 8u);
        if (p->bits_allocated == 1)
            bits_out(&bits, buf_slice(frame), frame_bits, out);
        else
            out_add(out, buf_slice(frame));
    }
    if (bits.count)
        out_add(out, slice_bytes(&(uint8_t) { (uint8_t)bits.held }, 1));
    if (bytes % 2)
        out_add(out, SLICE("\0"));
    return out_ok(out, err);
}

/* One fragment a frame. The offset table is put in when all are known; it counts to 4 GB. */
static bool encapsulated_pixels(const Source *s, Photometric colour, Buf *frame, Out *out, Err *err)
{
    const Pixels *p     = &s->pixels;
    OWNED_BUF     table = buf_make((size_t)p->frames * 4);
    pixels_head(s, SLICE("OB"), UINT32_MAX, out);
    out_tag(out, TAG_ITEM);
    out_u32(out, p->frames * 4);
    uint64_t table_at = out->file->bytes;
    if (!buf_add_zeros(&table, (size_t)p->frames * 4))
        return err_set(err, ERR_LIMIT, TOO_LARGE, "%u frames", p->frames);
    out_add(out, buf_slice(&table));
    buf_clear(&table);
    uint64_t first = out->at;
    for (uint32_t i = 0; i < p->frames && out_ok(out, err); i++) {
        if (!next_frame(s, i, colour, frame, err))
            return false;
        uint64_t offset = out->at - first;
        if (offset + frame->len + 16 >= UINT32_MAX)
            return err_set(err, ERR_LIMIT, TOO_LARGE, "frame %u at %llu", i + 1, (unsigned long long)offset);
        (void)buf_add_u32le(&table, (uint32_t)offset);
        out_tag(out, TAG_ITEM);
        out_u32(out, (uint32_t)(frame->len + frame->len % 2));
        out_add(out, buf_slice(frame));
        if (frame->len % 2)
            out_add(out, SLICE("\0"));
    }
    cache_file_put(out->file, table_at, buf_slice(&table));
    out_tag(out, TAG_SEQUENCE_DELIMITATION_ITEM);
    out_u32(out, 0);
    return out_ok(out, err);
}

/* ---- the file ---- */

static bool write_dataset(const Source *s, bool has_pixels, Out *out, Err *err)
{
    OWNED_BUF   frame  = buf_make(FRAME_BYTES_MAX);
    Photometric colour = PHOTOMETRIC_OTHER;
    if (s->to->encapsulated && !has_pixels)
        return err_set(err, ERR_INPUT, "This image cannot be given in the compression asked for.",
                       "no pixels to compress");
    if (has_pixels && !source_frame(s, 0, &frame, &colour, err))
        return false;
    if (!write_side(s, false, colour, has_pixels, out, err))
        return false;
    if (has_pixels && !(s->to->encapsulated ? encapsulated_pixels(s, colour, &frame, out, err)
                                            : native_pixels(s, colour, &frame, out, err)))
        return false;
    return write_side(s, true, colour, has_pixels, out, err);
}

bool object_make(Source *s, bool has_pixels, const char *path, Err *err)
{
    FourUids  uids;
    CacheFile file;
    OWNED_BUF head = buf_make(4096), gathered = buf_make(DEFLATED_MAX), deflated = buf_make(DEFLATED_MAX);
    if (!dataset_four_uids(s->stored.ds, &uids, err) ||
        !part10_header(slice_of(uids.sop_class), slice_of(uids.sop_instance), slice_of(s->to->uid),
                       SLICE_NONE, &head, err) ||
        !cache_file_begin(&file, path, err))
        return false;
    bool deflates = s->to->syntax == DEFLATED_LITTLE;
    Out  out      = { .file     = &file,
                      .gathered = deflates ? &gathered : NULL,
                      .big      = s->to->syntax == EXPLICIT_BIG };
    cache_file_add(&file, buf_slice(&head));
    bool ok = write_dataset(s, has_pixels, &out, err);
    if (ok && deflates)
        ok = deflate_bytes(buf_slice(&gathered), &deflated, err);
    if (ok)
        cache_file_add(&file, buf_slice(&deflated));
    ok = ok && cache_file_keep(&file, path, err);
    cache_file_drop(&file);
    return ok;
}
