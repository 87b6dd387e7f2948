/*
 * Hangings: who may use and change them; the only SQL for them. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/hanging.h"

#include <inttypes.h>

#include "base/own.h"
#include "clinic/reports/shared.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

static bool may_change(const Who *who, const Hanging *h, Err *err)
{
    if (!h->organisation_id)
        return h->person_id == who->person_id || err_set(err, ERR_NOT_FOUND, "No such layout.", "hanging %" PRId64, h->id);
    return shared_may(who, h->organisation_id, MAY_SHARE_AIDS) ||
           err_set(err, ERR_DENIED, "Shared layouts are changed by the responsible radiologist of the organisation: keep yours as your own.",
                   "organisation %" PRId64, h->organisation_id);
}

/* ---- read ---- */

static bool one_push(Db *db, const Who *who, const DbQuery *row, json_t *list, Err *err)
{
    Err            denied  = { 0 };
    Hanging        h       = { .id = db_int(row, 0), .organisation_id = db_int(row, 1), .person_id = db_int(row, 2) };
    OWNED(json_t) *content = json_parse_object(db_slice(row, 5), err);
    OWNED(json_t) *one     = !content ? NULL
                                      : json_pack("{s:I, s:b, s:I, s:o, s:I, s:O, s:I, s:I, s:o, s:b}", "id", (json_int_t)h.id, "shared",
                                                  h.organisation_id != 0, "organisation_id", (json_int_t)h.organisation_id, "name",
                                                  json_slice(db_slice(row, 3)), "place", (json_int_t)db_int(row, 4), "content", content,
                                                  "version", (json_int_t)db_int(row, 6), "changed_at_ms", (json_int_t)db_int(row, 7),
                                                  "changed_by", shared_person_name(db, db_int(row, 8)), "may_change",
                                                  may_change(who, &h, &denied));
    return one && (!h.organisation_id || shared_organisation_put(db, h.organisation_id, one, "organisation", err)) &&
           json_push(list, json_incref(one));
}

#define OF_OWNER " FROM hanging WHERE organisation_id = ?1 AND person_id = ?2"

static void owner_bind(DbQuery *q, int64_t organisation_id, int64_t person_id)
{
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, person_id);
}

static bool owner_push(Db *db, const Who *who, int64_t organisation_id, int64_t person_id, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, organisation_id, person_id, name, place, content, version, changed_at_ms, changed_by" OF_OWNER
                                     " ORDER BY place, id");
    owner_bind(q, organisation_id, person_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;)
        if (step == DB_FAILED || !one_push(db, who, q, list, err))
            return false;
    return true;
}

bool hangings_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t) *list  = json_array();
    OWNED(json_t) *share = json_array();
    if (!owner_push(db, who, 0, who->person_id, list, err))
        return false;
    for (size_t i = 0; i < who->membership_count; i++) {
        int64_t organisation = who->memberships[i].organisation_id;
        if (shared_may(who, organisation, MAY_VIEW | MAY_SHARE_AIDS) &&
            (!owner_push(db, who, organisation, 0, list, err) || !shared_where_push(db, who, organisation, share, err)))
            return false;
    }
    *ret = json_pack("{s:O, s:O}", "hangings", list, "share", share);
    return *ret != NULL;
}

/* ---- changed ---- */

/* That name belongs to one of this owner only; 'id': which itself may keep it. */
static bool name_is_free(Db *db, const Hanging *h, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1" OF_OWNER " AND name = ?3 AND id <> ?4");
    owner_bind(q, h->organisation_id, h->person_id);
    db_bind_cstr(q, 3, h->name);
    db_bind_int(q, 4, h->id);
    DbStep step = db_next(q, err);
    return step == DB_END || (step == DB_ROW && err_set(err, ERR_CONFLICT, "There is one of that name already: change it, or choose another name.", "hanging"));
}

/* Counts those of the owner; the new one comes after them. */
static bool there_is_room(Db *db, const Hanging *h, int64_t *ret_place, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*), COALESCE(max(place), 0)" OF_OWNER);
    owner_bind(q, h->organisation_id, h->person_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret_place = db_int(q, 1) + 1;
    return db_int(q, 0) < HANGINGS_MAX || err_set(err, ERR_LIMIT, "There are too many layouts: remove some first.", "%d", HANGINGS_MAX);
}

static bool content_bind(DbQuery *q, int at, const Hanging *h, Buf *content, Err *err)
{
    if (!json_dump_to_buf(h->content, content, err))
        return false;
    db_bind_text(q, at, buf_slice(content));
    return true;
}

