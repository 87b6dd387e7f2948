/*
 * Tests of the search: each key leads by its index, whoever asks, so that an answer takes as long at a million
 * studies as at ten thousand. The plans are SQLite's own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/description.h"
#include "clinic/archive/query_internal.h"

static const ArchiveViewer SITE   = { .organisation_id = 1 };
static const ArchiveViewer PERSON = { .person_id = 1, .now_s = 1 };

/* The lines of the plan, each as " SEARCH study USING INDEX …;". */
static uint32_t plan_of(World *w, const ArchiveQuery *q, const ArchiveViewer *viewer,
                        void statement(Sql *, const ArchiveQuery *, const ArchiveViewer *), Buf *ret)
{
    Sql  sql;
    Err  err = { 0 };
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(sql_open(&sql, &err) && sql_describe(&sql, db, q, &err));
    uint32_t described = sql.described;
    buf_add_text(&sql.text, "EXPLAIN QUERY PLAN ");
    statement(&sql, q, viewer);
    OWNED(DbQuery) *run = sql_run(&sql, db, &err);
    DbStep step;
    while ((step = db_next(run, &err)) == DB_ROW) {
        Slice line = db_slice(run, 3);
        buf_addf(ret, " %.*s;", (int)line.len, line.at);
    }
    if (step != DB_END)
        fail_msg("%s", err.detail);
    sql_close(&sql);
    return described;
}

static const struct {
    const char *name, *value, *index;
    bool        only_all; /* for others who sees it leads: their site's or their patients' studies */
} LED[] = {
    { "PatientID", "P1", "study_dicom_id (dicom_id=?", false },
    { "PatientID", "P1*", "study_dicom_id (dicom_id>? AND dicom_id<?", false },
    { "AccessionNumber", "B1", "study_accession (accession=?", false },
    { "AccessionNumber", "B1*", "study_accession (accession>? AND accession<?", false },
    { "PatientName", "DUPONT*", "study_dicom_name (dicom_name_key>? AND dicom_name_key<?", false },
    { "PatientName", "DUPONT^JEAN", "study_dicom_name (dicom_name_key>? AND dicom_name_key<?", false },
    { "PatientBirthDate", "19700102", "study_birth (dicom_birth=?", false },
    { "StudyInstanceUID", "1.2.3", "sqlite_autoindex_study_", false },
    { "StudyID", "S1", "study_study_key (study_key=?", false },
    { "ReferringPhysicianName", "DURAND*", "study_referring (referring_key", false },
    { "StudyDate", "20260111", "study_date (study_date=?", true },
    { "StudyDate", "20260111-20260112", "study_date (study_date>? AND study_date<?", true },
};

static bool names(const Buf *plan, const char *what)
{
    return slice_find(buf_slice(plan), slice_of(what)) != SIZE_MAX;
}

#define PATIENTS "study_patient (patient_id=?" /* a person's own patients are few: they may lead as well */

static void each_key_leads_by_its_index_whoever_asks(void **state)
{
    static const ArchiveViewer *const VIEWERS[] = { &ALL, &SITE, &PERSON };
    for (size_t i = 0; i < COUNT(LED); i++)
        for (size_t v = 0; v < (LED[i].only_all ? 1 : COUNT(VIEWERS)); v++) {
            ArchiveQuery q   = { .level = QUERY_STUDY };
            Err          err = { 0 };
            OWNED_BUF    rows = buf_make(65536), ids = buf_make(65536);
            if (!query_parameter(&q, slice_of(LED[i].name), slice_of(LED[i].value), &err))
                fail_msg("%s: %s", LED[i].name, err.detail);
            plan_of(*state, &q, VIEWERS[v], sql_rows, &rows);
            plan_of(*state, &q, VIEWERS[v], sql_ids, &ids);
            bool theirs = VIEWERS[v] == &PERSON && names(&rows, PATIENTS) && names(&ids, PATIENTS);
            if ((!theirs && (!names(&rows, LED[i].index) || !names(&ids, LED[i].index))) ||
                names(&rows, "SCAN study"))
                fail_msg("%s=%s, viewer %zu: %s", LED[i].name, LED[i].value, v, buf_text(&rows));
        }
}

/* A day's list: of a site or of a person's patients, by what leads to their studies. */
static void a_day_of_a_site_is_a_range_of_its_index(void **state)
{
    ArchiveQuery q    = { .level = QUERY_STUDY };
    OWNED_BUF    plan = buf_make(65536);
    assert_true(query_parameter(&q, SLICE("StudyDate"), SLICE("20260111"), NULL));
    plan_of(*state, &q, &SITE, sql_rows, &plan);
    if (!names(&plan, "study_site (site_id=? AND study_date=?"))
        fail_msg("%s", buf_text(&plan));
}

