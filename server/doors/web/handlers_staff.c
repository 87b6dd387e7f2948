/*
 * Files of people: one's own, those of an organisation; items, their evidence, warnings. S5, O5, L1, L11, L13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/archive/ingest.h"
#include "clinic/staff/staff_documents.h"
#include "clinic/workflow/partners.h"
#include "doors/web/handlers_staff.h"
#include "guard/access/people.h"
#include "platform/clock.h"

static bool file_of(Request *q, HttpResponse *a, int64_t person_id, Err *err)
{
    OWNED(Db) *db        = db_read(q->house->db, err);
    unsigned roles       = 0;
    json_t  *file        = NULL, *warnings = NULL;
    staff_traced(q, "person", person_id, "");
    if (!db || !staff_roles_for(db, q, person_id, &roles, err) || !staff_may_open(roles, err) ||
        !staff_file_json(db, person_id, (StaffReader) { roles, q->lang }, clock_now_ms(), &file, err))
        return false;
    if (roles & STAFF_SELF && (!staff_warnings_json(db, person_id, &warnings, err) || !json_put(file, "warnings", warnings))) {
        json_decref(file);
        return false;
    }
    return answer_json(a, file, err);
}

bool staff_me(Request *q, HttpResponse *a, Err *err)
{
    return file_of(q, a, q->who.person_id, err);
}

bool staff_person(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    return param_id(q, 0, &id, err) && file_of(q, a, id, err);
}

bool staff_people(Request *q, HttpResponse *a, Err *err)
{
    int64_t  organisation_id = 0;
    bool     partner         = false;
    json_t  *list            = NULL;
    OWNED(Db) *db            = db_read(q->house->db, err);
    if (!db || !staff_organisation(q, &organisation_id, err))
        return false;
    unsigned roles = who_roles_in(&q->who, organisation_id) & STAFF_PROFESSIONAL;
    if (!roles && who_roles(&q->who) & ROLE_IMAGER && !convention_partner(db, q->who.person_id, organisation_id, &partner, err))
        return false;
    StaffReader reader = { partner ? ROLE_IMAGER : roles, q->lang };
    if (!staff_may_open(reader.roles, err) ||
        !staff_people_json(db, organisation_id, reader, partner ? ROLE_TECHNOLOGIST : 0, clock_now_ms(), &list, err))
        return false;
    return answer_json(a, json_pack("{s:I, s:o}", "organisation_id", (json_int_t)organisation_id, "people", list), err);
}

/* Everybody's state at once: for who answers for them alone. */
bool staff_skills(Request *q, HttpResponse *a, Err *err)
{
    int64_t organisation_id = 0;
    json_t *json            = NULL;
    OWNED(Db) *db           = db_read(q->house->db, err);
    if (!db || !staff_organisation(q, &organisation_id, err))
        return false;
    staff_traced(q, "organisation", organisation_id, "skills");
    if (!(who_roles_in(&q->who, organisation_id) & STAFF_ANSWERS))
        return err_set(err, ERR_DENIED, "The skills of a team are seen by who answers for it: its responsible and its quality officer.", "skills of organisation %" PRId64, organisation_id);
    return staff_skills_json(db, organisation_id, clock_now_ms(), &json, err) && answer_json(a, json, err);
}

/* What a file may hold and which rules are in force: the same table the server decides by. */
bool staff_rules(Request *q, HttpResponse *a, Err *err)
{
    return answer_json(a, json_pack("{s:o, s:o}", "kinds", staff_kinds_json(q->lang), "rules", staff_rules_json(q->lang)), err);
}

/* ---- items ---- */

typedef struct ItemWork {
    const json_t *body;
    int64_t       person_id, id;
    Slice         text;
    StaffItem     item;
} ItemWork;

