/*
 * What the files and the register ask of one person.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_todo.h"

#include <inttypes.h>

#include "clinic/staff/staff_fit.h"
#include "clinic/staff/staff_meetings.h"
#include "formats/json/json_util.h"

enum { LISTED_MAX = 60 }; /* of a register; more is looked at there */

typedef struct Asking {
    const Who *who;
    Lang       lang;
    int64_t    at_ms;
    json_t    *into;
} Asking;

static bool put(const Asking *a, const char *kind, int64_t id, int64_t count, const char *about, const char *text, const char *until)
{
    return json_push(a->into, json_pack("{s:s, s:I, s:I, s:o, s:o, s:o}", "kind", kind, "id", (json_int_t)id, "count", (json_int_t)count, "about",
                                        json_cstr(about), "text", json_cstr(text), "until", json_cstr(until)));
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* ---- one's own file ---- */

static bool blocked(const Asking *a, const json_t *part)
{
    size_t        i;
    int64_t       reasons = 0;
    const char   *first   = NULL;
    const json_t *one;
    json_array_foreach (json_object_get(part, "blocking"), i, one) {
        const char *code = text_of(one, "code");
        if (code && strcmp(code, "staff-procedures") == 0) {
            if (!put(a, "procedures-sign", json_integer_value(json_object_get(part, "organisation_id")), json_integer_value(json_object_get(one, "count")),
                     text_of(part, "role"), NULL, NULL))
                return false;
            continue;
        }
        first = first ? first : text_of(one, "text");
        reasons++;
    }
    return !reasons || put(a, "file-blocked", json_integer_value(json_object_get(part, "organisation_id")), reasons, text_of(part, "role"), first, NULL);
}

static bool own_file(Db *db, const Asking *a, Err *err)
{
    json_t       *file = NULL;
    const json_t *part;
    size_t        i;
    bool          ok = staff_file_json(db, a->who->person_id, (StaffReader) { (unsigned)STAFF_SELF | who_roles(a->who), a->lang }, a->at_ms, &file, err);
    json_array_foreach (json_object_get(file, "parts"), i, part)
        ok = ok && blocked(a, part);
    json_decref(file);
    return ok;
}

static bool warnings(Db *db, const Asking *a, Err *err)
{
    OWNED(json_t) *list = NULL;
    const json_t *one;
    size_t        i;
    if (!staff_warnings_json(db, a->who->person_id, &list, err))
        return false;
    json_array_foreach (list, i, one) {
        const char      *kind = text_of(one, "kind");
        const StaffKind *of   = staff_kind(slice_of(kind));
        int64_t          id   = json_integer_value(json_object_get(one, "person_id"));
        if (of && !put(a, "file-ends", id, json_integer_value(json_object_get(one, "days")), id == a->who->person_id ? NULL : text_of(one, "about"),
                       text_in(a->lang, of->label), text_of(one, "valid_until")))
            return false;
    }
    return true;
}

/* ---- the people of one's organisations ---- */

/* Kinds that these roles verify; their own papers are for somebody else. */
static bool to_verify(Db *db, const Asking *a, const Membership *m, Err *err)
{
    int64_t waiting   = 0;
    DbStep  step      = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT staff_item.kind, count(*) FROM membership JOIN staff_item ON staff_item.person_id = membership.person_id"
                                     " WHERE membership.organisation_id = ?1 AND staff_item.person_id <> ?2 AND staff_item.verified_at_ms IS NULL"
                                     "   AND staff_item.withdrawn_at_ms IS NULL AND (staff_item.valid_until = '' OR staff_item.valid_until >= ?3)"
                                     " GROUP BY staff_item.kind");
    char day[STAFF_DAY];
    staff_day_text(a->at_ms / 86400000, day);
    db_bind_int(q, 1, m->organisation_id);
    db_bind_int(q, 2, a->who->person_id);
    db_bind_cstr(q, 3, day);
    while ((step = db_next(q, err)) == DB_ROW) {
        const StaffKind *kind = staff_kind(db_slice(q, 0));
        if (kind && (kind->needs & ITEM_NEEDS_VERIFIED) && (kind->verify & m->roles))
            waiting += db_int(q, 1);
    }
    return step == DB_END && (!waiting || put(a, "verify", m->organisation_id, waiting, NULL, NULL, NULL));
}

