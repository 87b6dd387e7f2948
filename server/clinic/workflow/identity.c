/*
 * Identities corrected, marked and merged, with the acts and images of the patient.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/identity.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/archive/study.h"
#include "clinic/workflow/report_marks.h"

enum { OF_PATIENT_MAX = 2000 };

/* Ids of one column, in the order of the query; the caller's to free. */
static bool ids_of(Db *db, const char *sql, int64_t id, int64_t **ret, size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    DbStep   step;
    int64_t *ids = calloc(OF_PATIENT_MAX, sizeof *ids);
    *ret_count   = 0;
    *ret         = ids;
    if (!ids)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "identity");
    db_bind_int(q, 1, id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (*ret_count == OF_PATIENT_MAX)
            return err_set(err, ERR_LIMIT, "A list is too long.", "of patient %lld", (long long)id);
        ids[(*ret_count)++] = db_int(q, 0);
    }
    return step != DB_FAILED;
}

static json_t *traits_json(const Patient *p)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s#, s:s, s:s}", "ipp", p->ipp, "birth_name", p->birth_name, "first_given",
                     p->first_given, "used_name", p->used_name, "birth_date", p->birth_date, "sex", &p->sex, 1, "birth_place",
                     p->birth_place_code, "status", patient_status_name(p->status));
}

json_t *identity_as_told(Db *db, int64_t patient_id, Err *err)
{
    Patient p;
    return patient_load(db, patient_id, &p, err) ? traits_json(&p) : NULL;
}

/* ---- corrected ---- */

