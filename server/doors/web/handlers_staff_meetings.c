/*
 * Staff meetings and RCP: cases by the number of acts that the writer sees; a reader sees those of their own acts only. O6, X2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_meetings.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/partners.h"
#include "doors/web/handlers_staff.h"
#include "guard/access/people.h"

/* Whoever belongs to the organisation with a part in its meetings, or took part. */
static bool may_read(Db *db, const Request *q, const StaffMeeting *m, Err *err)
{
    bool there = false;
    if (permissions_of_roles(who_roles_in(&q->who, m->organisation_id)) & MAY_MEET)
        return true;
    return meeting_has(db, m->id, q->who.person_id, &there, err) &&
           (there || err_set(err, ERR_DENIED, "You did not take part in this meeting.", "meeting %d", (int)m->id));
}

bool staff_meetings(Request *q, HttpResponse *a, Err *err)
{
    int64_t organisation_id = 0;
    json_t *list            = NULL;
    OWNED(Db) *db           = db_read(q->house->db, err);
    if (!db || !staff_organisation(q, &organisation_id, err))
        return false;
    bool member = permissions_of_roles(who_roles_in(&q->who, organisation_id)) & MAY_MEET;
    return meetings_json(db, member ? organisation_id : 0, q->who.person_id, &list, err) &&
           answer_json(a, json_pack("{s:I, s:o}", "organisation_id", (json_int_t)organisation_id, "meetings", list), err);
}

/* Cases of acts that the reader may not see go; how many did is said. */
static bool hide_cases(Db *db, const Request *q, json_t *meeting, Err *err)
{
    json_t *cases  = json_object_get(meeting, "cases");
    int64_t hidden = 0, patient = 0;
    for (size_t i = json_array_size(cases); i-- > 0;) {
        Err     none = { 0 };
        int64_t act  = json_integer_value(json_object_get(json_array_get(cases, i), "act_id"));
        if (act_patient(db, &q->who, act, &patient, &none))
            continue;
        if (none.kind != ERR_NOT_FOUND)
            return err_set(err, none.kind, none.shown, "%s", none.detail);
        (void)json_array_remove(cases, i);
        hidden++;
    }
    return json_put(meeting, "hidden_cases", json_integer(hidden));
}

static bool whole_json(Db *db, Request *q, int64_t id, json_t **ret, Err *err)
{
    StaffMeeting m;
    json_t      *json = NULL;
    char         digest[65];
    if (!meeting_load(db, id, &m, err) || !may_read(db, q, &m, err) || !meeting_digest(db, id, digest, err) || !meeting_json(db, &m, &json, err))
        return false;
    OWNED(json_t) *whole = json;
    if (!json_put(whole, "to_sign", json_string(digest)) || !hide_cases(db, q, whole, err))
        return false;
    *ret = GIVE(whole);
    return true;
}

bool staff_meeting(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    staff_traced(q, "meeting", id, "");
    return whole_json(db, q, id, &json, err) && answer_json(a, json, err);
}

typedef struct MeetingWork {
    const json_t   *body;
    StaffMeeting    meeting;
    MeetingContent *content;
    int64_t         kept[MEETING_CASES_MAX];
    size_t          kept_count;
    StaffProof      proof;
} MeetingWork;

static bool people_read(const json_t *body, MeetingContent *content, Err *err)
{
    json_t *people = NULL;
    if (!json_need_array(body, "people", MEETING_PEOPLE_MAX, &people, err))
        return false;
    for (size_t i = 0; i < json_array_size(people); i++) {
        int64_t id = json_integer_value(json_array_get(people, i));
        if (id <= 0)
            return err_set(err, ERR_INPUT, "A participant is a person of this program.", "participant %zu", i);
        content->people[content->people_count++] = id;
    }
    return true;
}

static bool cases_read(Db *db, const Request *q, const json_t *body, MeetingContent *content, Err *err)
{
    json_t *cases = NULL;
    if (!json_may_array(body, "cases", MEETING_CASES_MAX, &cases, err))
        return false;
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one    = json_array_get(cases, i);
        MeetingCase  *c      = &content->cases[content->case_count++];
        Slice         number = SLICE_NONE;
        c->question = c->decision = SLICE_NONE;
        if (!json_need_text(one, "number", &number, err) || !json_may_text(one, "question", &c->question, err) ||
            !json_may_text(one, "decision", &c->decision, err) || !act_by_number(db, &q->who, number, &c->reference, err))
            return false;
        slice_copy(slice_trim(number), c->number, sizeof c->number);
    }
    return true;
}

