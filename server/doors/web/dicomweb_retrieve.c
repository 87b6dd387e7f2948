/*
 * WADO-RS: headers, frames and bulk values of instances. PS3.18 §10.4. Whole objects: dicomweb_objects.c;
 * pictures: dicomweb_pictures.c.
 *
 * A stored frame is named to nginx and sent by it; the trace is durable before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/derived.h"
#include "clinic/archive/frames.h"
#include "clinic/archive/transcode.h"
#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/dicom/tags.h"
#include "formats/dicomweb/xml_write.h"

enum { FRAMES_ASKED_MAX = 1024 };

static int chosen_of(const Request *q, const MediaOffer *offers, size_t count, Slice *ret_syntax)
{
    return accept_choose(dicomweb_accept(q), offers, count, ret_syntax);
}

/* ---- headers ---- */

static bool metadata(Request *q, HttpResponse *a, size_t uids, Err *err)
{
    static const MediaOffer OFFERS[] = { { "application/dicom+json", NULL },
                                         { "application/json", NULL },
                                         { "multipart/related", "application/dicom+xml" } };
    enum { XML = 2 };
    Slice syntax,
        uid[3] = { q->param[0], uids > 1 ? q->param[1] : SLICE_NONE, uids > 2 ? q->param[2] : SLICE_NONE };
    ArchiveViewer viewer = dicomweb_viewer(q);
    StudyRow      study;
    int           chosen = chosen_of(q, OFFERS, COUNT(OFFERS), &syntax);
    if (chosen < 0)
        return not_acceptable(q, err);
    traced_object(q, q->param[uids - 1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !study_find(db, uid[0], &viewer, &study, err))
        return false;
    q->traced.patient_id = study.patient_id;
    q->traced.act_id     = study.act_id;
    if (chosen == XML) {
        OWNED_BUF json = buf_make(RESPONSE_BYTES_MAX);
        a->type        = DICOMWEB_XML_TYPE;
        return instances_metadata(db, uid[0], uid[1], uid[2], &viewer, &json, err) &&
               dicomweb_xml(buf_slice(&json), &a->bytes, err);
    }
    a->type = OFFERS[chosen].type;
    if (uids == 3)
        return instances_metadata(db, uid[0], uid[1], uid[2], &viewer, &a->bytes, err);
    char path[160];
    Err  why = { 0 };
    if (!metadata_file(q->house->archive, db, uid[0], uid[1], &viewer, path, &why))
        return why.kind == ERR_UNAVAILABLE /* no room for ready files: made for this answer alone */
                   ? instances_metadata(db, uid[0], uid[1], uid[2], &viewer, &a->bytes, err)
                   : err_set(err, why.kind, why.shown, "%s", why.detail);
    a->stored = arena_textf(q->arena, "/_cache/%s", path);
    return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
}

bool wado_study_metadata(Request *q, HttpResponse *a, Err *err)
{
    return metadata(q, a, 1, err);
}

bool wado_series_metadata(Request *q, HttpResponse *a, Err *err)
{
    return metadata(q, a, 2, err);
}

bool wado_instance_metadata(Request *q, HttpResponse *a, Err *err)
{
    return metadata(q, a, 3, err);
}

/* ---- one instance ---- */

bool dicomweb_instance(Request *q, InstanceRow *ret, Err *err)
{
    ArchiveViewer viewer = dicomweb_viewer(q);
    traced_object(q, q->param[1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !instance_find(db, q->param[0], q->param[1], q->param[2], &viewer, ret, err))
        return false;
    q->traced.patient_id = ret->patient_id;
    q->traced.act_id     = ret->act_id;
    return true;
}

bool dicomweb_frame(Slice text, uint32_t *ret, Err *err)
{
    int64_t n;
    if (!slice_int(text, &n) || n < 1 || n > UINT32_MAX)
        return err_set(err, ERR_INPUT, "Frames are numbers from 1, parted by commas.",
                       "a frame of %zu characters", text.len);
    *ret = (uint32_t)n;
    return true;
}

/* ---- frames ---- */

/* Several frames in one body, each read when its turn comes. */
typedef struct FramesOut {
    Archive    *archive;
    ChildPool  *codec;
    char        wanted[65]; /* transfer syntax; "": as stored */
    const char *media;      /* of the parts, "image/jls"; NULL: application/octet-stream */
    InstanceRow row;
    bool        all; /* every frame in order, else those of 'frames' */
    uint32_t    frames[FRAMES_ASKED_MAX];
    size_t      count, next;
    Buf         part;
    size_t      sent; /* of 'part' */
    bool        ended;
} FramesOut;

/* One frame in the syntax asked for; 'ret_syntax' says which it is. */
static bool frame_of(const FramesOut *out, uint32_t frame, Buf *ret, char ret_syntax[65], Err *err)
{
    if (!out->wanted[0])
        return frame_bytes(out->archive, &out->row, frame, ret, ret_syntax, err);
    (void)slice_copy(slice_of(out->wanted), ret_syntax, 65);
    return frame_transcode(out->archive, out->codec, &out->row, frame, out->wanted, ret, err);
}

static uint32_t nth_frame(const FramesOut *out, size_t nth)
{
    return out->all ? (uint32_t)nth + 1 : out->frames[nth];
}

static bool frames_next(FramesOut *out, Err *err)
{
    char      syntax[65];
    OWNED_BUF frame = buf_make(RESPONSE_BYTES_MAX);
    buf_clear(&out->part);
    out->sent = 0;
    if (out->next == out->count) {
        out->ended = true;
        return frame_parts_end(&out->part);
    }
    return frame_of(out, nth_frame(out, out->next++), &frame, syntax, err) &&
           frame_part_as(buf_slice(&frame), out->media ? out->media : "application/octet-stream", syntax,
                         &out->part);
}

static ssize_t frames_read(void *with, int64_t at, char *to, size_t size)
{
    (void)at;
    FramesOut *out = with;
    if (out->sent == out->part.len) {
        if (out->ended)
            return 0;
        if (!frames_next(out, NULL))
            return -1;
    }
    Slice piece = slice_part(buf_slice(&out->part), out->sent, size);
    memcpy(to, piece.at, piece.len);
    out->sent += piece.len;
    return (ssize_t)piece.len;
}

static void frames_free(void *with)
{
    FramesOut *out = with;
    buf_free(&out->part);
    free(out);
}

static bool frames_list(Slice list, FramesOut *out, Err *err)
{
    while (list.len) {
        if (out->count == FRAMES_ASKED_MAX)
            return err_set(err, ERR_LIMIT, "Too many frames at once.", "more than %d", FRAMES_ASKED_MAX);
        if (!dicomweb_frame(slice_cut(&list, ','), &out->frames[out->count], err))
            return false;
        out->count++;
    }
    return out->count > 0 || err_set(err, ERR_INPUT, "Frames are numbers from 1, parted by commas.", "none");
}

static bool frames_multipart(Request *q, HttpResponse *a, FramesOut *out, Err *err)
{
    a->type = out->media ? arena_textf(q->arena, "multipart/related; type=\"%s\"; boundary=" FRAME_BOUNDARY,
                                       out->media)
                         : FRAME_CONTENT_TYPE;
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    if (out->count == 1 && !out->media) {
        char path[160];
        if (out->wanted[0] ? !frame_transcode_file(out->archive, out->codec, &out->row, nth_frame(out, 0),
                                                   out->wanted, path, err)
                           : !frame_file(out->archive, &out->row, nth_frame(out, 0), path, err))
            return false;
        a->stored = arena_textf(q->arena, "/_cache/%s", path);
        return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
    }
    for (size_t i = 0; i < out->count; i++)
        if (nth_frame(out, i) > out->row.frames)
            return err_set(err, ERR_NOT_FOUND, "This image has no such frame.", "frame %u of %u",
                           nth_frame(out, i), out->row.frames);
    if (!frames_next(out, err)) /* the first now, so that its failure is a refusal */
        return false;
    FramesOut *kept = malloc(sizeof *kept);
    if (!kept)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "frames");
    *kept     = *out;
    out->part = buf_make(0);
    a->stream = (HttpStream) { -1, frames_read, frames_free, kept };
    return true;
}

static bool frame_alone(Request *q, HttpResponse *a, const FramesOut *out, Err *err)
{
    char syntax[65];
    if (!frame_of(out, nth_frame(out, 0), &a->bytes, syntax, err))
        return false;
    a->type = arena_textf(q->arena, "application/octet-stream; transfer-syntax=%s", syntax);
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    return true;
}

/* Native frames have one form, whatever the data set around them was written in. False: not one we can give.
 */
static bool syntax_wanted(FramesOut *out, Slice syntax)
{
    const SyntaxInfo *to = syntax_info(syntax);
    if (!syntax.len || slice_equal_text(syntax, out->row.syntax_uid))
        return true;
    return to && transcode_offered(slice_of(out->row.syntax_uid), syntax) &&
           slice_copy(slice_of(to->encapsulated ? to->uid : UID_EXPLICIT_VR_LITTLE_ENDIAN), out->wanted,
                      sizeof out->wanted);
}

/*
 * Octets of which no transfer syntax is said are little endian pixels (PS3.18 §8.7.3.5.2): who does not look
 * at the answer's label can read them. What cannot be decoded (video) is given as stored, and labelled so.
 */
static void syntax_by_default(FramesOut *out)
{
    if (!syntax_wanted(out, SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN)))
        out->wanted[0] = 0;
}

