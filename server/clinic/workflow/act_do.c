/*
 * Carrying out a step: one transaction with its check, its event, its projection, its trace and what follows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clinic/workflow/act_fields.h"
#include "clinic/workflow/act_house.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

ActHouse *act_house_new(const ActNeeds *needs, Err *err)
{
    ActHouse *house = calloc(1, sizeof *house);
    if (!house) {
        err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
        return NULL;
    }
    house->needs = *needs;
    return house;
}

void act_house_free(ActHouse *house)
{
    free(house);
}

Blobs *act_house_blobs(const ActHouse *house)
{
    return house->needs.blobs;
}

/* ---- events ---- */

/* The event's data as the log will hold it: what is folded in now is what a replay will read. */
static bool data_as_kept(ActEvent *e, Err *err)
{
    OWNED_BUF text = buf_make(JSON_BYTES_MAX);
    if (!json_dump_to_buf(e->data, &text, err))
        return false;
    json_t *kept = json_parse_object(buf_slice(&text), err);
    if (!kept)
        return false;
    json_decref(e->data);
    e->data = kept;
    return true;
}

/* Talk fills at most half of what an act can hold, so that nobody's messages stand in the way of the exam. */
static size_t facts_bytes_max(const char *step)
{
    static const char *const TALK[] = { "message",          "order",        "report-incident",
                                        "resolve-incident", "answer-order", "ask-information", "review-report",
                                        "record-care",  "ask-again",     "answer-again",
                                        "more-images",      "order-examination", "answer-examination", "pass-examination" };
    for (size_t i = 0; i < COUNT(TALK); i++)
        if (strcmp(step, TALK[i]) == 0)
            return JSON_BYTES_MAX / 2;
    return JSON_BYTES_MAX;
}

bool act_record(Db *db, const ActHouse *house, Act *a, ActEvent *event, Err *err)
{
    Act before   = *a; /* plain columns only: the facts are the act's own */
    before.facts = NULL;
    if (!data_as_kept(event, err) || !act_event_add(db, a, event, err))
        return false;
    if (!act_apply(a, event))
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
    return act_save(db, a, facts_bytes_max(event->step), err) &&
           act_follow(db, house, &before, a, event, err);
}

static void event_author(ActEvent *e, const Who *who, unsigned roles, int64_t organisation_id)
{
    e->person_id = who->person_id;
    snprintf(e->person_name, sizeof e->person_name, "%s", who->name);
    snprintf(e->role, sizeof e->role, "%s", roles ? role_name(roles & -roles) : "");
    e->organisation_id = organisation_id;
    char factors[64];
    snprintf(e->factors, sizeof e->factors, "%s", who_factors_text(who, factors, sizeof factors));
}

/* Where the role that opened the step is held. */
static int64_t organisation_of(const Act *a, unsigned role)
{
    if (role & ROLE_REQUESTER)
        return a->requester_org_id;
    return role & ROLE_IMAGER ? a->imaging_id : a->site_id;
}

static bool convention_version(Db *db, int64_t convention_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention.version FROM convention WHERE convention.id = ?1");
    db_bind_int(q, 1, convention_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = db_int(q, 0);
        return true;
    case DB_END:
        return err_set(err, ERR_BUG, "The convention could not be read.", "convention %" PRId64,
                       convention_id);
    case DB_FAILED:
        break;
    }
    return false;
}

static bool event_begin(Db *db, const Act *a, const ActStep *row, ActEvent *e, Err *err)
{
    *e    = (ActEvent) { .at_ms = clock_now_ms(), .from = a->state, .convention_id = a->convention_id };
    e->to = row->to == ACT_STATES ? a->state : row->to;
    snprintf(e->step, sizeof e->step, "%s", row->step);
    snprintf(e->why, sizeof e->why, "%s", row->why);
    return convention_version(db, a->convention_id, &e->convention_version, err);
}

/* ---- the trace ---- */

typedef struct Trace {
    const Who  *who; /* NULL: the system */
    const char *step;
    int64_t     act_id, patient_id, organisation_id;
    const char *number;
    bool        refused;
    const char *detail;
} Trace;

