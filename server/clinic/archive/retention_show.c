/*
 * Deletions, purges and holds as the page and the certificate show them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <time.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/retention.h"
#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "formats/pdf/pdf.h"
#include "guard/access/directory.h"
#include "platform/clock.h"

/* ---- JSON ---- */

typedef struct Shown {
    const char *key;
    bool        number;
} Shown;

static json_t *row_json(const DbQuery *q, const Shown *columns, size_t count)
{
    json_t *one = json_object();
    for (size_t i = 0; i < count; i++)
        json_put(one, columns[i].key,
                 db_is_null(q, (int)i) ? json_null()
                 : columns[i].number   ? json_integer(db_int(q, (int)i))
                                       : json_slice(db_slice(q, (int)i)));
    return one;
}

static bool rows_json(DbQuery *q, const Shown *columns, size_t count, json_t **ret, Err *err)
{
    OWNED(json_t) *all = json_array();
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(all, row_json(q, columns, count));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(all);
    return true;
}

bool deletions_json(Db *db, json_t **ret, Err *err)
{
    static const Shown COLUMNS[] = {
        { "id", true },          { "proposal_id", true },  { "level", false },       { "state", false },
        { "study_uid", false },  { "study_date", false },  { "description", false }, { "modalities", false },
        { "dicom_name", false }, { "instances", true },    { "bytes", true },        { "at_ms", true },
        { "actor", false },      { "reason", false },      { "until_ms", true },     { "ended_at_ms", true },
        { "ended_by", false },   { "ended_reason", false }
    };
    OWNED(DbQuery) *q = db_query(db, "SELECT id, proposal_id, level, state, study_uid, study_date, "
                                     "description, modalities, dicom_name,"
                                     "       instances, bytes, at_ms, actor, reason, until_ms, ended_at_ms, "
                                     "ended_by, ended_reason"
                                     "  FROM deletion ORDER BY id DESC LIMIT 500");
    return rows_json(q, COLUMNS, COUNT(COLUMNS), ret, err);
}

bool holds_json(Db *db, json_t **ret, Err *err)
{
    static const Shown COLUMNS[] = { { "id", true },          { "ipp", false },
                                     { "birth_name", false }, { "first_given", false },
                                     { "at_ms", true },       { "actor", false },
                                     { "reason", false },     { "ended_at_ms", true },
                                     { "ended_by", false } };
    OWNED(DbQuery) *q            = db_query(db, "SELECT retention_hold.id, patient.ipp, patient.birth_name, "
                                                           "patient.first_given, at_ms, actor, reason,"
                                                           "       ended_at_ms, ended_by"
                                                           "  FROM retention_hold JOIN patient ON patient.id = "
                                                           "retention_hold.patient_id"
                                                           " ORDER BY ended_at_ms IS NOT NULL, retention_hold.id DESC LIMIT 500");
    return rows_json(q, COLUMNS, COUNT(COLUMNS), ret, err);
}

#define PROPOSAL                                                                                             \
    "SELECT purge_proposal.id, as_of, purge_proposal.at_ms, purge_proposal.actor, purge_proposal.state, "    \
    "decided_at_ms,"                                                                                         \
    "       decided_by, decided_reason,"                                                                     \
    "       (SELECT COUNT(*) FROM purge_item WHERE proposal_id = purge_proposal.id),"                        \
    "       (SELECT COUNT(*) FROM purge_item WHERE proposal_id = purge_proposal.id AND kept_reason <> ''),"  \
    "       (SELECT COALESCE(SUM(bytes), 0) FROM purge_item WHERE proposal_id = purge_proposal.id AND "      \
    "kept_reason = ''),"                                                                                     \
    "       (SELECT COUNT(*) FROM deletion WHERE deletion.proposal_id = purge_proposal.id AND "              \
    "deletion.state = 'purged'),"                                                                            \
    "       (SELECT COUNT(*) FROM deletion WHERE deletion.proposal_id = purge_proposal.id AND "              \
    "deletion.state = 'hidden')"                                                                             \
    "  FROM purge_proposal"
