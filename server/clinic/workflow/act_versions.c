/*
 * Versions of a report where the database is needed: who is on duty, what an event keeps of the difference, the frame, the list. E29, E32.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/report_versions.h"

#include <stdio.h>

#include "clinic/workflow/convention.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/roster.h"
#include "clinic/workflow/urgent.h"
#include "formats/texts/texts.h"
#include "guard/access/people.h"

enum { MINUTE_MS = 60 * 1000 };

/* ---- look ---- */

static bool duty_look(Db *db, const Act *a, ActScene *scene, Err *err)
{
    size_t         i;
    json_t        *one;
    OWNED(json_t) *duties = NULL;
    if (!(scene->imaging_roles & ROLE_IMAGER) || act_is_expertise(a) || !*act_report_stands_as(a))
        return true;
    if (!roster_on_duty(db, a->imaging_id, "imager", scene->now_ms, &duties, err))
        return false;
    json_array_foreach (duties, i, one)
        if (json_integer_value(json_object_get(one, "person_id")) == scene->person_id)
            scene->on_duty = true;
    return true;
}

bool versions_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    const Report *last = &ret->report;
    (void)who, (void)step, (void)data;
    int64_t author              = json_integer_value(json_object_get(act_fact(a, "addendum_draft", "by"), "id"));
    ret->scene.addendum_written = author && last->status == REPORT_DRAFT && last->kind == REPORT_ADDENDUM && last->saved_by == author &&
                                  last->saved_at_ms >= act_fact_int(a, "addendum_draft", "at_ms");
    if (last->content && last->status == REPORT_DRAFT) {
        ReportSituation situation = act_report_situation(a);
        situation.preliminary     = true;
        if (!report_digest(a->number, last->content, &situation, ret->scene.report_sha256_preliminary, err))
            return false;
    }
    if (act_fact(a, "preliminary", NULL) && !convention_final_by_another(db, a->convention_id, &ret->scene.final_by_another, err))
        return false;
    return duty_look(db, a, &ret->scene, err);
}

/* ---- prepare ---- */

static bool difference_put(const Act *a, const ActSceneLoaded *loaded, json_t *data)
{
    json_t       *difference = json_object_get(loaded->report.content, "difference");
    const json_t *matters    = report_significant(loaded->report.content);
    if (!difference || (!act_fact(a, "preliminary", NULL) && loaded->report.kind != REPORT_ADDENDUM))
        return true;
    json_put(data, "difference", json_deep_copy(difference));
    if (!matters)
        return true;
    int64_t delay = urgent_delay_ms(a, json_string_value(json_object_get(matters, "category")));
    return json_put(data, "urgent_due_ms", json_integer(loaded->scene.now_ms + delay));
}

bool versions_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    const json_t *addendum = json_object_get(loaded->report.content, "addendum");
    (void)db, (void)event, (void)err;
    if (slice_equal_text(step, "sign"))
        return difference_put(a, loaded, data);
    if (slice_equal_text(step, "sign-preliminary"))
        return json_put(data, "final_due_ms", json_integer(loaded->scene.now_ms + act_final_within_min(a) * MINUTE_MS));
    if (slice_equal_text(step, "inform-patient"))
        return json_put(data, "revision", json_integer(act_fact_int(a, "signature", "revision")));
    if (!slice_equal_text(step, "sign-addendum"))
        return true;
    json_put(data, "kind", json_incref(json_object_get(addendum, "kind")));
    json_put(data, "follows", json_deep_copy(json_object_get(addendum, "follows")));
    return difference_put(a, loaded, data);
}

/* ---- what follows ---- */

bool versions_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err)
{
    bool preliminary = strcmp(event->step, "sign-preliminary") == 0;
    (void)house, (void)before;
    if (!preliminary && strcmp(event->step, "sign-addendum") != 0)
        return true;
    return act_sign_version(db, after, event, preliminary ? REPORT_PRELIMINARY : REPORT_ADDENDUM, err);
}

/* ---- the frame ---- */

