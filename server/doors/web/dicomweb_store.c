/*
 * STOW-RS: instances received while they come, each judged alone. PS3.18 §10.5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/refusal.h"
#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/multipart.h"
#include "doors/web/stow_metadata.h"
#include "doors/web/web.h"
#include "formats/dicom/part10.h"
#include "formats/dicomweb/xml_write.h"
#include "formats/json/json_util.h"

enum {
    PEEK_BYTES              = 64 << 10, /* enough of a file to see its study, when the address names one */
    STOW_CANNOT_UNDERSTAND  = 0xC000,   /* PS3.18 table 10.5.3-2, PS3.4 §B.2.3 */
    STOW_OUT_OF_RESOURCES   = 0xA700,
    STOW_OTHER_STUDY        = 0xA900,
    STOW_PROCESSING_FAILURE = 0x0110,
    STOW_RESULTS_MAX        = 20000,
    STOW_UNDER_WAY          = 4, /* instances of one upload made durable while the next arrives */
};

typedef struct Stow {
    Request      *q;
    Multipart    *parts;
    StowMetadata *metadata; /* JSON or XML with bulk data; NULL: whole files */
    Ingest       *ingest;
    IngestSource  source;
    char          factors[64];
    Buf           peek; /* the beginning of a part, until its study is known */
    bool          judged, refused;
    int           refusal;
    Err           refused_why;
    IngestLater  *under_way[STOW_UNDER_WAY]; /* in the order in which they came */
    size_t        under_way_count;
    json_t       *stored, *failed;
    size_t        count;
    bool          all_unavailable, full; /* every refusal is of the moment; one for want of room */
    int64_t       last_patient, last_act;
    char          study[65]; /* of what was stored; "" none */
    bool          several;   /* studies */
} Stow;

static int failure_of(const Err *err)
{
    switch (err->kind) {
    case ERR_INPUT:
        return STOW_CANNOT_UNDERSTAND;
    case ERR_LIMIT:
    case ERR_UNAVAILABLE:
    case ERR_FULL:
        return STOW_OUT_OF_RESOURCES;
    default:
        return STOW_PROCESSING_FAILURE;
    }
}

/* 'r': what is known of it. */
static void note_refusal(Stow *s, const IngestResult *r, const Err *why)
{
    s->all_unavailable = s->all_unavailable && err_may_pass(why->kind);
    s->full            = s->full || why->kind == ERR_FULL;
    refusal_note(s->q->house->archive, &s->source, r, why);
}

static const Err OTHER_STUDY = { ERR_CONFLICT, "The image is of another study than the one addressed.", "" };
static const Err NOT_DICOM   = { ERR_INPUT, "This is not a DICOM file.", "part of another media type" };

static void put_value(json_t *item, const char *tag, const char *vr, json_t *value)
{
    json_put(item, tag, json_pack("{s:s, s:[o]}", "vr", vr, "Value", value));
}

static json_t *reference_of(const IngestResult *r)
{
    json_t *item = json_object();
    if (r->sop_class[0])
        put_value(item, "00081150", "UI", json_cstr(r->sop_class));
    if (r->sop_instance[0])
        put_value(item, "00081155", "UI", json_cstr(r->sop_instance));
    return item;
}

static void add_failed(Stow *s, const IngestResult *r, int reason)
{
    json_t *item = reference_of(r);
    put_value(item, "00081197", "US", json_integer(reason));
    json_push(s->failed, item);
}

static void add_stored(Stow *s, const IngestResult *r)
{
    json_t *item = reference_of(r);
    char   *url  = arena_textf(s->q->arena, "%s/studies/%s/series/%s/instances/%s", dicomweb_base(s->q),
                               r->study, r->series, r->sop_instance);
    if (url)
        put_value(item, "00081190", "UR", json_cstr(url));
    json_push(s->stored, item);
    s->several = s->several || (s->study[0] && strcmp(s->study, r->study) != 0);
    (void)slice_copy(slice_of(r->study), s->study, sizeof s->study);
    s->last_patient = r->patient_id;
    s->last_act     = r->act_id;
}

/* The address names a study: an instance of another one is refused before anything is kept. */
static void judge_study(Stow *s)
{
    s->judged = true;
    if (!s->q->param[0].len)
        return;
    OWNED(Dataset) *head = part10_head_scan(buf_slice(&s->peek), NULL, NULL);
    Slice uid;
    if (head && dataset_uid(head, TAG_STUDY_INSTANCE_UID, &uid) && !slice_equal(uid, s->q->param[0])) {
        s->refused     = true;
        s->refusal     = STOW_OTHER_STUDY;
        s->refused_why = OTHER_STUDY;
    }
}

