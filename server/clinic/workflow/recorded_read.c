/*
 * What is recorded on a study, told as the viewer draws it: objects of ours and of anybody, read from their files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "clinic/workflow/recorded_internal.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"
#include "formats/texts/texts.h"
#include "guard/access/people.h"

enum { OBJECTS_MAX = 60, OBJECT_BYTES_MAX = 16 << 20, ARENA_MAX = 64 << 20, MARKS_TOLD_MAX = 4000, POINTS_TOLD_MAX = 60000 };

typedef struct Listing {
    const ActHouse *house;
    Db             *db;
    const StudyRow *study;
    InstanceRow    *rows;
    size_t          count;
    bool            cut;
    size_t          marks, points; /* told already */
} Listing;

/* ---- which objects ---- */

static bool object_take(const InstanceRow *row, void *with)
{
    Listing *l = with;
    if (measure_object(slice_of(row->class_uid)) == MEASURE_OBJECT_NONE)
        return true;
    l->cut = l->cut || l->count == OBJECTS_MAX || row->bytes > OBJECT_BYTES_MAX;
    if (l->count < OBJECTS_MAX && row->bytes <= OBJECT_BYTES_MAX)
        l->rows[l->count++] = *row;
    return true;
}

static int newest_first(const void *one, const void *other)
{
    const InstanceRow *a = one, *b = other;
    return a->received_at_ms > b->received_at_ms ? -1 : a->received_at_ms < b->received_at_ms;
}

/* Ours: of whom, which version, and whether it is that person's last. */
typedef struct Ours {
    int64_t person_id, version, at_ms;
    bool    known, newest, is_signed;
    char    author[160];
} Ours;

static bool ours_find(Db *db, const char *uid, Ours *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT recorded_marks.person_id, recorded_marks.version, recorded_marks.at_ms, recorded_marks.signed,"
                                     "       recorded_marks.version = (SELECT MAX(other.version) FROM recorded_marks other"
                                     "                                  WHERE other.study_id = recorded_marks.study_id"
                                     "                                    AND other.person_id = recorded_marks.person_id"
                                     "                                    AND other.kept_at_ms IS NOT NULL)"
                                     "  FROM recorded_object JOIN recorded_marks ON recorded_marks.id = recorded_object.record_id"
                                     " WHERE recorded_object.uid = ?1");
    Person p;
    db_bind_cstr(q, 1, uid);
    *ret        = (Ours) { 0 };
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    *ret = (Ours) { .known = true, .person_id = db_int(q, 0), .version = db_int(q, 1), .at_ms = db_int(q, 2), .is_signed = db_int(q, 3) != 0, .newest = db_int(q, 4) != 0 };
    if (!person_load(db, ret->person_id, &p, err))
        return false;
    person_shown_name(&p, ret->author, sizeof ret->author);
    return true;
}

/* ---- where a mark stands ---- */

/* The series of an image of this study; false: it is not here, and the mark is told as elsewhere. */
static bool place_of(const Listing *l, Slice sop_uid, int64_t frame, char ret_series[65], bool *ret_here, Err *err)
{
    *ret_here = false;
    if (!uid_is_usable(sop_uid))
        return true;
    OWNED(DbQuery) *q = db_query(l->db, "SELECT series.uid FROM instance JOIN series ON series.id = instance.series_id"
                                        " WHERE instance.uid = ?1 AND instance.study_id = ?2 AND instance.frames >= ?3");
    db_bind_text(q, 1, sop_uid);
    db_bind_int(q, 2, l->study->id);
    db_bind_int(q, 3, frame < 1 ? 1 : frame);
    DbStep step = db_next(q, err);
    *ret_here   = step == DB_ROW;
    if (*ret_here)
        db_text(q, 0, ret_series, 65);
    return step != DB_FAILED;
}

/* ---- marks ---- */

static json_t *points_json(const MeasurePoint *points, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_push(list, json_pack("[f, f]", points[i].x, points[i].y));
    return list;
}

