/*
 * The demonstration region: makes what region_tables.c lists, in one transaction, once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/region.h"

#include <inttypes.h>
#include <openssl/sha.h>
#include <stdio.h>

#include "clinic/patients/patient.h"
#include "clinic/reports/local_time.h"
#include "clinic/workflow/act.h"
#include "clinic/workflow/convention.h"
#include "clinic/workflow/roster.h"
#include "demo/region_staff.h"
#include "demo/region_tables.h"
#include "formats/json/base64.h"
#include "guard/access/holder.h"
#include "guard/access/peer.h"
#include "guard/access/people.h"
#include "guard/access/sign_in.h"
#include "platform/clock.h"

typedef struct Region {
    int64_t organisation[REGION_ORGANISATIONS];
    InsOids oids;
} Region;

/* ---- second factors: made from the login, so that anybody at the terminal can compute them ---- */

static bool totp_secret(const char *login, Buf *ret)
{
    OWNED_BUF seed = buf_make(256);
    uint8_t   digest[SHA256_DIGEST_LENGTH];
    buf_addf(&seed, "beclere demonstration %s", login);
    (void)SHA256((const unsigned char *)seed.at, seed.len, digest);
    return base32_encode(slice_bytes(digest, 20), ret);
}

bool region_code(const char *login, char ret_code[8], Err *err)
{
    for (size_t i = 0; i < REGION_PERSON_COUNT; i++) {
        if (strcmp(REGION_PERSON[i].login, login) != 0)
            continue;
        OWNED_BUF secret = buf_make(64);
        return totp_secret(login, &secret) && totp_code_now(buf_slice(&secret), ret_code, err);
    }
    return err_set(err, ERR_NOT_FOUND, "The demonstration region has no such person.", "login of %zu characters", strlen(login));
}

/* ---- keys of numbers ---- */

/* The Luhn digit that follows ten digits (RPPS). */
static void rpps_with_key(const char *ten, char ret[16])
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        int d = ten[i] - '0';
        if (i % 2 == 1) { /* counted from the right, the key first: every second digit is doubled */
            d *= 2;
            d -= d > 9 ? 9 : 0;
        }
        sum += d;
    }
    (void)snprintf(ret, 16, "%s%d", ten, (10 - sum % 10) % 10);
}

/* 13 characters and the key on two digits; 2A counts as 19, 2B as 18 (identity, §1.1). */
static void nir_with_key(const char *thirteen, char ret[16])
{
    int64_t n = 0;
    for (int i = 0; i < 13; i++) {
        char c = thirteen[i];
        if (c == 'A' || c == 'B')
            n = n / 10 * 100 + (c == 'A' ? 19 : 18); /* the digit before was the 2 of the department */
        else
            n = n * 10 + (c - '0');
    }
    (void)snprintf(ret, 16, "%s%02d", thirteen, (int)(97 - n % 97));
}

/* ---- what stands in the region ---- */

static bool add_organisations(Db *db, Region *r, Err *err)
{
    for (int i = 0; i < REGION_ORGANISATIONS; i++) {
        const RegionOrganisation *row = &REGION_ORGANISATION[i];
        Organisation              o   = { 0 };
        slice_copy(slice_of(row->name), o.name, sizeof o.name);
        slice_copy(slice_of(row->kind), o.kind, sizeof o.kind);
        slice_copy(slice_of(row->finess), o.finess, sizeof o.finess);
        slice_copy(slice_of(row->city), o.city, sizeof o.city);
        slice_copy(slice_of(row->street), o.street, sizeof o.street);
        slice_copy(slice_of(row->postcode), o.postcode, sizeof o.postcode);
        slice_copy(slice_of(row->phone), o.phone, sizeof o.phone);
        slice_copy(SLICE(REGION_TIME_ZONE), o.time_zone, sizeof o.time_zone);
        if (!organisation_create(db, &o, &r->organisation[i], err))
            return false;
    }
    for (size_t i = 0; i < REGION_ROOM_COUNT; i++) {
        const RegionRoom *row  = &REGION_ROOM[i];
        Room              room = { .site_id = r->organisation[row->at] };
        int64_t           id   = 0;
        slice_copy(slice_of(row->name), room.name, sizeof room.name);
        slice_copy(slice_of(row->modality), room.modality, sizeof room.modality);
        slice_copy(slice_of(row->ae_title), room.ae_title, sizeof room.ae_title);
        slice_copy(slice_of(row->station), room.station_name, sizeof room.station_name);
        if (!room_create(db, &room, &id, err))
            return false;
    }
    for (size_t i = 0; i < REGION_PEER_COUNT; i++) {
        const RegionPeer *row  = &REGION_PEER[i];
        Peer              peer = { .address = "127.0.0.1", .organisation_id = r->organisation[row->at], .may = row->may, .enabled = true };
        int64_t           id   = 0;
        slice_copy(slice_of(row->ae_title), peer.ae_title, sizeof peer.ae_title);
        slice_copy(slice_of(row->description), peer.description, sizeof peer.description);
        if (!peer_save(db, &peer, &id, err))
            return false;
    }
    return true;
}

