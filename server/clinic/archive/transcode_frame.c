/*
 * One frame of a stored object in another transfer syntax, and its ready multipart file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <sys/stat.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/transcode_internal.h"
#include "formats/image/codec_wire.h"

enum { CODEC_HEAD_MAX = 4096, MULTIPART_ROOM = 512 };

void source_close(Source *s)
{
    frame_map_free(s->map);
    s->map = NULL;
    stored_close(&s->stored);
}

bool source_pixels(Source *s, Err *err)
{
    if (!stored_pixels(&s->stored, &s->pixels, err))
        return false;
    s->map = s->pixels.encapsulated ? frame_map_new(s->stored.ds, &s->pixels, err) : NULL;
    return s->map || !s->pixels.encapsulated;
}

bool source_open(Archive *a, ChildPool *codec, const InstanceRow *row, const SyntaxInfo *to, Source *ret,
                 Err *err)
{
    *ret = (Source) { .codec = codec, .to = to };
    if (!stored_open(a, row, &ret->stored, err))
        return false;
    ret->from = syntax_info(slice_of(ret->stored.where.syntax_uid));
    return true;
}

bool source_needs_codec(const Source *s)
{
    return s->pixels.encapsulated ? s->from != s->to : s->to->encapsulated;
}

static bool coded(const Source *s, Slice frame, Buf *ret, Photometric *ret_colour, Err *err)
{
    OWNED_BUF   request = buf_make(CODEC_HEAD_MAX), answer = buf_make(CODEC_HEAD_MAX);
    const char *from = s->pixels.encapsulated ? s->from->uid : UID_EXPLICIT_VR_LITTLE_ENDIAN;
    const char *to   = s->to->encapsulated ? s->to->uid : UID_EXPLICIT_VR_LITTLE_ENDIAN;
    if (!s->codec)
        return err_set(err, ERR_INPUT, "This image cannot be decoded here.", "no codec, syntax %s", from);
    return codec_transcode_write(&s->pixels, from, to, &request, err) &&
           child_ask(s->codec, buf_slice(&request), frame, &answer, ret, err) &&
           codec_stream_read(buf_slice(&answer), ret->len, ret_colour, err);
}

bool source_frame(const Source *s, uint32_t index, Buf *ret, Photometric *ret_colour, Err *err)
{
    const Pixels *p = &s->pixels;
    *ret_colour     = p->photometric;
    if (index >= p->frames)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "frame %u of %u", index + 1,
                       p->frames);
    if (!source_needs_codec(s))
        return p->encapsulated ? frame_map_join(s->map, index, ret, err) : native_frame(p, index, ret, err);
    if (p->kind != PIXELS_INTEGER)
        return err_set(err, ERR_INPUT, "This image cannot be given in the compression asked for.",
                       "floating point pixels");
    OWNED_BUF frame = buf_make(FRAME_BYTES_MAX);
    if (!(p->encapsulated ? frame_map_join(s->map, index, &frame, err) : native_frame(p, index, &frame, err)))
        return false;
    return coded(s, buf_slice(&frame), ret, ret_colour, err);
}

static bool wanted_syntax(const char *uid, const SyntaxInfo **ret, Err *err)
{
    *ret = syntax_info(slice_of(uid));
    return *ret || err_set(err, ERR_INPUT, "This image cannot be given in the compression asked for.",
                           "syntax %s", uid);
}

static bool as_stored(const InstanceRow *row, const char *syntax_uid)
{
    return !syntax_uid || !syntax_uid[0] || strcmp(syntax_uid, "*") == 0 ||
           slice_equal_text(slice_trim(slice_of(syntax_uid)), row->syntax_uid);
}

bool frame_transcode(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                     const char *syntax_uid, Buf *ret, Err *err)
{
    char              stored[65];
    Source            s;
    Photometric       colour;
    const SyntaxInfo *to;
    if (as_stored(row, syntax_uid))
        return frame_bytes(a, row, frame, ret, stored, err);
    if (!wanted_syntax(syntax_uid, &to, err))
        return false;
    if (!transcode_offered(slice_of(row->syntax_uid), slice_of(to->uid)))
        return err_set(err, ERR_INPUT, "This image cannot be given in the compression asked for.",
                       "from %s to %s", row->syntax_uid, to->uid);
    bool ok = source_open(a, codec, row, to, &s, err) && source_pixels(&s, err) &&
              source_frame(&s, frame - 1, ret, &colour, err);
    source_close(&s);
    return ok;
}

/* By the last parts of the syntax: "1-4.202.mp". */
static void frame_name(const InstanceRow *row, uint32_t frame, const char *syntax_uid, char *ret, size_t size)
{
    const char *tail = syntax_uid + sizeof "1.2.840.10008.1.2" - 1;
    snprintf(ret, size, "frames/%.2s/%s/%u-%s.mp", row->sha256, row->sha256, frame, tail + (*tail == '.'));
}

void frame_file_name(const Archive *a, const InstanceRow *row, uint32_t frame, const char *syntax_uid,
                     char *ret, size_t size)
{
    char name[160];
    frame_name(row, frame, syntax_uid, name, sizeof name);
    snprintf(ret, size, "%s/%s", a->cache, name);
}

bool frame_file_write(const char *path, Slice frame, const char *syntax_uid, Err *err)
{
    OWNED_BUF body = buf_make(FRAME_BYTES_MAX + MULTIPART_ROOM);
    frame_part(frame, syntax_uid, &body);
    frame_parts_end(&body);
    return buf_ok(&body, err) && cache_write(path, buf_slice(&body), err);
}

bool frame_transcode_file(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                          const char *syntax_uid, char ret_path[160], Err *err)
{
    struct stat       seen;
    char              path[1024];
    const SyntaxInfo *to;
    if (as_stored(row, syntax_uid))
        return frame_file(a, row, frame, ret_path, err);
    if (!wanted_syntax(syntax_uid, &to, err))
        return false;
    if (frame < 1 || frame > row->frames)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "frame %u of %u", frame,
                       row->frames);
    const SyntaxInfo *from = syntax_info(slice_of(row->syntax_uid));
    if (from && !from->encapsulated && !to->encapsulated)
        return frame_file(a, row, frame, ret_path, err); /* the same bytes, in little endian */
    const char *stated = to->encapsulated ? to->uid : UID_EXPLICIT_VR_LITTLE_ENDIAN;
    frame_name(row, frame, stated, ret_path, 160);
    frame_file_name(a, row, frame, stated, path, sizeof path);
    if (stat(path, &seen) == 0)
        return true;
    if (!codec)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "not made in advance");
    OWNED_BUF bytes = buf_make(FRAME_BYTES_MAX);
    return frame_transcode(a, codec, row, frame, stated, &bytes, err) &&
           cache_folders(a, "frames", row, err) && frame_file_write(path, buf_slice(&bytes), stated, err);
}