static json_t *space_json(const double *at, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_push(list, json_pack("[f, f, f]", at[3 * i], at[3 * i + 1], at[3 * i + 2]));
    return list;
}

/* Are there images of this study, on which a measure in space may lie? Which share its frame of reference is for who draws to see. */
static bool has_images(const Listing *l, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(l->db, "SELECT 1 FROM instance WHERE study_id = ?1 AND frames > 0 LIMIT 1");
    db_bind_int(q, 1, l->study->id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

/* A measure in the space of the patient stands on no image of its own. */
static bool in_space(const MeasureRead *one)
{
    return one->drawing_count && one->drawings[0].space;
}

static json_t *figures_json(const MeasureRead *one)
{
    json_t *list = json_array();
    for (size_t i = 0; i < one->figure_count; i++) {
        const MeasureFigure *f = &one->figures[i];
        json_push(list, json_pack("{s:s, s:o, s:f, s:o}", "name", f->name, "label", json_slice(slice_whole_letters(slice_of(f->label))), "value", f->value, "unit",
                                  json_slice(slice_whole_letters(slice_of(f->unit)))));
    }
    return list;
}

static json_t *drawings_json(const MeasureRead *one)
{
    static const char *const SHAPES[] = { "point", "points", "line", "curve", "circle", "ellipse" };
    json_t                  *list     = json_array();
    for (size_t i = 0; i < one->drawing_count; i++) {
        const MeasureDrawing *d = &one->drawings[i];
        json_t *j = json_pack("{s:s, s:b, s:o}", "shape", SHAPES[d->shape], "displayed", d->displayed, "points", points_json(d->points, d->space ? 0 : d->count));
        if (j && d->space) {
            json_put(j, "reference", json_slice(d->reference));
            json_put(j, "space", space_json(d->space, d->count));
        }
        json_push(list, j);
    }
    return list;
}

static json_t *mark_json(const MeasureRead *one, const char *series)
{
    json_t *j = json_object();
    json_put(j, "id", json_slice(one->id));
    json_put(j, "kind", json_cstr(measure_kind_name(one->kind)));
    json_put(j, "series", json_cstr(series));
    json_put(j, "sop", json_slice(one->sop_uid));
    json_put(j, "frame", json_integer(one->frame));
    json_put(j, "points", points_json(one->points, one->point_count));
    if (one->kind == MEASURE_KINDS)
        json_put(j, "drawings", drawings_json(one));
    json_put(j, "text", json_slice(one->text));
    json_put(j, "label", json_slice(one->label));
    json_put(j, "figures", figures_json(one));
    json_put(j, "tracking_uid", json_slice(one->tracking_uid));
    json_put(j, "at_ms", one->at_ms ? json_integer(one->at_ms) : json_null());
    return j;
}

static size_t points_in(const MeasureRead *one)
{
    size_t points = one->point_count;
    for (size_t i = 0; i < one->drawing_count; i++)
        points += one->drawings[i].count;
    return points;
}

static bool marks_put(Listing *l, const MeasureSet *set, json_t *into, Err *err)
{
    json_t *list      = json_array();
    int64_t elsewhere = 0;
    json_put(into, "marks", list);
    for (size_t i = 0; i < set->count; i++) {
        const MeasureRead *one = &set->measures[i];
        char               series[65];
        bool               here;
        l->points += points_in(one);
        if (l->marks == MARKS_TOLD_MAX || l->points > POINTS_TOLD_MAX) {
            l->cut = true;
            break;
        }
        series[0] = 0;
        if (in_space(one) ? !has_images(l, &here, err) : !place_of(l, one->sop_uid, one->frame, series, &here, err))
            return false;
        elsewhere += !here;
        l->marks += here;
        if (here)
            json_push(list, mark_json(one, series));
    }
    return json_put(into, "elsewhere", json_integer(elsewhere));
}

static bool keys_put(const Listing *l, const MeasureSet *set, json_t *into, Err *err)
{
    json_t *list = json_array();
    json_put(into, "keys", list);
    for (size_t i = 0; i < set->chosen_count; i++) {
        const MeasureChosen *one = &set->chosen[i];
        char                 series[65];
        bool                 here;
        if (!place_of(l, one->sop_uid, one->frame, series, &here, err))
            return false;
        if (here)
            json_push(list, json_pack("{s:s, s:o, s:I}", "series", series, "sop", json_slice(one->sop_uid), "frame", (json_int_t)one->frame));
    }
    return true;
}

static void windows_put(const MeasureSet *set, json_t *into)
{
    json_t *list = json_array();
    json_put(into, "windows", list);
    for (size_t i = 0; i < set->window_count; i++)
        json_push(list, json_pack("{s:o, s:I, s:f, s:f}", "sop", json_slice(set->windows[i].sop_uid), "frame", (json_int_t)set->windows[i].frame, "center",
                                  set->windows[i].center, "width", set->windows[i].width));
}

/* ---- one object ---- */

static json_t *name_json(Slice pn)
{
    char       shown[200], given[65], family[65];
    PersonName n = person_name_split(person_name_group(pn, 0));
    (void)slice_copy(n.given, given, sizeof given);
    (void)slice_copy(n.family, family, sizeof family);
    Slice first = slice_whole_letters(slice_of(given)), last = slice_whole_letters(slice_of(family));
    (void)snprintf(shown, sizeof shown, SLICE_FMT "%s" SLICE_FMT, SLICE_ARG(first), first.len && last.len ? " " : "", SLICE_ARG(last));
    return json_slice(slice_of(shown));
}

static bool object_put(Listing *l, const InstanceRow *row, const MeasureSet *set, const Ours *ours, int64_t person_id, json_t *list, Err *err)
{
    static const char *const KINDS[] = { "", "report", "state", "keys" };
    json_t                  *j       = json_object();
    json_push(list, j);
    json_put(j, "kind", json_cstr(KINDS[set->object]));
    json_put(j, "uid", json_cstr(row->uid));
    json_put(j, "series", json_cstr(row->series_uid));
    json_put(j, "title", json_slice(set->title));
    json_put(j, "description", json_slice(set->description));
    json_put(j, "author", ours->known ? json_slice(slice_of(ours->author)) : name_json(set->observer));
    json_put(j, "maker", json_slice(set->manufacturer));
    int64_t at_ms = ours->known ? ours->at_ms : set->at_ms;
    json_put(j, "at_ms", at_ms ? json_integer(at_ms) : json_null());
    json_put(j, "version", json_integer(ours->known ? ours->version : set->version));
    json_put(j, "signed", json_boolean(ours->known ? ours->is_signed : set->verified));
    json_put(j, "ours", json_boolean(ours->known));
    json_put(j, "mine", json_boolean(ours->known && ours->person_id == person_id));
    json_put(j, "predecessor", json_slice(set->predecessor_uid));
    json_put(j, "cut", json_boolean(set->cut));
    windows_put(set, j);
    MeasureSet told = *set;
    if (ours->known && set->object == MEASURE_OBJECT_STATE)
        told.count = 0; /* what it draws is what the report of the same version measures */
    return marks_put(l, &told, j, err) && keys_put(l, set, j, err);
}

static bool object_read(Listing *l, const InstanceRow *row, const Ours *ours, int64_t person_id, json_t *list, Err *err)
{
    Err         why   = { 0 };
    MeasureSet  set;
    OWNED(Blob) *blob   = blob_open(archive_blobs(l->house->needs.archive), row->blob, err);
    OWNED(Dataset) *ds  = blob ? part10_parse(blob_bytes(blob), NULL, &why) : NULL;
    OWNED(Arena) *arena = arena_new(ARENA_MAX);
    if (!blob || !arena)
        return false;
    if (!ds || !measure_read(ds, arena, &set, &why)) {
        l->cut = true; /* one that cannot be read takes nothing away from the others */
        return true;
    }
    return object_put(l, row, &set, ours, person_id, list, err);
}

static bool objects_put(Listing *l, int64_t person_id, json_t *list, Err *err)
{
    for (size_t i = 0; i < l->count; i++) {
        Ours ours;
        if (!ours_find(l->db, l->rows[i].uid, &ours, err))
            return false;
        if (ours.known && !ours.newest)
            continue; /* an earlier version: in the archive, and told by the one that follows it */
        if (!object_read(l, &l->rows[i], &ours, person_id, list, err))
            return false;
    }
    return true;
}

/* Reports that another of the list replaces are not drawn twice. */
static void replaced_drop(json_t *list)
{
    size_t  i = 0, k;
    json_t *one, *other;
    while ((one = json_array_get(list, i))) {
        const char *uid  = json_string_value(json_object_get(one, "uid"));
        bool        gone = false;
        json_array_foreach (list, k, other) {
            const char *before = json_string_value(json_object_get(other, "predecessor"));
            gone               = gone || (other != one && before && uid && *before && strcmp(before, uid) == 0);
        }
        if (gone)
            json_array_remove(list, i);
        else
            i++;
    }
}

/* ---- what the reader may, and has done ---- */

static bool may_put(Db *db, const StudyRow *study, const Who *who, int64_t act_id, int64_t now_s, json_t *into, Err *err)
{
    OWNED_ACT a   = { 0 };
    Err       why = { 0 };
    if (!act_id)
        return true;
    bool may = act_load_for(db, act_id, who->person_id, now_s, &a, &why) && recorded_may(&a, study, who->person_id, &why);
    if (!may && why.kind != ERR_DENIED && why.kind != ERR_CONFLICT && why.kind != ERR_NOT_FOUND)
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    json_put(into, "may", json_boolean(may));
    return json_put(into, "why", may ? json_null() : json_cstr(why.shown));
}

static bool mine_put(Db *db, const StudyRow *study, int64_t person_id, json_t *into, Err *err)
{
    RecordRow last;
    bool      found;
    if (!record_last(db, study->id, person_id, &last, &found, err))
        return false;
    json_t *j = found ? json_pack("{s:I, s:I, s:I, s:b, s:b}", "version", (json_int_t)last.version, "marks_version", (json_int_t)last.marks_version, "at_ms",
                                  (json_int_t)last.at_ms, "signed", last.is_signed, "kept", last.kept_at_ms != 0)
                      : json_null();
    record_clear(&last);
    return json_put(into, "mine", j);
}

bool recorded_json(const ActHouse *house, Db *db, const StudyRow *study, const ArchiveViewer *viewer, const Who *who, int64_t act_id,
                   json_t **ret, Err *err)
{
    json_t *list       = json_array();
    OWNED(json_t) *all = json_pack("{s:o}", "objects", list);
    Listing l          = { .house = house, .db = db, .study = study, .rows = calloc(OBJECTS_MAX, sizeof *l.rows) };
    Err     none       = { 0 };
    bool    ok         = all && l.rows;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "recorded");
    if (ok && !instances_each(db, slice_of(study->uid), SLICE_NONE, SLICE_NONE, viewer, object_take, &l, &none) && none.kind != ERR_NOT_FOUND)
        ok = err_set(err, none.kind, none.shown, "%s", none.detail);
    if (l.rows)
        qsort(l.rows, l.count, sizeof *l.rows, newest_first);
    ok = ok && objects_put(&l, who->person_id, list, err);
    free(l.rows);
    if (!ok)
        return false;
    replaced_drop(list);
    json_put(all, "cut", json_boolean(l.cut));
    if (!mine_put(db, study, who->person_id, all, err) || !may_put(db, study, who, act_id, viewer->now_s, all, err))
        return false;
    *ret = GIVE(all);
    return true;
}
