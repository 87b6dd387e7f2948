/*
 * One frame out of a stored file, its ready multipart file in the cache, and bulk values.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/frames.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/cache.h"
#include "clinic/archive/frames_internal.h"

enum { MULTIPART_ROOM = 512 };

/* ---- one frame ---- */

void stored_close(Stored *s)
{
    dataset_free(s->ds);
    blob_free(s->blob);
    *s = (Stored) { 0 };
}

bool stored_open(Archive *a, const InstanceRow *row, Stored *ret, Err *err)
{
    *ret      = (Stored) { 0 };
    ret->blob = blob_open(a->blobs, row->blob, err);
    ret->ds   = ret->blob ? part10_parse(blob_bytes(ret->blob), &ret->where, err) : NULL;
    return ret->ds != NULL;
}

bool stored_pixels(const Stored *s, Pixels *ret, Err *err)
{
    if (s->where.syntax_unknown)
        return err_set(err, ERR_INPUT, "The transfer syntax of this image is not known: it cannot be shown.",
                       "syntax \"%s\"", s->where.syntax_uid);
    return pixels_describe(s->ds, ret, err);
}

/* Bits from 'first' on, shifted down to begin on a byte; the unused bits of the last byte are zero. */
static bool bits_add(Slice bytes, unsigned first, uint64_t bits, Buf *ret)
{
    size_t whole = (size_t)((bits + 7) / 8);
    for (size_t i = 0; i < whole; i++) {
        unsigned low = (unsigned char)bytes.at[i] >> first;
        unsigned high =
            first && i + 1 < bytes.len ? (unsigned)(unsigned char)bytes.at[i + 1] << (8 - first) : 0;
        unsigned byte = (low | high) & 0xFF;
        if (i + 1 == whole && bits % 8)
            byte &= (1u << (bits % 8)) - 1;
        if (!buf_add_char(ret, (char)byte))
            return false;
    }
    return true;
}

static bool swapped_add(Slice bytes, size_t unit, Buf *ret)
{
    size_t at = ret->len;
    if (!buf_add(ret, bytes))
        return false;
    for (size_t i = at; i + unit <= ret->len; i += unit)
        for (size_t k = 0; k < unit / 2; k++) {
            char c                    = ret->at[i + k];
            ret->at[i + k]            = ret->at[i + unit - 1 - k];
            ret->at[i + unit - 1 - k] = c;
        }
    return true;
}

/* Small samples in big endian words: the two bytes of each word stand the other way round (PS3.5 §8.1.1). */
static bool words_frame(const Pixels *p, uint32_t index, Buf *ret, Err *err)
{
    uint64_t  first = p->frame_bits * index, last = first + p->frame_bits;
    size_t    from = (size_t)(first / 16) * 2, to = (size_t)((last + 15) / 16) * 2;
    OWNED_BUF words = buf_make(FRAME_BYTES_MAX);
    if (to > p->data->value.len)
        return err_set(err, ERR_INPUT, "The image data is shorter than described.", "frame %u", index + 1);
    swapped_add(slice_part(p->data->value, from, to - from), 2, &words);
    Slice bytes = slice_part(buf_slice(&words), (size_t)(first / 8) - from, p->frame_bytes);
    if (p->bits_allocated == 1)
        bits_add(bytes, (unsigned)(first % 8), p->frame_bits, ret);
    else
        buf_add(ret, bytes);
    return buf_ok(&words, err) && buf_ok(ret, err);
}

bool native_frame(const Pixels *p, uint32_t index, Buf *ret, Err *err)
{
    Slice    bytes;
    unsigned first = 0;
    if (!pixels_native_frame(p, index, &bytes, &first, err))
        return false;
    size_t unit = p->bits_allocated / 8;
    if (p->big_endian && p->data->vr == VR_OW && unit < 2)
        return words_frame(p, index, ret, err);
    if (p->bits_allocated == 1)
        bits_add(bytes, first, p->frame_bits, ret);
    else if (p->big_endian && unit > 1)
        swapped_add(bytes, unit, ret);
    else
        buf_add(ret, bytes);
    return buf_ok(ret, err);
}

