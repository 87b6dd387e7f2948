/*
 * The gaps of a study's series: numbers from the index, positions and counters from the kept headers. E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/completeness.h"

#include <jansson.h>
#include <stdlib.h>

#include "clinic/archive/archive_internal.h"
#include "formats/json/json_util.h"

enum { HEADER_MAX = 16 << 20, IMAGE_HEADER_MAX = 1 << 20 }; /* bytes of JSON; of one image that is no stack of frames */

/* ---- values of a header in the DICOM JSON model (PS3.18 F.2) ---- */

static const json_t *value_at(const json_t *header, const char *tag, size_t index)
{
    return json_array_get(json_object_get(json_object_get(header, tag), "Value"), index);
}

static bool real_at(const json_t *header, const char *tag, size_t index, double *ret)
{
    const json_t *v = value_at(header, tag, index);
    if (json_is_number(v)) {
        *ret = json_number_value(v);
        return true;
    }
    char       *end  = NULL; /* a DS may be written as a string */
    const char *text = json_string_value(v);
    *ret             = text ? strtod(text, &end) : 0;
    return text && end != text;
}

static int64_t count_at(const json_t *header, const char *tag)
{
    double v = 0;
    return real_at(header, tag, 0, &v) && v > 0 && v < 1e6 ? (int64_t)v : 0;
}

static bool reals_at(const json_t *header, const char *tag, double *ret, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!real_at(header, tag, i, &ret[i]))
            return false;
    return true;
}

/*
 * How many the series has by its own word: Number of Series Related Instances (0020,1209); for PET slices
 * times time slices (0054,0081) (0054,0101). Images in Acquisition (0020,1002) counts over several series:
 * not used.
 */
static int64_t counted_by(const json_t *header)
{
    int64_t     related = count_at(header, "00201209"), slices = count_at(header, "00540081");
    int64_t     times = count_at(header, "00540101");
    const char *type = json_string_value(value_at(header, "00541000", 0)); /* Series Type: STATIC, DYNAMIC… */
    if (related)
        return related;
    if (!slices || !type || strcmp(type, "GATED") == 0)
        return 0;
    return slices * (strcmp(type, "DYNAMIC") == 0 && times ? times : 1);
}

static void image_read(const json_t *header, GapImage *ret)
{
    double orientation[6];
    ret->counted = counted_by(header);
    ret->has_place =
        reals_at(header, "00200032", ret->position, 3) && reals_at(header, "00200037", orientation, 6);
    for (int k = 0; ret->has_place && k < 3; k++) {
        ret->rows[k]    = orientation[k];
        ret->columns[k] = orientation[k + 3];
    }
}

/* A part of a concatenation: its UID, which one it is, of how many. False: it is none. */
static bool part_read(const json_t *header, GapPart *ret)
{
    const char *uid = json_string_value(value_at(header, "00209161", 0));
    *ret            = (GapPart) { .number = count_at(header, "00209162"), .total = count_at(header, "00209163") };
    return uid && slice_copy(slice_trim(slice_of(uid)), ret->uid, sizeof ret->uid) && ret->uid[0] &&
           ret->number > 0;
}

/* ---- one series ---- */

typedef struct Series {
    GapImage *images;
    GapPart  *parts;
    size_t    count, part_count;
} Series;

static void series_clear(Series *s)
{
    free(s->images);
    free(s->parts);
    *s = (Series) { 0 };
}

/* 'image' NULL: it holds many frames. Only a header that names a concatenation is read of such a one. */
static void told_by_header(Slice packed, size_t plain_bytes, Buf *plain, GapImage *image, Series *s)
{
    buf_clear(plain);
    if (plain_bytes > (size_t)(image ? IMAGE_HEADER_MAX : HEADER_MAX) ||
        !unzip_text(packed, plain_bytes, plain, NULL) ||
        (!image && slice_find(buf_slice(plain), SLICE("\"00209161\"")) == SIZE_MAX))
        return;
    OWNED(json_t) *header = json_parse_object(buf_slice(plain), NULL);
    if (!header)
        return;
    if (image)
        image_read(header, image);
    s->part_count += part_read(header, &s->parts[s->part_count]);
}

/*
 * Images of one frame by number and place: an object of many frames holds its slices itself. Parts of
 * concatenations of both.
 */
