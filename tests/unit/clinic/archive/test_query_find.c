/*
 * The search as C-FIND asks it: what SQL narrows by is exactly what matching says, key by key and two by two,
 * at every level; patients told once, counts, date and time as one, sequences, what a viewer sees.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/query_internal.h"
#include "clinic/archive/retrieve.h"

static const struct {
    const char *name, *id, *issuer, *birth, *sex, *accession, *description, *date, *modality;
} STUDIES[] = {
    { "DUPONT^JEANNE", "P1", "", "19700102", "F", "ACC1", "CRANE", "20260110", "CT" },
    { "DUPONT^JEANNE", "P1", "", "19700102", "F", "ACC2", "Crâne", "20260111", "MR" },
    { "DUPONT-MARTIN^JEAN", "P1", "AUTRE", "19800102", "M", "A%C", "THORAX", "20260112", "CT" },
    { "Lefèvre^Zoé", "p1", "", "19700102", "F", "A_C", "", "20260111", "DX" },
    { "LEFEVRE^ZOE", "P10", "", "", "", "", "CRANE 2", "", "CT" },
    { "O'NEIL^SEAN", "", "", "19551231", "M", "acc1", "CRANE*", "20251231", "SR" },
    { "O'NEIL^SEAN", "", "", "19551231", "M", "acc2", "x", "20251230", "SR" },
    { "O'NEIL^SEAN", "", "", "19660101", "M", "acc3", "x", "20251229", "SR" },
    { "Yamada^Tarou=山田^太郎=やまだ^たろう", "Y 1", "", "19990101", "O", "ÀB", "頭", "20260301", "CT" },
};

static void fill(World *w)
{
    for (size_t s = 0; s < COUNT(STUDIES); s++)
        for (int n = 1; n <= 3; n++) {
            IngestResult r;
            char         uids[3][80];
            Image        i = AN_IMAGE;
            snprintf(uids[0], 60, "1.2.826.%zu", s + 1);
            snprintf(uids[1], 70, "%.50s.%d", uids[0], n < 3 ? 1 : 2);
            snprintf(uids[2], 80, "%.60s.%d", uids[1], n);
            i.study = uids[0], i.series = uids[1], i.uid = uids[2];
            i.name = STUDIES[s].name, i.id = STUDIES[s].id, i.issuer = STUDIES[s].issuer;
            i.birth = STUDIES[s].birth, i.sex = STUDIES[s].sex, i.accession = STUDIES[s].accession;
            i.description = STUDIES[s].description, i.date = STUDIES[s].date,
            i.modality = STUDIES[s].modality;
            i.number   = n;
            must_send(w, &i, INGEST_STORED, &r);
        }
}

static const struct {
    uint32_t    tag;
    const char *value;
} KEYS[] = {
    { TAG_PATIENT_NAME, "DUPONT*" },
    { TAG_PATIENT_NAME, "dupont^jeanne" },
    { TAG_PATIENT_NAME, "DUPONT" },
    { TAG_PATIENT_NAME, "LEFÈVRE^ZOÉ" },
    { TAG_PATIENT_NAME, "lefevre^z*" },
    { TAG_PATIENT_NAME, "*jean*" },
    { TAG_PATIENT_NAME, "?UPONT*" },
    { TAG_PATIENT_NAME, "O'NEIL^SEAN" },
    { TAG_PATIENT_NAME, "山田*" },
    { TAG_PATIENT_NAME, "=山田^太郎" },
    { TAG_PATIENT_NAME, "yamada*" },
    { TAG_PATIENT_NAME, "*" },
    { TAG_PATIENT_NAME, "NOBODY" },
    { TAG_PATIENT_ID, "P1" },
    { TAG_PATIENT_ID, "P*" },
    { TAG_PATIENT_ID, "P?" },
    { TAG_PATIENT_ID, "?1" },
    { TAG_PATIENT_ID, "Y 1" },
    { TAG_PATIENT_ID, "*1*" },
    { TAG_ISSUER_OF_PATIENT_ID, "AUTRE" },
    { TAG_PATIENT_BIRTH_DATE, "19700102" },
    { TAG_PATIENT_BIRTH_DATE, "-19700102" },
    { TAG_PATIENT_BIRTH_DATE, "19700103-" },
    { TAG_PATIENT_BIRTH_DATE, "19500101-19600101" },
    { TAG_PATIENT_SEX, "F" },
    { TAG_ACCESSION_NUMBER, "ACC1" },
    { TAG_ACCESSION_NUMBER, "ACC*" },
    { TAG_ACCESSION_NUMBER, "A%C" },
    { TAG_ACCESSION_NUMBER, "A_C" },
    { TAG_ACCESSION_NUMBER, "A?C" },
    { TAG_ACCESSION_NUMBER, "À*" },
    { TAG_ACCESSION_NUMBER, "*c*" },
    { TAG_STUDY_DESCRIPTION, "CRANE" },
    { TAG_STUDY_DESCRIPTION, "CRANE*" },
    { TAG_STUDY_DESCRIPTION, "Cr?ne" },
    { TAG_STUDY_DESCRIPTION, "頭" },
    { TAG_STUDY_DATE, "20260111" },
    { TAG_STUDY_DATE, "20260110-20260111" },
    { TAG_STUDY_DATE, "-20251231" },
    { TAG_STUDY_DATE, "20260301-" },
    { TAG_STUDY_TIME, "101500" },
    { TAG_STUDY_TIME, "10" },
    { TAG_STUDY_TIME, "1016-" },
    { TAG_STUDY_TIME, "-1015" },
    { TAG_MODALITIES_IN_STUDY, "CT" },
    { TAG_MODALITIES_IN_STUDY, "MR\\SR" },
    { TAG_MODALITIES_IN_STUDY, "?R" },
    { TAG_STUDY_INSTANCE_UID, "1.2.826.1" },
    { TAG_STUDY_INSTANCE_UID, "1.2.826.1\\1.2.826.3\\1.2.999" },
    { TAG_MODALITY, "CT" },
    { TAG_SERIES_INSTANCE_UID, "1.2.826.2.1\\1.2.826.3.2" },
    { TAG_SERIES_NUMBER, "3" },
    { TAG_SERIES_DESCRIPTION, "S*1" },
    { TAG_INSTANCE_NUMBER, "2" },
    { TAG_SOP_INSTANCE_UID, "1.2.826.2.1.2" },
    { TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.2" },
};

static bool row_is(const QueryRow *row, size_t key)
{
    const QueryTag *known = query_tag(KEYS[key].tag);
    OWNED_BUF       value = buf_make(4096);
    if (known->level > row->level)
        return true; /* not looked at */
    (void)query_value(row, KEYS[key].tag, &value);
    return query_matches(known->match, slice_of(KEYS[key].value), buf_slice(&value), false);
}

