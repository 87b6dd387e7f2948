/*
 * The words in which the tests of acts tell their stories, in the region of act_region.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLINIC_ACT_WORLD_H
#define TESTS_CLINIC_ACT_WORLD_H

#include "act_region.h"

/* ---- telling ---- */

static UNUSED json_t *said(const char *json)
{
    Err     err  = { 0 };
    json_t *data = json_parse_object(slice_of(json), &err);
    if (!data)
        fail_msg("%s: %s", json, err.detail);
    return data;
}

static UNUSED bool try_step(World *w, const Who *who, const char *step, const char *json,
                            MissingList *missing, Err *err)
{
    OWNED(json_t) *data = json ? said(json) : NULL;
    return act_do(w->house, who, &(ActCall) { .act_id = w->act, .step = slice_of(step), .data = data },
                  missing, err);
}

static UNUSED void does(World *w, const Who *who, const char *step, const char *json)
{
    MissingList missing = { 0 };
    Err         err     = { 0 };
    if (!try_step(w, who, step, json, &missing, &err))
        fail_msg("%s by %s: %s (%s)", step, who->login, err.shown, err.detail);
}

static UNUSED void load_act(World *w, Act *ret)
{
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(act_load(db, w->act, ret, fault));
}

static UNUSED bool names(const MissingList *missing, const char *code)
{
    for (size_t i = 0; i < missing->count; i++)
        if (strcmp(missing->items[i].code, code) == 0)
            return true;
    return false;
}

/* Refused with this kind; 'code' (or NULL) is named; nothing has changed. */
static UNUSED void refused(World *w, const Who *who, const char *step, const char *json, ErrKind kind,
                           const char *code)
{
    OWNED_ACT   before  = { 0 };
    OWNED_ACT   after   = { 0 };
    MissingList missing = { 0 };
    Err         err     = { 0 };
    load_act(w, &before);
    if (try_step(w, who, step, json, &missing, &err))
        fail_msg("%s by %s should be refused", step, who->login);
    if (err.kind != kind)
        fail_msg("%s by %s: %s, not %s: %s (%s)", step, who->login, err_kind_name(err.kind),
                 err_kind_name(kind), err.shown, err.detail);
    if (code && !names(&missing, code))
        fail_msg("%s by %s: %s is not named (first: %s)", step, who->login, code,
                 missing.count ? missing.items[0].code : "none");
    for (size_t i = 0; i < missing.count; i++)
        assert_string_not_equal(text_in(LANG_FR, missing.items[i].text), missing.items[i].text);
    assert_string_not_equal(text_in(LANG_FR, err.shown), err.shown);
    load_act(w, &after);
    assert_int_equal(before.last_seq, after.last_seq);
    assert_int_equal(before.state, after.state);
    assert_true(json_equal(before.facts, after.facts));
}

static UNUSED void is_now(World *w, ActState state)
{
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    assert_string_equal(act_state_name(a.state), act_state_name(state));
}

/* What stays between the patient told and the end: recipient, site, each professional's record. E30 E31 L10 */
static UNUSED void keep_records(World *w)
{
    does(w, &w->requester, "confirm-record", "{\"where\":\"Dossier du service\"}");
    does(w, &w->imager, "confirm-record", "{\"where\":\"Dossier du groupe\"}");
}
static UNUSED void finish_duties(World *w)
{
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    if (json_array_size(act_fact(&a, "deliveries", NULL)) > 2) /* a treating physician is named */
        does(w, &w->technologist, "try-delivery", "{\"id\":2,\"how\":\"paper\",\"reached\":\"yes\"}");
    does(w, &w->technologist, "confirm-site", "{\"report_kept\":true,\"incidents_kept\":true,\"images_archived\":true}");
    keep_records(w);
}

/* A number out of the database. */
static UNUSED int64_t number_of(World *w, const char *sql)
{
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    OWNED(DbQuery) *q = db_query(db, sql);
    Err err           = { 0 };
    if (db_next(q, &err) != DB_ROW)
        fail_msg("%s: %s", sql, err.detail);
    return db_int(q, 0);
}