static bool meetings(Db *db, const Asking *a, Err *err)
{
    DbStep step       = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, title FROM staff_meeting WHERE chair_id = ?1 AND signed_at_ms IS NULL AND held_at_ms <= ?2"
                                     " ORDER BY held_at_ms LIMIT 20");
    db_bind_int(q, 1, a->who->person_id);
    db_bind_int(q, 2, a->at_ms);
    while ((step = db_next(q, err)) == DB_ROW) {
        char title[161];
        db_text(q, 1, title, sizeof title);
        if (!put(a, "meeting-sign", db_int(q, 0), 0, NULL, title, NULL))
            return false;
    }
    return step == DB_END;
}

/* ---- the register ---- */

/* Does a person with these roles record what this line of the rules asks for? */
static bool is_kept_by(const char *code, unsigned roles)
{
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++)
        if (strcmp(STAFF_RULES[i].code, code) == 0) {
            const StaffKind *kind = staff_kind(slice_of(STAFF_RULES[i].kind));
            return kind && (kind->record & roles);
        }
    return false;
}

static bool unfit(const Asking *a, const Membership *m, const MissingList *blocking, int64_t id, const char *name)
{
    for (size_t i = 0; i < blocking->count; i++)
        if (is_kept_by(blocking->items[i].code, m->roles) &&
            !put(a, "register-unfit", id, 0, name, text_in(a->lang, blocking->items[i].text), NULL))
            return false;
    return true;
}

static bool one_equipment(Db *db, const Asking *a, const Membership *m, const StaffRoom *room, int64_t id, int64_t today, unsigned *when, Err *err)
{
    StaffEquipment e;
    MissingList    blocking = { 0 };
    if (!equipment_load(db, id, &e, err))
        return false;
    unsigned its = staff_when(slice_of(e.modality)) | (room->nuclear ? WHEN_IRRADIATING | WHEN_NUCLEAR : 0);
    if (strcmp(e.kind, "modality") == 0)
        *when |= its;
    if (!e.active)
        return true;
    if (e.stopped && (m->roles & ROLE_BIOMEDICAL) && !put(a, "equipment-stopped", e.id, 0, e.name, NULL, NULL))
        return false;
    return equipment_item_fit(db, &e, its, today, &blocking, NULL, err) && unfit(a, m, &blocking, e.id, e.name);
}

static bool one_room(Db *db, const Asking *a, const Membership *m, int64_t id, int64_t today, Err *err)
{
    StaffRoom   room;
    MissingList blocking = { 0 };
    int64_t     ids[64];
    size_t      count = 0;
    if (!staff_room_load(db, id, &room, err) || !equipment_in_room(db, id, ids, COUNT(ids), &count, err))
        return false;
    unsigned when = room.nuclear ? WHEN_IRRADIATING | WHEN_NUCLEAR : WHEN_ALWAYS;
    for (size_t i = 0; i < count; i++)
        if (!one_equipment(db, a, m, &room, ids[i], today, &when, err))
            return false;
    return room_fit(db, &room, when, today, &blocking, NULL, err) && unfit(a, m, &blocking, room.id, room.name);
}

static bool the_register(Db *db, const Asking *a, const Membership *m, Err *err)
{
    int64_t today = 0;
    DbStep  step  = DB_END;
    if (!staff_today(db, m->organisation_id, a->at_ms, &today, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM staff_room WHERE organisation_id = ?1 AND active = 1 ORDER BY name LIMIT ?2");
    db_bind_int(q, 1, m->organisation_id);
    db_bind_int(q, 2, LISTED_MAX);
    while ((step = db_next(q, err)) == DB_ROW)
        if (!one_room(db, a, m, db_int(q, 0), today, err))
            return false;
    return step == DB_END;
}

bool staff_todos_json(Db *db, const Who *who, Lang lang, int64_t at_ms, json_t **ret, Err *err)
{
    enum { KEEPERS = ROLE_BIOMEDICAL | ROLE_PHYSICIST | ROLE_PCR | ROLE_PACS_ADMIN | ROLE_PHARMACIST };
    OWNED(json_t) *list = json_array();
    Asking         a    = { who, lang, at_ms, list };
    if (!own_file(db, &a, err) || !warnings(db, &a, err) || !meetings(db, &a, err))
        return false;
    for (size_t i = 0; i < who->membership_count; i++) {
        const Membership *m = &who->memberships[i];
        if (((m->roles & (STAFF_ANSWERS | ROLE_PCR | ROLE_PHYSICIST)) && !to_verify(db, &a, m, err)) ||
            ((m->roles & KEEPERS) && !the_register(db, &a, m, err)))
            return false;
    }
    *ret = GIVE(list);
    return true;
}