static const Shown PROPOSAL_COLUMNS[] = {
    { "id", true },      { "as_of", false },        { "at_ms", true },       { "actor", false },
    { "state", false },  { "decided_at_ms", true }, { "decided_by", false }, { "decided_reason", false },
    { "studies", true }, { "kept_out", true },      { "bytes", true },       { "purged", true },
    { "hidden", true }
};

bool purges_json(Db *db, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, PROPOSAL " ORDER BY purge_proposal.state <> 'proposed', purge_proposal.id DESC LIMIT 500");
    return rows_json(q, PROPOSAL_COLUMNS, COUNT(PROPOSAL_COLUMNS), ret, err);
}

static bool items_json(Db *db, int64_t id, json_t **ret, Err *err)
{
    static const Shown COLUMNS[] = {
        { "id", true },           { "study_uid", false },   { "study_date", false }, { "modalities", false },
        { "instances", true },    { "bytes", true },        { "last_on", false },    { "due_on", false },
        { "rule", false },        { "kept_reason", false }, { "ipp", false },        { "birth_name", false },
        { "first_given", false }, { "birth_date", false }
    };
    OWNED(DbQuery) *q = db_query(db, "SELECT purge_item.id, study_uid, study_date, modalities, instances, "
                                     "bytes, last_on, due_on, rule,"
                                     "       kept_reason, patient.ipp, patient.birth_name, "
                                     "patient.first_given, patient.birth_date"
                                     "  FROM purge_item LEFT JOIN patient ON patient.id = "
                                     "purge_item.patient_id"
                                     " WHERE proposal_id = ?1 ORDER BY due_on, purge_item.id");
    db_bind_int(q, 1, id);
    return rows_json(q, COLUMNS, COUNT(COLUMNS), ret, err);
}

bool purge_json(Db *db, int64_t id, json_t **ret, Err *err)
{
    json_t *items     = NULL;
    OWNED(DbQuery) *q = db_query(db, PROPOSAL " WHERE purge_proposal.id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such purge.", "%lld", (long long)id);
    OWNED(json_t) *one = row_json(q, PROPOSAL_COLUMNS, COUNT(PROPOSAL_COLUMNS));
    if (!items_json(db, id, &items, err))
        return false;
    json_put(one, "items", items);
    *ret = GIVE(one);
    return true;
}

/* ---- the certificate ---- */

static void day_shown(Slice day, char ret[16])
{
    if (day.len == 8)
        (void)snprintf(ret, 16, "%.2s/%.2s/%.4s", day.at + 6, day.at + 4, day.at);
    else
        (void)slice_copy(SLICE("—"), ret, 16);
}

static void when_shown(int64_t ms, char ret[40])
{
    time_t    at = (time_t)(ms / 1000);
    struct tm day;
    gmtime_r(&at, &day);
    (void)snprintf(ret, 40, "%02u/%02u/%04u à %02u:%02u UTC", (unsigned)day.tm_mday % 100,
                   (unsigned)(day.tm_mon + 1) % 100, (unsigned)(day.tm_year + 1900) % 10000,
                   (unsigned)day.tm_hour % 100, (unsigned)day.tm_min % 100);
}

enum { COLUMNS_SHOWN = 5, ROWS_A_TABLE = 300 };

typedef struct Rows {
    Arena      *arena;
    const char *cells[(ROWS_A_TABLE + 1) * COLUMNS_SHOWN];
    size_t      rows;
} Rows;

static void rows_begin(Rows *r)
{
    static const char *const HEAD[] = { "Examen (Study Instance UID)", "Date", "Modalités", "Images",
                                        "Empreinte des fichiers (SHA-256)" };
    memcpy(r->cells, HEAD, sizeof HEAD);
    r->rows = 1;
}

static void rows_out(Rows *r, PdfDoc *pdf)
{
    static const double WIDTHS[] = { 4, 1.3, 1.2, 0.9, 4.2 };
    if (r->rows > 1)
        pdf_table(pdf, COLUMNS_SHOWN, WIDTHS, r->cells, r->rows);
    rows_begin(r);
}

/* One digest over the digests of all files, in the order of their UIDs: 64 characters say what a page of them
 * would. */