static bool follows_put(Db *db, const Act *a, const Report *r, json_t *version, Err *err)
{
    Report before = { 0 };
    if (!report_load_signed(db, a->id, &before, err))
        return false;
    if (r->status == REPORT_SIGNED && r->follows) {
        report_clear(&before);
        if (!report_load_revision(db, a->id, r->follows, &before, err))
            return false;
    }
    int64_t number = before.status == REPORT_SIGNED ? before.version + 1 : 1;
    json_put(version, "number", json_integer(number));
    if (before.status == REPORT_SIGNED)
        json_put(version, "follows",
                 json_pack("{s:I, s:I, s:s, s:I, s:s}", "revision", (json_int_t)before.revision, "version", (json_int_t)before.version, "kind",
                           report_kind_name(before.kind), "signed_at_ms", (json_int_t)before.signed_at_ms, "sha256", before.sha256));
    report_clear(&before);
    return true;
}

static bool writer_put(Db *db, int64_t person_id, json_t *frame, Err *err)
{
    Person p;
    char   name[160], dicom_name[200];
    if (!person_load(db, person_id, &p, err))
        return false;
    person_shown_name(&p, name, sizeof name);
    snprintf(dicom_name, sizeof dicom_name, "%s^%s^^%s", p.family, p.given, p.title);
    return json_put(frame, "writer", json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", name, "rpps", p.rpps, "speciality", p.speciality, "phone",
                                               p.phone, "dicom_name", dicom_name));
}

bool versions_frame(Db *db, const Act *a, const Report *report, ReportKind kind, json_t *frame, Err *err)
{
    OWNED(json_t) *duties  = NULL;
    OWNED(json_t) *version = json_pack("{s:s}", "kind", report_kind_name(kind));
    int64_t        now_ms  = act_fact_int(a, kind == REPORT_PRELIMINARY ? "preliminary" : "signature", "at_ms");
    int64_t        author  = json_integer_value(json_object_get(act_fact(a, "addendum_draft", "by"), "id"));
    if (!author)
        author = json_integer_value(json_object_get(act_fact(a, "signature", "by"), "id"));
    if (!follows_put(db, a, report, version, err))
        return false;
    if (kind == REPORT_PRELIMINARY) {
        json_put(version, "final_due_ms", json_integer(act_fact_int(a, "preliminary", "final_due_ms")));
        json_put(frame, "signature", json_deep_copy(act_fact(a, "preliminary", NULL)));
    }
    json_put(frame, "version", json_incref(version));
    if (kind == REPORT_ADDENDUM && author && !writer_put(db, author, frame, err))
        return false;
    if (!roster_on_duty(db, a->imaging_id, "imager", now_ms ? now_ms : report->saved_at_ms, &duties, err))
        return false;
    return json_put(frame, "on_duty", json_incref(duties));
}

/* ---- the list ---- */

typedef struct Listing {
    Db        *db;
    const Act *act;
    Lang       lang;
    json_t    *list;
    Err       *err;
    bool       ok;
} Listing;

static const char *relation_of(const Report *r)
{
    const char *kind = json_string_value(json_object_get(json_object_get(r->content, "addendum"), "kind"));
    if (!r->follows)
        return NULL;
    return !kind || strcmp(kind, "correction") == 0 ? "replaces" : "appends";
}

static bool version_each(const Report *r, void *arg)
{
    Listing    *l = arg;
    Person      p;
    char        name[160];
    const char *why = NULL;
    if (!person_load(l->db, r->signed_by, &p, l->err)) {
        l->ok = false;
        return false;
    }
    person_shown_name(&p, name, sizeof name);
    bool may = act_patient_may_see(l->act, r->revision, &why);
    json_push(l->list, json_pack("{s:I, s:I, s:s, s:s?, s:I, s:{s:I, s:s}, s:s, s:O?, s:O?, s:{s:b, s:s?}}", "revision", (json_int_t)r->revision,
                                 "version", (json_int_t)r->version, "kind", report_kind_name(r->kind), "relation", relation_of(r),
                                 "signed_at_ms", (json_int_t)r->signed_at_ms, "by", "id", (json_int_t)r->signed_by, "name", name, "sha256",
                                 r->sha256, "addendum", json_object_get(r->content, "addendum"), "difference",
                                 json_object_get(r->content, "difference"), "patient", "may_see", may, "why",
                                 why ? text_in(l->lang, why) : NULL));
    return true;
}

bool versions_json(Db *db, const Act *a, Lang lang, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    Listing        l    = { db, a, lang, list, err, true };
    if (!report_signed_each(db, a->id, version_each, &l, err) || !l.ok)
        return false;
    *ret = GIVE(list);
    return true;
}
