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

/* A decision is for the list that was shown: who came or changed since is looked at first. */
static bool decided(const PatientDraft *draft, const PatientHomonyms *alike, Err *err)
{
    if (!alike->count || draft->confirm_new)
        return true;
    if (draft->decision == ALIKE_NOT_SAID)
        return err_set(err, ERR_CONFLICT,
                       "Somebody who looks alike is registered already: say whether it is the same person, a homonym, or whether the "
                       "identity is doubtful.",
                       "%zu alike", alike->count);
    return slice_equal_text(draft->alike, alike->shown) ||
           err_set(err, ERR_CONFLICT, "The list of those who look alike has changed: look at it again, then decide.",
                   "another list");
}

static void document_stamp(Patient *p, const PatientDraft *draft, const PatientBy *by)
{
    if (!draft->document.len || !p->document[0])
        return;
    p->document_at_ms = clock_now_ms();
    slice_copy(slice_of(by->actor ? by->actor : ""), p->document_by, sizeof p->document_by);
}

bool patient_create(Db *db, const PatientDraft *draft, InsOids oids, const PatientBy *by, Patient *ret,
                    PatientHomonyms *ret_homonyms, Err *err)
{
    Patient          p     = { .organisation_id = draft->organisation_id, .created_at_s = clock_now_s() };
    PatientHomonyms  own   = { 0 };
    PatientHomonyms *alike = ret_homonyms ? ret_homonyms : &own;
    bool             homonym = draft->decision != ALIKE_DOUBTFUL;
    alike->count             = 0;
    if (!draft_apply(&p, draft, oids, p.created_at_s, err) || !strict_traits_complete(&p, err))
        return false;
    if (draft->organisation_id <= 0)
        return err_set(err, ERR_INPUT, "Say which organisation registers the patient.", "organisation_id");
    document_stamp(&p, draft, by);
    status_settle(&p);
    if (!ins_is_free(db, &p, alike, err) || !patient_lookalikes(db, &p, alike, err) || !decided(draft, alike, err))
        return false;
    if (alike->count && homonym)
        p.attributes |= PATIENT_HOMO;
    if ((homonym && !mark_homonyms(db, alike, by, err)) || !patient_insert(db, &p, err) ||
        !alike_remember(db, &p, alike, draft->decision, by, err) ||
        !patient_remember(db, NULL, &p, draft, "create", by, err) ||
        !trace(db, AUDIT_CREATE, &p, alike->count ? (homonym ? "homonym" : "doubtful") : "", by, err))
        return false;
    *ret = p;
    return true;
}

bool patient_recognised(Db *db, int64_t id, const PatientDraft *draft, InsOids oids, const PatientBy *by, Patient *ret,
                        Err *err)
{
    Patient p, typed = { 0 };
    if (!patient_load(db, id, &p, err) || !draft_apply(&typed, draft, oids, clock_now_s(), err))
        return false;
    if (!patients_look_alike(&p, &typed))
        return err_set(err, ERR_CONFLICT, "These two do not look alike: choose the patient in the search instead.",
                       "patient %lld", (long long)id);
    *ret = p;
    return patient_remember(db, &p, &p, draft, "recognised", by, err) &&
           trace(db, AUDIT_CHANGE, &p, "recognised: not registered a second time", by, err);
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
            after.document[0] = after.document_holder[0] = 0; /* the document that was seen said something else */
    }
    document_stamp(&after, draft, by);
    /* Corrected into somebody's likeness: both show it at selection, as after a creation. */
    PatientHomonyms alike = { 0 };
    if (!strict_traits_equal(&before, &after) && !patient_lookalikes(db, &after, &alike, err))
        return false;
    if (alike.count)
        after.attributes |= PATIENT_HOMO;
    status_settle(&after);
    return ins_is_free(db, &after, NULL, err) && mark_homonyms(db, &alike, by, err) &&
           change(db, &before, &after, draft, "update", by, ret, err);
}

static bool may_be_trusted(const Patient *p, Err *err)
{
    if (p->attributes & PATIENT_DOUT)
        return err_set(err, ERR_CONFLICT,
                       "This identity is doubtful: it stays provisional until the doubt is cleared, whatever document is seen.",
                       "patient %lld", (long long)p->id);
    if (p->attributes & PATIENT_FICT)
        return err_set(err, ERR_CONFLICT, "This identity is fictitious: it stays provisional.", "patient %lld", (long long)p->id);
    return true;
}

static void document_take(Patient *p, Slice kind, Slice holder, const PatientBy *by)
{
    slice_copy(kind, p->document, sizeof p->document);
    slice_copy(holder, p->document_holder, sizeof p->document_holder);
    p->document_at_ms = clock_now_ms();
    slice_copy(slice_of(by->actor ? by->actor : ""), p->document_by, sizeof p->document_by);
}