static UNUSED bool run_sql(Db *db, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, arg);
    return db_run(q, err);
}

/* ---- the usual story, as far as a test wants it ---- */

#define A_REQUEST                                                                                             \
    "{\"reason\":\"Douleur abdominale aiguë\",\"purpose\":\"Rechercher une "                                 \
    "appendicite\",\"circumstances\":\"À jeun\","                                                            \
    "\"pregnancy\":\"no\",\"earlier_exams\":\"Aucun connu\",\"optimisation\":\"Jeune femme, champ limité\"," \
    "\"question\":\"Appendicite "                                                                             \
    "?\",\"weight_kg\":72.3,\"metformin\":\"no\",\"diabetes\":\"no\",\"breastfeeding\":\"no\",\"allergies\":\"Aucune\",\"relevance\":\"Échographie non contributive\","        \
    "\"guideline\":\"GBU\",\"benefit_code\":\"transfer-avoided\",\"benefit\":\"Évite un transfert de 80 "    \
    "km\","                                                                                                   \
    "\"distance_reason_code\":\"no-imager-on-site\",\"distance_reason\":\"Pas de radiologue la nuit\","       \
    "\"pathway\":\"emergency\",\"treating_physician\":{\"name\":\"Dr Anne PERRIN\",\"rpps\":\"\"}}"
#define A_VERDICT                                                                                            \
    "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance\":\"relevant\",\"distance_reason\":\"Sans injection\",\"benefit_confirmed\":true,\"protocol\":{"       \
    "\"name\":"                                                                                              \
    "\"Abdomen sans "                                                                                        \
    "injection\",\"version\":\"3\",\"phases\":\"1\",\"dose_note\":\"\",\"injection\":\"none\",\"optimisation\":\"100 kV\"}}"
#define AN_IDENTITY                                                                                          \
    "{\"birth_name\":\"Dupont-Moreau\",\"first_given\":\"Elise\",\"birth_date\":\"1985-03-14\",\"sex\":"     \
    "\"F\","                                                                                                 \
    "\"document\":\"id-card\",\"asked\":\"open\"}"
#define A_REPORT A_REPORT_WITH("{\"none\":true}")
#define A_REPORT_WITH(incidents)                                                                             \
    "{\"indication\":\"Douleur abdominale\",\"technique\":\"Hélice sans "                                   \
    "injection\",\"comparison\":\"\",\"results\":"                                                           \
    "\"Appendice normal\",\"conclusion\":\"Pas "                                                             \
    "d’appendicite\",\"incidents\":" incidents ",\"prescriptions\":"                                          \
    "{\"none\":true},\"dose\":{\"source\":\"entered\",\"ctdi\":[{\"mgy\":8.4,\"phantom_cm\":32,\"label\":"   \
    "\"Abdomen\"}],"                                                                                         \
    "\"dlp_mgycm\":412.5},\"urgent\":false,\"contact\":\"01 00 00 00 03 jusqu’à 20 h\"}"

static UNUSED json_t *a_wish(const World *w, const char *modality, const char *priority)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:s, s:s, s:s}", "kind", "remote-exam", "patient_id",
                     (json_int_t)w->patient.id, "requester_org_id", (json_int_t)w->site, "site_id",
                     (json_int_t)w->site, "imaging_id", (json_int_t)w->imaging, "modality", modality,
                     "priority", priority, "region", "Abdomen");
}

static UNUSED void create(World *w, const char *modality)
{
    OWNED(json_t) *wish = a_wish(w, modality, "urgent");
    MUST(act_create(w->house, &w->requester, wish, &w->act, NULL, fault));
}

static UNUSED void ask(World *w)
{
    create(w, "CT");
    does(w, &w->requester, "edit-request", A_REQUEST);
    does(w, &w->requester, "send", NULL);
}

