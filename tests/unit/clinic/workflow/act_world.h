/*
 * A small region in a temporary folder: two sites, an imaging group, a convention, people of every role, a
 * patient; and the words in which the tests of acts tell their stories.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLINIC_ACT_WORLD_H
#define TESTS_CLINIC_ACT_WORLD_H

#define _GNU_SOURCE /* nftw */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/ingest.h"
#include "clinic/archive/study.h"
#include "clinic/patients/patient.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/convention.h"
#include "clinic/workflow/worklist.h"
#include "formats/dicom/writer.h"
#include "guard/access/grant.h"
#include "guard/access/people.h"
#include "platform/clock.h"
#include "schema/schema.h"
#include "clinic/workflow/roster.h"
#include "demo/region_staff.h"

#define UNUSED __attribute__((unused))
#define PHRASE "Une phrase assez longue 7"
#define A_SHEET "{\"sheet\":\"Scanner 2\",\"allergies\":\"Aucune\",\"renal_function\":\"DFG 92 hier\",\"pregnancy\":\"no\"}"
#define A_CHANNEL "{\"means\":\"telephone\",\"reason\":\"Pas de vidéo\",\"number\":\"01 00 00 00 06\"}"
#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

typedef struct World {
    char      folder[64];
    DbHost   *host;
    Blobs    *blobs;
    Archive  *archive;
    Access   *access;
    ActHouse *house;
    int64_t   site, other_site, imaging, convention, room_ct, room_mr, room_pt;
    Who       requester, stranger, imager, imager2, technologist, secretary, local, local2, nuclear, nuclear2, admin;
    Patient   patient;
    int64_t   act; /* the one the story is about */
} World;

