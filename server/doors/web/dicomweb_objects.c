/*
 * WADO-RS: whole objects. PS3.18 §10.4. In which transfer syntax: dicomweb_syntax.h.
 *
 * One object alone goes by nginx, as it is or as the one part of a multipart body; several are streamed from
 * their mapped files; as application/zip (§8.7.3.1) each is <series>/<instance>.dcm.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <time.h>

#include "clinic/archive/study.h"
#include "clinic/archive/transcode.h"
#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/dicomweb_syntax.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/zip/zip_write.h"
#include "platform/clock.h"
#include "platform/edge/edge.h"
#include "platform/log.h"

#define OBJECT_BOUNDARY EDGE_BOUNDARY
#define OBJECT_TYPE "multipart/related; type=\"application/dicom\"; boundary=" OBJECT_BOUNDARY
#define OBJECTS_END "\r\n--" OBJECT_BOUNDARY "--\r\n"

enum { HEAD_BYTES_MAX = 64 << 20, OBJECTS_MAX = 1 << 17, MADE_MAX = 1 << 14 };

enum { WISHES_MAX = 16 };

typedef struct Listed {
    InstanceRow row;
    bool        made; /* in another transfer syntax than its own */
} Listed;

/* A body on its way: heads from memory, files from their mappings, one open at a time. */
typedef struct ObjectsOut {
    Blobs     *blobs;
    Archive   *archive;
    ChildPool *codec;
    char       wanted[65]; /* transfer syntax of what is made anew */
    bool       lenient;    /* nobody named it: what cannot be made goes as stored, and is labelled so */
    Object    *made;       /* the one being sent */
    Listed    *objects;
    size_t     count, room, to_make;
    size_t     at;   /* object being sent */
    ZipWriter *zip;  /* NULL: multipart */
    Buf        head; /* what stands before it, or the end of all */
    size_t     head_sent;
    bool       ended; /* 'head' is the end of all */
    Blob      *blob;
    size_t     sent; /* of the blob */
    int64_t    patient_id, act_id;
    bool       failed;
} ObjectsOut;

static void objects_free(void *with)
{
    ObjectsOut *out = with;
    if (!out)
        return;
    blob_free(out->blob);
    object_free(out->made);
    zip_free(out->zip);
    buf_free(&out->head);
    free(out->objects);
    free(out);
}
OWNED_BY(ObjectsOut, objects_free)

static bool listed_room(ObjectsOut *out)
{
    size_t room = out->room ? out->room * 2 : 64;
    if (out->count < out->room)
        return true;
    Listed *more = room > OBJECTS_MAX ? NULL : realloc(out->objects, room * sizeof *more);
    if (!more)
        return false;
    out->objects = more;
    out->room    = room;
    return true;
}

static bool listed_add(const InstanceRow *row, void *with)
{
    ObjectsOut *out = with;
    if (!listed_room(out)) {
        out->failed = true;
        return false;
    }
    out->objects[out->count++] = (Listed) { .row = *row };
    out->patient_id            = row->patient_id;
    out->act_id                = row->act_id;
    return true;
}

static ssize_t take(char *to, size_t size, Slice from, size_t *sent)
{
    Slice piece = slice_part(from, *sent, size);
    memcpy(to, piece.at, piece.len);
    *sent += piece.len;
    return (ssize_t)piece.len;
}

/* The bytes of the object whose turn it is. */
static Slice listed_bytes(const ObjectsOut *out)
{
    return out->made ? object_file(out->made) : blob_bytes(out->blob);
}

static bool listed_make(ObjectsOut *out, Listed *o, Err *err)
{
    out->made = object_open(out->archive, out->codec, &o->row, out->wanted, err);
    if (out->made)
        return true;
    log_err("web", "object in another transfer syntax", err);
    if (!out->lenient || (err->kind == ERR_INPUT && out->count == 1) ||
        (err->kind != ERR_INPUT && err->kind != ERR_LIMIT))
        return false;
    o->made = false;
    return true;
}

