/*
 * A library of versions: who may write, what may be rewritten, whose hands were in it. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/library.h"

#include <inttypes.h>

#include "platform/clock.h"

enum { WRITERS_MAX = 200 };

void library_version_clear(LibraryVersion *v)
{
    json_decref(v->review);
    json_decref(v->writers);
    *v = (LibraryVersion) { 0 };
}

static bool from_row(const DbQuery *q, LibraryVersion *ret, Err *err)
{
    OWNED_LIBRARY_VERSION v = { .id = db_int(q, 0), .root_id = db_int(q, 1), .version = db_int(q, 2), .imaging_id = db_int(q, 3), .site_id = db_int(q, 4),
                                .made_by = db_int(q, 5), .made_at_ms = db_int(q, 6), .approved_at_ms = db_int(q, 7), .retired_at_ms = db_int(q, 8) };
    v.review  = json_parse_object(db_slice(q, 9), err);
    v.writers = v.review ? json_parse(db_slice(q, 10), err) : NULL;
    if (!v.writers)
        return false;
    *ret = v;
    v    = (LibraryVersion) { 0 };
    return true;
}

bool library_load(const Library *of, Db *db, int64_t id, LibraryVersion *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, of->load);
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    return step == DB_ROW ? from_row(q, ret, err) : step == DB_END && err_set(err, ERR_NOT_FOUND, of->unknown, "%s %" PRId64, of->object, id);
}

/* ---- who ---- */

bool library_may_write(const Library *of, const Who *who, int64_t imaging_id, Err *err)
{
    return (who_roles_in(who, imaging_id) & ROLE_IMAGER) || err_set(err, ERR_DENIED, of->writers, "organisation %" PRId64, imaging_id);
}

bool library_is_inside(const Who *who, int64_t imaging_id)
{
    return who_roles_in(who, imaging_id) & (ROLE_IMAGER | ROLE_RESPONSIBLE);
}

static bool had_a_hand(const LibraryVersion *v, int64_t person_id)
{
    size_t        i;
    const json_t *one;
    if (v->made_by == person_id)
        return true;
    json_array_foreach (v->writers, i, one)
        if (json_integer_value(one) == person_id)
            return true;
    return false;
}

/* Nobody of the group but those who wrote it could approve it. */
static bool group_is_alone(Db *db, const LibraryVersion *v, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT membership.person_id FROM membership JOIN person ON person.id = membership.person_id"
                                     " WHERE membership.organisation_id = ?1 AND (membership.roles & ?2) <> 0 AND person.active = 1");
    db_bind_int(q, 1, v->imaging_id);
    db_bind_int(q, 2, ROLE_IMAGER | ROLE_RESPONSIBLE);
    *ret = true;
    for (DbStep step; *ret && (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        *ret = had_a_hand(v, db_int(q, 0));
    }
    return true;
}

