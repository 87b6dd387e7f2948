/*
 * Other archives: a study fetched into ours. What is there is asked first, image by image, so that only what
 * is missing travels, also when an earlier fetch was cut off.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <stdio.h>

#include "clinic/archive/refusal.h"
#include "clinic/archive/retrieve.h"
#include "doors/dimse/command.h"
#include "doors/dimse/remote_internal.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"
#include "platform/clock.h"
#include "platform/log.h"

enum {
    SERIES_MAX     = 5000,
    IMAGES_MAX     = 200000,
    CLASSES_MAX    = 64,
    IDENTIFIER_MAX = 1 << 17,
    UIDS_AT_ONCE   = 200, /* of one request: some peers read no longer lists */
    MOVE_WAIT_MS   = 10000,
    UIDS_ARENA_MAX = 64 << 20,
};

typedef struct Image {
    Slice uid;
    int   series, sop_class; /* indices */
    bool  here;
} Image;

typedef struct Fetch {
    const RemoteHouse *h;
    const RemoteAsker *who;
    Peer               peer;
    Slice              study_uid;
    char               actor[32];
    Arena             *arena;
    Slice             *series;
    Image             *images;
    char               classes[CLASSES_MAX][65];
    int                series_count, image_count, class_count, asked; /* 'asked': the series under way */
    bool               too_many, cancelled;
    const RemoteWatch *watch;  /* NULL: nobody */
    int64_t            before; /* stored when this request was made */
    RemoteFetched      count;
    Err                why;        /* the first object that could not be kept */
    IngestResult       taking;     /* the object under way: its class and its UID */
    Err                taking_why; /* it could not even be begun */
} Fetch;

/* Does somebody still want it? */
static bool wanted(Fetch *f)
{
    if (!f->cancelled && f->watch)
        f->cancelled = !f->watch->go_on(f->watch->with, &f->count);
    return !f->cancelled;
}

static bool stopped(Err *err)
{
    return err_set(err, ERR_CONFLICT, "The fetch was cancelled.", "cancelled");
}

/* ---- what the peer holds ---- */

static bool add_series(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg)
{
    Fetch *f           = arg;
    Slice  uid         = SLICE_NONE;
    OWNED(Dataset) *ds = dataset_parse(identifier, syntax, NULL);
    (void)status;
    if (!ds || !dataset_uid(ds, TAG_SERIES_INSTANCE_UID, &uid))
        return true;
    f->too_many = f->series_count == SERIES_MAX;
    if (!f->too_many)
        f->series[f->series_count++] = arena_slice(f->arena, uid);
    return !f->too_many;
}

static int class_index(Fetch *f, Slice uid)
{
    for (int i = 0; i < f->class_count; i++)
        if (slice_equal_text(uid, f->classes[i]))
            return i;
    if (f->class_count == CLASSES_MAX || !slice_copy(uid, f->classes[f->class_count], 65))
        return -1;
    return f->class_count++;
}

static bool add_image(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg)
{
    Fetch *f   = arg;
    Slice  uid = SLICE_NONE, class_uid = SLICE_NONE;
    OWNED(Dataset) *ds = dataset_parse(identifier, syntax, NULL);
    (void)status;
    if (!ds || !dataset_uid(ds, TAG_SOP_INSTANCE_UID, &uid))
        return true;
    (void)dataset_uid(ds, TAG_SOP_CLASS_UID, &class_uid);
    f->too_many = f->image_count == IMAGES_MAX;
    if (!f->too_many)
        f->images[f->image_count++] = (Image) { arena_slice(f->arena, uid), f->asked,
                                                class_uid.len ? class_index(f, class_uid) : -1, false };
    return !f->too_many;
}

/* Begins an identifier: level and study, and the series when there is one. */
static DicomWriter *identifier_new(const Fetch *f, const char *level, Slice series)
{
    DicomWriter *w = dw_new(IDENTIFIER_MAX);
    if (!w)
        return NULL;
    dw_text(w, TAG_QUERY_RETRIEVE_LEVEL, level);
    dw_slice(w, TAG_STUDY_INSTANCE_UID, f->study_uid);
    if (series.len)
        dw_slice(w, TAG_SERIES_INSTANCE_UID, series);
    return w;
}

static bool ask_series(Fetch *f, Scu *scu, Err *err)
{
    OWNED(DicomWriter) *w = identifier_new(f, "SERIES", SLICE_NONE);
    if (w)
        dw_empty(w, TAG_SERIES_INSTANCE_UID);
    return w && remote_ask(scu, w, add_series, f, err);
}

