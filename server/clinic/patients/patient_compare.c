/*
 * Is this the patient? Comparison with what was read at the site, and with what an image says. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include <stdio.h>

#include "formats/json/json_util.h"

typedef struct Differences {
    PatientDifference *list;
    size_t             count;
} Differences;

static void differs(Differences *d, const char *trait, Slice expected, Slice found, const char *kind)
{
    if (d->count >= PATIENT_DIFFERENCES_MAX)
        return;
    PatientDifference *one = &d->list[d->count++];
    one->trait             = trait;
    one->kind              = found.len ? kind : "missing";
    slice_copy(expected, one->expected, sizeof one->expected);
    slice_copy(found, one->found, sizeof one->found);
}

/* How near a name is that differs; 'others' is where it would stand if name and given name were exchanged. */
static const char *name_kind(const char *expected, const char *used, const char *others, Slice found)
{
    char key[160], said[160];
    trait_key(found, said, sizeof said);
    trait_key(slice_of(expected), key, sizeof key);
    if (used[0] && traits_same(slice_of(used), found))
        return "used-name";
    if (traits_same(slice_of(others), found))
        return "exchanged";
    if (one_slip(key, said))
        return "one-letter";
    return one_is_part(key, said) ? "part" : "other";
}

static const char *date_kind(const Patient *p, const char *said, const char *said_known)
{
    if (strcmp(said_known, "day") != 0 || (p->birth_known[0] && strcmp(p->birth_known, "day") != 0))
        return strncmp(p->birth_date, said, 4) == 0 ? "unknown-date" : "other";
    if (days_and_months_exchanged(p->birth_date, said))
        return "day-and-month";
    return one_slip(p->birth_date, said) ? "one-digit" : "other";
}

/* What is known of the date is part of it: "the year 1950" is not 31 December 1950. */
static void compare_said_date(const Patient *p, Slice said, Differences *d)
{
    char        date[11] = "", known[6] = "day";
    const char *here = p->birth_known[0] && strcmp(p->birth_known, "none") != 0 ? p->birth_known : "day";
    if (!birth_date_settle(said, date, known) || strcmp(date, p->birth_date) != 0 || strcmp(known, here) != 0)
        differs(d, "birth_date", slice_of(p->birth_date), said, date[0] ? date_kind(p, date, known) : "other");
}

static bool given_is_one_of_ours(const Patient *p, Slice said)
{
    return traits_same(slice_of(p->first_given), said) || traits_same(slice_of(p->given_names), said);
}

size_t patient_compare(const Patient *p, const TraitsGiven *given,
                       PatientDifference ret[PATIENT_DIFFERENCES_MAX])
{
    Differences d       = { ret, 0 };
    Slice       the_sex = slice_bytes(&p->sex, 1);
    if (!traits_same(slice_of(p->birth_name), given->birth_name))
        differs(&d, "birth_name", slice_of(p->birth_name), given->birth_name,
                name_kind(p->birth_name, p->used_name, p->first_given, given->birth_name));
    if (!given_is_one_of_ours(p, given->first_given))
        differs(&d, "first_given", slice_of(p->first_given), given->first_given,
                name_kind(p->first_given, "", p->birth_name, given->first_given));
    compare_said_date(p, given->birth_date, &d);
    if (!slice_equal(the_sex, given->sex))
        differs(&d, "sex", the_sex, given->sex, "other");
    if (given->birth_place.len && !slice_equal_text(given->birth_place, p->birth_place_code) &&
        !(p->birth_place_name[0] && traits_same(slice_of(p->birth_place_name), given->birth_place)))
        differs(&d, "birth_place", slice_of(p->birth_place_name[0] ? p->birth_place_name : p->birth_place_code), given->birth_place,
                "other");
    if (given->used_name.len && p->used_name[0] && !traits_same(slice_of(p->used_name), given->used_name))
        differs(&d, "used_name", slice_of(p->used_name), given->used_name, name_kind(p->used_name, "", p->birth_name, given->used_name));
    return d.count;
}