static bool same_patient(const QueryRow *a, const QueryRow *b)
{
    if (a->study.patient_key[0] || b->study.patient_key[0])
        return strcmp(a->study.patient_key, b->study.patient_key) == 0 &&
               strcmp(a->study.patient_issuer, b->study.patient_issuer) == 0;
    return strcmp(a->study.patient_name, b->study.patient_name) == 0 &&
           strcmp(a->study.patient_birth, b->study.patient_birth) == 0;
}

enum { ROWS_MAX = 64 };

/* Every row of a level; a patient once, by the study received last. */
static size_t all_rows(Db *db, QueryLevel level, QueryRow *ret)
{
    static const char *const OF[]  = { "study", "study", "series", "instance" };
    size_t                   count = 0;
    char                     sql[64];
    snprintf(sql, sizeof sql, "SELECT id FROM %s ORDER BY id DESC", OF[level]);
    OWNED(DbQuery) *q = db_query(db, sql);
    while (db_next(q, NULL) == DB_ROW) {
        bool     found = false, known = false;
        QueryRow row = { 0 };
        assert_true(query_row(db, level, db_int(q, 0), &row, &found, NULL) && found);
        for (size_t i = 0; level == QUERY_PATIENT && i < count; i++)
            known = known || same_patient(&ret[i], &row);
        if (!known)
            ret[count++] = row;
    }
    return count;
}