static bool ask_images(Fetch *f, Scu *scu, Err *err)
{
    for (f->asked = 0; f->asked < f->series_count; f->asked++) {
        OWNED(DicomWriter) *w = identifier_new(f, "IMAGE", f->series[f->asked]);
        if (!w)
            return false;
        dw_empty(w, TAG_SOP_INSTANCE_UID);
        dw_empty(w, TAG_SOP_CLASS_UID);
        if (!remote_ask(scu, w, add_image, f, err))
            return false;
        f->count.held = f->image_count;
        if (!wanted(f))
            return stopped(err);
    }
    return true;
}

/* Which of them are here, safely. */
static bool look_here(Fetch *f, int64_t *ret_missing, Err *err)
{
    int64_t missing = 0;
    OWNED(Db) *db   = db_read(f->h->db, err);
    for (int i = 0; db && i < f->image_count; i++) {
        Image *one = &f->images[i];
        if (!instance_is_here(db, f->study_uid, one->uid, &one->here, err))
            return false;
        missing += !one->here;
    }
    *ret_missing = missing;
    return db != NULL;
}

static bool ask_all(Fetch *f, Err *err)
{
    static const ScuContext CONTEXTS[] = {
        { SOP_CLASS_STUDY_ROOT_FIND, { UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN }, false }
    };
    OWNED(Scu) *scu = remote_call(f->h, &f->peer, CONTEXTS, COUNT(CONTEXTS), err);
    if (!scu || !ask_series(f, scu, err) || !ask_images(f, scu, err) || !scu_release(scu, err))
        return false;
    f->count.held = f->image_count;
    if (f->too_many)
        return err_set(err, ERR_LIMIT, "The query has too many answers.", "a study of too many images");
    return f->image_count || err_set(err, ERR_NOT_FOUND, "The DICOM peer has no such study.",
                                     "study " SLICE_FMT, SLICE_ARG(f->study_uid));
}

/* ---- objects taken ---- */

static IngestSource source_of(const Fetch *f)
{
    return (IngestSource) { .via             = "fetch",
                            .actor           = f->actor,
                            .organisation_id = f->peer.organisation_id,
                            .ae_title        = f->peer.ae_title,
                            .address         = f->peer.address };
}

static void *take_begin(void *with, const char *sop_class, const char *sop_instance, const char *syntax_uid)
{
    Fetch *f = with;
    if (f->cancelled)
        return NULL; /* still on its way when we said enough */
    IngestSource source = source_of(f);
    f->taking           = (IngestResult) { 0 };
    f->taking_why       = (Err) { 0 };
    (void)slice_copy(slice_of(sop_class), f->taking.sop_class, sizeof f->taking.sop_class);
    (void)slice_copy(slice_of(sop_instance), f->taking.sop_instance, sizeof f->taking.sop_instance);
    void *object = ingest_begin(f->h->archive, &source, slice_of(syntax_uid), slice_of(sop_class),
                                slice_of(sop_instance), &f->taking_why);
    if (!object)
        (void)err_set(&f->why, f->taking_why.kind, f->taking_why.shown, "%s", f->taking_why.detail);
    return object;
}

static void take_part(Slice bytes, void *object)
{
    if (object)
        (void)ingest_append(object, bytes, NULL); /* the error sticks */
}

static uint16_t take_end(void *with, void *object)
{
    Fetch       *f      = with;
    Err          why    = { 0 };
    IngestResult result = { 0 };
    if (!object && f->cancelled)
        return STATUS_OUT_OF_RESOURCES;
    bool kept = object && ingest_finish(object, &result, &why);
    ingest_free(object);
    if (kept && result.outcome != INGEST_ASIDE) {
        f->count.stored += result.outcome == INGEST_STORED;
        (void)wanted(f);
        return STATUS_SUCCESS;
    }
    f->count.refused++;
    log_err("dimse", "fetched object refused", object ? &why : &f->taking_why);
    if (!kept) {
        IngestSource source = source_of(f);
        refusal_note(f->h->archive, &source, &f->taking, object ? &why : &f->taking_why);
    }
    return kept || !object ? STATUS_PROCESSING_FAILURE : dimse_status(why.kind);
}

static void take_give_up(void *with, void *object)
{
    (void)with;
    ingest_free(object);
}

/* ---- contexts ---- */

/* Lossless first: what the peer holds comes as it is where it lets us choose. */
static const char *const WANTED_SYNTAXES[] = {
    UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN, "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",      "1.2.840.10008.1.2.4.90",      "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",      "1.2.840.10008.1.2.4.91",      "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.81",      "1.2.840.10008.1.2.4.202",     "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.203",     "1.2.840.10008.1.2.4.57",      UID_DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    "1.2.840.10008.1.2.4.100",     "1.2.840.10008.1.2.4.102",     "1.2.840.10008.1.2.4.103",
};