bool patient_said_to_be(Db *db, const TraitsGiven *given, int64_t but_id, int64_t *ret, Err *err)
{
    char    key[256], date[11] = "", known[6];
    Patient other;
    PatientDifference ignored[PATIENT_DIFFERENCES_MAX];
    *ret = 0;
    if (!birth_date_settle(given->birth_date, date, known))
        return true;
    trait_key(given->birth_name, key, sizeof key);
    OWNED(DbQuery) *q = db_query(db, "SELECT " PATIENT_COLUMNS "  FROM patient"
                                     " WHERE patient.birth_date = ?1 AND patient.birth_name_key = ?2 AND patient.id <> ?3"
                                     "   AND patient.merged_into IS NULL ORDER BY patient.id");
    db_bind_cstr(q, 1, date);
    db_bind_cstr(q, 2, key);
    db_bind_int(q, 3, but_id);
    DbStep step = DB_END;
    while (!*ret && (step = db_next(q, err)) == DB_ROW) {
        patient_from_row(q, 0, &other);
        if (patient_compare(&other, given, ignored) == 0)
            *ret = other.id;
    }
    return *ret || step != DB_FAILED;
}

/* ---- an image ---- */

static void compare_name(const Patient *p, Slice pn, Differences *d)
{
    Slice alphabetic = slice_cut(&pn, '=');
    Slice family     = slice_cut(&alphabetic, '^');
    Slice given      = slice_cut(&alphabetic, '^');
    bool  used       = p->used_name[0] && traits_same(slice_of(p->used_name), family);
    if (!used && !traits_same(slice_of(p->birth_name), family))
        differs(d, "birth_name", slice_of(p->birth_name), family, name_kind(p->birth_name, "", p->first_given, family));
    char   first[80], said[256];
    size_t len;
    trait_key(slice_of(p->first_given), first, sizeof first);
    trait_key(given, said, sizeof said);
    len = strlen(first);
    if (strncmp(said, first, len) != 0 || (said[len] != 0 && said[len] != ' '))
        differs(d, "first_given", slice_of(p->first_given), given, name_kind(p->first_given, "", p->birth_name, given));
}

static void compare_birth(const Patient *p, Slice da, Differences *d)
{
    char date[9] = { p->birth_date[0], p->birth_date[1], p->birth_date[2], p->birth_date[3],
                     p->birth_date[5], p->birth_date[6], p->birth_date[8], p->birth_date[9] };
    /* Of a date that a rule completed, an image says what it knows: the year, or year and month. */
    size_t known = strcmp(p->birth_known, "year") == 0 ? 4 : strcmp(p->birth_known, "month") == 0 ? 6 : 8;
    if (!slice_equal(slice_part(da, 0, known), slice_bytes(date, known)) || da.len != 8) {
        char said[11] = "";
        if (da.len == 8)
            (void)snprintf(said, sizeof said, "%.4s-%.2s-%.2s", da.at, da.at + 4, da.at + 6);
        differs(d, "birth_date", slice_of(date), da, said[0] ? date_kind(p, said, "day") : "other");
    }
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
        differs(d, "patient_id", slice_of(p->ipp), slice_of(image->id), "other");
    return true;
}

bool patient_compare_dicom(Db *db, const Patient *p, const DicomPatient *image,
                           PatientDifference ret[PATIENT_DIFFERENCES_MAX], size_t *ret_count, Err *err)
{
    Differences d = { ret, 0 };
    if (!image->name[0] && !image->id[0])
        differs(&d, "patient_id", slice_of(p->ipp), SLICE_NONE, "missing");
    if (image->id[0] && !compare_id(db, p, image, &d, err))
        return false;
    if (image->name[0])
        compare_name(p, slice_of(image->name), &d);
    if (image->birth_date[0])
        compare_birth(p, slice_of(image->birth_date), &d);
    bool said = strcmp(image->sex, "F") == 0 || strcmp(image->sex, "M") == 0;
    if (said && p->sex != 'U' && image->sex[0] != p->sex)
        differs(&d, "sex", slice_bytes(&p->sex, 1), slice_of(image->sex), "other");
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
        json_put(one, "kind", json_cstr(differences[i].kind ? differences[i].kind : "other"));
        json_push(list, one);
    }
    return list;
}