static size_t found_by(Db *db, QueryLevel level, size_t one, size_t other)
{
    Err          err = { 0 };
    QueryIds     ids;
    ArchiveQuery q     = { .level = level };
    size_t       count = 0;
    if (!query_key(&q, KEYS[one].tag, slice_of(KEYS[one].value), &err) ||
        (other != one && !query_key(&q, KEYS[other].tag, slice_of(KEYS[other].value), &err)) ||
        !query_ids(db, &q, &ALL, &ids, &err))
        fail_msg("%s and %s: %s", KEYS[one].value, KEYS[other].value, err.detail);
    count = ids.count;
    query_ids_clear(&ids);
    return count;
}

static void sql_finds_exactly_what_matches_key_by_key_and_two_by_two(void **state)
{
    static QueryRow rows[ROWS_MAX];
    World          *w = *state;
    fill(w);
    OWNED(Db) *db = db_read(w->host, NULL);
    for (QueryLevel level = QUERY_PATIENT; level <= QUERY_INSTANCE; level++) {
        size_t count = all_rows(db, level, rows);
        assert_int_equal(count, ((size_t[]) { 7, 9, 18, 27 })[level]);
        for (size_t i = 0; i < COUNT(KEYS); i++)
            for (size_t j = i; j < COUNT(KEYS); j++) {
                size_t wanted = 0;
                for (size_t r = 0; r < count; r++)
                    wanted += row_is(&rows[r], i) && row_is(&rows[r], j);
                size_t got = found_by(db, level, i, j);
                if (got != wanted)
                    fail_msg("level %d, %08X=%s and %08X=%s: %zu, not %zu", (int)level, KEYS[i].tag,
                             KEYS[i].value, KEYS[j].tag, KEYS[j].value, got, wanted);
            }
    }
}

static void date_and_time_are_one_when_that_was_agreed(void **state)
{
    static const struct {
        const char *date, *time;
        bool        combined;
        size_t      found;
    } CASES[] = {
        { "20260110-20260112", "1014-1016", false, 4 }, /* at that time of day, on those days */
        { "20260110-20260112", "1014-1016", true, 4 },
        { "20260110-20260112", "1016-1014", true,
          2 }, /* after 10:16 of the first day, up to 10:14 of the last */
        { "20260110-20260112", "1016-1017", false, 0 },
        { "20260110-20260112", "1016-1017", true, 3 },
        { "20260110-", "1016-", true, 4 },
        { "-20260110", "-1014", true, 3 },
        { "20260111", "1015", true, 2 },
        { "20260111", "1016", true, 0 },
    };
    World *w = *state;
    fill(w);
    OWNED(Db) *db = db_read(w->host, NULL);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        ArchiveQuery q   = { .level = QUERY_STUDY, .combined = CASES[i].combined };
        QueryIds     ids = { 0 };
        Err          err = { 0 };
        if (!query_key(&q, TAG_STUDY_DATE, slice_of(CASES[i].date), &err) ||
            !query_key(&q, TAG_STUDY_TIME, slice_of(CASES[i].time), &err) ||
            !query_ids(db, &q, &ALL, &ids, &err))
            fail_msg("%s %s: %s", CASES[i].date, CASES[i].time, err.detail);
        if (ids.count != CASES[i].found)
            fail_msg("%s %s %d: %zu", CASES[i].date, CASES[i].time, CASES[i].combined, ids.count);
        query_ids_clear(&ids);
    }
}

static int64_t gathered(Db *db, const QueryRow *row, const ArchiveViewer *v, uint32_t tag)
{
    OWNED_BUF text  = buf_make(4096);
    bool      known = false;
    int64_t   n     = -1;
    assert_true(query_gathered(db, row, v, tag, &text, &known, NULL) && known);
    assert_true(slice_int(buf_slice(&text), &n));
    return n;
}

