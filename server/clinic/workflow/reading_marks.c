/*
 * Measures and key images: what may be kept, and the table that keeps them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/reading_marks.h"

#include <math.h>

#include "base/own.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

enum { TEXT_MAX = 500, FIGURES_MAX = 8, CONTENT_MAX = 1 << 20, FRAME_MAX = 100000 };
#define NOT_A_SET "This is not a set of measures."

/* The fewest and most points of each kind; the page's table is measure/figures.ts. */
static const struct {
    const char *kind;
    size_t      least, most;
} KINDS[] = {
    { "length", 2, 2 },    { "bidirectional", 4, 4 }, { "angle", 3, 3 }, { "cobb", 4, 4 },  { "ellipse", 2, 2 },
    { "rectangle", 2, 2 }, { "freehand", 3, READING_POINTS_MAX }, { "probe", 1, 1 }, { "arrow", 2, 2 }, { "text", 1, 1 },
};

static bool number_fits(const json_t *value)
{
    return json_is_number(value) && isfinite(json_number_value(value)) && fabs(json_number_value(value)) < 1e9;
}

static bool text_fits(const json_t *value, size_t most)
{
    return json_is_string(value) && json_string_length(value) <= most;
}

static bool window_fits(const json_t *window)
{
    return json_is_null(window) || (number_fits(json_object_get(window, "center")) && number_fits(json_object_get(window, "width")));
}

static bool points_fit(const json_t *points, const char *kind)
{
    size_t  i;
    json_t *one;
    for (size_t k = 0; k < COUNT(KINDS); k++)
        if (strcmp(kind, KINDS[k].kind) == 0) {
            if (json_array_size(points) < KINDS[k].least || json_array_size(points) > KINDS[k].most)
                return false;
            json_array_foreach (points, i, one)
                if (json_array_size(one) != 2 || !number_fits(json_array_get(one, 0)) || !number_fits(json_array_get(one, 1)))
                    return false;
            return true;
        }
    return false;
}

static bool figures_fit(const json_t *figures)
{
    size_t  i;
    json_t *one;
    if (!json_is_array(figures) || json_array_size(figures) > FIGURES_MAX)
        return false;
    json_array_foreach (figures, i, one)
        if (!text_fits(json_object_get(one, "name"), 16) || !text_fits(json_object_get(one, "unit"), 32) ||
            !number_fits(json_object_get(one, "value")))
            return false;
    return true;
}

/* The image is one of this study, and the frame one of its frames. */
static bool place_fits(Db *db, const StudyRow *study, const json_t *one, Err *err)
{
    const char *sop   = json_string_value(json_object_get(one, "sop"));
    const char *row   = json_string_value(json_object_get(one, "series"));
    int64_t     frame = json_integer_value(json_object_get(one, "frame"));
    if (!sop || !row || !uid_is_usable(slice_of(sop)) || !uid_is_usable(slice_of(row)) || frame < 1 || frame > FRAME_MAX ||
        !window_fits(json_object_get(one, "window")) || !json_is_integer(json_object_get(one, "at_ms")))
        return err_set(err, ERR_INPUT, NOT_A_SET, "place or window");
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance JOIN series ON series.id = instance.series_id"
                                     " WHERE instance.uid = ?1 AND instance.study_id = ?2 AND series.uid = ?3"
                                     "   AND instance.frames >= ?4");
    db_bind_cstr(q, 1, sop);
    db_bind_int(q, 2, study->id);
    db_bind_cstr(q, 3, row);
    db_bind_int(q, 4, frame);
    DbStep step = db_next(q, err);
    return step == DB_ROW ||
           (step == DB_END && err_set(err, ERR_INPUT, "A measure is on an image that is not of this study.", "%s frame %lld", sop, (long long)frame));
}

static bool mark_fits(Db *db, const StudyRow *study, const json_t *one, Err *err)
{
    const char *kind = json_string_value(json_object_get(one, "kind"));
    if (!kind || !points_fit(json_object_get(one, "points"), kind) || !text_fits(json_object_get(one, "id"), 64) ||
        !text_fits(json_object_get(one, "text"), TEXT_MAX) || !figures_fit(json_object_get(one, "figures")))
        return err_set(err, ERR_INPUT, NOT_A_SET, "a mark");
    return place_fits(db, study, one, err);
}

static bool set_fits(Db *db, const StudyRow *study, const json_t *content, Err *err)
{
    size_t        i;
    json_t       *one;
    const json_t *marks = json_object_get(content, "marks"), *keys = json_object_get(content, "keys");
    if (!json_is_array(marks) || !json_is_array(keys))
        return err_set(err, ERR_INPUT, NOT_A_SET, "two lists");
    if (json_array_size(marks) > READING_MARKS_MAX || json_array_size(keys) > READING_KEYS_MAX)
        return err_set(err, ERR_LIMIT, "There are too many measures on this study: remove some before adding others.", "%zu marks, %zu keys",
                       json_array_size(marks), json_array_size(keys));
    json_array_foreach (marks, i, one)
        if (!mark_fits(db, study, one, err))
            return false;
    json_array_foreach (keys, i, one)
        if (!place_fits(db, study, one, err))
            return false;
    return true;
}

bool reading_marks_json(Db *db, const StudyRow *study, int64_t person_id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT version, content, kept_at_ms FROM reading_marks WHERE study_id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, study->id);
    db_bind_int(q, 2, person_id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    json_t *content = step == DB_ROW ? json_parse_object(db_slice(q, 1), err) : json_pack("{s:[], s:[]}", "marks", "keys");
    if (!content)
        return false;
    *ret = json_pack("{s:I, s:o, s:I}", "version", (json_int_t)(step == DB_ROW ? db_int(q, 0) : 0), "content", content,
                     "kept_at_ms", (json_int_t)(step == DB_ROW ? db_int(q, 2) : 0));
    return *ret || err_set(err, ERR_LIMIT, "The content is too large.", "marks");
}

bool reading_marks_keep(Db *db, const StudyRow *study, int64_t person_id, int64_t version, const json_t *content,
                        int64_t *ret_version, Err *err)
{
    OWNED_BUF text = buf_make(CONTENT_MAX);
    if (!set_fits(db, study, content, err) || !json_dump_to_buf(content, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO reading_marks (study_id, person_id, act_id, version, content, kept_at_ms)"
                                     " SELECT ?1, ?2, ?3, ?4 + 1, ?5, ?6 WHERE ?4 = COALESCE((SELECT version FROM reading_marks WHERE study_id = ?1 AND person_id = ?2), 0)"
                                     " ON CONFLICT (study_id, person_id) DO UPDATE SET act_id = excluded.act_id, version = excluded.version,"
                                     "  content = excluded.content, kept_at_ms = excluded.kept_at_ms");
    db_bind_int(q, 1, study->id);
    db_bind_int(q, 2, person_id);
    db_bind_int(q, 3, study->act_id);
    db_bind_int(q, 4, version);
    db_bind_text(q, 5, buf_slice(&text));
    db_bind_int(q, 6, clock_now_ms());
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_CONFLICT, "Your measures were changed in another window meanwhile: read them again, then add yours.",
                       "version %lld", (long long)version);
    *ret_version = version + 1;
    return true;
}