static bool add_person(Db *db, const Region *r, const RegionPerson *row, Err *err)
{
    Person  p  = { .active = true };
    int64_t id = 0;
    slice_copy(slice_of(row->login), p.login, sizeof p.login);
    slice_copy(slice_of(row->title), p.title, sizeof p.title);
    slice_copy(slice_of(row->family), p.family, sizeof p.family);
    slice_copy(slice_of(row->given), p.given, sizeof p.given);
    slice_copy(slice_of(row->profession), p.profession, sizeof p.profession);
    slice_copy(slice_of(row->speciality), p.speciality, sizeof p.speciality);
    slice_copy(slice_of(row->phone), p.phone, sizeof p.phone);
    if (row->rpps10)
        rpps_with_key(row->rpps10, p.rpps);
    OWNED_BUF secret = buf_make(64);
    if (!totp_secret(row->login, &secret))
        return err_set(err, ERR_BUG, "The content is too large.", "TOTP secret");
    if (row->roles == ROLE_PATIENT) /* no member of anything: add_holder gives the access to the own record */
        return person_create(db, &p, &id, err) && account_demo(db, id, SLICE(DEMO_PASSWORD), buf_slice(&secret), err);
    return person_create(db, &p, &id, err) && membership_set(db, id, r->organisation[row->at], row->roles, err) &&
           (row->also_at < 0 || membership_set(db, id, r->organisation[row->also_at], row->also_roles, err)) &&
           account_demo(db, id, SLICE(DEMO_PASSWORD), buf_slice(&secret), err);
}

static bool add_patients(Db *db, const Region *r, Err *err)
{
    PatientBy by = { .actor = "system:demo", .what = "demo load" };
    for (size_t i = 0; i < REGION_PATIENT_COUNT; i++) {
        const RegionPatient *row = &REGION_PATIENT[i];
        char                 ins[16];
        nir_with_key(row->nir13, ins);
        bool         checked = row->document[0] != '\0';
        PatientDraft d       = {
                  .birth_name = slice_of(row->birth_name), .first_given = slice_of(row->first_given), .given_names = slice_of(row->given_names),
                  .used_name = slice_of(row->used_name), .birth_date = slice_of(row->birth_date), .sex = slice_of(row->sex),
                  .birth_place_code = slice_of(row->place_code), .birth_place_name = slice_of(row->place_name),
                  .ins_value = checked ? slice_of(ins) : SLICE_NONE,
                  .ins_oid   = checked ? SLICE("1.2.250.1.213.1.4.10") : SLICE_NONE,
                  .ins_from = INS_FROM_SERVICE, .document = slice_of(row->document), .phone = slice_of(row->phone),
                  .organisation_id = r->organisation[row->at],
        };
        Patient p;
        if (!patient_create(db, &d, r->oids, &by, &p, NULL, err))
            return false;
    }
    return true;
}

/* The demonstration's patient signs in like everybody, and sees the first patient's own record. */
static bool add_holder(Db *db, Err *err)
{
    OWNED(DbQuery) *person = db_query(db, "SELECT person.id FROM person WHERE person.login = 'patiente'");
    OWNED(DbQuery) *patient = db_query(db, "SELECT patient.id FROM patient WHERE patient.birth_name = ?1");
    db_bind_cstr(patient, 1, REGION_PATIENT[0].birth_name);
    if (db_next(person, err) != DB_ROW || db_next(patient, err) != DB_ROW)
        return err_set(err, ERR_BUG, "The content is too large.", "demonstration holder");
    return holder_demo(db, db_int(person, 0), db_int(patient, 0), err);
}

static json_t *party(int64_t id, const char *part, const char *signer)
{
    return json_pack("{s:I,s:s,s:s,s:I,s:{s:s,s:s}}", "id", (json_int_t)id, "part", part, "signed_by", signer, "signed_at_ms",
                     (json_int_t)(clock_now_ms() - 86400000LL * 30), "responsible", "name", signer, "rpps", "");
}

static void add_parties(const Region *r, json_t *parties)
{
    for (int i = AT_VAL; i <= AT_PINS; i++) {
        json_push(parties, party(r->organisation[i], "site", "Direction de l’établissement"));
        json_push(parties, party(r->organisation[i], "requester", "Direction de l’établissement"));
    }
    json_push(parties, party(r->organisation[AT_TILLEULS], "requester", "Direction de la résidence"));
    json_push(parties, party(r->organisation[AT_GROUP], "imaging", "Pr Hélène ROUSSEL"));
}

