/*
 * The only SQL of the patient table and of its history.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include <stdio.h>

#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "guard/access/grant.h"
#include "platform/clock.h"

void patient_from_row(const DbQuery *row, int at, Patient *ret)
{
    *ret        = (Patient) { .id = db_int(row, at), .version = db_int(row, at + 1) };
    char sex[2] = "";
    db_text(row, at + 2, ret->ipp, sizeof ret->ipp);
    db_text(row, at + 3, ret->birth_name, sizeof ret->birth_name);
    db_text(row, at + 4, ret->first_given, sizeof ret->first_given);
    db_text(row, at + 5, ret->given_names, sizeof ret->given_names);
    db_text(row, at + 6, ret->used_name, sizeof ret->used_name);
    db_text(row, at + 7, ret->birth_date, sizeof ret->birth_date);
    db_text(row, at + 8, sex, sizeof sex);
    ret->sex = sex[0];
    db_text(row, at + 9, ret->birth_place_code, sizeof ret->birth_place_code);
    db_text(row, at + 10, ret->birth_place_name, sizeof ret->birth_place_name);
    db_text(row, at + 11, ret->ins_value, sizeof ret->ins_value);
    db_text(row, at + 12, ret->ins_oid, sizeof ret->ins_oid);
    ret->status        = patient_status_from_name(db_slice(row, at + 13));
    ret->attributes    = (unsigned)db_int(row, at + 14);
    ret->ins_retrieved = db_int(row, at + 15) != 0;
    db_text(row, at + 16, ret->document, sizeof ret->document);
    db_text(row, at + 17, ret->phone, sizeof ret->phone);
    ret->organisation_id = db_int(row, at + 18);
    ret->created_at_s    = db_int(row, at + 19);
    db_text(row, at + 20, ret->birth_known, sizeof ret->birth_known);
    db_text(row, at + 21, ret->document_holder, sizeof ret->document_holder);
    ret->document_at_ms = db_int(row, at + 22);
    db_text(row, at + 23, ret->document_by, sizeof ret->document_by);
}

/* Parameters 1 to 22, the same for INSERT and UPDATE. */
static void bind_patient(DbQuery *q, const Patient *p)
{
    char key[256];
    db_bind_cstr(q, 1, p->birth_name);
    db_bind_cstr(q, 2, p->first_given);
    db_bind_cstr(q, 3, p->given_names);
    db_bind_cstr(q, 4, p->used_name);
    db_bind_cstr(q, 5, p->birth_date);
    db_bind_text(q, 6, slice_bytes(&p->sex, 1));
    db_bind_cstr(q, 7, p->birth_place_code);
    db_bind_cstr(q, 8, p->birth_place_name);
    db_bind_cstr(q, 9, p->ins_value);
    db_bind_cstr(q, 10, p->ins_oid);
    db_bind_cstr(q, 11, patient_status_name(p->status));
    db_bind_int(q, 12, p->attributes);
    db_bind_int(q, 13, p->ins_retrieved);
    db_bind_cstr(q, 14, p->document);
    db_bind_cstr(q, 15, p->phone);
    trait_key(slice_of(p->birth_name), key, sizeof key);
    db_bind_cstr(q, 16, key);
    trait_key(slice_of(p->used_name), key, sizeof key);
    db_bind_cstr(q, 17, key);
    trait_key(slice_of(p->first_given), key, sizeof key);
    db_bind_cstr(q, 18, key);
    db_bind_cstr(q, 19, p->birth_known[0] ? p->birth_known : "day");
    db_bind_cstr(q, 20, p->document_holder);
    db_bind_int(q, 21, p->document_at_ms);
    db_bind_cstr(q, 22, p->document_by);
}

static bool next_id(Db *db, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COALESCE(MAX(id), 0) + 1 FROM patient");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

/* "B00000042" and a Luhn digit, so that a slip of the finger is seen. */
static void ipp_make(int64_t id, char *ret, size_t size)
{
    char plain[24];
    int  sum = 0, len = snprintf(plain, sizeof plain, "%08lld", (long long)id);
    for (int i = 0; i < len; i++) {
        int digit = plain[len - 1 - i] - '0';
        digit *= i % 2 == 0 ? 2 : 1;
        sum += digit > 9 ? digit - 9 : digit;
    }
    snprintf(ret, size, "B%s%d", plain, (10 - sum % 10) % 10);
}

static bool identifier_insert(Db *db, int64_t patient_id, Slice value, Slice issuer, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO patient_identifier (issuer, value, patient_id)"
                                     " VALUES (?1, ?2, ?3)");
    db_bind_text(q, 1, issuer);
    db_bind_text(q, 2, value);
    db_bind_int(q, 3, patient_id);
    return db_run(q, err);
}