static bool digest_of_all(Db *db, int64_t deletion_id, char ret[65], Err *err)
{
    uint8_t     all[SHA256_BYTES];
    EVP_MD_CTX *sum   = EVP_MD_CTX_new();
    bool        ok    = sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1;
    DbStep      step  = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT sha256 FROM kept_version WHERE why = 'deleted' AND by_id = ?1 "
                                     "ORDER BY uid, id");
    db_bind_int(q, 1, deletion_id);
    while (ok && (step = db_next(q, err)) == DB_ROW)
        ok = EVP_DigestUpdate(sum, db_slice(q, 0).at, db_slice(q, 0).len) == 1;
    ok = ok && step != DB_FAILED && EVP_DigestFinal_ex(sum, all, NULL) == 1;
    EVP_MD_CTX_free(sum);
    if (ok)
        hex_encode(slice_bytes(all, SHA256_BYTES), ret);
    return ok || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
}

static bool deletions_in(Db *db, DbQuery *q, Rows *r, PdfDoc *pdf, int64_t *ret_studies, int64_t *ret_images,
                         Err *err)
{
    DbStep step;
    rows_begin(r);
    while ((step = db_next(q, err)) == DB_ROW) {
        char  digest[65], day[16];
        char *images = arena_textf(r->arena, "%lld", (long long)db_int(q, 4));
        if (!digest_of_all(db, db_int(q, 0), digest, err))
            return false;
        day_shown(db_slice(q, 2), day);
        const char **row = &r->cells[r->rows++ * COLUMNS_SHOWN];
        row[0]           = arena_text(r->arena, db_slice(q, 1));
        row[1]           = arena_text(r->arena, slice_of(day));
        row[2]           = arena_text(r->arena, db_slice(q, 3));
        row[3]           = images;
        row[4]           = arena_text(r->arena, slice_of(digest));
        if (!row[0] || !row[1] || !row[2] || !row[3] || !row[4])
            return err_set(err, ERR_LIMIT, "A list is too long.", "certificate");
        (*ret_studies)++;
        *ret_images += db_int(q, 4);
        if (r->rows == ROWS_A_TABLE + 1)
            rows_out(r, pdf);
    }
    rows_out(r, pdf);
    return step != DB_FAILED;
}

static void words(PdfDoc *pdf)
{
    pdf_heading(pdf, "Ce que ce certificat atteste");
    pdf_paragraph(pdf, SLICE("Les fichiers des examens ci-dessous ont été effacés de l’archive, ainsi que "
                             "les images qui en avaient été "
                             "dérivées et les versions antérieures. Ne restent que les identifiants "
                             "techniques et les empreintes, pour "
                             "pouvoir prouver ce qui a été détruit. Les sauvegardes antérieures les "
                             "contiennent jusqu’à leur propre "
                             "expiration."));
    pdf_small(pdf, SLICE("L’empreinte est celle des empreintes SHA-256 de tous les fichiers de l’examen, "
                         "dans l’ordre de leurs "
                         "identifiants."));
}

/* Who stands behind a login, by name; what is no person stays as it is. */
static bool who_shown(Db *db, Slice login, char ret[160], Err *err)
{
    json_t *raw = NULL;
    if (login.len && !login_json(db, login, &raw, err))
        return false;
    OWNED(json_t) *person = raw;
    const char *name      = json_string_value(json_object_get(person, "name"));
    (void)slice_copy(name ? slice_of(name) : login, ret, 160);
    return true;
}

typedef struct Certificate {
    const char *title, *rule;
    Slice       asked_by, approved_by, reason;
    int64_t     asked_at_ms, approved_at_ms, done_at_ms;
} Certificate;