static bool trace_add(Db *db, const Trace *t, Err *err)
{
    char what[64], factors[64] = "";
    snprintf(what, sizeof what, "step %s", t->step);
    AuditLine line = {
        .event           = strncmp(t->step, "sign", 4) == 0 ? AUDIT_SIGN : AUDIT_STEP,
        .outcome         = t->refused ? AUDIT_REFUSED : AUDIT_OK,
        .person_id       = t->who ? t->who->person_id : 0,
        .organisation_id = t->organisation_id,
        .patient_id      = t->patient_id,
        .act_id          = t->act_id,
        .actor           = t->who ? t->who->login : "system:acts",
        .factors         = t->who ? who_factors_text(t->who, factors, sizeof factors) : "",
        .origin          = t->who ? t->who->address : "",
        .what            = what,
        .object          = t->number,
        .detail          = t->detail,
    };
    return audit_add(db, &line, err);
}

static bool trace_work(Db *db, void *arg, Err *err)
{
    return trace_add(db, arg, err);
}

/* ---- a step of a person ---- */

typedef struct Doing {
    const ActHouse *house;
    const Who      *who;
    const ActCall  *call;
    MissingList     missing;
    int64_t         patient_id; /* of the act, once it is known that this person may see it */
    char            number[24];
    bool            proof_refused;
} Doing;

static bool stale_check(const Act *a, const ActStep *row, Doing *d, Err *err)
{
    if (!(row->flags & STEP_STALE) || d->call->version == 0 || d->call->version >= a->version)
        return true;
    missing_add(&d->missing, "stale", "The act has changed since it was shown: look at it again.", "E6");
    return err_set(err, ERR_CONFLICT, "The act has changed since it was shown: look at it again.",
                   "act %" PRId64 ": version %" PRId64 ", now %" PRId64, a->id, d->call->version, a->version);
}

/* The fresh proof, made for this act and this digest; the event keeps its kind alone. */
static bool proof_take(Db *db, const Act *a, const ActStep *row, json_t *data, Doing *d, Err *err)
{
    if (!(row->flags & STEP_PROOF))
        return true;
    char        kind[16] = "";
    OWNED_BUF   proof    = buf_make(64 * 1024);
    const char *digest   = json_string_value(json_object_get(data, "sha256"));
    if (!json_dump_to_buf(json_object_get(data, "proof"), &proof, err))
        return false;
    ProofWanted wanted = { .purpose = "sign-report", .act_id = a->id, .digest = digest };
    if (!proof_check(db, d->house->needs.access, d->who, &wanted, buf_slice(&proof), kind, err)) {
        d->proof_refused = true;
        return false;
    }
    return json_put(data, "proof", json_string(kind));
}

static bool step_take(Db *db, Doing *d, Act *a, const ActStep *open, json_t *data, Err *err)
{
    ActSceneLoaded loaded;
    if (!act_scene_load(db, a, d->who, d->call->step, data, &loaded, err))
        return false;
    const ActStep *row   = NULL;
    OWNED_EVENT    event = { 0 };
    unsigned       roles = act_roles(&loaded.scene, open->at) & open->who;
    bool           ok    = act_step_check(a, &loaded.scene, d->call->step, &row, &d->missing, err) &&
              event_begin(db, a, row, &event, err) && proof_take(db, a, row, data, d, err) &&
              act_prepare(db, a, &loaded, d->call->step, data, &event, err);
    act_scene_clear(&loaded);
    if (!ok)
        return false;
    event_author(&event, d->who, roles, organisation_of(a, roles & -roles));
    event.data = json_incref(data);
    if (!act_record(db, d->house, a, &event, err) ||
        (d->call->also && !d->call->also(db, a, &event, d->call->also_arg, err)))
        return false;
    return trace_add(db,
                     &(Trace) { .who             = d->who,
                                .step            = row->step,
                                .act_id          = a->id,
                                .patient_id      = a->patient_id,
                                .organisation_id = event.organisation_id,
                                .number          = a->number },
                     err);
}

