/*
 * Procedures, their versions and signatures in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_procedures.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"

static bool may_keep(const char *kind, const StaffBy *by, Err *err)
{
    unsigned keepers = STAFF_ANSWERS | (strcmp(kind, "protocol") == 0 ? ROLE_IMAGER : 0);
    return keepers & by->roles || err_set(err, ERR_DENIED, "Your role does not publish procedures here.", "%s, roles %#x", kind, by->roles);
}

bool procedure_add(Db *db, const StaffProcedure *p, const StaffBy *by, int64_t *ret_id, Err *err)
{
    if (!may_keep(p->kind, by, err))
        return false;
    if ((strcmp(p->kind, "procedure") != 0 && strcmp(p->kind, "protocol") != 0) || !p->code[0] || !p->title[0] ||
        !(p->roles & STAFF_PROFESSIONAL))
        return err_set(err, ERR_INPUT, "A procedure needs a kind, a code, a title and the roles that sign it.", "%s", p->code);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO staff_procedure (organisation_id, kind, code, title, modality, roles)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                                     " ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, p->organisation_id);
    db_bind_cstr(q, 2, p->kind);
    db_bind_cstr(q, 3, p->code);
    db_bind_cstr(q, 4, p->title);
    db_bind_cstr(q, 5, p->modality);
    db_bind_int(q, 6, p->roles);
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_CONFLICT, "This organisation has a procedure with that code: publish a new version of it.", "%s", p->code);
    *ret_id = db_last_id(db);
    return true;
}

static void procedure_from_row(const DbQuery *q, StaffProcedure *ret)
{
    *ret = (StaffProcedure) { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .roles = (unsigned)db_int(q, 6), .active = db_int(q, 7) };
    db_text(q, 2, ret->kind, sizeof ret->kind);
    db_text(q, 3, ret->code, sizeof ret->code);
    db_text(q, 4, ret->title, sizeof ret->title);
    db_text(q, 5, ret->modality, sizeof ret->modality);
}

#define PROCEDURE_COLUMNS                                                                                        \
    "staff_procedure.id, staff_procedure.organisation_id, staff_procedure.kind, staff_procedure.code,"          \
    " staff_procedure.title, staff_procedure.modality, staff_procedure.roles, staff_procedure.active"

bool procedure_load(Db *db, int64_t id, StaffProcedure *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PROCEDURE_COLUMNS " FROM staff_procedure WHERE staff_procedure.id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        procedure_from_row(q, ret);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such procedure.", "procedure %" PRId64, id));
}

bool procedure_of_code(Db *db, int64_t organisation_id, const char *code, int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM staff_procedure WHERE organisation_id = ?1 AND code = ?2");
    db_bind_int(q, 1, organisation_id);
    db_bind_cstr(q, 2, code);
    DbStep step = db_next(q, err);
    *ret_id     = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

bool procedure_end(Db *db, const StaffProcedure *p, const StaffBy *by, Err *err)
{
    if (!may_keep(p->kind, by, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_procedure SET active = 0 WHERE id = ?1");
    db_bind_int(q, 1, p->id);
    return db_run(q, err);
}

static bool digest_of(Db *db, ProcedureVersion *v, Err *err)
{
    char    document[65] = "";
    uint8_t digest[32];
    if (v->document_id) {
        OWNED(DbQuery) *q = db_query(db, "SELECT sha256 FROM staff_document WHERE id = ?1");
        db_bind_int(q, 1, v->document_id);
        DbStep step = db_next(q, err);
        if (step != DB_ROW)
            return step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such document.", "document %" PRId64, v->document_id);
        db_text(q, 0, document, sizeof document);
    }
    OWNED_BUF all = buf_make(PROCEDURE_TEXT_MAX + 128);
    buf_add(&all, v->text);
    buf_addf(&all, "\n%s", document);
    if (!buf_ok(&all, err) || EVP_Digest(all.at, all.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "digest of a procedure");
    hex_encode(slice_bytes(digest, sizeof digest), v->sha256);
    return true;
}

static bool next_version(Db *db, ProcedureVersion *v, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COALESCE(MAX(version), 0) + 1, COALESCE(MAX(in_force_from), '')"
                                     "  FROM staff_procedure_version WHERE procedure_id = ?1");
    db_bind_int(q, 1, v->procedure_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    char last[STAFF_DAY];
    v->version = db_int(q, 0);
    db_text(q, 1, last, sizeof last);
    return strcmp(v->from, last) >= 0 ||
           err_set(err, ERR_INPUT, "A new version cannot be in force before the one it follows.", "version %" PRId64, v->version);
}

bool procedure_publish(Db *db, const StaffProcedure *p, ProcedureVersion *v, const StaffBy *by, Err *err)
{
    int64_t from;
    if (!may_keep(p->kind, by, err))
        return false;
    if (!slice_trim(v->text).len || v->text.len > PROCEDURE_TEXT_MAX || !text_is_clean_utf8(v->text))
        return err_set(err, ERR_INPUT, "Write the text of the procedure (200 000 characters at most).", "%zu bytes", v->text.len);
    if (!staff_day(slice_of(v->from), &from))
        return err_set(err, ERR_INPUT, "A date is written YYYY-MM-DD and must exist.", "first day of a version");
    v->procedure_id = p->id;
    if (!next_version(db, v, err) || !digest_of(db, v, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO staff_procedure_version (procedure_id, version, text, document_id, sha256, in_force_from,"
                                     " published_by, published_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    db_bind_int(q, 1, p->id);
    db_bind_int(q, 2, v->version);
    db_bind_text(q, 3, v->text);
    if (v->document_id)
        db_bind_int(q, 4, v->document_id);
    else
        db_bind_null(q, 4);
    db_bind_cstr(q, 5, v->sha256);
    db_bind_cstr(q, 6, v->from);
    if (by->person_id)
        db_bind_int(q, 7, by->person_id);
    else
        db_bind_null(q, 7);
    db_bind_int(q, 8, clock_now_ms());
    if (!db_run(q, err))
        return false;
    v->id = db_last_id(db);
    return true;
}

bool procedure_in_force(Db *db, int64_t procedure_id, int64_t today, ProcedureVersion *ret, Err *err)
{
    char day[STAFF_DAY];
    staff_day_text(today, day);
    OWNED(DbQuery) *q = db_query(db, "SELECT id, procedure_id, version, document_id, in_force_from, sha256 FROM staff_procedure_version"
                                     " WHERE procedure_id = ?1 AND in_force_from <= ?2 ORDER BY version DESC LIMIT 1");
    db_bind_int(q, 1, procedure_id);
    db_bind_cstr(q, 2, day);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_CONFLICT, "No version of this procedure is in force.", "procedure %" PRId64, procedure_id);
    *ret = (ProcedureVersion) { .id = db_int(q, 0), .procedure_id = db_int(q, 1), .version = db_int(q, 2), .document_id = db_int(q, 3) };
    db_text(q, 4, ret->from, sizeof ret->from);
    db_text(q, 5, ret->sha256, sizeof ret->sha256);
    return true;
}

bool procedure_accept(Db *db, const ProcedureVersion *v, const StaffBy *by, const char *proof, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO staff_acceptance (version_id, person_id, at_ms, sha256, factors, proof)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, v->id);
    db_bind_int(q, 2, by->person_id);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_cstr(q, 4, v->sha256);
    db_bind_cstr(q, 5, by->factors);
    db_bind_cstr(q, 6, proof);
    return db_run(q, err) &&
           (db_changes(q) || err_set(err, ERR_CONFLICT, "You have signed this version already.", "version %" PRId64, v->id));
}

/* The version in force of every active procedure of an organisation. Day: ?2. */
#define IN_FORCE                                                                                                  \
    " JOIN staff_procedure_version ON staff_procedure_version.procedure_id = staff_procedure.id"                  \
    "  AND staff_procedure_version.version = (SELECT MAX(newest.version) FROM staff_procedure_version AS newest"  \
    "                                          WHERE newest.procedure_id = staff_procedure.id AND newest.in_force_from <= ?2)"