/* What a person may see is looked up from their grants, never by walking the studies. */
static void a_persons_studies_are_led_to_by_their_patients(void **state)
{
    ArchiveQuery q    = { .level = QUERY_STUDY };
    OWNED_BUF    plan = buf_make(65536);
    plan_of(*state, &q, &PERSON, sql_rows, &plan);
    if (!names(&plan, PATIENTS) || names(&plan, "SCAN study"))
        fail_msg("%s", buf_text(&plan));
}

static bool described_work(Db *db, void *none, Err *err)
{
    (void)none;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO study (uid, study_date, description, first_at_ms, last_at_ms)"
                                     " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
                                     " SELECT '1.2.' || i, '20260101', CASE WHEN i % 1000 = 1 THEN 'Échographie rénale' ELSE 'THORAX' END, 1, 1 FROM n");
    OWNED(DbQuery) *s = db_query(db, "INSERT INTO series (study_id, uid, description, first_at_ms, last_at_ms)"
                                     " SELECT id, uid || '.1', CASE WHEN id % 1000 = 1 THEN 'Coupe cortico-médullaire' ELSE 'AX' END, 1, 1 FROM study");
    return db_run(q, err) && db_run(s, err);
}

/* A part of a description: by its wordings, whoever asks and by either door; a common one by the dates. */
static void a_part_of_a_rare_description_leads_by_its_wordings(void **state)
{
    static const ArchiveViewer *const VIEWERS[] = { &ALL, &SITE };
    static const struct {
        QueryLevel  level;
        const char *name, *value, *fuzzy, *index;
    } CASES[] = {
        { QUERY_STUDY, "StudyDescription", "*chographie r*", "false", "study_description (description=?" },
        { QUERY_STUDY, "StudyDescription", "*echo*", "true", "study_description (description=?" },
        { QUERY_STUDY, "StudyDescription", "Échographie rénale", "false", "study_description (description=?" },
        { QUERY_SERIES, "SeriesDescription", "*MÉDULLAIRE", "true", "series_description (description=?" },
        { QUERY_STUDY, "StudyDescription", "*HORA*", "false", NULL },
        { QUERY_STUDY, "StudyDescription", "*", "false", NULL },
    };
    atomic_bool stop = false;
    Err         err  = { 0 };
    World      *w    = *state;
    assert_true(db_write(w->host, described_work, NULL, &err));
    assert_true(descriptions_fold(w->host, &stop, &err)); /* rows that came by other ways */
    for (size_t i = 0; i < COUNT(CASES); i++)
        for (size_t v = 0; v < COUNT(VIEWERS); v++) {
            ArchiveQuery q = { .level = CASES[i].level };
            OWNED_BUF    rows = buf_make(65536), ids = buf_make(65536);
            assert_true(query_parameter(&q, slice_of(CASES[i].name), slice_of(CASES[i].value), &err));
            assert_true(query_parameter(&q, SLICE("fuzzymatching"), slice_of(CASES[i].fuzzy), &err));
            uint32_t leads = plan_of(w, &q, VIEWERS[v], sql_rows, &rows);
            assert_int_equal(leads != 0, CASES[i].index != NULL);
            (void)plan_of(w, &q, VIEWERS[v], sql_ids, &ids);
            if (leads && (!names(&rows, CASES[i].index) || !names(&ids, CASES[i].index) || names(&rows, "SCAN study")))
                fail_msg("%s: %s", CASES[i].value, buf_text(&rows));
            OWNED(Db) *db  = db_read(w->host, &err);
            QueryIds found = { 0 };
            assert_true(query_ids(db, &q, &ALL, &found, &err));
            assert_int_equal(found.count, leads ? 3 : slice_equal_text(slice_of(CASES[i].value), "*") ? 3000 : 2997);
            query_ids_clear(&found);
        }
}

static bool changed_work(Db *db, void *sql, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    return db_run(q, err);
}

/* A wording is there as long as something has it: names typed into a description do not outlive their study. */
static void a_wording_goes_with_the_last_that_has_it(void **state)
{
    static const struct {
        const char *sql;
        int64_t     wordings;
    } STEPS[] = {
        { "DELETE FROM series WHERE description LIKE 'Coupe%'", 3 },
        { "UPDATE study SET description = 'Scanner' WHERE id = 1", 4 },
        { "UPDATE study SET description = 'Scanner' WHERE description LIKE '%nale'", 3 },
        { "DELETE FROM series", 2 },
        { "DELETE FROM study", 0 },
    };
    Err    err = { 0 };
    World *w   = *state;
    assert_true(db_write(w->host, described_work, NULL, &err));
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        assert_true(db_write(w->host, changed_work, (void *)(uintptr_t)STEPS[i].sql, &err));
        OWNED(Db) *db     = db_read(w->host, &err);
        OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM description");
        assert_int_equal(db_next(q, &err), DB_ROW);
        assert_int_equal(db_int(q, 0), STEPS[i].wordings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_key_leads_by_its_index_whoever_asks, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_day_of_a_site_is_a_range_of_its_index, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_part_of_a_rare_description_leads_by_its_wordings, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_wording_goes_with_the_last_that_has_it, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_persons_studies_are_led_to_by_their_patients, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
