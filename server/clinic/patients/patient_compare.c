/*
 * Is this the patient? Comparison with what was read at the site, and with what an image says. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include "formats/json/json_util.h"

typedef struct Differences {
    PatientDifference *list;
    size_t             count;
} Differences;

static void differs(Differences *d, const char *trait, Slice expected, Slice found)
{
    if (d->count >= PATIENT_DIFFERENCES_MAX)
        return;
    PatientDifference *one = &d->list[d->count++];
    one->trait             = trait;
    slice_copy(expected, one->expected, sizeof one->expected);
    slice_copy(found, one->found, sizeof one->found);
}

size_t patient_compare(const Patient *p, const TraitsGiven *given,
                       PatientDifference ret[PATIENT_DIFFERENCES_MAX])
{
    Differences d       = { ret, 0 };
    Slice       the_sex = slice_bytes(&p->sex, 1);
    if (!traits_same(slice_of(p->birth_name), given->birth_name))
        differs(&d, "birth_name", slice_of(p->birth_name), given->birth_name);
    if (!traits_same(slice_of(p->first_given), given->first_given) &&
        !traits_same(slice_of(p->given_names), given->first_given))
        differs(&d, "first_given", slice_of(p->first_given), given->first_given);
    if (!slice_equal_text(given->birth_date, p->birth_date))
        differs(&d, "birth_date", slice_of(p->birth_date), given->birth_date);
    if (!slice_equal(the_sex, given->sex))
        differs(&d, "sex", the_sex, given->sex);
    return d.count;
}

/* ---- an image ---- */

static void compare_name(const Patient *p, Slice pn, Differences *d)
{
    Slice alphabetic = slice_cut(&pn, '=');
    Slice family     = slice_cut(&alphabetic, '^');
    Slice given      = slice_cut(&alphabetic, '^');
    bool  used       = p->used_name[0] && traits_same(slice_of(p->used_name), family);
    if (!used && !traits_same(slice_of(p->birth_name), family))
        differs(d, "birth_name", slice_of(p->birth_name), family);
    char   first[80], said[256];
    size_t len;
    trait_key(slice_of(p->first_given), first, sizeof first);
    trait_key(given, said, sizeof said);
    len = strlen(first);
    if (strncmp(said, first, len) != 0 || (said[len] != 0 && said[len] != ' '))
        differs(d, "first_given", slice_of(p->first_given), given);
}

static void compare_birth(const Patient *p, Slice da, Differences *d)
{
    char date[9] = { p->birth_date[0], p->birth_date[1], p->birth_date[2], p->birth_date[3],
                     p->birth_date[5], p->birth_date[6], p->birth_date[8], p->birth_date[9] };
    if (!slice_equal_text(da, date))
        differs(d, "birth_date", slice_of(date), da);
}

/* Does any identifier of this patient have that value (and issuer, when the image names one)? */
static bool holds_identifier(Db *db, int64_t patient_id, const DicomPatient *image, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1"
                                     "  FROM patient_identifier"
                                     " WHERE patient_id = ?1"
                                     "   AND value = ?2"
                                     "   AND (?3 = '' OR issuer = ?3)");
    db_bind_int(q, 1, patient_id);
    db_bind_cstr(q, 2, image->id);
    db_bind_cstr(q, 3, image->issuer);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool issuer_is_known(Db *db, const char *issuer, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM patient_identifier WHERE issuer = ?1 LIMIT 1");
    db_bind_cstr(q, 1, issuer);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool compare_id(Db *db, const Patient *p, const DicomPatient *image, Differences *d, Err *err)
{
    bool held = false, known = true;
    if (!holds_identifier(db, p->id, image, &held, err))
        return false;
    /* An issuer of whom we know nobody says nothing about whom we know. */
    if (!held && image->issuer[0] && !issuer_is_known(db, image->issuer, &known, err))
        return false;
    if (!held && known)
        differs(d, "patient_id", slice_of(p->ipp), slice_of(image->id));
    return true;
}

bool patient_compare_dicom(Db *db, const Patient *p, const DicomPatient *image,
                           PatientDifference ret[PATIENT_DIFFERENCES_MAX], size_t *ret_count, Err *err)
{
    Differences d = { ret, 0 };
    if (!image->name[0] && !image->id[0])
        differs(&d, "patient_id", slice_of(p->ipp), SLICE_NONE);
    if (image->id[0] && !compare_id(db, p, image, &d, err))
        return false;
    if (image->name[0])
        compare_name(p, slice_of(image->name), &d);
    if (image->birth_date[0])
        compare_birth(p, slice_of(image->birth_date), &d);
    bool said = strcmp(image->sex, "F") == 0 || strcmp(image->sex, "M") == 0;
    if (said && p->sex != 'U' && image->sex[0] != p->sex)
        differs(&d, "sex", slice_bytes(&p->sex, 1), slice_of(image->sex));
    *ret_count = d.count;
    return true;
}

json_t *patient_differences_json(const PatientDifference *differences, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();
        json_put(one, "trait", json_cstr(differences[i].trait));
        json_put(one, "expected", json_cstr(differences[i].expected));
        json_put(one, "found", json_cstr(differences[i].found));
        json_push(list, one);
    }
    return list;
}
