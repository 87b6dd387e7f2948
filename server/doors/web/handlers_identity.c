/*
 * One identity and what is done to it: traits corrected, document seen, doubts, the INS of our domain. E15.
 *
 * Who sees the patient may read; who identifies (requester, technologist, secretary) may act; what the secretary alone may
 * do is said below (clinic/workflow/identity.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/identity.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "platform/clock.h"

/* One act on an identity, as asked. Borrows from the body. */
typedef struct IdentityWork {
    Request          *q;
    int64_t           id, version;
    PatientDraft      draft;
    DocumentSeen      document;
    unsigned          add, drop;
    char              reason[1024];
    InsOids           oids;
    Patient           patient;
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    size_t            difference_count;
} IdentityWork;

/* The patient is looked at first: nobody acts on an identity that they may not see. */
static IdentityWork *work_begin(Request *q, const json_t *body, Err *err)
{
    IdentityWork *w    = arena_alloc(q->arena, sizeof *w);
    bool          seen = false;
    Slice         reason = SLICE_NONE;
    if (!w || !body || !param_id(q, 0, &w->id, err) || !json_may_text(body, "reason", &reason, err))
        return NULL;
    q->traced.patient_id = w->id;
    w->q                 = q;
    w->oids              = ins_oids_from_text(config_text(q->house->config, "ins-oids"));
    if (!slice_copy(slice_trim(reason), w->reason, sizeof w->reason)) {
        err_set(err, ERR_INPUT, "A field is too long or holds control characters.", "reason");
        return NULL;
    }
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !patient_seen_by(db, q->who.person_id, w->id, clock_now_s(), &seen, err))
        return NULL;
    if (!seen) {
        err_set(err, ERR_NOT_FOUND, "No such patient, or not for you.", "patient %lld", (long long)w->id);
        return NULL;
    }
    return w;
}

static PatientBy by_of(const IdentityWork *w, const char *what, char factors[64])
{
    PatientBy by = patient_by(&w->q->who, what, factors);
    by.reason    = w->reason;
    return by;
}

/* ---- traits ---- */

static bool change_work(Db *db, void *work, Err *err)
{
    IdentityWork *w = work;
    char          factors[64];
    PatientBy     by = by_of(w, "PUT /api/patients/{id}", factors);
    return identity_change(db, w->q->house->acts, w->id, w->version, &w->draft, w->oids, &by, &w->patient, err);
}

bool patient_change(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    IdentityWork *w     = work_begin(q, body, err);
    if (!w || !patient_draft_from_json(body, &w->draft, err) || !json_need_int(body, "version", 1, INT64_MAX, &w->version, err))
        return false;
    w->draft.ins_value = w->draft.ins_oid = SLICE_NONE; /* a number is received, never typed into an identity */
    return db_write(q->house->db, change_work, w, err) && answer_json(a, patient_json(&w->patient), err);
}

/* ---- the same person: not registered twice ---- */

static bool same_work(Db *db, void *work, Err *err)
{
    IdentityWork *w = work;
    char          factors[64];
    PatientBy     by = by_of(w, "POST /api/patients/{id}/same", factors);
    return patient_recognised(db, w->id, &w->draft, w->oids, &by, &w->patient, err);
}

bool patient_same_said(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    IdentityWork *w     = work_begin(q, body, err);
    return w && patient_draft_from_json(body, &w->draft, err) && db_write(q->house->db, same_work, w, err) &&
           answer_json(a, patient_json(&w->patient), err);
}

/* ---- a document ---- */

static bool document_work(Db *db, void *work, Err *err)
{
    IdentityWork *w = work;
    char          factors[64];
    PatientBy     by = by_of(w, "POST /api/patients/{id}/document", factors);
    return patient_document_seen(db, w->id, &w->document, &by, &w->patient, err);
}

bool patient_document(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    IdentityWork *w     = work_begin(q, body, err);
    return w && json_need_text(body, "kind", &w->document.kind, err) &&
           json_may_text(body, "holder_kind", &w->document.holder_kind, err) && json_may_bool(body, "same", &w->document.same, err) &&
           db_write(q->house->db, document_work, w, err) && answer_json(a, patient_json(&w->patient), err);
}

/* ---- attributes ---- */