static void a_patient_counts_what_the_viewer_sees(void **state)
{
    World   *w     = *state;
    QueryRow row   = { 0 };
    bool     found = false;
    QueryIds ids;
    fill(w);
    OWNED(Db) *db  = db_read(w->host, NULL);
    ArchiveQuery q = { .level = QUERY_PATIENT };
    assert_true(query_key(&q, TAG_PATIENT_ID, SLICE("P1"), NULL));
    assert_true(query_key(&q, TAG_PATIENT_NAME, SLICE("DUPONT^JEANNE"), NULL));
    assert_true(query_ids(db, &q, &ALL, &ids, NULL));
    assert_int_equal(ids.count, 1);
    assert_true(query_row(db, QUERY_PATIENT, ids.at[0], &row, &found, NULL) && found);
    query_ids_clear(&ids);
    const ArchiveViewer        here = { .organisation_id = 5 }, elsewhere = { .organisation_id = 6 };
    const ArchiveViewer *const SEE[] = { &ALL, &here };
    for (size_t i = 0; i < COUNT(SEE); i++) {
        assert_int_equal(gathered(db, &row, SEE[i], TAG_NUMBER_OF_PATIENT_RELATED_STUDIES), 2);
        assert_int_equal(gathered(db, &row, SEE[i], TAG_NUMBER_OF_PATIENT_RELATED_SERIES), 4);
        assert_int_equal(gathered(db, &row, SEE[i], TAG_NUMBER_OF_PATIENT_RELATED_INSTANCES), 6);
    }
    assert_int_equal(gathered(db, &row, &elsewhere, TAG_NUMBER_OF_PATIENT_RELATED_STUDIES), 0);
    assert_true(query_ids(db, &q, &here, &ids, NULL) && ids.count == 1);
    query_ids_clear(&ids);
    assert_true(query_ids(db, &q, &elsewhere, &ids, NULL) && ids.count == 0);
    query_ids_clear(&ids);
}

static void a_retrieval_knows_its_studies_and_kinds(void **state)
{
    World   *w = *state;
    Retrieve what;
    fill(w);
    OWNED(Db) *db  = db_read(w->host, NULL);
    ArchiveQuery q = { .level = QUERY_INSTANCE };
    assert_true(query_key(&q, TAG_STUDY_INSTANCE_UID, SLICE("1.2.826.1\\1.2.826.4"), NULL));
    assert_true(retrieve_find(db, &q, &ALL, &what, NULL));
    assert_int_equal(what.instances.count, 6);
    assert_int_equal(what.study_count, 2);
    assert_int_equal(what.kind_count, 1);
    assert_string_equal(what.kinds[0].syntax_uid, UID_EXPLICIT_VR_LITTLE_ENDIAN);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(what.studies[i].instances, 3);
    for (size_t i = 0; i < what.instances.count; i++) {
        Outgoing   o;
        BlobSource plain = { .bytes = SLICE_NONE }, other = { .bytes = SLICE_NONE };
        char       first[8];
        assert_true(outgoing_open(w->archive, what.instances.at[i], &o, NULL));
        assert_true(outgoing_in(w->archive, &o, NULL, UID_EXPLICIT_VR_LITTLE_ENDIAN, &plain, NULL));
        assert_true(plain.blob && (int64_t)plain.at == o.row.dataset_at); /* as stored: read as it is sent */
        assert_int_equal(plain.at + plain.len, blob_length(plain.blob));
        assert_true(blob_read(plain.blob, plain.at, first, sizeof first, NULL));
        assert_memory_equal(first, "\x08\x00", 2);
        assert_true(outgoing_in(w->archive, &o, NULL, UID_IMPLICIT_VR_LITTLE_ENDIAN, &other, NULL));
        assert_null(other.blob);
        OWNED(Dataset) *ds = dataset_parse(other.bytes, IMPLICIT_LITTLE, NULL);
        assert_true(ds && slice_equal_text(dataset_code(ds, TAG_SOP_INSTANCE_UID), o.row.uid));
        outgoing_close(&o);
    }
    retrieve_clear(&what);
    bool here = false;
    assert_true(instance_is_here(db, SLICE("1.2.826.1"), SLICE("1.2.826.1.1.1"), &here, NULL) && here);
    assert_true(instance_is_here(db, SLICE("1.2.826.2"), SLICE("1.2.826.1.1.1"), &here, NULL) && !here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sql_finds_exactly_what_matches_key_by_key_and_two_by_two, world_new,
                                        world_free),
        cmocka_unit_test_setup_teardown(date_and_time_are_one_when_that_was_agreed, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_patient_counts_what_the_viewer_sees, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_retrieval_knows_its_studies_and_kinds, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
