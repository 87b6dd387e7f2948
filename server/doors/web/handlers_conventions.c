/*
 * Conventions drafted, signed and shown with their documents. S3, O1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/act_json.h"
#include "clinic/workflow/convention_paper.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

typedef struct PaperWork {
    Request       *q;
    int64_t        id, from, revision;
    const json_t  *content;
    PaperSignature signature;
    MissingList   *missing;
    PaperDocument  document;
} PaperWork;

static bool traced_in(Db *db, Request *q, Err *err)
{
    AuditLine line = request_line(q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool answer_papers(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && papers_json(db, &q->who, q->lang, &json, err) && answer_json(a, json, err);
}

bool convention_papers(Request *q, HttpResponse *a, Err *err)
{
    return answer_papers(q, a, err);
}

static bool new_work(Db *db, void *work, Err *err)
{
    PaperWork *w = work;
    return paper_new(db, &w->q->who, w->from, &w->id, err) && traced_in(db, w->q, err);
}

bool convention_paper_new(Request *q, HttpResponse *a, Err *err)
{
    PaperWork      w    = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    return body && json_may_int(body, "from", 1, INT64_MAX, &w.from, err) && db_write(q->house->db, new_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool save_work(Db *db, void *work, Err *err)
{
    PaperWork *w = work;
    return paper_save(db, &w->q->who, w->id, w->revision, w->content, err) && traced_in(db, w->q, err);
}

bool convention_paper_put(Request *q, HttpResponse *a, Err *err)
{
    PaperWork      w    = { .q = q };
    json_t        *content = NULL;
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !param_id(q, 0, &w.id, err) || !json_need_int(body, "revision", 1, INT64_MAX, &w.revision, err) ||
        !json_need_object(body, "content", &content, err))
        return false;
    traced_object(q, q->param[0]);
    w.content = content;
    return db_write(q->house->db, save_work, &w, err) && answer_papers(q, a, err);
}

static bool sign_work(Db *db, void *work, Err *err)
{
    PaperWork *w                  = work;
    w->q->traced.organisation_id = w->signature.organisation_id;
    return paper_sign(db, w->q->house->access, &w->q->who, &w->signature, w->missing, err) && traced_in(db, w->q, err);
}

bool convention_paper_sign(Request *q, HttpResponse *a, Err *err)
{
    MissingList    missing = { 0 };
    PaperWork      w       = { .q = q, .missing = &missing };
    char           sha256[65];
    json_t        *proof   = NULL;
    OWNED_BUF      text    = buf_make(64 * 1024);
    Err            why     = { 0 };
    OWNED(json_t) *body    = body_json(q, err);
    if (!body || !param_id(q, 0, &w.signature.paper_id, err) ||
        !json_need_int(body, "organisation_id", 1, INT64_MAX, &w.signature.organisation_id, err) ||
        !json_need_copy(body, "sha256", sha256, sizeof sha256, err) || !json_need_object(body, "proof", &proof, err) ||
        !json_dump_to_buf(proof, &text, err))
        return false;
    traced_object(q, q->param[0]);
    w.signature.sha256 = sha256;
    w.signature.proof  = buf_slice(&text);
    if (db_write(q->house->db, sign_work, &w, &why))
        return answer_papers(q, a, err);
    if (missing.count)
        q->refusal = json_pack("{s:o}", "missing", missing_json(&missing, q->lang));
    Err lost = { 0 };
    if (why.kind == ERR_SIGN_IN)
        proof_failed(q->house->access, &q->who, &lost);
    return err_set(err, why.kind, why.shown, "%s", why.detail);
}

static bool attach_work(Db *db, void *work, Err *err)
{
    PaperWork *w = work;
    return paper_document_attach(db, &w->q->who, &w->document, &w->id, err) && traced_in(db, w->q, err);
}

bool convention_document_add(Request *q, HttpResponse *a, Err *err)
{
    PaperWork w = { .q = q, .document = { .kind = slice_of(http_query(q->http, "kind")), .title = slice_of(http_query(q->http, "title")) } };
    if (!param_id(q, 0, &w.document.paper_id, err))
        return false;
    {
        /* who may not attach leaves no file behind */
        OWNED_PAPER p = { 0 };
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !paper_load(db, w.document.paper_id, &p, err))
            return false;
        if (!paper_may_edit(&p, &q->who))
            return err_set(err, ERR_DENIED, "Only a responsible of a party may draft or sign this convention.", "document");
    }
    traced_object(q, q->param[0]);
    return paper_document_keep(act_house_blobs(q->house->acts), q->body, &w.document, err) && db_write(q->house->db, attach_work, &w, err) &&
           answer_papers(q, a, err);
}

bool convention_document(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    traced_object(q, q->param[0]);
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", "inline; filename=\"document.pdf\"");
    return paper_document_read(db, act_house_blobs(q->house->acts), &q->who, id, &a->bytes, err);
}
