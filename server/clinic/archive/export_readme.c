/*
 * LISEZMOI.TXT: what somebody who opens the archive must know, in French, for any text editor.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <time.h>

#include "clinic/archive/export_internal.h"
#include "platform/clock.h"

#define LINE "\r\n" /* the simplest editors need both */

static const struct {
    const char *name, *french;
} PURPOSES[] = {
    { "care", "continuité des soins" },
    { "second-opinion", "deuxième avis" },
    { "patient", "remise au patient" },
    { "legal", "demande d’une autorité" },
    { "quality", "qualité et sécurité des soins" },
    { "research", "recherche" },
    { "teaching", "enseignement" },
};

static const char *purpose_french(const char *name)
{
    for (size_t i = 0; i < COUNT(PURPOSES); i++)
        if (strcmp(PURPOSES[i].name, name) == 0)
            return PURPOSES[i].french;
    return "";
}

bool export_readme(const ExportRow *row, size_t files, Buf *ret)
{
    time_t    now_s = (time_t)clock_now_s();
    struct tm day;
    if (!localtime_r(&now_s, &day))
        day = (struct tm) { .tm_mday = 1 };
    buf_add_text(ret, "\xEF\xBB\xBF"
                      "IMAGES MÉDICALES AU FORMAT DICOM" LINE LINE);
    buf_addf(ret, "Préparées le %02d/%02d/%04d à %02d:%02d par Béclère." LINE, day.tm_mday, day.tm_mon + 1,
             day.tm_year + 1900, day.tm_hour, day.tm_min);
    buf_addf(ret, "Motif : %s." LINE, purpose_french(row->purpose));
    buf_addf(ret, "%zu fichier(s) dans le dossier DICOM, dont DICOMDIR est la table des matières." LINE LINE,
             files);
    buf_add_text(ret, "POUR LES VOIR" LINE "Décompressez d’abord toute l’archive, puis ouvrez le fichier "
                      "DICOMDIR (ou le dossier DICOM)" LINE "avec un logiciel de lecture d’images médicales. "
                      "Les fichiers n’ont pas d’extension : "
                      "c’est" LINE "voulu par la norme. Seul un dispositif prévu pour le diagnostic permet "
                      "d’interpréter ces images." LINE LINE);
    if (row->deidentified)
        buf_add_text(ret, "IMAGES DÉSIDENTIFIÉES" LINE "Selon le profil de base de la norme DICOM PS3.15 ; "
                          "les options retenues sont inscrites dans" LINE "chaque fichier (0012,0064). La "
                          "désidentification réduit le "
                          "risque de reconnaître "
                          "la personne," LINE "elle ne l’annule pas : un visage peut être reconstruit à "
                          "partir de coupes du crâne. Ces images" LINE "restent soumises au secret et aux "
                          "conditions de leur "
                          "communication." LINE);
    else
        buf_add_text(ret, "DONNÉES DE SANTÉ À CARACTÈRE PERSONNEL" LINE "Ces images sont couvertes par le "
                          "secret médical (article L. 1110-4 "
                          "du code de la santé" LINE "publique). Ne les conservez pas sans protection et ne "
                          "les transmettez qu’aux "
                          "personnes qui" LINE "participent à la prise en charge. Trouvées par erreur : "
                          "détruisez-les et prévenez l’expéditeur." LINE);
    return !ret->failed;
}