/* Compressed frames by their media type (PS3.18 table 8.7.3-5): the first syntax is made when none is named
 * and the stored one is none of them. */
typedef struct FrameMedia {
    const char *syntax[5];
} FrameMedia;
static const FrameMedia FRAME_MEDIA[] = {
    { { UID_JPEG_LOSSLESS_SV1, UID_JPEG_BASELINE8_BIT, UID_JPEG_EXTENDED12_BIT, UID_JPEG_LOSSLESS } },
    { { UID_JPEGLS_LOSSLESS, UID_JPEGLS_NEAR_LOSSLESS } },
    { { UID_JPEG2000_LOSSLESS, UID_JPEG2000 } },
    { { UID_HTJ2K_LOSSLESS_RPCL, UID_HTJ2K_LOSSLESS, UID_HTJ2K } },
    { { UID_RLE_LOSSLESS } },
};

static bool media_syntax(FramesOut *out, const FrameMedia *media, Slice syntax)
{
    bool stored = false, named = false;
    for (size_t i = 0; i < COUNT(media->syntax) && media->syntax[i]; i++) {
        stored = stored || strcmp(media->syntax[i], out->row.syntax_uid) == 0;
        named  = named || slice_equal_text(syntax, media->syntax[i]);
    }
    if (!syntax.len)
        return stored || syntax_wanted(out, slice_of(media->syntax[0]));
    return named && syntax_wanted(out, syntax);
}

