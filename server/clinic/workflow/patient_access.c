/*
 * The paper, the account, the end of a patient's access, in the transactions of their steps. E34, T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/patient_access.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "clinic/patients/own.h"
#include "clinic/workflow/act_json.h"
#include "guard/access/people.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { OF_AGE = 18, DAY_S = 24 * 60 * 60 };

bool patient_access_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    Patient patient;
    (void)who;
    (void)step;
    (void)data;
    if (!patient_load(db, a->patient_id, &patient, err))
        return false;
    ret->scene.identified = patient.status >= PATIENT_VALI && !(patient.attributes & (PATIENT_DOUT | PATIENT_FICT));
    return true;
}

/* ---- handed ---- */

/* The day this patient comes of age (UTC seconds); 0: they are. */
static int64_t comes_of_age_s(const Patient *p)
{
    int64_t year = 0, month = 0, day = 0;
    int     age = patient_age_years(p, clock_now_s());
    if (age < 0 || age >= OF_AGE || !slice_int(slice_part(slice_of(p->birth_date), 0, 4), &year) ||
        !slice_int(slice_part(slice_of(p->birth_date), 5, 2), &month) ||
        !slice_int(slice_part(slice_of(p->birth_date), 8, 2), &day))
        return 0;
    struct tm at = { .tm_year = (int)year + OF_AGE - 1900, .tm_mon = (int)month - 1, .tm_mday = (int)day };
    return (int64_t)timegm(&at);
}

static bool hand_work(Db *db, const Act *a, const ActEvent *e, void *arg, Err *err)
{
    const PatientPaper *paper = arg;
    Patient             patient;
    Holder              h = { .patient_id = a->patient_id, .act_id = a->id, .handed_by = e->person_id };
    const char *kind = json_string_value(json_object_get(e->data, "holder"));
    const char *name = json_string_value(json_object_get(e->data, "name"));
    if (!patient_load(db, a->patient_id, &patient, err))
        return false;
    (void)slice_copy(slice_of(kind), h.kind, sizeof h.kind);
    if (strcmp(h.kind, "patient") != 0) {
        if (!slice_copy(slice_trim(slice_of(name)), h.name, sizeof h.name))
            return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "name of a holder");
        h.until_s = comes_of_age_s(&patient);
    }
    return holder_hand(db, &h, &paper->secrets, err);
}

bool patient_access_hand(ActHouse *house, const Who *who, int64_t act_id, const json_t *data, PatientPaper *ret,
                         MissingList *ret_missing, Err *err)
{
    PatientPaper made    = { .code_until_ms = (clock_now_s() + HOLDER_CODE_DAYS * (int64_t)DAY_S) * 1000 };
    OWNED(json_t) *whole = json_deep_copy(data);
    if (!json_is_object(whole) || !json_put(whole, "code_until_ms", json_integer(made.code_until_ms)))
        return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "data of the paper");
    holder_secrets(&made.secrets);
    ActCall call = { .act_id = act_id, .step = SLICE("hand-patient-access"), .data = whole, .also = hand_work, .also_arg = &made };
    if (!act_do(house, who, &call, ret_missing, err))
        return false;
    *ret = made;
    return true;
}

/* ---- closed ---- */

typedef struct Closing {
    int64_t access_id, person_id;
} Closing;

