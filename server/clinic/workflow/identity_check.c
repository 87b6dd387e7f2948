/*
 * The identity check at the site: asked openly, seen on a document or wristband, compared with all that names the patient. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/identity.h"

/* ---- conditions ---- */

static bool asked_is(const ActScene *scene, const char *how)
{
    return slice_equal_text(sent_text(scene, "asked", NULL), how);
}

/* "What is your name?", never "are you Mrs Dupont?": who nods says nothing. */
bool identity_is_asked(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || sent_text(scene, "asked", NULL).len;
}

/* A patient who cannot answer is known by what they carry alone. */
bool identity_is_proved(const Act *a, const ActScene *scene)
{
    (void)a;
    bool none = slice_equal_text(sent_text(scene, "document", NULL), "none") && !slice_equal_text(sent_text(scene, "wristband", NULL), "matches");
    return !asked_is(scene, "unable") || (!none && says_something(sent_text(scene, "asked_text", NULL), 3));
}

bool identity_relative_is_named(const Act *a, const ActScene *scene)
{
    (void)a;
    return !asked_is(scene, "relative") || says_something(sent_text(scene, "asked_text", NULL), 2);
}

/* Two who share name, date and sex are told apart by where they were born. */
bool identity_place_is_asked(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !(scene->patient_attributes & (PATIENT_HOMO | PATIENT_DOUT)) || sent_text(scene, "birth_place", NULL).len;
}

/* ---- compared ---- */

static Slice member(const json_t *data, const char *key)
{
    const char *text = json_string_value(json_object_get(data, key));
    return slice_of(text ? text : "");
}

/* What request or worklist told of the patient when they left, against what is registered now. */
static bool told_compare(const Act *a, const Patient *p, const char *fact, const char *where, json_t *into)
{
    PatientDifference list[PATIENT_DIFFERENCES_MAX];
    const json_t     *told = act_fact(a, fact, "identity");
    if (!told)
        return true; /* an act from before identities were kept with it */
    TraitsGiven   given       = { member(told, "birth_name"), member(told, "first_given"), member(told, "birth_date"), member(told, "sex"), SLICE_NONE,
                                  SLICE_NONE };
    Patient       here        = *p;
    here.birth_known[0]       = 0; /* it told the date as registered */
    size_t         count      = patient_compare(&here, &given, list);
    OWNED(json_t) *differences = patient_differences_json(list, count);
    size_t  i;
    json_t *one;
    json_array_foreach (differences, i, one) {
        json_put(one, "where", json_string(where));
        json_push(into, json_incref(one));
    }
    return true;
}

bool identity_check_prepare(Db *db, const Act *a, json_t *data, Err *err)
{
    Patient           patient;
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    int64_t           another = 0;
    if (!patient_load(db, a->patient_id, &patient, err))
        return false;
    TraitsGiven given = { member(data, "birth_name"), member(data, "first_given"), member(data, "birth_date"), member(data, "sex"),
                          member(data, "birth_place"), member(data, "used_name") };
    size_t      count = patient_compare(&patient, &given, differences);
    json_t     *list  = patient_differences_json(differences, count);
    if (!json_put(data, "differences", list) || (count && !patient_said_to_be(db, &given, patient.id, &another, err)) ||
        !told_compare(a, &patient, "signed_request", "request", list) || !told_compare(a, &patient, "slot", "worklist", list))
        return false;
    if (slice_equal_text(member(data, "wristband"), "differs"))
        json_push(list, json_pack("{s:s, s:s, s:s, s:s}", "trait", "wristband", "expected", "", "found", "", "kind", "other"));
    if (another)
        json_put(data, "another", json_true());
    json_put(data, "patient", json_string(patient.ipp));
    return json_put(data, "result", json_string(json_array_size(list) ? "mismatch" : "match"));
}

bool identity_check_follow(Db *db, const Act *a, const ActEvent *e, Err *err)
{
    Patient p;
    bool    agrees = slice_equal_text(member(e->data, "result"), "match") && member(e->data, "birth_place").len &&
                  patient_document_is_high_trust(member(e->data, "document"));
    if (!agrees)
        return true;
    if (!patient_load(db, a->patient_id, &p, err))
        return false;
    bool stays = (p.attributes & (PATIENT_DOUT | PATIENT_FICT)) || p.status == PATIENT_VALI || p.status == PATIENT_QUAL;
    if (stays)
        return true;
    PatientBy by = { .person_id = e->person_id, .actor = e->person_name, .factors = e->factors, .origin = "", .what = "step check-identity",
                     .reason = a->number };
    return patient_document_checked(db, p.id, json_string_value(json_object_get(e->data, "document")), &by, &p, err);
}
