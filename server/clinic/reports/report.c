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

static const char *const KINDS[] = { "final", "preliminary", "addendum" };

const char *report_kind_name(ReportKind k)
{
    return (unsigned)k < COUNT(KINDS) ? KINDS[k] : "";
}

void report_clear(Report *r)
{
    json_decref(r->content);
    json_decref(r->frame);
    *r = (Report) { 0 };
}

#define REPORT_COLUMNS                                                                                       \
    "report.id, report.act_id, report.revision, report.status, report.content, report.frame, report.sha256," \
    " report.saved_at_ms, report.saved_by, report.signed_at_ms, report.signed_by, report.proof, report.kind,"     \
    " report.version, report.follows"

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
    for (size_t k = 0; k < COUNT(KINDS); k++)
        if (slice_equal_text(db_slice(row, 12), KINDS[k]))
            r.kind = (ReportKind)k;
    r.version = db_int(row, 13);
    r.follows = db_int(row, 14);
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

bool report_load_signed(Db *db, int64_t act_id, Report *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " REPORT_COLUMNS "  FROM report"
                                     " WHERE report.act_id = ?1 AND report.status = 'signed'"
                                     " ORDER BY report.revision DESC LIMIT 1");
    db_bind_int(q, 1, act_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        return report_from_row(q, ret, err);
    *ret = (Report) { .act_id = act_id };
    return step == DB_END;
}

bool report_signed_each(Db *db, int64_t act_id, ReportEach *each, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " REPORT_COLUMNS "  FROM report"
                                     " WHERE report.act_id = ?1 AND report.status = 'signed'"
                                     " ORDER BY report.revision");
    bool more = true;
    db_bind_int(q, 1, act_id);
    for (DbStep step; more && (step = db_next(q, err)) != DB_END;) {
        Report one = { 0 };
        if (step == DB_FAILED || !report_from_row(q, &one, err))
            return false;
        more = each(&one, arg);
        report_clear(&one);
    }
    return true;
}

/* ---- saving ---- */

