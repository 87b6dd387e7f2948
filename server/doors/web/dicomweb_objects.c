/*
 * WADO-RS: whole objects, byte for byte as they came. PS3.18 §10.4.
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

typedef struct Listed {
    char    blob[256];
    char    syntax[65];
    char    name[136]; /* in a zip */
    int64_t bytes;
} Listed;

/* A body on its way: heads from memory, files from their mappings, one open at a time. */
typedef struct ObjectsOut {
    Blobs       *blobs;
    Archive     *archive;
    ChildPool   *codec;
    char         wanted[65]; /* transfer syntax of what is made anew; "": all as stored */
    InstanceRow *rows;       /* of the objects, when they are made anew */
    Object      *made;       /* the one being sent */
    Listed      *objects;
    size_t       count, room;
    size_t       at;   /* object being sent */
    ZipWriter   *zip;  /* NULL: multipart */
    Buf          head; /* what stands before it, or the end of all */
    size_t       head_sent;
    bool         ended; /* 'head' is the end of all */
    Blob        *blob;
    size_t       sent; /* of the blob */
    int64_t      patient_id, act_id;
    bool         failed;
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
    free(out->rows);
    free(out->objects);
    free(out);
}
OWNED_BY(ObjectsOut, objects_free)

static bool listed_room(ObjectsOut *out)
{
    size_t room = out->room ? out->room * 2 : 64;
    if (out->count < out->room)
        return true;
    Listed *more =
        room > (out->wanted[0] ? MADE_MAX : OBJECTS_MAX) ? NULL : realloc(out->objects, room * sizeof *more);
    if (!more)
        return false;
    out->objects = more;
    if (out->wanted[0]) {
        InstanceRow *rows = realloc(out->rows, room * sizeof *rows);
        if (!rows)
            return false;
        out->rows = rows;
    }
    out->room = room;
    return true;
}