/* Of this patient, whichever of the merged records it was handed for. */
static bool is_of_patient(Db *db, const Act *a, const Holder *h, Err *err)
{
    int64_t same[SAME_PATIENT_MAX];
    size_t  count = 0;
    if (!patient_same(db, a->patient_id, same, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (same[i] == h->patient_id)
            return true;
    return err_set(err, ERR_NOT_FOUND, "No such access.", "own access %" PRId64 " of another patient", h->id);
}

static bool close_work(Db *db, const Act *a, const ActEvent *e, void *arg, Err *err)
{
    Closing *c = arg;
    Holder   h;
    (void)e;
    if (!holder_load(db, c->access_id, &h, err) || !is_of_patient(db, a, &h, err))
        return false;
    c->person_id = h.person_id;
    return holder_end(db, h.id, "revoked", err);
}

bool patient_access_close(ActHouse *house, const Who *who, int64_t act_id, int64_t access_id, Slice reason,
                          int64_t *ret_person_id, MissingList *ret_missing, Err *err)
{
    Closing c           = { .access_id = access_id };
    OWNED(json_t) *data = json_pack("{s:I, s:o}", "access", (json_int_t)access_id, "reason", json_slice(reason));
    ActCall call = { .act_id = act_id, .step = SLICE("end-patient-access"), .data = data, .also = close_work, .also_arg = &c };
    if (!act_do(house, who, &call, ret_missing, err))
        return false;
    *ret_person_id = c.person_id;
    return true;
}

/* ---- told to those who hand it ---- */

static const char *state_of(const Holder *h)
{
    int64_t now_s = clock_now_s();
    if (h->ended_at_s)
        return "closed";
    if (h->until_s && h->until_s <= now_s)
        return "over";
    if (h->activated_at_s)
        return "active";
    if (h->wrong >= HOLDER_WRONG_MAX)
        return "locked";
    return h->code_until_s <= now_s ? "over" : "handed";
}

static json_t *moment(int64_t at_s)
{
    return at_s ? json_integer(at_s * 1000) : json_null();
}

static bool list_add(const Holder *h, void *list)
{
    return json_push(list, json_pack("{s:I, s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s}", "id", (json_int_t)h->id,
                                     "holder", h->kind, "name", h->name, "login", h->login, "act_id", (json_int_t)h->act_id,
                                     "handed_by_id", (json_int_t)h->handed_by, "handed_at_ms", moment(h->handed_at_s),
                                     "code_until_ms", moment(h->code_until_s), "state", state_of(h), "activated_at_ms",
                                     moment(h->activated_at_s), "seen_at_ms", moment(h->seen_at_s), "until_ms",
                                     moment(h->until_s), "ended_at_ms", moment(h->ended_at_s), "ended_why", h->ended_why));
}

static bool name_handers(Db *db, json_t *list, Err *err)
{
    size_t  i;
    json_t *one;
    json_array_foreach (list, i, one) {
        Person p;
        char   name[160] = "";
        Err    absent    = { 0 };
        if (person_load(db, json_integer_value(json_object_get(one, "handed_by_id")), &p, &absent))
            person_shown_name(&p, name, sizeof name);
        else if (absent.kind != ERR_NOT_FOUND)
            return err_set(err, absent.kind, absent.shown, "%s", absent.detail);
        json_object_del(one, "handed_by_id");
        json_put(one, "handed_by", json_cstr(name));
    }
    return true;
}

bool patient_accesses_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    int64_t patient_id = 0, same[SAME_PATIENT_MAX];
    size_t  count       = 0;
    OWNED(json_t) *list = json_array();
    if (!act_patient(db, who, act_id, &patient_id, err) || !patient_same(db, patient_id, same, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!holders_of(db, same[i], list_add, list, err))
            return false;
    if (!name_handers(db, list, err))
        return false;
    *ret = json_pack("{s:O}", "accesses", list);
    return *ret != NULL;
}

/* ---- activated ---- */

typedef struct Activating {
    Access                  *access;
    const PatientActivation *given;
    const char              *address;
    bool                     opened;
    int64_t                  id;
    char                     token[SESSION_TOKEN_SIZE];
    Who                      who;
} Activating;

/* A wrong answer must be counted although nothing opens: the transaction succeeds, the answer is 'opened'. */
static bool activate_work(Db *db, void *arg, Err *err)
{
    Activating       *w = arg;
    Holder            h;
    Patient           patient;
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    if (!holder_by_code(db, w->access, w->given->code, w->address, &h, err))
        return false;
    if (!h.id)
        return true;
    w->id = h.id;
    if (!patient_survivor(db, h.patient_id, &patient, err))
        return false;
    TraitsGiven given = { .birth_name  = w->given->birth_name,
                          .first_given = slice_of(patient.first_given),
                          .birth_date  = w->given->birth_date,
                          .sex         = slice_bytes(&patient.sex, 1) };
    if (patient_compare(&patient, &given, differences))
        return holder_wrong(db, w->access, &h, w->address, err);
    w->opened    = true;
    bool himself = strcmp(h.kind, "patient") == 0;
    return holder_begin(db, w->access, &h, slice_of(himself ? patient.birth_name : h.name),
                        himself ? slice_of(patient.first_given) : SLICE_NONE, w->given->passkey, w->address, w->token,
                        &w->who, err);
}

bool patient_access_activate(ActHouse *house, const PatientActivation *given, const char *address,
                             char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    Activating w   = { .access = house->needs.access, .given = given, .address = address };
    Err        why = { 0 };
    if (!db_write(house->needs.host, activate_work, &w, &why))
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    if (!w.opened)
        return err_set(err, ERR_DENIED, "This code, this name and this date open nothing together. Check them on your paper, or ask the site that gave it to you for a new one.",
                       "own access %" PRId64, w.id);
    memcpy(ret_token, w.token, SESSION_TOKEN_SIZE);
    *ret = w.who;
    return true;
}

/* ---- left ---- */

static bool leave_work(Db *db, void *arg, Err *err)
{
    const Who *who = arg;
    Holder     h;
    char       factors[64];
    if (!holder_of_person(db, who->person_id, &h, err) || !holder_end(db, h.id, "own-wish", err))
        return false;
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_ACCOUNT,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = who->person_id,
                                    .patient_id = h.patient_id,
                                    .act_id     = h.act_id,
                                    .actor      = who->login,
                                    .factors    = who_factors_text(who, factors, sizeof factors),
                                    .origin     = who->address,
                                    .what       = "own access, closed by its holder" },
                     err);
}

bool patient_access_leave(ActHouse *house, const Who *who, Err *err)
{
    Who copy = *who;
    return db_write(house->needs.host, leave_work, &copy, err);
}