static bool attribute_bits(const json_t *body, const char *key, unsigned *ret, Err *err)
{
    static const struct {
        const char *name;
        unsigned    bit;
    } NAMES[] = { { "HOMO", PATIENT_HOMO }, { "DOUT", PATIENT_DOUT }, { "FICT", PATIENT_FICT } };
    json_t *list = NULL, *one;
    size_t  i;
    if (!json_may_array(body, key, 3, &list, err))
        return false;
    json_array_foreach (list, i, one) {
        unsigned bit = 0;
        for (size_t n = 0; n < COUNT(NAMES); n++)
            if (json_is_string(one) && strcmp(json_string_value(one), NAMES[n].name) == 0)
                bit = NAMES[n].bit;
        if (!bit)
            return err_set(err, ERR_INPUT, "This attribute of an identity is not known.", "%s", key);
        *ret |= bit;
    }
    return true;
}

static bool attributes_work(Db *db, void *work, Err *err)
{
    IdentityWork *w = work;
    char          factors[64];
    PatientBy     by = by_of(w, "POST /api/patients/{id}/attributes", factors);
    return identity_mark(db, w->q->house->acts, who_roles(&w->q->who), w->id, w->add, w->drop, &by, &w->patient, err);
}

bool patient_attributes(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    IdentityWork *w     = work_begin(q, body, err);
    return w && attribute_bits(body, "add", &w->add, err) && attribute_bits(body, "drop", &w->drop, err) &&
           db_write(q->house->db, attributes_work, w, err) && answer_json(a, patient_json(&w->patient), err);
}

/* ---- the INS, as the reference system of our domain has it ---- */

/* In a demonstration the secretary plays that system. */
static bool domain_declared(const Request *q)
{
    return config_text(q->house->config, "ins-domain")[0] || strcmp(config_text(q->house->config, "mode"), "demonstration") == 0;
}

static bool ins_work(Db *db, void *work, Err *err)
{
    IdentityWork *w = work;
    char          factors[64];
    PatientBy     by = by_of(w, "POST /api/patients/{id}/ins", factors);
    return patient_ins_received(db, w->id, &w->draft, w->oids, &by, &w->patient, w->differences, &w->difference_count, err);
}

bool patient_ins_in(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    IdentityWork *w     = work_begin(q, body, err);
    if (!w)
        return false;
    if (!(who_roles(&q->who) & ROLE_SECRETARY))
        return err_set(err, ERR_DENIED, "Only the secretary, who keeps the identities of the site, may do this.", "ins");
    if (!domain_declared(q))
        return err_set(err, ERR_CONFLICT, "No reference system of identities is declared on this server: an INS cannot be received.",
                       "ins-domain");
    if (!patient_draft_from_json(body, &w->draft, err))
        return false;
    if (db_write(q->house->db, ins_work, w, err))
        return answer_json(a, patient_json(&w->patient), err);
    if (w->difference_count)
        q->beside = json_pack("{s:o}", "differences", patient_differences_json(w->differences, w->difference_count));
    return false;
}

/* ---- the page of an identity ---- */

/* What this person may do here, so that the page does not offer what would be refused. */
static json_t *may_json(const Request *q, const Patient *p)
{
    bool identifies = (who_permissions(&q->who) & MAY_IDENTIFY) != 0, keeps = (who_roles(&q->who) & ROLE_SECRETARY) != 0;
    bool trusted = !(p->attributes & (PATIENT_DOUT | PATIENT_FICT));
    return json_pack("{s:b, s:b, s:b, s:b, s:b}", "change", identifies, "document", identifies && trusted, "doubt", identifies, "clear",
                     keeps, "ins", keeps && trusted && domain_declared(q));
}

bool patient_identity(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *nothing = json_object();
    IdentityWork *w        = work_begin(q, nothing, err);
    json_t       *alike = NULL;
    OWNED(json_t) *history = NULL, *seen_by = NULL;
    Patient       p;
    if (!w)
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !patient_load(db, w->id, &p, err) || !patient_versions_json(db, w->id, &history, err) ||
        !login_json(db, slice_of(p.document_by), &seen_by, err) ||
        !patient_alike_json(db, q->who.person_id, w->id, clock_now_s(), &alike, err))
        return false;
    return answer_json(a, json_pack("{s:o, s:O, s:O, s:o, s:o}", "patient", patient_json(&p), "document_by", seen_by, "history", history,
                                    "alike", alike, "may", may_json(q, &p)),
                       err);
}
