/*
 * Templates, phrases and words: who may use and change them; the only SQL for them. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/report_aid.h"

#include <inttypes.h>
#include <string.h>

#include "base/own.h"
#include "clinic/reports/shared.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

#define NO_SUCH "No such template, phrase or word."

/* May this person change what belongs there? Own: who writes reports; shared: by the permission in that organisation. */
static bool may_change(const Who *who, int64_t organisation_id, int64_t person_id, Err *err)
{
    if (organisation_id)
        return shared_may(who, organisation_id, MAY_SHARE_AIDS) ||
               err_set(err, ERR_DENIED, "Shared texts are changed by the responsible radiologist of the organisation: keep yours as your own.",
                       "organisation %" PRId64, organisation_id);
    return (person_id == who->person_id && who_permissions(who) & MAY_REPORT) ||
           err_set(err, ERR_DENIED, "Only who writes reports keeps texts of their own.", "person %" PRId64, who->person_id);
}

/* ---- read ---- */

#define COLUMNS "id, kind, organisation_id, person_id, name, modality, region, content, version, changed_at_ms, changed_by"

static bool one_push(Db *db, const Who *who, const DbQuery *row, json_t *list, Err *err)
{
    Err            denied  = { 0 };
    int64_t        shared  = db_int(row, 2);
    bool           change  = may_change(who, shared, db_int(row, 3), &denied);
    OWNED(json_t) *content = json_parse_object(db_slice(row, 7), err);
    OWNED(json_t) *one     = !content ? NULL
                                      : json_pack("{s:I, s:o, s:b, s:I, s:o, s:o, s:o, s:O, s:I, s:I, s:o, s:b}", "id", (json_int_t)db_int(row, 0), "kind",
                                                  json_slice(db_slice(row, 1)), "shared", shared != 0, "organisation_id", (json_int_t)shared, "name",
                                                  json_slice(db_slice(row, 4)), "modality", json_slice(db_slice(row, 5)), "region",
                                                  json_slice(db_slice(row, 6)), "content", content, "version", (json_int_t)db_int(row, 8),
                                                  "changed_at_ms", (json_int_t)db_int(row, 9), "changed_by", shared_person_name(db, db_int(row, 10)),
                                                  "may_change", change);
    return one && (!shared || shared_organisation_put(db, shared, one, "organisation", err)) && json_push(list, json_incref(one));
}

/* Those of one owner: an organisation or a person, the other is 0. */
static bool owner_push(Db *db, const Who *who, int64_t organisation_id, int64_t person_id, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM report_aid WHERE organisation_id = ?1 AND person_id = ?2"
                                     " ORDER BY kind, modality, region, name, id");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, person_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;)
        if (step == DB_FAILED || !one_push(db, who, q, list, err))
            return false;
    return true;
}

bool aids_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t) *list  = json_array();
    OWNED(json_t) *share = json_array();
    if (!owner_push(db, who, 0, who->person_id, list, err))
        return false;
    for (size_t i = 0; i < who->membership_count; i++) {
        int64_t organisation = who->memberships[i].organisation_id;
        if (!shared_may(who, organisation, MAY_REPORT | MAY_SHARE_AIDS))
            continue;
        if (!owner_push(db, who, organisation, 0, list, err) || !shared_where_push(db, who, organisation, share, err))
            return false;
    }
    *ret = json_pack("{s:O, s:O}", "aids", list, "share", share);
    return *ret != NULL;
}

/* ---- changed ---- */

/* That name belongs to one of this owner only; 'id': which itself may keep it. */
static bool name_is_free(Db *db, const Aid *a, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM report_aid WHERE kind = ?1 AND organisation_id = ?2 AND person_id = ?3 AND name = ?4 AND id <> ?5");
    db_bind_cstr(q, 1, aid_kind_name(a->kind));
    db_bind_int(q, 2, a->organisation_id);
    db_bind_int(q, 3, a->person_id);
    db_bind_cstr(q, 4, a->name);
    db_bind_int(q, 5, a->id);
    DbStep step = db_next(q, err);
    return step == DB_END ||
           (step == DB_ROW && err_set(err, ERR_CONFLICT, "There is one of that name already: change it, or choose another name.", "%s", aid_kind_name(a->kind)));
}

static bool there_is_room(Db *db, const Aid *a, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM report_aid WHERE organisation_id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, a->organisation_id);
    db_bind_int(q, 2, a->person_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    return db_int(q, 0) < AIDS_MAX || err_set(err, ERR_LIMIT, "There are too many templates, phrases and words: remove some first.", "%d", AIDS_MAX);
}

