/*
 * What the viewer keeps: marks under a version, the ledger of what was shown, the signature that waits for it. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

#include "clinic/workflow/reading_ledger.h"
#include "clinic/workflow/reading_marks.h"

typedef struct Keeping {
    World      *w;
    int64_t     person, version;
    const char *json;
    bool        ledger;
    Err         err; /* what refused it */
} Keeping;

static void study_here(World *w, Db *db, StudyRow *ret)
{
    OWNED_ACT     a      = { 0 };
    ArchiveViewer viewer = { .sees_all = true, .now_s = clock_now_s() };
    load_act(w, &a);
    MUST(study_find(db, slice_of(a.study_uid), &viewer, ret, fault));
}

static bool keep_work(Db *db, void *work, Err *err)
{
    Keeping *k = work;
    StudyRow study;
    OWNED(json_t) *json = json_loads(k->json, JSON_DECODE_ANY, NULL);
    assert_non_null(json);
    study_here(k->w, db, &study);
    return k->ledger ? reading_ledger_add(db, &study, k->person, json, err)
                     : reading_marks_keep(db, &study, k->person, k->version, json, &k->version, err);
}

static bool keep(World *w, int64_t person, int64_t version, const char *json, ErrKind *ret_kind)
{
    Keeping k    = { .w = w, .person = person, .version = version, .json = json };
    bool    done = db_write(w->host, keep_work, &k, &k.err);
    *ret_kind    = k.err.kind;
    if (!done)
        assert_string_not_equal(text_in(LANG_FR, k.err.shown), k.err.shown);
    return done;
}

static void was_shown(World *w, int64_t person, const char *json)
{
    Keeping k = { .w = w, .person = person, .json = json, .ledger = true };
    MUST(db_write(w->host, keep_work, &k, fault));
}

static json_t *kept(World *w, int64_t person, bool ledger)
{
    StudyRow  study;
    json_t   *ret = NULL;
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    study_here(w, db, &study);
    MUST(ledger ? reading_ledger_json(db, &study, person, &ret, fault) : reading_marks_json(db, &study, person, &ret, fault));
    return ret;
}

