/*
 * Lists of acts: by what a person is in them, nearest deadline first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/archive/study.h"
#include "clinic/patients/patient.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_find.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/act_overdue.h"
#include "clinic/workflow/act_store.h"
#include "clinic/workflow/act_summary.h"
#include "clinic/workflow/report_versions.h"
#include "guard/access/people.h"
#include "platform/clock.h"

/* ---- one summary ---- */

static bool organisation_put(Db *db, json_t *into, const char *key, int64_t id, Err *err)
{
    Organisation o;
    if (!organisation_load(db, id, &o, err))
        return false;
    return json_put(
        into, key,
        json_pack("{s:I, s:s, s:s}", "id", (json_int_t)o.id, "name", o.name, "time_zone", o.time_zone));
}

static bool person_put(Db *db, json_t *into, const char *key, int64_t id, Err *err)
{
    if (!id)
        return json_put(into, key, json_null());
    Person person;
    char   name[160];
    if (!person_load(db, id, &person, err))
        return false;
    person_shown_name(&person, name, sizeof name);
    return json_put(into, key,
                    json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)id, "name", name, "role", key,
                              "phone", person.phone));
}

/* Messages of others after what this person has last looked at or done. */
static bool unread_count(Db *db, const Act *a, const Who *who, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM act_event"
                                     " WHERE act_event.act_id = ?1"
                                     "   AND act_event.step = 'message'"
                                     "   AND act_event.person_id <> ?2"
                                     "   AND act_event.seq > coalesce((SELECT act_seen.seq FROM act_seen"
                                     "                                  WHERE act_seen.act_id = ?1"
                                     "                                    AND act_seen.person_id = ?2), 0)"
                                     "   AND act_event.seq > coalesce((SELECT max(own.seq) FROM act_event AS "
                                     "own"
                                     "                                  WHERE own.act_id = ?1"
                                     "                                    AND own.person_id = ?2), 0)");
    db_bind_int(q, 1, a->id);
    db_bind_int(q, 2, who->person_id);
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_UNAVAILABLE, "The events could not be read.", "unread of act %" PRId64,
                       a->id);
    *ret = db_int(q, 0);
    return true;
}

/* To whom it is assigned, and whether that person has taken it. */
static json_t *assignment_short(const Act *a)
{
    const json_t *name = act_fact(a, "assignment", "name");
    if (!name)
        return act_fact(a, "assignment", "nobody_at_ms") ? json_pack("{s:n, s:n, s:b}", "person_id", "name", "taken", 0) : json_null();
    return json_pack("{s:I, s:s, s:b}", "person_id", (json_int_t)act_fact_int(a, "assignment", "person_id"), "name",
                     json_string_value(name), "taken", act_fact(a, "assignment", "taken_at_ms") != NULL);
}

static json_t *time_or_null(int64_t at_ms)
{
    return at_ms ? json_integer(at_ms) : json_null();
}

static bool numbers_put(Db *db, const Act *a, const Who *who, json_t *into, Err *err)
{
    ActImages images = { 0 };
    int64_t   unread = 0;
    if ((a->study_uid[0] && !act_images(db, a->id, &images, err)) || !unread_count(db, a, who, &unread, err))
        return false;
    json_put(into, "images", json_integer(images.instances));
    json_put(into, "wrong_patient", json_boolean(images.wrong_patient));
    return json_put(into, "unread_messages", json_integer(unread));
}

bool act_summary_json(Db *db, const Act *a, const Who *who, json_t **ret, Err *err)
{
    Patient patient;
    OWNED(json_t) *people = json_object();
    OWNED(json_t) *summary =
        json_pack("{s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "id", (json_int_t)a->id, "number", a->number,
                  "kind", a->kind, "state", act_state_name(a->state), "version", (json_int_t)a->version,
                  "priority", a->priority, "modality", a->modality, "region", a->region);
    if (!patient_load(db, a->patient_id, &patient, err) ||
        !json_put(summary, "patient", patient_json(&patient)) ||
        !organisation_put(db, summary, "site", a->site_id, err) ||
        !organisation_put(db, summary, "requester_org", a->requester_org_id, err) ||
        !organisation_put(db, summary, "imaging", a->imaging_id, err) ||
        !person_put(db, people, "requester", a->requester_id, err) ||
        !person_put(db, people, "imager", a->imager_id, err) ||
        !person_put(db, people, "technologist", a->technologist_id, err) ||
        !person_put(db, people, "reader", a->reader_id, err))
        return false;
    json_put(summary, "people", json_incref(people));
    json_put(summary, "created_at_ms", json_integer(a->created_at_ms));
    json_put(summary, "asked_at_ms", time_or_null(a->asked_at_ms));
    json_put(summary, "deadline",
             a->deadline_at_ms
                 ? json_pack("{s:s, s:I}", "what", a->deadline_what, "at_ms", (json_int_t)a->deadline_at_ms)
                 : json_null());
    json_put(summary, "report_stands_as", json_string(act_report_stands_as(a)));
    json_put(summary, "assignment", assignment_short(a));
    json_put(summary, "overdue", act_overdue_json(a, clock_now_ms()));
    json_put(summary, "slot_at_ms", time_or_null(a->slot_start_ms));
    json_put(summary, "slot_room_id", time_or_null(a->slot_room_id));
    json_put(summary, "tasks", act_exception_is_open(a, NULL) ? json_pack("[s]", "review-exception") : json_array());
    json_put(summary, "study_uid", json_cstr(a->study_uid[0] ? a->study_uid : NULL));
    if (!numbers_put(db, a, who, summary, err))
        return false;
    *ret = GIVE(summary);
    return true;
}

