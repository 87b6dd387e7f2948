/*
 * A patient as JSON, and as a name for people and for DICOM. docs/api.md §3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include <stdio.h>
#include <time.h>

#include "formats/json/json_util.h"

typedef struct Attribute {
    unsigned    bit;
    const char *name;
} Attribute;
static const Attribute ATTRIBUTES[] = { { PATIENT_HOMO, "HOMO" },
                                        { PATIENT_DOUT, "DOUT" },
                                        { PATIENT_FICT, "FICT" } };

bool patient_ins(const Patient *p, Slice *ret_value, Slice *ret_oid)
{
    if (p->status != PATIENT_QUAL || !p->ins_value[0])
        return false;
    *ret_value = slice_of(p->ins_value);
    *ret_oid   = slice_of(p->ins_oid);
    return true;
}

static json_t *ins_json(const Patient *p)
{
    Slice value, oid;
    if (!patient_ins(p, &value, &oid))
        return json_null();
    json_t *ins = json_object();
    json_put(ins, "value", json_slice(value));
    json_put(ins, "oid", json_slice(oid));
    json_put(ins, "nature", json_cstr(ins_nature(p->ins_oid)));
    return ins;
}

json_t *patient_json(const Patient *p)
{
    json_t *j = json_object(), *attributes = json_array();
    for (size_t i = 0; i < COUNT(ATTRIBUTES); i++)
        if (p->attributes & ATTRIBUTES[i].bit)
            json_push(attributes, json_cstr(ATTRIBUTES[i].name));
    json_put(j, "id", json_integer(p->id));
    json_put(j, "version", json_integer(p->version));
    json_put(j, "ipp", json_cstr(p->ipp));
    json_put(j, "birth_name", json_cstr(p->birth_name));
    json_put(j, "first_given", json_cstr(p->first_given));
    json_put(j, "given_names", json_cstr(p->given_names));
    json_put(j, "used_name", json_cstr(p->used_name));
    json_put(j, "birth_date", json_cstr(p->birth_date));
    json_put(j, "sex", json_slice(slice_bytes(&p->sex, 1)));
    json_put(j, "birth_place_code", json_cstr(p->birth_place_code));
    json_put(j, "birth_place_name", json_cstr(p->birth_place_name));
    json_put(j, "ins", ins_json(p));
    json_put(j, "status", json_cstr(patient_status_name(p->status)));
    json_put(j, "attributes", attributes);
    json_put(j, "phone", json_cstr(p->phone));
    json_put(j, "birth_known", json_cstr(p->birth_known[0] ? p->birth_known : "day"));
    json_put(j, "document", json_cstr(p->document));
    json_put(j, "document_holder", json_cstr(p->document_holder));
    json_put(j, "document_at_ms", p->document_at_ms ? json_integer(p->document_at_ms) : json_null());
    json_put(j, "document_by", json_cstr(p->document_by));
    return j;
}

static bool ins_from_json(const json_t *body, PatientDraft *ret, Err *err)
{
    json_t *ins = NULL;
    return json_may_object(body, "ins", &ins, err) &&
           (!ins || (json_need_text(ins, "value", &ret->ins_value, err) &&
                     json_need_text(ins, "oid", &ret->ins_oid, err)));
}

static bool decision_from_json(const json_t *body, PatientDraft *ret, Err *err)
{
    Slice said = SLICE_NONE;
    if (!json_may_text(body, "decision", &said, err) || !json_may_text(body, "alike", &ret->alike, err))
        return false;
    ret->decision = slice_equal_text(said, "homonym")    ? ALIKE_HOMONYM
                    : slice_equal_text(said, "doubtful") ? ALIKE_DOUBTFUL
                                                         : ALIKE_NOT_SAID;
    return !said.len || ret->decision != ALIKE_NOT_SAID ||
           err_set(err, ERR_INPUT, "Say whether these are the same person, homonyms, or whether the identity is doubtful.",
                   "decision");
}

bool patient_draft_from_json(const json_t *body, PatientDraft *ret, Err *err)
{
    PatientDraft d = { 0 };
    bool         ok =
        json_may_text(body, "birth_name", &d.birth_name, err) &&
        json_may_text(body, "first_given", &d.first_given, err) &&
        json_may_text(body, "given_names", &d.given_names, err) &&
        json_may_text(body, "used_name", &d.used_name, err) &&
        json_may_text(body, "birth_date", &d.birth_date, err) && json_may_text(body, "sex", &d.sex, err) &&
        json_may_text(body, "birth_place_code", &d.birth_place_code, err) &&
        json_may_text(body, "birth_place_name", &d.birth_place_name, err) && ins_from_json(body, &d, err) &&
        json_may_text(body, "document", &d.document, err) && json_may_text(body, "phone", &d.phone, err) &&
        json_may_int(body, "organisation_id", 1, INT64_MAX, &d.organisation_id, err) &&
        json_may_text(body, "birth_known", &d.birth_known, err) && decision_from_json(body, &d, err);
    if (ok)
        *ret = d;
    return ok;
}

void patient_shown_name(const Patient *p, char *ret, size_t size)
{
    char first[64];
    slice_copy(slice_of(p->first_given), first, sizeof first);
    for (size_t i = 1; first[i]; i++) /* "ANNE-SOPHIE" → "Anne-Sophie"; traits are plain ASCII */
        if (first[i] >= 'A' && first[i] <= 'Z' && first[i - 1] >= 'A' && first[i - 1] <= 'z')
            first[i] = (char)(first[i] - 'A' + 'a');
    if (p->used_name[0])
        snprintf(ret, size, "%s %s (%s)", p->birth_name, first, p->used_name);
    else
        snprintf(ret, size, "%s %s", p->birth_name, first);
}

void patient_dicom_name(const Patient *p, char *ret, size_t size)
{
    snprintf(ret, size, "%s^%s", p->birth_name, p->first_given);
}

int patient_age_on(const Patient *p, int year, int month, int day)
{
    int64_t born_year = 0, born_month = 0, born_day = 0;
    Slice   birth     = slice_of(p->birth_date);
    if (!slice_int(slice_part(birth, 0, 4), &born_year) || !slice_int(slice_part(birth, 5, 2), &born_month) ||
        !slice_int(slice_part(birth, 8, 2), &born_day))
        return -1;
    int years = year - (int)born_year;
    if (month < born_month || (month == born_month && day < born_day))
        years--;
    return years < 0 ? -1 : years;
}

int patient_age_years(const Patient *p, int64_t at_s)
{
    time_t    at = (time_t)at_s;
    struct tm day;
    return gmtime_r(&at, &day) ? patient_age_on(p, day.tm_year + 1900, day.tm_mon + 1, day.tm_mday) : -1;
}