static bool acts_told(Db *db, const ActHouse *house, const Patient *before, const Patient *after, const PatientBy *by, Err *err)
{
    int64_t *ids   = NULL;
    size_t   count = 0;
    bool     ok    = ids_of(db, "SELECT id FROM act WHERE patient_id = ?1 ORDER BY id", after->id, &ids, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = act_do_system(db, house, ids[i], "identity-corrected",
                           json_pack("{s:o, s:o, s:s, s:s}", "before", traits_json(before), "after", traits_json(after), "reason",
                                     by->reason, "actor", by->actor),
                           err);
    free(ids);
    return ok;
}

static void image_of(const StudyRow *row, DicomPatient *ret)
{
    *ret = (DicomPatient) { 0 };
    slice_copy(slice_of(row->patient_key), ret->id, sizeof ret->id);
    slice_copy(slice_of(row->patient_issuer), ret->issuer, sizeof ret->issuer);
    slice_copy(slice_of(row->patient_name), ret->name, sizeof ret->name);
    slice_copy(slice_of(row->patient_birth), ret->birth_date, sizeof ret->birth_date);
    slice_copy(slice_of(row->patient_sex), ret->sex, sizeof ret->sex);
}

static json_t *values_of(const Patient *p)
{
    char name[256];
    patient_dicom_name(p, name, sizeof name);
    char birth[9] = { p->birth_date[0], p->birth_date[1], p->birth_date[2], p->birth_date[3],
                      p->birth_date[5], p->birth_date[6], p->birth_date[8], p->birth_date[9] };
    return json_pack("{s:s, s:s, s:s}", "PatientName", name, "PatientBirthDate", birth, "PatientSex",
                     p->sex == 'F' ? "F" : p->sex == 'M' ? "M" : "O");
}

/* Images that said what was registered before say what is registered now; those that said something else are flagged, and
 * stay for the archive's staff. */
static bool study_told(Db *db, const ActHouse *house, int64_t study_id, const Patient *before, const Patient *after,
                       const PatientBy *by, Err *err)
{
    StudyRow          row;
    DicomPatient      image;
    PatientDifference ignored[PATIENT_DIFFERENCES_MAX];
    size_t            was = 0, is = 0;
    int64_t           correction = 0;
    if (!study_load(db, study_id, &row, err))
        return false;
    image_of(&row, &image);
    if (!patient_compare_dicom(db, before, &image, ignored, &was, err) || !patient_compare_dicom(db, after, &image, ignored, &is, err))
        return false;
    if (was || !is)
        return true;
    OWNED(json_t) *values = values_of(after);
    CorrectionAsked asked = { .kind = CORRECTION_IDENTITY, .study_id = study_id, .values = values, .reason = slice_of(by->reason) };
    return correction_ask(db, house, &asked, true, by, &correction, err);
}

static bool studies_told(Db *db, const ActHouse *house, const Patient *before, const Patient *after, const PatientBy *by, Err *err)
{
    int64_t *ids   = NULL;
    size_t   count = 0;
    bool     ok    = ids_of(db, "SELECT id FROM study WHERE patient_id = ?1 ORDER BY id", after->id, &ids, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = study_told(db, house, ids[i], before, after, by, err);
    free(ids);
    return ok;
}

static bool reason_given(const PatientBy *by, Err *err)
{
    return (by->reason && slice_trim(slice_of(by->reason)).len >= 3) || err_set(err, ERR_INPUT, "Write why.", "reason");
}

static bool merged(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM patient WHERE id = ?1 AND merged_into IS NOT NULL");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    return step == DB_FAILED ||
           (step == DB_ROW && !err_set(err, ERR_CONFLICT, "This identity was merged into another one: use that one.", "%lld", (long long)id));
}

bool identity_change(Db *db, const ActHouse *house, int64_t id, int64_t version, const PatientDraft *draft, InsOids oids,
                     const PatientBy *by, Patient *ret, Err *err)
{
    Patient before;
    if (!reason_given(by, err) || merged(db, id, err) || !patient_load(db, id, &before, err) ||
        !patient_update(db, id, version, draft, oids, by, ret, err))
        return false;
    OWNED(json_t) *was = traits_json(&before);
    OWNED(json_t) *is  = traits_json(ret);
    return json_equal(was, is) || (acts_told(db, house, &before, ret, by, err) && studies_told(db, house, &before, ret, by, err));
}

/* ---- marked ---- */

static bool no_act_under_way(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM act WHERE patient_id = ?1"
                                     "   AND state NOT IN ('closed', 'refused', 'cancelled', 'not-done')");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    return step == DB_END ||
           (step == DB_ROW && err_set(err, ERR_CONFLICT, "A patient of an exam under way is not made fictitious.", "%lld", (long long)id));
}

bool identity_mark(Db *db, const ActHouse *house, unsigned roles, int64_t id, unsigned add, unsigned drop,
                   const PatientBy *by, Patient *ret, Err *err)
{
    Patient before;
    bool    keeps = (roles & ROLE_SECRETARY) != 0;
    if (!reason_given(by, err) || merged(db, id, err) || !patient_load(db, id, &before, err))
        return false;
    add &= ~before.attributes;
    drop &= before.attributes;
    if (drop & PATIENT_FICT)
        return err_set(err, ERR_CONFLICT, "A fictitious identity stays so: register the real person.", "%lld", (long long)id);
    if ((drop || (add & PATIENT_FICT)) && !keeps)
        return err_set(err, ERR_DENIED, "Only the secretary, who keeps the identities of the site, may do this.", "attributes");
    if ((add & PATIENT_FICT) && !no_act_under_way(db, id, err))
        return false;
    return patient_set_attributes(db, id, (before.attributes | add) & ~drop, by, ret, err) &&
           acts_told(db, house, &before, ret, by, err);
}

/* ---- merged ---- */

bool identity_acts_merge(Db *db, const ActHouse *house, const Patient *from, const Patient *into, int64_t merge_id, Err *err)
{
    int64_t *ids   = NULL;
    size_t   count = 0;
    bool     ok    = ids_of(db, "SELECT id FROM act WHERE patient_id = ?1 ORDER BY id", from->id, &ids, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = act_do_system(db, house, ids[i], "patient-merged",
                           json_pack("{s:I, s:I, s:I, s:o, s:o}", "merge_id", (json_int_t)merge_id, "from", (json_int_t)from->id, "into",
                                     (json_int_t)into->id, "before", traits_json(from), "after", traits_json(into)),
                           err);
    free(ids);
    return ok;
}

bool identity_acts_part(Db *db, const ActHouse *house, int64_t merge_id, Err *err)
{
    int64_t *ids   = NULL;
    size_t   count = 0;
    bool     ok    = ids_of(db, "SELECT DISTINCT act_id FROM act_event"
                                 " WHERE step = 'patient-merged' AND at_ms >= (SELECT at_ms FROM patient_merge WHERE id = ?1)"
                                 " ORDER BY act_id",
                            merge_id, &ids, &count, err);
    for (size_t i = 0; ok && i < count; i++) {
        OWNED_ACT     a    = { 0 };
        const json_t *last = NULL;
        ok                 = act_load(db, ids[i], &a, err);
        last               = ok ? act_fact(&a, "merged", NULL) : NULL;
        if (ok && json_integer_value(json_object_get(last, "merge_id")) == merge_id)
            ok = act_do_system(db, house, ids[i], "patient-parted",
                               json_pack("{s:I, s:I}", "merge_id", (json_int_t)merge_id, "patient_id",
                                         json_integer_value(json_object_get(last, "from"))),
                               err);
    }
    free(ids);
    return ok;
}

/* ---- the chapter: what an act is told of its patient ---- */

/* clang-format off */
static const ActStep STEPS[] = {
    { "E15", EVERY, "identity-corrected", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM, "The identity of the patient was corrected" },
    { "E15", EVERY, "patient-merged", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM, "The patient was merged with another registration" },
    { "E15", EVERY, "patient-parted", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM, "The merge of the patient was undone" },
    { 0 },
};
/* clang-format on */

/* Everybody of the act is told, so that the request says the new; the worklist says it once the slot is given anew, and
 * what was checked on the patient is checked again before the exam begins. */
static void on_corrected(Act *a, const ActEvent *e)
{
    json_t *request = json_object_get(a->facts, "signed_request");
    json_array_append_new(fold_list(a, "identity_corrections"), fold_stamp(e));
    if (json_object_get(request, "identity"))
        fold_member(request, "identity", json_deep_copy(json_object_get(e->data, "after")));
    if (!json_object_get(a->facts, "acquisition"))
        json_object_del(a->facts, "identity");
}

static void on_merged(Act *a, const ActEvent *e)
{
    a->patient_id = event_int(e, "into");
    fold_set(a, "merged", fold_stamp(e));
}

static void on_parted(Act *a, const ActEvent *e)
{
    a->patient_id = event_int(e, "patient_id");
    json_object_del(a->facts, "merged");
}

static const ActFold FOLDS[] = {
    { "identity-corrected", NULL, on_corrected },
    { "patient-merged", NULL, on_merged },
    { "patient-parted", NULL, on_parted },
    { 0 },
};

const ActChapter CHAPTER_IDENTITY = { .name = "identity", .kinds = KIND_ANY, .steps = STEPS, .folds = FOLDS };
