/*
 * The report of an act: its versions, its signature, its documents; the only SQL for them. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/report.h"

#include <inttypes.h>
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "formats/dicom/uid.h"
#include "formats/json/base64.h"

const char *report_status_name(ReportStatus s)
{
    static const char *const NAMES[] = { "none", "draft", "signed" };
    return (unsigned)s < COUNT(NAMES) ? NAMES[s] : "";
}

void report_clear(Report *r)
{
    json_decref(r->content);
    json_decref(r->frame);
    *r = (Report) { 0 };
}

#define REPORT_COLUMNS                                                                                       \
    "report.id, report.act_id, report.revision, report.status, report.content, report.frame, report.sha256," \
    " report.saved_at_ms, report.saved_by, report.signed_at_ms, report.signed_by, report.proof"

static bool report_from_row(const DbQuery *row, Report *ret, Err *err)
{
    Report r = { .id = db_int(row, 0), .act_id = db_int(row, 1), .revision = db_int(row, 2) };
    r.status = slice_equal_text(db_slice(row, 3), "signed") ? REPORT_SIGNED : REPORT_DRAFT;
    db_text(row, 6, r.sha256, sizeof r.sha256);
    r.saved_at_ms  = db_int(row, 7);
    r.saved_by     = db_int(row, 8);
    r.signed_at_ms = db_int(row, 9);
    r.signed_by    = db_int(row, 10);
    db_text(row, 11, r.proof, sizeof r.proof);
    r.content = json_parse_object(db_slice(row, 4), err);
    if (r.content && !db_is_null(row, 5))
        r.frame = json_parse_object(db_slice(row, 5), err);
    if (!r.content || (!r.frame && !db_is_null(row, 5))) {
        report_clear(&r);
        return false;
    }
    *ret = r;
    return true;
}

bool report_load(Db *db, int64_t act_id, Report *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " REPORT_COLUMNS "  FROM report"
                                     " WHERE report.act_id = ?1"
                                     " ORDER BY report.revision DESC LIMIT 1");
    db_bind_int(q, 1, act_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        return report_from_row(q, ret, err);
    case DB_END:
        *ret = (Report) { .act_id = act_id };
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

bool report_load_revision(Db *db, int64_t act_id, int64_t revision, Report *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " REPORT_COLUMNS "  FROM report"
                                     " WHERE report.act_id = ?1 AND report.revision = ?2");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, revision);
    switch (db_next(q, err)) {
    case DB_ROW:
        return report_from_row(q, ret, err);
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such version of the report.", "act %" PRId64, act_id);
    case DB_FAILED:
        break;
    }
    return false;
}

/* ---- saving ---- */

static bool version_add(Db *db, int64_t act_id, int64_t revision, const json_t *clean, int64_t person_id,
                        int64_t now_ms, Err *err)
{
    OWNED_BUF text = buf_make(REPORT_BYTES_MAX);
    if (!json_dump_to_buf(clean, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO report (act_id, revision, content, saved_at_ms, saved_by)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5)");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, revision);
    db_bind_text(q, 3, buf_slice(&text));
    db_bind_int(q, 4, now_ms);
    db_bind_int(q, 5, person_id);
    return db_run(q, err);
}

bool report_save(Db *db, int64_t act_id, int64_t revision, const json_t *content, int64_t person_id,
                 int64_t now_ms, int64_t *ret_revision, Err *err)
{
    Report last          = { 0 };
    OWNED(json_t) *clean = NULL;
    if (!report_clean(content, &clean, err) || !report_load(db, act_id, &last, err))
        return false;
    int64_t      last_revision = last.revision;
    ReportStatus status        = last.status;
    report_clear(&last);
    if (status == REPORT_SIGNED)
        return err_set(err, ERR_CONFLICT, "The report is signed: it can no longer be changed.",
                       "act %" PRId64, act_id);
    if (revision != last_revision)
        return err_set(
            err, ERR_CONFLICT, "Somebody else saved this report in between: look at their version.",
            "act %" PRId64 ": revision %" PRId64 ", now %" PRId64, act_id, revision, last_revision);
    if (!version_add(db, act_id, last_revision + 1, clean, person_id, now_ms, err))
        return false;
    *ret_revision = last_revision + 1;
    return true;
}

/* ---- what is signed ---- */

static bool dump_sorted(const json_t *value, Buf *ret, Err *err)
{
    char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(15));
    bool  ok   = text && buf_add_text(ret, text);
    free(text);
    return ok || err_set(err, ERR_LIMIT, "The report is too long.", "canonical form");
}

