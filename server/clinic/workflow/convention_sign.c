/*
 * Signing a convention for a party, with a fresh second factor; the documents attached to it. S3, O1, E16.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_paper.h"

#include <inttypes.h>
#include <stdio.h>

#include <openssl/rand.h>

#include "clinic/workflow/convention_rules.h"
#include "formats/json/base64.h"
#include "platform/clock.h"

/* ---- signing ---- */

static bool is_party(const Paper *p, int64_t organisation_id)
{
    size_t  i;
    json_t *party;
    json_array_foreach (json_object_get(p->content, "parties"), i, party)
        if (json_integer_value(json_object_get(party, "id")) == organisation_id)
            return true;
    return false;
}

/* The first signature makes the version. */
static bool version_make(Db *db, Paper *p, Err *err)
{
    if (p->convention_id)
        return true;
    if (!convention_create(db, p->content, &p->convention_id, NULL, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE convention_paper SET convention_id = ?2 WHERE id = ?1");
    db_bind_int(q, 1, p->id);
    db_bind_int(q, 2, p->convention_id);
    return db_run(q, err);
}

static bool signature_add(Db *db, const Paper *p, const Who *who, const PaperSignature *s, const char *proof_kind, Err *err)
{
    OWNED_BUF      text        = buf_make(4096);
    OWNED(json_t) *responsible = json_pack("{s:s, s:s}", "name", who->name, "rpps", who->rpps);
    if (!json_dump_to_buf(responsible, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE convention_party SET signed_by = ?3, signed_at_ms = ?4, responsible = ?5, signer_id = ?6,"
                                     "       proof = ?7, sha256 = ?8"
                                     " WHERE convention_id = ?1 AND organisation_id = ?2 AND signed_at_ms IS NULL");
    db_bind_int(q, 1, p->convention_id);
    db_bind_int(q, 2, s->organisation_id);
    db_bind_cstr(q, 3, who->name);
    db_bind_int(q, 4, clock_now_ms());
    db_bind_text(q, 5, buf_slice(&text));
    db_bind_int(q, 6, who->person_id);
    db_bind_cstr(q, 7, proof_kind);
    db_bind_cstr(q, 8, p->sha256);
    return db_run(q, err);
}

static bool is_signed(Db *db, const Paper *p, int64_t organisation_id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM convention_party WHERE convention_id = ?1 AND organisation_id = ?2"
                                     "   AND signed_at_ms IS NOT NULL");
    db_bind_int(q, 1, p->convention_id);
    db_bind_int(q, 2, organisation_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool paper_sign(Db *db, Access *access, const Who *who, const PaperSignature *s, MissingList *ret_missing, Err *err)
{
    OWNED_PAPER p        = { 0 };
    bool        already  = false;
    char        kind[16] = "";
    if (!paper_load(db, s->paper_id, &p, err))
        return false;
    if (!is_party(&p, s->organisation_id) || !(who_roles_in(who, s->organisation_id) & ROLE_RESPONSIBLE))
        return err_set(err, ERR_DENIED, "Only a responsible of a party may draft or sign this convention.", "paper %" PRId64, p.id);
    convention_paper_missing(p.content, ret_missing);
    if (ret_missing->count)
        return err_set(err, ERR_CONFLICT, ret_missing->items[0].text, "paper: %zu missing", ret_missing->count);
    if (strcmp(p.sha256, s->sha256) != 0)
        return err_set(err, ERR_CONFLICT, "This convention has changed since it was shown: read it again.", "paper %" PRId64, p.id);
    if (!is_signed(db, &p, s->organisation_id, &already, err))
        return false;
    if (already)
        return err_set(err, ERR_CONFLICT, "This party has signed already.", "paper %" PRId64, p.id);
    ProofWanted wanted = { .purpose = "sign-convention", .act_id = p.id, .digest = p.sha256 };
    return proof_check(db, access, who, &wanted, s->proof, kind, err) && version_make(db, &p, err) &&
           signature_add(db, &p, who, s, kind, err);
}

/* ---- documents ---- */

bool paper_document_keep(Blobs *blobs, Slice pdf, PaperDocument *d, Err *err)
{
    static const char *const KINDS[] = { "medical-project", "protocol", "insurance", "other" };
    uint8_t random[12], digest[32];
    char    name[2 * sizeof random + 1];
    bool    known = false;
    for (size_t i = 0; i < COUNT(KINDS); i++)
        known |= slice_equal_text(d->kind, KINDS[i]);
    d->title = slice_trim(d->title);
    if (!known || d->title.len < 2 || d->title.len > 200 || !text_is_clean_utf8(d->title))
        return err_set(err, ERR_INPUT, "Say what the document is, and give it a title.", "kind or title");
    if (pdf.len < 8 || memcmp(pdf.at, "%PDF-", 5) != 0)
        return err_set(err, ERR_INPUT, "A document of a convention is a PDF file.", "%zu bytes", pdf.len);
    if (!blobs || RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The document could not be kept: try again.", "no blobs or no random bytes");
    hex_encode(slice_bytes(random, sizeof random), name);
    snprintf(d->blob, sizeof d->blob, "conventions/%s.pdf", name);
    OWNED(BlobWriter) *w = blob_begin(blobs, d->blob, err);
    if (!w || !blob_append(w, pdf, err) || !blob_commit(w, digest, &d->bytes, err))
        return false;
    hex_encode(slice_bytes(digest, sizeof digest), d->sha256);
    return true;
}

bool paper_document_attach(Db *db, const Who *who, const PaperDocument *d, int64_t *ret_id, Err *err)
{
    OWNED_PAPER p = { 0 };
    if (!paper_load(db, d->paper_id, &p, err))
        return false;
    if (!paper_may_edit(&p, who))
        return err_set(err, ERR_DENIED, "Only a responsible of a party may draft or sign this convention.", "paper %" PRId64, p.id);
    if (p.convention_id)
        return err_set(err, ERR_CONFLICT, "A party has signed this version: it does not change any more. Draft a new version.",
                       "paper %" PRId64 " is signed", p.id);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention_document (kind, title, bytes, sha256, blob, added_by, added_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_text(q, 1, d->kind);
    db_bind_text(q, 2, d->title);
    db_bind_int(q, 3, d->bytes);
    db_bind_cstr(q, 4, d->sha256);
    db_bind_cstr(q, 5, d->blob);
    db_bind_int(q, 6, who->person_id);
    db_bind_int(q, 7, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id             = db_last_id(db);
    OWNED(DbQuery) *link = db_query(db, "INSERT INTO convention_paper_document (paper_id, document_id) VALUES (?1, ?2)");
    db_bind_int(link, 1, p.id);
    db_bind_int(link, 2, *ret_id);
    return db_run(link, err) && paper_store(db, &p, err);
}

bool paper_document_read(Db *db, Blobs *blobs, const Who *who, int64_t document_id, Buf *ret, Err *err)
{
    char            name[96] = "";
    OWNED(DbQuery) *q = db_query(db, "SELECT convention_document.blob FROM convention_document WHERE convention_document.id = ?1 AND EXISTS"
                                     " (SELECT 1 FROM convention_paper_document"
                                     "    JOIN convention_paper_party ON convention_paper_party.paper_id = convention_paper_document.paper_id"
                                     "    JOIN membership ON membership.organisation_id = convention_paper_party.organisation_id"
                                     "   WHERE convention_paper_document.document_id = ?1 AND membership.person_id = ?2)");
    db_bind_int(q, 1, document_id);
    db_bind_int(q, 2, who->person_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        db_text(q, 0, name, sizeof name);
        break;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such document.", "document %" PRId64, document_id);
    case DB_FAILED:
        return false;
    }
    OWNED(Blob) *blob = blob_open(blobs, name, err);
    return blob && buf_add(ret, blob_bytes(blob));
}
