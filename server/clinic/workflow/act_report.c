/*
 * The report of an act for those who may see it: read, saved by its reader, as a PDF.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/act_dose.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/expertise.h"
#include "platform/clock.h"

/* Imagers of the act see the draft; the others wait for the signature. */
static bool sees_draft(const Act *a, const Who *who)
{
    return act_is_expertise(a) ? expert_of(a, who->person_id) != NULL
                               : (who_roles_in(who, a->imaging_id) & ROLE_IMAGER) != 0;
}

static json_t *signed_json(const Act *a, const Report *r)
{
    const json_t *by = act_fact(a, "signature", "by");
    return json_pack("{s:I, s:o}", "at_ms", (json_int_t)r->signed_at_ms, "by",
                     by ? json_deep_copy(by) : json_null());
}

static bool report_body(Db *db, const Act *a, const Report *r, Lang lang, json_t **ret, Err *err)
{
    MissingList     missing   = { 0 };
    ReportSituation situation = act_report_situation(a);
    char            digest[REPORT_DIGEST_SIZE];
    OWNED(json_t) *dose    = NULL;
    OWNED(json_t) *content = r->content ? json_deep_copy(r->content) : json_object();
    if (!act_dose(db, a, &dose, err))
        return false;
    if (r->status == REPORT_SIGNED)
        slice_copy(slice_of(r->sha256), digest, sizeof digest);
    else if (!report_digest(a->number, content, &situation, digest, err))
        return false;
    report_complete(content, &situation, &missing);
    *ret = json_pack("{s:I, s:s, s:O, s:s, s:o, s:o, s:O?}", "revision", (json_int_t)r->revision, "status",
                     report_status_name(r->status), "content", content, "sha256", digest, "missing",
                     missing_json(&missing, lang), "signed",
                     r->status == REPORT_SIGNED ? signed_json(a, r) : json_null(), "measured_dose", dose);
    return *ret != NULL;
}

bool act_report_json(Db *db, const Who *who, Lang lang, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a = { 0 };
    Report    r = { 0 };
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !report_load(db, act_id, &r, err))
        return false;
    if (r.status != REPORT_SIGNED && !sees_draft(&a, who))
        report_clear(&r);
    bool ok = report_body(db, &a, &r, lang, ret, err);
    report_clear(&r);
    return ok;
}

/* ---- saving ---- */

typedef struct Saving {
    const Who    *who;
    int64_t       act_id, revision, saved, theirs;
    const json_t *content;
} Saving;

static bool may_write(const Act *a, const Who *who, Err *err)
{
    uint32_t readable = act_is_expertise(a) ? 1u << ACT_VALIDATED
                                            : 1u << ACT_RUNNING | 1u << ACT_GONE | 1u << ACT_RELEASED | 1u << ACT_LEFT;
    if (!sees_draft(a, who) || a->reader_id != who->person_id)
        return err_set(err, ERR_DENIED, "Only the imager who reads the exam may do this.", "act %" PRId64,
                       a->id);
    return (readable & (1u << a->state)) || err_set(err, ERR_CONFLICT, "The act is not at that stage.",
                                                    "report in state %s", act_state_name(a->state));
}

static bool save_work(Db *db, void *arg, Err *err)
{
    Saving   *s    = arg;
    OWNED_ACT a    = { 0 };
    Report    last = { 0 };
    if (!act_load_for(db, s->act_id, s->who->person_id, clock_now_s(), &a, err) ||
        !may_write(&a, s->who, err) || !report_load(db, s->act_id, &last, err))
        return false;
    s->theirs = last.revision;
    report_clear(&last);
    return report_save(db, s->act_id, s->revision, s->content, s->who->person_id, clock_now_ms(), &s->saved,
                       err);
}

bool act_report_save(ActHouse *house, const Who *who, int64_t act_id, const json_t *body,
                     int64_t *ret_revision, Err *err)
{
    json_t *content = NULL;
    Saving  s       = { .who = who, .act_id = act_id };
    if (!json_need_int(body, "revision", 0, INT32_MAX, &s.revision, err) ||
        !json_need_object(body, "content", &content, err))
        return false;
    s.content = content;
    bool ok   = db_write(house->needs.host, save_work, &s, err);
    if (ret_revision)
        *ret_revision = ok ? s.saved : s.theirs;
    return ok;
}

/* ---- as a document ---- */

static bool draft_pdf(Db *db, const Act *a, const Report *r, Buf *ret, Err *err)
{
    OWNED(json_t) *frame = NULL;
    if (!r->content)
        return err_set(err, ERR_NOT_FOUND, "There is no report yet.", "act %" PRId64, a->id);
    return act_frame_json(db, a, &frame, err) && report_pdf(r->content, frame, true, ret, err);
}

/* Kept bytes when they are there; the same bytes made again while the delivery is on its way. */
static bool signed_pdf(Db *db, const ActHouse *house, const Report *r, Buf *ret, Err *err)
{
    ReportDocument document;
    Err            absent = { 0 };
    if (house->needs.blobs && report_document_find(db, r->act_id, "pdf", &document, &absent)) {
        OWNED(Blob) *blob = blob_open(house->needs.blobs, document.blob, err);
        return blob && (buf_add(ret, blob_bytes(blob)) ||
                        err_set(err, ERR_LIMIT, "The report is too long.", "document %s", document.blob));
    }
    return report_pdf(r->content, r->frame, false, ret, err);
}

bool act_report_pdf(ActHouse *house, const Who *who, int64_t act_id, Buf *ret, Err *err)
{
    OWNED(Db) *db = db_read(house->needs.host, err);
    OWNED_ACT a   = { 0 };
    Report    r   = { 0 };
    if (!db || !act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !report_load(db, act_id, &r, err))
        return false;
    bool ok;
    if (r.status == REPORT_SIGNED)
        ok = signed_pdf(db, house, &r, ret, err);
    else if (sees_draft(&a, who))
        ok = draft_pdf(db, &a, &r, ret, err);
    else
        ok = err_set(err, ERR_NOT_FOUND, "There is no report yet.", "act %" PRId64, act_id);
    report_clear(&r);
    return ok;
}

bool act_signed_pdf(ActHouse *house, int64_t act_id, Buf *ret, Err *err)
{
    OWNED(Db) *db = db_read(house->needs.host, err);
    Report r      = { 0 };
    if (!db || !report_load(db, act_id, &r, err))
        return false;
    bool ok = r.status == REPORT_SIGNED ? signed_pdf(db, house, &r, ret, err)
                                        : err_set(err, ERR_NOT_FOUND, "There is no report yet.", "act %" PRId64, act_id);
    report_clear(&r);
    return ok;
}
