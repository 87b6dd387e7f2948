/*
 * The library of preparation sheets: the only SQL for its table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/preparation.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/calendar_rules.h"
#include "clinic/workflow/protocol.h"
#include "clinic/workflow/slots.h"
#include "platform/clock.h"

#define COLUMNS "id, root_id, version, imaging_id, approved_at_ms, retired_at_ms, modality, region, contrast, child, content"
/* The approved version with the highest number counts; a withdrawn sheet counts no more. */
#define IN_FORCE                                                                                                   \
    " approved_at_ms IS NOT NULL AND retired_at_ms IS NULL AND NOT EXISTS (SELECT 1 FROM preparation AS later"     \
    "   WHERE later.root_id = preparation.root_id AND later.version > preparation.version AND later.approved_at_ms IS NOT NULL) "

void preparation_clear(Preparation *p)
{
    json_decref(p->content);
    *p = (Preparation) { 0 };
}

static bool from_row(const DbQuery *q, Preparation *ret, Err *err)
{
    Preparation p = { .id = db_int(q, 0), .root_id = db_int(q, 1), .version = db_int(q, 2), .imaging_id = db_int(q, 3),
                      .approved_at_ms = db_int(q, 4), .retired_at_ms = db_int(q, 5) };
    db_text(q, 6, p.modality, sizeof p.modality);
    db_text(q, 7, p.region, sizeof p.region);
    db_text(q, 8, p.contrast, sizeof p.contrast);
    db_text(q, 9, p.child, sizeof p.child);
    p.content = json_parse_object(db_slice(q, 10), err);
    if (!p.content)
        return false;
    *ret = p;
    return true;
}

static bool load(Db *db, int64_t id, Preparation *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM preparation WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    return step == DB_ROW ? from_row(q, ret, err) : step == DB_END && err_set(err, ERR_NOT_FOUND, "No such preparation sheet.", "sheet %" PRId64, id);
}

static bool is_imager(const Who *who, int64_t imaging_id, Err *err)
{
    return (who_roles_in(who, imaging_id) & ROLE_IMAGER) ||
           err_set(err, ERR_DENIED, "Preparation sheets are written and approved by the imagers of the group.", "organisation %" PRId64, imaging_id);
}

/* ---- checked ---- */

static bool lines_check(const json_t *of, const char *key, Err *err)
{
    enum { LINES_MAX = 20, LINE_MAX = 400 };
    json_t *list = NULL, *line;
    size_t  i;
    if (!json_may_array(of, key, LINES_MAX, &list, err))
        return false;
    json_array_foreach (list, i, line) {
        Slice text = slice_of(json_string_value(line));
        if (!json_is_string(line) || !text.len || text.len > LINE_MAX || !text_is_clean_utf8(text))
            return err_set(err, ERR_INPUT, "A line of a preparation sheet is a text of at most 400 bytes.", "%s", key);
    }
    return true;
}

static bool content_check(const json_t *content, Err *err)
{
    static const char *const LANGS[] = { "fr", "en" }, *const LISTS[] = { "before", "day", "bring", "after" };
    for (size_t i = 0; i < COUNT(LANGS); i++) {
        json_t *of    = NULL;
        Slice   title = SLICE_NONE;
        if (!json_need_object(content, LANGS[i], &of, err) || !json_need_text(of, "title", &title, err))
            return false;
        for (size_t k = 0; k < COUNT(LISTS); k++)
            if (!lines_check(of, LISTS[k], err))
                return false;
    }
    return true;
}

static bool from_body(const json_t *body, Preparation *p, json_t **content, Err *err)
{
    const char *why = NULL;
    return json_need_int(body, "imaging_id", 1, INT64_MAX, &p->imaging_id, err) &&
           json_need_copy(body, "modality", p->modality, sizeof p->modality, err) && json_may_copy(body, "region", p->region, sizeof p->region, err) &&
           json_need_copy(body, "contrast", p->contrast, sizeof p->contrast, err) && json_need_copy(body, "child", p->child, sizeof p->child, err) &&
           json_need_object(body, "content", content, err) && content_check(*content, err) &&
           (modality_supported(slice_of(p->modality), &why) || err_set(err, ERR_INPUT, "This modality is not one of téléimagerie.", "%s", p->modality));
}

/* ---- changed ---- */

