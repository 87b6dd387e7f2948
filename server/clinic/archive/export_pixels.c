/*
 * Pixels that leave without an identity: silent where no sample stands, black where a box was drawn.
 *
 * Retired overlays hide in the bits above Bits Stored and outlive their attributes; so every image that has
 * such bits is looked at, decoded when it is compressed, and written anew only when they say something. What
 * cannot be looked at stays. Source: DICOM PS3.15 §E.3.1; docs/decisions/0063-cleaning-pixels.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/export_internal.h"
#include "clinic/archive/transcode_internal.h"

#define UNREADABLE "les pixels de cette image ne peuvent pas être décodés pour être nettoyés"
#define TOO_LARGE "cette image est trop grande pour être nettoyée"
#define MINGLED "un calque est mêlé aux pixels de cette image"

/* ---- what is asked of this image ---- */

static bool region_of(const Dataset *item, PixelBox *ret)
{
    int64_t left, top, right, bottom;
    if (!dataset_int(item, TAG_REGION_LOCATION_MIN_X0, 0, &left) ||
        !dataset_int(item, TAG_REGION_LOCATION_MIN_Y0, 0, &top) ||
        !dataset_int(item, TAG_REGION_LOCATION_MAX_X1, 0, &right) ||
        !dataset_int(item, TAG_REGION_LOCATION_MAX_Y1, 0, &bottom))
        return false;
    *ret = (PixelBox) { (uint32_t)left, (uint32_t)top, (uint32_t)(right - left + 1),
                        (uint32_t)(bottom - top + 1) };
    return left >= 0 && top >= 0 && right >= left && bottom >= top && right <= UINT16_MAX &&
           bottom <= UINT16_MAX;
}

/*
 * What lies outside all the regions. False when that is nothing: without regions, with one that is none, or
 * with those that fill the image, nobody said where the image ends and the words begin.
 */
static bool mask_regions(const Dataset *ds, const Pixels *p, Buf *mask)
{
    const Element *regions = dataset_find(ds, TAG_SEQUENCE_OF_ULTRASOUND_REGIONS);
    if (!regions || regions->vr != VR_SQ || !regions->count)
        return false;
    pixel_mask_fill(true, mask);
    for (uint32_t i = 0; i < regions->count; i++) {
        PixelBox box;
        if (!region_of(element_item(regions, i), &box))
            return false;
        pixel_mask_box(p, &box, false, mask);
    }
    return mask->len && memchr(mask->at, 1, mask->len) != NULL;
}

/* Fills 'mask' with what goes; false when neither a box nor a region says anything of this image. */
static bool mask_make(const ExportOptions *o, const Dataset *ds, const Pixels *p, Buf *mask)
{
    bool some = false;
    if (!o->clean_pixels || !pixel_mask_make(p, mask, NULL))
        return false;
    if (o->outside_regions && !(some = mask_regions(ds, p, mask)))
        pixel_mask_fill(false, mask);
    for (size_t i = 0; i < o->box_count; i++) {
        const ExportBox *b = &o->boxes[i];
        if (b->rows != p->rows || b->columns != p->columns)
            continue;
        pixel_mask_box(p, &b->box, true, mask);
        some = true;
    }
    return some;
}

bool export_pixels_covers(const ExportOptions *o, const Dataset *ds)
{
    Pixels    p;
    OWNED_BUF mask = buf_make(EXPORT_CLEANED_MAX);
    return dataset_find(ds, TAG_PIXEL_DATA) && pixels_shape(ds, &p, NULL) && mask_make(o, ds, &p, &mask);
}

/* An overlay in bits that the image says are its own: nothing tells one from the other. */
static bool overlay_within_samples(const Dataset *ds)
{
    int64_t stored = 0, allocated = 0, high = 0;
    (void)dataset_int(ds, TAG_BITS_STORED, 0, &stored);
    if (!dataset_int(ds, TAG_HIGH_BIT, 0, &high) || high < stored - 1)
        high = stored - 1;
    (void)dataset_int(ds, TAG_BITS_ALLOCATED, 0, &allocated);
    for (uint32_t group = 0x6000; group <= 0x601E; group += 2) {
        int64_t bits = 0, at = -1;
        if (dataset_int(ds, TAG(group, 0x0100), 0, &bits) && dataset_int(ds, TAG(group, 0x0102), 0, &at) &&
            !dataset_has(ds, TAG(group, 0x3000)) && bits > 1 && bits == allocated && at <= high &&
            at > high - stored)
            return true;
    }
    return false;
}

/* ---- frames ---- */

typedef struct Cleaning {
    Source      source;
    Pixels      frame; /* what a frame is once it is decoded */
    Buf         mask;  /* what goes, when 'blank' */
    bool        blank;
    Photometric colour;
} Cleaning;

