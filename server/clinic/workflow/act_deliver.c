/*
 * Delivering a signed report: the PDF kept, the DICOM object in the archive, a line per recipient. E30, E31,
 * S7.
 *
 * Repeatable: names and UIDs are fixed by act and version, so a job that was cut off starts again without
 * doubles.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include <openssl/sha.h>

#include "clinic/archive/ingest.h"
#include "clinic/reports/local_time.h"
#include "clinic/workflow/act_deliver.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/delivery.h"
#include "formats/json/base64.h"
#include "platform/clock.h"

enum { DOCUMENT_BYTES_MAX = 64 << 20 };

static const char *text_at(const json_t *object, const char *key, const char *member)
{
    const json_t *value =
        member ? json_object_get(json_object_get(object, key), member) : json_object_get(object, key);
    const char *text = json_string_value(value);
    return text ? text : "";
}

static void digest_of(Slice bytes, char ret[65])
{
    uint8_t sha256[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)bytes.at, bytes.len, sha256);
    hex_encode(slice_bytes(sha256, sizeof sha256), ret);
}

/* ---- the PDF ---- */

static bool kept_already(Blobs *blobs, const char *name, const char *sha256)
{
    Err  absent = { 0 };
    char digest[65];
    OWNED(Blob) *blob = blob_open(blobs, name, &absent);
    if (!blob)
        return false;
    digest_of(blob_bytes(blob), digest);
    return strcmp(digest, sha256) == 0;
}

static bool pdf_keep(Blobs *blobs, const char *name, Slice pdf, const char *sha256, Err *err)
{
    uint8_t committed[32];
    int64_t bytes = 0;
    if (kept_already(blobs, name, sha256))
        return true;
    if (!blob_remove(blobs, name, err)) /* cut off before it was whole */
        return false;
    OWNED(BlobWriter) *w = blob_begin(blobs, name, err);
    return w && blob_append(w, pdf, err) && blob_commit(w, committed, &bytes, err);
}

/* ---- the DICOM object ---- */

static const char *title_of(const Report *r)
{
    const char *kind = text_at(r->content, "addendum", "kind");
    if (r->kind == REPORT_PRELIMINARY)
        return "Compte rendu préliminaire";
    if (r->kind == REPORT_ADDENDUM)
        return strcmp(kind, "correction") == 0 ? "Compte rendu rectificatif" : "Compte rendu complémentaire";
    return "Compte rendu";
}

static bool object_store(Archive *archive, const Report *r, Slice pdf, ReportDocument *document, Err *err)
{
    const json_t *f = r->frame, *patient        = json_object_get(f, "patient");
    char          series_uid[65], birth_date[9] = "", study_id[17];
    const char   *born = text_at(patient, "birth_date", NULL), *study_uid = text_at(f, "study_uid", NULL);
    if (strlen(born) == 10)
        snprintf(birth_date, sizeof birth_date, "%.4s%.2s%.2s", born, born + 5, born + 8);
    char before_uid[65] = "";
    if (r->follows)
        report_uid(study_uid, r->follows, "object", before_uid);
    report_uid(study_uid, 0, "series", series_uid);
    report_uid(study_uid, r->revision, "object", document->sop_uid);
    snprintf(study_id, sizeof study_id, "%.16s", text_at(f, "accession", NULL));
    const char  *sex    = text_at(patient, "sex", NULL);
    ReportObject object = {
        .patient_name       = text_at(patient, "dicom_name", NULL),
        .patient_id         = text_at(patient, "ipp", NULL),
        .patient_id_issuer  = PATIENT_ISSUER,
        .birth_date         = birth_date,
        .sex                = strcmp(sex, "U") == 0 ? "" : sex,
        .ins                = text_at(json_object_get(patient, "ins"), "value", NULL),
        .ins_oid            = text_at(json_object_get(patient, "ins"), "oid", NULL),
        .study_uid          = study_uid,
        .series_uid         = series_uid,
        .sop_uid            = document->sop_uid,
        .accession          = text_at(f, "accession", NULL),
        .study_id           = study_id,
        .requester          = text_at(f, "requester", "dicom_name"),
        .institution        = text_at(f, "site", "name"),
        .title              = title_of(r),
        .study_at_ms        = json_integer_value(json_object_get(json_object_get(f, "times"), "started")),
        .at_ms              = r->signed_at_ms,
        .utc_offset_minutes = local_time(r->signed_at_ms, text_at(f, "time_zone", NULL)).offset_minutes,
        .signer             = text_at(f, json_object_get(f, "writer") ? "writer" : "reader", "dicom_name"),
        .version            = r->version,
        .predecessor_uid    = before_uid,
        .act_number         = text_at(f, "number", NULL),
    };
    OWNED_BUF file = buf_make(DOCUMENT_BYTES_MAX);
    if (!report_encapsulate(&object, pdf, &file, err))
        return false;
    IngestSource source = {
        .via = "report", .actor = "system:jobs", .ae_title = "", .address = "", .factors = ""
    };
    IngestResult result;
    if (!ingest_file(archive, &source, buf_slice(&file), &result, err))
        return false;
    if (result.outcome == INGEST_ASIDE)
        return err_set(err, ERR_BUG, "The document of this report could not be made.",
                       "object %s is there with other bytes", document->sop_uid);
    digest_of(buf_slice(&file), document->sha256);
    document->bytes = (int64_t)buf_slice(&file).len;
    snprintf(document->blob, sizeof document->blob, "%s", "archive");
    return true;
}