static const MediaOffer FRAME_OFFERS[] = {
    { "multipart/related", "application/octet-stream" },
    { "application/octet-stream", NULL },
    { "multipart/related", "image/jpeg" },
    { "multipart/related", "image/jls" },
    { "multipart/related", "image/jp2" },
    { "multipart/related", "image/jphc" },
    { "multipart/related", "image/dicom-rle" },
};
enum { ALONE = 1, FIRST_MEDIA = 2, WISHES_MAX = 16 };

/* Can the image be given so, by the syntaxes alone? Sets what 'out' shall give. */
static bool wish_fits(FramesOut *out, const AcceptWish *wish)
{
    bool media     = wish->offer >= FIRST_MEDIA;
    out->media     = media ? FRAME_OFFERS[wish->offer].inner : NULL;
    out->wanted[0] = 0;
    out->next      = 0;
    if (wish->offer == ALONE && out->count != 1)
        return false;
    if (!media && wish->unsaid) {
        syntax_by_default(out);
        return true;
    }
    return media ? media_syntax(out, &FRAME_MEDIA[wish->offer - FIRST_MEDIA], wish->syntax)
                 : syntax_wanted(out, wish->syntax);
}

/* Among wishes of one quality the choice is ours: what is made in advance, then what is stored, then what
 * must be made. Who takes anything is given what is stored. */