static bool part_begin(void *with, Slice header, Err *err)
{
    Stow *s   = with;
    Err   why = { 0 };
    Slice type;
    if (s->metadata)
        return stow_metadata_begin(s->metadata, header, err);
    if (++s->count > STOW_RESULTS_MAX)
        return err_set(err, ERR_LIMIT, "The upload has too many parts.", "more than %d", STOW_RESULTS_MAX);
    (void)media_parameter(multipart_header(header, "Content-Type"), "", &type);
    buf_clear(&s->peek);
    s->judged = s->refused = false;
    if (type.len && !slice_equal_fold(type, SLICE("application/dicom"))) {
        s->refused     = true;
        s->refusal     = STOW_CANNOT_UNDERSTAND;
        s->refused_why = NOT_DICOM;
        return true;
    }
    s->ingest = ingest_begin_file(s->q->house->archive, &s->source, &why);
    if (!s->ingest) {
        s->refused     = true;
        s->refusal     = failure_of(&why);
        s->refused_why = why;
    }
    return true;
}

/* Errors of one instance stick to it and come out at its end: the others go on. */
static bool part_data(void *with, Slice bytes, Err *err)
{
    Stow *s = with;
    if (s->metadata)
        return stow_metadata_data(s->metadata, bytes, err);
    if (s->refused)
        return true;
    if (!s->judged && s->q->param[0].len) {
        size_t room = PEEK_BYTES - s->peek.len;
        (void)buf_add(&s->peek, slice_part(bytes, 0, room));
        if (s->peek.len == PEEK_BYTES)
            judge_study(s);
    }
    if (!s->refused)
        (void)ingest_append(s->ingest, bytes, NULL);
    return true;
}

static void result_of(Stow *s, const IngestResult *r, bool ok, const Err *why)
{
    if (!ok) {
        add_failed(s, r, failure_of(why));
        note_refusal(s, r, why);
    } else if (r->outcome == INGEST_ASIDE) {
        add_failed(s, r, STOW_PROCESSING_FAILURE);
        s->all_unavailable = false;
    } else {
        add_stored(s, r);
        s->all_unavailable = false;
    }
}

/* Waits for those under way until at most 'left' are. */
static void await_until(Stow *s, size_t left)
{
    while (s->under_way_count > left) {
        IngestResult r   = { 0 };
        Err          why = { 0 };
        bool         ok  = ingest_finish_end(s->under_way[0], &r, &why);
        s->under_way_count--;
        memmove(s->under_way, s->under_way + 1, s->under_way_count * sizeof *s->under_way);
        result_of(s, &r, ok, &why);
    }
}

static void finish_later(Stow *s)
{
    IngestResult r   = { 0 };
    Err          why = { 0 };
    await_until(s, STOW_UNDER_WAY - 1);
    IngestLater *later = ingest_finish_begin(s->q->house->archive, s->ingest, &why);
    if (later) {
        s->under_way[s->under_way_count++] = later;
        s->ingest                          = NULL;
        return;
    }
    await_until(s, 0);
    why     = (Err) { 0 };
    bool ok = ingest_finish(s->ingest, &r, &why);
    result_of(s, &r, ok, &why);
    ingest_free(s->ingest);
    s->ingest = NULL;
}

static bool part_end(void *with, Err *err)
{
    Stow        *s = with;
    IngestResult r = { 0 };
    if (s->metadata)
        return stow_metadata_end(s->metadata, err);
    if (!s->refused && !s->judged)
        judge_study(s);
    if (!s->refused) {
        finish_later(s);
        return true;
    }
    await_until(s, 0);
    add_failed(s, &r, s->refusal);
    note_refusal(s, &r, &s->refused_why);
    ingest_free(s->ingest);
    s->ingest = NULL;
    return true;
}

