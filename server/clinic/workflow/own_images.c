/*
 * The holder's images: the series of one act, and what its report shows first. E34, T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/patients/own.h"
#include "clinic/reports/report.h"
#include "clinic/workflow/own_record.h"
#include "clinic/workflow/recorded_marks.h"
#include "platform/clock.h"

enum { OWN_IMAGES_MAX = 20000, SHOWN_FIRST_MAX = 60 };

/* Of this very act, whichever of the merged records they stand under now, and nobody else's. */
static bool study_is_of(Db *db, const Act *a, int64_t study_act, int64_t study_patient, bool wrong, bool *ret, Err *err)
{
    int64_t same[SAME_PATIENT_MAX];
    size_t  count = 0;
    *ret          = false;
    if (study_act != a->id || wrong)
        return true;
    if (!patient_same(db, a->patient_id, same, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        *ret |= same[i] == study_patient;
    return true;
}

/* The rule was asked already: what follows looks at single studies of the act alone. */
static ArchiveViewer viewer_of(const Who *who)
{
    return (ArchiveViewer) { .person_id = who->person_id, .now_s = clock_now_s(), .sees_all = true };
}

static bool act_study(Db *db, const Act *a, Slice study_uid, const ArchiveViewer *viewer, StudyRow *ret, Err *err)
{
    bool ours = false;
    return study_find(db, study_uid, viewer, ret, err) &&
           study_is_of(db, a, ret->act_id, ret->patient_id, ret->wrong_patient, &ours, err) &&
           (ours || err_set(err, ERR_NOT_FOUND, "No such image.", "study %" PRId64 " is not of this act", ret->id));
}

bool own_study(Db *db, const Who *who, int64_t act_id, char ret_study_uid[65], ArchiveViewer *ret, Err *err)
{
    OWNED_ACT a = { 0 };
    StudyRow  study;
    if (!own_open_act(db, who, act_id, &a, err))
        return false;
    *ret = viewer_of(who);
    if (!a.study_uid[0])
        return err_set(err, ERR_NOT_FOUND, "No such image.", "act %" PRId64 " has no study", act_id);
    if (!act_study(db, &a, slice_of(a.study_uid), ret, &study, err))
        return false;
    return slice_copy(slice_of(study.uid), ret_study_uid, 65);
}

typedef struct Listing {
    json_t *images;
    size_t  count;
} Listing;

static bool image_add(const InstanceRow *row, void *with)
{
    Listing *l = with;
    if (row->frames && ++l->count <= OWN_IMAGES_MAX)
        json_push(l->images, json_pack("{s:s, s:I, s:I, s:I}", "uid", row->uid, "frames", (json_int_t)row->frames, "rows",
                                       (json_int_t)row->rows, "columns", (json_int_t)row->columns));
    return l->count <= OWN_IMAGES_MAX;
}

/* Does this study hold that image? 1 yes, 0 no, -1 failed. */
static int is_in_study(Db *db, const StudyRow *study, const ArchiveViewer *viewer, const json_t *place, Err *err)
{
    const char *series = json_string_value(json_object_get(place, "series")), *sop = json_string_value(json_object_get(place, "sop"));
    InstanceRow row;
    Err         none = { 0 };
    if (!series || !sop)
        return 0;
    if (instance_find(db, slice_of(study->uid), slice_of(series), slice_of(sop), viewer, &row, &none))
        return json_integer_value(json_object_get(place, "frame")) <= row.frames;
    if (none.kind == ERR_NOT_FOUND)
        return 0;
    err_set(err, none.kind, none.shown, "%s", none.detail);
    return -1;
}

/* Once each, with the words that name it in the report where there are any. */
static bool first_add(json_t *list, const json_t *place)
{
    const json_t *one, *mark = json_object_get(place, "mark"), *window = json_object_get(place, "window");
    json_int_t    frame = json_integer_value(json_object_get(place, "frame"));
    size_t        i;
    frame = frame > 0 ? frame : 1; /* 0: all of them, from the first */
    json_array_foreach (list, i, one)
        if (json_equal(json_object_get(one, "image"), json_object_get(place, "sop")) &&
            json_integer_value(json_object_get(one, "frame")) == frame)
            return true;
    return json_push(list, json_pack("{s:O, s:O, s:I, s:O?, s:O?}", "series", json_object_get(place, "series"), "image",
                                     json_object_get(place, "sop"), "frame", frame, "words", mark, "window", window));
}

static bool firsts_add(Db *db, const StudyRow *study, const ArchiveViewer *viewer, const json_t *places, json_t *list, Err *err)
{
    const json_t *one;
    size_t        i;
    json_array_foreach (places, i, one) {
        int in = json_array_size(list) < SHOWN_FIRST_MAX ? is_in_study(db, study, viewer, one, err) : 0;
        if (in < 0)
            return false;
        if (in)
            first_add(list, one);
    }
    return true;
}

/* The images that the signed report names, in its order, then the key images recorded with a signature: nobody's draft. E29 */
static bool first_json(const ActHouse *house, Db *db, const Who *who, int64_t act_id, const StudyRow *study, const ArchiveViewer *viewer,
                       json_t **ret, Err *err)
{
    Report         r        = { 0 };
    const json_t  *one;
    size_t         i;
    OWNED(json_t) *list = json_array(), *recorded = NULL;
    if (!report_load_signed(db, act_id, &r, err))
        return false;
    bool ok = firsts_add(db, study, viewer, json_object_get(r.content, "places"), list, err);
    report_clear(&r);
    if (!ok || !recorded_json(house, db, study, viewer, who, 0, &recorded, err))
        return false;
    json_array_foreach (json_object_get(recorded, "objects"), i, one)
        if (json_is_true(json_object_get(one, "signed")) && !firsts_add(db, study, viewer, json_object_get(one, "keys"), list, err))
            return false;
    *ret = GIVE(list);
    return true;
}

static bool images_json(Db *db, int64_t act_id, const StudyRow *study, const ArchiveViewer *viewer, json_t **ret, Err *err)
{
    Listing        l = { 0 };
    size_t         i;
    json_t        *one;
    OWNED(json_t) *all = NULL, *list = json_array();
    if (!act_images_json(db, act_id, &all, err))
        return false;
    json_array_foreach (json_object_get(all, "series"), i, one) {
        const char *of  = json_string_value(json_object_get(one, "study_uid"));
        Slice       uid = slice_of(json_string_value(json_object_get(one, "uid")));
        if (!of || strcmp(of, study->uid) != 0)
            continue;
        OWNED(json_t) *images = json_array();
        l.images              = images;
        if (!instances_each(db, slice_of(study->uid), uid, SLICE_NONE, viewer, image_add, &l, err))
            return false;
        if (json_array_size(images))
            json_push(list, json_pack("{s:O, s:O, s:O, s:O, s:O}", "uid", json_object_get(one, "uid"), "modality",
                                      json_object_get(one, "modality"), "number", json_object_get(one, "number"), "description",
                                      json_object_get(one, "description"), "images", images));
    }
    *ret = GIVE(list);
    return true;
}

bool own_series_json(const ActHouse *house, Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    char           study_uid[65];
    StudyRow       study;
    ArchiveViewer  viewer;
    OWNED(json_t) *series = NULL, *first = NULL;
    if (!own_study(db, who, act_id, study_uid, &viewer, err) || !study_find(db, slice_of(study_uid), &viewer, &study, err) ||
        !images_json(db, act_id, &study, &viewer, &series, err) || !first_json(house, db, who, act_id, &study, &viewer, &first, err))
        return false;
    *ret = json_pack("{s:O, s:O, s:I, s:I}", "series", series, "first", first, "files", (json_int_t)study.instances, "bytes",
                     (json_int_t)study.bytes);
    return *ret != NULL;
}

bool own_instance(Db *db, const Who *who, int64_t act_id, Slice series_uid, Slice instance_uid, InstanceRow *ret, Err *err)
{
    char          study_uid[65];
    ArchiveViewer viewer;
    return own_study(db, who, act_id, study_uid, &viewer, err) &&
           instance_find(db, slice_of(study_uid), series_uid, instance_uid, &viewer, ret, err);
}