static UNUSED void plan(World *w)
{
    char slot[160];
    snprintf(slot, sizeof slot, "{\"room_id\":%" PRId64 ",\"start_ms\":%" PRId64 ",\"minutes\":20}",
             w->room_ct, clock_now_ms() + 600000);
    does(w, &w->technologist, "plan", slot);
}

static UNUSED void consent(World *w)
{
    does(w, &w->requester, "record-information", "{\"version\":\"2026-1\",\"language\":\"fr\"}");
    does(w, &w->requester, "record-consent", "{\"subject\":\"act\",\"how\":\"oral\"}");
    does(w, &w->requester, "record-consent", "{\"subject\":\"distance\",\"how\":\"oral\"}");
}

static UNUSED void name_local(World *w)
{
    char physician[64];
    snprintf(physician, sizeof physician, "{\"person_id\":%" PRId64 "}", w->local.person_id);
    does(w, &w->technologist, "name-local-physician", physician);
}

static UNUSED void gone_through(World *w)
{
    does(w, &w->technologist, "explain-device", "{\"how\":\"tried\"}");
    does(w, &w->technologist, "prepare-patient", A_SHEET);
}

static UNUSED void start(World *w)
{
    ask(w);
    does(w, &w->imager, "accept", A_VERDICT);
    plan(w);
    consent(w);
    name_local(w);
    does(w, &w->technologist, "acknowledge-protocol", NULL);
    does(w, &w->technologist, "check-identity", AN_IDENTITY);
    does(w, &w->imager, "imager-present", NULL);
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    gone_through(w);
    does(w, &w->technologist, "start", NULL);
}

