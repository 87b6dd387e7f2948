/*
 * Lists of people and organisations as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/directory.h"

#include <stdio.h>

#include "formats/json/json_util.h"

json_t *roles_json(unsigned roles)
{
    json_t *names = json_array();
    for (unsigned i = 0; names && i < ROLE_COUNT; i++)
        if (roles & 1u << i)
            json_push(names, json_cstr(role_name(1u << i)));
    return names;
}

bool organisations_json(Db *db, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT " ORGANISATION_COLUMNS "  FROM organisation"
                                         " ORDER BY organisation.name, organisation.id");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        Organisation o;
        organisation_from_row(q, 0, &o);
        json_push(list,
                  json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", (json_int_t)o.id, "name", o.name, "kind",
                            o.kind, "finess", o.finess, "city", o.city, "time_zone", o.time_zone, "street", o.street,
                            "postcode", o.postcode, "phone", o.phone));
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

static bool person_json(Db *db, const Person *p, bool whole, json_t **ret, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    char       name[160];
    if (!memberships_load(db, p->id, memberships, &count, err))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_push(list, json_pack("{s:I, s:o}", "organisation_id", (json_int_t)memberships[i].organisation_id,
                                  "roles", roles_json(memberships[i].roles)));
    person_shown_name(p, name, sizeof name);
    json_t *json = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "id",
                             (json_int_t)p->id, "name", name, "title", p->title, "family", p->family, "given",
                             p->given, "rpps", p->rpps, "profession", p->profession, "speciality",
                             p->speciality, "phone", p->phone, "active", p->active, "memberships", list);
    if (whole) {
        json_put(json, "login", json_cstr(p->login));
        json_put(json, "email", json_cstr(p->email));
        json_put(json, "enrolled", json_boolean(p->enrolled));
    }
    *ret = json;
    return json != NULL || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "person as JSON");
}

bool people_json(Db *db, int64_t organisation_id, bool whole, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT " PERSON_COLUMNS "  FROM person"
                                         " WHERE person.is_holder = 0"
                                         "   AND (?1 = 0 OR EXISTS (SELECT 1 FROM membership"
                                         "                           WHERE membership.person_id = person.id"
                                         "                             AND membership.organisation_id = ?1))"
                                         "   AND (?2 = 1 OR person.active = 1)"
                                         " ORDER BY person.family, person.given, person.id");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, whole);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        Person  p;
        json_t *one = NULL;
        person_from_row(q, 0, &p);
        if (!person_json(db, &p, whole, &one, err))
            return false;
        json_push(list, one);
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool login_json(Db *db, Slice login, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PERSON_COLUMNS " FROM person WHERE person.login = ?1");
    db_bind_text(q, 1, login);
    DbStep     step = db_next(q, err);
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    unsigned   roles = 0;
    Person     p;
    char       name[160];
    if (step != DB_ROW) {
        *ret = step == DB_END ? json_null() : NULL;
        return step == DB_END;
    }
    person_from_row(q, 0, &p);
    if (!memberships_load(db, p.id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        roles |= memberships[i].roles;
    person_shown_name(&p, name, sizeof name);
    *ret = json_pack("{s:s, s:o}", "name", name, "roles", roles_json(roles));
    return *ret != NULL || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "person as JSON");
}

/* ---- names beside logins ---- */

enum { TREE_DEPTH_MAX = 32 };

/* The name behind a login, asked of the database once: 'known' keeps what was found. Borrowed; NULL: failed. */
static json_t *name_behind(Db *db, json_t *known, const char *login, Err *err)
{
    json_t *there = json_object_get(known, login);
    if (there)
        return there;
    OWNED(DbQuery) *q = db_query(db, "SELECT " PERSON_COLUMNS " FROM person WHERE person.login = ?1");
    db_bind_text(q, 1, slice_of(login));
    DbStep step = db_next(q, err);
    Person p;
    char   name[160] = "";
    if (step == DB_FAILED)
        return NULL;
    if (step == DB_ROW) {
        person_from_row(q, 0, &p);
        person_shown_name(&p, name, sizeof name);
    }
    json_put(known, login, *name ? json_cstr(name) : json_null());
    there = json_object_get(known, login);
    if (!there)
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "names");
    return there;
}

static bool object_named(Db *db, json_t *known, json_t *object, Err *err)
{
    static const char *const KEYS[] = { "actor", "by", "ended_by", "undone_by", "decided_by", "settled_by", "document_by" };
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        const char *login = json_string_value(json_object_get(object, KEYS[i]));
        char        beside[32];
        if (!login)
            continue;
        json_t *name = name_behind(db, known, login, err);
        if (!name)
            return false;
        (void)snprintf(beside, sizeof beside, "%s_name", KEYS[i]);
        json_put(object, beside, json_incref(name));
    }
    return true;
}

static bool tree_named(Db *db, json_t *known, json_t *tree, unsigned depth, Err *err)
{
    const char *key;
    json_t     *one;
    size_t      i;
    if (depth == TREE_DEPTH_MAX)
        return true;
    if (json_is_object(tree) && !object_named(db, known, tree, err))
        return false;
    json_object_foreach(tree, key, one)
        if (!tree_named(db, known, one, depth + 1, err))
            return false;
    json_array_foreach(tree, i, one)
        if (!tree_named(db, known, one, depth + 1, err))
            return false;
    return true;
}

bool logins_named(Db *db, json_t *answer, Err *err)
{
    OWNED(json_t) *known = json_object();
    return tree_named(db, known, answer, 0, err);
}