static UNUSED int world_remove(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        Err must_err = { 0 }, *fault = &must_err;                                                            \
        if (!(call))                                                                                         \
            fail_msg("%s: %s (%s)", #call, must_err.shown ? must_err.shown : "?", must_err.detail);          \
    } while (0)

/* ---- who stands where ---- */

static UNUSED bool a_person(Db *db, const char *login, const char *title, const char *family,
                            const char *given, const char *profession, int64_t organisation, unsigned roles,
                            Who *ret, Err *err)
{
    Person p = { .active = true };
    snprintf(p.login, sizeof p.login, "%s", login);
    snprintf(p.title, sizeof p.title, "%s", title);
    snprintf(p.family, sizeof p.family, "%s", family);
    snprintf(p.given, sizeof p.given, "%s", given);
    snprintf(p.profession, sizeof p.profession, "%s", profession);
    snprintf(p.phone, sizeof p.phone, "0100000001");
    int64_t id = 0;
    if (!person_create(db, &p, &id, err) || !membership_set(db, id, organisation, roles, err))
        return false;
    *ret = (Who) { .person_id = id, .full = true, .factors = FACTOR_PASSWORD | FACTOR_TOTP, .lang = "fr" };
    snprintf(ret->login, sizeof ret->login, "%s", login);
    person_shown_name(&p, ret->name, sizeof ret->name);
    return memberships_load(db, id, ret->memberships, &ret->membership_count, err);
}

static UNUSED bool a_place(Db *db, const char *name, const char *kind, int64_t *ret, Err *err)
{
    Organisation o = { .time_zone = "Europe/Paris", .city = "Le Puy" };
    snprintf(o.name, sizeof o.name, "%s", name);
    snprintf(o.kind, sizeof o.kind, "%s", kind);
    return organisation_create(db, &o, ret, err);
}

static UNUSED bool people_make(Db *db, void *arg, Err *err)
{
    World *w = arg;
    return a_place(db, "Hôpital du Val", "site", &w->site, err) &&
           a_place(db, "Clinique voisine", "site", &w->other_site, err) &&
           a_place(db, "Groupe d’imagerie", "imaging", &w->imaging, err) &&
           a_person(db, "demandeur", "Dr", "DUBOIS", "Camille", "physician", w->site, ROLE_REQUESTER,
                    &w->requester, err) &&
           a_person(db, "etranger", "Dr", "AUTRE", "Paul", "physician", w->other_site,
                    ROLE_REQUESTER | ROLE_TECHNOLOGIST | ROLE_IMAGER | ROLE_LOCAL_PHYSICIAN, &w->stranger,
                    err) &&
           a_person(db, "imageur", "Dr", "MARTIN", "Jeanne", "physician", w->imaging, ROLE_IMAGER, &w->imager,
                    err) &&
           a_person(db, "imageur2", "Dr", "HADDAD", "Karim", "physician", w->imaging, ROLE_IMAGER,
                    &w->imager2, err) &&
           a_person(db, "manip", "", "PETIT", "Luc", "technologist", w->site, ROLE_TECHNOLOGIST,
                    &w->technologist, err) &&
           a_person(db, "secretaire", "", "BLANC", "Eva", "secretary", w->site, ROLE_SECRETARY, &w->secretary,
                    err) &&
           a_person(db, "medecin", "Dr", "NGUYEN", "Paul", "physician", w->site, ROLE_LOCAL_PHYSICIAN,
                    &w->local, err) &&
           a_person(db, "medecin2", "Dr", "COSTE", "Lise", "physician", w->site, ROLE_LOCAL_PHYSICIAN,
                    &w->local2, err) &&
           a_person(db, "nucleaire", "Dr", "LAMBERT", "Sofia", "physician", w->site, ROLE_NUCLEAR_PHYSICIAN,
                    &w->nuclear, err) &&
           a_person(db, "nucleaire2", "Dr", "VIDAL", "Marc", "physician", w->site, ROLE_NUCLEAR_PHYSICIAN,
                    &w->nuclear2, err) &&
           a_person(db, "admin", "", "ROOT", "Ada", "administrator", w->site, ROLE_ADMIN, &w->admin, err) &&
           account_demo(db, w->imager.person_id, SLICE(PHRASE), SLICE(SECRET), err);
}

static UNUSED json_t *a_convention(const World *w)
{
    json_t                  *clauses      = json_array();
    static const char *const MODALITIES[] = { "CT", "MR", "DX", "PT/CT" };
    for (size_t i = 0; i < COUNT(MODALITIES); i++)
        json_push(clauses, json_pack("{s:s, s:s, s:s, s:i, s:i, s:i}", "kind", "remote-exam", "modality",
                                     MODALITIES[i], "priority", "urgent", "verdict_min", 30, "exam_min", 120,
                                     "report_min", 60));
    json_push(clauses,
              json_pack("{s:s, s:s, s:s, s:i, s:i, s:i}", "kind", "remote-exam", "modality", "CT", "priority",
                        "routine", "verdict_min", 1440, "exam_min", 10080, "report_min", 1440));
    return json_pack("{s:s, s:s, s:s, s:s, s:[{s:I, s:s, s:s, s:I}, {s:I, s:s, s:s, s:I}, {s:I, s:s, s:s, "
                     "s:I}],"
                     " s:{s:s, s:s, s:s, s:s, s:s, s:s}, s:o, s:[s]}",
                     "number", "C-1", "title", "Convention du Val", "valid_from", "2020-01-01", "valid_until",
                     "2099-12-31", "parties", "id", (json_int_t)w->site, "part", "requester", "signed_by",
                     "Dr A", "signed_at_ms", (json_int_t)1577836800000, "id", (json_int_t)w->site, "part",
                     "site", "signed_by", "Dr A", "signed_at_ms", (json_int_t)1577836800000, "id",
                     (json_int_t)w->imaging, "part", "imaging", "signed_by", "Dr B", "signed_at_ms",
                     (json_int_t)1577836800000, "sections", "scope", "a", "benefits", "b", "commitments", "c",
                     "organisation", "d", "roles", "e", "rules", "f", "clauses", clauses, "reasons",
                     "no-imager-on-site");
}

/* Somebody on duty at any time, so that slots are possible. */
static UNUSED bool roster_make(Db *db, const World *w, Err *err)
{
    const int64_t DAY_MS = 24LL * 3600 * 1000;
    const struct {
        const Who  *who;
        int64_t     at;
        const char *role;
    } DUTIES[] = { { &w->technologist, w->site, "technologist" }, { &w->local, w->site, "local-physician" }, { &w->imager, w->imaging, "imager" } };
    for (size_t i = 0; i < COUNT(DUTIES); i++) {
        int64_t     id  = 0;
        Who         by  = { .person_id = DUTIES[i].who->person_id, .memberships = { { DUTIES[i].at, ROLE_RESPONSIBLE } }, .membership_count = 1 };
        RosterShift one = { .organisation_id = DUTIES[i].at, .person_id = by.person_id, .from_ms = clock_now_ms() - 7 * DAY_MS,
                            .to_ms = clock_now_ms(), .weeks = 1 };
        snprintf(one.role, sizeof one.role, "%s", DUTIES[i].role);
        if (!roster_shift_add(db, &by, &one, &id, err))
            return false;
    }
    return true;
}

static UNUSED bool region_make(Db *db, void *arg, Err *err)
{
    World *w                  = arg;
    OWNED(json_t) *convention = a_convention(w);
    Room ct                   = { .site_id      = w->site,
                                  .name         = "Scanner 1",
                                  .modality     = "CT",
                                  .ae_title     = "MODALITY1",
                                  .station_name = "CT1" };
    Room mr                   = {
                          .site_id = w->site, .name = "IRM", .modality = "MR", .ae_title = "MODALITY2", .station_name = "MR1"
    };
    Room pt            = {
                   .site_id = w->site, .name = "TEP", .modality = "PT", .ae_title = "MODALITY3", .station_name = "PT1"
    };
    PatientDraft draft = { .birth_name       = SLICE("DUPONT-MOREAU"),
                           .first_given      = SLICE("ÉLISE"),
                           .given_names      = SLICE("ÉLISE MARIE"),
                           .birth_date       = SLICE("1985-03-14"),
                           .sex              = SLICE("F"),
                           .birth_place_code = SLICE("43157"),
                           .document         = SLICE("id-card"),
                           .organisation_id  = w->site };
    PatientBy    by    = { .actor = "system:test", .factors = "", .origin = "", .what = "test" };
    return convention_create(db, convention, &w->convention, NULL, err) &&
           room_create(db, &pt, &w->room_pt, err) &&
           room_create(db, &ct, &w->room_ct, err) && room_create(db, &mr, &w->room_mr, err) &&
           patient_create(db, &draft, INS_OIDS_TEST, &by, &w->patient, NULL, err) && region_staff_add(db, err) && roster_make(db, w, err);
}

static UNUSED void world_open(World *w)
{
    char path[128], cache[128], key[128];
    snprintf(path, sizeof path, "%s/test.db", w->folder);
    snprintf(key, sizeof key, "%s/secrets.key", w->folder);
    MUST((w->host = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, fault)));
    snprintf(path, sizeof path, "%s/blobs", w->folder);
    snprintf(cache, sizeof cache, "%s/cache", w->folder);
    MUST((w->blobs = blobs_open(path, 0, fault)));
    MUST((w->archive = archive_open(w->host, w->blobs, &(ArchiveOptions) { cache, "BECLERE" }, fault)));
    SignInRules rules = { .idle_s       = 86400 * 400,
                          .absolute_s   = 86400 * 400,
                          .rp_id        = "localhost",
                          .origin       = "https://localhost:8443",
                          .key_file     = key,
                          .argon2_bytes = 1 << 20 };
    MUST((w->access = access_new(w->host, rules, fault)));
    ActNeeds needs = { .host = w->host, .access = w->access, .blobs = w->blobs, .archive = w->archive };
    MUST((w->house = act_house_new(&needs, fault)));
}

