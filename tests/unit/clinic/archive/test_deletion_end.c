/*
 * Tests of the ends of a deletion: a hold that comes after it stops the purge; a restore and a purge of the
 * same deletion never both happen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <pthread.h>

#include "clinic/archive/deletion.h"
#include "clinic/archive/retention.h"
#include "platform/clock.h"

static const PatientBy WHO     = { .person_id = 1, .actor = "asks", .factors = "", .origin = "", .what = "test" };
static const PatientBy ANOTHER = { .person_id = 2, .actor = "ends", .factors = "", .origin = "", .what = "test" };

enum { DAYS_31_S = 31 * 24 * 3600, IMAGES = 40 };

typedef struct Hidden {
    const char *study;
    int64_t     deletion, hold, patient; /* 0: of none */
} Hidden;

static bool hide_work(Db *db, void *hidden, Err *err)
{
    Hidden       *h     = hidden;
    DeletionAsked asked = { .study_uid = slice_of(h->study), .reason = SLICE("twice") };
    if (h->patient) {
        OWNED(DbQuery) *q = db_query(db, "UPDATE study SET patient_id = ?1");
        db_bind_int(q, 1, h->patient);
        if (!db_run(q, err))
            return false;
    }
    return deletion_begin(db, &asked, &WHO, &h->deletion, err);
}

static bool hold_work(Db *db, void *hidden, Err *err)
{
    Hidden *h = hidden;
    return hold_add(db, h->patient, SLICE("a lawsuit"), &WHO, &h->hold, err);
}

static bool hold_end_work(Db *db, void *hidden, Err *err)
{
    return hold_end(db, ((Hidden *)hidden)->hold, &WHO, err);
}

static void must_write(World *w, bool (*work)(Db *, void *, Err *), void *with)
{
    Err err = { 0 };
    if (!db_write(w->host, work, with, &err))
        fail_msg("%s: %s", err.shown, err.detail);
}

static void a_hold_that_comes_after_the_deletion_stops_the_purge(void **state) /* E30 */
{
    World       *w = *state;
    Hidden       h = { .study   = AN_IMAGE.study,
                       .patient = world_patient(w, "DUPONT", "JEANNE", "1970-01-02", "F").id };
    IngestResult came;
    size_t       purged = 9;
    Err          err    = { 0 };
    must_send(w, &AN_IMAGE, INGEST_STORED, &came);
    must_write(w, hide_work, &h);
    must_write(w, hold_work, &h);
    assert_false(deletion_purge(w->archive, h.deletion, SLICE("at once"), &ANOTHER, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_string_equal(err.shown, "The file of this patient is under a hold: nothing of it is deleted.");
    clock_advance((int64_t)DAYS_31_S * 1000);
    err = (Err) { 0 };
    assert_true(deletions_purge_due(w->archive, SIZE_MAX, &purged, &err));
    assert_int_equal(purged, 0);
    must_write(w, hold_end_work, &h);
    assert_true(deletions_purge_due(w->archive, SIZE_MAX, &purged, &err));
    assert_int_equal(purged, 1);
}

static bool merge_work(Db *db, void *from_into, Err *err)
{
    const int64_t *two = from_into;
    OWNED(DbQuery) *q  = db_query(db, "INSERT INTO patient_merge (from_patient, into_patient, at_ms, actor, reason, identifiers)"
                                      " VALUES (?1, ?2, 1, 'asks', 'r', '[]')");
    db_bind_int(q, 1, two[0]);
    db_bind_int(q, 2, two[1]);
    return db_run(q, err);
}

static void a_hold_holds_what_was_hidden_under_a_number_merged_since(void **state) /* E30 */
{
    World       *w      = *state;
    int64_t      two[2] = { world_patient(w, "DUPONT", "JEANNE", "1970-01-02", "F").id,
                            world_patient(w, "DUPOND", "JEANNE", "1970-01-02", "F").id };
    Hidden       h      = { .study = AN_IMAGE.study, .patient = two[0] };
    IngestResult came;
    size_t       purged = 9;
    Err          err    = { 0 };
    must_send(w, &AN_IMAGE, INGEST_STORED, &came);
    must_write(w, hide_work, &h);
    must_write(w, merge_work, two);
    h.patient = two[1];
    must_write(w, hold_work, &h);
    assert_false(deletion_purge(w->archive, h.deletion, SLICE("at once"), &ANOTHER, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    clock_advance((int64_t)DAYS_31_S * 1000);
    err = (Err) { 0 };
    assert_true(deletions_purge_due(w->archive, SIZE_MAX, &purged, &err));
    assert_int_equal(purged, 0);
}

/* ---- both at once ---- */

typedef struct Race {
    World            *w;
    int64_t           deletion;
    pthread_barrier_t start;
    bool              restored, purged;
} Race;

static void *restores(void *race)
{
    Race *r   = race;
    Err   err = { 0 };
    pthread_barrier_wait(&r->start);
    r->restored = deletion_restore(r->w->archive, r->deletion, SLICE("wanted"), &ANOTHER, &err);
    return NULL;
}

static void *purges(void *race)
{
    Race *r   = race;
    Err   err = { 0 };
    pthread_barrier_wait(&r->start);
    r->purged = deletion_purge(r->w->archive, r->deletion, SLICE("unwanted"), &ANOTHER, &err);
    return NULL;
}

/* Rows whose file is not there. */
static int64_t names_without_file(World *w)
{
    int64_t    lost = 0;
    Err        err  = { 0 };
    OWNED(Db) *db   = db_read(w->host, &err);
    OWNED(DbQuery) *q = db_query(db, "SELECT blob FROM instance");
    while (db_next(q, &err) == DB_ROW) {
        char name[256];
        db_text(q, 0, name, sizeof name);
        OWNED(Blob) *blob = blob_open(w->blobs, name, NULL);
        lost += blob == NULL;
    }
    return lost;
}

static void what_is_restored_is_not_purged_meanwhile(void **state) /* E30 */
{
    World *w = *state;
    for (int turn = 0; turn < 8; turn++) {
        char   study[65], uids[IMAGES][65];
        Hidden h = { .study = study };
        snprintf(study, sizeof study, "1.2.826.7.%d", turn);
        for (int i = 0; i < IMAGES; i++) {
            Image        image = AN_IMAGE;
            IngestResult came;
            snprintf(uids[i], sizeof uids[i], "%s.1.%d", study, i);
            image.study  = study;
            image.uid    = uids[i];
            image.number = i + 1;
            must_send(w, &image, INGEST_STORED, &came);
        }
        must_write(w, hide_work, &h);
        Race      race = { .w = w, .deletion = h.deletion };
        pthread_t one, other;
        pthread_barrier_init(&race.start, NULL, 2);
        pthread_create(&one, NULL, restores, &race);
        pthread_create(&other, NULL, purges, &race);
        pthread_join(one, NULL);
        pthread_join(other, NULL);
        pthread_barrier_destroy(&race.start);
        assert_true(race.restored != race.purged);
        assert_int_equal(names_without_file(w), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_hold_that_comes_after_the_deletion_stops_the_purge, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_hold_holds_what_was_hidden_under_a_number_merged_since, world_new, world_free),
        cmocka_unit_test_setup_teardown(what_is_restored_is_not_purged_meanwhile, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
