/*
 * Earlier exams in other archives: who can be asked, what they hold of a patient, and their studies fetched
 * into the record. E5, E15, E25.
 *
 * A name that is asked for is the record's own, never what somebody types; an answer that says another birth
 * date is counted, not shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/elsewhere.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "guard/access/peer_admin.h"
#include "platform/clock.h"

enum { ANSWERS_MAX = 200, VALUE_MAX = 64 };

bool elsewhere_peers(Request *q, HttpResponse *a, Err *err)
{
    json_t *list  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && peers_asked_json(db, &list, err) && answer_json(a, json_pack("{s:o}", "peers", list), err);
}

/* The patient of the address, if this person sees them. */
static bool own_patient(Request *q, Patient *ret, Err *err)
{
    int64_t id;
    bool    seen  = false;
    OWNED(Db) *db = param_id(q, 0, &id, err) ? db_read(q->house->db, err) : NULL;
    if (!db)
        return false;
    q->traced.patient_id = id;
    if (!patient_seen_by(db, q->who.person_id, id, clock_now_s(), &seen, err))
        return false;
    if (!seen)
        return err_set(err, ERR_NOT_FOUND, "No such patient, or not for you.", "patient %lld", (long long)id);
    return patient_load(db, id, ret, err);
}

/* ---- search ---- */

typedef struct Search {
    Request *q;
    Patient  patient;
    json_t  *studies;
    int64_t  withheld;
    char     peer[17], by[12], value[VALUE_MAX + 1], from[11], to[11], modality[17];
    char     birth[9], dates[20], name[140];
    Db      *db;
    Err      err;
} Search;

static void digits_of(const char *date, char ret[9])
{
    size_t n = 0;
    for (; *date && n < 8; date++)
        if (*date >= '0' && *date <= '9')
            ret[n++] = *date;
    ret[n] = 0;
}

/* A family name as an archive may have written it: hyphens, spaces and apostrophes are any character. */
static void name_key(const char *family, char *ret, size_t size)
{
    size_t n = 0;
    for (; *family && n + 2 < size; family++)
        ret[n++] = strchr(" -'\\^=*?", *family) ? '?' : *family;
    ret[n++] = '*';
    ret[n]   = 0;
}

static bool is_listed(const json_t *list, const char *uid)
{
    size_t  i;
    json_t *one;
    json_array_foreach (list, i, one)
        if (strcmp(json_string_value(json_object_get(one, "study_uid")), uid) == 0)
            return true;
    return false;
}

static bool take_answer(const RemoteStudy *study, void *with)
{
    Search *s   = with;
    json_t *one = NULL;
    char    said[9];
    digits_of(study->patient_birth, said);
    if (said[0] && strcmp(said, s->birth) != 0) {
        s->withheld++;
        return true;
    }
    if (is_listed(s->studies, study->uid))
        return true;
    OWNED(Db) *db = db_read(s->q->house->db, &s->err);
    return db && remote_study_json(db, s->patient.id, study, &one, &s->err) && json_push(s->studies, one) &&
           json_array_size(s->studies) < ANSWERS_MAX;
}

static bool ask(Search *s, const RemoteWanted *wanted, Err *err)
{
    char        factors[64];
    PatientBy   by  = patient_by(&s->q->who, "", factors);
    RemoteAsker who = { .actor      = by.actor,
                        .origin     = by.origin,
                        .factors    = by.factors,
                        .person_id  = by.person_id,
                        .patient_id = s->patient.id };
    if (!s->q->house->remote_find)
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
    if (!s->q->house->remote_find(s->q->house->remote_with, &who, slice_of(s->peer), wanted, take_answer, s,
                                  err))
        return false;
    return !s->err.kind || err_set(err, s->err.kind, s->err.shown, "%s", s->err.detail);
}