static int wish_cost(FramesOut *out, const AcceptWish *wish)
{
    enum { READY, STORED, MADE, UNFIT };
    if (!wish_fits(out, wish))
        return UNFIT;
    if (!out->wanted[0])
        return STORED;
    bool ready = wish->exact && strcmp(out->wanted, DERIVED_SYNTAX) == 0 && derived_wanted(&out->row);
    return ready ? READY : MADE;
}

static void wishes_sort(FramesOut *out, AcceptWish *wishes, size_t n)
{
    int cost[WISHES_MAX];
    for (size_t i = 0; i < n; i++) {
        AcceptWish wish = wishes[i];
        int        its  = wish_cost(out, &wish);
        size_t     at   = i;
        for (; at > 0 && wishes[at - 1].quality == wish.quality && cost[at - 1] > its; at--) {
            wishes[at] = wishes[at - 1];
            cost[at]   = cost[at - 1];
        }
        wishes[at] = wish;
        cost[at]   = its;
    }
}

/* The best wish that can be given; when its pixels cannot be made so, the next one. */
static bool frames_give(Request *q, HttpResponse *a, FramesOut *out, const AcceptWish *wishes, size_t n,
                        Err *err)
{
    Err first = { 0 };
    for (size_t i = 0; i < n; i++) {
        Err why = { 0 };
        if (!wish_fits(out, &wishes[i]))
            continue;
        buf_clear(&a->bytes);
        if (wishes[i].offer == ALONE ? frame_alone(q, a, out, &why) : frames_multipart(q, a, out, &why))
            return true;
        first = first.kind ? first : why;
        if (why.kind != ERR_INPUT)
            break;
    }
    return first.kind ? err_set(err, first.kind, first.shown, "%s", first.detail) : not_acceptable(q, err);
}

/* The frames of 'list', or all of them when it is empty. */
static bool frames_answer(Request *q, HttpResponse *a, const InstanceRow *row, Slice list, Err *err)
{
    AcceptWish wishes[WISHES_MAX];
    FramesOut *out = arena_alloc(q->arena, sizeof *out);
    size_t     n   = accept_wishes(dicomweb_accept(q), FRAME_OFFERS, COUNT(FRAME_OFFERS), wishes, WISHES_MAX);
    if (n == 0)
        return not_acceptable(q, err);
    if (!out)
        return err_set(err, ERR_LIMIT, "The content is too large.", "frames");
    out->archive = q->house->archive;
    out->codec   = q->house->codec;
    out->row     = *row;
    out->all     = list.len == 0;
    out->count   = out->all ? row->frames : 0;
    if (!out->all && !frames_list(list, out, err))
        return false;
    out->part = buf_make(RESPONSE_BYTES_MAX);
    wishes_sort(out, wishes, n);
    bool done = frames_give(q, a, out, wishes, n, err);
    buf_free(&out->part);
    return done;
}

bool wado_frames(Request *q, HttpResponse *a, Err *err)
{
    InstanceRow row;
    http_set_header(a, "Vary", "Accept");
    if (!dicomweb_instance(q, &row, err))
        return false;
    if (!q->param[3].len)
        return err_set(err, ERR_INPUT, "Frames are numbers from 1, parted by commas.", "none");
    return frames_answer(q, a, &row, q->param[3], err);
}

