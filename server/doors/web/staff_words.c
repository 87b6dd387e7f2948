/*
 * The shared words of the staff handlers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/staff/staff_documents.h"
#include "clinic/workflow/partners.h"
#include "doors/web/handlers_staff.h"
#include "guard/access/people.h"
#include "guard/access/sign_in.h"

typedef struct StaffWork {
    Request  *q;
    StaffRun *run;
    void     *with;
} StaffWork;

static bool traced_run(Db *db, void *work, Err *err)
{
    StaffWork *w = work;
    if (!w->run(db, w->q, w->with, err))
        return false;
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

bool staff_write(Request *q, StaffRun *run, void *with, Err *err)
{
    return db_write(q->house->db, traced_run, &(StaffWork) { q, run, with }, err);
}

bool staff_roles_for(Db *db, const Request *q, int64_t person_id, unsigned *ret, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    Person     person;
    if (!person_load(db, person_id, &person, err) || !memberships_load(db, person_id, memberships, &count, err))
        return false;
    unsigned roles = person_id == q->who.person_id ? (unsigned)STAFF_SELF : 0;
    for (size_t i = 0; i < count; i++) {
        bool partner = false;
        if (memberships[i].roles == ROLE_PATIENT)
            continue;
        roles |= who_roles_in(&q->who, memberships[i].organisation_id);
        if (memberships[i].roles & ROLE_TECHNOLOGIST && who_roles(&q->who) & ROLE_IMAGER &&
            !convention_partner(db, q->who.person_id, memberships[i].organisation_id, &partner, err))
            return false;
        roles |= partner ? ROLE_IMAGER : 0;
    }
    *ret = roles;
    return true;
}

bool staff_may_open(unsigned roles, Err *err)
{
    const unsigned OPEN = STAFF_ANSWERS | ROLE_SECRETARY | ROLE_PCR | ROLE_PHYSICIST | ROLE_BIOMEDICAL | ROLE_PACS_ADMIN | ROLE_IMAGER;
    return roles & (OPEN | STAFF_SELF) ||
           err_set(err, ERR_DENIED, "This file is kept by the organisation of that person: your role there does not open it.", "roles %#x", roles);
}

bool staff_roles_in(const Request *q, int64_t organisation_id, unsigned *ret, Err *err)
{
    *ret = who_roles_in(&q->who, organisation_id) & STAFF_PROFESSIONAL;
    return *ret || err_set(err, ERR_DENIED, "You do not belong to this organisation.", "organisation %" PRId64, organisation_id);
}

bool staff_organisation(Request *q, int64_t *ret, Err *err)
{
    *ret = q->who.membership_count ? q->who.memberships[0].organisation_id : 0;
    if (!query_int(q, "organisation", 1, INT64_MAX, ret, err))
        return false;
    q->traced.organisation_id = *ret;
    return true;
}

StaffBy staff_by(Request *q, unsigned roles, char factors[64])
{
    return (StaffBy) { .person_id = q->who.person_id, .roles = roles, .factors = who_factors_text(&q->who, factors, 64) };
}

bool staff_prove(Db *db, Request *q, const json_t *body, StaffProof *p, Err *err)
{
    json_t   *proof = NULL;
    OWNED_BUF text  = buf_make(1 << 16);
    if (!json_object_get(body, "proof"))
        return err_set(err, ERR_SIGN_IN, "Confirm with your second factor.", "%s without proof", p->purpose);
    if (!json_need_object(body, "proof", &proof, err) || !json_dump_to_buf(proof, &text, err))
        return false;
    ProofWanted wanted = { .purpose = p->purpose, .act_id = p->id, .digest = p->digest };
    p->refused         = !proof_check(db, q->house->access, &q->who, &wanted, buf_slice(&text), p->kind, err);
    return !p->refused;
}

bool staff_proved(Request *q, const StaffProof *p, bool ok)
{
    Err lost = { 0 };
    if (p->refused)
        (void)proof_failed(q->house->access, &q->who, &lost);
    return ok;
}

void staff_traced(Request *q, const char *what, int64_t id, const char *detail)
{
    (void)snprintf(q->traced.object, sizeof q->traced.object, "%s %" PRId64, what, id);
    (void)slice_copy(slice_of(detail), q->traced.detail, sizeof q->traced.detail);
}

bool staff_own_document(Db *db, const Request *q, int64_t document_id, Err *err)
{
    StaffDocument d;
    if (!document_id)
        return true;
    return staff_document_load(db, document_id, &d, err) &&
           (d.uploaded_by == q->who.person_id || err_set(err, ERR_NOT_FOUND, "There is no such document.", "of another person"));
}

static bool real_of(const json_t *body, const char *key, double *ret, bool *there, Err *err)
{
    const json_t *value = json_object_get(body, key);
    if (!value || json_is_null(value))
        return true;
    if (!json_is_number(value))
        return err_set(err, ERR_INPUT, "Enter the measured values: luminance, grey scale and ambient light.", "%s", key);
    *ret   = json_number_value(value);
    *there = true;
    return true;
}

bool staff_item_read(Db *db, Request *q, const json_t *body, StaffSubject subject, StaffItem *ret, Err *err)
{
    Slice kind = SLICE_NONE;
    bool  lux  = false, other = false;
    *ret       = (StaffItem) { 0 };
    if (!json_need_text(body, "kind", &kind, err))
        return false;
    ret->kind = staff_kind(kind);
    if (!ret->kind || ret->kind->subject != subject)
        return err_set(err, ERR_INPUT, "A file of this sort holds no such item.", SLICE_FMT, SLICE_ARG(kind));
    if (!json_may_copy(body, "label", ret->label, sizeof ret->label, err) || !json_may_copy(body, "issuer", ret->issuer, sizeof ret->issuer, err) ||
        !json_may_copy(body, "number", ret->number, sizeof ret->number, err) || !json_may_copy(body, "note", ret->note, sizeof ret->note, err) ||
        !json_may_copy(body, "valid_from", ret->from, sizeof ret->from, err) ||
        !json_may_copy(body, "valid_until", ret->until, sizeof ret->until, err) ||
        !json_may_copy(body, "assessed_on", ret->assessed_on, sizeof ret->assessed_on, err) ||
        !json_may_copy(body, "result", ret->result, sizeof ret->result, err) ||
        !json_may_int(body, "document_id", 1, INT64_MAX, &ret->document_id, err) ||
        !json_may_int(body, "procedure_id", 1, INT64_MAX, &ret->procedure_id, err) ||
        !real_of(body, "luminance_max", &ret->luminance_max, &other, err) || !real_of(body, "luminance_min", &ret->luminance_min, &other, err) ||
        !real_of(body, "grey_error", &ret->grey_error, &other, err) || !real_of(body, "ambient_lux", &ret->ambient_lux, &lux, err))
        return false;
    ret->measured = lux;
    return staff_own_document(db, q, ret->document_id, err);
}
