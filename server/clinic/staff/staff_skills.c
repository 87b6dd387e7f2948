/*
 * What each person of an organisation needs, and has: registrations, insurance, trainings, procedures signed, protocols checked by an
 * imager, evaluation of practice. One table for who answers for them. L1, L11, S5, O6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/own.h"
#include "clinic/staff/staff_file.h"
#include "clinic/staff/staff_fit.h"
#include "clinic/staff/staff_procedures.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "guard/access/people.h"

enum { SKILL_PROCEDURES_MAX = 200, SKILL_PEOPLE_MAX = 500 };

typedef struct Skills {
    Db            *db;
    int64_t        organisation_id, today;
    StaffProcedure procedures[SKILL_PROCEDURES_MAX];
    int64_t        versions[SKILL_PROCEDURES_MAX]; /* number of the one in force */
    size_t         procedure_count;
    json_t        *signed_by;   /* owned: "procedure person" -> {signed_version,signed_at_ms} */
    json_t        *checkers;    /* owned: id of an item -> name */
} Skills;

static void skills_clear(Skills *s)
{
    json_decref(s->signed_by);
    json_decref(s->checkers);
}
#define OWNED_SKILLS __attribute__((cleanup(skills_clear))) Skills

/* ---- loaded once ---- */

static bool procedures_load(Skills *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(s->db, "SELECT staff_procedure.id FROM staff_procedure WHERE staff_procedure.organisation_id = ?1 AND staff_procedure.active = 1"
                                        " ORDER BY staff_procedure.kind, staff_procedure.code LIMIT ?2");
    db_bind_int(q, 1, s->organisation_id);
    db_bind_int(q, 2, SKILL_PROCEDURES_MAX);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        StaffProcedure  *p    = &s->procedures[s->procedure_count];
        ProcedureVersion v    = { 0 };
        Err              none = { 0 };
        if (step == DB_FAILED || !procedure_load(s->db, db_int(q, 0), p, err))
            return false;
        if (procedure_in_force(s->db, p->id, s->today, &v, &none))
            s->versions[s->procedure_count++] = v.version;
        else if (none.kind != ERR_CONFLICT)
            return err_set(err, none.kind, none.shown, "%s", none.detail);
    }
    return true;
}

static void key_of(char ret[48], int64_t procedure_id, int64_t person_id)
{
    (void)snprintf(ret, 48, "%" PRId64 " %" PRId64, procedure_id, person_id);
}

/* The newest version that each has signed. */
static bool signatures_load(Skills *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(s->db, "SELECT v.procedure_id, staff_acceptance.person_id, v.version, staff_acceptance.at_ms"
                                        "  FROM staff_acceptance JOIN staff_procedure_version AS v ON v.id = staff_acceptance.version_id"
                                        "  JOIN staff_procedure ON staff_procedure.id = v.procedure_id"
                                        " WHERE staff_procedure.organisation_id = ?1 AND staff_procedure.active = 1 ORDER BY v.version");
    db_bind_int(q, 1, s->organisation_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        char key[48];
        if (step == DB_FAILED)
            return false;
        key_of(key, db_int(q, 0), db_int(q, 1));
        json_put(s->signed_by, key, json_pack("{s:I, s:I}", "signed_version", (json_int_t)db_int(q, 2), "signed_at_ms", (json_int_t)db_int(q, 3)));
    }
    return true;
}

static bool checkers_load(Skills *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(s->db, "SELECT staff_item.id, person.given || ' ' || person.family FROM staff_item"
                                        "  JOIN staff_procedure ON staff_procedure.id = staff_item.procedure_id"
                                        "  JOIN person ON person.id = staff_item.recorded_by"
                                        " WHERE staff_procedure.organisation_id = ?1 AND staff_item.kind = 'knowledge' AND staff_item.withdrawn_at_ms IS NULL");
    db_bind_int(q, 1, s->organisation_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        char key[24];
        if (step == DB_FAILED)
            return false;
        (void)snprintf(key, sizeof key, "%" PRId64, db_int(q, 0));
        json_put(s->checkers, key, json_slice(db_slice(q, 1)));
    }
    return true;
}

/* ---- one person ---- */

static json_t *state_json(StaffState state, const StaffItem *best, int64_t today)
{
    int64_t until = 0;
    bool    ends  = best && staff_day(slice_of(best->until), &until);
    return json_pack("{s:s, s:s, s:o}", "state", staff_state_name(state), "until", ends ? best->until : "", "days", ends ? json_integer(until - today) : json_null());
}