bool frame_of(const Stored *s, const Pixels *p, uint32_t frame, Buf *ret, Err *err)
{
    if (frame < 1 || frame > p->frames)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "frame %u of %u", frame,
                       p->frames);
    if (!p->encapsulated)
        return native_frame(p, frame - 1, ret, err);
    OWNED(FrameMap) *map = frame_map_new(s->ds, p, err);
    return map && frame_map_join(map, frame - 1, ret, err);
}

bool frame_bytes(Archive *a, const InstanceRow *row, uint32_t frame, Buf *ret, char ret_syntax[65], Err *err)
{
    Stored s;
    Pixels p;
    bool ok = stored_open(a, row, &s, err) && stored_pixels(&s, &p, err) && frame_of(&s, &p, frame, ret, err);
    if (ok)
        slice_copy(slice_of(p.encapsulated ? s.where.syntax_uid : UID_EXPLICIT_VR_LITTLE_ENDIAN), ret_syntax,
                   65);
    stored_close(&s);
    return ok;
}

/* ---- multipart ---- */

bool frame_part_as(Slice frame, const char *media, const char *syntax, Buf *ret)
{
    return buf_addf(ret, "--" FRAME_BOUNDARY "\r\nContent-Type: %s", media) &&
           (!syntax || buf_addf(ret, "; transfer-syntax=%s", syntax)) && buf_add_text(ret, "\r\n\r\n") &&
           buf_add(ret, frame) && buf_add_text(ret, "\r\n");
}

bool frame_part(Slice frame, const char *syntax, Buf *ret)
{
    return frame_part_as(frame, "application/octet-stream", syntax, ret);
}

bool frame_parts_end(Buf *ret)
{
    return buf_add_text(ret, "--" FRAME_BOUNDARY "--\r\n");
}

/* ---- the cache ---- */

bool frame_file(Archive *a, const InstanceRow *row, uint32_t frame, char ret_path[160], Err *err)
{
    struct stat seen;
    char        path[1024], syntax[65];
    if (frame < 1 || frame > row->frames)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "frame %u of %u", frame,
                       row->frames);
    snprintf(ret_path, 160, "frames/%.2s/%s/%u.mp", row->sha256, row->sha256, frame);
    snprintf(path, sizeof path, "%s/%s", a->cache, ret_path);
    if (stat(path, &seen) == 0)
        return true;
    OWNED_BUF bytes = buf_make(FRAME_BYTES_MAX);
    OWNED_BUF body  = buf_make(FRAME_BYTES_MAX + MULTIPART_ROOM);
    if (!frame_bytes(a, row, frame, &bytes, syntax, err))
        return false;
    frame_part(buf_slice(&bytes), syntax, &body);
    frame_parts_end(&body);
    return buf_ok(&body, err) && cache_folders(a, "frames", row, err) &&
           cache_write(path, buf_slice(&body), err);
}

/* ---- bulk values ---- */

static const Element *element_at(const Dataset *ds, Slice path)
{
    while (ds) {
        uint32_t       tag  = 0;
        int64_t        item = 0;
        Slice          head = slice_cut(&path, '/');
        const Element *e    = head.len == 8 && tag_from_text(head, &tag) ? dataset_find(ds, tag) : NULL;
        if (!e || !path.len)
            return e;
        if (!slice_int(slice_cut(&path, '/'), &item) || item < 1 || !path.len)
            return NULL;
        ds = element_item(e, (size_t)item - 1);
    }
    return NULL;
}

bool instance_bulk(Archive *a, const InstanceRow *row, Slice path, Buf *ret, Err *err)
{
    Stored         s;
    bool           ok = stored_open(a, row, &s, err);
    const Element *e  = ok ? element_at(s.ds, path) : NULL;
    if (ok && (!e || e->vr == VR_SQ || e->is_fragments))
        ok = err_set(err, ERR_NOT_FOUND, "This instance has no such value.", "bulk path of %zu bytes",
                     path.len);
    if (ok) {
        const VrInfo *vr = vr_info(e->vr);
        if (vr && vr->unit > 1 && dataset_is_big_endian(s.ds))
            swapped_add(e->value, vr->unit, ret);
        else
            buf_add(ret, e->value);
        ok = buf_ok(ret, err);
    }
    stored_close(&s);
    return ok;
}

/* ---- what is asked of a picture ---- */

