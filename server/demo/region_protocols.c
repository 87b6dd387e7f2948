/*
 * The protocols of the demonstration's imaging group: the text of a request each, approved by the imager who wrote them.
 *
 * Doses are those of the French reference levels, rounded. Source: arrêté du 23 mai 2019 (NRD).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/own.h"
#include "clinic/workflow/protocol.h"
#include "demo/region_tables.h"
#include "formats/json/json_util.h"
#include "guard/access/people.h"

static const char *const PROTOCOLS_OF_GROUP[] = {
    "{\"modality\":\"CT\",\"region\":\"Abdomen-pelvis\",\"name\":\"Abdomen-pelvis sans injection\",\"age_from_months\":192,"
    "\"phases\":\"1 passage sans injection, coupoles à symphyse\",\"steps\":\"Bras levés, apnée, topogramme court, modulation automatique\","
    "\"preparation\":\"Aucune préparation. Retirer les objets métalliques.\",\"minutes\":15,\"drl\":{\"ctdi_mgy\":13,\"dlp_mgycm\":625}}",
    "{\"modality\":\"CT\",\"region\":\"Abdomen-pelvis\",\"name\":\"Abdomen-pelvis portal\",\"age_from_months\":192,"
    "\"phases\":\"1 passage à 80 s après injection\",\"steps\":\"Voie veineuse 20 G, test au sérum, injection, surveillance 30 min\","
    "\"preparation\":\"Boire normalement ; apporter le résultat de la fonction rénale et la liste des traitements.\",\"minutes\":30,"
    "\"contrast\":{\"kind\":\"iodinated\",\"product\":\"Produit iodé 350 mg/mL\",\"dose_rule\":\"1,5 mL/kg, au plus 120 mL\",\"renal_days\":90},"
    "\"drl\":{\"ctdi_mgy\":13,\"dlp_mgycm\":625}}",
    "{\"modality\":\"CT\",\"region\":\"Abdomen-pelvis\",\"name\":\"Abdomen-pelvis enfant (15 à 30 kg)\",\"age_to_months\":192,\"weight_from_kg\":15,"
    "\"weight_to_kg\":30,\"phases\":\"1 passage, 80 kV\",\"steps\":\"Parent dans la salle protégé, contention douce, modulation automatique\","
    "\"preparation\":\"Venir avec un parent ; jouet ou doudou bienvenu.\",\"minutes\":30,\"drl\":{\"ctdi_mgy\":4,\"dlp_mgycm\":120}}",
    "{\"modality\":\"MR\",\"region\":\"Encéphale\",\"name\":\"Encéphale standard\",\"phases\":\"3D T1, FLAIR, diffusion, T2*\","
    "\"steps\":\"Liste de sécurité reprise à la porte, antenne tête, bouchons d’oreille\",\"preparation\":\"Signaler tout implant ; laisser métal et téléphone au vestiaire.\","
    "\"minutes\":30}",
    "{\"modality\":\"DX\",\"region\":\"Thorax\",\"name\":\"Thorax face debout\",\"age_from_months\":192,\"phases\":\"Face en inspiration\","
    "\"steps\":\"Distance 1,80 m, 120 kV, grille\",\"preparation\":\"Retirer bijoux et vêtements du haut.\",\"minutes\":10,\"drl\":{\"dap_mgycm2\":200}}",
    "{\"modality\":\"DX\",\"region\":\"Thorax\",\"name\":\"Thorax enfant\",\"age_to_months\":192,\"phases\":\"Face\","
    "\"steps\":\"Sans grille, collimation stricte, parent protégé\",\"preparation\":\"Venir avec un parent.\",\"minutes\":15,\"drl\":{\"dap_mgycm2\":50}}",
    "{\"modality\":\"PT/CT\",\"region\":\"Corps entier\",\"name\":\"TEP/TDM au FDG\",\"age_from_months\":192,\"phases\":\"Repos 60 min, scanner basse dose, TEP de la base du crâne aux cuisses\","
    "\"steps\":\"Glycémie, voie veineuse, injection, repos au calme, vidange vésicale, acquisition\",\"preparation\":\"À jeun depuis 6 heures, boire de l’eau, pas d’effort la veille.\","
    "\"minutes\":120,\"contrast\":{\"kind\":\"radiopharmaceutical\",\"product\":\"Fludésoxyglucose (18F)\",\"dose_rule\":\"3 MBq/kg\",\"renal_days\":0},"
    "\"drl\":{\"activity_mbq\":250,\"dlp_mgycm\":500}}",
};

bool region_imager(Db *db, const char *login, Who *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, given || ' ' || family FROM person WHERE login = ?1");
    db_bind_cstr(q, 1, login);
    if (db_next(q, err) != DB_ROW)
        return false;
    ret->person_id = db_int(q, 0);
    db_text(q, 1, ret->name, sizeof ret->name);
    return memberships_load(db, ret->person_id, ret->memberships, &ret->membership_count, err);
}

bool region_protocols_add(Db *db, int64_t imaging_id, Err *err)
{
    Who            writer = { .full = true }, approver = { .full = true };
    OWNED(json_t) *said   = json_pack("{s:s}", "text", "Niveaux de référence nationaux repris tels quels.");
    if (!region_imager(db, "imageur", &writer, err) || !region_imager(db, "responsable", &approver, err))
        return false;
    for (size_t i = 0; i < COUNT(PROTOCOLS_OF_GROUP); i++) {
        int64_t        id   = 0;
        OWNED(json_t) *body = json_parse_object(slice_of(PROTOCOLS_OF_GROUP[i]), err);
        if (!body || !json_put(body, "imaging_id", json_integer(imaging_id)) || !protocol_create(db, &writer, body, &id, err) ||
            !protocol_submit(db, &writer, id, NULL, err) || !protocol_approve(db, &approver, id, said, err))
            return false;
    }
    return true;
}