bool patient_insert(Db *db, Patient *p, Err *err)
{
    int64_t id = 0;
    if (!next_id(db, &id, err))
        return false;
    p->id      = id;
    p->version = 1;
    ipp_make(id, p->ipp, sizeof p->ipp);
    OWNED(DbQuery) *q = db_query(
        db, "INSERT INTO patient (birth_name, first_given, given_names, used_name, birth_date, sex,"
            "                     birth_place_code, birth_place_name, ins_value, ins_oid, status, attributes,"
            "                     ins_retrieved, document, phone, birth_name_key, used_name_key,"
            "                     first_given_key, birth_known, document_holder, document_at_ms, document_by, id, ipp,"
            "                     organisation_id, created_at_s)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
            "         ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)");
    bind_patient(q, p);
    db_bind_int(q, 23, p->id);
    db_bind_cstr(q, 24, p->ipp);
    db_bind_int(q, 25, p->organisation_id);
    db_bind_int(q, 26, p->created_at_s);
    return db_run(q, err) && identifier_insert(db, p->id, slice_of(p->ipp), SLICE(PATIENT_ISSUER), err);
}

bool patient_save(Db *db, Patient *p, Err *err)
{
    OWNED(DbQuery) *q = db_query(
        db, "UPDATE patient"
            "   SET birth_name = ?1, first_given = ?2, given_names = ?3, used_name = ?4, birth_date = ?5,"
            "       sex = ?6, birth_place_code = ?7, birth_place_name = ?8, ins_value = ?9, ins_oid = ?10,"
            "       status = ?11, attributes = ?12, ins_retrieved = ?13, document = ?14, phone = ?15,"
            "       birth_name_key = ?16, used_name_key = ?17, first_given_key = ?18, birth_known = ?19,"
            "       document_holder = ?20, document_at_ms = ?21, document_by = ?22, version = version + 1"
            " WHERE id = ?23"
            "   AND version = ?24");
    bind_patient(q, p);
    db_bind_int(q, 23, p->id);
    db_bind_int(q, 24, p->version);
    if (!db_run(q, err))
        return false;
    if (db_changes(q) != 1)
        return err_set(err, ERR_CONFLICT, "Somebody else changed this patient in between.",
                       "patient %lld, version %lld", (long long)p->id, (long long)p->version);
    p->version++;
    return true;
}

bool patient_load(Db *db, int64_t id, Patient *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PATIENT_COLUMNS " FROM patient WHERE patient.id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such patient.", "patient %lld", (long long)id);
    if (step == DB_ROW)
        patient_from_row(q, 0, ret);
    return step == DB_ROW;
}

static bool found_or_not(DbQuery *q, Patient *ret, bool *ret_found, Err *err)
{
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step == DB_ROW)
        patient_from_row(q, 0, ret);
    return step != DB_FAILED;
}

bool patient_by_ins(Db *db, Slice value, Slice oid, Patient *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PATIENT_COLUMNS "  FROM patient"
                                     " WHERE patient.ins_value = ?1"
                                     "   AND patient.ins_oid = ?2"
                                     "   AND patient.ins_value <> ''");
    db_bind_text(q, 1, value);
    db_bind_text(q, 2, oid);
    return found_or_not(q, ret, ret_found, err);
}

bool patient_by_identifier(Db *db, Slice value, Slice issuer, Patient *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PATIENT_COLUMNS "  FROM patient_identifier"
                                     "  JOIN patient ON patient.id = patient_identifier.patient_id"
                                     " WHERE patient_identifier.issuer = ?1"
                                     "   AND patient_identifier.value = ?2");
    db_bind_text(q, 1, issuer);
    db_bind_text(q, 2, value);
    return found_or_not(q, ret, ret_found, err);
}

bool patient_identifier_add(Db *db, int64_t patient_id, Slice value, Slice issuer, const PatientBy *by,
                            Err *err)
{
    Patient holder, p;
    bool    taken = false;
    value         = slice_trim(value);
    issuer        = slice_trim(issuer);
    if (!value.len || value.len > 64 || !issuer.len || issuer.len > 64)
        return err_set(err, ERR_INPUT, "An identifier needs a value and an issuer of at most 64 characters.",
                       "%zu and %zu bytes", value.len, issuer.len);
    if (!patient_load(db, patient_id, &p, err) ||
        !patient_by_identifier(db, value, issuer, &holder, &taken, err))
        return false;
    if (taken && holder.id != patient_id)
        return err_set(err, ERR_CONFLICT, "This identifier belongs to another patient.",
                       "patients %lld and %lld", (long long)holder.id, (long long)patient_id);
    return taken || (identifier_insert(db, patient_id, value, issuer, err) &&
                     patient_remember(db, &p, &p, NULL, "identifier", by, err));
}