static bool frame_read(Cleaning *c, uint32_t index, Buf *ret, Err *err)
{
    Photometric colour;
    buf_clear(ret);
    if (!source_frame(&c->source, index, ret, &colour, err))
        return false;
    if (index && colour != c->colour)
        return err_set(err, ERR_INPUT, "This image cannot be decoded here; the stored file is untouched.",
                       "frame %u is of another colour space", index + 1);
    c->colour = colour;
    if (c->source.pixels.encapsulated) {
        c->frame.photometric = colour;
        c->frame.planar      = false;
        c->frame.frame_bits =
            (uint64_t)c->frame.rows * c->frame.columns * c->frame.samples * c->frame.bits_allocated;
    }
    return true;
}

static bool speaks(Cleaning *c, bool *ret, Err *err)
{
    OWNED_BUF frame = buf_make(FRAME_BYTES_MAX);
    *ret            = false;
    for (uint32_t i = 0; i < c->frame.frames && !*ret; i++) {
        if (!frame_read(c, i, &frame, err))
            return false;
        *ret = pixel_spare_bits_speak(&c->frame, buf_slice(&frame));
    }
    return true;
}

/* Frames of 1-bit pixels follow each other without a gap (PS3.5 §8.1.1). */
static void add_bits(Slice frame, uint64_t bits, uint64_t *at, Buf *to)
{
    for (uint64_t i = 0; i < bits && i / 8 < frame.len; i++, ++*at) {
        if (*at % 8 == 0)
            (void)buf_add_char(to, 0);
        if ((uint8_t)frame.at[i / 8] >> i % 8 & 1 && !to->failed)
            to->at[to->len - 1] = (char)((uint8_t)to->at[to->len - 1] | 1u << *at % 8);
    }
}

static bool clean_all(Cleaning *c, Buf *ret, Err *err)
{
    OWNED_BUF frame = buf_make(FRAME_BYTES_MAX);
    uint64_t  bits  = 0;
    for (uint32_t i = 0; i < c->frame.frames && !ret->failed; i++) {
        if (!frame_read(c, i, &frame, err))
            return false;
        pixel_spare_bits_clear(&c->frame, &frame);
        if (c->blank)
            pixel_blank(&c->frame, buf_slice(&c->mask), &frame);
        if (c->frame.bits_allocated == 1)
            add_bits(buf_slice(&frame), c->frame.frame_bits, &bits, ret);
        else
            (void)buf_add(ret, buf_slice(&frame));
    }
    return buf_ok(ret, err);
}

/* ---- one image ---- */

static bool leave_out(const char **ret_left_out, const char *why)
{
    *ret_left_out = why;
    return false;
}

static bool bits_are_spare(const Dataset *ds)
{
    int64_t stored = 0, allocated = 0;
    return dataset_int(ds, TAG_BITS_ALLOCATED, 0, &allocated) &&
           dataset_int(ds, TAG_BITS_STORED, 0, &stored) && stored < allocated;
}

static bool clean(Cleaning *c, ExportEntry *entry, ExportPixels *ret, const char **ret_left_out)
{
    Source       *s     = &c->source;
    bool          dirty = c->blank;
    const Pixels *p     = &s->pixels;
    if (!dirty && !speaks(c, &dirty, NULL))
        return leave_out(ret_left_out, UNREADABLE);
    if (!dirty)
        return true;
    if ((uint64_t)p->rows * p->columns * p->samples * p->bits_allocated / 8 * p->frames > EXPORT_CLEANED_MAX)
        return leave_out(ret_left_out, TOO_LARGE);
    entry->pixels = buf_make(EXPORT_CLEANED_MAX + 8);
    if (!clean_all(c, &entry->pixels, NULL))
        return leave_out(ret_left_out, UNREADABLE);
    *ret = (ExportPixels) { .made           = true,
                            .blanked        = c->blank,
                            .decoded        = p->encapsulated,
                            .lossy          = s->from && s->from->lossy,
                            .bits_allocated = p->bits_allocated,
                            .samples        = p->samples,
                            .colour         = c->colour };
    return true;
}

bool export_pixels_clean(const ExportOptions *o, ChildPool *codec, const Part10 *from, ExportEntry *entry,
                         ExportPixels *ret, const char **ret_left_out)
{
    const Dataset *ds = entry->ds;
    Cleaning       c  = { .source = { .codec  = codec,
                                      .stored = { .ds = entry->ds, .where = *from },
                                      .from   = syntax_info(slice_of(from->syntax_uid)),
                                      .to     = syntax_info(SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN)) },
                          .mask   = buf_make(EXPORT_CLEANED_MAX) };
    *ret              = (ExportPixels) { 0 };
    if (!dataset_find(ds, TAG_PIXEL_DATA))
        return true;
    if (overlay_within_samples(ds))
        return leave_out(ret_left_out, MINGLED);
    bool covered = export_pixels_covers(o, ds), ok = true;
    if (!covered && !bits_are_spare(ds))
        return true;
    if (!source_pixels(&c.source, NULL))
        ok = leave_out(ret_left_out, UNREADABLE);
    c.frame = c.source.pixels;
    c.blank = ok && covered && mask_make(o, ds, &c.frame, &c.mask);
    ok      = ok && clean(&c, entry, ret, ret_left_out);
    frame_map_free(c.source.map);
    buf_free(&c.mask);
    return ok;
}