static bool insert(Db *db, const Who *who, const Hanging *h, int64_t place, int64_t *ret_id, Err *err)
{
    OWNED_BUF       content = buf_make(JSON_BYTES_MAX);
    OWNED(DbQuery) *q       = db_query(db, "INSERT INTO hanging (organisation_id, person_id, name, place, content, changed_at_ms, changed_by)"
                                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    owner_bind(q, h->organisation_id, h->person_id);
    db_bind_cstr(q, 3, h->name);
    db_bind_int(q, 4, place);
    db_bind_int(q, 6, clock_now_ms());
    db_bind_int(q, 7, who->person_id);
    if (!content_bind(q, 5, h, &content, err) || !db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool hanging_add(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err)
{
    Hanging h = { 0 }, owner = { 0 };
    int64_t place = 0;
    if (!json_may_int(body, "organisation_id", 0, INT64_MAX, &owner.organisation_id, err))
        return false;
    owner.person_id = owner.organisation_id ? 0 : who->person_id;
    if (!may_change(who, &owner, err) || !hanging_from_json(body, &h, err))
        return false;
    h.organisation_id = owner.organisation_id;
    h.person_id       = owner.person_id;
    bool ok           = name_is_free(db, &h, err) && there_is_room(db, &h, &place, err) && insert(db, who, &h, place, ret_id, err);
    hanging_clear(&h);
    return ok;
}

/* Whose it is and which version; what this person does not even see is not there at all. */
static bool owner_load(Db *db, const Who *who, int64_t id, Hanging *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT organisation_id, person_id, version FROM hanging WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    Hanging h = { .id = id };
    if (step == DB_ROW) {
        h.organisation_id = db_int(q, 0);
        h.person_id       = db_int(q, 1);
        h.version         = db_int(q, 2);
    }
    bool seen = step == DB_ROW && (!h.organisation_id || shared_may(who, h.organisation_id, MAY_VIEW | MAY_SHARE_AIDS));
    if (!seen)
        return err_set(err, ERR_NOT_FOUND, "No such layout.", "hanging %" PRId64, id);
    if (!may_change(who, &h, err))
        return false;
    *ret = h;
    return true;
}

static bool update(Db *db, const Who *who, const Hanging *h, Err *err)
{
    OWNED_BUF       content = buf_make(JSON_BYTES_MAX);
    OWNED(DbQuery) *q       = db_query(db, "UPDATE hanging SET name = ?2, content = ?3, version = version + 1, changed_at_ms = ?4, changed_by = ?5"
                                           " WHERE id = ?1");
    db_bind_int(q, 1, h->id);
    db_bind_cstr(q, 2, h->name);
    db_bind_int(q, 4, clock_now_ms());
    db_bind_int(q, 5, who->person_id);
    return content_bind(q, 3, h, &content, err) && db_run(q, err);
}

bool hanging_change(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    Hanging before, h = { 0 };
    int64_t version = 0;
    if (!owner_load(db, who, id, &before, err) || !json_need_int(body, "version", 1, INT64_MAX, &version, err) || !hanging_from_json(body, &h, err))
        return false;
    h.id              = id;
    h.organisation_id = before.organisation_id;
    h.person_id       = before.person_id;
    bool ok = (version == before.version || err_set(err, ERR_CONFLICT, "It was changed meanwhile: read it again, then change it.", "version %" PRId64, version)) &&
              name_is_free(db, &h, err) && update(db, who, &h, err);
    hanging_clear(&h);
    return ok;
}

bool hanging_remove(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    Hanging before;
    (void)body;
    if (!owner_load(db, who, id, &before, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM hanging WHERE id = ?1");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

static bool place_put(Db *db, int64_t id, int64_t place, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE hanging SET place = ?2 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, place);
    return db_run(q, err);
}

bool hanging_move(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    Hanging h;
    int64_t ids[HANGINGS_MAX] = { 0 }, wanted = 0, count = 0;
    if (!owner_load(db, who, id, &h, err) || !json_need_int(body, "place", 1, HANGINGS_MAX, &wanted, err))
        return false;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT id" OF_OWNER " AND id <> ?3 ORDER BY place, id");
        owner_bind(q, h.organisation_id, h.person_id);
        db_bind_int(q, 3, id);
        for (DbStep step; (step = db_next(q, err)) != DB_END;) {
            if (step == DB_FAILED)
                return false;
            if (count < HANGINGS_MAX - 1)
                ids[count++] = db_int(q, 0);
        }
    }
    int64_t at = wanted - 1 < count ? wanted - 1 : count;
    for (int64_t i = count; i > at; i--)
        ids[i] = ids[i - 1];
    ids[at] = id;
    for (int64_t i = 0; i <= count; i++)
        if (!place_put(db, ids[i], i + 1, err))
            return false;
    return true;
}