/* Responsible of a site that a convention in force binds to the group; of the version's own site where it is made for one. */
static bool is_partner(Db *db, const Who *who, const LibraryVersion *v, bool *ret, Err *err)
{
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_now_ms(), today);
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM convention"
                                     "  JOIN convention_party AS group_of ON group_of.convention_id = convention.id AND group_of.organisation_id = ?1"
                                     "                               AND group_of.part = 'imaging'"
                                     "  JOIN convention_party AS mine ON mine.convention_id = convention.id AND mine.organisation_id <> ?1"
                                     "  JOIN membership ON membership.organisation_id = mine.organisation_id AND membership.person_id = ?2"
                                     "                 AND (membership.roles & ?3) <> 0"
                                     " WHERE convention.valid_from <= ?4 AND convention.valid_until >= ?4 AND (?5 = 0 OR mine.organisation_id = ?5)"
                                     "   AND NOT EXISTS (SELECT 1 FROM convention_party AS open"
                                     "                    WHERE open.convention_id = convention.id AND open.signed_at_ms IS NULL) LIMIT 1");
    db_bind_int(q, 1, v->imaging_id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, ROLE_RESPONSIBLE);
    db_bind_text(q, 4, slice_part(slice_of(today), 0, 10));
    db_bind_int(q, 5, v->site_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool library_stands_in(const Library *of, Db *db, const Who *who, int64_t id, bool *ret, Err *err)
{
    OWNED_LIBRARY_VERSION v       = { 0 };
    bool                  partner = false, alone = false;
    if (!library_load(of, db, id, &v, err) || !is_partner(db, who, &v, &partner, err) || !group_is_alone(db, &v, &alone, err))
        return false;
    *ret = partner && alone && !had_a_hand(&v, who->person_id) && !v.approved_at_ms && json_object_get(v.review, "submitted");
    return true;
}

bool library_may_approve(const Library *of, Db *db, const Who *who, const LibraryVersion *v, Err *err)
{
    bool alone = false, partner = false, inside = library_is_inside(who, v->imaging_id);
    if (!group_is_alone(db, v, &alone, err) || !is_partner(db, who, v, &partner, err))
        return false;
    if (!inside && !(alone && partner))
        return err_set(err, ERR_DENIED, of->writers, "organisation %" PRId64, v->imaging_id);
    if (alone && had_a_hand(v, who->person_id))
        return err_set(err, ERR_DENIED,
                       "Nobody else of the group may approve this version: the responsible of a partner site may, by the convention in force; or the "
                       "administrator gives a second person of the group the role of imager or of responsible.",
                       "%s %" PRId64, of->object, v->id);
    return !had_a_hand(v, who->person_id) ||
           err_set(err, ERR_DENIED,
                   "Who wrote a version does not approve it: ask another imager or the responsible radiologist of the group to read it again and to "
                   "approve it.",
                   "%s %" PRId64, of->object, v->id);
}

/* ---- written ---- */

bool library_next(const Library *of, Db *db, int64_t previous, int64_t *ret_root, int64_t *ret_version, Err *err)
{
    OWNED_LIBRARY_VERSION before = { 0 };
    *ret_root                    = 0;
    *ret_version                 = 1;
    if (!previous)
        return true;
    if (!library_load(of, db, previous, &before, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, of->next);
    db_bind_int(q, 1, before.root_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret_root    = before.root_id;
    *ret_version = db_int(q, 0);
    return true;
}

static bool hand_added(const Library *of, Db *db, const Who *who, LibraryVersion *v, Err *err)
{
    OWNED_BUF text = buf_make(8 << 10);
    if (json_array_size(v->writers) < WRITERS_MAX)
        json_push(v->writers, json_integer(who->person_id));
    if (!json_dump_to_buf(v->writers, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, of->hands);
    db_bind_int(q, 1, v->id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_text(q, 4, buf_slice(&text));
    return db_run(q, err);
}

bool library_made(const Library *of, Db *db, const Who *who, int64_t id, Err *err)
{
    OWNED(DbQuery)       *q = db_query(db, of->root);
    OWNED_LIBRARY_VERSION v = { 0 };
    db_bind_int(q, 1, id);
    return db_run(q, err) && library_load(of, db, id, &v, err) && hand_added(of, db, who, &v, err);
}

bool library_may_rewrite(const Library *of, Db *db, const Who *who, int64_t id, Err *err)
{
    OWNED_LIBRARY_VERSION v = { 0 };
    if (!library_load(of, db, id, &v, err) || !library_may_write(of, who, v.imaging_id, err))
        return false;
    return (!v.approved_at_ms && !v.retired_at_ms && !json_object_get(v.review, "submitted")) ||
           err_set(err, ERR_CONFLICT, "A version that was submitted is not rewritten: send it back, or write the next one.", "%s %" PRId64, of->object, id);
}

bool library_rewritten(const Library *of, Db *db, const Who *who, int64_t id, Err *err)
{
    OWNED_LIBRARY_VERSION v = { 0 };
    return library_load(of, db, id, &v, err) && (had_a_hand(&v, who->person_id) || hand_added(of, db, who, &v, err));
}

/* ---- read ---- */

bool library_state(const Library *of, Db *db, const LibraryVersion *v, const char **ret, Err *err)
{
    *ret = v->retired_at_ms ? "withdrawn" : json_object_get(v->review, "submitted") ? "submitted" : "draft";
    if (v->retired_at_ms || !v->approved_at_ms)
        return true;
    OWNED(DbQuery) *q = db_query(db, of->later);
    db_bind_int(q, 1, v->root_id);
    db_bind_int(q, 2, v->version);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? "replaced" : "in-force";
    return step != DB_FAILED;
}

static json_t *moment(int64_t at_ms)
{
    return at_ms ? json_integer(at_ms) : json_null();
}

bool library_put(const Library *of, Db *db, const Who *who, int64_t id, json_t *json, Err *err)
{
    static const char *const NAMES[] = { "imaging", "site", "made_by", "approved_by" };
    OWNED_LIBRARY_VERSION    v       = { 0 };
    const char              *state   = "";
    Err                      not     = { 0 };
    bool                     alone   = false;
    OWNED(DbQuery)          *q       = db_query(db, of->names);
    db_bind_int(q, 1, id);
    if (!library_load(of, db, id, &v, err) || !library_state(of, db, &v, &state, err) || !group_is_alone(db, &v, &alone, err) || db_next(q, err) != DB_ROW)
        return false;
    for (int i = 0; i < 4; i++)
        json_put(json, NAMES[i], db_is_null(q, i) ? json_null() : json_slice(db_slice(q, i)));
    json_put(json, "state", json_string(state));
    json_put(json, "review", json_incref(v.review));
    json_put(json, "made_at_ms", json_integer(v.made_at_ms));
    json_put(json, "approved_at_ms", moment(v.approved_at_ms));
    json_put(json, "retired_at_ms", moment(v.retired_at_ms));
    json_put(json, "inside", json_boolean(library_is_inside(who, v.imaging_id)));
    json_put(json, "alone", json_boolean(alone));
    json_put(json, "approves", json_boolean(library_may_approve(of, db, who, &v, &not)));
    return json_put(json, "mine", json_boolean((who_roles_in(who, v.imaging_id) & ROLE_IMAGER) != 0));
}
