/*
 * The ledger in short, for the event of a signature: bounded, and enough to say what was shown and what was not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/own.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/reading_ledger.h"
#include "formats/json/json_util.h"

enum { UNSEEN_MAX = 120, DESCRIPTION_MAX = 64 };

typedef struct Summing {
    Db        *db;
    const Act *a;
    int64_t    person_id;
    json_t    *series;
    int64_t    images, seen, incomplete, full_ms, more;
} Summing;

/* ---- numbers in ranges ---- */

typedef struct Ranges {
    char    text[UNSEEN_MAX + 8];
    size_t  used;
    int64_t from, to;
    bool    open, cut;
} Ranges;

static void range_close(Ranges *r)
{
    char one[48];
    if (!r->open || r->cut)
        return;
    int len = r->from == r->to ? snprintf(one, sizeof one, "%s%" PRId64, r->used ? ", " : "", r->from)
                               : snprintf(one, sizeof one, "%s%" PRId64 "-%" PRId64, r->used ? ", " : "", r->from, r->to);
    r->open = false;
    r->cut  = r->used + (size_t)len > UNSEEN_MAX;
    if (r->cut)
        (void)snprintf(r->text + r->used, sizeof r->text - r->used, "…");
    else
        r->used += (size_t)snprintf(r->text + r->used, sizeof r->text - r->used, "%s", one);
}

static void range_add(Ranges *r, int64_t number)
{
    if (r->open && (number == r->to || number == r->to + 1)) {
        r->to = number;
        return;
    }
    range_close(r);
    r->from = r->to = number;
    r->open         = true;
}

/* Numbers of the images of a series of which not every frame was shown whole. */
static bool unseen_of(const Summing *s, int64_t series_id, Ranges *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(s->db, "SELECT COALESCE(instance.number, 0)"
                                        "  FROM instance"
                                        " WHERE instance.series_id = ?1 AND instance.frames > 0"
                                        "   AND instance.frames > (SELECT COUNT(*) FROM reading_ledger"
                                        "                           WHERE reading_ledger.study_id = instance.study_id"
                                        "                             AND reading_ledger.person_id = ?2"
                                        "                             AND reading_ledger.uid = instance.uid AND reading_ledger.full_ms > 0)"
                                        " ORDER BY instance.number, instance.id");
    DbStep step = DB_END;
    db_bind_int(q, 1, series_id);
    db_bind_int(q, 2, s->person_id);
    while (!ret->cut && (step = db_next(q, err)) == DB_ROW)
        range_add(ret, db_int(q, 0));
    if (step == DB_FAILED)
        return false;
    range_close(ret);
    return true;
}

/* ---- series ---- */

static bool is_wanted(const Summing *s, Slice series_uid)
{
    size_t        i;
    const json_t *one;
    if (!act_is_expertise(s->a))
        return true;
    json_array_foreach (act_fact(s->a, "chosen_images", "series"), i, one)
        if (slice_equal_text(series_uid, json_string_value(json_object_get(one, "series_uid"))))
            return true;
    return false;
}

static bool series_add(Summing *s, const DbQuery *q, Err *err)
{
    Ranges unseen = { .text = "" };
    char   description[DESCRIPTION_MAX + 1];
    if (!is_wanted(s, db_slice(q, 8)))
        return true;
    s->images += db_int(q, 4);
    s->seen += db_int(q, 5);
    s->incomplete += db_int(q, 6);
    s->full_ms += db_int(q, 7);
    if (json_array_size(s->series) == SUMMARY_SERIES_MAX) {
        s->more++;
        return true;
    }
    if (db_int(q, 5) < db_int(q, 4) && !unseen_of(s, db_int(q, 0), &unseen, err))
        return false;
    db_text(q, 2, description, sizeof description);
    json_t *row = json_pack("{s:o, s:I, s:o, s:o, s:I, s:I, s:I, s:I, s:s}", "study", json_slice(db_slice(q, 9)), "number", (json_int_t)db_int(q, 1),
                            "description", json_slice(slice_whole_letters(slice_of(description))), "modality", json_slice(db_slice(q, 3)), "images",
                            (json_int_t)db_int(q, 4), "seen", (json_int_t)db_int(q, 5), "incomplete", (json_int_t)db_int(q, 6), "full_ms",
                            (json_int_t)db_int(q, 7), "unseen", unseen.text);
    return json_push(s->series, row);
}

static bool study_add(Summing *s, int64_t study_id, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(s->db, "SELECT series.id, COALESCE(series.number, 0), series.description, series.modality,"
                        "       (SELECT SUM(frames) FROM instance WHERE instance.series_id = series.id),"
                        "       COALESCE(SUM(l.full_ms > 0), 0), COALESCE(SUM(l.full_ms = 0 AND l.partial_ms > 0), 0), COALESCE(SUM(l.full_ms), 0),"
                        "       series.uid, study.uid"
                        "  FROM series JOIN study ON study.id = series.study_id"
                        "  JOIN instance ON instance.series_id = series.id AND instance.frames > 0"
                        "  LEFT JOIN reading_ledger l ON l.study_id = series.study_id AND l.person_id = ?2 AND l.uid = instance.uid"
                        " WHERE series.study_id = ?1 GROUP BY series.id, study.uid ORDER BY series.number, series.id");
    DbStep step;
    db_bind_int(q, 1, study_id);
    db_bind_int(q, 2, s->person_id);
    while ((step = db_next(q, err)) == DB_ROW)
        if (!series_add(s, q, err))
            return false;
    return step == DB_END;
}

bool reading_summary(Db *db, const Act *a, int64_t person_id, json_t **ret, Err *err)
{
    Summing s         = { .db = db, .a = a, .person_id = person_id, .series = json_array() };
    OWNED(json_t) *j  = json_pack("{s:o}", "series", s.series);
    OWNED(DbQuery) *q = db_query(db, "SELECT study.id, study.uid FROM study WHERE study.act_id = ?1 OR (?2 = 1 AND study.patient_id = ?3) ORDER BY study.id");
    DbStep step;
    db_bind_int(q, 1, a->id);
    db_bind_int(q, 2, act_is_expertise(a));
    db_bind_int(q, 3, a->patient_id);
    while ((step = db_next(q, err)) == DB_ROW)
        if (!study_add(&s, db_int(q, 0), err))
            return false;
    if (step != DB_END || !j)
        return step == DB_END && err_set(err, ERR_UNAVAILABLE, "Memory is out.", "summary");
    json_put(j, "images", json_integer(s.images));
    json_put(j, "seen", json_integer(s.seen));
    json_put(j, "incomplete", json_integer(s.incomplete));
    json_put(j, "full_ms", json_integer(s.full_ms));
    json_put(j, "more", json_integer(s.more));
    *ret = GIVE(j);
    return true;
}