/* ---- the list ---- */

typedef struct View {
    bool requests, imaging, site;
} View;

static bool view_read(Slice name, View *ret, Err *err)
{
    bool all = name.len == 0 || slice_equal_text(name, "all");
    *ret     = (View) { .requests = all || slice_equal_text(name, "requests"),
                        .imaging  = all || slice_equal_text(name, "imaging"),
                        .site     = all || slice_equal_text(name, "site") };
    return ret->requests || ret->imaging || ret->site ||
           err_set(err, ERR_INPUT, "No such list of acts.", "view " SLICE_FMT, SLICE_ARG(name));
}

static bool states_read(Slice names, uint32_t *ret, Err *err)
{
    if (!names.len) {
        *ret = (1u << ACT_STATES) - 1;
        return true;
    }
    *ret = 0;
    while (names.len) {
        Slice    name  = slice_trim(slice_cut(&names, ','));
        ActState state = act_state_from_name(name);
        if (state == ACT_STATES)
            return err_set(err, ERR_INPUT, "No such list of acts.", "state " SLICE_FMT, SLICE_ARG(name));
        *ret |= 1u << state;
    }
    return true;
}

static json_t *counts_json(const int64_t in_state[ACT_STATES])
{
    json_t *counts = json_object();
    for (int state = 0; state < ACT_STATES; state++)
        json_put(counts, act_state_name((ActState)state), json_integer(in_state[state]));
    return counts;
}

static bool kinds_read(Slice name, ActsKinds *ret, Err *err)
{
    *ret = slice_equal_text(name, "only") ? ACTS_ASSISTANCES : slice_equal_text(name, "none") ? ACTS_NO_ASSISTANCE : ACTS_ALL;
    return *ret != ACTS_ALL || !name.len || err_set(err, ERR_INPUT, "No such list of acts.", "assistances " SLICE_FMT, SLICE_ARG(name));
}

bool acts_json(Db *db, const Who *who, const ActsWanted *wanted, json_t **ret, Err *err)
{
    View     view;
    uint32_t states     = 0;
    ActsKinds kinds;
    int64_t  now_ms     = clock_now_ms();
    ActsList found;
    OWNED(json_t) *acts = json_array();
    OWNED_BUF folded    = buf_make(512);
    if (wanted->task.len && !slice_equal_text(wanted->task, "review-exception"))
        return err_set(err, ERR_INPUT, "No such list of acts.", "task " SLICE_FMT, SLICE_ARG(wanted->task));
    if (!view_read(wanted->view, &view, err) || !kinds_read(wanted->assistances, &kinds, err) ||
        !states_read(wanted->state, &states, err) ||
        (wanted->q.len && !text_fold(slice_part(wanted->q, 0, 100), &folded, err)))
        return false;
    ActsFound find = { .who      = who,
                       .now_s    = now_ms / 1000,
                       .requests = view.requests,
                       .imaging  = view.imaging,
                       .site     = view.site,
                       .states   = states,
                       .counted  = wanted->counts ? (1u << ACT_STATES) - 1 : 0,
                       .limit    = wanted->limit > 0 ? (size_t)wanted->limit : ACTS_LISTED_MAX,
                       .modality = wanted->modality,
                       .kinds    = kinds,
                       .unreviewed = wanted->task.len > 0,
                       .folded   = buf_slice(&folded) };
    if (!acts_find(db, &find, &found, err))
        return false;
    for (size_t i = 0; i < found.count; i++) {
        OWNED_ACT a            = { 0 };
        OWNED(json_t) *summary = NULL;
        if (!act_load(db, found.ids[i], &a, err) || !act_summary_json(db, &a, who, &summary, err))
            return false;
        json_push(acts, json_incref(summary));
    }
    *ret = json_pack("{s:O, s:b, s:o, s:o, s:I}", "acts", acts, "more", found.more, "counts",
                     wanted->counts ? counts_json(found.in_state) : json_null(), "assistances",
                     wanted->counts ? counts_json(found.assistances) : json_null(), "now_ms", (json_int_t)now_ms);
    return *ret != NULL;
}