static bool real(Slice text, double *ret)
{
    char  copy[40], *end = NULL;
    Slice trimmed = slice_trim(text);
    if (!trimmed.len || !slice_copy(trimmed, copy, sizeof copy) ||
        strspn(copy, "+-0123456789.eE") != trimmed.len)
        return false;
    *ret = strtod(copy, &end);
    return *end == 0 && *ret > -1e12 && *ret < 1e12;
}

bool render_viewport(Slice text, RenderWanted *ret, Err *err)
{
    int64_t width = 0, height = 0;
    double  part[4] = { 0 }; /* sx, sy, sw, sh: each may be left out (PS3.18 §8.3.5.1.3) */
    bool    ok      = slice_int(slice_cut(&text, ','), &width) && slice_int(slice_cut(&text, ','), &height) &&
              width >= 1 && height >= 1 && width <= 16384 && height <= 16384;
    for (size_t i = 0; ok && i < COUNT(part) && text.len; i++) {
        Slice one = slice_trim(slice_cut(&text, ','));
        ok        = !one.len ||
             (real(one, &part[i]) && (i < 2 ? part[i] >= 0 : part[i] != 0) && fabs(part[i]) <= UINT16_MAX);
    }
    if (!ok || text.len)
        return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.", "viewport");
    ret->width       = (uint32_t)width;
    ret->height      = (uint32_t)height;
    ret->enlarge     = true;
    ret->left        = part[0];
    ret->top         = part[1];
    ret->part_width  = part[2];
    ret->part_height = part[3];
    return true;
}

bool render_region(Slice text, uint32_t rows, uint32_t columns, RenderWanted *ret, Err *err)
{
    double side[4] = { 0 };
    bool   ok      = true;
    for (size_t i = 0; ok && i < COUNT(side); i++)
        ok = real(slice_cut(&text, ','), &side[i]) && side[i] >= 0 && side[i] <= 1;
    if (!ok || text.len || side[2] <= side[0] || side[3] <= side[1])
        return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.", "region");
    ret->left        = floor(side[0] * columns);
    ret->top         = floor(side[1] * rows);
    ret->part_width  = fmax(1, round(side[2] * columns) - ret->left);
    ret->part_height = fmax(1, round(side[3] * rows) - ret->top);
    return true;
}

bool render_annotation(Slice text, RenderWanted *ret, Err *err)
{
    bool patient = false, technique = false, known = text.len > 0;
    while (known && text.len) {
        Slice one    = slice_trim(slice_cut(&text, ','));
        bool  is_one = slice_equal(one, SLICE("patient")), is_other = slice_equal(one, SLICE("technique"));
        patient   = patient || is_one;
        technique = technique || is_other;
        known     = is_one || is_other;
    }
    if (!known)
        return err_set(err, ERR_INPUT, "An annotation is patient, technique, or both.", "annotation");
    ret->with_patient   = patient;
    ret->with_technique = technique;
    return true;
}

bool render_colours(Slice text, RenderWanted *ret, Err *err)
{
    static const char *const NAMES[] = { [COLOURS_UNSAID]   = "no",
                                         [COLOURS_OWN]      = "yes",
                                         [COLOURS_SRGB]     = "srgb",
                                         [COLOURS_ADOBERGB] = "adobergb",
                                         [COLOURS_ROMMRGB]  = "rommrgb" };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (slice_equal_text(text, NAMES[i])) {
            ret->colours = (RenderColours)i;
            return true;
        }
    return err_set(err, ERR_INPUT, "A colour profile is no, yes, srgb, adobergb or rommrgb.", "iccprofile");
}

bool render_window(Slice text, RenderWanted *ret, Err *err)
{
    static const char *const SHAPES[] = { "linear", "linear-exact", "sigmoid" };
    double                   center = 0, width = 0;
    bool   ok    = real(slice_cut(&text, ','), &center) && real(slice_cut(&text, ','), &width) && width > 0;
    Slice  shape = slice_trim(text);
    size_t voi   = 0;
    while (ok && shape.len && voi < COUNT(SHAPES) && !slice_equal_fold(shape, slice_of(SHAPES[voi])))
        voi++;
    if (!ok || voi == COUNT(SHAPES) || (voi == VOI_LINEAR && width < 1)) /* PS3.3 §C.11.2.1.2 */
        return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.", "window");
    ret->has_window    = true;
    ret->window_center = center;
    ret->window_width  = width;
    ret->voi           = (RenderVoi)voi;
    return true;
}
