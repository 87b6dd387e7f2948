/*
 * The library of exam protocols: what its table keeps; the turns of a version are library.h's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/protocol.h"

#include "clinic/workflow/body_region.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clinic/patients/patient.h"
#include "clinic/workflow/library.h"
#include "platform/clock.h"

#define COLUMNS                                                                                              \
    "id, root_id, version, imaging_id, site_id, modality, region, name, age_from_months, age_to_months, "     \
    "weight_from_kg, weight_to_kg, content, made_by, made_at_ms, approved_by, approved_at_ms, retired_at_ms, review"
#define IN_FORCE LIBRARY_IN_FORCE("protocol")
enum { PROTOCOLS_MAX = 1000 };

const Library PROTOCOLS = {
    .object  = "protocol",
    .unknown = "No such protocol.",
    .writers = "Protocols are written and approved by the imagers of the group.",
    .settled = "This version of the protocol is approved or withdrawn already.",
    LIBRARY_STATEMENTS("protocol"),
};

static bool from_row(const DbQuery *row, Protocol *ret, Err *err)
{
    Protocol p = { .id = db_int(row, 0), .root_id = db_int(row, 1), .version = db_int(row, 2), .imaging_id = db_int(row, 3),
                   .site_id = db_int(row, 4), .age_from_months = db_int(row, 8), .age_to_months = db_int(row, 9),
                   .weight_from_kg = db_real(row, 10), .weight_to_kg = db_real(row, 11), .made_by = db_int(row, 13),
                   .made_at_ms = db_int(row, 14), .approved_by = db_int(row, 15), .approved_at_ms = db_int(row, 16),
                   .retired_at_ms = db_int(row, 17) };
    db_text(row, 5, p.modality, sizeof p.modality);
    db_text(row, 6, p.region, sizeof p.region);
    db_text(row, 7, p.name, sizeof p.name);
    p.content = json_parse_object(db_slice(row, 12), err);
    p.review  = p.content ? json_parse_object(db_slice(row, 18), err) : NULL;
    if (!p.review) {
        json_decref(p.content);
        return false;
    }
    *ret = p;
    return true;
}

static bool one_from(DbQuery *q, int64_t id, Protocol *ret, Err *err)
{
    switch (db_next(q, err)) {
    case DB_ROW:
        return from_row(q, ret, err);
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such protocol.", "protocol %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool protocol_load(Db *db, int64_t id, Protocol *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM protocol WHERE id = ?1");
    db_bind_int(q, 1, id);
    return one_from(q, id, ret, err);
}

bool protocol_in_force(Db *db, int64_t root_id, Protocol *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM protocol WHERE root_id = ?1 AND" IN_FORCE);
    db_bind_int(q, 1, root_id);
    return one_from(q, root_id, ret, err);
}

/* The next version keeps group and modality: another exam is another protocol. */
static bool replaces(Db *db, int64_t id, Protocol *p, Err *err)
{
    OWNED_PROTOCOL before = { 0 };
    if (!protocol_load(db, id, &before, err))
        return false;
    if (before.imaging_id != p->imaging_id || strcmp(before.modality, p->modality) != 0)
        return err_set(err, ERR_INPUT, "The protocol is not as it should be.", "replaces another group's or modality's");
    return library_next(&PROTOCOLS, db, id, &p->root_id, &p->version, err);
}