/* A check of knowledge is about a protocol that the technologist works by. */
static bool protocol_fits(Db *db, const StaffItem *item, Err *err)
{
    StaffProcedure p;
    Membership     memberships[WHO_MEMBERSHIPS_MAX];
    size_t         count = 0;
    if (!(item->kind->needs & ITEM_NEEDS_PROTOCOL) || !item->procedure_id)
        return true;
    if (!procedure_load(db, item->procedure_id, &p, err) || !memberships_load(db, item->subject_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (memberships[i].organisation_id == p.organisation_id && memberships[i].roles & p.roles && strcmp(p.kind, "protocol") == 0)
            return true;
    return err_set(err, ERR_INPUT, "This is not a protocol that the person works by.", "procedure %" PRId64, p.id);
}

static bool roles_of(Db *db, int64_t person_id, unsigned *ret, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    *ret = 0;
    for (size_t i = 0; i < count; i++)
        *ret |= memberships[i].roles;
    return true;
}

static bool add_run(Db *db, Request *q, void *with, Err *err)
{
    ItemWork *w     = with;
    unsigned  roles = 0;
    int64_t   today = 0;
    char      factors[64];
    if (!staff_roles_for(db, q, w->person_id, &roles, err) || !staff_item_read(db, q, w->body, OF_PERSON, &w->item, err) ||
        !staff_today_of_person(db, w->person_id, clock_now_ms(), &today, err))
        return false;
    w->item.subject_id = w->person_id;
    StaffBy by         = staff_by(q, roles, factors);
    if (!roles_of(db, w->person_id, &w->item.subject_roles, err) || !staff_item_add(db, &w->item, "", today, &by, err) || !protocol_fits(db, &w->item, err)) /* refused: nothing of it stays */
        return false;
    staff_traced(q, "person", w->person_id, w->item.kind->code);
    return true;
}

bool staff_item_new(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    ItemWork w          = { .body = body };
    if (!body || !param_id(q, 0, &w.person_id, err))
        return false;
    staff_traced(q, "person", w.person_id, "");
    return staff_write(q, add_run, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.item.id), err);
}

/* Roles that count for the subject of an item, whatever it is. */
static bool roles_for_item(Db *db, Request *q, const StaffItem *item, unsigned *ret, Err *err)
{
    StaffRoom      room = { 0 };
    StaffEquipment e    = { 0 };
    staff_traced(q, "item", item->id, item->kind->code);
    switch (item->kind->subject) {
    case OF_PERSON:
        return staff_roles_for(db, q, item->subject_id, ret, err);
    case OF_ROOM:
        if (!staff_room_load(db, item->subject_id, &room, err))
            return false;
        break;
    default:
        if (!equipment_load(db, item->subject_id, &e, err))
            return false;
    }
    return staff_roles_in(q, room.id ? room.organisation_id : e.organisation_id, ret, err);
}

static bool verify_run(Db *db, Request *q, void *with, Err *err)
{
    ItemWork *w     = with;
    unsigned  roles = 0;
    char      factors[64];
    if (!staff_item_load(db, w->id, &w->item, err) || !roles_for_item(db, q, &w->item, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return staff_item_verify(db, &w->item, &by, err);
}

static bool withdraw_run(Db *db, Request *q, void *with, Err *err)
{
    ItemWork *w     = with;
    unsigned  roles = 0;
    char      factors[64];
    if (!staff_item_load(db, w->id, &w->item, err) || !roles_for_item(db, q, &w->item, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return staff_item_withdraw(db, &w->item, &by, w->text, err);
}

static bool follow_run(Db *db, Request *q, void *with, Err *err)
{
    ItemWork *w     = with;
    unsigned  roles = 0;
    char      factors[64];
    if (!staff_item_load(db, w->id, &w->item, err) || !roles_for_item(db, q, &w->item, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return staff_item_follow_up(db, &w->item, &by, w->text, err);
}

static bool item_step(Request *q, HttpResponse *a, StaffRun *run, const char *key, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    ItemWork w          = { 0 };
    if (!body || !param_id(q, 0, &w.id, err) || (key && !json_need_text(body, key, &w.text, err)))
        return false;
    staff_traced(q, "item", w.id, "");
    return staff_write(q, run, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

bool staff_item_confirm(Request *q, HttpResponse *a, Err *err)
{
    return item_step(q, a, verify_run, NULL, err);
}

bool staff_item_take_back(Request *q, HttpResponse *a, Err *err)
{
    return item_step(q, a, withdraw_run, "reason", err);
}

bool staff_item_after(Request *q, HttpResponse *a, Err *err)
{
    return item_step(q, a, follow_run, "text", err);
}

/* ---- the statement of ethics ---- */

typedef struct EthicsWork {
    const json_t *body;
    char          digest[65];
    StaffProof    proof;
    StaffItem     item;
} EthicsWork;

static bool ethics_run(Db *db, Request *q, void *with, Err *err)
{
    enum { VALID_DAYS = 3 * 365 };
    EthicsWork *w     = with;
    int64_t     today = 0;
    Slice       digest = SLICE_NONE;
    char        factors[64], shown[48];
    if (!json_need_text(w->body, "sha256", &digest, err) || !staff_today_of_person(db, q->who.person_id, clock_now_ms(), &today, err))
        return false;
    if (!slice_equal_text(digest, w->digest))
        return err_set(err, ERR_CONFLICT, "The text has changed meanwhile: read it again.", "statement of ethics");
    if (!staff_prove(db, q, w->body, &w->proof, err))
        return false;
    w->item = (StaffItem) { .kind = staff_kind(SLICE("ethics")), .subject_id = q->who.person_id };
    staff_day_text(today, w->item.from);
    staff_day_text(today + VALID_DAYS, w->item.until);
    slice_copy(slice_of(STAFF_ETHICS_VERSION), w->item.number, sizeof w->item.number);
    (void)snprintf(w->item.note, sizeof w->item.note, "SHA-256 %s", w->digest);
    StaffBy by = staff_by(q, (unsigned)STAFF_SELF, factors);
    (void)snprintf(shown, sizeof shown, "%.24s, %.15s", by.factors, w->proof.kind);
    by.factors = shown;
    by.proved  = true;
    return staff_item_add(db, &w->item, "", today, &by, err);
}

bool staff_ethics(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    EthicsWork w        = { .body = body, .proof = { .purpose = "sign-ethics", .id = q->who.person_id } };
    w.proof.digest      = w.digest;
    staff_traced(q, "person", q->who.person_id, "ethics");
    if (!body || !staff_ethics_digest(w.digest, err))
        return false;
    return staff_proved(q, &w.proof, staff_write(q, ethics_run, &w, err)) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.item.id), err);
}

/* ---- warnings ---- */

static bool seen_run(Db *db, Request *q, void *with, Err *err)
{
    const int64_t *id = with;
    staff_traced(q, "warning", *id, "");
    return staff_warning_seen(db, *id, q->who.person_id, err);
}

bool staff_warning_aside(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    return param_id(q, 0, &id, err) && staff_write(q, seen_run, &id, err) && answer_json(a, json_object(), err);
}

/* ---- evidence ---- */

static bool document_run(Db *db, Request *q, void *with, Err *err)
{
    StaffDocument *d = with;
    if (!staff_document_add(db, d, err))
        return false;
    staff_traced(q, "document", d->id, d->media_type);
    return true;
}

bool staff_document_new(Request *q, HttpResponse *a, Err *err)
{
    StaffDocument d;
    if (!staff_document_keep(archive_blobs(q->house->archive), q->body, slice_of(http_query(q->http, "name")), q->who.person_id, &d, err))
        return false;
    if (!staff_write(q, document_run, &d, err)) {
        (void)blob_remove(archive_blobs(q->house->archive), d.blob, NULL);
        return false;
    }
    return answer_json(a, json_pack("{s:I, s:s, s:s, s:s, s:I}", "id", (json_int_t)d.id, "name", d.name, "media_type", d.media_type, "sha256",
                                    d.sha256, "bytes", (json_int_t)d.bytes),
                       err);
}

/* One place where it stands is enough. */
static bool may_read_use(Db *db, Request *q, const DocumentUse *use, bool *ret, Err *err)
{
    unsigned       roles = 0;
    StaffRoom      room  = { 0 };
    StaffEquipment e     = { 0 };
    *ret                 = false;
    if (use->person_id && !staff_roles_for(db, q, use->person_id, &roles, err))
        return false;
    if (use->person_id) {
        *ret = roles & STAFF_SELF || (use->kind && use->kind->see & roles);
        return true;
    }
    if ((use->room_id && !staff_room_load(db, use->room_id, &room, err)) || (use->equipment_id && !equipment_load(db, use->equipment_id, &e, err)))
        return false;
    int64_t organisation_id = use->organisation_id ? use->organisation_id : room.id ? room.organisation_id : e.organisation_id;
    *ret                    = (who_roles_in(&q->who, organisation_id) & STAFF_PROFESSIONAL) != 0 &&
           (use->organisation_id || who_permissions(&q->who) & MAY_REGISTER);
    return true;
}

static bool may_read_document(Db *db, Request *q, const StaffDocument *d, Err *err)
{
    DocumentUse uses[64];
    size_t      count = 0;
    bool        may   = d->uploaded_by == q->who.person_id;
    if (!may && !staff_document_uses(db, d->id, uses, COUNT(uses), &count, err))
        return false;
    for (size_t i = 0; i < count && !may; i++)
        if (!may_read_use(db, q, &uses[i], &may, err))
            return false;
    return may || err_set(err, ERR_DENIED, "This document is not for your role.", "document %" PRId64, d->id);
}

bool staff_document(Request *q, HttpResponse *a, Err *err)
{
    StaffDocument d;
    int64_t       id;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    staff_traced(q, "document", id, "");
    if (!staff_document_load(db, id, &d, err) || !may_read_document(db, q, &d, err))
        return false;
    OWNED(Blob) *blob = blob_open(archive_blobs(q->house->archive), d.blob, err);
    char *type        = arena_alloc(q->arena, sizeof d.media_type);
    if (!blob || !type)
        return false;
    memcpy(type, d.media_type, sizeof d.media_type);
    http_set_header(a, "Content-Disposition", "attachment"); /* never opened as a page of ours */
    return answer_text(a, type, blob_bytes(blob), err);
}
