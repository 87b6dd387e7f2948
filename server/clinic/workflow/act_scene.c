/*
 * What a step looks at besides the act: who asks, the patient, images, report, convention, the room or person
 * named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/archive/study.h"
#include "clinic/patients/patient.h"
#include "clinic/reports/local_time.h"
#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/completeness.h"
#include "clinic/workflow/slots.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MAJORITY_YEARS = 18 }; /* civil code, article 414 */

void act_scene_clear(ActSceneLoaded *s)
{
    report_clear(&s->report);
    protocol_clear(&s->protocol);
    *s = (ActSceneLoaded) { 0 };
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool who_load(Db *db, const Act *a, const Who *who, ActScene *scene, Err *err)
{
    if (!who)
        return true;
    scene->person_id       = who->person_id;
    scene->requester_roles = who_roles_in(who, a->requester_org_id);
    scene->site_roles      = who_roles_in(who, a->site_id);
    scene->imaging_roles   = who_roles_in(who, a->imaging_id);
    Person person;
    if (!person_load(db, who->person_id, &person, err))
        return false;
    scene->physician = strcmp(person.profession, "physician") == 0;
    scene->medical   = scene->physician || strcmp(person.profession, "dental-surgeon") == 0 || strcmp(person.profession, "midwife") == 0;
    return true;
}

static bool patient_scene(Db *db, const Act *a, ActScene *scene, Err *err)
{
    Patient patient;
    if (!patient_load(db, a->patient_id, &patient, err))
        return false;
    Organisation site;
    if (!organisation_load(db, a->site_id, &site, err))
        return false;
    LocalTime today           = local_time(scene->now_ms, site.time_zone); /* of age at midnight there, not here */
    scene->patient_sex        = patient.sex;
    scene->patient_age        = patient_age_on(&patient, today.year, today.month, today.day);
    scene->minor              = scene->patient_age >= 0 && scene->patient_age < MAJORITY_YEARS;
    scene->patient_attributes = patient.attributes;
    return true;
}

/* By the series' own word, or by the modality's: one absent image shows in both. */
static int64_t gaps_of(const json_t *verdict)
{
    int64_t gaps      = json_integer_value(json_object_get(verdict, "gaps_missing"));
    int64_t performed = json_integer_value(json_object_get(verdict, "performed_missing"));
    return performed > gaps ? performed : gaps;
}

/* The last verdict counts; a release does not go by one that is older than the last image. E22 */
static bool gaps_scene(Db *db, const Act *a, Slice step, ActScene *scene, Err *err)
{
    OWNED(json_t) *now = NULL;
    bool old           = act_fact_int(a, "completeness", "received") != scene->images;
    scene->gaps        = gaps_of(act_fact(a, "completeness", NULL));
    if (!old || !scene->data || !slice_equal_text(step, "release"))
        return true;
    if (!completeness_verdict(db, a, &now, err))
        return false;
    scene->gaps = gaps_of(now);
    return true;
}

static bool images_scene(Db *db, const Act *a, Slice step, ActScene *scene, Err *err)
{
    if (!a->study_uid[0])
        return true;
    ActImages images = { 0 };
    if (!act_images(db, a->id, &images, err))
        return false;
    scene->images        = images.instances;
    scene->wrong_patient = images.wrong_patient;
    return gaps_scene(db, a, step, scene, err);
}

/* Priority and modality as they will be after this step, and the clause that then covers the act. */
static bool clause_scene(Db *db, const Act *a, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    const char *priority = text_of(data, "priority");
    const char *modality = text_of(json_object_get(data, "change"), "modality");
    bool        edits    = slice_equal_text(step, "edit-request");
    bool        accepts  = slice_equal_text(step, "accept");
    bool        sends    = slice_equal_text(step, "send") || (!step.len && a->state == ACT_DRAFT);
    const char *region   = text_of(accepts ? json_object_get(data, "change") : data, "region");
    if (!sends && !(edits && (*priority || *region)) && !(accepts && (*modality || *region)))
        return true;
    ConventionWanted wanted = {
        .kind             = a->kind,
        .modality         = accepts && *modality ? modality : a->modality,
        .priority         = edits && *priority ? priority : a->priority,
        .requester_org_id = a->requester_org_id,
        .site_id          = a->site_id,
        .imaging_id       = a->imaging_id,
        .at_ms            = ret->scene.now_ms,
        .region           = (edits || accepts) && *region ? region : a->region,
        .any_hour         = accepts,
    };
    Err refused       = { 0 };
    ret->clause_known = convention_in_force(db, &wanted, &ret->clause, &ret->scene.clause_missing, &refused);
    if (!ret->clause_known && refused.kind != ERR_CONFLICT)
        return err_set(err, refused.kind, refused.shown, "%s", refused.detail);
    bool takes = true;
    if (sends && ret->clause_known &&
        !convention_takes_reason(db, ret->clause.convention_id, act_fact_text(a, "request", "distance_reason_code"), &takes, err))
        return false;
    ret->scene.distance_outside = !takes;
    return true;
}

static bool radioactive_given(const Act *a)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "drugs", NULL), i, one)
        if (slice_equal_text(slice_of(json_string_value(json_object_get(one, "kind"))), "radiopharmaceutical"))
            return true;
    return false;
}

