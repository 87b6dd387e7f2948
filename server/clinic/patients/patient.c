/*
 * The acts on an identity: create, change, check with a document, confirm or refuse by the INS service. E15.
 *
 * Each does, in the caller's transaction: load, apply the rules, save, remember what changed, write the
 * trace.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient.h"

#include <stdio.h>

#include "clinic/patients/patient_internal.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

PatientBy patient_by(const Who *who, const char *what, char factors[64])
{
    return (PatientBy) { .person_id = who->person_id,
                         .actor     = who->login,
                         .factors   = who_factors_text(who, factors, 64),
                         .origin    = who->address,
                         .what      = what };
}

static bool trace(Db *db, AuditEvent event, const Patient *p, const char *detail, const PatientBy *by,
                  Err *err)
{
    char object[32];
    snprintf(object, sizeof object, "patient/%lld", (long long)p->id);
    return audit_add(db,
                     &(AuditLine) { .event           = event,
                                    .outcome         = AUDIT_OK,
                                    .person_id       = by->person_id,
                                    .organisation_id = p->organisation_id,
                                    .patient_id      = p->id,
                                    .actor           = by->actor,
                                    .factors         = by->factors,
                                    .origin          = by->origin,
                                    .what            = by->what,
                                    .object          = object,
                                    .detail          = detail },
                     err);
}

/* Save what 'after' says, remember and trace it; nothing at all when nothing changed. */
static bool change(Db *db, const Patient *before, Patient *after, const PatientDraft *draft, const char *what,
                   const PatientBy *by, Patient *ret, Err *err)
{
    if (!patient_save(db, after, err) || !patient_remember(db, before, after, draft, what, by, err) ||
        !trace(db, AUDIT_CHANGE, after, what, by, err))
        return false;
    *ret = *after;
    return true;
}

static bool ins_is_free(Db *db, const Patient *p, PatientHomonyms *ret_holder, Err *err)
{
    Patient holder;
    bool    found = false;
    if (!p->ins_value[0])
        return true;
    if (!patient_by_ins(db, slice_of(p->ins_value), slice_of(p->ins_oid), &holder, &found, err))
        return false;
    if (!found || holder.id == p->id)
        return true;
    if (ret_holder) {
        ret_holder->count       = 1;
        ret_holder->patients[0] = holder;
    }
    return err_set(err, ERR_CONFLICT, "Another patient holds this INS number.", "patient %lld",
                   (long long)holder.id);
}

/* Those who look alike are marked, so that both show it at selection. */
static bool mark_homonyms(Db *db, const PatientHomonyms *alike, const PatientBy *by, Err *err)
{
    for (size_t i = 0; i < alike->count; i++) {
        Patient after = alike->patients[i], saved;
        after.attributes |= PATIENT_HOMO;
        if (after.attributes != alike->patients[i].attributes &&
            !change(db, &alike->patients[i], &after, NULL, "homonym", by, &saved, err))
            return false;
    }
    return true;
}

bool patient_create(Db *db, const PatientDraft *draft, InsOids oids, const PatientBy *by, Patient *ret,
                    PatientHomonyms *ret_homonyms, Err *err)
{
    Patient          p     = { .organisation_id = draft->organisation_id, .created_at_s = clock_now_s() };
    PatientHomonyms  own   = { 0 };
    PatientHomonyms *alike = ret_homonyms ? ret_homonyms : &own;
    alike->count           = 0;
    if (!draft_apply(&p, draft, oids, p.created_at_s, err) || !strict_traits_complete(&p, err))
        return false;
    if (draft->organisation_id <= 0)
        return err_set(err, ERR_INPUT, "Say which organisation registers the patient.", "organisation_id");
    status_settle(&p);
    if (!ins_is_free(db, &p, alike, err) || !patient_lookalikes(db, &p, alike, err))
        return false;
    if (alike->count && !draft->confirm_new)
        return err_set(err, ERR_CONFLICT, "A patient who looks alike is already registered.", "%zu alike",
                       alike->count);
    if (alike->count)
        p.attributes |= PATIENT_HOMO;
    if (!mark_homonyms(db, alike, by, err) || !patient_insert(db, &p, err) ||
        !patient_remember(db, NULL, &p, draft, "create", by, err) ||
        !trace(db, AUDIT_CREATE, &p, "", by, err))
        return false;
    *ret = p;
    return true;
}

