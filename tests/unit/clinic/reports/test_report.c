/*
 * Reports: what must stand in them, versions that are never overwritten, what is signed, the DICOM object.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinic/reports/local_time.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"
#include "formats/texts/texts.h"
#include "report_sample.h"
#include "schema/schema.h"

extern char **environ;

static bool named(const MissingList *list, const char *code)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].code, code) == 0)
            return true;
    return false;
}

/* ---- completeness ---- */

static void each_missing_part_is_named(void **state) /* E29 E32 L10 */
{
    static const struct {
        const char *key, *emptied, *code;
    } PARTS[] = {
        { "indication", "{\"x\":\"\"}", "report-indication" },
        { "technique", "{\"x\":\"  \"}", "report-technique" },
        { "results", "{\"x\":null}", "report-results" },
        { "conclusion", "{\"x\":\"\"}", "report-conclusion" },
        { "incidents", "{\"x\":{}}", "report-incidents" },
        { "incidents", "{\"x\":{\"none\":false}}", "report-incidents" },
        { "prescriptions", "{\"x\":{\"text\":\"\"}}", "report-prescriptions" },
        { "contact", "{\"x\":\"\"}", "report-contact" },
        { "dose", "{\"x\":null}", "dose" },
    };
    (void)state;
    ReportSituation ct   = { .modality = "CT" };
    MissingList     list = { 0 };
    OWNED(json_t) *whole = parsed(SAMPLE_CONTENT);
    assert_true(report_complete(whole, &ct, &list));
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *emptied = parsed(PARTS[i].emptied);
        json_object_set(content, PARTS[i].key, json_object_get(emptied, "x"));
        assert_false(report_complete(content, &ct, &list));
        assert_int_equal(list.count, 1);
        assert_string_equal(list.items[0].code, PARTS[i].code);
        assert_string_not_equal(text_in(LANG_FR, list.items[0].text), list.items[0].text);
    }
}

