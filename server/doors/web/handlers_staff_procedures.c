/*
 * Procedures and protocols: published, read, signed in their version in force. O6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/partners.h"
#include "doors/web/handlers_staff.h"
#include "platform/clock.h"

/* Roles in the organisation; none, and *ret_partner, for an imager who works under a convention with it: protocols only. */
static bool reader_in(Db *db, const Request *q, int64_t organisation_id, unsigned *ret_roles, bool *ret_partner, Err *err)
{
    *ret_partner = false;
    *ret_roles   = who_roles_in(&q->who, organisation_id) & STAFF_PROFESSIONAL;
    if (*ret_roles)
        return true;
    if (who_roles(&q->who) & ROLE_IMAGER && !convention_partner(db, q->who.person_id, organisation_id, ret_partner, err))
        return false;
    return *ret_partner || staff_roles_in(q, organisation_id, ret_roles, err);
}

bool staff_procedures(Request *q, HttpResponse *a, Err *err)
{
    int64_t  organisation_id = 0, today = 0;
    unsigned roles           = 0;
    bool     partner         = false;
    json_t  *list            = NULL;
    OWNED(Db) *db            = db_read(q->house->db, err);
    if (!db || !staff_organisation(q, &organisation_id, err) || !reader_in(db, q, organisation_id, &roles, &partner, err) ||
        !staff_today(db, organisation_id, clock_now_ms(), &today, err) ||
        !procedures_json(db, organisation_id, q->who.person_id, roles, roles & STAFF_ANSWERS, today, &list, err))
        return false;
    for (size_t i = json_array_size(list); partner && i-- > 0;)
        if (strcmp(json_string_value(json_object_get(json_array_get(list, i), "kind")), "protocol") != 0)
            (void)json_array_remove(list, i);
    return answer_json(a, json_pack("{s:I, s:o}", "organisation_id", (json_int_t)organisation_id, "procedures", list), err);
}

bool staff_procedure(Request *q, HttpResponse *a, Err *err)
{
    StaffProcedure p;
    int64_t        id, today = 0;
    unsigned       roles     = 0;
    bool           partner   = false;
    json_t        *json      = NULL;
    OWNED(Db) *db            = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    staff_traced(q, "procedure", id, "");
    if (!procedure_load(db, id, &p, err) || !reader_in(db, q, p.organisation_id, &roles, &partner, err))
        return false;
    if (partner && strcmp(p.kind, "protocol") != 0)
        return err_set(err, ERR_DENIED, "You do not belong to this organisation.", "a procedure of a partner");
    return staff_today(db, p.organisation_id, clock_now_ms(), &today, err) &&
           procedure_json(db, &p, q->who.person_id, roles, roles & STAFF_ANSWERS, today, &json, err) && answer_json(a, json, err);
}

typedef struct ProcedureWork {
    const json_t    *body;
    int64_t          id;
    StaffProcedure   procedure;
    ProcedureVersion version;
    StaffProof       proof;
} ProcedureWork;