/* Candidates by what is indexed; the rule decides. */
bool patient_lookalikes(Db *db, const Patient *p, PatientHomonyms *ret, Err *err)
{
    char key[256];
    trait_key(slice_of(p->birth_name), key, sizeof key);
    OWNED(DbQuery) *q = db_query(db, "SELECT " PATIENT_COLUMNS "  FROM patient"
                                     " WHERE (patient.birth_date = ?1 OR patient.birth_name_key = ?2)"
                                     "   AND patient.id <> ?3"
                                     "   AND patient.merged_into IS NULL"
                                     " ORDER BY patient.id");
    db_bind_cstr(q, 1, p->birth_date);
    db_bind_cstr(q, 2, key);
    db_bind_int(q, 3, p->id);
    DbStep step = DB_END;
    ret->count  = 0;
    while (ret->count < PATIENT_HOMONYMS_MAX && (step = db_next(q, err)) == DB_ROW) {
        patient_from_row(q, 0, &ret->patients[ret->count]);
        ret->count += patients_look_alike(p, &ret->patients[ret->count]);
    }
    homonyms_digest(ret);
    return step != DB_FAILED;
}

/* ---- who sees whom ---- */

#define REGISTERED_BY_MINE                                                                                   \
    " patient.organisation_id IN (SELECT membership.organisation_id FROM membership"                         \
    "                              WHERE membership.person_id = ?1 AND membership.clinical = 1) "

bool patient_seen_by(Db *db, int64_t person_id, int64_t patient_id, int64_t now_s, bool *ret, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "SELECT 1"
                     "  FROM patient"
                     " WHERE patient.id = ?3"
                     "   AND (" REGISTERED_BY_MINE " OR " GRANT_SQL("patient.id", "?1", "?2") ")");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, now_s);
    db_bind_int(q, 3, patient_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool patient_find(Db *db, int64_t person_id, int64_t now_s, Slice birth_date, Slice name, PatientEach *each,
                  void *with, Err *err)
{
    char prefix[16] = "", end[24], date[11], known[6];
    if (!birth_date_settle(birth_date, date, known))
        return birth_date_check(SLICE_NONE, now_s, err); /* says what is wrong */
    if (!birth_date_check(slice_of(date), now_s, err))
        return false;
    search_letters(name, prefix);
    if (!prefix[0])
        return err_set(err, ERR_INPUT, "Give the date of birth and the first letters of the name.",
                       "no name");
    snprintf(end, sizeof end, "%s\xF4\x8F\xBF\xBF", prefix);
    OWNED(DbQuery) *q =
        db_query(db, "SELECT " PATIENT_COLUMNS "  FROM patient"
                     " WHERE patient.birth_date = ?3"
                     "   AND patient.merged_into IS NULL"
                     "   AND ((patient.birth_name_key >= ?4 AND patient.birth_name_key < ?5)"
                     "     OR (patient.used_name_key >= ?4 AND patient.used_name_key < ?5)"
                     "     OR (patient.first_given_key >= ?4 AND patient.first_given_key < ?5))"
                     "   AND (" REGISTERED_BY_MINE
                     " OR " GRANT_SQL("patient.id", "?1", "?2") ")"
                                                                " ORDER BY patient.birth_name_key, "
                                                                "patient.first_given_key, patient.id"
                                                                " LIMIT 50");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, now_s);
    db_bind_cstr(q, 3, date);
    db_bind_cstr(q, 4, prefix);
    db_bind_cstr(q, 5, end);
    Patient p;
    DbStep  step;
    bool    more = true;
    while (more && (step = db_next(q, err)) == DB_ROW) {
        patient_from_row(q, 0, &p);
        more = each(&p, with);
    }
    return !more || step == DB_END;
}

bool patient_exact(Db *db, Slice ipp, Slice birth_name, Slice first_given, Slice birth_date, int64_t *ret_id, Err *err)
{
    char name[256], given[256];
    trait_key(birth_name, name, sizeof name);
    trait_key(first_given, given, sizeof given);
    OWNED(DbQuery) *q = ipp.len ? db_query(db, "SELECT patient.id FROM patient WHERE patient.ipp = ?1 AND patient.merged_into IS NULL")
                                : db_query(db, "SELECT patient.id FROM patient"
                                               " WHERE patient.birth_date = ?1 AND patient.birth_name_key = ?2 AND patient.first_given_key = ?3"
                                               "   AND patient.merged_into IS NULL LIMIT 2");
    db_bind_text(q, 1, ipp.len ? ipp : birth_date);
    if (!ipp.len) {
        db_bind_cstr(q, 2, name);
        db_bind_cstr(q, 3, given);
    }
    DbStep  step = db_next(q, err);
    int64_t id   = step == DB_ROW ? db_int(q, 0) : 0;
    if (step == DB_ROW)
        step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (!id || step == DB_ROW)
        return err_set(err, ERR_NOT_FOUND, "No single patient is exactly this: check the spelling and the date, or give the identifier (IPP).", "exact");
    *ret_id = id;
    return true;
}