static void the_dose_is_asked_by_modality(void **state) /* L6 */
{
    static const struct {
        const char *modality, *dose, *code; /* NULL: complete */
        bool        given;                  /* a radiopharmaceutical */
    } CASES[] = {
        { "CT", "{\"source\":\"entered\",\"dlp_mgycm\":400,\"ctdi\":[{\"mgy\":8,\"phantom_cm\":32}]}", NULL },
        { "CT", "{\"source\":\"entered\",\"dlp_mgycm\":400,\"ctdi\":[{\"mgy\":8}]}", "dose-ctdi" },
        { "CT", "{\"source\":\"entered\",\"dlp_mgycm\":400,\"ctdi\":[{\"mgy\":8,\"phantom_cm\":20}]}",
          "dose-ctdi" },
        { "CT", "{\"source\":\"entered\",\"dlp_mgycm\":400,\"ctdi\":[]}", "dose-ctdi" },
        { "CT", "{\"source\":\"rdsr\",\"ctdi\":[{\"mgy\":8,\"phantom_cm\":16}]}", "dose-dlp" },
        { "CT", "{\"source\":\"rdsr\",\"dlp_mgycm\":0,\"ctdi\":[{\"mgy\":8,\"phantom_cm\":16}]}",
          "dose-dlp" },
        { "CT", "{\"source\":\"none\"}", "dose" },
        { "CT", "{\"source\":\"not-supplied\"}", "dose-reason" },
        { "CT", "{\"source\":\"not-supplied\",\"reason\":\"Panne\"}", NULL },
        { "DX", "{\"source\":\"headers\",\"dap_mgycm2\":150}", NULL },
        { "CR", "{\"source\":\"headers\"}", "dose-dap" },
        { "DX", "{}", "dose" },
        { "MR", "{\"source\":\"none\"}", NULL },
        { "US", "{}", NULL },
        { "PT", "{}", "dose-activity" },
        { "NM", "{\"source\":\"not-supplied\"}", "dose-activity" },
        { "NM", "{\"source\":\"not-supplied\",\"reason\":\"Arrêté avant l’injection\"}", NULL },
        { "PT", "{}", NULL, true },
        { "PT/CT", "{\"source\":\"none\"}", "dose", true },
        { "PT/CT", "{\"source\":\"rdsr\",\"dlp_mgycm\":119,\"ctdi\":[{\"mgy\":3.1,\"phantom_cm\":32}]}", NULL, true },
        { "NM/CT", "{\"source\":\"rdsr\",\"dlp_mgycm\":119,\"ctdi\":[{\"mgy\":3.1,\"phantom_cm\":32}]}", "dose-activity" },
        { "NM/CT", "{\"source\":\"not-supplied\",\"reason\":\"Panne\"}", NULL, true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        ReportSituation situation = { .modality = CASES[i].modality, .radioactive_given = CASES[i].given };
        MissingList     list      = { 0 };
        OWNED(json_t) *content    = parsed(SAMPLE_CONTENT);
        json_object_set_new(content, "dose", parsed(CASES[i].dose));
        bool complete = report_complete(content, &situation, &list);
        if (complete != (CASES[i].code == NULL) || (CASES[i].code && !named(&list, CASES[i].code)))
            fail_msg("case %zu: %s", i, list.count ? list.items[0].code : "complete");
    }
}

static void what_is_not_of_the_contract_is_left_out_or_refused(void **state)
{
    static const char *const WRONG[] = { "{\"results\":5}",
                                         "{\"incidents\":\"none\"}",
                                         "{\"dose\":[]}",
                                         "{\"dose\":{\"source\":\"guess\"}}",
                                         "{\"dose\":{\"dlp_mgycm\":-1}}",
                                         "{\"dose\":{\"ctdi\":[5]}}",
                                         "{\"urgent\":\"yes\"}",
                                         "{\"results\":\"a\\u0001\"}" };
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        OWNED(json_t) *content = parsed(WRONG[i]);
        json_t *clean          = NULL;
        Err     err            = { 0 };
        assert_false(report_clean(content, &clean, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_null(clean);
    }
    OWNED(json_t) *content = parsed("{\"results\":\"Normal\",\"signed\":true,\"dose\":{\"source\":\"rdsr\","
                                    "\"dap_mgycm2\":null,\"x\":1}}");
    OWNED(json_t) *clean   = NULL;
    MUST(report_clean(content, &clean, fault));
    assert_int_equal(json_object_size(clean), 2);
    assert_int_equal(json_object_size(json_object_get(clean, "dose")), 1);
}

static void english_is_told_from_french(void **state) /* E29 */
{
    static const struct {
        const char *results;
        bool        english;
    } CASES[] = {
        { "The liver is normal and there is no evidence of focal lesion. The kidneys are normal.", true },
        { "Foie normal. Signe dit « target sign ». Pas d’épanchement, pas d’adénopathie dans le mésentère.", false },
        { "Normal.", false },
        { "", false },
        { "Voir « The role of CT in the diagnosis of appendicitis » : aspect typique, sans épanchement ni collection, dans le cadre d’une poussée.", false },
        { "No no no no", true },
        { "L’appendice n’est pas vu ; the patient est douloureux", false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        OWNED(json_t) *content = json_pack("{s:s}", "results", CASES[i].results);
        if (report_reads_english(content) != CASES[i].english)
            fail_msg("case %zu: %s", i, CASES[i].results);
    }
}

static void none_is_not_said_of_what_the_act_holds(void **state) /* E29 L10 */
{
    (void)state;
    ReportSituation told = { .modality = "CT", .incidents_told = true }, given = { .modality = "CT", .drugs_given = true };
    MissingList     list   = { 0 };
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT);
    assert_false(report_complete(content, &told, &list));
    assert_true(list.count == 1 && named(&list, "report-incidents-told"));
    assert_false(report_complete(content, &given, &list));
    assert_true(list.count == 1 && named(&list, "report-prescriptions-given"));
    json_object_set_new(content, "incidents", parsed("{\"text\":\"Panne brève\"}"));
    assert_true(report_complete(content, &told, &list));
}

static void an_addendum_stands_on_the_signed_version(void **state) /* E29 */
{
    static const struct {
        const char *given, *code; /* NULL: complete */
    } CASES[] = {
        { "{\"kind\":\"complement\",\"sections\":{\"results\":\"Rate vue.\"},\"difference\":{\"significant\":false}}", NULL },
        { "{\"sections\":{\"results\":\"Rate vue.\"},\"difference\":{\"significant\":false}}", "addendum-kind" },
        { "{\"kind\":\"complement\",\"sections\":{},\"difference\":{\"significant\":false}}", "addendum-text" },
        { "{\"kind\":\"complement\",\"sections\":{\"results\":\"Rate vue.\"}}", "report-difference" },
        { "{\"kind\":\"complement\",\"sections\":{\"results\":\"Rate.\"},\"difference\":{\"significant\":true,\"what\":\"xx\",\"why\":\"yy\"}}", "report-difference-what" },
        { "{\"kind\":\"correction\",\"sections\":{\"results\":\"Autre.\"},\"difference\":{\"significant\":false}}", "addendum-reason" },
    };
    (void)state;
    ReportSituation ct   = { .modality = "CT" };
    Report          base = { .revision = 3, .version = 1, .status = REPORT_SIGNED, .content = parsed(SAMPLE_CONTENT) };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        MissingList list      = { 0 };
        OWNED(json_t) *given  = parsed(CASES[i].given);
        OWNED(json_t) *whole  = NULL;
        MUST(report_addendum(&base, given, &whole, fault));
        bool complete = report_complete(whole, &ct, &list);
        if (complete != (CASES[i].code == NULL) || (CASES[i].code && !named(&list, CASES[i].code)))
            fail_msg("case %zu: %s", i, list.count ? list.items[0].code : "complete");
        assert_int_equal(json_integer_value(json_object_get(json_object_get(json_object_get(whole, "addendum"), "follows"), "revision")), 3);
    }
    OWNED(json_t) *wrong = parsed("{\"kind\":\"rumour\"}");
    json_t        *none  = NULL;
    assert_false(report_addendum(&base, wrong, &none, &(Err) { 0 }));
    json_decref(base.content);
}

/* ---- what is signed ---- */

static void the_digest_holds_content_act_and_outcome_and_not_their_order(void **state) /* E16 */
{
    (void)state;
    char            a[REPORT_DIGEST_SIZE], b[REPORT_DIGEST_SIZE];
    ReportSituation report = { .modality = "CT" }, note = { .modality = "CT", .not_interpretable = true };
    OWNED(json_t) *one   = parsed("{\"results\":\"x\",\"indication\":\"y\"}"),
                  *two   = parsed("{\"indication\":\"y\",\"results\":\"x\"}");
    OWNED(json_t) *other = parsed("{\"indication\":\"y\",\"results\":\"X\"}");
    MUST(report_digest("B26-1", one, &report, a, fault));
    MUST(report_digest("B26-1", two, &report, b, fault));
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), 64);
    MUST(report_digest("B26-1", other, &report, b, fault));
    assert_string_not_equal(a, b);
    MUST(report_digest("B26-2", one, &report, b, fault));
    assert_string_not_equal(a, b);
    MUST(report_digest("B26-1", one, &note, b, fault));
    assert_string_not_equal(a, b);
}

