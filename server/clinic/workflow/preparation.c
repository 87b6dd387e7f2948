/*
 * The library of preparation sheets: what its table keeps; the turns of a version are library.h's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/preparation.h"

#include <inttypes.h>
#include <string.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/calendar_rules.h"
#include "clinic/workflow/library.h"
#include "clinic/workflow/slots.h"
#include "platform/clock.h"

enum { SHEETS_MAX = 1000 };

#define COLUMNS "id, root_id, version, imaging_id, approved_at_ms, modality, region, contrast, child, content, site_id"
#define IN_FORCE LIBRARY_IN_FORCE("preparation")

static const Library SHEETS = {
    .object  = "preparation",
    .unknown = "No such preparation sheet.",
    .writers = "Preparation sheets are written and approved by the imagers of the group.",
    .settled = "This version of the sheet is approved or withdrawn already.",
    LIBRARY_STATEMENTS("preparation"),
};

void preparation_clear(Preparation *p)
{
    json_decref(p->content);
    *p = (Preparation) { 0 };
}

static bool from_row(const DbQuery *q, Preparation *ret, Err *err)
{
    Preparation p = { .id = db_int(q, 0), .root_id = db_int(q, 1), .version = db_int(q, 2), .imaging_id = db_int(q, 3),
                      .approved_at_ms = db_int(q, 4), .site_id = db_int(q, 10) };
    db_text(q, 5, p.modality, sizeof p.modality);
    db_text(q, 6, p.region, sizeof p.region);
    db_text(q, 7, p.contrast, sizeof p.contrast);
    db_text(q, 8, p.child, sizeof p.child);
    p.content = json_parse_object(db_slice(q, 9), err);
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

static bool any_yes_no(const char *said)
{
    return !strcmp(said, "any") || !strcmp(said, "yes") || !strcmp(said, "no");
}

static bool from_body(const json_t *body, Preparation *p, json_t **content, Err *err)
{
    const char *why = NULL;
    return json_need_int(body, "imaging_id", 1, INT64_MAX, &p->imaging_id, err) && json_may_int(body, "site_id", 0, INT64_MAX, &p->site_id, err) &&
           json_need_copy(body, "modality", p->modality, sizeof p->modality, err) && json_may_copy(body, "region", p->region, sizeof p->region, err) &&
           json_need_copy(body, "contrast", p->contrast, sizeof p->contrast, err) && json_need_copy(body, "child", p->child, sizeof p->child, err) &&
           json_need_object(body, "content", content, err) && content_check(*content, err) &&
           (any_yes_no(p->contrast) && any_yes_no(p->child) ? true : err_set(err, ERR_INPUT, "Say for whom the sheet is: any, yes or no.", "contrast, child")) &&
           (modality_supported(slice_of(p->modality), &why) || err_set(err, ERR_INPUT, "This modality is not one of téléimagerie.", "%s", p->modality));
}

/* ---- changed ---- */

static void bind_sheet(DbQuery *q, const Preparation *p, Slice content)
{
    if (p->site_id)
        db_bind_int(q, 2, p->site_id);
    else
        db_bind_null(q, 2);
    db_bind_cstr(q, 3, p->region);
    db_bind_cstr(q, 4, p->contrast);
    db_bind_cstr(q, 5, p->child);
    db_bind_text(q, 6, content);
}

/* The next version is the same group's and modality's: another exam is another sheet. */
static bool same_exam(Db *db, int64_t id, const Preparation *p, Err *err)
{
    OWNED_PREPARATION before = { 0 };
    return load(db, id, &before, err) && ((before.imaging_id == p->imaging_id && strcmp(before.modality, p->modality) == 0) ||
                                          err_set(err, ERR_INPUT, "A sheet is replaced by one of the same group and modality.", "sheet %" PRId64, id));
}