/* ---- bulk values ---- */

/* Compressed pixels have no bytes in a row: they are the frames, one part each. */
static bool is_compressed_pixels(const InstanceRow *row, Slice path)
{
    const SyntaxInfo *syntax = syntax_info(slice_of(row->syntax_uid));
    return syntax && syntax->encapsulated && row->frames && slice_equal_text(path, "7FE00010");
}

/* One range of bytes as RFC 9110 §14.2 writes it. False: none that we serve, so all of it is sent. */
static bool range_read(Slice range, size_t size, size_t *ret_from, size_t *ret_to)
{
    int64_t first = -1, last = -1;
    if (!slice_starts(range, SLICE("bytes=")))
        return false;
    range       = slice_part(range, 6, SIZE_MAX);
    bool  open  = slice_ends(range, SLICE("-"));
    Slice start = slice_cut(&range, '-');
    if ((start.len && (!slice_int(start, &first) || first < 0)) ||
        (!open && (!slice_int(range, &last) || last < 0)) || (first < 0 && last < 0))
        return false;
    if (first < 0 ? last == 0 : !open && last < first)
        return false;
    if (first < 0) { /* the last bytes of it */
        *ret_from = (size_t)last < size ? size - (size_t)last : 0;
        *ret_to   = size;
        return true;
    }
    *ret_from = (size_t)first;
    *ret_to   = open || (size_t)last >= size ? size : (size_t)last + 1;
    return true;
}

/* A value alone, whole or the part of it that is asked for. */
static bool bulk_alone(Request *q, HttpResponse *a, Slice value, Err *err)
{
    size_t from = 0, to = value.len;
    http_set_header(a, "Accept-Ranges", "bytes");
    if (range_read(slice_of(http_header(q->http, "Range")), value.len, &from, &to)) {
        if (from >= value.len) {
            q->status = 416;
            return err_set(err, ERR_INPUT, "This part lies outside the value.", "range from %zu of %zu", from,
                           value.len);
        }
        a->status = 206;
        http_set_header(a, "Content-Range",
                        arena_textf(q->arena, "bytes %zu-%zu/%zu", from, to - 1, value.len));
    }
    buf_add(&a->bytes, slice_part(value, from, to - from));
    return buf_ok(&a->bytes, err);
}

bool wado_bulk(Request *q, HttpResponse *a, Err *err)
{
    static const MediaOffer OFFERS[] = { { "application/octet-stream", NULL },
                                         { "multipart/related", "application/octet-stream" } };
    Slice                   syntax;
    InstanceRow             row;
    OWNED_BUF               value  = buf_make(RESPONSE_BYTES_MAX);
    int                     chosen = chosen_of(q, OFFERS, COUNT(OFFERS), &syntax);
    char                   *path   = arena_text(q->arena, q->param[3]);
    for (size_t i = 4; path && i < ROUTE_PARAMS_MAX && q->param[i].len; i++) /* within an item of a sequence, or of two */
        path = arena_textf(q->arena, "%s/%s", path, arena_text(q->arena, q->param[i]));
    http_set_header(a, "Vary", "Accept");
    if (!dicomweb_instance(q, &row, err))
        return false;
    if (is_compressed_pixels(&row, slice_of(path)))
        return frames_answer(q, a, &row, SLICE_NONE, err);
    if (chosen < 0)
        return not_acceptable(q, err);
    if (!instance_bulk(q->house->archive, &row, slice_of(path), &value, err))
        return false;
    a->type = chosen == 0 ? OFFERS[0].type : FRAME_CONTENT_TYPE;
    if (chosen == 0)
        return bulk_alone(q, a, buf_slice(&value), err);
    (void)(frame_part(buf_slice(&value), "1.2.840.10008.1.2.1", &a->bytes) && frame_parts_end(&a->bytes));
    return buf_ok(&a->bytes, err);
}