bool preparation_create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err)
{
    Preparation       p        = { .version = 1 };
    OWNED_PREPARATION before   = { 0 };
    json_t           *content  = NULL;
    int64_t           previous = 0;
    OWNED_BUF         text     = buf_make(64 * 1024);
    if (!from_body(body, &p, &content, err) || !json_may_int(body, "replaces", 0, INT64_MAX, &previous, err) || !is_imager(who, p.imaging_id, err) ||
        !json_dump_to_buf(content, &text, err) || (previous && !load(db, previous, &before, err)))
        return false;
    if (previous && before.imaging_id != p.imaging_id)
        return err_set(err, ERR_INPUT, "A sheet is replaced by one of the same group.", "sheet %" PRId64, previous);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO preparation (root_id, version, imaging_id, modality, region, contrast, child, content, made_by, made_at_ms)"
                                     " VALUES (?1, CASE WHEN ?1 = 0 THEN 1 ELSE (SELECT max(version) + 1 FROM preparation WHERE root_id = ?1) END,"
                                     "         ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    db_bind_int(q, 1, before.root_id);
    db_bind_int(q, 2, p.imaging_id);
    db_bind_cstr(q, 3, p.modality);
    db_bind_cstr(q, 4, p.region);
    db_bind_cstr(q, 5, p.contrast);
    db_bind_cstr(q, 6, p.child);
    db_bind_text(q, 7, buf_slice(&text));
    db_bind_int(q, 8, who->person_id);
    db_bind_int(q, 9, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    if (previous)
        return true;
    OWNED(DbQuery) *root = db_query(db, "UPDATE preparation SET root_id = id WHERE id = ?1");
    db_bind_int(root, 1, *ret_id);
    return db_run(root, err);
}

static bool stamp(Db *db, const Who *who, int64_t id, bool approve, Err *err)
{
    OWNED_PREPARATION p = { 0 };
    if (!load(db, id, &p, err) || !is_imager(who, p.imaging_id, err))
        return false;
    if (p.retired_at_ms || (approve && p.approved_at_ms))
        return err_set(err, ERR_CONFLICT, "This version of the sheet is approved or withdrawn already.", "sheet %" PRId64, id);
    OWNED(DbQuery) *q = approve ? db_query(db, "UPDATE preparation SET approved_by = ?2, approved_at_ms = ?3 WHERE id = ?1")
                                : db_query(db, "UPDATE preparation SET retired_at_ms = ?3 WHERE id = ?1 AND ?2 > 0");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err);
}

bool preparation_approve(Db *db, const Who *who, int64_t id, Err *err)
{
    return stamp(db, who, id, true, err);
}

bool preparation_retire(Db *db, const Who *who, int64_t id, Err *err)
{
    return stamp(db, who, id, false, err);
}

/* ---- read ---- */

bool preparations_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t)  *list = json_array();
    OWNED(DbQuery) *q    = db_query(db, "SELECT " COLUMNS ", (SELECT given || ' ' || family FROM person WHERE person.id = approved_by) FROM preparation"
                                        " WHERE retired_at_ms IS NULL AND (approved_at_ms IS NULL OR" IN_FORCE ") ORDER BY modality, region, contrast, child, version");
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_PREPARATION p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err))
            return false;
        bool mine = who_roles_in(who, p.imaging_id) & ROLE_IMAGER;
        if (!mine && !p.approved_at_ms)
            continue;
        json_push(list, json_pack("{s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:s, s:O, s:o, s:o, s:b}", "id", (json_int_t)p.id, "root_id", (json_int_t)p.root_id,
                                  "version", (json_int_t)p.version, "imaging_id", (json_int_t)p.imaging_id, "modality", p.modality, "region", p.region,
                                  "contrast", p.contrast, "child", p.child, "content", p.content, "approved_at_ms",
                                  p.approved_at_ms ? json_integer(p.approved_at_ms) : json_null(), "approved_by", db_is_null(q, 11) ? json_null() : json_slice(db_slice(q, 11)),
                                  "mine", mine));
    }
    *ret = json_pack("{s:O}", "preparations", list);
    return *ret != NULL;
}

bool preparation_for_act(Db *db, const Act *a, Preparation *ret, bool *ret_found, Err *err)
{
    int             best = 0;
    ExamKind        kind = exam_kind(db, a, a->slot_start_ms ? a->slot_start_ms : clock_now_ms());
    OWNED(DbQuery) *q    = db_query(db, "SELECT " COLUMNS " FROM preparation WHERE imaging_id = ?1 AND modality = ?2 AND" IN_FORCE " ORDER BY id");
    db_bind_int(q, 1, a->imaging_id);
    db_bind_cstr(q, 2, a->modality);
    *ret_found = false;
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_PREPARATION p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err)) {
            preparation_clear(ret);
            return false;
        }
        int said = exam_kind_fits(p.region, p.contrast, p.child, &kind);
        if (said <= best)
            continue;
        preparation_clear(ret);
        best       = said;
        *ret       = p;
        p.content  = NULL;
        *ret_found = true;
    }
    return true;
}