static bool series_read(Db *db, int64_t series_id, int64_t at_most, Series *ret, Err *err)
{
    DbStep    step;
    OWNED_BUF plain = buf_make(HEADER_MAX);
    ret->images     = calloc((size_t)at_most, sizeof *ret->images);
    ret->parts      = calloc((size_t)at_most, sizeof *ret->parts);
    if (!ret->images || !ret->parts)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "gaps of %lld images", (long long)at_most);
    OWNED(DbQuery) *q = db_query(db, "SELECT instance.number, instance_json.plain_bytes, instance_json.json,"
                                     "       instance.frames"
                                     "  FROM instance"
                                     "  JOIN instance_json ON instance_json.instance_id = instance.id"
                                     " WHERE instance.series_id = ?1"
                                     "   AND instance.frames >= 1"
                                     " LIMIT ?2");
    db_bind_int(q, 1, series_id);
    db_bind_int(q, 2, at_most);
    while ((step = db_next(q, err)) == DB_ROW) {
        GapImage *i = db_int(q, 3) == 1 ? &ret->images[ret->count++] : NULL;
        if (i) {
            i->has_number = !db_is_null(q, 0);
            i->number     = db_int(q, 0);
        }
        if (at_most <= COMPLETENESS_IMAGES_MAX)
            told_by_header(db_slice(q, 2), (size_t)db_int(q, 1), &plain, i, ret);
    }
    return step == DB_END;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool misses_numbers(const Gaps *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->items[i].kind == GAP_NUMBER)
            return true;
    return false;
}

/* The numbers of the study's series that share none with this one: it may be numbered through all of them. */
static bool numbers_elsewhere(Db *db, int64_t series_id, GapNumbers *ret, Err *err)
{
    DbStep step;
    size_t room       = 0;
    OWNED(DbQuery) *q = db_query(db, "SELECT there.number FROM series AS mine"
                                     "  JOIN series AS other ON other.study_id = mine.study_id AND other.id "
                                     "<> mine.id"
                                     "  JOIN instance AS there ON there.series_id = other.id"
                                     " WHERE mine.id = ?1 AND there.number IS NOT NULL"
                                     "   AND other.id NOT IN"
                                     "       (SELECT sharing.id FROM series AS own"
                                     "          JOIN series AS sharing ON sharing.study_id = own.study_id"
                                     "           AND sharing.id <> own.id"
                                     "          JOIN instance AS here ON here.series_id = own.id"
                                     "          JOIN instance AS same ON same.series_id = sharing.id"
                                     "           AND same.number = here.number"
                                     "         WHERE own.id = ?1)"
                                     " LIMIT 100000");
    db_bind_int(q, 1, series_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (ret->count == room) {
            room          = room ? room * 2 : 256;
            int64_t *more = realloc(ret->at, room * sizeof *more);
            if (!more)
                return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "numbers of a study");
            ret->at = more;
        }
        ret->at[ret->count++] = db_int(q, 0);
    }
    if (ret->count)
        qsort(ret->at, ret->count, sizeof *ret->at, by_value);
    return step == DB_END;
}

static bool series_gaps(Db *db, int64_t series_id, SeriesGaps *s, Err *err)
{
    Series     all       = { 0 };
    GapNumbers elsewhere = { 0 };
    bool       ok        = series_read(db, series_id, s->images, &all, err);
    if (ok) {
        gaps_find(all.images, all.count, NULL, &s->gaps);
        ok = !misses_numbers(&s->gaps) || numbers_elsewhere(db, series_id, &elsewhere, err);
    }
    if (ok && elsewhere.count)
        gaps_find(all.images, all.count, &elsewhere, &s->gaps);
    if (ok)
        gaps_of_parts(all.parts, all.part_count, &s->gaps);
    free(elsewhere.at);
    series_clear(&all);
    return ok;
}

static bool gaps_of_rows(Db *db, DbQuery *q, SeriesGapsEach *each, void *with, Err *err)
{
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        SeriesGaps s = { .number = db_is_null(q, 2) ? NO_NUMBER : db_int(q, 2), .images = db_int(q, 4) };
        db_text(q, 1, s.uid, sizeof s.uid);
        db_text(q, 3, s.description, sizeof s.description);
        db_text(q, 5, s.modality, sizeof s.modality);
        if (!series_gaps(db, db_int(q, 0), &s, err))
            return false;
        if (s.gaps.missing && !each(&s, with))
            return true;
    }
    return step != DB_FAILED;
}

#define GAPS_COLUMNS                                                                                         \
    "SELECT series.id, series.uid, series.number, series.description, series.instance_count, series.modality"

bool act_gaps_each(Db *db, int64_t act_id, SeriesGapsEach *each, void *with, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, GAPS_COLUMNS "  FROM study"
                                                  "  JOIN series ON series.study_id = study.id"
                                                  " WHERE study.act_id = ?1 AND series.instance_count > 0"
                                                  " ORDER BY series.number, series.id");
    db_bind_int(q, 1, act_id);
    return gaps_of_rows(db, q, each, with, err);
}

bool study_gaps_each(Db *db, int64_t study_id, SeriesGapsEach *each, void *with, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, GAPS_COLUMNS "  FROM series"
                                                  " WHERE series.study_id = ?1 AND series.instance_count > 0"
                                                  " ORDER BY series.number, series.id");
    db_bind_int(q, 1, study_id);
    return gaps_of_rows(db, q, each, with, err);
}