bool patient_document_checked(Db *db, int64_t id, const char *document, const PatientBy *by, Patient *ret,
                              Err *err)
{
    Patient before, after;
    Slice   kind = slice_of(document);
    if (!document_check(kind, err) || !patient_load(db, id, &before, err) || !may_be_trusted(&before, err))
        return false;
    after = before;
    /* A wristband seen later takes nothing from the passport seen before. */
    if (patient_document_is_high_trust(kind) || before.status == PATIENT_PROV || before.status == PATIENT_RECUP)
        document_take(&after, kind, SLICE_NONE, by);
    status_settle(&after);
    return change(db, &before, &after, NULL, "document", by, ret, err);
}

enum { MAJORITY_YEARS = 18 };

/* Which documents validate: one of high trust; a minor's certificate with one of high trust of the parent. */
static bool document_validates(const Patient *p, const DocumentSeen *seen, Err *err)
{
    if (!document_check(seen->kind, err) || (seen->holder_kind.len && !document_check(seen->holder_kind, err)))
        return false;
    if (patient_document_is_high_trust(seen->kind))
        return true;
    if (!document_is_of_minors(seen->kind))
        return err_set(err, ERR_CONFLICT,
                       "This document does not validate an identity: ask for a passport, an identity card or a residence permit.",
                       "document of low trust");
    int age = patient_age_years(p, clock_now_s());
    if (age < 0 || age >= MAJORITY_YEARS)
        return err_set(err, ERR_CONFLICT,
                       "A birth certificate or family book validates the identity of a minor alone: ask an adult for a passport, an "
                       "identity card or a residence permit.",
                       "certificate of an adult");
    return patient_document_is_high_trust(seen->holder_kind) ||
           err_set(err, ERR_CONFLICT,
                   "For a minor, the certificate or family book goes with a passport, identity card or residence permit of the "
                   "parent or guardian: say which was seen.",
                   "no document of the parent");
}

bool patient_document_seen(Db *db, int64_t id, const DocumentSeen *seen, const PatientBy *by, Patient *ret, Err *err)
{
    Patient before, after;
    if (!patient_load(db, id, &before, err) || !may_be_trusted(&before, err) || !document_validates(&before, seen, err))
        return false;
    if (!seen->same)
        return err_set(err, ERR_CONFLICT,
                       "The traits on the document are not those registered: correct them with this document, or mark the identity "
                       "as doubtful.",
                       "patient %lld", (long long)id);
    after = before;
    document_take(&after, seen->kind, document_is_of_minors(seen->kind) ? seen->holder_kind : SLICE_NONE, by);
    status_settle(&after);
    return change(db, &before, &after, NULL, "document", by, ret, err);
}

/* The traits that came with the number, against those here; the given names as one list. */
static size_t received_differences(const Patient *p, const PatientDraft *d, PatientDifference ret[PATIENT_DIFFERENCES_MAX])
{
    TraitsGiven given = { d->birth_name, d->first_given.len ? d->first_given : slice_of(p->first_given), d->birth_date, d->sex,
                          d->birth_place_code, SLICE_NONE };
    size_t count = patient_compare(p, &given, ret);
    if (d->given_names.len && !traits_same(slice_of(p->given_names), d->given_names) && count < PATIENT_DIFFERENCES_MAX) {
        ret[count] = (PatientDifference) { .trait = "given_names", .kind = "other" };
        slice_copy(slice_of(p->given_names), ret[count].expected, sizeof ret[count].expected);
        slice_copy(d->given_names, ret[count].found, sizeof ret[count].found);
        count++;
    }
    return count;
}

bool patient_ins_received(Db *db, int64_t id, const PatientDraft *received, InsOids oids, const PatientBy *by,
                          Patient *ret, struct PatientDifference *ret_differences, size_t *ret_count, Err *err)
{
    Patient           before;
    PatientDifference own[PATIENT_DIFFERENCES_MAX], *list = ret_differences ? ret_differences : own;
    if (!patient_load(db, id, &before, err) || !may_be_trusted(&before, err) ||
        !ins_check(received->ins_value, received->ins_oid, oids, err))
        return false;
    size_t count = received_differences(&before, received, list);
    if (ret_count)
        *ret_count = count;
    if (count)
        return err_set(err, ERR_CONFLICT,
                       "The traits that came with the INS are not those registered: compare them with the document of the patient, "
                       "correct them or mark the identity as doubtful.",
                       "patient %lld: %zu traits", (long long)id, count);
    return patient_ins_confirmed(db, id, received->ins_value, received->ins_oid, oids, by, ret, err);
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
