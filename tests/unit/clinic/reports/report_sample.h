/*
 * A report with everything in it, for the tests of the room. Synthetic.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLINIC_REPORT_SAMPLE_H
#define TESTS_CLINIC_REPORT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/reports/report.h"

#define UNUSED __attribute__((unused))

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        Err must_err = { 0 }, *fault = &must_err;                                                            \
        if (!(call))                                                                                         \
            fail_msg("%s: %s (%s)", #call, must_err.shown ? must_err.shown : "?", must_err.detail);          \
    } while (0)

static const char SAMPLE_CONTENT[] UNUSED =
    "{\"indication\":\"Douleur abdominale aiguë depuis 6 heures : défense en fosse iliaque droite, fièvre à "
    "38,4 °C. Suspicion d’appendicite ?\","
    "\"technique\":\"Acquisition hélicoïdale abdomino-pelvienne sans injection, coupes de 1 mm reconstruites "
    "en 3 plans. Champ limité à l’abdomen et au pelvis, modulation automatique, 100 kV.\","
    "\"comparison\":\"Pas d’examen antérieur disponible ; antécédents relus dans le dossier du site.\","
    "\"results\":\"Foie de taille et de densité normales, sans lésion décelable sans injection.\\nVésicule "
    "biliaire alithiasique. Voies biliaires fines.\\nRate, pancréas, surrénales et reins : sans "
    "particularité. Pas de dilatation des cavités pyélocalicielles, pas de lithiase.\\n\\nAppendice visible "
    "sur tout son trajet, de calibre normal (5 mm), à paroi fine ; pas d’infiltration de la graisse "
    "péri-appendiculaire. Pas d’épanchement intrapéritonéal, pas de pneumopéritoine.\\nAdénopathies "
    "mésentériques infracentimétriques, d’allure réactionnelle : « adénolymphite » possible.\","
    "\"conclusion\":\"Pas d’argument scanographique pour une appendicite aiguë.\\nAspect compatible avec une "
    "adénolymphite mésentérique ; à confronter à la clinique et à la biologie.\","
    "\"incidents\":{\"none\":true},\"prescriptions\":{\"none\":true},"
    "\"dose\":{\"source\":\"rdsr\",\"ctdi\":[{\"mgy\":0.12,\"phantom_cm\":32,\"label\":\"Topogramme\"},{"
    "\"mgy\":8.43,\"phantom_cm\":32,\"label\":\"Abdomen-pelvis\"}],\"dlp_mgycm\":412.5},"
    "\"urgent\":false,\"follow_up\":\"Réévaluation clinique à 24 heures ; échographie de contrôle si la "
    "douleur persiste.\","
    "\"contact\":\"Groupe d’imagerie de l’Orbe, 01 00 00 00 03, jusqu’à 20 h ; ensuite garde régionale, 01 "
    "00 00 00 99.\"}";

static const char SAMPLE_FRAME[] UNUSED =
    "{\"number\":\"B26-000042\",\"modality\":\"CT\",\"region\":\"Abdomen-pelvis\",\"priority\":\"urgent\","
    "\"accession\":\"B26000042\","
    "\"study_uid\":\"2.25.123456789012345678901234567890\",\"time_zone\":\"Europe/Paris\",\"room\":\"Scanner "
    "1\",\"station\":\"CT1\",\"images\":129,\"outcome\":\"interpreted\","
    "\"site\":{\"name\":\"Centre hospitalier du Val d’Orbe\",\"city\":\"Val "
    "d’Orbe\",\"finess\":\"430000001\"},"
    "\"imaging\":{\"name\":\"Groupe d’imagerie de "
    "l’Orbe\",\"city\":\"Saint-Étienne\",\"finess\":\"420000002\"},"
    "\"requester_org\":{\"name\":\"Centre hospitalier du Val d’Orbe\",\"city\":\"Val "
    "d’Orbe\",\"finess\":\"430000001\"},"
    "\"requester\":{\"name\":\"Dr Camille DUBOIS\",\"rpps\":\"10000000001\",\"speciality\":\"Médecine "
    "d’urgence\",\"phone\":\"\"},"
    "\"technologist\":{\"name\":\"Luc PETIT\",\"rpps\":\"\",\"speciality\":\"\",\"phone\":\"\"},"
    "\"reader\":{\"name\":\"Dr Jeanne MARTIN\",\"rpps\":\"10000000033\",\"speciality\":\"Radiologie et "
    "imagerie médicale\",\"phone\":\"\"},"
    "\"patient\":{\"id\":1,\"ipp\":\"BEC0000042\",\"birth_name\":\"DUPONT-MOREAU\",\"first_given\":\"ELISE\","
    "\"given_names\":\"ELISE "
    "MARIE\",\"used_name\":\"MARTINEZ\",\"birth_date\":\"1985-03-14\",\"sex\":\"F\",\"birth_place_code\":"
    "\"43157\",\"birth_place_name\":\"Le "
    "Puy-en-Velay\",\"ins\":{\"value\":\"285034315700172\",\"oid\":\"1.2.250.1.213.1.4.10\",\"nature\":"
    "\"NIR\"},\"status\":\"QUAL\"},"
    "\"request\":{\"distance_reason\":\"aucun radiologue sur le site la nuit\"},"
    "\"identity\":{\"document\":\"id-card\",\"result\":\"match\"},"
    "\"information\":{\"at_ms\":1773476000000,\"by\":{\"name\":\"Dr Camille DUBOIS\"}},"
    "\"consent_act\":{\"at_ms\":1773476100000,\"how\":\"oral\",\"by\":{\"name\":\"Dr Camille DUBOIS\"}},"
    "\"consent_distance\":{\"at_ms\":1773476160000,\"how\":\"oral\",\"by\":{\"name\":\"Dr Camille DUBOIS\"}},"
    "\"protocol\":{\"name\":\"Abdomen-pelvis sans "
    "injection\",\"version\":\"3\"},\"local_physician\":{\"name\":\"Dr Paul NGUYEN\"},"
    "\"signature\":{\"at_ms\":1773481500000,\"sha256\":"
    "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"proof\":\"totp\",\"revision\":3},"
    "\"times\":{\"asked\":1773476200000,\"validated\":1773476900000,\"started\":1773479000000,\"ended\":"
    "1773479600000,\"read\":1773479700000}}";

static UNUSED json_t *parsed(const char *text)
{
    Err     err = { 0 };
    json_t *j   = json_parse_object(slice_of(text), &err);
    if (!j)
        fail_msg("%s", err.detail);
    return j;
}

static UNUSED void file_write(const char *path, Slice bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, f), bytes.len);
    fclose(f);
}

#endif