/* The object whose turn it is, its part of the body not begun yet. */
static bool listed_open(ObjectsOut *out, Err *err)
{
    Listed *o = &out->objects[out->at];
    out->sent = 0;
    if (o->made && (!listed_make(out, o, err) || out->made))
        return out->made != NULL;
    Err why   = { 0 };
    out->blob = blob_open(out->blobs, o->row.blob, &why);
    if (out->blob && (int64_t)blob_bytes(out->blob).len == o->row.bytes)
        return true;
    err_set(&why, ERR_BUG, "Something went wrong here.", "a stored file has another size than its row");
    log_err("web", "stored object", &why);
    return err_set(err, why.kind, why.shown, "%s", why.detail);
}

/* What stands before an object in a multipart body, or ends it. */
static bool part_head(const ObjectsOut *out, size_t at, Buf *ret)
{
    if (at == out->count)
        return buf_add_text(ret, OBJECTS_END);
    return buf_addf(ret,
                    "%s--" OBJECT_BOUNDARY "\r\nContent-Type: application/dicom; transfer-syntax=%s\r\n\r\n",
                    at ? "\r\n" : "", out->objects[at].made ? out->wanted : out->objects[at].row.syntax_uid);
}

static bool zip_head(ObjectsOut *out, Err *err)
{
    char name[136];
    if (out->ended)
        return zip_end(out->zip, &out->head, err);
    const InstanceRow *row   = &out->objects[out->at].row;
    Slice              bytes = listed_bytes(out);
    (void)snprintf(name, sizeof name, "%s/%s.dcm", row->series_uid, row->uid);
    return zip_entry(out->zip, slice_of(name), zip_crc(0, bytes), bytes.len, &out->head, err);
}

/* Opens the object whose turn it is, or comes to the end; 'head' is what is to be sent first. */
static bool turn_begin(ObjectsOut *out)
{
    Err err        = { 0 };
    out->ended     = out->at == out->count;
    out->head_sent = 0;
    buf_clear(&out->head);
    if (!out->ended && !out->blob && !out->made && !listed_open(out, &err))
        return false;
    if (out->zip ? zip_head(out, &err) : part_head(out, out->at, &out->head))
        return true;
    log_err("web", "objects on their way out", &err);
    return false;
}

static void turn_end(ObjectsOut *out)
{
    blob_free(out->blob);
    object_free(out->made);
    out->blob = NULL;
    out->made = NULL;
    out->at++;
}

static ssize_t objects_read(void *with, int64_t at, char *to, size_t size)
{
    (void)at; /* asked in order */
    ObjectsOut *out = with;
    for (;;) {
        if (out->head_sent < out->head.len)
            return take(to, size, buf_slice(&out->head), &out->head_sent);
        if (out->ended)
            return 0;
        if (out->head.len && out->sent < listed_bytes(out).len)
            return take(to, size, listed_bytes(out), &out->sent);
        if (out->head.len)
            turn_end(out);
        if (!turn_begin(out))
            return -1;
    }
}

/* Can all be given as the wish says? Sets what 'out' shall make. */
static bool wish_settled(ObjectsOut *out, const AcceptWish *wish)
{
    out->lenient = wish->unsaid;
    out->to_make = 0;
    for (size_t i = 0; i < out->count; i++) {
        Slice made;
        if (!syntax_given(wish, slice_of(out->objects[i].row.syntax_uid), &made))
            return false;
        out->objects[i].made = made.len > 0;
        out->to_make += made.len > 0;
        if (made.len && !slice_copy(made, out->wanted, sizeof out->wanted))
            return false;
    }
    return true;
}

static bool zip_answer(HttpResponse *a, ObjectsOut *out, Err *err)
{
    time_t    now = (time_t)clock_now_s();
    struct tm day;
    if (!localtime_r(&now, &day) || !(out->zip = zip_new(&day)))
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "zip");
    a->type = "application/zip";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"images.zip\"");
    a->stream = (HttpStream) { -1, objects_read, objects_free, out };
    return true;
}

/* The syntax of a part stands in its location; one that is no UID there would be another location. */
static const char *part_syntax(const ObjectsOut *out)
{
    const char *syntax = out->made ? out->wanted : out->objects[0].row.syntax_uid;
    return syntax[0] && strspn(syntax, "0123456789.") == strlen(syntax) ? syntax : NULL;
}