/* ---- history ---- */

static json_t *patient_all_json(const Patient *p)
{
    json_t *j   = patient_json(p);
    json_t *ins = json_object(); /* the history holds it whatever the status: it is never shown from here */
    json_put(ins, "value", json_cstr(p->ins_value));
    json_put(ins, "oid", json_cstr(p->ins_oid));
    json_put(ins, "retrieved", json_boolean(p->ins_retrieved));
    json_put(j, "ins_kept", ins);
    json_put(j, "document", json_cstr(p->document));
    json_put(j, "version", json_integer(p->version));
    return j;
}

static json_t *draft_json(const PatientDraft *d)
{
    static const char *const FROM[] = { "hand", "service", "domain" };
    json_t                  *j      = json_object();
    json_put(j, "birth_name", json_slice(d->birth_name));
    json_put(j, "first_given", json_slice(d->first_given));
    json_put(j, "given_names", json_slice(d->given_names));
    json_put(j, "used_name", json_slice(d->used_name));
    json_put(j, "birth_date", json_slice(d->birth_date));
    json_put(j, "sex", json_slice(d->sex));
    json_put(j, "birth_place_code", json_slice(d->birth_place_code));
    json_put(j, "birth_place_name", json_slice(d->birth_place_name));
    json_put(j, "ins_value", json_slice(d->ins_value));
    json_put(j, "ins_oid", json_slice(d->ins_oid));
    json_put(j, "ins_from", json_cstr(FROM[d->ins_from]));
    json_put(j, "document", json_slice(d->document));
    json_put(j, "phone", json_slice(d->phone));
    return j;
}

static bool dumped(json_t *value, Buf *ret, Err *err)
{
    OWNED(json_t) *j = value;
    return json_dump_to_buf(j, ret, err);
}

bool patient_remember(Db *db, const Patient *before, const Patient *after, const PatientDraft *draft,
                      const char *what, const PatientBy *by, Err *err)
{
    OWNED_BUF was   = buf_make(16384);
    OWNED_BUF is    = buf_make(16384);
    OWNED_BUF given = buf_make(16384);
    if ((before && !dumped(patient_all_json(before), &was, err)) ||
        !dumped(patient_all_json(after), &is, err) || (draft && !dumped(draft_json(draft), &given, err)))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO patient_history (patient_id, at_ms, person_id, actor, what,"
                                     "                             document, before, after, given, reason)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_int(q, 1, after->id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, by->person_id);
    db_bind_cstr(q, 4, by->actor ? by->actor : "");
    db_bind_cstr(q, 5, what);
    db_bind_cstr(q, 6, after->document);
    db_bind_cstr(q, 7, buf_text(&was));
    db_bind_cstr(q, 8, buf_text(&is));
    db_bind_cstr(q, 9, buf_text(&given));
    db_bind_cstr(q, 10, by->reason ? by->reason : "");
    return db_run(q, err);
}

/* What a history line tells of a version: the strict traits and what the trust rests on; never the number. */
static json_t *version_json(Slice kept)
{
    static const char *const TOLD[] = { "birth_name", "first_given", "given_names", "used_name", "birth_date", "birth_known", "sex",
                                        "birth_place_code", "birth_place_name", "status", "attributes", "document", "document_holder" };
    OWNED(json_t) *all = kept.len ? json_parse_object(kept, NULL) : NULL;
    json_t *told       = all ? json_object() : json_null();
    for (size_t i = 0; all && i < COUNT(TOLD); i++)
        if (json_object_get(all, TOLD[i]))
            json_put(told, TOLD[i], json_incref(json_object_get(all, TOLD[i])));
    return told;
}

bool patient_versions_json(Db *db, int64_t patient_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT at_ms, actor, what, document, before, after, reason FROM patient_history"
                                       " WHERE patient_id = ?1 ORDER BY id DESC LIMIT 100");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *by = NULL;
        if (!login_json(db, db_slice(q, 1), &by, err))
            return false;
        json_push(list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "at_ms", (json_int_t)db_int(q, 0), "actor",
                                  json_slice(db_slice(q, 1)), "by", by, "what", json_slice(db_slice(q, 2)), "document",
                                  json_slice(db_slice(q, 3)), "before", version_json(db_slice(q, 4)), "after",
                                  version_json(db_slice(q, 5)), "reason", json_slice(db_slice(q, 6))));
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}
