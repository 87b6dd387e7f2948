/*
 * What follows an event, in its transaction: access grants, jobs of the clocks, what the archive waits for.
 * L9, E10, E13, E31.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/ingest.h"
#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_overdue.h"
#include "clinic/workflow/act_presence.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/recorded_marks.h"
#include "clinic/workflow/report_versions.h"
#include "clinic/workflow/todo.h"
#include "guard/access/grant.h"

enum { DAY_S = 24 * 60 * 60, ACCESS_DAYS = 30 };

static bool grant_org(Db *db, const Act *a, int64_t organisation_id, int64_t until_s, const char *why,
                      Err *err)
{
    return grant_open(db,
                      &(Grant) { .organisation_id = organisation_id,
                                 .patient_id      = a->patient_id,
                                 .act_id          = a->id,
                                 .until_s         = until_s,
                                 .why             = why },
                      err);
}

/* A draft is the requester's alone; what is sent concerns the site and the imagers; what is closed ends after
 * a time. */
static bool follow_grants(Db *db, const ActHouse *house, const Act *a, const ActEvent *e, Err *err)
{
    if (strcmp(e->step, "create") == 0)
        return grant_org(db, a, a->requester_org_id, 0, "request", err);
    if (e->from == ACT_CLOSED && e->to != ACT_CLOSED) /* opened again by a new version of its report */
        return grant_org(db, a, a->requester_org_id, 0, "request", err) &&
               (act_is_expertise(a) || (grant_org(db, a, a->site_id, 0, "site of the exam", err) &&
                                        grant_org(db, a, a->imaging_id, 0, "imaging group", err)));
    if (act_is_expertise(a) && e->to != ACT_CLOSED)
        return true; /* the experts asked, each in person: expertise.c */
    if (strcmp(e->step, "send") == 0)
        return grant_org(db, a, a->site_id, 0, "site of the exam", err) &&
               grant_org(db, a, a->imaging_id, 0, "imaging group", err);
    if (e->to == ACT_CLOSED && e->from != ACT_CLOSED) {
        int days =
            house->needs.access_days_after_close > 0 ? house->needs.access_days_after_close : ACCESS_DAYS;
        int64_t until_s = e->at_ms / 1000 + (int64_t)days * DAY_S;
        if (!grant_org(db, a, a->requester_org_id, until_s, "request", err))
            return false;
        return a->asked_at_ms == 0 || act_is_expertise(a) || (grant_org(db, a, a->site_id, until_s, "site of the exam", err) &&
                                       grant_org(db, a, a->imaging_id, until_s, "imaging group", err));
    }
    return true;
}

bool act_job_add(Db *db, const char *kind, json_t *payload, int64_t at_ms, Err *err)
{
    OWNED(json_t) *owned = payload;
    OWNED_BUF text       = buf_make(4096);
    return json_dump_to_buf(owned, &text, err) && job_add(db, kind, buf_slice(&text), at_ms, err);
}

/* Each order has a clock; at its end the next contact is called. */
static bool follow_order(Db *db, const Act *a, const ActEvent *e, Err *err)
{
    bool given = strcmp(e->step, "order") == 0 || strcmp(e->step, "more-images") == 0;
    if (!given && strcmp(e->step, "escalate-order") != 0)
        return true;
    int64_t id  = given ? e->seq : json_integer_value(json_object_get(e->data, "id"));
    int64_t due = json_integer_value(json_object_get(e->data, "due_ms"));
    return act_job_add(db, "act.order-due",
                   json_pack("{s:I, s:I, s:I}", "act_id", (json_int_t)a->id, "order_id", (json_int_t)id,
                             "due_ms", (json_int_t)due),
                   due, err);
}

static bool follow_study(Db *db, const Act *before, const Act *a, const ActEvent *e, Err *err)
{
    if (strcmp(e->step, "plan") == 0)
        return expected_study_add(
            db,
            &(ExpectedStudy) { .study_uid  = a->study_uid,
                               .accession  = a->accession,
                               .act_id     = a->id,
                               .patient_id = a->patient_id,
                               .site_id    = a->site_id,
                               .ae_title   = json_string_value(act_fact(a, "slot", "ae_title")) },
            err);
    /* an exam that had begun keeps its link: images of it may still be on their way */
    bool never_began = before->state == ACT_PLANNED && (e->to == ACT_CANCELLED || e->to == ACT_NOT_DONE);
    return !never_began || expected_study_remove(db, a->id, err);
}

bool act_sign_version(Db *db, const Act *a, const ActEvent *e, ReportKind kind, Err *err)
{
    OWNED(json_t) *frame = NULL;
    Report report        = { 0 };
    int64_t revision     = json_integer_value(json_object_get(e->data, "revision"));
    if (!report_load_revision(db, a->id, revision, &report, err))
        return false;
    bool framed = act_frame_json(db, a, &frame, err) && versions_frame(db, a, &report, kind, frame, err);
    report_clear(&report);
    if (!framed)
        return false;
    ReportSignature signature = { .act_id    = a->id,
                                  .revision  = revision,
                                  .person_id = e->person_id,
                                  .at_ms     = e->at_ms,
                                  .sha256    = json_string_value(json_object_get(e->data, "sha256")),
                                  .proof     = json_string_value(json_object_get(e->data, "proof")),
                                  .frame     = frame,
                                  .kind      = kind };
    return report_sign(db, &signature, err) && recorded_at_signature(db, a, e->person_id, e->at_ms, err) &&
           act_job_add(db, "act.deliver", json_pack("{s:I}", "act_id", (json_int_t)a->id), e->at_ms, err);
}

static bool follow_sign(Db *db, const Act *a, const ActEvent *e, Err *err)
{
    return strcmp(e->step, "sign") != 0 || act_sign_version(db, a, e, REPORT_FINAL, err);
}

static bool chapters_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event,
                            Err *err)
{
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        if (act_chapter_of(after, c) && ACT_CHAPTERS[c]->follow &&
            !ACT_CHAPTERS[c]->follow(db, house, before, after, event, err))
            return false;
    return true;
}

bool act_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event,
                Err *err)
{
    return follow_grants(db, house, after, event, err) && act_follow_clocks(db, before, after, err) &&
           follow_order(db, after, event, err) && follow_study(db, before, after, event, err) &&
           follow_sign(db, after, event, err) && act_follow_presence(db, after, event, err) &&
           chapters_follow(db, house, before, after, event, err) && todos_follow(db, after, err) &&
           expertise_end(db, house, after, event, err); /* an event of its own: after all that this one leaves */
}