static bool do_work(Db *db, void *arg, Err *err)
{
    Doing    *d         = arg;
    OWNED_ACT a         = { 0 };
    OWNED(json_t) *data = NULL;
    ActSceneLoaded asked;
    const ActStep *row = NULL;
    if (!act_load_for(db, d->call->act_id, d->who->person_id, clock_now_s(), &a, err))
        return false;
    d->patient_id = a.patient_id;
    snprintf(d->number, sizeof d->number, "%s", a.number);
    if (!act_scene_load(db, &a, d->who, d->call->step, NULL, &asked, err))
        return false;
    bool open = act_step_open(&a, &asked.scene, d->call->step, &row, err);
    act_scene_clear(&asked);
    if (open && (row->flags & STEP_ROOM) && !d->call->also)
        open = err_set(err, ERR_CONFLICT, "This step has an address of its own.", "step " SLICE_FMT, SLICE_ARG(d->call->step));
    return open && stale_check(&a, row, d, err) &&
           act_fields_clean(&a, d->call->step, d->call->data, &data, &d->missing, err) &&
           step_take(db, d, &a, row, data, err);
}

/* Kind and codes of what was missing: enough to see a refusal in the trace, nothing clinical. */
static void refusal_detail(const Doing *d, const Err *why, char *ret, size_t size)
{
    size_t used = (size_t)snprintf(ret, size, "%s", err_kind_name(why->kind));
    for (size_t i = 0; i < d->missing.count && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s%s", i ? "," : ": ", d->missing.items[i].code);
}

static void refusal_trace(const Doing *d, const Err *why)
{
    char detail[240], step[40];
    Err  lost = { 0 };
    refusal_detail(d, why, detail, sizeof detail);
    slice_copy(act_step_known(d->call->step) ? d->call->step : SLICE("unknown"), step, sizeof step);
    Trace trace = { .who        = d->who,
                    .step       = step,
                    .act_id     = d->call->act_id,
                    .patient_id = d->patient_id,
                    .number     = d->number,
                    .refused    = true,
                    .detail     = detail };
    db_write(d->house->needs.host, trace_work, &trace, &lost);
    if (d->proof_refused)
        proof_failed(d->house->needs.access, d->who, &lost);
}

bool act_do(ActHouse *house, const Who *who, const ActCall *call, MissingList *ret_missing, Err *err)
{
    Doing d   = { .house = house, .who = who, .call = call };
    Err   why = { 0 };
    if (!who->full)
        return err_set(err, ERR_SIGN_IN, "Sign in with two factors.", "act %" PRId64, call->act_id);
    bool ok = db_write(house->needs.host, do_work, &d, &why);
    if (ret_missing)
        *ret_missing = d.missing;
    if (ok)
        return true;
    refusal_trace(&d, &why);
    return err_set(err, why.kind, why.shown, "%s", why.detail);
}

/* ---- a step of the system ---- */

bool act_do_system(Db *db, const ActHouse *house, int64_t act_id, const char *step, json_t *data, Err *err)
{
    OWNED(json_t) *owned = data;
    OWNED_ACT      a     = { 0 };
    OWNED_EVENT    event = { 0 };
    const ActStep *row   = NULL;
    ActScene       scene = { 0 };
    if (!act_load(db, act_id, &a, err) || !act_step_check(&a, &scene, slice_of(step), &row, NULL, err) ||
        !event_begin(db, &a, row, &event, err))
        return false;
    snprintf(event.person_name, sizeof event.person_name, "Béclère");
    snprintf(event.role, sizeof event.role, "system");
    event.data = json_incref(owned);
    return act_record(db, house, &a, &event, err) &&
           trace_add(
               db, &(Trace) { .step = step, .act_id = a.id, .patient_id = a.patient_id, .number = a.number },
               err);
}

/* ---- seen ---- */

typedef struct Seeing {
    const Who *who;
    int64_t    act_id;
} Seeing;

static bool seen_work(Db *db, void *arg, Err *err)
{
    const Seeing *s = arg;
    OWNED_ACT     a = { 0 };
    if (!act_load_for(db, s->act_id, s->who->person_id, clock_now_s(), &a, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO act_seen (act_id, person_id, seq) VALUES (?1, ?2, ?3)"
                                     " ON CONFLICT (act_id, person_id) DO UPDATE SET seq = excluded.seq");
    db_bind_int(q, 1, a.id);
    db_bind_int(q, 2, s->who->person_id);
    db_bind_int(q, 3, a.last_seq);
    return db_run(q, err);
}

bool act_seen(ActHouse *house, const Who *who, int64_t act_id, Err *err)
{
    return db_write(house->needs.host, seen_work, &(Seeing) { who, act_id }, err);
}