static void a_uid_is_the_same_for_the_same_report_alone(void **state)
{
    (void)state;
    char a[65], b[65];
    report_uid("2.25.7", 1, "object", a);
    report_uid("2.25.7", 1, "object", b);
    assert_string_equal(a, b);
    assert_true(uid_is_valid(slice_of(a)));
    report_uid("2.25.7", 2, "object", b);
    assert_string_not_equal(a, b);
    report_uid("2.25.8", 1, "object", b);
    assert_string_not_equal(a, b);
}

/* ---- versions ---- */

typedef struct Saved {
    int64_t revision;
    Err     conflict;
    bool    signed_once, signed_twice, saved_after;
} Saved;

static bool versions_work(Db *db, void *arg, Err *err)
{
    Saved *s               = arg;
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    int64_t none = 0;
    Report  r    = { 0 };
    if (!report_save(db, 1, 0, content, 5, 1000, &s->revision, err) ||
        !report_save(db, 1, 1, content, 5, 2000, &s->revision, err))
        return false;
    assert_false(report_save(db, 1, 1, content, 6, 3000, &none, &s->conflict));
    ReportSignature old  = { .act_id    = 1,
                             .revision  = 1,
                             .person_id = 5,
                             .at_ms     = 4000,
                             .sha256    = "a",
                             .proof     = "totp",
                             .frame     = frame };
    ReportSignature last = old;
    Err             lost = { 0 };
    last.revision        = 2;
    assert_false(report_sign(db, &old, &lost)); /* not the last version */
    s->signed_once  = report_sign(db, &last, err);
    s->signed_twice = report_sign(db, &last, &(Err) { 0 });
    s->saved_after  = report_save(db, 1, 2, content, 5, 5000, &none, &(Err) { 0 });
    if (!report_load(db, 1, &r, err))
        return false;
    assert_int_equal(r.status, REPORT_SIGNED);
    assert_int_equal(r.revision, 2);
    assert_true(json_equal(r.frame, frame));
    report_clear(&r);
    if (!report_load_revision(db, 1, 1, &r, err))
        return false;
    assert_int_equal(r.status, REPORT_DRAFT); /* the earlier version is still there */
    report_clear(&r);
    return true;
}