static bool insert(Db *db, const Who *who, const Protocol *p, int64_t *ret_id, Err *err)
{
    OWNED_BUF content = buf_make(JSON_BYTES_MAX);
    if (!json_dump_to_buf(p->content, &content, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO protocol (root_id, version, imaging_id, site_id, modality, region, name, age_from_months,"
                                     "                      age_to_months, weight_from_kg, weight_to_kg, content, made_by, made_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
    db_bind_int(q, 1, p->root_id);
    db_bind_int(q, 2, p->version);
    db_bind_int(q, 3, p->imaging_id);
    if (p->site_id)
        db_bind_int(q, 4, p->site_id);
    else
        db_bind_null(q, 4);
    db_bind_cstr(q, 5, p->modality);
    db_bind_cstr(q, 6, p->region);
    db_bind_cstr(q, 7, p->name);
    db_bind_int(q, 8, p->age_from_months);
    db_bind_int(q, 9, p->age_to_months);
    db_bind_real(q, 10, p->weight_from_kg);
    db_bind_real(q, 11, p->weight_to_kg);
    db_bind_text(q, 12, buf_slice(&content));
    db_bind_int(q, 13, who->person_id);
    db_bind_int(q, 14, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool protocol_create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err)
{
    OWNED_PROTOCOL p        = { 0 };
    int64_t        previous = 0;
    if (!protocol_from_json(body, &p, err) || !json_may_int(body, "replaces", 0, INT64_MAX, &previous, err) ||
        !library_may_write(&PROTOCOLS, who, p.imaging_id, err))
        return false;
    p.version = 1;
    return (!previous || replaces(db, previous, &p, err)) && insert(db, who, &p, ret_id, err) && library_made(&PROTOCOLS, db, who, *ret_id, err);
}

bool protocol_rewrite(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL before = { 0 }, p = { 0 };
    OWNED_BUF      content = buf_make(JSON_BYTES_MAX);
    if (!library_may_rewrite(&PROTOCOLS, db, who, id, err) || !protocol_load(db, id, &before, err) || !protocol_from_json(body, &p, err))
        return false;
    if (before.imaging_id != p.imaging_id || strcmp(before.modality, p.modality) != 0 || !json_dump_to_buf(p.content, &content, err))
        return err_set(err, ERR_INPUT, "The protocol is not as it should be.", "another group or modality");
    OWNED(DbQuery) *q = db_query(db, "UPDATE protocol SET site_id = ?2, region = ?3, name = ?4, age_from_months = ?5, age_to_months = ?6,"
                                     "       weight_from_kg = ?7, weight_to_kg = ?8, content = ?9 WHERE id = ?1");
    db_bind_int(q, 1, id);
    if (p.site_id)
        db_bind_int(q, 2, p.site_id);
    else
        db_bind_null(q, 2);
    db_bind_cstr(q, 3, p.region);
    db_bind_cstr(q, 4, p.name);
    db_bind_int(q, 5, p.age_from_months);
    db_bind_int(q, 6, p.age_to_months);
    db_bind_real(q, 7, p.weight_from_kg);
    db_bind_real(q, 8, p.weight_to_kg);
    db_bind_text(q, 9, buf_slice(&content));
    return db_run(q, err) && library_rewritten(&PROTOCOLS, db, who, id, err);
}

/* Who writes or approves it, who gives an opinion, who works by it once it is approved. */
static bool is_seen(Db *db, const Who *who, const Protocol *p, bool *ret_physicist, bool *ret, Err *err)
{
    if (!protocol_is_physicist(db, who, p, ret_physicist, err))
        return false;
    *ret = library_is_inside(who, p->imaging_id) || *ret_physicist ||
           (p->approved_at_ms && (p->site_id ? who_roles_in(who, p->site_id) != 0 : who->membership_count > 0));
    return *ret || library_stands_in(&PROTOCOLS, db, who, p->id, ret, err);
}

static bool push_seen(Db *db, const Who *who, const Protocol *p, json_t *list, Err *err)
{
    bool physicist = false, seen = false;
    if (!is_seen(db, who, p, &physicist, &seen, err))
        return false;
    if (!seen)
        return true;
    OWNED(json_t) *one = protocol_json(p);
    return one && library_put(&PROTOCOLS, db, who, p->id, one, err) && json_put(one, "asks_physicist", json_boolean(protocol_asks_physicist(p))) &&
           json_put(one, "physicist", json_boolean(physicist)) && json_push(list, json_incref(one));
}

static bool push_all(Db *db, const Who *who, DbQuery *q, json_t *list, Err *err)
{
    for (DbStep step; json_array_size(list) < PROTOCOLS_MAX && (step = db_next(q, err)) != DB_END;) {
        OWNED_PROTOCOL p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err) || !push_seen(db, who, &p, list, err))
            return false;
    }
    return true;
}

bool protocols_json(Db *db, const Who *who, bool all, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT " COLUMNS " FROM protocol WHERE ?1 = 1 OR (retired_at_ms IS NULL"
                                       "   AND (approved_at_ms IS NULL OR" IN_FORCE ")) ORDER BY modality, region, name, age_from_months, version");
    db_bind_int(q, 1, all);
    if (!push_all(db, who, q, list, err))
        return false;
    *ret = json_pack("{s:O}", "protocols", list);
    return *ret != NULL;
}

bool protocol_whole_json(Db *db, const Who *who, int64_t id, json_t **ret, Err *err)
{
    OWNED_PROTOCOL p          = { 0 };
    OWNED(json_t) *versions   = json_array();
    OWNED(json_t) *acceptance = NULL;
    if (!protocol_load(db, id, &p, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM protocol WHERE root_id = ?1 ORDER BY version DESC");
    db_bind_int(q, 1, p.root_id);
    if (!push_all(db, who, q, versions, err) || !protocol_acceptance(db, &p, &acceptance, err))
        return false;
    for (size_t i = 0; i < json_array_size(versions); i++)
        if (json_integer_value(json_object_get(json_array_get(versions, i), "id")) == id)
            *ret = json_pack("{s:O, s:O, s:O}", "protocol", json_array_get(versions, i), "versions", versions, "acceptance", acceptance);
    return *ret || err_set(err, ERR_NOT_FOUND, "No such protocol.", "protocol %" PRId64, id);
}

int act_patient_months(Db *db, const Act *a, int64_t now_ms)
{
    Patient patient;
    Err     lost = { 0 };
    int64_t year = 0, month = 0, day = 0, y = 0, m = 0, d = 0;
    char    now[CLOCK_ISO_SIZE];
    clock_iso(now_ms, now);
    if (!patient_load(db, a->patient_id, &patient, &lost) || strlen(patient.birth_date) != 10 ||
        !slice_int(slice_part(slice_of(patient.birth_date), 0, 4), &year) || !slice_int(slice_part(slice_of(patient.birth_date), 5, 2), &month) ||
        !slice_int(slice_part(slice_of(patient.birth_date), 8, 2), &day) || !slice_int(slice_part(slice_of(now), 0, 4), &y) ||
        !slice_int(slice_part(slice_of(now), 5, 2), &m) || !slice_int(slice_part(slice_of(now), 8, 2), &d))
        return -1;
    int64_t months = (y - year) * 12 + (m - month) - (d < day);
    return months < 0 ? -1 : (int)months;
}

/* Made for another part of the body than the act asks for; what neither says is not held against it. */
static bool elsewhere(const Protocol *p, unsigned asked)
{
    unsigned made = body_regions_of(slice_of(p->region));
    return made && asked && !(made & asked) && !((made | asked) & REGION_WHOLE_BODY);
}

bool protocols_for_act_json(Db *db, const Act *a, json_t **ret, Err *err)
{
    OWNED(json_t) *first = json_array();
    OWNED(json_t) *other = json_array();
    OWNED(json_t) *rest  = json_array();
    unsigned asked       = body_regions_of(slice_of(a->region));
    int     months       = act_patient_months(db, a, clock_now_ms());
    double  weight       = json_number_value(act_fact(a, "request", "weight_kg"));
    OWNED(DbQuery) *q    = db_query(db, "SELECT " COLUMNS " FROM protocol WHERE imaging_id = ?1 AND (site_id IS NULL OR site_id = ?2) AND" IN_FORCE
                                        " ORDER BY modality = ?3 DESC, modality, region, name, version");
    db_bind_int(q, 1, a->imaging_id);
    db_bind_int(q, 2, a->site_id);
    db_bind_cstr(q, 3, a->modality);
    for (DbStep step; json_array_size(first) < PROTOCOLS_MAX && (step = db_next(q, err)) != DB_END;) {
        OWNED_PROTOCOL p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err))
            return false;
        bool    fits = protocol_fits(&p, months, weight);
        json_t *one  = protocol_json(&p);
        json_put(one, "fits", json_boolean(fits));
        json_put(one, "fits_why", protocol_why(&p, months, weight));
        json_put(one, "elsewhere", json_boolean(elsewhere(&p, asked)));
        if (!json_push(!fits ? rest : elsewhere(&p, asked) ? other : first, one))
            return false;
    }
    json_array_extend(first, other);
    json_array_extend(first, rest);
    *ret = json_pack("{s:O}", "protocols", first);
    return *ret != NULL;
}