/* One syntax a context, so that the peer keeps what it has: as many per class as there is room for. */
static size_t contexts_of(const Fetch *f, ScuContext ret[PDU_CONTEXTS_MAX])
{
    size_t count = 0;
    ret[count++] = (ScuContext) { SOP_CLASS_STUDY_ROOT_GET,
                                  { UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN },
                                  false };
    for (size_t j = 0; j < COUNT(WANTED_SYNTAXES); j++)
        for (int i = 0; i < f->class_count && count < PDU_CONTEXTS_MAX; i++)
            ret[count++] = (ScuContext) { f->classes[i], { WANTED_SYNTAXES[j] }, true };
    if (f->class_count)
        return count;
    for (size_t i = 0; i < uid_storage_count() && count < PDU_CONTEXTS_MAX; i++) /* it did not say which */
        ret[count++] =
            (ScuContext) { uid_storage_at(i),
                           { WANTED_SYNTAXES[0], WANTED_SYNTAXES[1], WANTED_SYNTAXES[2], WANTED_SYNTAXES[3],
                             WANTED_SYNTAXES[4], WANTED_SYNTAXES[5], WANTED_SYNTAXES[6], WANTED_SYNTAXES[7] },
                           true };
    return count;
}

/* ---- asking for objects ---- */

typedef bool Ask(Fetch *f, Scu *scu, DicomWriter *w, Err *err);

/* After each answer; of a C-GET the objects themselves are counted. */
static bool watch_get(const ScuProgress *p, void *arg)
{
    (void)p;
    return wanted(arg);
}

static bool watch_move(const ScuProgress *p, void *arg)
{
    Fetch *f        = arg;
    f->count.stored = f->before + p->completed;
    return wanted(f);
}

static bool ended_well(const Fetch *f, const ScuProgress *p, Err *err)
{
    if (f->cancelled)
        return stopped(err);
    return p->status == STATUS_SUCCESS || p->status == STATUS_SOME_FAILED ||
           err_set(err, p->status == STATUS_NOT_AUTHORISED ? ERR_DENIED : ERR_UNAVAILABLE,
                   "The DICOM peer answered with a failure.", "retrieve status %04x", p->status);
}

static bool by_get(Fetch *f, Scu *scu, DicomWriter *w, Err *err)
{
    ScuTaker    taker      = { f, take_begin, take_part, take_end, take_give_up };
    OWNED_BUF   identifier = buf_make(IDENTIFIER_MAX);
    ScuProgress last       = { 0 };
    return remote_identifier(scu, SOP_CLASS_STUDY_ROOT_GET, w, &identifier, err) &&
           scu_get(scu, SOP_CLASS_STUDY_ROOT_GET, buf_slice(&identifier), &taker, watch_get, f, &last, err) &&
           ended_well(f, &last, err);
}

static bool by_move(Fetch *f, Scu *scu, DicomWriter *w, Err *err)
{
    OWNED_BUF   identifier = buf_make(IDENTIFIER_MAX);
    ScuProgress last       = { 0 };
    f->before              = f->count.stored;
    return remote_identifier(scu, SOP_CLASS_STUDY_ROOT_MOVE, w, &identifier, err) &&
           scu_move(scu, SOP_CLASS_STUDY_ROOT_MOVE, f->h->ae_title, buf_slice(&identifier), watch_move, f,
                    &last, err) &&
           ended_well(f, &last, err);
}

/* The missing ones of a series; the whole of it when all are missing. */
static bool ask_for_series(Fetch *f, Scu *scu, Ask *ask, int series, Err *err)
{
    OWNED_BUF list    = buf_make(IDENTIFIER_MAX / 2);
    int       missing = 0, listed = 0, all = 0;
    for (int i = 0; i < f->image_count; i++) {
        all += f->images[i].series == series;
        missing += f->images[i].series == series && !f->images[i].here;
    }
    if (missing && missing == all) {
        OWNED(DicomWriter) *w = identifier_new(f, "SERIES", f->series[series]);
        return w && ask(f, scu, w, err);
    }
    for (int i = 0; missing && i < f->image_count; i++) {
        if (f->images[i].series != series || f->images[i].here)
            continue;
        if (listed++)
            buf_add_char(&list, '\\');
        buf_add(&list, f->images[i].uid);
        missing--;
        if (listed < UIDS_AT_ONCE && missing)
            continue;
        OWNED(DicomWriter) *w = identifier_new(f, "IMAGE", f->series[series]);
        if (!w)
            return false;
        dw_value(w, TAG_SOP_INSTANCE_UID, VR_UI, buf_slice(&list));
        if (!ask(f, scu, w, err))
            return false;
        buf_clear(&list);
        listed = 0;
    }
    return true;
}