/* ---- who receives it ---- */

typedef struct Delivering {
    const ActHouse *house;
    const Act      *act;
    const Report   *report;
    ReportDocument  pdf, object;
} Delivering;

/* Is this version still to go out? The final one or an addendum while the act is signed, a preliminary one before. */
static bool waits(const Act *a, ReportKind kind)
{
    if (kind == REPORT_PRELIMINARY)
        return act_fact(a, "preliminary", NULL) && !act_fact(a, "preliminary", "delivered_at_ms") && !act_fact(a, "signature", NULL);
    return a->state == ACT_SIGNED;
}

/* Each line says which version it carries; nobody hands a preliminary one to the patient. */
static json_t *lines_of(const Act *a, const Report *r)
{
    size_t  i = 0;
    json_t *line, *lines = delivery_lines(a, text_at(r->frame, "requester", "name"), text_at(r->frame, "requester", "rpps"), clock_now_ms());
    while ((line = json_array_get(lines, i))) {
        if (r->kind == REPORT_PRELIMINARY && strcmp(text_at(line, "to", NULL), "patient") == 0) {
            json_array_remove(lines, i);
            continue;
        }
        json_put(line, "version", json_integer(r->version));
        if (r->kind == REPORT_PRELIMINARY)
            json_put(line, "preliminary", json_true());
        i++;
    }
    return lines;
}

static bool deliver_work(Db *db, void *arg, Err *err)
{
    Delivering   *d = arg;
    const Report *r = d->report;
    OWNED_ACT     a = { 0 };
    if (!act_load(db, d->act->id, &a, err))
        return false;
    if (!waits(&a, r->kind))
        return true; /* delivered by a run before this one */
    if (d->house->needs.blobs && !report_document_add(db, &d->pdf, err))
        return false;
    if (d->house->needs.archive && !report_document_add(db, &d->object, err))
        return false;
    json_t *data = json_pack("{s:o, s:{s:I, s:I, s:s, s:s, s:I, s:s}}", "deliveries", lines_of(&a, r), "document", "revision",
                             (json_int_t)r->revision, "version", (json_int_t)r->version, "kind", report_kind_name(r->kind), "sha256",
                             d->pdf.sha256, "bytes", (json_int_t)d->pdf.bytes, "sop_uid", d->object.sop_uid);
    return act_do_system(db, d->house, a.id, r->kind == REPORT_PRELIMINARY ? "deliver-preliminary" : "deliver", data, err);
}

static bool documents_make(Delivering *d, Err *err)
{
    OWNED_BUF     pdf    = buf_make(DOCUMENT_BYTES_MAX);
    const Report *r      = d->report;
    int64_t       now_ms = clock_now_ms();
    LocalTime     day    = local_time(r->signed_at_ms, "");
    if (!report_pdf(r->content, r->frame, false, &pdf, err))
        return false;
    d->pdf = (ReportDocument) {
        .act_id = r->act_id, .revision = r->revision, .kind = "pdf", .made_at_ms = now_ms
    };
    digest_of(buf_slice(&pdf), d->pdf.sha256);
    d->pdf.bytes = (int64_t)buf_slice(&pdf).len;
    snprintf(d->pdf.blob, sizeof d->pdf.blob, "reports/%04d/%02d/%s-%" PRId64 ".pdf", day.year, day.month,
             d->act->number, r->revision);
    d->object = (ReportDocument) {
        .act_id = r->act_id, .revision = r->revision, .kind = "dicom", .made_at_ms = now_ms
    };
    if (d->house->needs.blobs &&
        !pdf_keep(d->house->needs.blobs, d->pdf.blob, buf_slice(&pdf), d->pdf.sha256, err))
        return false;
    return !d->house->needs.archive ||
           object_store(d->house->needs.archive, r, buf_slice(&pdf), &d->object, err);
}

bool act_deliver(ActHouse *house, int64_t act_id, Err *err)
{
    OWNED_ACT a      = { 0 };
    Report    report = { 0 };
    OWNED(Db) *db    = db_read(house->needs.host, err);
    if (!db || !act_load(db, act_id, &a, err) || !report_load_signed(db, act_id, &report, err))
        return false;
    db_read_end(GIVE(db));
    if (report.status != REPORT_SIGNED || !waits(&a, report.kind)) {
        report_clear(&report);
        return true;
    }
    Delivering d  = { .house = house, .act = &a, .report = &report };
    bool       ok = documents_make(&d, err) && db_write(house->needs.host, deliver_work, &d, err);
    report_clear(&report);
    return ok;
}