static int64_t whole(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

#define A_MARK(more) "{\"id\":\"m\",\"kind\":\"length\",\"series\":\"%s\",\"sop\":\"%s.1\",\"frame\":1,\"points\":[[1,2.5],[3,4]],\"text\":\"\"," \
                     "\"figures\":[{\"name\":\"length\",\"value\":2.5,\"unit\":\"mm\"}],\"window\":{\"center\":40,\"width\":400},\"at_ms\":5" more "}"

/* The act's series in place of each %s. */
static void of_act(World *w, const char *form, char *ret, size_t size)
{
    char uid[64];
    snprintf(uid, sizeof uid, "1.2.826.9.%lld", (long long)w->act);
    size_t at = 0;
    for (const char *c = form; *c && at + sizeof uid < size; c++)
        if (c[0] == '%' && c[1] == 's') {
            at += (size_t)snprintf(ret + at, size - at, "%s", uid);
            c++;
        } else {
            ret[at++] = *c;
        }
    ret[at] = 0;
}

static void marks_are_kept_whole_under_their_version(void **state) /* E25 */
{
    World  *w = *state;
    ErrKind kind;
    char    set[2000];
    start(w);
    image_comes(w, 1, "DUPONT-MOREAU");
    OWNED(json_t) *none = kept(w, w->imager.person_id, false);
    assert_int_equal(whole(none, "version"), 0);
    of_act(w, "{\"marks\":[" A_MARK("") "],\"keys\":[{\"series\":\"%s\",\"sop\":\"%s.1\",\"frame\":1,\"window\":null,\"at_ms\":1}]}", set, sizeof set);
    assert_true(keep(w, w->imager.person_id, 0, set, &kind));
    OWNED(json_t) *now  = kept(w, w->imager.person_id, false);
    OWNED(json_t) *sent = json_loads(set, 0, NULL);
    assert_int_equal(whole(now, "version"), 1);
    assert_true(json_equal(json_object_get(now, "content"), sent)); /* exactly */
    OWNED(json_t) *other = kept(w, w->requester.person_id, false);
    assert_int_equal(whole(other, "version"), 0); /* each person has their own */
    assert_true(keep(w, w->imager.person_id, 1, "{\"marks\":[],\"keys\":[]}", &kind));
    assert_false(keep(w, w->imager.person_id, 1, set, &kind)); /* behind */
    assert_int_equal(kind, ERR_CONFLICT);
    assert_false(keep(w, w->imager.person_id, 9, set, &kind)); /* never was */
    assert_int_equal(kind, ERR_CONFLICT);
}

static void what_is_no_set_of_this_study_is_refused(void **state) /* E25 */
{
    static const char *const BAD[] = {
        "{\"marks\":[]}",
        "{\"marks\":{},\"keys\":[]}",
        "{\"marks\":[" A_MARK(",\"kind\":\"volume\"") "],\"keys\":[]}",
        "{\"marks\":[" A_MARK(",\"points\":[[1,2]]") "],\"keys\":[]}",
        "{\"marks\":[" A_MARK(",\"points\":[[1,2],[\"x\",4]]") "],\"keys\":[]}",
        "{\"marks\":[" A_MARK(",\"frame\":2") "],\"keys\":[]}",
        "{\"marks\":[" A_MARK(",\"sop\":\"1.2.3\"") "],\"keys\":[]}",
        "{\"marks\":[" A_MARK(",\"window\":{\"center\":1}") "],\"keys\":[]}",
        "{\"marks\":[],\"keys\":[{\"series\":\"%s\",\"sop\":\"%s.1\",\"frame\":0,\"window\":null,\"at_ms\":1}]}",
    };
    World  *w = *state;
    ErrKind kind;
    char    set[2000];
    start(w);
    image_comes(w, 1, "DUPONT-MOREAU");
    for (size_t i = 0; i < COUNT(BAD); i++) {
        of_act(w, BAD[i], set, sizeof set);
        assert_false(keep(w, w->imager.person_id, 0, set, &kind));
        assert_int_equal(kind, ERR_INPUT);
    }
    assert_int_equal(number_of(w, "SELECT count(*) FROM reading_marks"), 0);
}

static void nothing_is_signed_over_images_that_were_only_shown_incomplete(void **state) /* E25 E16 */
{
    World *w = *state;
    char   shown[400], proof[300];
    start(w);
    release(w);
    does(w, &w->technologist, "patient-left", NULL);
    imager_signs_in(w);
    does(w, &w->imager, "open-reading", NULL);
    write_report(w, &w->imager, 0, A_REPORT);
    of_act(w, "[{\"sop\":\"%s.1\",\"frame\":1,\"full_ms\":0,\"partial_ms\":400},{\"sop\":\"1.2.3\",\"frame\":1,\"full_ms\":0,\"partial_ms\":9}]", shown, sizeof shown);
    was_shown(w, w->imager.person_id, shown);
    OWNED(json_t) *before = kept(w, w->imager.person_id, true);
    assert_int_equal(whole(before, "images"), 2);
    assert_int_equal(whole(before, "seen"), 0);
    assert_int_equal(whole(before, "incomplete"), 1); /* what is of elsewhere was passed over */
    clock_advance(31000);
    signing(w, proof, sizeof proof);
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "images-incomplete");
    of_act(w, "[{\"sop\":\"%s.1\",\"frame\":1,\"full_ms\":300,\"partial_ms\":0}]", shown, sizeof shown);
    was_shown(w, w->requester.person_id, shown); /* another person's eyes do not count */
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "images-incomplete");
    was_shown(w, w->imager.person_id, shown);
    OWNED(json_t) *after = kept(w, w->imager.person_id, true);
    assert_int_equal(whole(after, "seen"), 1); /* one of two: an image that was not opened forbids nothing */
    assert_int_equal(whole(after, "incomplete"), 0);
    assert_int_equal(whole(after, "full_ms"), 300);
    does(w, &w->imager, "sign", proof);
    is_now(w, ACT_SIGNED);
}

