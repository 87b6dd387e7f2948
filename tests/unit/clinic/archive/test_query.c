/*
 * Tests of the search: matching of the standard, levels, limits, who sees what, the JSON of the answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/query_internal.h"
#include "guard/access/grant.h"
#include "guard/access/people.h"

typedef struct Case {
    MatchKind   kind;
    const char *pattern, *value;
    bool        fuzzy, matches;
} Case;

static void values_match_as_the_standard_says(void **state)
{
    static const Case CASES[] = {
        { MATCH_TEXT, "CRANE", "CRANE", false, true },
        { MATCH_TEXT, "CRANE", "crane", false, false },
        { MATCH_TEXT, "CR*E", "CRANE", false, true },
        { MATCH_TEXT, "CR?NE", "CRÂNE", false, true },
        { MATCH_TEXT, "*", "", false, true },
        { MATCH_TEXT, "*A*B*", "xxAyyByy", false, true },
        { MATCH_TEXT, "*A*B*", "xxByyAyy", false, false },
        { MATCH_UID, "1.2\\1.3", "1.3", false, true },
        { MATCH_UID, "1.2,1.3", "1.3", false, true },
        { MATCH_UID, "1.2", "1.22", false, false },
        { MATCH_NAME, "dupont^jeanne", "DUPONT^JEANNE", false, true },
        { MATCH_NAME, "DUPONT", "DUPONT^JEANNE", false, false },
        { MATCH_NAME, "DUPONT*", "DUPONT^JEANNE", false, true },
        { MATCH_NAME, "lefevre*", "LEFÈVRE^Zoé", false, true },
        { MATCH_NAME, "LE-GOFF*", "LE GOFF^ANNE", false, true },
        { MATCH_NAME, "jean", "DUPONT^JEANNE", true, true },
        { MATCH_NAME, "jean dup", "DUPONT^JEANNE", true, true },
        { MATCH_NAME, "anne", "DUPONT^JEANNE", true, false },
        { MATCH_NAME, "山田^太郎", "Yamada^Tarou=山田^太郎=やまだ^たろう", false, true },
        { MATCH_DATE, "20260101-20260131", "20260115", false, true },
        { MATCH_DATE, "20260101-20260131", "20260201", false, false },
        { MATCH_DATE, "-20260131", "20250201", false, true },
        { MATCH_DATE, "20260131-", "20250201", false, false },
        { MATCH_DATE, "20260131", "20260131", false, true },
        { MATCH_DATE, "20260131", "", false, false },
        { MATCH_TIME, "10-12", "115959.999999", false, true },
        { MATCH_TIME, "1015", "101530", false, true },
        { MATCH_TIME, "1015", "101600", false, false },
        { MATCH_NUMBER, "3", "3", false, true },
        { MATCH_NUMBER, "03", "3", false, true },
        { MATCH_NUMBER, "3", "", false, false },
        { MATCH_ANY_OF, "SR", "CT\\SR", false, true },
        { MATCH_ANY_OF, "MR\\CT", "CT\\SR", false, true },
        { MATCH_ANY_OF, "MR", "CT\\SR", false, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        if (query_matches(CASES[i].kind, slice_of(CASES[i].pattern), slice_of(CASES[i].value),
                          CASES[i].fuzzy) != CASES[i].matches)
            fail_msg("%s against %s", CASES[i].pattern, CASES[i].value);
}

static void malformed_values_are_refused(void **state)
{
    static const char *const BAD[][2] = { { "StudyDate", "2026-13-01" }, { "StudyDate", "abc" },
                                          { "StudyDate", "-" },          { "StudyInstanceUID", "1.2.x" },
                                          { "StudyTime", "25" },         { "SeriesNumber", "x" },
                                          { "NoSuchThing", "1" },        { "limit", "-1" },
                                          { "includefield", "Nope" },    { "fuzzymatching", "maybe" } };
    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        ArchiveQuery q   = { 0 };
        Err          err = { 0 };
        assert_false(query_parameter(&q, slice_of(BAD[i][0]), slice_of(BAD[i][1]), &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

/* ---- on an archive: two patients, two studies each of two series ---- */

static void fill(World *w)
{
    static const char *const NAMES[] = { "DUPONT^JEANNE", "Lefèvre^Zoé" };
    for (int patient = 0; patient < 2; patient++)
        for (int study = 0; study < 2; study++)
            for (int series = 0; series < 2; series++)
                for (int n = 1; n <= 2; n++) {
                    IngestResult r;
                    char         uids[3][80], id[16], date[16], accession[16];
                    Image        i = AN_IMAGE;
                    snprintf(uids[0], 60, "1.2.826.%d.%d", patient, study + 1);
                    snprintf(uids[1], 70, "%.50s.%d", uids[0], series + 1);
                    snprintf(uids[2], 80, "%.60s.%d", uids[1], n);
                    snprintf(id, sizeof id, "P%d", patient);
                    snprintf(date, sizeof date, "202601%02d", 10 + patient * 2 + study);
                    snprintf(accession, sizeof accession, "ACC%d%d", patient, study);
                    i.study = uids[0], i.series = uids[1], i.uid = uids[2];
                    i.name = NAMES[patient], i.id = id, i.date = date, i.accession = accession;
                    i.modality = series ? "SR" : "CT";
                    i.number   = n;
                    must_send(w, &i, INGEST_STORED, &r);
                }
}

