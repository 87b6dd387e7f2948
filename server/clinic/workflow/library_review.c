/*
 * How a version of a library comes into force: submitted by an imager, sent back, approved by an imager or the responsible radiologist
 * of the group who had no hand in it; withdrawn. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/library.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"

enum { WORDS_MAX = 4000, WHY_LETTERS = 5 };

bool library_words(const json_t *body, Slice *ret, Err *err)
{
    *ret = SLICE_NONE;
    if (body && !json_may_text(body, "text", ret, err))
        return false;
    *ret = slice_trim(*ret);
    return (ret->len <= WORDS_MAX && text_is_clean_utf8(*ret)) || err_set(err, ERR_INPUT, "Write it in at most 4000 letters.", "text");
}

json_t *library_said(const Who *who, Slice text)
{
    return json_pack("{s:I, s:I, s:s, s:o}", "at_ms", (json_int_t)clock_now_ms(), "by", (json_int_t)who->person_id, "name", who->name, "text",
                     json_slice(text));
}

static bool review_save(const Library *of, Db *db, const LibraryVersion *v, Err *err)
{
    OWNED_BUF text = buf_make(64 << 10);
    if (!json_dump_to_buf(v->review, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, of->review);
    db_bind_int(q, 1, v->id);
    db_bind_text(q, 2, buf_slice(&text));
    return db_run(q, err);
}

bool library_turn(const Library *of, Db *db, const LibraryVersion *v, const char *turn, json_t *said, Err *err)
{
    return json_put(v->review, turn, said) && review_save(of, db, v, err);
}

static bool is_not_settled(const Library *of, const LibraryVersion *v, Err *err)
{
    return (!v->approved_at_ms && !v->retired_at_ms) || err_set(err, ERR_CONFLICT, of->settled, "%s %" PRId64, of->object, v->id);
}

static bool is_inside(const Library *of, const Who *who, const LibraryVersion *v, Err *err)
{
    return library_is_inside(who, v->imaging_id) || err_set(err, ERR_DENIED, of->writers, "organisation %" PRId64, v->imaging_id);
}

/* Whoever is of the group, and whoever stands in for it: nobody else learns where a version stands. */
static bool may_judge(const Library *of, Db *db, const Who *who, const LibraryVersion *v, Err *err)
{
    return library_is_inside(who, v->imaging_id) || library_may_approve(of, db, who, v, err);
}

bool library_is_judged(const Library *of, const LibraryVersion *v, Err *err)
{
    return is_not_settled(of, v, err) &&
           (json_object_get(v->review, "submitted") ||
            err_set(err, ERR_CONFLICT, "This version is not submitted for approval: submit it first.", "%s %" PRId64, of->object, v->id));
}

bool library_submit(const Library *of, Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_LIBRARY_VERSION v = { 0 };
    Slice                 text;
    if (!library_load(of, db, id, &v, err) || !library_may_write(of, who, v.imaging_id, err) || !is_not_settled(of, &v, err) ||
        !library_words(body, &text, err))
        return false;
    if (json_object_get(v.review, "submitted"))
        return err_set(err, ERR_CONFLICT, "This version is submitted already.", "%s %" PRId64, of->object, id);
    json_object_del(v.review, "opinion"); /* of what was submitted before, not of this text */
    return library_turn(of, db, &v, "submitted", library_said(who, text), err);
}

bool library_return(const Library *of, Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_LIBRARY_VERSION v = { 0 };
    Slice                 text;
    if (!library_load(of, db, id, &v, err) || !may_judge(of, db, who, &v, err) || !library_is_judged(of, &v, err) || !library_words(body, &text, err))
        return false;
    if (!says_something(text, WHY_LETTERS))
        return err_set(err, ERR_INPUT, "Write what is to be changed before it comes back.", "text");
    json_object_del(v.review, "submitted");
    return library_turn(of, db, &v, "returned", library_said(who, text), err);
}

bool library_approve(const Library *of, Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_LIBRARY_VERSION v = { 0 };
    Slice                 text;
    if (!library_load(of, db, id, &v, err) || !may_judge(of, db, who, &v, err) || !library_is_judged(of, &v, err) ||
        !library_may_approve(of, db, who, &v, err) || !library_words(body, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, of->approve);
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err) && library_turn(of, db, &v, "approved", library_said(who, text), err);
}

bool library_retire(const Library *of, Db *db, const Who *who, int64_t id, Err *err)
{
    OWNED_LIBRARY_VERSION v = { 0 };
    if (!library_load(of, db, id, &v, err) || !is_inside(of, who, &v, err))
        return false;
    if (v.retired_at_ms)
        return err_set(err, ERR_CONFLICT, of->settled, "%s %" PRId64, of->object, id);
    OWNED(DbQuery) *q = db_query(db, of->retire);
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    return db_run(q, err);
}
