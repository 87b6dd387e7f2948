/*
 * What the server fills in on a report: identities, times, equipment, protocol, consents, signature. E29,
 * L10.
 *
 * Frozen with the signature, so that the document can be made again, the same, at any later time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/archive/study.h"
#include "clinic/patients/patient.h"
#include "clinic/workflow/act_house.h"
#include "guard/access/people.h"

static bool organisation_put(Db *db, json_t *frame, const char *key, int64_t id, Err *err)
{
    Organisation o;
    char         address[240];
    if (!organisation_load(db, id, &o, err))
        return false;
    organisation_address(&o, address, sizeof address);
    json_put(frame, key,
             json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", o.name, "city", o.city, "address", address, "phone", o.phone, "finess", o.finess));
    return strcmp(key, "site") != 0 || json_put(frame, "time_zone", json_string(o.time_zone));
}

static bool person_put(Db *db, json_t *frame, const char *key, int64_t id, Err *err)
{
    Person p;
    char   name[160], dicom_name[200];
    if (!id)
        return true;
    if (!person_load(db, id, &p, err))
        return false;
    person_shown_name(&p, name, sizeof name);
    snprintf(dicom_name, sizeof dicom_name, "%s^%s^^%s", p.family, p.given, p.title);
    return json_put(frame, key,
                    json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", name, "rpps", p.rpps, "speciality",
                              p.speciality, "phone", p.phone, "dicom_name", dicom_name));
}

static void time_put(json_t *times, const char *key, int64_t at_ms)
{
    if (at_ms)
        json_put(times, key, json_integer(at_ms));
}

static json_t *times_of(const Act *a)
{
    json_t *times = json_object();
    time_put(times, "asked", a->asked_at_ms);
    time_put(times, "validated", act_fact_int(a, "verdict", "at_ms"));
    time_put(times, "planned", a->slot_start_ms);
    time_put(times, "started", act_fact_int(a, "acquisition", "started_at_ms"));
    time_put(times, "ended",
             json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "at_ms")));
    time_put(times, "released", act_fact_int(a, "release", "at_ms"));
    time_put(times, "left", act_fact_int(a, "departure", "at_ms"));
    time_put(times, "read", act_fact_int(a, "reading", "at_ms"));
    return times;
}

static bool equipment_put(Db *db, const Act *a, json_t *frame, Err *err)
{
    Room      room   = { 0 };
    ActImages images = { 0 };
    if ((a->slot_room_id && !room_load(db, a->slot_room_id, &room, err)) ||
        !act_images(db, a->id, &images, err))
        return false;
    json_put(frame, "room", json_string(room.name));
    json_put(frame, "station", json_string(room.station_name));
    return json_put(frame, "images", json_integer(images.instances));
}

static bool patient_put(Db *db, const Act *a, json_t *frame, Err *err)
{
    Patient patient;
    char    dicom_name[200];
    if (!patient_load(db, a->patient_id, &patient, err))
        return false;
    patient_dicom_name(&patient, dicom_name, sizeof dicom_name);
    json_t *value = patient_json(&patient);
    return value && json_put(value, "dicom_name", json_string(dicom_name)) &&
           json_put(frame, "patient", value);
}

bool act_frame_json(Db *db, const Act *a, json_t **ret, Err *err)
{
    static const char *const FACTS[] = {
        "request",  "information",  "information_act", "information_distance", "objections", "consent_act", "consent_distance", "emergency_exception",
        "protocol", "verdict",           "identity",    "quality",          "reading",
        "outcome",  "not_interpretable", "incidents",   "local_physician",  "signature",
        "experts",  "checklist",         "opinions",    "chosen_images",    "delay", "drugs", "nuclear_presence"
    };
    OWNED(json_t) *frame =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", a->kind, "number", a->number, "modality", a->modality, "region",
                  a->region, "priority", a->priority, "accession", a->accession, "study_uid", a->study_uid);
    if (!organisation_put(db, frame, "site", a->site_id, err) ||
        !organisation_put(db, frame, "requester_org", a->requester_org_id, err) ||
        !organisation_put(db, frame, "imaging", a->imaging_id, err) ||
        !person_put(db, frame, "requester", a->requester_id, err) ||
        !person_put(db, frame, "technologist", a->technologist_id, err) ||
        !person_put(db, frame, "reader", a->reader_id, err) || !patient_put(db, a, frame, err) ||
        !equipment_put(db, a, frame, err))
        return false;
    for (size_t i = 0; i < COUNT(FACTS); i++) {
        const json_t *fact = act_fact(a, FACTS[i], NULL);
        if (fact)
            json_put(frame, FACTS[i], json_deep_copy(fact));
    }
    json_put(frame, "times", times_of(a));
    *ret = GIVE(frame);
    return true;
}