static bool listed_add(const InstanceRow *row, void *with)
{
    ObjectsOut *out = with;
    if (!listed_room(out)) {
        out->failed = true;
        return false;
    }
    if (out->wanted[0])
        out->rows[out->count] = *row;
    Listed *o = &out->objects[out->count++];
    (void)slice_copy(slice_of(row->blob), o->blob, sizeof o->blob);
    (void)slice_copy(slice_of(row->syntax_uid), o->syntax, sizeof o->syntax);
    (void)snprintf(o->name, sizeof o->name, "%s/%s.dcm", row->series_uid, row->uid);
    o->bytes        = row->bytes;
    out->patient_id = row->patient_id;
    out->act_id     = row->act_id;
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

static bool listed_open(ObjectsOut *out)
{
    const Listed *o   = &out->objects[out->at];
    Err           err = { 0 };
    out->sent         = 0;
    if (out->wanted[0]) {
        out->made = object_open(out->archive, out->codec, &out->rows[out->at], out->wanted, &err);
        if (!out->made)
            log_err("web", "object in another transfer syntax", &err);
        return out->made != NULL;
    }
    out->blob = blob_open(out->blobs, o->blob, &err);
    if (out->blob && (int64_t)blob_bytes(out->blob).len == o->bytes)
        return true;
    err_set(&err, ERR_BUG, "Something went wrong here.", "a stored file has another size than its row");
    log_err("web", "stored object", &err);
    return false;
}

/* What stands before an object in a multipart body, or ends it. */
static bool part_head(const ObjectsOut *out, size_t at, Buf *ret)
{
    if (at == out->count)
        return buf_add_text(ret, OBJECTS_END);
    return buf_addf(ret,
                    "%s--" OBJECT_BOUNDARY "\r\nContent-Type: application/dicom; transfer-syntax=%s\r\n\r\n",
                    at ? "\r\n" : "", out->wanted[0] ? out->wanted : out->objects[at].syntax);
}

static bool zip_head(ObjectsOut *out, Err *err)
{
    Slice bytes = out->ended ? SLICE_NONE : listed_bytes(out);
    return out->ended ? zip_end(out->zip, &out->head, err)
                      : zip_entry(out->zip, slice_of(out->objects[out->at].name), zip_crc(0, bytes),
                                  bytes.len, &out->head, err);
}

/* Opens the object whose turn it is, or comes to the end; 'head' is what is to be sent first. */
static bool turn_begin(ObjectsOut *out)
{
    Err err        = { 0 };
    out->ended     = out->at == out->count;
    out->head_sent = 0;
    buf_clear(&out->head);
    if (!out->ended && !out->blob && !out->made && !listed_open(out))
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

/* All in the syntax asked for already: sent as stored. Else each must be one that we can make. */
static bool settle_syntax(Request *q, ObjectsOut *out, Err *err)
{
    bool   stored = true;
    Slice  wanted = slice_of(out->wanted);
    size_t i      = 0;
    for (; wanted.len && i < out->count; i++) {
        Slice own = slice_of(out->objects[i].syntax);
        stored    = stored && slice_equal(own, wanted);
        if (!transcode_offered(own, wanted))
            return not_acceptable(q, err);
    }
    if (stored)
        out->wanted[0] = 0;
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
    const char *syntax = out->made ? out->wanted : out->objects[0].syntax;
    return syntax[0] && strspn(syntax, "0123456789.") == strlen(syntax) ? syntax : NULL;
}

/* One object alone, named to nginx; with a 'syntax' as the one part of a multipart body. */
static bool one_answer(Request *q, HttpResponse *a, const ObjectsOut *out, const char *syntax, Err *err)
{
    const char *path =
        out->made ? object_redirect(out->made) : arena_textf(q->arena, "/_blobs/%s", out->objects[0].blob);
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
        bytes += (int64_t)out->head.len + (i < out->count ? out->objects[i].bytes : 0);
    }
    buf_clear(&out->head);
    a->type   = OBJECT_TYPE;
    a->stream = (HttpStream) { out->wanted[0] ? -1 : bytes, objects_read, objects_free, out };
}

static bool objects(Request *q, HttpResponse *a, size_t uids, Err *err)
{
    static const MediaOffer OFFERS[] = { { "multipart/related", "application/dicom" },
                                         { "application/zip", NULL },
                                         { "application/dicom", NULL } };
    enum { PARTS, ZIP, ALONE };
    Slice syntax,
        uid[3] = { q->param[0], uids > 1 ? q->param[1] : SLICE_NONE, uids > 2 ? q->param[2] : SLICE_NONE };
    ArchiveViewer viewer   = dicomweb_viewer(q);
    OWNED(ObjectsOut) *out = calloc(1, sizeof *out);
    int chosen             = accept_choose(dicomweb_accept(q), OFFERS, uids == 3 ? 3 : 2, &syntax);
    if (chosen < 0)
        return not_acceptable(q, err);
    if (!out)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "objects");
    out->blobs   = archive_blobs(q->house->archive);
    out->archive = q->house->archive;
    out->codec   = q->house->codec;
    out->head    = buf_make(HEAD_BYTES_MAX);
    if (!slice_copy(syntax, out->wanted, sizeof out->wanted))
        return not_acceptable(q, err);
    traced_object(q, q->param[uids - 1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !instances_each(db, uid[0], uid[1], uid[2], &viewer, listed_add, out, err))
        return false;
    if (out->failed)
        return err_set(err, ERR_LIMIT, "The content is too large.", "more than %d objects", OBJECTS_MAX);
    q->traced.patient_id = out->patient_id;
    q->traced.act_id     = out->act_id;
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu objects%s", out->count,
                   chosen == ZIP ? ", zip" : "");
    if (!settle_syntax(q, out, err))
        return false;
    if (out->wanted[0] && !listed_open(out)) { /* the first now, so that its failure is a refusal */
        q->status = 406;
        return err_set(err, ERR_INPUT, "This image cannot be sent in this transfer syntax.", "%s",
                       out->wanted);
    }
    if (out->count == 1 && (chosen == ALONE || (chosen == PARTS && part_syntax(out))))
        return one_answer(q, a, out, chosen == PARTS ? part_syntax(out) : NULL, err);
    if (chosen == ZIP && !zip_answer(a, out, err))
        return false;
    if (chosen != ZIP)
        parts_answer(a, out);
    (void)GIVE(out); /* with the stream */
    return true;
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
