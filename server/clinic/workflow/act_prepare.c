/*
 * What the server adds to the data of an event, so that the event alone tells what happened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include <openssl/rand.h>

#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/convention_delays.h"
#include "formats/dicom/uid.h"
#include "guard/access/people.h"

enum { MINUTE_MS = 60 * 1000, ORDER_DUE_MIN = 10 };

json_t *act_delays_json(const ConventionClause *clause)
{
    return convention_delays_json(clause, true);
}

/* Accession and study are made once; an exam that is planned again keeps them, with a new scheduled step. */
static bool prepare_plan(Db *db, const Act *a, json_t *data, Err *err)
{
    Room room;
    char accession[17], study_uid[65], sps_id[24];
    if (!room_load(db, json_integer_value(json_object_get(data, "room_id")), &room, err))
        return false;
    snprintf(study_uid, sizeof study_uid, "%s", a->study_uid);
    if (!study_uid[0]) {
        uint8_t random[16];
        if (RAND_bytes(random, sizeof random) != 1)
            return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.",
                           "no random bytes");
        uid_from_random(random, study_uid);
    }
    size_t kept = 0; /* the act's number without its dash: at most 16 characters (SH) */
    for (const char *c = a->number; *c && kept < sizeof accession - 1; c++)
        if (*c != '-')
            accession[kept++] = *c;
    accession[kept] = '\0';
    snprintf(sps_id, sizeof sps_id, "%.10s-%d", accession, (int)((a->last_seq + 1) % 10000));
    json_put(data, "room", json_string(room.name));
    json_put(data, "ae_title", json_string(room.ae_title));
    json_put(data, "accession", json_string(accession));
    json_put(data, "study_uid", json_string(study_uid));
    return json_put(data, "sps_id", json_string(sps_id));
}

static bool prepare_local_physician(Db *db, json_t *data, Err *err)
{
    int64_t person_id = json_integer_value(json_object_get(data, "person_id"));
    if (!person_id)
        return json_put(data, "person_id", json_null());
    Person person;
    char   name[160];
    if (!person_load(db, person_id, &person, err))
        return false;
    person_shown_name(&person, name, sizeof name);
    json_put(data, "name", json_string(name));
    return json_put(data, "phone", json_string(person.phone));
}

static bool prepare_order(const ActScene *scene, json_t *data)
{
    int64_t due_min = json_integer_value(json_object_get(data, "due_min"));
    if (due_min <= 0)
        due_min = ORDER_DUE_MIN;
    return json_put(data, "due_ms", json_integer(scene->now_ms + due_min * MINUTE_MS));
}

static bool prepare_release(const Act *a, const ActScene *scene, json_t *data)
{
    int64_t made = json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "made"));
    json_put(data, "images", json_integer(scene->images));
    if (made > scene->images)
        json_put(data, "missing_images", json_integer(made - scene->images));
    if (scene->gaps)
        json_put(data, "gaps", json_integer(scene->gaps));
    return true;
}

static bool chapters_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data,
                             ActEvent *event, Err *err)
{
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        if (act_chapter_of(a, c) && ACT_CHAPTERS[c]->prepare &&
            !ACT_CHAPTERS[c]->prepare(db, a, loaded, step, data, event, err))
            return false;
    return true;
}

static bool step_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data,
                         Err *err)
{
    const ActScene *scene = &loaded->scene;
    if (slice_equal_text(step, "plan"))
        return prepare_plan(db, a, data, err);
    if (slice_equal_text(step, "name-local-physician"))
        return prepare_local_physician(db, data, err);
    if (slice_equal_text(step, "order"))
        return prepare_order(scene, data);
    if (slice_equal_text(step, "more-images"))
        return json_put(data, "due_ms", json_integer(scene->now_ms + ORDER_DUE_MIN * MINUTE_MS));
    if (slice_equal_text(step, "release"))
        return prepare_release(a, scene, data);
    if (slice_equal_text(step, "open-reading") && a->state == ACT_LEFT)
        return json_put(data, "deviation", json_string("read-after-the-session"));
    return true;
}

bool act_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data,
                 ActEvent *event, Err *err)
{
    if (loaded->clause_known) {
        event->convention_id      = loaded->clause.convention_id;
        event->convention_version = loaded->clause.version;
        if (!json_put(data, "delays", act_delays_json(&loaded->clause)))
            return false;
    }
    return step_prepare(db, a, loaded, step, data, err) &&
           chapters_prepare(db, a, loaded, step, data, event, err);
}