/* However many series and gaps: the event of a signature holds the sums, forty series and a line of numbers for each. */
static void what_a_signature_keeps_is_bounded(void **state) /* E25 X4 */
{
    static const char *const MANY[] = {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
        " INSERT INTO series (study_id, uid, number, modality, description, instance_count, first_at_ms, last_at_ms)"
        " SELECT study_id, uid || '.9.' || i, 100 + i, 'CT', 'TAP' || substr('ééééééééééééééééééééééééééééééééééééééééééééééé', 1, 30 + i % 17), 200, 1, 1 FROM series, n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
        " INSERT INTO instance (series_id, study_id, uid, class_uid, syntax_uid, number, frames, blob, bytes, dataset_at, sha256, dataset_sha256,"
        "                       received_at_ms, via, actor)"
        " SELECT id, study_id, uid || '.' || i, '1.2', '1.2', i, 1, uid || '/' || i, 1, 1, x'', x'', 1, 'dimse', '' FROM series, n WHERE number > 100",
        ("INSERT INTO reading_ledger SELECT instance.study_id, person.id, instance.uid, 1, 1000, 0, 1, 1 FROM instance, person"
        " WHERE instance.number % 2 = 0 AND instance.number > 0 AND instance.blob LIKE '%/%' AND person.login = 'imageur' AND instance.class_uid = '1.2'"),
    };
    World     *w       = *state;
    json_t    *summary = NULL;
    OWNED_ACT  a       = { 0 };
    OWNED(Db) *db      = NULL;
    start(w);
    image_comes(w, 1, "DUPONT-MOREAU");
    for (size_t i = 0; i < COUNT(MANY); i++)
        MUST(db_write(w->host, run_sql, (void *)(uintptr_t)MANY[i], fault));
    load_act(w, &a);
    MUST((db = db_read(w->host, fault)));
    MUST(reading_summary(db, &a, w->imager.person_id, &summary, fault));
    OWNED(json_t) *owned = summary;
    size_t  i;
    json_t *one;
    assert_int_equal(whole(owned, "images"), 20001);
    assert_int_equal(json_array_size(json_object_get(owned, "series")), SUMMARY_SERIES_MAX);
    assert_int_equal(whole(owned, "more"), 101 - SUMMARY_SERIES_MAX);
    json_array_foreach (json_object_get(owned, "series"), i, one) {
        assert_in_range(json_string_length(json_object_get(one, "unseen")), 0, 130);
        assert_in_range(json_string_length(json_object_get(one, "description")), 0, 64);
        assert_true(json_is_string(json_object_get(one, "description"))); /* cut between letters */
    }
    OWNED_BUF text = buf_make(1 << 20);
    MUST(json_dump_to_buf(owned, &text, fault));
    assert_in_range(buf_slice(&text).len, 1000, 20000);
    const char *unseen = json_string_value(json_object_get(json_array_get(json_object_get(owned, "series"), 3), "unseen"));
    assert_memory_equal(unseen, "1, 3, 5, 7", 10);
    assert_string_equal(unseen + strlen(unseen) - strlen("…"), "…"); /* and says that there are more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(marks_are_kept_whole_under_their_version, world_new, world_free),
        cmocka_unit_test_setup_teardown(what_is_no_set_of_this_study_is_refused, world_new, world_free),
        cmocka_unit_test_setup_teardown(what_a_signature_keeps_is_bounded, world_new, world_free),
        cmocka_unit_test_setup_teardown(nothing_is_signed_over_images_that_were_only_shown_incomplete, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