/* What a rule asks of these roles, blocking or not, for every act or only those that irradiate; and what is in the file anyway. */
static json_t *cell_json(const StaffKind *kind, unsigned roles, const StaffItems *items, int64_t today)
{
    const StaffItem *best     = NULL;
    StaffState       state    = staff_best(items->at, items->count, kind, 0, today, &best);
    bool             required = false, blocks = false, always = false;
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++)
        if (STAFF_RULES[i].whom & roles && strcmp(STAFF_RULES[i].kind, kind->code) == 0) {
            required = true;
            blocks |= STAFF_RULES[i].blocks;
            always |= STAFF_RULES[i].when == WHEN_ALWAYS;
        }
    if (!required && state == ITEM_MISSING)
        return NULL;
    json_t *cell = state_json(state, best, today);
    json_put(cell, "required", json_boolean(required));
    json_put(cell, "blocks", json_boolean(blocks));
    json_put(cell, "irradiating", json_boolean(required && !always));
    return cell;
}

/* Is the knowledge of this protocol checked by an imager for somebody with these roles? */
static bool is_checked(const StaffProcedure *p, unsigned roles)
{
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++)
        if (strcmp(STAFF_RULES[i].kind, "knowledge") == 0 && STAFF_RULES[i].whom & roles & p->roles)
            return strcmp(p->kind, "protocol") == 0;
    return false;
}

static json_t *check_json(const Skills *s, const StaffProcedure *p, const StaffItems *items)
{
    const StaffItem *best  = NULL;
    StaffState       state = staff_best(items->at, items->count, staff_kind(SLICE("knowledge")), p->id, s->today, &best);
    json_t          *check = state_json(state, best, s->today);
    char             id[24];
    (void)snprintf(id, sizeof id, "%" PRId64, best ? best->id : 0);
    const char *by = json_string_value(json_object_get(s->checkers, id));
    json_put(check, "on", json_cstr(best ? best->assessed_on : NULL));
    json_put(check, "by", json_cstr(by));
    return check;
}

static json_t *procedures_of(const Skills *s, int64_t person_id, unsigned roles, const StaffItems *items)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->procedure_count; i++) {
        const StaffProcedure *p = &s->procedures[i];
        char                  key[48];
        if (!(p->roles & roles))
            continue;
        key_of(key, p->id, person_id);
        json_t *one = json_pack("{s:I, s:o}", "id", (json_int_t)p->id, "check", is_checked(p, roles) ? check_json(s, p, items) : json_null());
        json_object_update(one, json_object_get(s->signed_by, key));
        json_push(list, one);
    }
    return list;
}

static bool person_push(const Skills *s, int64_t person_id, unsigned roles, json_t *people, Err *err)
{
    Person      p;
    char        name[160];
    OWNED_ITEMS items = { 0 };
    OWNED(json_t) *cells = json_object();
    if (!person_load(s->db, person_id, &p, err) || !staff_items_load(s->db, OF_PERSON, person_id, &items, err))
        return false;
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++) {
        const StaffKind *kind = &STAFF_KINDS[i];
        json_t          *cell = kind->subject == OF_PERSON && !(kind->needs & ITEM_NEEDS_PROTOCOL) ? cell_json(kind, roles, &items, s->today) : NULL;
        if (cell)
            json_put(cells, kind->code, cell);
    }
    person_shown_name(&p, name, sizeof name);
    return json_push(people, json_pack("{s:I, s:s, s:s, s:o, s:O, s:o}", "id", (json_int_t)p.id, "name", name, "profession", p.profession, "roles",
                                       roles_json(roles), "cells", cells, "procedures", procedures_of(s, person_id, roles, &items)));
}

bool staff_skills_json(Db *db, int64_t organisation_id, int64_t at_ms, json_t **ret, Err *err)
{
    char          day[STAFF_DAY];
    OWNED_SKILLS  s = { .db = db, .organisation_id = organisation_id, .signed_by = json_object(), .checkers = json_object() };
    OWNED(json_t) *people = json_array(), *procedures = json_array();
    if (!staff_today(db, organisation_id, at_ms, &s.today, err) || !procedures_load(&s, err) || !signatures_load(&s, err) || !checkers_load(&s, err))
        return false;
    for (size_t i = 0; i < s.procedure_count; i++)
        json_push(procedures, json_pack("{s:I, s:s, s:s, s:s, s:I}", "id", (json_int_t)s.procedures[i].id, "kind", s.procedures[i].kind, "code",
                                        s.procedures[i].code, "title", s.procedures[i].title, "version", (json_int_t)s.versions[i]));
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id, membership.roles & ?2 FROM membership JOIN person ON person.id = membership.person_id AND person.active = 1"
                                     " WHERE membership.organisation_id = ?1 AND (membership.roles & ?2) <> 0 ORDER BY person.family, person.given, person.id LIMIT ?3");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, STAFF_PROFESSIONAL);
    db_bind_int(q, 3, SKILL_PEOPLE_MAX);
    for (DbStep step; (step = db_next(q, err)) != DB_END;)
        if (step == DB_FAILED || !person_push(&s, db_int(q, 0), (unsigned)db_int(q, 1), people, err))
            return false;
    staff_day_text(s.today, day);
    *ret = json_pack("{s:I, s:s, s:O, s:O}", "organisation_id", (json_int_t)organisation_id, "day", day, "procedures", procedures, "people", people);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "skills as JSON");
}