bool preparation_create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err)
{
    Preparation p        = { 0 };
    json_t     *content  = NULL;
    int64_t     previous = 0;
    OWNED_BUF   text     = buf_make(64 * 1024);
    if (!from_body(body, &p, &content, err) || !json_may_int(body, "replaces", 0, INT64_MAX, &previous, err) ||
        !library_may_write(&SHEETS, who, p.imaging_id, err) || !json_dump_to_buf(content, &text, err) ||
        (previous && !same_exam(db, previous, &p, err)) || !library_next(&SHEETS, db, previous, &p.root_id, &p.version, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO preparation (root_id, site_id, region, contrast, child, content, imaging_id, modality, version, made_by, made_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    db_bind_int(q, 1, p.root_id);
    bind_sheet(q, &p, buf_slice(&text));
    db_bind_int(q, 7, p.imaging_id);
    db_bind_cstr(q, 8, p.modality);
    db_bind_int(q, 9, p.version);
    db_bind_int(q, 10, who->person_id);
    db_bind_int(q, 11, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return library_made(&SHEETS, db, who, *ret_id, err);
}

bool preparation_rewrite(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    Preparation p       = { 0 };
    json_t     *content = NULL;
    OWNED_BUF   text    = buf_make(64 * 1024);
    if (!library_may_rewrite(&SHEETS, db, who, id, err) || !from_body(body, &p, &content, err) || !same_exam(db, id, &p, err) ||
        !json_dump_to_buf(content, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE preparation SET site_id = ?2, region = ?3, contrast = ?4, child = ?5, content = ?6 WHERE id = ?1");
    db_bind_int(q, 1, id);
    bind_sheet(q, &p, buf_slice(&text));
    return db_run(q, err) && library_rewritten(&SHEETS, db, who, id, err);
}

bool preparation_submit(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    return library_submit(&SHEETS, db, who, id, body, err);
}

bool preparation_return(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    return library_return(&SHEETS, db, who, id, body, err);
}

bool preparation_approve(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    return library_approve(&SHEETS, db, who, id, body, err);
}

bool preparation_retire(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    (void)body;
    return library_retire(&SHEETS, db, who, id, err);
}

/* ---- read ---- */

static bool push_seen(Db *db, const Who *who, const Preparation *p, json_t *list, Err *err)
{
    bool seen = p->approved_at_ms || library_is_inside(who, p->imaging_id);
    if (!seen && !library_stands_in(&SHEETS, db, who, p->id, &seen, err))
        return false;
    if (!seen)
        return true;
    OWNED(json_t) *one = json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:s, s:O}", "id", (json_int_t)p->id, "root_id", (json_int_t)p->root_id,
                                   "version", (json_int_t)p->version, "imaging_id", (json_int_t)p->imaging_id, "site_id", (json_int_t)p->site_id,
                                   "modality", p->modality, "region", p->region, "contrast", p->contrast, "child", p->child, "content", p->content);
    return one && library_put(&SHEETS, db, who, p->id, one, err) && json_push(list, json_incref(one));
}

static bool push_all(Db *db, const Who *who, DbQuery *q, json_t *list, Err *err)
{
    for (DbStep step; json_array_size(list) < SHEETS_MAX && (step = db_next(q, err)) != DB_END;) {
        OWNED_PREPARATION p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err) || !push_seen(db, who, &p, list, err))
            return false;
    }
    return true;
}

bool preparations_json(Db *db, const Who *who, bool all, json_t **ret, Err *err)
{
    OWNED(json_t)  *list = json_array();
    OWNED(DbQuery) *q    = db_query(db, "SELECT " COLUMNS " FROM preparation WHERE ?1 = 1 OR (retired_at_ms IS NULL AND (approved_at_ms IS NULL OR" IN_FORCE "))"
                                        " ORDER BY modality, region, contrast, child, version");
    db_bind_int(q, 1, all);
    if (!push_all(db, who, q, list, err))
        return false;
    *ret = json_pack("{s:O}", "preparations", list);
    return *ret != NULL;
}

bool preparation_whole_json(Db *db, const Who *who, int64_t id, json_t **ret, Err *err)
{
    OWNED_PREPARATION p        = { 0 };
    OWNED(json_t)    *versions = json_array();
    if (!load(db, id, &p, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM preparation WHERE root_id = ?1 ORDER BY version DESC");
    db_bind_int(q, 1, p.root_id);
    if (!push_all(db, who, q, versions, err))
        return false;
    for (size_t i = 0; i < json_array_size(versions); i++)
        if (json_integer_value(json_object_get(json_array_get(versions, i), "id")) == id)
            *ret = json_pack("{s:O, s:O}", "preparation", json_array_get(versions, i), "versions", versions);
    return *ret || err_set(err, ERR_NOT_FOUND, "No such preparation sheet.", "sheet %" PRId64, id);
}

bool preparation_for_act(Db *db, const Act *a, Preparation *ret, bool *ret_found, Err *err)
{
    int             best = 0;
    ExamKind        kind = exam_kind(db, a, a->slot_start_ms ? a->slot_start_ms : clock_now_ms());
    OWNED(DbQuery) *q    = db_query(db, "SELECT " COLUMNS " FROM preparation WHERE imaging_id = ?1 AND modality = ?2"
                                        "   AND (site_id IS NULL OR site_id = ?3) AND" IN_FORCE " ORDER BY id");
    db_bind_int(q, 1, a->imaging_id);
    db_bind_cstr(q, 2, a->modality);
    db_bind_int(q, 3, a->site_id);
    *ret_found = false;
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_PREPARATION p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err)) {
            preparation_clear(ret);
            return false;
        }
        int said = exam_kind_fits(p.region, p.contrast, p.child, &kind) * 2;
        said += said && p.site_id; /* of two that say as much of the exam, the site's own */
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