static bool add_run(Db *db, Request *q, void *with, Err *err)
{
    ProcedureWork *w     = with;
    unsigned       roles = 0;
    char           factors[64];
    if (!staff_roles_in(q, w->procedure.organisation_id, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    if (!procedure_add(db, &w->procedure, &by, &w->id, err))
        return false;
    staff_traced(q, "procedure", w->id, w->procedure.kind);
    return true;
}

static bool procedure_read(const json_t *body, StaffProcedure *p, Err *err)
{
    json_t *roles = NULL;
    if (!json_need_int(body, "organisation_id", 1, INT64_MAX, &p->organisation_id, err) ||
        !json_need_copy(body, "kind", p->kind, sizeof p->kind, err) || !json_need_copy(body, "code", p->code, sizeof p->code, err) ||
        !json_need_copy(body, "title", p->title, sizeof p->title, err) || !json_may_copy(body, "modality", p->modality, sizeof p->modality, err) ||
        !json_need_array(body, "roles", ROLE_COUNT, &roles, err))
        return false;
    for (size_t i = 0; i < json_array_size(roles); i++) {
        unsigned role = role_from_name(slice_of(json_string_value(json_array_get(roles, i))));
        if (!role)
            return err_set(err, ERR_INPUT, "There is no such role.", "role %zu", i);
        p->roles |= role;
    }
    return true;
}

bool staff_procedure_new(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    ProcedureWork w     = { .body = body };
    return body && procedure_read(body, &w.procedure, err) && staff_write(q, add_run, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool publish_run(Db *db, Request *q, void *with, Err *err)
{
    ProcedureWork *w     = with;
    unsigned       roles = 0;
    char           factors[64];
    if (!procedure_load(db, w->id, &w->procedure, err) || !staff_roles_in(q, w->procedure.organisation_id, &roles, err) ||
        !json_need_text(w->body, "text", &w->version.text, err) ||
        !json_need_copy(w->body, "in_force_from", w->version.from, sizeof w->version.from, err) ||
        !json_may_int(w->body, "document_id", 1, INT64_MAX, &w->version.document_id, err) ||
        !staff_own_document(db, q, w->version.document_id, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return procedure_publish(db, &w->procedure, &w->version, &by, err);
}

bool staff_procedure_publish(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    ProcedureWork w     = { .body = body };
    if (!body || !param_id(q, 0, &w.id, err))
        return false;
    staff_traced(q, "procedure", w.id, "version");
    return staff_write(q, publish_run, &w, err) &&
           answer_json(a, json_pack("{s:I, s:s}", "version", (json_int_t)w.version.version, "sha256", w.version.sha256), err);
}

static bool end_run(Db *db, Request *q, void *with, Err *err)
{
    ProcedureWork *w     = with;
    unsigned       roles = 0;
    char           factors[64];
    if (!procedure_load(db, w->id, &w->procedure, err) || !staff_roles_in(q, w->procedure.organisation_id, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return procedure_end(db, &w->procedure, &by, err);
}

bool staff_procedure_end(Request *q, HttpResponse *a, Err *err)
{
    ProcedureWork w = { 0 };
    if (!param_id(q, 0, &w.id, err))
        return false;
    staff_traced(q, "procedure", w.id, "ended");
    return staff_write(q, end_run, &w, err) && answer_json(a, json_object(), err);
}

/* What was read is what is signed: the version and digest of the body are those in force. */
static bool accept_run(Db *db, Request *q, void *with, Err *err)
{
    ProcedureWork *w     = with;
    unsigned       roles = 0;
    int64_t        version = 0, today = 0;
    Slice          digest = SLICE_NONE;
    char           factors[64];
    if (!procedure_load(db, w->id, &w->procedure, err) || !staff_roles_in(q, w->procedure.organisation_id, &roles, err) ||
        !staff_today(db, w->procedure.organisation_id, clock_now_ms(), &today, err) ||
        !json_need_int(w->body, "version", 1, INT64_MAX, &version, err) || !json_need_text(w->body, "sha256", &digest, err) ||
        !procedure_in_force(db, w->id, today, &w->version, err))
        return false;
    if (version != w->version.version || !slice_equal_text(digest, w->version.sha256))
        return err_set(err, ERR_CONFLICT, "Another version is in force: read it before you sign.", "version %d", (int)version);
    w->proof.id     = w->version.id;
    w->proof.digest = w->version.sha256;
    if (!staff_prove(db, q, w->body, &w->proof, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return procedure_accept(db, &w->version, &by, w->proof.kind, err);
}

bool staff_procedure_sign(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    ProcedureWork w     = { .body = body, .proof = { .purpose = "accept-procedure" } };
    if (!body || !param_id(q, 0, &w.id, err))
        return false;
    staff_traced(q, "procedure", w.id, "signed");
    return staff_proved(q, &w.proof, staff_write(q, accept_run, &w, err)) &&
           answer_json(a, json_pack("{s:I}", "version", (json_int_t)w.version.version), err);
}