/* The imager alone signs in for real: a signature looks at the session. */
static UNUSED void imager_signs_in(World *w)
{
    char token[SESSION_TOKEN_SIZE], code[8];
    Who  half;
    if (w->imager.session_id)
        return;
    MUST(sign_in_password(w->access, slice_of(w->imager.login), SLICE(PHRASE), "192.0.2.7", token, &half,
                          fault));
    MUST(totp_code_now(SLICE(SECRET), code, fault));
    MUST(sign_in_totp(w->access, &half, slice_of(code), token, &w->imager, fault));
}

static UNUSED int world_new(void **state)
{
    World *w = calloc(1, sizeof *w);
    snprintf(w->folder, sizeof w->folder, "/tmp/beclere-acts-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    world_open(w);
    MUST(db_write(w->host, people_make, w, fault));
    MUST(db_write(w->host, region_make, w, fault));
    clock_advance(31000);
    *state = w;
    return 0;
}

static UNUSED int world_free(void **state)
{
    World *w = *state;
    act_house_free(w->house);
    access_free(w->access);
    archive_close(w->archive);
    blobs_close(w->blobs);
    db_close(w->host);
    nftw(w->folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)

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
    "?\",\"weight_kg\":72.3,\"metformin\":\"no\",\"allergies\":\"Aucune\",\"relevance\":\"Échographie non contributive\","        \
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
