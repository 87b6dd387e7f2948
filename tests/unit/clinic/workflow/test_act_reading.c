/*
 * Reading, signing, delivering, closing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

#include <time.h>

static void left(World *w)
{
    start(w);
    release(w);
    does(w, &w->technologist, "patient-left", NULL);
    imager_signs_in(w);
}

static void the_first_who_opens_is_the_reader_until_it_is_taken_over(void **state) /* E25 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    start(w);
    refused(w, &w->imager, "take-over-reading", "{\"reason\":\"Relève\"}", ERR_CONFLICT, "reader-other");
    does(w, &w->imager, "open-reading", NULL);
    refused(w, &w->imager2, "open-reading", NULL, ERR_CONFLICT, "reader");
    refused(w, &w->imager2, "not-interpretable",
            "{\"reason_code\":\"motion\",\"reason\":\"Flou\",\"procedure\":\"P12\",\"follow_up\":"
            "\"Refaire\"}",
            ERR_CONFLICT, "same-reader");
    refused(w, &w->imager2, "take-over-reading", "{}", ERR_CONFLICT, "reason");
    does(w, &w->imager2, "take-over-reading", "{\"reason\":\"Relève de garde\"}");
    load_act(w, &a);
    assert_int_equal(a.reader_id, w->imager2.person_id);
}

static void reading_after_the_session_is_a_traced_deviation(void **state) /* E1 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    left(w);
    does(w, &w->imager, "open-reading", NULL);
    load_act(w, &a);
    assert_int_equal(act_fact_text(&a, "reading", "deviation").len > 0, 1);
}

static bool save_by(World *w, const Who *who, int64_t revision, int64_t *theirs, Err *err)
{
    OWNED(json_t) *body =
        json_pack("{s:I, s:o}", "revision", (json_int_t)revision, "content", said(A_REPORT));
    return act_report_save(w->house, who, w->act, body, theirs, err);
}

static void only_the_reader_writes_and_nothing_is_overwritten(void **state) /* E29 */
{
    World  *w      = *state;
    int64_t theirs = 0;
    Err     err    = { 0 };
    left(w);
    assert_false(save_by(w, &w->imager, 0, &theirs, &err)); /* nobody reads yet */
    assert_int_equal(err.kind, ERR_DENIED);
    does(w, &w->imager, "open-reading", NULL);
    assert_int_equal(write_report(w, &w->imager, 0, A_REPORT), 1);
    assert_int_equal(write_report(w, &w->imager, 1, A_REPORT), 2);
    err = (Err) { 0 };
    assert_false(save_by(w, &w->imager, 1, &theirs, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_int_equal(theirs, 2);
    err = (Err) { 0 };
    assert_false(save_by(w, &w->imager2, 2, &theirs, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(number_of(w, "SELECT count(*) FROM report"), 2); /* every version is kept */
}

static void a_signature_needs_a_full_report_this_version_and_a_fresh_proof(void **state) /* E16 E29 */
{
    World *w = *state;
    char   proof[300], other[300];
    left(w);
    refused(w, &w->imager, "sign", "{}", ERR_CONFLICT, "proof");
    does(w, &w->imager, "open-reading", NULL);
    write_report(w, &w->imager, 0, "{\"indication\":\"Douleur\"}");
    clock_advance(31000);
    signing(w, proof, sizeof proof);
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "report-conclusion");
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "report-incidents");
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "dose");
    write_report(w, &w->imager, 1, A_REPORT);
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "report-seen"); /* an older version was shown */
    signing(w, proof, sizeof proof);
    refused(w, &w->imager2, "sign", proof, ERR_CONFLICT, "same-reader");
    refused(w, &w->technologist, "sign", proof, ERR_DENIED, NULL);
    snprintf(other, sizeof other, "%s", proof);
    memset(strstr(other, "code\":\"") + 7, '0', 6);
    if (strcmp(other, proof) != 0)
        refused(w, &w->imager, "sign", other, ERR_SIGN_IN, NULL);
    clock_advance(31000);
    signing(w, proof, sizeof proof);
    does(w, &w->imager, "sign", proof);
    is_now(w, ACT_SIGNED);
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, NULL);
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    assert_true(
        slice_equal_text(act_fact_text(&a, "signature", "proof"), "totp")); /* the code itself is not kept */
    assert_int_equal(number_of(w, "SELECT count(*) FROM act_event WHERE data LIKE '%\"code\":\"%'"), 0);
    assert_int_equal(number_of(w, "SELECT count(*) FROM audit_line WHERE event = 'sign' AND outcome = 'ok'"),
                     1);
    int64_t theirs = 0;
    Err     err    = { 0 };
    assert_false(save_by(w, &w->imager, 2, &theirs, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    is_whole(w);
}

static void images_below_quality_end_in_a_signed_note(void **state) /* E28 */
{
    static const char NOTE[] =
        "{\"indication\":\"Douleur\",\"incidents\":{\"none\":true},\"prescriptions\":{\"none\":true},"
        "\"contact\":\"01 00 00 00 03\",\"dose\":{\"source\":\"not-supplied\",\"reason\":\"Panne\"}}";
    World *w = *state;
    char   proof[300];
    left(w);
    does(w, &w->imager, "open-reading", NULL);
    refused(w, &w->imager, "not-interpretable",
            "{\"reason_code\":\"motion\",\"reason\":\"Flou\",\"procedure\":\"P12\"}", ERR_CONFLICT,
            "follow_up");
    does(w, &w->imager, "not-interpretable",
         "{\"reason_code\":\"motion\",\"reason\":\"Flou cinétique\",\"procedure\":\"P12 "
         "v2\",\"follow_up\":\"Refaire demain\"}");
    does(w, &w->imager, "interpretable", NULL);
    write_report(w, &w->imager, 0, NOTE);
    clock_advance(31000);
    signing(w, proof, sizeof proof);
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "report-results"); /* an ordinary report again */
    does(w, &w->imager, "not-interpretable",
         "{\"reason_code\":\"motion\",\"reason\":\"Flou cinétique\",\"procedure\":\"P12 "
         "v2\",\"follow_up\":\"Refaire demain\"}");
    signing(w, proof, sizeof proof); /* the digest holds the note too */
    does(w, &w->imager, "sign", proof);
    run_jobs(w, "act.deliver");
    is_now(w, ACT_DELIVERED);
    is_whole(w);
}