/* The shorter the delay of the verdict, the shorter every other: the rest of the path follows from the row. */
static json_t *clause(const char *kind, const char *modality, const RegionClause *c)
{
    return json_pack("{s:s,s:s,s:s,s:i,s:i,s:i,s:i}", "kind", kind, "modality", modality, "priority", c->priority, "verdict_min",
                     c->verdict_min, "exam_min", c->exam_min, "report_min", c->report_min, "acknowledge_min", c->acknowledge_min);
}

/* An opinion, or help during an act: no exam of their own. T4, L7 */
static void add_other_clauses(json_t *clauses, const char *kind)
{
    static const char *const MODALITIES[] = { "CT", "MR", "DX", "CR", "US", "NM", "PT", "PT/CT", "NM/CT", "MG", "RF", "XA" };
    for (size_t m = 0; m < COUNT(MODALITIES); m++)
        for (size_t i = 0; i < REGION_CLAUSE_COUNT; i++) {
            json_t *one = clause(kind, MODALITIES[m], &REGION_CLAUSE[i]);
            if (strcmp(REGION_CLAUSE[i].priority, "routine") != 0) /* what can wait waits for the expert who was asked */
                json_put(one, "assign_min", json_integer(REGION_CLAUSE[i].assign_min));
            json_put(one, "report_min", json_integer(REGION_CLAUSE[i].verdict_min + REGION_CLAUSE[i].report_min));
            json_push(clauses, one);
        }
}

static void add_clauses(json_t *clauses)
{
    static const char *const MODALITIES[] = { "CT", "MR", "DX", "CR", "US", "NM", "PT", "PT/CT", "NM/CT" };
    for (size_t m = 0; m < COUNT(MODALITIES); m++)
        for (size_t i = 0; i < REGION_CLAUSE_COUNT; i++) {
            const RegionClause *c   = &REGION_CLAUSE[i];
            json_t             *one = clause("remote-exam", MODALITIES[m], c);
            json_put(one, "assign_min", json_integer(c->assign_min));
            json_put(one, "information_min", json_integer(c->information_min));
            json_put(one, "planning_min", json_integer(c->planning_min));
            json_put(one, "presence_min", json_integer(c->presence_min));
            json_put(one, "final_min", json_integer(4 * c->report_min));
            json_put(one, "urgent_min", json_integer(c->urgent_min));
            json_put(one, "delivery_min", json_integer(c->delivery_min));
            json_put(one, "patient_min", json_integer(c->patient_min));
            json_put(one, "record_min", json_integer(c->record_min));
            json_push(clauses, one);
        }
}

/* Who is called when a delay has passed, and what else is agreed. */
static json_t *terms(void)
{
    return json_pack("{s:[s,s,s],s:s,s:[s],s:[{s:s,s:i},{s:s,s:i},{s:s,s:i}],s:{s:s,s:s,s:s},s:b}", "on_site", "Actes interventionnels",
                     "Injections de produit de contraste", "Médecine nucléaire", "answers",
                     "L’imageur de garde du Groupe d’imagerie de l’Orbe, puis le responsable du groupe.", "languages", "fr", "escalation", "to",
                     "imager", "after_min", 0, "to", "responsible-imaging", "after_min", 15, "to", "responsible-site", "after_min", 30,
                     "procedures", "bad_news",
                     "Annonce par le médecin demandeur, en présence, après échange oral avec l’imageur ; jamais par le seul compte rendu.",
                     "not_interpretable", "L’imageur dit pourquoi, propose de refaire l’examen sur place ou ailleurs ; le demandeur prévient le patient.",
                     "fallback", "Plateforme indisponible : téléphone de l’imageur de garde, images sur support, compte rendu dicté puis saisi.",
                     "final_by_another", 1);
}