static void versions_are_kept_and_a_signed_one_is_final(void **state)
{
    (void)state;
    char  path[] = "/tmp/beclere-report-db-XXXXXX", more[64];
    Saved s      = { 0 };
    close(mkstemp(path));
    OWNED(DbHost) *host = NULL;
    MUST((host = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, fault)));
    MUST(db_write(host, versions_work, &s, fault));
    assert_int_equal(s.revision, 2);
    assert_int_equal(s.conflict.kind, ERR_CONFLICT);
    assert_true(s.signed_once);
    assert_false(s.signed_twice);
    assert_false(s.saved_after);
    db_close(GIVE(host));
    unlink(path);
    snprintf(more, sizeof more, "%s-wal", path);
    unlink(more);
    snprintf(more, sizeof more, "%s-shm", path);
    unlink(more);
}

/* ---- the DICOM object ---- */

static const ReportObject OBJECT = {
    .patient_name       = "DUPONT-MOREAU^ÉLISE",
    .patient_id         = "BEC1",
    .patient_id_issuer  = "BECLERE",
    .birth_date         = "19850314",
    .sex                = "F",
    .ins                = "285034315700172",
    .ins_oid            = "1.2.250.1.213.1.4.10",
    .study_uid          = "2.25.1",
    .series_uid         = "2.25.2",
    .sop_uid            = "2.25.3",
    .accession          = "B26000042",
    .study_id           = "B26000042",
    .requester          = "DUBOIS^Camille^^Dr",
    .institution        = "CH du Val d’Orbe",
    .title              = "Compte rendu",
    .study_at_ms        = 1773479000000,
    .at_ms              = 1773481500000,
    .utc_offset_minutes = 60,
    .signer             = "MARTIN^Jeanne^^Dr",
    .act_number         = "B26-000042",
};

static void the_object_holds_the_pdf_byte_for_byte(void **state) /* E30 */
{
    (void)state;
    OWNED_BUF file = buf_make(1 << 20), again = buf_make(1 << 20);
    Slice     pdf    = SLICE("%PDF-1.5 odd length.");
    int64_t   length = 0;
    MUST(report_encapsulate(&OBJECT, pdf, &file, fault));
    MUST(report_encapsulate(&OBJECT, pdf, &again, fault));
    assert_true(slice_equal(buf_slice(&file), buf_slice(&again)));
    OWNED(Dataset) *ds = NULL;
    MUST((ds = part10_parse(buf_slice(&file), NULL, fault)));
    assert_true(dataset_int(ds, TAG_ENCAPSULATED_DOCUMENT_LENGTH, 0, &length));
    assert_int_equal(length, (int64_t)pdf.len);
    assert_true(slice_equal(slice_part(dataset_raw(ds, TAG_ENCAPSULATED_DOCUMENT), 0, pdf.len), pdf));
    assert_true(slice_equal_text(dataset_code(ds, TAG_MIME_TYPE_OF_ENCAPSULATED_DOCUMENT), "application/"
                                                                                           "pdf"));
    assert_true(slice_equal_text(dataset_code(ds, TAG_STUDY_INSTANCE_UID), "2.25.1"));
    const Dataset *concept = dataset_item(ds, TAG_CONCEPT_NAME_CODE_SEQUENCE, 0);
    assert_true(slice_equal_text(dataset_code(concept, TAG_CODE_VALUE), "18748-4"));
    const Dataset *other = dataset_item(ds, TAG_OTHER_PATIENT_IDS_SEQUENCE, 0);
    assert_true(slice_equal_text(dataset_code(other, TAG_PATIENT_ID), "285034315700172"));
}