/* One object alone, named to nginx; with a 'syntax' as the one part of a multipart body. */
static bool one_answer(Request *q, HttpResponse *a, const ObjectsOut *out, const char *syntax, Err *err)
{
    const char *path = out->made ? object_redirect(out->made)
                                 : arena_textf(q->arena, "/_blobs/%s", out->objects[0].row.blob);
    if (path)
        a->stored = syntax ? arena_textf(q->arena, EDGE_PART "%s%s", syntax, path)
                           : arena_text(q->arena, slice_of(path));
    a->type = syntax ? OBJECT_TYPE : "application/dicom";
    return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
}

static void parts_answer(HttpResponse *a, ObjectsOut *out)
{
    int64_t bytes = 0;
    for (size_t i = 0; i <= out->count; i++) {
        buf_clear(&out->head);
        (void)part_head(out, i, &out->head);
        bytes += (int64_t)out->head.len + (i < out->count ? out->objects[i].row.bytes : 0);
    }
    buf_clear(&out->head);
    a->type   = OBJECT_TYPE;
    a->stream = (HttpStream) { out->to_make ? -1 : bytes, objects_read, objects_free, out };
}

enum { PARTS, ZIP, ALONE };

/* By the wish that all fit: in one file, in parts or in a zip. */
static bool objects_answer(Request *q, HttpResponse *a, ObjectsOut **out_given, int offer, Err *err)
{
    ObjectsOut *out = *out_given;
    Err         why = { 0 };
    if (out->to_make > MADE_MAX)
        return err_set(err, ERR_LIMIT, "The content is too large.", "more than %d to make", MADE_MAX);
    if (out->to_make && !listed_open(out, &why)) { /* the first now, so that its failure is a refusal */
        q->status = why.kind == ERR_INPUT || why.kind == ERR_LIMIT ? 406 : 0;
        return q->status ? err_set(err, ERR_INPUT, "This image cannot be sent in this transfer syntax.", "%s",
                                   out->wanted)
                         : err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    if (out->count == 1 && (offer == ALONE || (offer == PARTS && part_syntax(out))))
        return one_answer(q, a, out, offer == PARTS ? part_syntax(out) : NULL, err);
    if (offer == ZIP && !zip_answer(a, out, err))
        return false;
    if (offer != ZIP)
        parts_answer(a, out);
    *out_given = NULL; /* with the stream */
    return true;
}

static bool objects(Request *q, HttpResponse *a, size_t uids, Err *err)
{
    static const MediaOffer OFFERS[] = { [PARTS] = { "multipart/related", "application/dicom" },
                                         [ZIP]   = { "application/zip", NULL },
                                         [ALONE] = { "application/dicom", NULL } };
    AcceptWish              wish[WISHES_MAX];
    Slice uid[3] = { q->param[0], uids > 1 ? q->param[1] : SLICE_NONE, uids > 2 ? q->param[2] : SLICE_NONE };
    ArchiveViewer viewer   = dicomweb_viewer(q);
    OWNED(ObjectsOut) *out = calloc(1, sizeof *out);
    size_t n = accept_wishes(dicomweb_accept(q), OFFERS, uids == 3 ? 3 : 2, wish, WISHES_MAX), at = 0;
    if (n == 0)
        return not_acceptable(q, err);
    if (!out)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "objects");
    out->blobs   = archive_blobs(q->house->archive);
    out->archive = q->house->archive;
    out->codec   = q->house->codec;
    out->head    = buf_make(HEAD_BYTES_MAX);
    http_set_header(a, "Vary", "Accept");
    traced_object(q, q->param[uids - 1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !instances_each(db, uid[0], uid[1], uid[2], &viewer, listed_add, out, err))
        return false;
    if (out->failed)
        return err_set(err, ERR_LIMIT, "The content is too large.", "more than %d objects", OBJECTS_MAX);
    q->traced.patient_id = out->patient_id;
    q->traced.act_id     = out->act_id;
    while (at < n && !wish_settled(out, &wish[at]))
        at++;
    if (at == n)
        return not_acceptable(q, err);
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu objects%s", out->count,
                   wish[at].offer == ZIP ? ", zip" : "");
    return objects_answer(q, a, &out, wish[at].offer, err);
}

bool wado_study(Request *q, HttpResponse *a, Err *err)
{
    return objects(q, a, 1, err);
}

bool wado_series(Request *q, HttpResponse *a, Err *err)
{
    return objects(q, a, 2, err);
}

bool wado_instance(Request *q, HttpResponse *a, Err *err)
{
    return objects(q, a, 3, err);
}