static bool count_one(const QueryRow *row, void *with)
{
    (void)row;
    ++*(int *)with;
    return true;
}

static int found(World *w, QueryLevel level, const char *name, const char *value, const ArchiveViewer *viewer)
{
    int          count = 0;
    Err          err   = { 0 };
    QueryCount   sum;
    ArchiveQuery q = { .level = level };
    if (name && !query_parameter(&q, slice_of(name), slice_of(value), &err))
        fail_msg("%s=%s: %s", name, value, err.detail);
    OWNED(Db) *db = db_read(w->host, NULL);
    if (!query_each(db, &q, viewer, count_one, &count, &sum, &err))
        fail_msg("%s=%s: %s", name, value, err.detail);
    assert_int_equal(count, sum.answers);
    return count;
}

static void each_key_finds_its_studies(void **state)
{
    World *w = *state;
    fill(w);
    assert_int_equal(found(w, QUERY_STUDY, NULL, NULL, &ALL), 4);
    assert_int_equal(found(w, QUERY_SERIES, NULL, NULL, &ALL), 8);
    assert_int_equal(found(w, QUERY_INSTANCE, NULL, NULL, &ALL), 16);
    assert_int_equal(found(w, QUERY_STUDY, "PatientID", "P1", &ALL), 2);
    assert_int_equal(found(w, QUERY_STUDY, "PatientID", "P*", &ALL), 4);
    assert_int_equal(found(w, QUERY_STUDY, "PatientName", "lefevre*", &ALL), 2);
    assert_int_equal(found(w, QUERY_STUDY, "00100010", "*zoe", &ALL), 2);
    assert_int_equal(found(w, QUERY_STUDY, "StudyDate", "20260111-20260112", &ALL), 2);
    assert_int_equal(found(w, QUERY_STUDY, "AccessionNumber", "ACC10", &ALL), 1);
    assert_int_equal(found(w, QUERY_STUDY, "AccessionNumber", "ACC?0", &ALL), 2);
    assert_int_equal(found(w, QUERY_STUDY, "ModalitiesInStudy", "SR", &ALL), 4);
    assert_int_equal(found(w, QUERY_STUDY, "ModalitiesInStudy", "MR", &ALL), 0);
    assert_int_equal(found(w, QUERY_STUDY, "StudyInstanceUID", "1.2.826.0.1,1.2.826.1.2", &ALL), 2);
    assert_int_equal(found(w, QUERY_SERIES, "Modality", "CT", &ALL), 4);
    assert_int_equal(found(w, QUERY_INSTANCE, "InstanceNumber", "2", &ALL), 8);
    assert_int_equal(found(w, QUERY_INSTANCE, "SOPInstanceUID", "1.2.826.0.1.1.2", &ALL), 1);
    assert_int_equal(found(w, QUERY_STUDY, "PatientBirthDate", "19700102", &ALL), 4);
}

static void fuzzy_names_find_any_word(void **state)
{
    World       *w     = *state;
    int          count = 0;
    QueryCount   sum;
    ArchiveQuery q = { .level = QUERY_STUDY };
    fill(w);
    assert_true(query_parameter(&q, SLICE("fuzzymatching"), SLICE("true"), NULL));
    assert_true(query_parameter(&q, SLICE("PatientName"), SLICE("jean"), NULL));
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(query_each(db, &q, &ALL, count_one, &count, &sum, NULL));
    assert_int_equal(count, 2);
}

static bool remember_uid(const QueryRow *row, void *with)
{
    slice_copy(slice_of(row->study.uid), with, 65);
    return true;
}

static void limit_and_offset_walk_the_newest_first(void **state)
{
    World       *w = *state;
    char         uid[65];
    QueryCount   sum;
    ArchiveQuery q = { .level = QUERY_STUDY, .limit = 1 };
    fill(w);
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(query_each(db, &q, &ALL, remember_uid, uid, &sum, NULL));
    assert_string_equal(uid, "1.2.826.1.2");
    assert_true(sum.more);
    q.offset = 3;
    assert_true(query_each(db, &q, &ALL, remember_uid, uid, &sum, NULL));
    assert_string_equal(uid, "1.2.826.0.1");
    assert_false(sum.more);
}

/* ---- who sees what (X2) ---- */

typedef struct Access {
    int64_t person_id, patient_id;
} Access;