/* By the traits of the record: birth date, and birth name, then used name. */
static bool ask_by_traits(Search *s, RemoteWanted wanted, Err *err)
{
    const char *const NAMES[] = { s->patient.birth_name, s->patient.used_name };
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        if (!NAMES[i][0] || (i && strcmp(NAMES[0], NAMES[1]) == 0))
            continue;
        name_key(NAMES[i], s->name, sizeof s->name);
        wanted.patient_name = slice_of(s->name);
        wanted.birth_date   = slice_of(s->birth);
        if (!ask(s, &wanted, err))
            return false;
    }
    return true;
}

static bool search_read(const json_t *body, Search *s, Err *err)
{
    (void)snprintf(s->by, sizeof s->by, "traits");
    return json_need_copy(body, "peer", s->peer, sizeof s->peer, err) &&
           json_may_copy(body, "by", s->by, sizeof s->by, err) &&
           json_may_copy(body, "value", s->value, sizeof s->value, err) &&
           json_may_copy(body, "from", s->from, sizeof s->from, err) &&
           json_may_copy(body, "to", s->to, sizeof s->to, err) &&
           json_may_copy(body, "modality", s->modality, sizeof s->modality, err);
}

/* "-" when no day is named: any. */
static void date_range(Search *s)
{
    char from[9], to[9];
    digits_of(s->from, from);
    digits_of(s->to, to);
    if (from[0] || to[0])
        (void)snprintf(s->dates, sizeof s->dates, "%s-%s", from, to);
}

static bool search(Search *s, Err *err)
{
    Slice        value  = slice_trim(slice_of(s->value));
    RemoteWanted wanted = { .study_date = slice_of(s->dates), .modality = slice_of(s->modality) };
    if (strcmp(s->by, "traits") == 0)
        return ask_by_traits(s, wanted, err);
    if (!value.len && strcmp(s->by, "identifier") == 0)
        value = slice_of(s->patient.ipp);
    for (size_t i = 0; i < value.len; i++)
        if (strchr("*?\\", value.at[i]))
            return err_set(err, ERR_INPUT, "A value of the request is not right.", "wild card");
    if (strcmp(s->by, "identifier") == 0)
        wanted.patient_id = value;
    else if (strcmp(s->by, "accession") == 0 && value.len)
        wanted.accession = value;
    else
        return err_set(err, ERR_INPUT, "A value of the request is not right.", "by");
    return ask(s, &wanted, err);
}

bool elsewhere_find(Request *q, HttpResponse *a, Err *err)
{
    Search *s              = arena_alloc(q->arena, sizeof *s);
    OWNED(json_t) *body    = body_json(q, err);
    OWNED(json_t) *studies = json_array();
    if (!body || !s || !studies || !own_patient(q, &s->patient, err) || !search_read(body, s, err))
        return false;
    s->q       = q;
    s->studies = studies;
    digits_of(s->patient.birth_date, s->birth);
    date_range(s);
    if (!search(s, err))
        return false;
    return answer_json(a,
                       json_pack("{s:O, s:I, s:b}", "studies", studies, "withheld", (json_int_t)s->withheld,
                                 "more", json_array_size(studies) >= ANSWERS_MAX),
                       err);
}

/* ---- fetches ---- */

static bool answer_fetches(Request *q, int64_t patient_id, HttpResponse *a, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(Db) *db       = db_read(q->house->db, err);
    return db && fetches_json(db, patient_id, q->lang, list, err) &&
           answer_named(a, db, json_pack("{s:O}", "fetches", list), err);
}

bool fetches(Request *q, HttpResponse *a, Err *err)
{
    Patient p;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "fetches");
    return own_patient(q, &p, err) && answer_fetches(q, p.id, a, err);
}

typedef struct FetchWork {
    Request    *q;
    FetchWanted wanted;
    FetchRow    row;
    Slice       reason;
    const char *what;
    bool (*step)(Db *db, FetchRow *row, const PatientBy *by, Err *err);
} FetchWork;

/* Whom it may be asked of is looked at again when it is fetched; here, so that the page hears of it at once.
 */
