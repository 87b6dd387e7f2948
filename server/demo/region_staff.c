/*
 * Makes the files of the demonstration region: what each role needs, verified; procedures signed; rooms checked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/region_staff.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/staff/staff_procedures.h"
#include "clinic/staff/staff_register.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { PHYSICIANS = ROLE_REQUESTER | ROLE_IMAGER | ROLE_LOCAL_PHYSICIAN | ROLE_NUCLEAR_PHYSICIAN | ROLE_RESPONSIBLE };
enum { EXPOSED = ROLE_TECHNOLOGIST | ROLE_NUCLEAR_PHYSICIAN };

typedef struct Given {
    const char *kind;
    unsigned    roles; /* who has one; of a room or equipment: ignored */
    const char *label, *issuer, *number;
    int         days; /* from today; 0: no end */
} Given;

static const Given PAPERS[] = {
    { "registration", PHYSICIANS | ROLE_PHARMACIST | ROLE_TECHNOLOGIST, "Inscription", "Ordre professionnel", "INSC-2020", 0 },
    { "speciality", PHYSICIANS, "Qualification", "Ordre des médecins", "QUAL-2012", 0 },
    { "insurance", PHYSICIANS, "Responsabilité civile, actes à distance compris", "Mutuelle de l’Orbe", "RCP-48213", 700 },
    { "authorisation", ROLE_NUCLEAR_PHYSICIAN, "Détention de radionucléides", "ASN", "M-990012", 1400 },
    { "ethics", PHYSICIANS | ROLE_TECHNOLOGIST, "Déclaration de déontologie", "", "2026-1", 1000 },
    { "diploma", STAFF_PROFESSIONAL, "Diplôme d’exercice", "Faculté de l’Orbe", "D-2010", 0 },
    { "training-tools", STAFF_PROFESSIONAL, "La plateforme, en pratique", "Groupe d’imagerie de l’Orbe", "F-101", 1000 },
    { "training-distance", STAFF_PROFESSIONAL, "Communiquer à distance", "Groupe d’imagerie de l’Orbe", "F-102", 1000 },
    { "training-breakdowns", STAFF_PROFESSIONAL, "Pannes et mode dégradé", "Groupe d’imagerie de l’Orbe", "F-103", 1000 },
    { "training-patients", PHYSICIANS | ROLE_TECHNOLOGIST | ROLE_PHYSICIST, "Radioprotection des patients", "Organisme agréé", "RPP-7781", 2500 },
    { "training-workers", EXPOSED, "Radioprotection des travailleurs", "PCR du Val d’Orbe", "RPT-311", 1000 },
    { "classification", EXPOSED, "Catégorie B", "PCR du Val d’Orbe", "B", 1800 },
    { "dosimetry", EXPOSED, "Dosimètre à lecture trimestrielle", "PCR du Val d’Orbe", "DOS-1", 360 },
    { "health-follow-up", EXPOSED, "Aptitude", "Médecine du travail", "SIR-1", 1400 },
    { "evaluation", STAFF_PROFESSIONAL, "Relecture croisée", "Groupe d’imagerie de l’Orbe", "EPP-2026", 1000 },
};
static const Given ROOM_PAPERS[] = {
    { "confidentiality", 0, "", "Qualité", "", 1000 },
    { "ambient-light", 0, "", "Biomédical", "", 700 },
    { "zoning", 0, "Zone contrôlée", "PCR du Val d’Orbe", "ZON-1", 1800 },
    { "nuclear-authorisation", 0, "Enregistrement", "ASN", "E-990012", 3000 },
};
static const Given MACHINE_PAPERS[] = {
    { "quality-control", 0, "Contrôle annuel", "Physique médicale", "CQ-1", 360 },
    { "radiation-check", 0, "Vérification périodique", "PCR du Val d’Orbe", "VP-1", 1000 },
    { "maintenance", 0, "Maintenance préventive", "Constructeur", "M-1", 700 },
};

static const StaffBy EVERYTHING = { .person_id = 0, .roles = ~0u, .factors = "demonstration", .proved = true };
static const StaffBy VERIFIER   = { .person_id = 0, .roles = STAFF_ANSWERS };