/* The upload is whole: its instances are put together, one after the other. */
static bool metadata_finish(Stow *s, Err *err)
{
    size_t count;
    if (!stow_metadata_close(s->metadata, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        IngestResult ids = { 0 };
        Err          why = { 0 };
        s->ingest        = stow_metadata_instance(s->metadata, i, &s->source, &ids, &why);
        bool other       = s->q->param[0].len && ids.study[0] && !slice_equal_text(s->q->param[0], ids.study);
        if (s->ingest && !other) {
            finish_later(s);
            continue;
        }
        await_until(s, 0);
        add_failed(s, &ids, other ? STOW_OTHER_STUDY : failure_of(&why));
        note_refusal(s, &ids, other ? &OTHER_STUDY : &why);
        ingest_free(s->ingest);
        s->ingest = NULL;
    }
    return true;
}

static void stow_drop(void *receiving)
{
    Stow *s = receiving;
    await_until(s, 0); /* the upload broke off: what came whole is kept */
    multipart_free(s->parts);
    ingest_free(s->ingest);
    stow_metadata_free(s->metadata);
    buf_free(&s->peek);
    json_decref(s->stored);
    json_decref(s->failed);
    free(s);
}

static bool stow_begin(Request *q, Err *err)
{
    Slice type  = slice_of(http_header(q->http, "Content-Type")), media;
    Slice inner = media_parameter(type, "type", &media);
    if (!slice_equal_fold(media, SLICE("multipart/related")) ||
        (inner.len && !slice_equal_fold(inner, SLICE("application/dicom")) && !stow_metadata_type(inner))) {
        q->status = 415;
        return err_set(err, ERR_INPUT, "The upload must be multipart/related with a boundary.",
                       "Content-Type");
    }
    Stow *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "upload");
    q->receiving       = s;
    s->q               = q;
    s->stored          = json_array();
    s->failed          = json_array();
    s->peek            = buf_make(PEEK_BYTES);
    s->all_unavailable = true;
    s->source          = (IngestSource) { .via       = "web",
                                          .actor     = q->who.login,
                                          .person_id = q->who.person_id,
                                          .address   = q->http->address,
                                          .factors   = who_factors_text(&q->who, s->factors, sizeof s->factors) };
    MultipartSink sink = { part_begin, part_data, part_end, s };
    s->parts           = multipart_new(type, &sink, err);
    if (s->parts && stow_metadata_type(inner) && !(s->metadata = stow_metadata_new(q->house->archive, err)))
        return false;
    return s->parts && s->stored && s->failed;
}

static bool stow_feed(Request *q, Slice block, Err *err)
{
    return multipart_feed(((Stow *)q->receiving)->parts, block, err);
}

const Receiver STOW_RECEIVER = { stow_begin, stow_feed, stow_drop };

/* The Store Instances Response Module (PS3.18 table I.2-1): where the study is, what was kept, what was not. */
static json_t *told_of(const Stow *s, Err *err)
{
    Slice   study = s->q->param[0].len ? s->q->param[0] : s->several ? SLICE_NONE : slice_of(s->study);
    json_t *json  = json_object();
    if (!json) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "upload");
        return NULL;
    }
    if (study.len) {
        char *url = arena_textf(s->q->arena, "%s/studies/" SLICE_FMT, dicomweb_base(s->q), SLICE_ARG(study));
        put_value(json, "00081190", "UR", json_cstr(url));
    }
    if (json_array_size(s->failed))
        json_put(json, "00081198", json_pack("{s:s, s:O}", "vr", "SQ", "Value", s->failed));
    if (json_array_size(s->stored))
        json_put(json, "00081199", json_pack("{s:s, s:O}", "vr", "SQ", "Value", s->stored));
    return json;
}

/* In XML to who prefers it; nobody's images are refused for the form of the answer. */
static bool answer_in_its_form(Request *q, HttpResponse *a, json_t *json, Err *err)
{
    static const MediaOffer OFFERS[] = { { "application/dicom+json", NULL },
                                         { "application/json", NULL },
                                         { "application/dicom+xml", NULL } };
    enum { XML = 2 };
    Slice     syntax;
    OWNED_BUF text   = buf_make(RESPONSE_BYTES_MAX);
    int       chosen = accept_choose(dicomweb_accept(q), OFFERS, COUNT(OFFERS), &syntax);
    a->type          = OFFERS[chosen < 0 ? 0 : chosen].type;
    if (chosen != XML)
        return json_dump_to_buf(json, &a->bytes, err);
    return json_dump_to_buf(json, &text, err) && dicomweb_xml_alone(buf_slice(&text), &a->bytes, err);
}

bool stow(Request *q, HttpResponse *a, Err *err)
{
    Stow *s     = q->receiving;
    bool  whole = multipart_finish(s->parts, err);
    if (whole && s->metadata)
        whole = metadata_finish(s, err);
    await_until(s, 0);
    if (!whole)
        return false;
    size_t stored = json_array_size(s->stored), failed = json_array_size(s->failed);
    if (stored + failed == 0)
        return err_set(err, ERR_INPUT, "The upload holds no instance.", "no part");
    OWNED(json_t) *json = told_of(s, err);
    if (!json)
        return false;
    push_wake(q->web->push);
    q->traced.patient_id = s->last_patient;
    q->traced.act_id     = s->last_act;
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu stored, %zu refused", stored, failed);
    a->status = !failed              ? 200
                : stored             ? 202
                : !s->all_unavailable ? 409
                : s->full            ? 507
                                     : 503;
    return answer_in_its_form(q, a, json, err);
}
