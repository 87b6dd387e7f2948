/*
 * The printed report: what is in it, whatever is written into it, and always the same bytes. E29, L10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report_sample.h"

extern char **environ;

static void print(const json_t *content, const json_t *frame, bool draft, Buf *ret)
{
    MUST(report_pdf(content, frame, draft, ret, fault));
    assert_true(slice_starts(buf_slice(ret), SLICE("%PDF-1.")));
}

/* The text as a person copies it out of the document. "" when pdftotext is not installed. */
static char *text_of(Slice pdf)
{
    char  in[] = "/tmp/beclere-report-XXXXXX", out[64];
    int   fd = mkstemp(in), status = 0;
    pid_t child = 0;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf.at, pdf.len), (ssize_t)pdf.len);
    close(fd);
    snprintf(out, sizeof out, "%s.txt", in);
    char *const argv[] = { "pdftotext", "-layout", in, out, NULL };
    char       *text   = calloc(1, 1 << 20);
    if (posix_spawnp(&child, argv[0], NULL, NULL, argv, environ) == 0 &&
        waitpid(child, &status, 0) == child && status == 0) {
        FILE *f = fopen(out, "rb");
        if (f) {
            (void)!fread(text, 1, (1 << 20) - 1, f);
            fclose(f);
        }
    } else {
        print_message("skipped: pdftotext is not there\n");
    }
    unlink(in);
    unlink(out);
    return text;
}

static void must_say(const char *text, const char *words)
{
    if (*text && !strstr(text, words))
        fail_msg("the document does not say: %s", words);
}

static void the_report_says_who_what_when_how_much_and_who_signed(void **state) /* E29 L6 L10 */
{
    static const char *const WORDS[] = { "DUPONT-MOREAU",
                                         "ELISE MARIE",
                                         "14/03/1985",
                                         "Le Puy-en-Velay",
                                         "285034315700172",
                                         "Dr Camille DUBOIS",
                                         "Dr Jeanne MARTIN",
                                         "RPPS 10000000033",
                                         "Scanner 1",
                                         "8,43",
                                         "412,5",
                                         "Aucun incident",
                                         "Conclusion",
                                         "page 1/",
                                         "B26-000042",
                                         "9f86d081884c7d659a2feaa0c55ad015",
                                         "code à usage unique",
                                         "(UTC+1)" };
    (void)state;
    OWNED_BUF pdf          = buf_make(8 << 20);
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    print(content, frame, false, &pdf);
    OWNED_TEXT char *text = text_of(buf_slice(&pdf));
    for (size_t i = 0; i < COUNT(WORDS); i++)
        must_say(text, WORDS[i]);
    assert_null(strstr(text, "BROUILLON"));
    const char *keep = getenv("BECLERE_KEEP_PDF"); /* to look at it */
    if (keep)
        file_write(keep, buf_slice(&pdf));
}

static void the_same_report_gives_the_same_bytes(void **state)
{
    (void)state;
    OWNED_BUF once = buf_make(8 << 20), twice = buf_make(8 << 20);
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    print(content, frame, false, &once);
    print(content, frame, false, &twice);
    assert_true(slice_equal(buf_slice(&once), buf_slice(&twice)));
}

static void a_draft_says_on_every_page_that_it_is_not_signed(void **state)
{
    (void)state;
    OWNED_BUF pdf          = buf_make(8 << 20);
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    print(content, frame, true, &pdf);
    OWNED_TEXT char *text = text_of(buf_slice(&pdf));
    must_say(text, "BROUILLON – non signé");
    assert_null(strstr(text, "Signé électroniquement"));
    const char *keep = getenv("BECLERE_KEEP_DRAFT");
    if (keep)
        file_write(keep, buf_slice(&pdf));
}

static void a_note_says_why_the_images_cannot_be_interpreted(void **state) /* E28 */
{
    (void)state;
    OWNED_BUF pdf          = buf_make(8 << 20);
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    json_object_set_new(frame, "outcome", json_string("not-interpretable"));
    json_object_set_new(frame, "not_interpretable",
                        parsed("{\"reason\":\"Artefacts de mouvement majeurs\",\"procedure\":\"Procédure 12, "
                               "version 2\","
                               "\"follow_up\":\"Nouvel examen demain à 9 h\"}"));
    json_object_del(content, "results");
    json_object_del(content, "conclusion");
    print(content, frame, false, &pdf);
    OWNED_TEXT char *text = text_of(buf_slice(&pdf));
    must_say(text, "non interprétable");
    must_say(text, "Artefacts de mouvement majeurs");
    must_say(text, "Procédure 12, version 2");
    must_say(text, "Nouvel examen demain");
    const char *keep = getenv("BECLERE_KEEP_NOTE");
    if (keep)
        file_write(keep, buf_slice(&pdf));
}