bool report_canonical(const char *act_number, const json_t *content, const ReportSituation *situation,
                      Buf *ret, Err *err)
{
    OWNED(json_t) *whole = json_pack("{s:s, s:O, s:s}", "act", act_number, "content", content, "outcome",
                                     situation->not_interpretable ? "not-interpretable" : "interpreted");
    if (whole && situation->not_interpretable && situation->note)
        json_object_set(whole, "note", (json_t *)situation->note);
    return dump_sorted(whole, ret, err);
}

bool report_digest(const char *act_number, const json_t *content, const ReportSituation *situation,
                   char ret[REPORT_DIGEST_SIZE], Err *err)
{
    OWNED_BUF text = buf_make(2 * REPORT_BYTES_MAX);
    uint8_t   sha256[SHA256_DIGEST_LENGTH];
    if (!report_canonical(act_number, content, situation, &text, err))
        return false;
    SHA256((const unsigned char *)buf_slice(&text).at, buf_slice(&text).len, sha256);
    hex_encode(slice_bytes(sha256, sizeof sha256), ret);
    return true;
}

bool report_sign(Db *db, const ReportSignature *s, Err *err)
{
    OWNED_BUF frame = buf_make(REPORT_BYTES_MAX);
    if (!json_dump_to_buf(s->frame, &frame, err))
        return false;
    OWNED(DbQuery) *q =
        db_query(db, "UPDATE report"
                     "   SET status = 'signed', sha256 = ?3, signed_at_ms = ?4, signed_by = ?5, proof = ?6,"
                     "       frame = ?7"
                     " WHERE report.act_id = ?1"
                     "   AND report.revision = ?2"
                     "   AND report.status = 'draft'"
                     "   AND NOT EXISTS (SELECT 1 FROM report AS later"
                     "                    WHERE later.act_id = ?1"
                     "                      AND (later.revision > ?2 OR later.status = 'signed'))");
    db_bind_int(q, 1, s->act_id);
    db_bind_int(q, 2, s->revision);
    db_bind_cstr(q, 3, s->sha256);
    db_bind_int(q, 4, s->at_ms);
    db_bind_int(q, 5, s->person_id);
    db_bind_cstr(q, 6, s->proof);
    db_bind_text(q, 7, buf_slice(&frame));
    if (!db_run(q, err))
        return false;
    return db_changes(q) == 1 || err_set(err, ERR_CONFLICT,
                                         "The report has changed since it was shown: read it again before "
                                         "signing.",
                                         "act %" PRId64 " revision %" PRId64, s->act_id, s->revision);
}

/* ---- documents ---- */

bool report_document_add(Db *db, const ReportDocument *d, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO report_document (act_id, revision, kind, blob, sha256, "
                                     "bytes, sop_uid, made_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                                     " ON CONFLICT (act_id, revision, kind) DO NOTHING");
    db_bind_int(q, 1, d->act_id);
    db_bind_int(q, 2, d->revision);
    db_bind_cstr(q, 3, d->kind);
    db_bind_cstr(q, 4, d->blob);
    db_bind_cstr(q, 5, d->sha256);
    db_bind_int(q, 6, d->bytes);
    db_bind_cstr(q, 7, d->sop_uid);
    db_bind_int(q, 8, d->made_at_ms);
    return db_run(q, err);
}

bool report_document_find(Db *db, int64_t act_id, const char *kind, ReportDocument *ret, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "SELECT report_document.act_id, report_document.revision, report_document.kind,"
                     "       report_document.blob, report_document.sha256, report_document.bytes,"
                     "       report_document.sop_uid, report_document.made_at_ms"
                     "  FROM report_document"
                     " WHERE report_document.act_id = ?1 AND report_document.kind = ?2"
                     " ORDER BY report_document.revision DESC LIMIT 1");
    db_bind_int(q, 1, act_id);
    db_bind_cstr(q, 2, kind);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = (ReportDocument) { .act_id     = db_int(q, 0),
                                  .revision   = db_int(q, 1),
                                  .bytes      = db_int(q, 5),
                                  .made_at_ms = db_int(q, 7) };
        db_text(q, 2, ret->kind, sizeof ret->kind);
        db_text(q, 3, ret->blob, sizeof ret->blob);
        db_text(q, 4, ret->sha256, sizeof ret->sha256);
        db_text(q, 6, ret->sop_uid, sizeof ret->sop_uid);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "The document of this report is not made yet.", "act %" PRId64,
                       act_id);
    case DB_FAILED:
        break;
    }
    return false;
}

void report_uid(const char *study_uid, int64_t revision, const char *purpose, char ret[65])
{
    char    seed[160];
    uint8_t sha256[SHA256_DIGEST_LENGTH];
    int len = snprintf(seed, sizeof seed, "beclere report|%s|%" PRId64 "|%s", study_uid, revision, purpose);
    SHA256((const unsigned char *)seed, (size_t)len, sha256);
    uid_from_random(sha256, ret);
}