/* The modality sends one slice of the act's study, of this patient or of another. */
static UNUSED void image_comes(World *w, int number, const char *family)
{
    OWNED_ACT a            = { 0 };
    OWNED(DicomWriter) *dw = dw_new(1 << 20);
    OWNED_BUF         file = buf_make(1 << 20);
    static const char PIXELS[64 * 64];
    char              name[100];
    load_act(w, &a);
    snprintf(name, sizeof name, "%s^ELISE", family);
    dw_text(dw, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.2");
    dw_textf(dw, TAG_SOP_INSTANCE_UID, "1.2.826.9.%" PRId64 ".%d", w->act, number);
    dw_text(dw, TAG_STUDY_INSTANCE_UID, a.study_uid);
    dw_textf(dw, TAG_SERIES_INSTANCE_UID, "1.2.826.9.%" PRId64, w->act);
    dw_text(dw, TAG_MODALITY, "CT");
    dw_text(dw, TAG_PATIENT_NAME, name);
    dw_text(dw, TAG_PATIENT_ID, w->patient.ipp);
    dw_text(dw, TAG_ISSUER_OF_PATIENT_ID, PATIENT_ISSUER);
    dw_text(dw, TAG_PATIENT_BIRTH_DATE, "19850314");
    dw_text(dw, TAG_PATIENT_SEX, "F");
    dw_text(dw, TAG_ACCESSION_NUMBER, a.accession);
    dw_int(dw, TAG_INSTANCE_NUMBER, number);
    dw_int(dw, TAG_ROWS, 64);
    dw_int(dw, TAG_COLUMNS, 64);
    dw_int(dw, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(dw, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_int(dw, TAG_BITS_ALLOCATED, 8);
    dw_int(dw, TAG_BITS_STORED, 8);
    dw_int(dw, TAG_HIGH_BIT, 7);
    dw_int(dw, TAG_PIXEL_REPRESENTATION, 0);
    dw_pixels(dw, slice_bytes(PIXELS, sizeof PIXELS), 8);
    MUST(dw_finish_file(dw, "1.2.840.10008.1.2.1", &file, fault));
    IngestSource source = { .via             = "dimse",
                            .actor           = "peer:MODALITY1",
                            .ae_title        = "MODALITY1",
                            .address         = "127.0.0.1",
                            .organisation_id = w->site,
                            .factors         = "" };
    IngestResult result;
    MUST(ingest_file(w->archive, &source, buf_slice(&file), &result, fault));
    assert_int_equal(result.outcome, INGEST_STORED);
}

static UNUSED void release(World *w)
{
    image_comes(w, 1, "DUPONT-MOREAU");
    image_comes(w, 2, "DUPONT-MOREAU");
    does(w, &w->technologist, "end-acquisition", "{\"made\":2}");
    does(w, &w->imager, "judge-quality", "{\"verdict\":\"sufficient\",\"comment\":\"\"}");
    does(w, &w->imager, "release", NULL);
}

static UNUSED int64_t write_report(World *w, const Who *who, int64_t revision, const char *content)
{
    OWNED(json_t) *body = json_pack("{s:I, s:o}", "revision", (json_int_t)revision, "content", said(content));
    int64_t saved       = 0;
    MUST(act_report_save(w->house, who, w->act, body, &saved, fault));
    return saved;
}

/* What a page sends with the signature: the version and digest it was shown, and a code of now. */
static UNUSED void signing(World *w, char *ret, size_t size)
{
    OWNED(Db) *db         = NULL;
    OWNED(json_t) *report = NULL;
    char code[8];
    MUST((db = db_read(w->host, fault)));
    MUST(act_report_json(db, &w->imager, LANG_FR, w->act, 0, &report, fault));
    MUST(totp_code_now(SLICE(SECRET), code, fault));
    snprintf(ret, size,
             "{\"revision\":%" JSON_INTEGER_FORMAT ",\"sha256\":\"%s\",\"proof\":{\"kind\":\"totp\",\"code\":"
             "\"%s\"}}",
             json_integer_value(json_object_get(report, "revision")),
             json_string_value(json_object_get(report, "sha256")), code);
}

static UNUSED void read_and_sign_as(World *w, const char *content)
{
    char proof[300];
    imager_signs_in(w);
    does(w, &w->imager, "open-reading", NULL);
    write_report(w, &w->imager, 0, content);
    clock_advance(31000);
    signing(w, proof, sizeof proof);
    does(w, &w->imager, "sign", proof);
}

static UNUSED void read_and_sign(World *w)
{
    read_and_sign_as(w, A_REPORT);
}

/* Runs every job of this kind that is due, as the runners would. */
static UNUSED int run_jobs(World *w, const char *kind)
{
    enum { MOST = 32 };
    char    payloads[MOST][512];
    int64_t ids[MOST];
    int     count = 0;
    {
        OWNED(Db) *db = NULL;
        MUST((db = db_read(w->host, fault)));
        OWNED(DbQuery) *q = db_query(db, "SELECT job.id, job.payload FROM job WHERE job.kind = ?1 AND "
                                         "job.run_at_ms <= ?2"
                                         " ORDER BY job.id");
        db_bind_cstr(q, 1, kind);
        db_bind_int(q, 2, clock_now_ms());
        for (; count < MOST && db_next(q, NULL) == DB_ROW; count++) {
            ids[count] = db_int(q, 0);
            db_text(q, 1, payloads[count], sizeof payloads[count]);
        }
    }
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < ACT_JOB_COUNT; k++)
            if (strcmp(ACT_JOBS[k].kind, kind) == 0) {
                Job  job = { .id = ids[i], .kind = kind, .payload = slice_of(payloads[i]), .attempt = 1 };
                char sql[80];
                MUST(ACT_JOBS[k].run(&job, w->house, fault));
                snprintf(sql, sizeof sql, "DELETE FROM job WHERE id = %" PRId64, ids[i]);
                MUST(db_write(w->host, run_sql, sql, fault));
            }
    return count;
}

static UNUSED void is_whole(World *w)
{
    OWNED(Db) *db = NULL;
    ActCheck check;
    MUST((db = db_read(w->host, fault)));
    MUST(act_verify(db, 0, &check, fault));
    if (check.broken_act)
        fail_msg("act %" PRId64 " event %" PRId64 ": %s", check.broken_act, check.broken_seq, check.why);
    assert_true(check.events > 0);
}

#endif
