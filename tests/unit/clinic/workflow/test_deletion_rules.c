/*
 * Tests of what exams say before images may go: care given under a number that was merged away counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"
#include "clinic/workflow/deletion_rules.h"

static const PatientBy WHO = { .person_id = 1, .actor = "who", .factors = "", .origin = "", .what = "test" };

static bool other_patient(Db *db, void *made, Err *err)
{
    PatientDraft draft = { .birth_name       = SLICE("MARTIN"),
                           .first_given      = SLICE("ALICE"),
                           .birth_date       = SLICE("1990-05-04"),
                           .sex              = SLICE("F"),
                           .birth_place_code = SLICE("75056"),
                           .organisation_id  = 1,
                           .confirm_new      = true };
    return patient_create(db, &draft, INS_OIDS_TEST, &WHO, made, NULL, err);
}

static int32_t last_care(World *w, int64_t patient_id)
{
    int32_t    day = -1;
    OWNED(Db) *db  = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(act_last_care(db, patient_id, 0, &day, fault));
    return day;
}

static void do_sql(World *w, const char *form, int64_t first, int64_t second)
{
    char sql[300];
    (void)snprintf(sql, sizeof sql, form, (long long)first, (long long)second);
    MUST(db_write(w->host, run_sql, sql, fault));
}

static void care_given_under_a_merged_number_counts_while_the_merge_lasts(void **state) /* E30 R.1112-7 */
{
    World  *w = *state;
    Patient other[2];
    start(w);
    for (size_t i = 0; i < COUNT(other); i++)
        MUST(db_write(w->host, other_patient, &other[i], fault));
    int32_t today = last_care(w, w->patient.id);
    assert_true(today > 20250101);
    assert_int_equal(last_care(w, other[1].id), 0);
    static const char MERGE[] = "INSERT INTO patient_merge (from_patient, into_patient, at_ms, actor, reason, identifiers)"
                                " VALUES (%lld, %lld, 1, 'who', 'r', '[]')";
    do_sql(w, MERGE, w->patient.id, other[0].id);
    do_sql(w, MERGE, other[0].id, other[1].id);
    assert_int_equal(last_care(w, other[0].id), today);
    assert_int_equal(last_care(w, other[1].id), today);
    do_sql(w, "UPDATE patient_merge SET undone_at_ms = 2 WHERE from_patient = %lld AND into_patient = %lld", w->patient.id,
           other[0].id);
    assert_int_equal(last_care(w, other[1].id), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(care_given_under_a_merged_number_counts_while_the_merge_lasts, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