/* To be acted on at once or within hours. E26 */
static bool urgent_found(const Act *a)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "urgent", NULL), i, one) {
        Slice category = slice_of(json_string_value(json_object_get(one, "category")));
        if (slice_equal_text(category, "immediate") || slice_equal_text(category, "hours"))
            return true;
    }
    return false;
}

ReportSituation act_report_situation(const Act *a)
{
    bool unreadable = slice_equal_text(act_fact_text(a, "outcome", NULL), "not-interpretable");
    return (ReportSituation) { .modality          = a->modality,
                               .opinion           = strcmp(a->kind, "tele-expertise") == 0,
                               .not_interpretable = unreadable,
                               .note = unreadable ? act_fact(a, "not_interpretable", NULL) : NULL,
                               .after_preliminary = act_fact(a, "preliminary", NULL) != NULL,
                               .radioactive_given = radioactive_given(a),
                               .incidents_told    = json_array_size(act_fact(a, "incidents", NULL)) > 0,
                               .drugs_given       = json_array_size(act_fact(a, "drugs", NULL)) > 0,
                               .urgent_told       = urgent_found(a) };
}

static bool report_scene(Db *db, const Act *a, ActSceneLoaded *ret, Err *err)
{
    if (a->state != ACT_LEFT && !a->reader_id)
        return true;
    if (!report_load(db, a->id, &ret->report, err))
        return false;
    ReportSituation situation  = act_report_situation(a);
    ret->scene.report_complete = report_complete(ret->report.content, &situation, &ret->scene.report_missing);
    ret->scene.report_revision = ret->report.revision;
    if (ret->report.content)
        return report_digest(a->number, ret->report.content, &situation, ret->scene.report_sha256, err);
    return true;
}

/* A local physician is a member of the site in that role, or a person with a telephone number. */
static bool local_scene(Db *db, const Act *a, const json_t *data, ActScene *scene, Err *err)
{
    int64_t     person_id = json_integer_value(json_object_get(data, "person_id"));
    Membership  memberships[WHO_MEMBERSHIPS_MAX];
    size_t      count = 0;
    const char *name = text_of(data, "name"), *phone = text_of(data, "phone");
    if (!person_id) {
        size_t digits = 0;
        for (const char *c = phone; *c; c++)
            digits += *c >= '0' && *c <= '9';
        scene->local_fits = strlen(name) >= 2 && digits >= 3;
        return true;
    }
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (memberships[i].organisation_id == a->site_id && (memberships[i].roles & ROLE_LOCAL_PHYSICIAN))
            scene->local_fits = true;
    return true;
}

static bool room_scene(Db *db, const Act *a, const json_t *data, ActScene *scene, Err *err)
{
    Room room;
    Err  absent = { 0 };
    if (!room_load(db, json_integer_value(json_object_get(data, "room_id")), &room, &absent))
        return absent.kind == ERR_NOT_FOUND || err_set(err, absent.kind, absent.shown, "%s", absent.detail);
    scene->room_fits = room.site_id == a->site_id && room_makes(room.modality, a->modality);
    return true;
}

bool act_scene_load(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret,
                    Err *err)
{
    *ret              = (ActSceneLoaded) { 0 };
    ret->scene.now_ms = clock_now_ms();
    ret->scene.data   = data;
    if (!who_load(db, a, who, &ret->scene, err) || !patient_scene(db, a, &ret->scene, err) ||
        !images_scene(db, a, step, &ret->scene, err) || !clause_scene(db, a, step, data, ret, err) ||
        !report_scene(db, a, ret, err))
        return false;
    if (data && slice_equal_text(step, "plan") && !room_scene(db, a, data, &ret->scene, err))
        return false;
    if (data && slice_equal_text(step, "name-local-physician") && !local_scene(db, a, data, &ret->scene, err))
        return false;
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        if (act_chapter_of(a, c) && ACT_CHAPTERS[c]->look &&
            !ACT_CHAPTERS[c]->look(db, a, who, step, data, ret, err))
            return false;
    return true;
}
