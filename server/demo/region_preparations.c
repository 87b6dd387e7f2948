/*
 * The preparation sheets of the demonstration's imaging group: the text of a request each, written by one imager and approved by another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/own.h"
#include "clinic/workflow/preparation.h"
#include "demo/region_tables.h"
#include "formats/json/json_util.h"

#define BRING_FR "\"bring\":[\"Pièce d’identité et carte Vitale\",\"L’ordonnance ou la demande d’examen\",\"Vos examens antérieurs (comptes rendus, images)\",\"La liste de vos traitements\"]"
#define BRING_EN "\"bring\":[\"Identity document and health card\",\"The prescription or the request\",\"Your earlier exams (reports, images)\",\"The list of your medicines\"]"
#define DISTANCE_FR "\"Un imageur suit l’examen à distance et peut vous parler ; vous pouvez lui poser vos questions.\""
#define DISTANCE_EN "\"An imager follows the exam at a distance and can talk with you; you may ask your questions.\""

static const char *const SHEETS[] = {
    "{\"modality\":\"CT\",\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"content\":{\"fr\":{\"title\":\"Votre scanner\",\"before\":[\"Aucun jeûne n’est nécessaire ; prenez vos traitements.\"],"
    "\"day\":[\"Vêtements sans métal si possible ; bijoux à la maison.\"," DISTANCE_FR "]," BRING_FR ",\"after\":[\"Ne partez pas avant l’accord de l’équipe : des images peuvent être complétées.\"]},"
    "\"en\":{\"title\":\"Your CT scan\",\"before\":[\"No fasting is needed; take your medicines.\"],\"day\":[\"Clothes without metal if you can; leave jewellery at home.\"," DISTANCE_EN "]," BRING_EN
    ",\"after\":[\"Do not leave before the team agrees: more images may be needed.\"]}}}",
    "{\"modality\":\"CT\",\"region\":\"\",\"contrast\":\"yes\",\"child\":\"any\",\"content\":{\"fr\":{\"title\":\"Votre scanner avec injection\",\"before\":[\"Buvez normalement ; un repas léger est permis.\",\"Faites doser la créatinine si le résultat date de plus de trois mois.\"],"
    "\"day\":[\"Une voie veineuse est posée ; une sensation de chaleur est normale.\"," DISTANCE_FR "]," BRING_FR ",\"after\":[\"Vous restez 30 minutes sous surveillance.\",\"Buvez un litre et demi d’eau dans la journée.\"]},"
    "\"en\":{\"title\":\"Your CT scan with an injection\",\"before\":[\"Drink normally; a light meal is allowed.\",\"Have your creatinine measured if the result is older than three months.\"],\"day\":[\"A line is put into a vein; feeling warm is normal.\"," DISTANCE_EN "],"
    BRING_EN ",\"after\":[\"You are watched for 30 minutes.\",\"Drink a litre and a half of water during the day.\"]}}}",
    "{\"modality\":\"MR\",\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"content\":{\"fr\":{\"title\":\"Votre IRM\",\"before\":[\"Signalez tout implant, pile, éclat métallique ou chirurgie récente.\"],"
    "\"day\":[\"L’appareil est bruyant : des bouchons d’oreille vous sont donnés.\"," DISTANCE_FR "]," BRING_FR ",\"after\":[\"Vous pouvez reprendre vos activités.\"]},"
    "\"en\":{\"title\":\"Your MRI\",\"before\":[\"Tell of any implant, battery, metal splinter or recent surgery.\"],\"day\":[\"The machine is loud: you are given ear plugs.\"," DISTANCE_EN "]," BRING_EN ",\"after\":[\"You may go on with your day.\"]}}}",
    "{\"modality\":\"DX\",\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"content\":{\"fr\":{\"title\":\"Votre radiographie\",\"before\":[\"Aucune préparation.\"],\"day\":[\"Retirez bijoux et métal de la région examinée.\"],"
    BRING_FR ",\"after\":[\"Aucune précaution.\"]},\"en\":{\"title\":\"Your X-ray\",\"before\":[\"No preparation.\"],\"day\":[\"Take jewellery and metal off the part examined.\"]," BRING_EN ",\"after\":[\"Nothing to heed.\"]}}}",
    "{\"modality\":\"PT/CT\",\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"content\":{\"fr\":{\"title\":\"Votre TEP-scanner\",\"before\":[\"À jeun depuis 6 heures, sauf l’eau.\",\"Pas d’effort physique la veille.\",\"Diabète : appelez le service avant de venir.\"],"
    "\"day\":[\"Repos au calme d’une heure après l’injection.\"," DISTANCE_FR "]," BRING_FR ",\"after\":[\"Vous pouvez manger dès la fin de l’examen.\"]},"
    "\"en\":{\"title\":\"Your PET/CT\",\"before\":[\"Nothing but water for 6 hours.\",\"No effort the day before.\",\"Diabetes: call the department before you come.\"],\"day\":[\"An hour of rest after the injection.\"," DISTANCE_EN "]," BRING_EN
    ",\"after\":[\"You may eat as soon as the exam is over.\"]}}}",
    "{\"modality\":\"US\",\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"content\":{\"fr\":{\"title\":\"Votre échographie\",\"before\":[\"Abdomen : à jeun depuis 6 heures. Pelvis : vessie pleine.\"],\"day\":[\"Un gel est appliqué sur la peau.\"],"
    BRING_FR ",\"after\":[\"Aucune précaution.\"]},\"en\":{\"title\":\"Your ultrasound\",\"before\":[\"Abdomen: fasting for 6 hours. Pelvis: a full bladder.\"],\"day\":[\"A gel is put on the skin.\"]," BRING_EN ",\"after\":[\"Nothing to heed.\"]}}}",
};

bool region_preparations_add(Db *db, int64_t imaging_id, Err *err)
{
    Who writer = { .full = true }, approver = { .full = true };
    if (!region_imager(db, "imageur", &writer, err) || !region_imager(db, "responsable", &approver, err))
        return false;
    for (size_t i = 0; i < COUNT(SHEETS); i++) {
        int64_t        id   = 0;
        OWNED(json_t) *body = json_parse_object(slice_of(SHEETS[i]), err);
        if (!body || !json_put(body, "imaging_id", json_integer(imaging_id)) || !preparation_create(db, &writer, body, &id, err) ||
            !preparation_submit(db, &writer, id, NULL, err) || !preparation_approve(db, &approver, id, NULL, err))
            return false;
    }
    return true;
}