static void a_very_long_report_goes_over_pages_and_is_counted(void **state)
{
    (void)state;
    OWNED_BUF pdf = buf_make(16 << 20), long_text = buf_make(64 * 1024);
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    for (int i = 0; i < 400; i++)
        buf_addf(&long_text, "Segment %d : sans anomalie décelable ; pas d’épanchement.%s", i,
                 i % 7 == 6 ? "\n" : " ");
    buf_addf(&long_text, "%s", "fin-des-resultats");
    json_object_set_new(content, "results", json_string(buf_text(&long_text)));
    json_object_set_new(content, "conclusion", json_string(buf_text(&long_text)));
    print(content, frame, false, &pdf);
    OWNED_TEXT char *text = text_of(buf_slice(&pdf));
    must_say(text, "Segment 399");
    must_say(text, "fin-des-resultats");
    must_say(text, "page 4/");
    const char *keep = getenv("BECLERE_KEEP_LONG");
    if (keep)
        file_write(keep, buf_slice(&pdf));
}

/* Reports signed before addresses were kept have only the city: they print as they did. */
static void the_head_says_where_the_site_is_and_how_it_is_called(void **state) /* S2 S3 */
{
    (void)state;
    OWNED_BUF before = buf_make(8 << 20), after = buf_make(8 << 20);
    OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
    print(content, frame, false, &before);
    OWNED_TEXT char *old = text_of(buf_slice(&before));
    must_say(old, "Val d’Orbe — FINESS 430000001");
    json_t *site = json_object_get(frame, "site");
    json_object_set_new(site, "address", json_string("1 avenue de l’Hôpital, 99001 Val-d’Orbe"));
    json_object_set_new(site, "phone", json_string("01 00 00 01 00"));
    print(content, frame, false, &after);
    OWNED_TEXT char *text = text_of(buf_slice(&after));
    must_say(text, "1 avenue de l’Hôpital, 99001 Val-d’Orbe");
    must_say(text, "Tél. 01 00 00 01 00 — FINESS 430000001");
}

static void born_is_said_in_the_gender_of_the_patient_where_it_is_known(void **state) /* X6 */
{
    static const struct {
        const char *sex, *said;
    } CASES[] = { { "F", ", née le 14/03/1985" }, { "M", ", né le 14/03/1985" }, { "U", ", né(e) le 14/03/1985" }, { "", ", né(e) le 14/03/1985" } };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        OWNED_BUF pdf          = buf_make(8 << 20);
        OWNED(json_t) *content = parsed(SAMPLE_CONTENT), *frame = parsed(SAMPLE_FRAME);
        json_object_set_new(json_object_get(frame, "patient"), "sex", json_string(CASES[i].sex));
        print(content, frame, false, &pdf);
        OWNED_TEXT char *text = text_of(buf_slice(&pdf));
        must_say(text, CASES[i].said);
    }
}

static void hostile_text_is_printed_harmlessly(void **state)
{
    (void)state;
    OWNED_BUF pdf          = buf_make(8 << 20);
    OWNED(json_t) *content = parsed("{\"results\":\"a\\u0007b\\u202Egauche\\u200F (/Type /Catalog) <b>\\\\ "
                                    "%PDF\",\"indication\":"
                                    "\"\",\"conclusion\":\"\\n\\n\\n\",\"dose\":{\"source\":\"rdsr\","
                                    "\"ctdi\":[]},\"incidents\":{}}");
    OWNED(json_t) *frame   = parsed("{\"modality\":\"CT\",\"patient\":{\"birth_name\":\"\"}}");
    print(content, frame, false, &pdf);
    OWNED_TEXT char *text = text_of(buf_slice(&pdf));
    must_say(text, "abgauche");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_report_says_who_what_when_how_much_and_who_signed),
        cmocka_unit_test(the_same_report_gives_the_same_bytes),
        cmocka_unit_test(a_draft_says_on_every_page_that_it_is_not_signed),
        cmocka_unit_test(a_note_says_why_the_images_cannot_be_interpreted),
        cmocka_unit_test(a_very_long_report_goes_over_pages_and_is_counted),
        cmocka_unit_test(the_head_says_where_the_site_is_and_how_it_is_called),
        cmocka_unit_test(born_is_said_in_the_gender_of_the_patient_where_it_is_known),
        cmocka_unit_test(hostile_text_is_printed_harmlessly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