/* ---- delivery ---- */

static Blob *document_open(World *w, const char *kind, ReportDocument *ret)
{
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(report_document_find(db, w->act, 0, kind, ret, fault));
    Blob *blob = NULL;
    if (strcmp(kind, "pdf") == 0)
        MUST((blob = blob_open(w->blobs, ret->blob, fault)));
    return blob;
}

static void a_signed_report_is_delivered_once_however_often_the_job_runs(void **state) /* E30 E31 S7 */
{
    World         *w = *state;
    OWNED_ACT      a = { 0 };
    ReportDocument pdf, object;
    left(w);
    refused(w, &w->requester, "acknowledge", NULL, ERR_CONFLICT, NULL);
    read_and_sign(w);
    Job  job = { .kind = "act.deliver", .attempt = 1 };
    char payload[40];
    snprintf(payload, sizeof payload, "{\"act_id\":%" PRId64 "}", w->act);
    job.payload = slice_of(payload);
    for (int i = 0; i < 3; i++)
        MUST(ACT_JOBS[0].run(&job, w->house, fault));
    load_act(w, &a);
    assert_int_equal(a.state, ACT_DELIVERED);
    assert_int_equal(number_of(w, "SELECT count(*) FROM act_event WHERE step = 'deliver'"), 1);
    assert_int_equal(number_of(w, "SELECT count(*) FROM report_document"), 2);
    const json_t *lines = act_fact(&a, "deliveries", NULL);
    assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 0), "status")), "delivered");
    assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 1), "to")), "treating-"
                                                                                            "physician");
    assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 1), "status")), "not-"
                                                                                                "reached");
    assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 1), "why")), "no-account");
    OWNED(Blob) *blob = document_open(w, "pdf", &pdf);
    assert_true(slice_starts(blob_bytes(blob), SLICE("%PDF-")));
    assert_null(document_open(w, "dicom", &object));
    OWNED(Db) *db = NULL;
    bool kept     = false;
    MUST((db = db_read(w->host, fault)));
    MUST(instance_kept(db, SLICE("1.2.840.10008.5.1.4.1.1.104.1"), slice_of(object.sop_uid), &kept, fault));
    assert_true(kept);
    OWNED_BUF shown = buf_make(8 << 20); /* what the requester reads is what was kept */
    MUST(act_report_pdf(w->house, &w->requester, w->act, 0, &shown, fault));
    assert_true(slice_equal(buf_slice(&shown), blob_bytes(blob)));
    Err refused_err = { 0 };
    assert_false(act_report_pdf(w->house, &w->stranger, w->act, 0, &shown, &refused_err));
    assert_int_equal(refused_err.kind, ERR_NOT_FOUND);
}

