/*
 * Conditions of steps from the exam on: orders, images, reading, report, what is due afterwards. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_conditions.h"

/* ---- the exam ---- */

bool act_order_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *order = act_item(a, "orders", json_integer_value(sent_value(scene, "id", NULL)));
    return order && !json_object_get(order, "answered_at_ms");
}

static bool contact_is(const char *to, const ActScene *scene)
{
    return to && ((strcmp(to, "requester") == 0 && (scene->requester_roles & ROLE_REQUESTER)) ||
                  (strcmp(to, "technologist") == 0 && (scene->site_roles & ROLE_TECHNOLOGIST)) ||
                  (strcmp(to, "local-physician") == 0 && (scene->site_roles & ROLE_LOCAL_PHYSICIAN)) ||
                  (strcmp(to, "imager") == 0 && (scene->imaging_roles & ROLE_IMAGER)));
}

bool order_is_for(const json_t *order, const ActScene *scene)
{
    size_t  i;
    json_t *called;
    if (contact_is(json_string_value(json_object_get(order, "to")), scene))
        return true;
    json_array_foreach (json_object_get(order, "called"), i, called)
        if (contact_is(json_string_value(called), scene))
            return true;
    return contact_is(json_string_value(json_object_get(order, "escalated_to")), scene);
}

bool act_order_is_mine(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *order = act_item(a, "orders", json_integer_value(sent_value(scene, "id", NULL)));
    return !order || order_is_for(order, scene);
}

bool act_incident_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *incident = act_item(a, "incidents", json_integer_value(sent_value(scene, "id", NULL)));
    return incident && !json_object_get(incident, "resolved_at_ms");
}

bool act_mark_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *mark = act_item(a, "report_marks", json_integer_value(sent_value(scene, "id", NULL)));
    return mark && !json_object_get(mark, "reviewed_at_ms") && !json_object_get(mark, "undone_at_ms");
}

bool act_has_quality(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "quality", NULL) != NULL;
}

bool act_quality_is_explained(const Act *a, const ActScene *scene)
{
    (void)a;
    return !slice_equal_text(sent_text(scene, "verdict", NULL), "limited") ||
           says_something(sent_text(scene, "comment", NULL), 2);
}

bool act_has_images(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->images > 0;
}

int64_t act_images_missing(const Act *a, const ActScene *scene)
{
    int64_t made = json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "made"));
    return made > scene->images ? made - scene->images : 0;
}

bool act_acquisition_is_over(const Act *a, const ActScene *scene)
{
    (void)scene;
    return json_is_object(act_fact(a, "acquisition", "ended"));
}

/* What the modality made is here, or the imager has said in writing why it is enough. */
bool act_has_all_images(const Act *a, const ActScene *scene)
{
    Slice verdict = act_fact_text(a, "quality", "verdict");
    return act_images_missing(a, scene) == 0 || slice_equal_text(verdict, "limited");
}

/* Nothing seems to be missing inside the series, or the imager has said in writing why it is enough. */
bool act_has_no_gaps(const Act *a, const ActScene *scene)
{
    return scene->gaps == 0 || slice_equal_text(act_fact_text(a, "quality", "verdict"), "limited");
}

bool act_images_are_the_patients(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->wrong_patient;
}

/* ---- reading and after ---- */

bool act_nobody_else_reads(const Act *a, const ActScene *scene)
{
    return a->reader_id == 0 || a->reader_id == scene->person_id;
}

bool act_another_reads(const Act *a, const ActScene *scene)
{
    return a->reader_id != 0 && a->reader_id != scene->person_id;
}

bool act_same_reader(const Act *a, const ActScene *scene)
{
    return a->reader_id != 0 && a->reader_id == scene->person_id;
}

bool act_report_is_full(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->report_complete;
}

/* What is signed is what the signer saw: this version, this digest. */
bool act_report_is_seen(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data ||
           (json_integer_value(sent_value(scene, "revision", NULL)) == scene->report_revision &&
            scene->report_revision > 0 &&
            slice_equal_fold(sent_text(scene, "sha256", NULL), slice_of(scene->report_sha256)));
}

bool act_has_proof(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || json_is_object(sent_value(scene, "proof", NULL));
}

bool act_patient_is_informed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "patient_informed", NULL) != NULL;
}

bool act_dmp_is_done(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "dmp", NULL) != NULL;
}

bool act_is_acknowledged(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "acknowledged", NULL) != NULL;
}

bool act_has_alternative(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "alternative", NULL) != NULL;
}

bool act_record_is_checked(const Act *a, const ActScene *scene)
{
    (void)a;
    if (!scene->data)
        return true;
    bool in_dmp  = slice_equal_text(sent_text(scene, "dmp", NULL), "present");
    bool checked = json_is_true(sent_value(scene, "checked", NULL)) ||
                   says_something(sent_text(scene, "checked", NULL), 2);
    return json_is_true(sent_value(scene, "record_checked", NULL)) && (!in_dmp || checked);
}

bool act_told_at_a_time(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MAX_MS = 60 * 1000 };
    int64_t told_ms = json_integer_value(sent_value(scene, "patient_told_at_ms", NULL));
    return !scene->data || (told_ms >= a->created_at_ms && told_ms <= scene->now_ms + AHEAD_MAX_MS);
}