static bool version_add(Db *db, int64_t act_id, int64_t revision, ReportKind kind, const json_t *clean, int64_t person_id,
                        int64_t now_ms, Err *err)
{
    OWNED_BUF text = buf_make(REPORT_BYTES_MAX);
    if (!json_dump_to_buf(clean, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO report (act_id, revision, content, saved_at_ms, saved_by, kind)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, revision);
    db_bind_text(q, 3, buf_slice(&text));
    db_bind_int(q, 4, now_ms);
    db_bind_int(q, 5, person_id);
    db_bind_cstr(q, 6, report_kind_name(kind));
    return db_run(q, err);
}

/* The writer saw the last one; the number of the next. */
static bool revision_next(Db *db, int64_t act_id, int64_t seen, int64_t *ret, Err *err)
{
    Report last = { 0 };
    if (!report_load(db, act_id, &last, err))
        return false;
    *ret = last.revision + 1;
    report_clear(&last);
    return seen == *ret - 1 ||
           err_set(err, ERR_CONFLICT, "Somebody else saved this report in between: look at their version.",
                   "act %" PRId64 ": revision %" PRId64 ", now %" PRId64, act_id, seen, *ret - 1);
}

bool report_save(Db *db, int64_t act_id, int64_t revision, const json_t *content, int64_t person_id,
                 int64_t now_ms, int64_t *ret_revision, Err *err)
{
    Report before        = { 0 };
    int64_t next         = 0;
    OWNED(json_t) *clean = NULL;
    if (!report_clean(content, &clean, err) || !report_load_signed(db, act_id, &before, err))
        return false;
    bool final = before.status == REPORT_SIGNED && before.kind != REPORT_PRELIMINARY;
    report_clear(&before);
    if (final)
        return err_set(err, ERR_CONFLICT, "The report is signed: it can no longer be changed.",
                       "act %" PRId64, act_id);
    if (!revision_next(db, act_id, revision, &next, err) ||
        !version_add(db, act_id, next, REPORT_FINAL, clean, person_id, now_ms, err))
        return false;
    *ret_revision = next;
    return true;
}

bool report_addendum_save(Db *db, int64_t act_id, int64_t revision, const json_t *addendum, int64_t person_id,
                          int64_t now_ms, int64_t *ret_revision, Err *err)
{
    Report before        = { 0 };
    int64_t next         = 0;
    OWNED(json_t) *whole = NULL;
    if (!report_load_signed(db, act_id, &before, err))
        return false;
    bool ok = before.status == REPORT_SIGNED && before.kind != REPORT_PRELIMINARY
                  ? report_addendum(&before, addendum, &whole, err)
                  : err_set(err, ERR_CONFLICT, "There is no signed report to add to.", "act %" PRId64, act_id);
    report_clear(&before);
    if (!ok || !revision_next(db, act_id, revision, &next, err) ||
        !version_add(db, act_id, next, REPORT_ADDENDUM, whole, person_id, now_ms, err))
        return false;
    *ret_revision = next;
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
    if (whole && situation->preliminary)
        json_object_set_new(whole, "status", json_string("preliminary"));
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

/* 0, 1, or nothing was asked. */
static bool significance_put(Db *db, int64_t act_id, int64_t revision, Err *err)
{
    Report r = { 0 };
    if (!report_load_revision(db, act_id, revision, &r, err))
        return false;
    const json_t *difference = json_object_get(r.content, "difference");
    bool          said       = json_is_boolean(json_object_get(difference, "significant"));
    bool          matters    = report_significant(r.content) != NULL;
    report_clear(&r);
    if (!said)
        return true;
    OWNED(DbQuery) *q = db_query(db, "UPDATE report SET significant = ?3 WHERE act_id = ?1 AND revision = ?2");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, revision);
    db_bind_int(q, 3, matters);
    return db_run(q, err);
}

bool report_sign(Db *db, const ReportSignature *s, Err *err)
{
    OWNED_BUF frame = buf_make(REPORT_BYTES_MAX);
    if (!json_dump_to_buf(s->frame, &frame, err))
        return false;
    /* a preliminary before anything, a final before any final, an addendum after one */
    OWNED(DbQuery) *q =
        db_query(db, "UPDATE report"
                     "   SET status = 'signed', sha256 = ?3, signed_at_ms = ?4, signed_by = ?5, proof = ?6,"
                     "       frame = ?7, kind = ?8,"
                     "       version = (SELECT count(*) + 1 FROM report AS known"
                     "                   WHERE known.act_id = ?1 AND known.status = 'signed'),"
                     "       follows = (SELECT max(known.revision) FROM report AS known"
                     "                   WHERE known.act_id = ?1 AND known.status = 'signed')"
                     " WHERE report.act_id = ?1"
                     "   AND report.revision = ?2"
                     "   AND report.status = 'draft'"
                     "   AND (report.kind = 'addendum') = (?8 = 'addendum')"
                     "   AND NOT EXISTS (SELECT 1 FROM report AS later WHERE later.act_id = ?1 AND later.revision > ?2)"
                     "   AND (?8 <> 'preliminary' OR NOT EXISTS (SELECT 1 FROM report AS known"
                     "                                            WHERE known.act_id = ?1 AND known.status = 'signed'))"
                     "   AND (?8 = 'addendum') = EXISTS (SELECT 1 FROM report AS known"
                     "                                    WHERE known.act_id = ?1 AND known.status = 'signed'"
                     "                                      AND known.kind <> 'preliminary')");
    db_bind_int(q, 1, s->act_id);
    db_bind_int(q, 2, s->revision);
    db_bind_cstr(q, 3, s->sha256);
    db_bind_int(q, 4, s->at_ms);
    db_bind_int(q, 5, s->person_id);
    db_bind_cstr(q, 6, s->proof);
    db_bind_text(q, 7, buf_slice(&frame));
    db_bind_cstr(q, 8, report_kind_name(s->kind));
    if (!db_run(q, err))
        return false;
    return db_changes(q) == 1 ? significance_put(db, s->act_id, s->revision, err)
                              : err_set(err, ERR_CONFLICT,
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

bool report_document_find(Db *db, int64_t act_id, int64_t revision, const char *kind, ReportDocument *ret, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "SELECT report_document.act_id, report_document.revision, report_document.kind,"
                     "       report_document.blob, report_document.sha256, report_document.bytes,"
                     "       report_document.sop_uid, report_document.made_at_ms"
                     "  FROM report_document"
                     " WHERE report_document.act_id = ?1 AND report_document.kind = ?2"
                     "   AND (?3 = 0 OR report_document.revision = ?3)"
                     " ORDER BY report_document.revision DESC LIMIT 1");
    db_bind_int(q, 1, act_id);
    db_bind_cstr(q, 2, kind);
    db_bind_int(q, 3, revision);
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