static bool give(Db *db, const Given *g, int64_t subject_id, int64_t procedure_id, int64_t today, Err *err)
{
    StaffItem item = { .kind = staff_kind(slice_of(g->kind)), .subject_id = subject_id, .procedure_id = procedure_id };
    if (!item.kind)
        return err_set(err, ERR_BUG, "The content is too large.", "no kind %s", g->kind);
    slice_copy(slice_of(g->label), item.label, sizeof item.label);
    slice_copy(slice_of(g->issuer), item.issuer, sizeof item.issuer);
    slice_copy(slice_of(g->number), item.number, sizeof item.number);
    staff_day_text(today, item.from);
    if (g->days)
        staff_day_text(today + g->days, item.until);
    if (item.kind->needs & ITEM_NEEDS_RESULT) {
        staff_day_text(today, item.assessed_on);
        slice_copy(SLICE("passed"), item.result, sizeof item.result);
    }
    if (item.kind->needs & ITEM_IS_MEASURED) {
        item.measured    = true;
        item.ambient_lux = 30;
        if (item.kind->subject == OF_EQUIPMENT) {
            item.luminance_max = 410;
            item.luminance_min = 1.2;
            item.grey_error    = 6;
        }
    }
    StaffBy by = EVERYTHING;
    return staff_item_add(db, &item, "", today, &by, err) &&
           (!(item.kind->needs & ITEM_NEEDS_VERIFIED) || staff_item_verify(db, &item, &VERIFIER, err));
}

/* ---- procedures, signed by all who must ---- */

typedef struct Text {
    const char *kind, *code, *title, *modality;
    unsigned    roles;
    const char *text;
} Text;

static const Text TEXTS[] = {
    { "procedure", "TELE-01", "Organisation de la téléimagerie", "", STAFF_PROFESSIONAL,
      "1. La demande est écrite et signée sur la plateforme.\n2. L’imageur juge la pertinence de l’examen et de la distance.\n"
      "3. Le manipulateur vérifie l’identité du patient.\n4. Aucun patient ne quitte le site avant l’accord de l’imageur.\n"
      "5. Tout incident est dit aussitôt au médecin de proximité et à l’imageur." },
    { "procedure", "TELE-02", "Panne du réseau ou d’un équipement", "", STAFF_PROFESSIONAL,
      "1. Prévenir par téléphone l’imageur et le médecin de proximité.\n2. Passer en mode dégradé : demande et avis sur papier, double écoute au téléphone.\n"
      "3. Reporter sur la plateforme tout ce qui a été fait, dès son retour." },
};
static const Text PROTOCOL = {
    "protocol", "CT-ABDO", "Scanner abdomen-pelvis sans injection", "CT", ROLE_TECHNOLOGIST,
    "1. Décubitus dorsal, bras relevés.\n2. Topogramme, puis un passage des coupoles à la symphyse.\n3. 100 kV, modulation automatique ; chez l’enfant, 80 kV.\n"
    "4. Montrer les images à l’imageur avant de libérer le patient."
};

static bool people_accept(Db *db, const StaffProcedure *p, const ProcedureVersion *v, int64_t today, Err *err)
{
    static const Given KNOWN = { "knowledge", 0, "Vérification sur console", "Groupe d’imagerie de l’Orbe", "", 700 };
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id FROM membership WHERE organisation_id = ?1 AND (roles & ?2) <> 0");
    DbStep step;
    db_bind_int(q, 1, p->organisation_id);
    db_bind_int(q, 2, p->roles);
    while ((step = db_next(q, err)) == DB_ROW) {
        StaffBy by = { .person_id = db_int(q, 0), .roles = ~0u, .factors = "demonstration" };
        if (!procedure_accept(db, v, &by, "", err))
            return false;
        if (strcmp(p->kind, "protocol") == 0 && !give(db, &KNOWN, by.person_id, p->id, today, err))
            return false;
    }
    return step == DB_END;
}

static bool procedure_give(Db *db, const Text *t, int64_t organisation_id, int64_t today, Err *err)
{
    StaffProcedure   p = { .organisation_id = organisation_id, .roles = t->roles, .active = true };
    ProcedureVersion v = { .text = slice_of(t->text) };
    slice_copy(slice_of(t->kind), p.kind, sizeof p.kind);
    slice_copy(slice_of(t->code), p.code, sizeof p.code);
    slice_copy(slice_of(t->title), p.title, sizeof p.title);
    slice_copy(slice_of(t->modality), p.modality, sizeof p.modality);
    staff_day_text(today, v.from);
    return procedure_add(db, &p, &EVERYTHING, &p.id, err) && procedure_publish(db, &p, &v, &EVERYTHING, err) &&
           people_accept(db, &p, &v, today, err);
}

/* ---- rooms and equipment ---- */