static void an_independent_validator_finds_no_error(void **state)
{
    (void)state;
    char        path[] = "/tmp/beclere-object-XXXXXX", said[64];
    int         fd = mkstemp(path), status = 0;
    pid_t       child  = 0;
    OWNED_BUF   file   = buf_make(1 << 20);
    char *const argv[] = { "dciodvfy", path, NULL };
    MUST(report_encapsulate(&OBJECT, SLICE("%PDF-1.5 x"), &file, fault));
    assert_int_equal(write(fd, buf_slice(&file).at, buf_slice(&file).len), (ssize_t)buf_slice(&file).len);
    close(fd);
    snprintf(said, sizeof said, "%s.txt", path);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, said, 0x241 /* write, create, truncate */, 0600);
    int spawned = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (spawned != 0) {
        print_message("skipped: dciodvfy is not there\n");
    } else {
        static char text[64 * 1024];
        assert_int_equal(waitpid(child, &status, 0), child);
        FILE  *f   = fopen(said, "rb");
        size_t got = f ? fread(text, 1, sizeof text - 1, f) : 0;
        if (f)
            fclose(f);
        text[got] = '\0';
        if (strstr(text, "Error"))
            fail_msg("%s", text);
        assert_non_null(strstr(text, "EncapsulatedPDF"));
    }
    unlink(path);
    unlink(said);
}

/* ---- hours ---- */

static void hours_are_those_of_the_site(void **state)
{
    static const struct {
        int64_t     at_ms;
        const char *zone, *shown;
    } HOURS[] = {
        { 1773481500000, "Europe/Paris", "14/03/2026 à 10:45 (UTC+1)" },
        { 1774745999000, "Europe/Paris", "29/03/2026 à 01:59 (UTC+1)" }, /* the second before summer time */
        { 1774746000000, "Europe/Paris", "29/03/2026 à 03:00 (UTC+2)" },
        { 1792889999000, "Europe/Paris", "25/10/2026 à 02:59 (UTC+2)" },
        { 1792890000000, "Europe/Paris", "25/10/2026 à 02:00 (UTC+1)" },
        { 1773481500000, "America/Guadeloupe", "14/03/2026 à 05:45 (UTC-4)" },
        { 1773481500000, "Indian/Reunion", "14/03/2026 à 13:45 (UTC+4)" },
        { 1773481500000, "America/Miquelon", "14/03/2026 à 07:45 (UTC-2)" },
        { 1773481500000, "Mars/Olympus", "14/03/2026 à 09:45 (UTC)" },
        { 0, "Europe/Paris", "" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(HOURS); i++) {
        char shown[64];
        local_time_shown(HOURS[i].at_ms, HOURS[i].zone, shown, sizeof shown);
        assert_string_equal(shown, HOURS[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_missing_part_is_named),
        cmocka_unit_test(english_is_told_from_french),
        cmocka_unit_test(none_is_not_said_of_what_the_act_holds),
        cmocka_unit_test(an_addendum_stands_on_the_signed_version),
        cmocka_unit_test(the_dose_is_asked_by_modality),
        cmocka_unit_test(what_is_not_of_the_contract_is_left_out_or_refused),
        cmocka_unit_test(the_digest_holds_content_act_and_outcome_and_not_their_order),
        cmocka_unit_test(a_uid_is_the_same_for_the_same_report_alone),
        cmocka_unit_test(versions_are_kept_and_a_signed_one_is_final),
        cmocka_unit_test(the_object_holds_the_pdf_byte_for_byte),
        cmocka_unit_test(an_independent_validator_finds_no_error),
        cmocka_unit_test(hours_are_those_of_the_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