static bool access_work(Db *db, void *arg, Err *err)
{
    Access *a = arg;
    Person  p = { .login = "imager", .family = "Martin", .given = "Anne", .active = true };
    Grant   g = { .patient_id = a->patient_id, .why = "request" };
    if (!person_create(db, &p, &a->person_id, err))
        return false;
    g.person_id = a->person_id;
    return grant_open(db, &g, err);
}

static void a_person_finds_only_granted_patients(void **state)
{
    World        *w        = *state;
    Err           err      = { 0 };
    Access        access   = { 0 };
    Patient       p        = world_patient(w, "Lefèvre", "Zoé", "1970-01-02", "F");
    ExpectedStudy expected = { "1.2.826.1.1", "", 77, p.id, 5, "" };
    ArchiveViewer person = { .now_s = 1000 }, site = { .organisation_id = 5 },
                  other = { .organisation_id = 6 };
    access.patient_id   = p.id;
    world_expect(w, &expected);
    if (!db_write(w->host, access_work, &access, &err))
        fail_msg("%s %s", err.shown, err.detail);
    fill(w);
    person.person_id = access.person_id;
    assert_int_equal(found(w, QUERY_STUDY, NULL, NULL, &person), 1);
    assert_int_equal(found(w, QUERY_INSTANCE, NULL, NULL, &person), 4);
    assert_int_equal(found(w, QUERY_STUDY, "PatientID", "P0", &person), 0);
    person.person_id++;
    assert_int_equal(found(w, QUERY_STUDY, NULL, NULL, &person), 0);
    assert_int_equal(found(w, QUERY_STUDY, NULL, NULL, &site), 4);
    assert_int_equal(found(w, QUERY_STUDY, NULL, NULL, &other), 0);
}

/* ---- JSON ---- */

static json_t *answers(World *w, ArchiveQuery *q)
{
    Err        err  = { 0 };
    OWNED_BUF  json = buf_make(1 << 20);
    QueryCount sum;
    OWNED(Db) *db = db_read(w->host, NULL);
    if (!query_json(db, q, &ALL, "https://h/dicom-web", &json, &sum, &err))
        fail_msg("%s %s", err.shown, err.detail);
    json_t *parsed = json_parse(buf_slice(&json), &err);
    assert_non_null(parsed);
    assert_int_equal(json_array_size(parsed), sum.answers);
    return parsed;
}

static const char *first_text(const json_t *row, const char *tag)
{
    const json_t *v = json_array_get(json_object_get(json_object_get(row, tag), "Value"), 0);
    return json_is_object(v) ? json_string_value(json_object_get(v, "Alphabetic")) : json_string_value(v);
}

static void studies_are_answered_in_dicom_json(void **state)
{
    World       *w = *state;
    ArchiveQuery q = { .level = QUERY_STUDY };
    fill(w);
    assert_true(query_parameter(&q, SLICE("StudyInstanceUID"), SLICE("1.2.826.1.2"), NULL));
    OWNED(json_t) *list = answers(w, &q);
    const json_t *row   = json_array_get(list, 0);
    assert_string_equal(first_text(row, "00100010"), "Lefèvre^Zoé");
    assert_string_equal(first_text(row, "0020000D"), "1.2.826.1.2");
    assert_string_equal(first_text(row, "00081190"), "https://h/dicom-web/studies/1.2.826.1.2");
    assert_int_equal(json_array_size(json_object_get(json_object_get(row, "00080061"), "Value")), 2);
    assert_int_equal(
        json_integer_value(json_array_get(json_object_get(json_object_get(row, "00201208"), "Value"), 0)), 4);
}

static void instances_answer_what_only_their_header_has(void **state)
{
    World       *w = *state;
    ArchiveQuery q = { .level = QUERY_INSTANCE };
    fill(w);
    assert_true(query_parameter(&q, SLICE("SOPInstanceUID"), SLICE("1.2.826.1.2.1.1"), NULL));
    assert_true(query_parameter(&q, SLICE("includefield"), SLICE("PhotometricInterpretation"), NULL));
    OWNED(json_t) *list = answers(w, &q);
    assert_string_equal(first_text(json_array_get(list, 0), "00280004"), "MONOCHROME2");
    assert_string_equal(first_text(json_array_get(list, 0), "00100020"),
                        "P1"); /* the path did not name the study */
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_match_as_the_standard_says),
        cmocka_unit_test(malformed_values_are_refused),
        IN_A_WORLD(each_key_finds_its_studies),
        IN_A_WORLD(fuzzy_names_find_any_word),
        IN_A_WORLD(limit_and_offset_walk_the_newest_first),
        IN_A_WORLD(a_person_finds_only_granted_patients),
        IN_A_WORLD(studies_are_answered_in_dicom_json),
        IN_A_WORLD(instances_answer_what_only_their_header_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