bool procedures_unsigned(Db *db, int64_t organisation_id, unsigned role, int64_t person_id, int64_t today, int64_t *ret, Err *err)
{
    char day[STAFF_DAY];
    staff_day_text(today, day);
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM staff_procedure" IN_FORCE
                                     " WHERE staff_procedure.organisation_id = ?1 AND staff_procedure.active = 1"
                                     "   AND (staff_procedure.roles & ?3) <> 0"
                                     "   AND NOT EXISTS (SELECT 1 FROM staff_acceptance"
                                     "                    WHERE staff_acceptance.version_id = staff_procedure_version.id"
                                     "                      AND staff_acceptance.person_id = ?4)");
    db_bind_int(q, 1, organisation_id);
    db_bind_cstr(q, 2, day);
    db_bind_int(q, 3, role);
    db_bind_int(q, 4, person_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

bool protocols_unchecked(Db *db, int64_t organisation_id, unsigned role, Slice modality, const StaffItems *items, int64_t today,
                         int64_t *ret, Err *err)
{
    const StaffKind *kind = staff_kind(SLICE("knowledge"));
    char             day[STAFF_DAY];
    int64_t          open = 0;
    DbStep           step;
    staff_day_text(today, day);
    OWNED(DbQuery) *q = db_query(db, "SELECT staff_procedure.id FROM staff_procedure" IN_FORCE
                                     " WHERE staff_procedure.organisation_id = ?1 AND staff_procedure.active = 1"
                                     "   AND staff_procedure.kind = 'protocol' AND (staff_procedure.roles & ?3) <> 0"
                                     "   AND (?4 = '*' OR staff_procedure.modality IN ('', ?4))");
    db_bind_int(q, 1, organisation_id);
    db_bind_cstr(q, 2, day);
    db_bind_int(q, 3, role);
    db_bind_text(q, 4, modality);
    while ((step = db_next(q, err)) == DB_ROW)
        open += !staff_state_fits(staff_best(items->at, items->count, kind, db_int(q, 0), today, NULL));
    if (step == DB_FAILED)
        return false;
    *ret = open;
    return true;
}
