/*
 * A frame as a picture: found in its file, decoded by the sandboxed codec when compressed, windowed, encoded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <sys/stat.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/cache.h"
#include "clinic/archive/frame_annotate.h"
#include "clinic/archive/frame_colours.h"
#include "clinic/archive/frames.h"
#include "clinic/archive/frames_internal.h"
#include "formats/image/codec_wire.h"
#include "formats/image/lut.h"
#include "formats/image/syntaxes.h"

/* RENDER_EDITION: one more whenever the same image would become another picture; older files are not found.
 */
enum { RENDER_EDITION = 1, KEPT_SIDE_MIN = 64, KEPT_SIDE_MAX = 1024 };
enum { JPEG_QUALITY = 90, CODEC_HEAD_MAX = 4096 };

static const WindowShape SHAPE_OF[] = {
    [VOI_LINEAR] = WINDOW_LINEAR, [VOI_LINEAR_EXACT] = WINDOW_LINEAR_EXACT, [VOI_SIGMOID] = WINDOW_SIGMOID
};

/* 'p' then describes what stands in 'samples'. */
static bool decoded(ChildPool *codec, const char *syntax, Slice frame, Pixels *p, Buf *samples, Err *err)
{
    OWNED_BUF request = buf_make(CODEC_REQUEST_BYTES);
    OWNED_BUF answer  = buf_make(CODEC_HEAD_MAX);
    if (!codec)
        return err_set(err, ERR_INPUT, "This image cannot be decoded here.", "no codec, syntax %s", syntax);
    return codec_request_write(p, syntax, &request, err) &&
           child_ask(codec, buf_slice(&request), frame, &answer, samples, err) &&
           codec_answer_read(buf_slice(&answer), samples->len, p, err);
}

bool frame_samples(ChildPool *codec, const Stored *s, uint32_t frame, Pixels *p, Buf *ret, Err *err)
{
    if (!p->encapsulated) {
        bool ok       = frame_of(s, p, frame, ret, err);
        p->big_endian = false;
        return ok;
    }
    Slice     syntax     = slice_of(s->where.syntax_uid);
    OWNED_BUF compressed = buf_make(FRAME_BYTES_MAX);
    if (syntax_use(syntax) !=
        SYNTAX_DECODED) /* before its fragments are looked at: of a video they are no frames */
        return syntax_refused(syntax, err);
    return frame_of(s, p, frame, &compressed, err) &&
           decoded(codec, s->where.syntax_uid, buf_slice(&compressed), p, ret, err);
}

bool picture_encoded(const Picture *picture, const RenderWanted *wanted, Buf *ret, Err *err)
{
    if (wanted->format == RENDER_PNG)
        return picture_png(picture, ret, err);
    return picture_jpeg(picture, wanted->quality ? wanted->quality : JPEG_QUALITY, ret, err);
}

PictureWanted picture_wanted(const RenderWanted *wanted)
{
    return (PictureWanted) { .has_window    = wanted->has_window,
                             .window_center = wanted->window_center,
                             .window_width  = wanted->window_width,
                             .shape         = SHAPE_OF[wanted->voi],
                             .width         = wanted->width,
                             .height        = wanted->height,
                             .enlarge       = wanted->enlarge,
                             .left          = wanted->left,
                             .top           = wanted->top,
                             .part_width    = wanted->part_width,
                             .part_height   = wanted->part_height };
}

static bool picture_made(ChildPool *codec, const Stored *s, uint32_t frame, const RenderWanted *wanted,
                         Buf *ret, Err *err)
{
    OWNED_PALETTE palette = { 0 };
    OWNED_BUF     samples = buf_make(FRAME_BYTES_MAX), colours = buf_make(FRAME_BYTES_MAX * (size_t)2);
    PictureWanted how = picture_wanted(wanted);
    Pixels        p;
    GreyRules     rules = { 0 };
    how.rules           = &rules;
    bool ok             = stored_pixels(s, &p, err) && palette_read(s->ds, &palette, err) &&
              grey_rules_read(s->ds, frame, &p, &rules, err) &&
              frame_samples(codec, s, frame, &p, &samples, err);
    if (ok) {
        OWNED(Picture) *picture = picture_render(&p, buf_slice(&samples), 0, &palette, &how, err);
        ok                      = picture && frame_annotate(s->ds, frame, p.frames, wanted, picture, err) &&
             frame_colours(codec, s->ds, wanted, picture, &colours, err) &&
             picture_encoded(picture, wanted, ret, err);
    }
    grey_rules_clear(&rules);
    return ok;
}

bool frame_render(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                  const RenderWanted *wanted, Buf *ret, Err *err)
{
    Stored s;
    bool   ok = stored_open(a, row, &s, err) && picture_made(codec, &s, frame, wanted, ret, err);
    stored_close(&s);
    return ok;
}

/* Few of each frame, so that nobody fills the disk by asking for ever other pictures. */
static bool is_kept(const RenderWanted *w)
{
    bool sizes =
        (w->width == 0 && w->height == 0) || (w->width == w->height && w->width >= KEPT_SIDE_MIN &&
                                              w->width <= KEPT_SIDE_MAX && (w->width & (w->width - 1)) == 0);
    return sizes && w->colours == COLOURS_UNSAID && !w->with_patient && !w->with_technique &&
           !w->has_window && w->quality == 0 && w->left == 0 && w->top == 0 && w->part_width == 0 &&
           w->part_height == 0;
}

bool frame_render_file(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                       const RenderWanted *wanted, char ret_path[160], bool *ret_kept, Err *err)
{
    struct stat seen;
    char        path[1024];
    *ret_kept = is_kept(wanted);
    if (!*ret_kept)
        return true;
    (void)snprintf(ret_path, 160, "frames/%.2s/%s/%u-%d-%u%s.%s", row->sha256, row->sha256, frame,
                   RENDER_EDITION, wanted->width, wanted->enlarge ? "e" : "",
                   wanted->format == RENDER_PNG ? "png" : "jpg");
    (void)snprintf(path, sizeof path, "%s/%s", a->cache, ret_path);
    if (stat(path, &seen) == 0)
        return true;
    OWNED_BUF picture = buf_make(FRAME_BYTES_MAX);
    return frame_render(a, codec, row, frame, wanted, &picture, err) &&
           cache_folders(a, "frames", row, err) && cache_write(path, buf_slice(&picture), err);
}