static bool from_whom(Db *db, FetchWork *w, char *ret, size_t size, Err *err)
{
    Peer peer;
    if (!peer_by_title(db, w->wanted.ae_title, &peer, err))
        return false;
    if (!(peer.may & PEER_ASK))
        return err_set(err, ERR_DENIED, "This DICOM peer may not be asked.", "peer %s", peer.ae_title);
    (void)snprintf(ret, size, "%s%s%s", peer.description, peer.description[0] ? " · " : "", peer.ae_title);
    return true;
}

static bool ask_work(Db *db, void *work, Err *err)
{
    FetchWork *w = work;
    char       factors[64], from[160];
    PatientBy  by = patient_by(&w->q->who, w->what, factors);
    if (!from_whom(db, w, from, sizeof from, err))
        return false;
    w->wanted.from = slice_of(from);
    return fetch_add(db, &w->wanted, &by, &w->row, err) && w->q->house->remote_fetch_later(db, &w->row, err);
}

bool fetch_ask(Request *q, HttpResponse *a, Err *err)
{
    Patient   p;
    FetchWork w         = { .q = q, .what = "POST /api/patients/{id}/fetches" };
    OWNED(json_t) *body = body_json(q, err);
    char label[128]     = "", peer[17], uid[65];
    if (!body || !own_patient(q, &p, err) || !json_need_copy(body, "peer", peer, sizeof peer, err) ||
        !json_need_copy(body, "study_uid", uid, sizeof uid, err) ||
        !json_may_int(body, "act_id", 1, INT64_MAX, &w.wanted.act_id, err) ||
        !json_may_copy(body, "label", label, sizeof label, err))
        return false;
    if (!uid_is_usable(slice_of(uid)))
        return err_set(err, ERR_INPUT, "A UID of the image is malformed.", "study to fetch");
    if (!q->house->remote_fetch_later)
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
    w.wanted.patient_id = p.id;
    w.wanted.ae_title   = slice_of(peer);
    w.wanted.study_uid  = slice_of(uid);
    w.wanted.label      = slice_of(label);
    return db_write(q->house->db, ask_work, &w, err) && answer_fetches(q, p.id, a, err);
}

static bool step_work(Db *db, void *work, Err *err)
{
    FetchWork *w = work;
    int64_t    id;
    char       factors[64];
    PatientBy  by = patient_by(&w->q->who, w->what, factors);
    if (!param_id(w->q, 0, &id, err) || !fetch_load(db, id, w->q->who.person_id, &w->row, err))
        return false;
    w->q->traced.patient_id = w->row.patient_id;
    if (w->step)
        return w->step(db, &w->row, &by, err);
    return fetch_attach(db, &w->row, w->reason, &by, err);
}

static bool do_step(FetchWork *w, HttpResponse *a, Err *err)
{
    return db_write(w->q->house->db, step_work, w, err) && answer_fetches(w->q, w->row.patient_id, a, err);
}

bool fetch_stop(Request *q, HttpResponse *a, Err *err)
{
    FetchWork w = { .q = q, .what = "POST /api/fetches/{id}/cancel", .step = fetch_cancel };
    return do_step(&w, a, err);
}

static bool resume_work(Db *db, void *work, Err *err)
{
    FetchWork *w = work;
    return step_work(db, w, err) && w->q->house->remote_fetch_later(db, &w->row, err);
}

bool fetch_go_on(Request *q, HttpResponse *a, Err *err)
{
    FetchWork w = { .q = q, .what = "POST /api/fetches/{id}/resume", .step = fetch_resume };
    if (!q->house->remote_fetch_later)
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
    return db_write(q->house->db, resume_work, &w, err) && answer_fetches(q, w.row.patient_id, a, err);
}

bool fetch_accept(Request *q, HttpResponse *a, Err *err)
{
    FetchWork w         = { .q = q, .what = "POST /api/fetches/{id}/attach", .reason = SLICE_NONE };
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_text(body, "reason", &w.reason, err) && do_step(&w, a, err);
}