static void a_delivery_cut_off_half_way_is_finished_by_the_next(void **state) /* X5 */
{
    World *w = *state;
    char   name[160];
    left(w);
    read_and_sign(w);
    { /* the file was being written when the process died */
        OWNED_ACT a = { 0 };
        uint8_t   sha[32];
        int64_t   bytes = 0;
        time_t    now_s = (time_t)clock_now_s();
        struct tm utc;
        load_act(w, &a);
        gmtime_r(&now_s, &utc);
        snprintf(name, sizeof name, "reports/%04d/%02d/%s-1.pdf", utc.tm_year + 1900, utc.tm_mon + 1,
                 a.number);
        OWNED(BlobWriter) *half = blob_begin(w->blobs, name, NULL);
        assert_non_null(half);
        MUST(blob_append(half, SLICE("%PDF-1.5 half"), fault) && blob_commit(half, sha, &bytes, fault));
    }
    assert_int_equal(run_jobs(w, "act.deliver"), 1);
    is_now(w, ACT_DELIVERED);
    OWNED(Blob) *whole = NULL;
    MUST((whole = blob_open(w->blobs, name, fault)));
    assert_true(blob_bytes(whole).len > 1000);
}

static void a_draft_is_for_the_imagers_alone(void **state)
{
    World *w      = *state;
    OWNED(Db) *db = NULL;
    OWNED_BUF pdf = buf_make(8 << 20);
    Err       err = { 0 };
    left(w);
    does(w, &w->imager, "open-reading", NULL);
    write_report(w, &w->imager, 0, A_REPORT);
    MUST((db = db_read(w->host, fault)));
    OWNED(json_t) *theirs = NULL;
    OWNED(json_t) *ours   = NULL;
    MUST(act_report_json(db, &w->requester, LANG_FR, w->act, 0, &theirs, fault));
    MUST(act_report_json(db, &w->imager2, LANG_FR, w->act, 0, &ours, fault));
    assert_string_equal(json_string_value(json_object_get(theirs, "status")), "none");
    assert_int_equal(json_object_size(json_object_get(theirs, "content")), 0);
    assert_string_equal(json_string_value(json_object_get(ours, "status")), "draft");
    assert_false(act_report_pdf(w->house, &w->requester, w->act, 0, &pdf, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    MUST(act_report_pdf(w->house, &w->imager, w->act, 0, &pdf, fault));
}

/* ---- after ---- */

static void
an_act_is_closed_only_when_the_patient_knows_and_the_record_is_checked(void **state) /* E31 E34 E35 L9 */
{
    World *w = *state;
    left(w);
    read_and_sign(w);
    run_jobs(w, "act.deliver");
    refused(w, &w->requester, "patient-copy", "{\"how\":\"paper\"}", ERR_CONFLICT, "patient-informed");
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, NULL);
    refused(w, &w->imager, "acknowledge", NULL, ERR_DENIED, NULL);
    does(w, &w->requester, "acknowledge", NULL);
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "patient-informed");
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "dmp-checked");
    refused(w, &w->requester, "inform-patient", "{\"how\":\"phone\"}", ERR_CONFLICT, "content_given");
    does(w, &w->requester, "inform-patient", "{\"how\":\"phone\",\"content_given\":\"Expliqué\"}");
    does(w, &w->requester, "patient-copy", "{\"how\":\"none-wanted\"}");
    refused(w, &w->requester, "check-dmp", "{\"record_checked\":false,\"dmp\":\"none\"}", ERR_CONFLICT,
            "record-checked");
    refused(w, &w->requester, "check-dmp", "{\"record_checked\":true,\"dmp\":\"present\"}", ERR_CONFLICT,
            "record-checked");
    does(w, &w->requester, "check-dmp", "{\"record_checked\":true,\"dmp\":\"present\",\"checked\":true}");
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "records");    /* L10 */
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "site-check"); /* E30 */
    finish_duties(w);
    does(w, &w->requester, "close", NULL);
    does(w, &w->imager, "message", "{\"text\":\"Merci\"}");
    clock_advance((int64_t)31 * 24 * 3600 * 1000); /* access ends after its last duty */
    refused(w, &w->imager, "message", "{\"text\":\"Plus tard\"}", ERR_NOT_FOUND, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(the_first_who_opens_is_the_reader_until_it_is_taken_over),
        WITH_WORLD(reading_after_the_session_is_a_traced_deviation),
        WITH_WORLD(only_the_reader_writes_and_nothing_is_overwritten),
        WITH_WORLD(a_signature_needs_a_full_report_this_version_and_a_fresh_proof),
        WITH_WORLD(images_below_quality_end_in_a_signed_note),
        WITH_WORLD(a_signed_report_is_delivered_once_however_often_the_job_runs),
        WITH_WORLD(a_delivery_cut_off_half_way_is_finished_by_the_next),
        WITH_WORLD(a_draft_is_for_the_imagers_alone),
        WITH_WORLD(an_act_is_closed_only_when_the_patient_knows_and_the_record_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