static bool equipment_give(Db *db, const StaffRoom *room, const char *kind, const char *name, const char *modality, int64_t machine_id,
                           int64_t *ret_id, Err *err)
{
    StaffEquipment e = { .organisation_id = room->organisation_id, .room_id = room->id, .machine_id = machine_id, .active = true };
    slice_copy(slice_of(kind), e.kind, sizeof e.kind);
    slice_copy(slice_of(name), e.name, sizeof e.name);
    slice_copy(slice_of(modality), e.modality, sizeof e.modality);
    if (!equipment_save(db, &e, &EVERYTHING, err))
        return false;
    *ret_id = e.id;
    return true;
}

static bool room_give(Db *db, int64_t organisation_id, const char *name, const char *purpose, StaffRoom *ret, int64_t today, Err *err)
{
    *ret = (StaffRoom) { .organisation_id = organisation_id, .active = true };
    slice_copy(slice_of(name), ret->name, sizeof ret->name);
    slice_copy(slice_of(purpose), ret->purpose, sizeof ret->purpose);
    if (!staff_room_save(db, ret, &EVERYTHING, err))
        return false;
    size_t count = strcmp(purpose, "exam") == 0 ? COUNT(ROOM_PAPERS) : 2;
    for (size_t i = 0; i < count; i++)
        if (!give(db, &ROOM_PAPERS[i], ret->id, 0, today, err))
            return false;
    return true;
}

static bool machines_give(Db *db, int64_t today, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, site_id, name, modality FROM room ORDER BY id");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        StaffRoom room;
        int64_t   equipment = 0;
        char      name[80], modality[8];
        db_text(q, 2, name, sizeof name);
        db_text(q, 3, modality, sizeof modality);
        if (!room_give(db, db_int(q, 1), name, "exam", &room, today, err) ||
            !equipment_give(db, &room, "modality", name, modality, db_int(q, 0), &equipment, err))
            return false;
        for (size_t i = 0; i < COUNT(MACHINE_PAPERS); i++)
            if (!give(db, &MACHINE_PAPERS[i], equipment, 0, today, err))
                return false;
    }
    return step == DB_END;
}

static bool reading_room_give(Db *db, int64_t organisation_id, int64_t today, Err *err)
{
    static const Given CHECKS[] = {
        { "display-control", 0, "Contrôle annuel", "Biomédical", "", 360 },
        { "display-control", 0, "Contrôle annuel", "Biomédical", "", 360 },
        { "workstation-check", 0, "", "Biomédical", "", 360 },
        { "network-check", 0, "", "Administrateur PACS", "", 360 },
    };
    static const char *const THERE[][2] = { { "display", "Écran gauche" }, { "display", "Écran droit" }, { "workstation", "Station de lecture" }, { "network", "Fibre dédiée" } };
    StaffRoom room;
    int64_t   id = 0;
    if (!room_give(db, organisation_id, "Salle de lecture", "reading", &room, today, err))
        return false;
    for (size_t i = 0; i < COUNT(CHECKS); i++)
        if (!equipment_give(db, &room, THERE[i][0], THERE[i][1], "", 0, &id, err) || !give(db, &CHECKS[i], id, 0, today, err))
            return false;
    return true;
}

/* ---- all of it ---- */

static bool people_give(Db *db, int64_t today, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT person_id FROM membership WHERE roles <> ?1 ORDER BY person_id");
    DbStep step;
    db_bind_int(q, 1, ROLE_PATIENT);
    while ((step = db_next(q, err)) == DB_ROW) {
        Membership memberships[WHO_MEMBERSHIPS_MAX];
        size_t     count = 0;
        unsigned   roles = 0;
        if (!memberships_load(db, db_int(q, 0), memberships, &count, err))
            return false;
        for (size_t i = 0; i < count; i++)
            roles |= memberships[i].roles;
        for (size_t i = 0; i < COUNT(PAPERS); i++)
            if (PAPERS[i].roles & roles && !give(db, &PAPERS[i], db_int(q, 0), 0, today, err))
                return false;
    }
    return step == DB_END;
}

static bool organisations_give(Db *db, int64_t today, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, kind FROM organisation ORDER BY id");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        int64_t id   = db_int(q, 0);
        bool    site = slice_equal_text(db_slice(q, 1), "site"), imaging = slice_equal_text(db_slice(q, 1), "imaging");
        for (size_t i = 0; i < COUNT(TEXTS); i++)
            if (!procedure_give(db, &TEXTS[i], id, today, err))
                return false;
        if ((site && !procedure_give(db, &PROTOCOL, id, today, err)) || (imaging && !reading_room_give(db, id, today, err)))
            return false;
    }
    return step == DB_END;
}

bool region_staff_add(Db *db, Err *err)
{
    int64_t today = clock_now_ms() / 86400000;
    return people_give(db, today, err) && machines_give(db, today, err) && organisations_give(db, today, err);
}
