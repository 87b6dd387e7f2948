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
#include "clinic/workflow/report_places.h"
#include "clinic/workflow/report_versions.h"
#include "guard/access/people.h"
#include "platform/clock.h"

/* Imagers of the act see the draft; the others wait for the signature. */
static bool sees_draft(const Act *a, const Who *who)
{
    return act_is_expertise(a) ? expert_of(a, who->person_id) != NULL
                               : (who_roles_in(who, a->imaging_id) & ROLE_IMAGER) != 0;
}

/* An addendum being written is its author's; one that was dropped is nobody's. */
static bool writes_addendum(const Act *a, const Who *who)
{
    return json_integer_value(json_object_get(act_fact(a, "addendum_draft", "by"), "id")) == who->person_id;
}

static json_t *by_json(Db *db, int64_t person_id)
{
    char name[160];
    Err  gone = { 0 };
    if (!person_name_load(db, person_id, name, sizeof name, &gone))
        return json_null();
    return json_pack("{s:I, s:s, s:s}", "id", (json_int_t)person_id, "name", name, "role", "imager");
}

static json_t *signed_json(Db *db, const Report *r)
{
    return json_pack("{s:I, s:o, s:s}", "at_ms", (json_int_t)r->signed_at_ms, "by", by_json(db, r->signed_by), "proof", r->proof);
}

/* The signed version that a draft follows, to be held beside it; null. */
static bool before_put(Db *db, const Act *a, const Report *r, json_t *into, Err *err)
{
    Report before = { 0 };
    if (r->status == REPORT_SIGNED)
        return json_put(into, "before", json_null());
    if (!report_load_signed(db, a->id, &before, err))
        return false;
    bool ok = json_put(into, "before",
                       before.status != REPORT_SIGNED
                           ? json_null()
                           : json_pack("{s:I, s:I, s:s, s:O, s:o}", "revision", (json_int_t)before.revision, "version",
                                       (json_int_t)before.version, "kind", report_kind_name(before.kind), "content", before.content,
                                       "signed", signed_json(db, &before)));
    report_clear(&before);
    return ok;
}

static bool report_body(Db *db, const Act *a, const Report *r, Lang lang, json_t **ret, Err *err)
{
    MissingList     missing   = { 0 };
    ReportSituation situation = act_report_situation(a), preliminary = situation;
    char            digest[REPORT_DIGEST_SIZE], provisional[REPORT_DIGEST_SIZE];
    json_t         *versions = NULL;
    OWNED(json_t) *dose      = NULL;
    OWNED(json_t) *content   = r->content ? json_deep_copy(r->content) : json_object();
    preliminary.preliminary  = true;
    if (!act_dose(db, a, &dose, err) || !report_digest(a->number, content, &preliminary, provisional, err))
        return false;
    if (r->status == REPORT_SIGNED)
        slice_copy(slice_of(r->sha256), digest, sizeof digest);
    else if (!report_digest(a->number, content, &situation, digest, err))
        return false;
    if (r->status != REPORT_SIGNED || (r->kind == REPORT_PRELIMINARY && !act_fact(a, "signature", NULL))) /* the final one goes on from there */
        report_complete(content, &situation, &missing);
    OWNED(json_t) *body = json_pack("{s:I, s:s, s:s, s:I, s:O, s:s, s:s, s:o, s:o, s:O?}", "revision", (json_int_t)r->revision, "status",
                                    report_status_name(r->status), "kind", report_kind_name(r->kind), "version", (json_int_t)r->version,
                                    "content", content, "sha256", digest, "sha256_preliminary", provisional, "missing",
                                    missing_json(&missing, lang), "signed",
                                    r->status == REPORT_SIGNED ? signed_json(db, r) : json_null(), "measured_dose", dose);
    if (!before_put(db, a, r, body, err) || !versions_json(db, a, lang, &versions, err) || !json_put(body, "versions", versions))
        return false;
    *ret = GIVE(body);
    return true;
}

/* What this person reads: their own draft, or the last version that is signed. */
static bool readable_load(Db *db, const Act *a, const Who *who, Report *ret, int64_t *ret_last, Err *err)
{
    if (!report_load(db, a->id, ret, err))
        return false;
    *ret_last  = ret->revision; /* what the next draft is saved after */
    bool draft = ret->status == REPORT_DRAFT;
    bool mine  = ret->kind == REPORT_ADDENDUM ? writes_addendum(a, who) && ret->saved_at_ms >= act_fact_int(a, "addendum_draft", "at_ms")
                                              : sees_draft(a, who);
    if (!draft || mine)
        return true;
    report_clear(ret);
    return report_load_signed(db, a->id, ret, err);
}

bool act_report_json(Db *db, const Who *who, Lang lang, int64_t act_id, int64_t revision, json_t **ret, Err *err)
{
    OWNED_ACT a    = { 0 };
    Report    r    = { 0 };
    int64_t   last = revision;
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !(revision ? report_load_revision(db, act_id, revision, &r, err) : readable_load(db, &a, who, &r, &last, err)))
        return false;
    bool ok = !revision || r.status == REPORT_SIGNED || err_set(err, ERR_NOT_FOUND, "No such version of the report.", "a draft");
    ok      = ok && report_body(db, &a, &r, lang, ret, err) && json_put(*ret, "last_revision", json_integer(last));
    report_clear(&r);
    return ok;
}