static bool certificate_make(Db *db, DbQuery *list, const Certificate *c, Buf *ret, Err *err)
{
    PdfSetup setup           = { .title         = c->title,
                                 .author        = "Béclère",
                                 .subject       = "Destruction d’images médicales",
                                 .created_at_s  = c->done_at_ms / 1000,
                                 .running_title = c->title,
                                 .footer        = "Béclère" };
    OWNED(PdfDoc) *pdf       = pdf_new(&setup, err);
    OWNED(Arena) *arena      = arena_new(16 << 20);
    OWNED_TEXT char *mem     = calloc(1, sizeof(Rows));
    Rows            *r       = (Rows *)(void *)mem;
    int64_t          studies = 0, images = 0;
    char             asked[40], approved[40], done[40], asker[160], approver[160];
    if (!pdf || !arena || !r)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "certificate");
    if (!who_shown(db, c->asked_by, asker, err) || !who_shown(db, c->approved_by, approver, err))
        return false;
    r->arena = arena;
    when_shown(c->asked_at_ms, asked);
    when_shown(c->approved_at_ms, approved);
    when_shown(c->done_at_ms, done);
    pdf_title(pdf, c->title, "Article R. 1112-7 du code de la santé publique");
    pdf_grid_begin(pdf, "Décision");
    pdf_field(pdf, "Règle", slice_of(c->rule));
    pdf_field(pdf, "Demandée par", slice_of(asker));
    pdf_field(pdf, "Le", slice_of(asked));
    pdf_field(pdf, "Approuvée par", slice_of(approver));
    pdf_field(pdf, "Approuvée le", c->approved_at_ms ? slice_of(approved) : SLICE_NONE);
    pdf_field(pdf, "Motif", c->reason);
    pdf_field_strong(pdf, "Détruit le", slice_of(done));
    pdf_grid_end(pdf);
    words(pdf);
    pdf_heading(pdf, "Examens détruits");
    if (!deletions_in(db, list, r, pdf, &studies, &images, err))
        return false;
    char *sum = arena_textf(arena, "%lld examen(s), %lld image(s).", (long long)studies, (long long)images);
    pdf_paragraph(pdf, slice_of(sum));
    return pdf_finish(pdf, ret, err);
}

#define LISTED "SELECT id, study_uid, study_date, modalities, instances FROM deletion"

bool deletion_certificate(Db *db, int64_t id, Buf *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT actor, at_ms, reason, ended_at_ms, state, ended_by, "
                                     "ended_reason FROM deletion WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such deletion.", "%lld", (long long)id);
    if (!slice_equal_text(db_slice(q, 4), "purged") && !slice_equal_text(db_slice(q, 4), "lifted"))
        return err_set(err, ERR_CONFLICT, "Nothing was purged yet.", "%lld", (long long)id);
    OWNED(DbQuery) *list = db_query(db, LISTED " WHERE id = ?1");
    db_bind_int(list, 1, id);
    bool early = db_slice(q, 6).len > 0 && slice_equal_text(db_slice(q, 4), "purged");
    Certificate c = { .title       = "Certificat de destruction",
                      .rule        = early ? "Suppression décidée, détruite avant le terme par une autre personne"
                                           : "Suppression décidée, au terme du délai de restauration",
                      .approved_by = early ? db_slice(q, 5) : SLICE_NONE,
                      .approved_at_ms = early ? db_int(q, 3) : 0,
                      .asked_by    = db_slice(q, 0),
                      .asked_at_ms = db_int(q, 1),
                      .reason      = db_slice(q, 2),
                      .done_at_ms  = db_int(q, 3) };
    return certificate_make(db, list, &c, ret, err);
}

bool purge_certificate(Db *db, int64_t id, Buf *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT actor, at_ms, decided_by, decided_at_ms, decided_reason,"
                                     "       (SELECT MAX(ended_at_ms) FROM deletion WHERE proposal_id = ?1 "
                                     "AND state = 'purged'),"
                                     "       (SELECT COUNT(*) FROM deletion WHERE proposal_id = ?1 AND state "
                                     "= 'hidden')"
                                     "  FROM purge_proposal WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such purge.", "%lld", (long long)id);
    if (db_is_null(q, 5) || db_int(q, 6))
        return err_set(err, ERR_CONFLICT, "Nothing was purged yet.", "%lld", (long long)id);
    OWNED(DbQuery) *list = db_query(db, LISTED " WHERE proposal_id = ?1 AND state = 'purged' ORDER BY "
                                               "study_uid");
    db_bind_int(list, 1, id);
    Certificate c = { .title          = "Certificat de destruction d’archives",
                      .rule           = "Fin de la durée de conservation",
                      .asked_by       = db_slice(q, 0),
                      .asked_at_ms    = db_int(q, 1),
                      .approved_by    = db_slice(q, 2),
                      .approved_at_ms = db_int(q, 3),
                      .reason         = db_slice(q, 4),
                      .done_at_ms     = db_int(q, 5) };
    return certificate_make(db, list, &c, ret, err);
}
