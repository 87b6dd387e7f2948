/*
 * A small region in a temporary folder: two sites, an imaging group, a convention, people of every role, a
 * patient.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLINIC_ACT_REGION_H
#define TESTS_CLINIC_ACT_REGION_H

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

#endif