/* Cases that the writer does not see stay as they are: nothing entered by others is lost. */
static bool kept_read(Db *db, const Request *q, MeetingWork *w, Err *err)
{
    int64_t had[MEETING_CASES_MAX], patient = 0;
    size_t  count = 0;
    if (!meeting_references(db, w->meeting.id, had, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!act_patient(db, &q->who, had[i], &patient, NULL))
            w->kept[w->kept_count++] = had[i];
    return true;
}

/* Who is named chair could be anybody: they must be a person who may take part in meetings. */
static bool chair_fits(Db *db, int64_t person_id, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    unsigned   roles = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        roles |= memberships[i].roles;
    return permissions_of_roles(roles) & MAY_MEET || err_set(err, ERR_INPUT, "The chair is one of the participants.", "chair without a part");
}

static bool save_run(Db *db, Request *q, void *with, Err *err)
{
    MeetingWork  *w = with;
    StaffMeeting *m = &w->meeting;
    char          factors[64];
    int64_t       revision = 0;
    if (m->id && (!meeting_load(db, m->id, m, err) || !may_read(db, q, m, err) || !json_need_int(w->body, "revision", 1, INT64_MAX, &revision, err)))
        return false;
    m->revision = revision;
    if ((!m->id && !json_need_int(w->body, "organisation_id", 1, INT64_MAX, &m->organisation_id, err)) ||
        !json_need_copy(w->body, "kind", m->kind, sizeof m->kind, err) || !json_need_copy(w->body, "title", m->title, sizeof m->title, err) ||
        !json_need_int(w->body, "held_at_ms", 1, INT64_MAX, &m->held_at_ms, err) ||
        !json_need_int(w->body, "chair_id", 1, INT64_MAX, &m->chair_id, err) || !json_may_text(w->body, "minutes", &m->minutes, err) ||
        !people_read(w->body, w->content, err) || !cases_read(db, q, w->body, w->content, err) || !chair_fits(db, m->chair_id, err))
        return false;
    unsigned roles = who_roles_in(&q->who, m->organisation_id);
    if (!m->id && !(permissions_of_roles(roles) & MAY_MEET))
        return err_set(err, ERR_DENIED, "You do not belong to this organisation.", "a new meeting");
    StaffBy by = staff_by(q, roles, factors);
    if ((m->id && !kept_read(db, q, w, err)) || !meeting_save(db, m, w->content, w->kept, w->kept_count, &by, err))
        return false;
    staff_traced(q, "meeting", m->id, m->kind);
    return true;
}

static bool save(Request *q, HttpResponse *a, int64_t id, Err *err)
{
    OWNED(json_t) *body     = body_json(q, err);
    MeetingContent *content = arena_alloc(q->arena, sizeof *content);
    MeetingWork     w       = { .body = body, .content = content, .meeting = { .id = id } };
    if (!body || !content)
        return false;
    memset(content, 0, sizeof *content);
    staff_traced(q, "meeting", id, "");
    return staff_write(q, save_run, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.meeting.id), err);
}

bool staff_meeting_new(Request *q, HttpResponse *a, Err *err)
{
    return save(q, a, 0, err);
}

bool staff_meeting_change(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    return param_id(q, 0, &id, err) && save(q, a, id, err);
}

static bool sign_run(Db *db, Request *q, void *with, Err *err)
{
    MeetingWork *w = with;
    Slice        digest = SLICE_NONE;
    char         now[65], factors[64];
    if (!meeting_load(db, w->meeting.id, &w->meeting, err) || !may_read(db, q, &w->meeting, err) ||
        !json_need_text(w->body, "sha256", &digest, err) || !meeting_digest(db, w->meeting.id, now, err))
        return false;
    StaffBy by = staff_by(q, 0, factors);
    if (w->meeting.chair_id != q->who.person_id)
        return err_set(err, ERR_DENIED, "Only the chair signs the minutes.", "a meeting of another chair");
    if (!w->meeting.signed_at_ms && !slice_equal_text(digest, now))
        return err_set(err, ERR_CONFLICT, "The meeting was signed or changed meanwhile: read it again.", "digest of a meeting");
    w->proof.id     = w->meeting.id;
    w->proof.digest = now;
    return staff_prove(db, q, w->body, &w->proof, err) && meeting_sign(db, &w->meeting, &by, w->proof.kind, err);
}

bool staff_meeting_sign(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    MeetingWork w       = { .body = body, .proof = { .purpose = "sign-meeting" } };
    if (!body || !param_id(q, 0, &w.meeting.id, err))
        return false;
    staff_traced(q, "meeting", w.meeting.id, "signed");
    return staff_proved(q, &w.proof, staff_write(q, sign_run, &w, err)) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.meeting.id), err);
}