static bool insert(Db *db, const Who *who, const Aid *a, int64_t *ret_id, Err *err)
{
    OWNED_BUF content = buf_make(JSON_BYTES_MAX);
    if (!json_dump_to_buf(a->content, &content, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO report_aid (kind, organisation_id, person_id, name, modality, region, content, changed_at_ms, changed_by)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    db_bind_cstr(q, 1, aid_kind_name(a->kind));
    db_bind_int(q, 2, a->organisation_id);
    db_bind_int(q, 3, a->person_id);
    db_bind_cstr(q, 4, a->name);
    db_bind_cstr(q, 5, a->modality);
    db_bind_cstr(q, 6, a->region);
    db_bind_text(q, 7, buf_slice(&content));
    db_bind_int(q, 8, clock_now_ms());
    db_bind_int(q, 9, who->person_id);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool aid_add(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err)
{
    Aid     a     = { 0 };
    int64_t owner = 0;
    if (!json_may_int(body, "organisation_id", 0, INT64_MAX, &owner, err) || !may_change(who, owner, owner ? 0 : who->person_id, err) ||
        !aid_from_json(body, &a, err))
        return false;
    a.organisation_id = owner;
    a.person_id       = owner ? 0 : who->person_id;
    bool ok = name_is_free(db, &a, err) && there_is_room(db, &a, err) && insert(db, who, &a, ret_id, err);
    aid_clear(&a);
    return ok;
}

static bool is_seen(const Who *who, const Aid *a)
{
    return a->organisation_id ? shared_may(who, a->organisation_id, MAY_REPORT | MAY_SHARE_AIDS) : a->person_id == who->person_id;
}

bool aid_load(Db *db, const Who *who, int64_t id, Aid *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM report_aid WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    Aid a = { .id = id };
    if (step == DB_ROW) {
        while (a.kind < AID_KINDS && !slice_equal_text(db_slice(q, 1), aid_kind_name(a.kind)))
            a.kind++;
        a.organisation_id = db_int(q, 2);
        a.person_id       = db_int(q, 3);
        db_text(q, 4, a.name, sizeof a.name);
        db_text(q, 5, a.modality, sizeof a.modality);
        db_text(q, 6, a.region, sizeof a.region);
        a.version       = db_int(q, 8);
        a.changed_at_ms = db_int(q, 9);
        a.changed_by    = db_int(q, 10);
    }
    if (step != DB_ROW || !is_seen(who, &a))
        return err_set(err, ERR_NOT_FOUND, NO_SUCH, "aid %" PRId64, id);
    a.content = json_parse_object(db_slice(q, 7), err);
    *ret      = a;
    return a.content != NULL;
}

/* Whose it is and which version, for who may change it; 'ret' holds no content. */
static bool owner_load(Db *db, const Who *who, int64_t id, Aid *ret, Err *err)
{
    if (!aid_load(db, who, id, ret, err))
        return false;
    json_decref(ret->content);
    ret->content = NULL;
    return may_change(who, ret->organisation_id, ret->person_id, err);
}

static bool update(Db *db, const Who *who, const Aid *a, Err *err)
{
    OWNED_BUF content = buf_make(JSON_BYTES_MAX);
    if (!json_dump_to_buf(a->content, &content, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE report_aid SET name = ?2, modality = ?3, region = ?4, content = ?5, version = version + 1,"
                                     "       changed_at_ms = ?6, changed_by = ?7 WHERE id = ?1");
    db_bind_int(q, 1, a->id);
    db_bind_cstr(q, 2, a->name);
    db_bind_cstr(q, 3, a->modality);
    db_bind_cstr(q, 4, a->region);
    db_bind_text(q, 5, buf_slice(&content));
    db_bind_int(q, 6, clock_now_ms());
    db_bind_int(q, 7, who->person_id);
    return db_run(q, err);
}

bool aid_change(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    Aid     before, a = { 0 };
    int64_t version = 0;
    if (!owner_load(db, who, id, &before, err) || !json_need_int(body, "version", 1, INT64_MAX, &version, err) || !aid_from_json(body, &a, err))
        return false;
    a.id              = id;
    a.organisation_id = before.organisation_id;
    a.person_id       = before.person_id;
    bool ok = version == before.version ? a.kind == before.kind || err_set(err, ERR_INPUT, "This is not a template, a phrase or a word.", "another kind")
                                        : err_set(err, ERR_CONFLICT, "It was changed meanwhile: read it again, then change it.", "version %" PRId64, version);
    ok      = ok && name_is_free(db, &a, err) && update(db, who, &a, err);
    aid_clear(&a);
    return ok;
}

bool aid_remove(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    Aid before;
    (void)body;
    if (!owner_load(db, who, id, &before, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM report_aid WHERE id = ?1");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}