bool patient_update(Db *db, int64_t id, int64_t version, const PatientDraft *draft, InsOids oids,
                    const PatientBy *by, Patient *ret, Err *err)
{
    Patient before, after;
    if (!patient_load(db, id, &before, err))
        return false;
    if (before.version != version)
        return err_set(err, ERR_CONFLICT, "Somebody else changed this patient in between.",
                       "version %lld, not %lld", (long long)before.version, (long long)version);
    after = before;
    if (!draft_apply(&after, draft, oids, clock_now_s(), err) || !strict_traits_complete(&after, err))
        return false;
    if (!strict_traits_equal(&before, &after) && !(draft->ins_value.len && draft->ins_from != INS_BY_HAND)) {
        after.ins_value[0] = after.ins_oid[0] = 0;
        after.ins_retrieved                   = false;
        if (!draft->document.len)
            after.document[0] = 0; /* the document that was seen said something else */
    }
    status_settle(&after);
    return ins_is_free(db, &after, NULL, err) && change(db, &before, &after, draft, "update", by, ret, err);
}

bool patient_document_checked(Db *db, int64_t id, const char *document, const PatientBy *by, Patient *ret,
                              Err *err)
{
    Patient before, after;
    Slice   kind = slice_of(document);
    if (!document_check(kind, err) || !patient_load(db, id, &before, err))
        return false;
    after = before;
    /* A wristband seen later takes nothing from the passport seen before. */
    if (patient_document_is_high_trust(kind) || !patient_document_is_high_trust(slice_of(before.document)))
        slice_copy(kind, after.document, sizeof after.document);
    if (after.attributes & (PATIENT_DOUT | PATIENT_FICT)) {
        *ret = before; /* stays provisional: the attribute goes first */
        return trace(db, AUDIT_CHANGE, &before, "document seen, identity doubtful or fictive", by, err);
    }
    status_settle(&after);
    return change(db, &before, &after, NULL, "document", by, ret, err);
}

bool patient_ins_confirmed(Db *db, int64_t id, Slice value, Slice oid, InsOids oids, const PatientBy *by,
                           Patient *ret, Err *err)
{
    Patient before, after;
    if (!patient_load(db, id, &before, err) || !ins_check(value, oid, oids, err))
        return false;
    if (before.attributes & (PATIENT_DOUT | PATIENT_FICT))
        return err_set(err, ERR_CONFLICT, "A doubtful or fictive identity cannot hold an INS number.",
                       "patient %lld", (long long)id);
    after               = before;
    after.ins_retrieved = true;
    slice_copy(value, after.ins_value, sizeof after.ins_value);
    slice_copy(oid, after.ins_oid, sizeof after.ins_oid);
    status_settle(&after);
    return ins_is_free(db, &after, NULL, err) &&
           change(db, &before, &after, NULL, "ins-confirmed", by, ret, err);
}

bool patient_ins_refused(Db *db, int64_t id, const PatientBy *by, Patient *ret, Err *err)
{
    Patient before, after;
    if (!patient_load(db, id, &before, err))
        return false;
    after              = before;
    after.ins_value[0] = after.ins_oid[0] = 0;
    after.ins_retrieved                   = false;
    status_settle(&after);
    return change(db, &before, &after, NULL, "ins-refused", by, ret, err);
}

bool patient_set_attributes(Db *db, int64_t id, unsigned attributes, const PatientBy *by, Patient *ret,
                            Err *err)
{
    Patient before, after;
    if (attributes & ~(unsigned)(PATIENT_HOMO | PATIENT_DOUT | PATIENT_FICT))
        return err_set(err, ERR_INPUT, "This attribute of an identity is not known.", "attributes %#x",
                       attributes);
    if (!patient_load(db, id, &before, err))
        return false;
    after            = before;
    after.attributes = attributes;
    status_settle(&after);
    return change(db, &before, &after, NULL, "attributes", by, ret, err);
}