/* In force from the first day of this year to the end of the next. */
static bool add_convention(Db *db, const Region *r, Err *err)
{
    char iso[CLOCK_ISO_SIZE], from[16], until[16];
    clock_iso(clock_now_ms(), iso);
    int64_t year = 0;
    (void)slice_int(slice_part(slice_of(iso), 0, 4), &year);
    (void)snprintf(from, sizeof from, "%04d-01-01", (int)year % 10000);
    (void)snprintf(until, sizeof until, "%04d-12-31", (int)(year + 1) % 10000);
    OWNED(json_t) *c = json_pack(
        "{s:s,s:s,s:s,s:s,s:[],s:[],s:[s,s,s,s,s],s:{s:s,s:s,s:s,s:s,s:s,s:s}}", "number", "ORBE-TELE-1", "title",
        "Convention de téléimagerie du bassin de l’Orbe", "valid_from", from, "valid_until", until, "parties", "clauses", "reasons",
        "no-imager-on-site", "out-of-hours", "speciality", "continuity", "other", "sections", "scope",
        "Examens de scanner, d’IRM, de radiographie, d’échographie et de médecine nucléaire, demandés, réalisés et interprétés à distance ; "
        "un médecin présent confirme toute injection. Restent sur place : les actes interventionnels et thérapeutiques.",
        "benefits", "Accès à un avis d’imagerie jour et nuit sans transfert inutile ; délais connus et tenus.", "commitments",
        "Les sites assurent la présence d’un manipulateur et d’un médecin de proximité ; le groupe d’imagerie assure la permanence.",
        "organisation", "Demande et validation sur la plateforme ; contact direct à tout moment ; mode dégradé par téléphone.", "roles",
        "Le demandeur justifie et informe ; l’imageur valide, supervise, interprète et signe ; le manipulateur réalise et transmet.", "rules",
        "Aucun patient ne quitte le site avant l’accord de l’imageur ; tout refus est motivé ; toute action est tracée.");
    if (!c)
        return err_set(err, ERR_BUG, "The content is too large.", "convention json");
    add_parties(r, json_object_get(c, "parties"));
    add_clauses(json_object_get(c, "clauses"));
    add_other_clauses(json_object_get(c, "clauses"), "tele-expertise");
    add_other_clauses(json_object_get(c, "clauses"), "tele-assistance");
    json_put(c, "terms", terms());
    int64_t     id      = 0;
    MissingList missing = { 0 };
    return convention_create(db, c, &id, &missing, err);
}

/* Somebody is on duty at any time: imagers by day and by night, physicians and technologists by whole weeks. */
static bool add_roster(Db *db, const Region *r, Err *err)
{
    enum { HOUR_MS = 3600 * 1000 };
    const int64_t DAY_MS = 24LL * HOUR_MS;
    int64_t       day    = clock_now_ms() / DAY_MS * DAY_MS - 7 * DAY_MS, id = 0;
    day -= local_time(day, REGION_TIME_ZONE).offset_minutes * 60000LL; /* hours of the wall: a week ends at midnight */
    for (size_t i = 0; i < REGION_DUTY_COUNT; i++) {
        const RegionDuty *d = &REGION_DUTY[i];
        OWNED(DbQuery) *q   = db_query(db, "SELECT id FROM person WHERE login = ?1");
        db_bind_cstr(q, 1, d->login);
        if (db_next(q, err) != DB_ROW)
            return err_set(err, ERR_BUG, "The content is too large.", "duty %zu", i);
        int64_t person_id = db_int(q, 0), at = r->organisation[d->at];
        Who     by        = { .person_id = person_id, .memberships = { { at, ROLE_RESPONSIBLE } }, .membership_count = 1 };
        for (int k = 0; k < (d->hours < 24 ? 7 : 1); k++) {
            int64_t     from = day + k * DAY_MS + d->from_hour * (int64_t)HOUR_MS;
            RosterShift s    = { .organisation_id = at, .person_id = person_id, .from_ms = from, .weeks = 1,
                                 .to_ms = from + (d->hours < 24 ? d->hours : 7 * 24) * (int64_t)HOUR_MS };
            slice_copy(slice_of(d->role), s.role, sizeof s.role);
            if (!roster_shift_add(db, &by, &s, &id, err))
                return false;
        }
    }
    return true;
}

static bool already_there(Db *db, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*), coalesce(sum(login = 'demandeur'), 0) FROM person");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 1) > 0;
    if (!*ret && db_int(q, 0) > 0)
        return err_set(err, ERR_CONFLICT, "This database holds real people: the demonstration region is not loaded into it.",
                       "%" PRId64 " people", db_int(q, 0));
    return true;
}

static bool load(Db *db, void *work, Err *err)
{
    Region *r = work;
    if (!add_organisations(db, r, err))
        return false;
    for (size_t i = 0; i < REGION_PERSON_COUNT; i++)
        if (!add_person(db, r, &REGION_PERSON[i], err))
            return false;
    return add_patients(db, r, err) && add_holder(db, err) && region_protocols_add(db, r->organisation[AT_GROUP], err) && add_convention(db, r, err) && region_staff_add(db, err) && add_roster(db, r, err) &&
           region_calendars_add(db, err) && region_preparations_add(db, r->organisation[AT_GROUP], err);
}

bool region_load(DbHost *host, const Config *config, bool *ret_loaded, Err *err)
{
    if (strcmp(config_text(config, "mode"), "demonstration") != 0)
        return err_set(err, ERR_DENIED, "The demonstration region is refused outside demonstration mode.", "mode is production");
    bool there = false;
    {
        OWNED(Db) *db = db_read(host, err);
        if (!db || !already_there(db, &there, err))
            return false;
    }
    *ret_loaded = !there;
    Region r    = { .oids = ins_oids_from_text(config_text(config, "ins-oids")) };
    return there || db_write(host, load, &r, err);
}