/* ---- saving ---- */

typedef struct Saving {
    const Who    *who;
    int64_t       act_id, revision, saved, theirs;
    const json_t *content;
    bool          addendum;
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

static bool may_add(const Act *a, const Who *who, Err *err)
{
    return writes_addendum(a, who) ||
           err_set(err, ERR_DENIED, "Only the imager who writes this addendum may do this.", "act %" PRId64, a->id);
}

bool act_report_may_write(Db *db, const Who *who, int64_t act_id, Err *err)
{
    OWNED_ACT a = { 0 };
    return act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) && (may_add(&a, who, NULL) || may_write(&a, who, err));
}

static bool save_work(Db *db, void *arg, Err *err)
{
    Saving   *s    = arg;
    OWNED_ACT a    = { 0 };
    Report    last = { 0 };
    if (!act_load_for(db, s->act_id, s->who->person_id, clock_now_s(), &a, err) ||
        !(s->addendum ? may_add(&a, s->who, err) : may_write(&a, s->who, err)) || !report_load(db, s->act_id, &last, err))
        return false;
    s->theirs = last.revision;
    report_clear(&last);
    OWNED(json_t) *content = NULL;
    if (!report_places_of_patient(db, a.patient_id, s->content, &content, err))
        return false;
    if (s->addendum)
        return report_addendum_save(db, s->act_id, s->revision, content, s->who->person_id, clock_now_ms(), &s->saved, err);
    return report_save(db, s->act_id, s->revision, content, s->who->person_id, clock_now_ms(), &s->saved, err);
}

static bool save(ActHouse *house, const Who *who, int64_t act_id, const json_t *body, bool addendum, int64_t *ret_revision, Err *err)
{
    json_t *content = NULL;
    Saving  s       = { .who = who, .act_id = act_id, .addendum = addendum };
    if (!json_need_int(body, "revision", 0, INT32_MAX, &s.revision, err) ||
        !json_need_object(body, addendum ? "addendum" : "content", &content, err))
        return false;
    s.content = content;
    bool ok   = db_write(house->needs.host, save_work, &s, err);
    if (ret_revision)
        *ret_revision = ok ? s.saved : s.theirs;
    return ok;
}

bool act_report_save(ActHouse *house, const Who *who, int64_t act_id, const json_t *body, int64_t *ret_revision, Err *err)
{
    return save(house, who, act_id, body, false, ret_revision, err);
}

bool act_addendum_save(ActHouse *house, const Who *who, int64_t act_id, const json_t *body, int64_t *ret_revision, Err *err)
{
    return save(house, who, act_id, body, true, ret_revision, err);
}

/* ---- as a document ---- */

static bool draft_pdf(Db *db, const Act *a, const Report *r, Buf *ret, Err *err)
{
    OWNED(json_t) *frame = NULL;
    if (!r->content)
        return err_set(err, ERR_NOT_FOUND, "There is no report yet.", "act %" PRId64, a->id);
    return act_frame_json(db, a, &frame, err) && versions_frame(db, a, r, r->kind, frame, err) &&
           report_pdf(r->content, frame, true, ret, err);
}

/* Kept bytes when they are there; the same bytes made again while the delivery is on its way. */
static bool signed_pdf(Db *db, const ActHouse *house, const Report *r, Buf *ret, Err *err)
{
    ReportDocument document;
    Err            absent = { 0 };
    if (house->needs.blobs && report_document_find(db, r->act_id, r->revision, "pdf", &document, &absent)) {
        OWNED(Blob) *blob = blob_open(house->needs.blobs, document.blob, err);
        return blob && (buf_add(ret, blob_bytes(blob)) ||
                        err_set(err, ERR_LIMIT, "The report is too long.", "document %s", document.blob));
    }
    return report_pdf(r->content, r->frame, false, ret, err);
}

bool act_report_pdf(ActHouse *house, const Who *who, int64_t act_id, int64_t revision, Buf *ret, Err *err)
{
    OWNED(Db) *db = db_read(house->needs.host, err);
    OWNED_ACT a   = { 0 };
    Report    r   = { 0 };
    int64_t   last = 0;
    if (!db || !act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !(revision ? report_load_revision(db, act_id, revision, &r, err) : readable_load(db, &a, who, &r, &last, err)))
        return false;
    bool ok;
    if (r.status == REPORT_SIGNED)
        ok = signed_pdf(db, house, &r, ret, err);
    else if (r.status == REPORT_DRAFT && !revision)
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
    if (!db || !report_load_signed(db, act_id, &r, err))
        return false;
    bool ok = r.status == REPORT_SIGNED ? signed_pdf(db, house, &r, ret, err)
                                        : err_set(err, ERR_NOT_FOUND, "There is no report yet.", "act %" PRId64, act_id);
    report_clear(&r);
    return ok;
}