static bool ask_for_all(Fetch *f, Scu *scu, Ask *ask, Err *err)
{
    int64_t here = 0;
    for (int i = 0; i < f->image_count; i++)
        here += f->images[i].here;
    if (!here) { /* nothing of it: the whole study at once */
        OWNED(DicomWriter) *w = identifier_new(f, "STUDY", SLICE_NONE);
        return w && ask(f, scu, w, err);
    }
    for (int i = 0; i < f->series_count; i++)
        if (!ask_for_series(f, scu, ask, i, err))
            return false;
    return true;
}

static bool get_all(Fetch *f, bool *ret_offered, Err *err)
{
    ScuContext *contexts = calloc(PDU_CONTEXTS_MAX, sizeof *contexts);
    size_t      count    = contexts ? contexts_of(f, contexts) : 0;
    OWNED(Scu) *scu      = contexts ? remote_call(f->h, &f->peer, contexts, count, err) : NULL;
    free(contexts);
    *ret_offered = !scu || scu_syntax(scu, SOP_CLASS_STUDY_ROOT_GET);
    if (scu && !*ret_offered)
        return scu_release(scu, err);
    return scu && ask_for_all(f, scu, by_get, err) && scu_release(scu, err);
}

/* The objects come in by our own door, on associations of the peer's; the last may still be on its way. */
static bool move_all(Fetch *f, Err *err)
{
    static const ScuContext CONTEXTS[] = {
        { SOP_CLASS_STUDY_ROOT_MOVE, { UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN }, false }
    };
    int64_t before, missing = 0;
    OWNED(Scu) *scu = remote_call(f->h, &f->peer, CONTEXTS, COUNT(CONTEXTS), err);
    if (!scu || !look_here(f, &before, err) || !ask_for_all(f, scu, by_move, err) || !scu_release(scu, err))
        return false;
    for (int64_t end_ms = clock_monotonic_ms() + MOVE_WAIT_MS;;) {
        if (!look_here(f, &missing, err))
            return false;
        if (!missing || clock_monotonic_ms() >= end_ms)
            break;
        if (!wanted(f))
            return stopped(err);
        (void)poll(NULL, 0, 100);
    }
    f->count.stored = before - missing;
    return true;
}

static bool fetch_missing(Fetch *f, Err *err)
{
    bool    offered = true;
    int64_t missing = 0;
    if (!ask_all(f, err) || !look_here(f, &missing, err))
        return false;
    f->count.there = f->image_count - missing;
    if (!missing)
        return true;
    if (!get_all(f, &offered, err) || (!offered && !move_all(f, err)) || !look_here(f, &missing, err))
        return false;
    return missing <= f->count.refused ||
           err_set(err, ERR_UNAVAILABLE, "Not all images of this study came.", "%lld of %lld are missing",
                   (long long)missing, (long long)f->count.held);
}

static Fetch *fetch_new(void)
{
    Fetch *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->arena  = arena_new(UIDS_ARENA_MAX);
    f->series = calloc(SERIES_MAX, sizeof *f->series);
    f->images = calloc(IMAGES_MAX, sizeof *f->images);
    return f;
}

static void fetch_free(Fetch *f)
{
    if (!f)
        return;
    arena_free(f->arena);
    free(f->series);
    free(f->images);
    free(f);
}
OWNED_BY(Fetch, fetch_free)

bool remote_fetch(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, Slice study_uid,
                  const RemoteWatch *watch, RemoteFetched *ret, Err *err)
{
    char detail[120];
    OWNED(Fetch) *f = fetch_new();
    *ret            = (RemoteFetched) { 0 };
    if (!uid_is_usable(study_uid))
        return err_set(err, ERR_INPUT, "A UID of the image is malformed.", "study to fetch");
    if (!f || !f->arena || !f->series || !f->images)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "a fetch");
    f->h         = h;
    f->who       = who;
    f->study_uid = study_uid;
    f->watch     = watch;
    if (!remote_peer(h, who, ae_title, "fetch from", &f->peer, err))
        return false;
    (void)snprintf(f->actor, sizeof f->actor, "peer:%s", f->peer.ae_title);
    bool ok = fetch_missing(f, err);
    *ret    = f->count;
    (void)snprintf(detail, sizeof detail, "%lld held, %lld here before, %lld stored, %lld refused",
                   (long long)ret->held, (long long)ret->there, (long long)ret->stored,
                   (long long)ret->refused);
    return remote_trace(h, who, &f->peer, AUDIT_STORE, ok ? AUDIT_OK : AUDIT_FAILED, "fetch from", study_uid,
                        detail, ok ? err : NULL) &&
           ok;
}
