/*
 * The French words of the printed report for the codes of an act.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/report_words.h"

#include <stdio.h>
#include <string.h>

#include "base/own.h"

typedef struct Word {
    const char *code, *french;
} Word;

static const char *word(const Word *words, size_t count, const char *code, const char *otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].code, code) == 0)
            return words[i].french;
    return otherwise;
}

const char *report_modality(const char *code)
{
    static const Word WORDS[] = { { "CT", "Scanner" },
                                  { "MR", "IRM" },
                                  { "DX", "Radiographie" },
                                  { "CR", "Radiographie" },
                                  { "US", "Échographie" },
                                  { "NM", "Scintigraphie" },
                                  { "PT", "TEP" },
                                  { "PT/CT", "TEP-scanner" },
                                  { "NM/CT", "Scintigraphie-scanner" } };
    return word(WORDS, COUNT(WORDS), code, code);
}

void report_place(const json_t *organisation, char *ret, size_t size)
{
    const char *part[4];
    static const char *const NAMES[4] = { "address", "city", "phone", "finess" };
    for (size_t i = 0; i < 4; i++) {
        part[i] = json_string_value(json_object_get(organisation, NAMES[i]));
        part[i] = part[i] ? part[i] : "";
    }
    const char *where = *part[0] ? part[0] : part[1], *phone = part[2], *finess = part[3];
    if (!*part[0] && !*phone)
        snprintf(ret, size, "%s%s%s", where, *finess ? " — FINESS " : "", finess);
    else
        snprintf(ret, size, "%s\n%s%s%s%s%s", where, *phone ? "Tél. " : "", phone, *phone && *finess ? " — " : "", *finess ? "FINESS " : "", finess);
}

const char *report_sex(const char *code)
{
    static const Word WORDS[] = { { "F", "Féminin" }, { "M", "Masculin" }, { "U", "Inconnu" } };
    return word(WORDS, COUNT(WORDS), code, "");
}

const char *report_born(const char *sex)
{
    static const Word WORDS[] = { { "F", "née le" }, { "M", "né le" } };
    return word(WORDS, COUNT(WORDS), sex, "né(e) le");
}

const char *report_document(const char *code)
{
    static const Word WORDS[] = { { "passport", "Passeport" },
                                  { "id-card", "Carte d’identité" },
                                  { "residence-permit", "Titre de séjour" },
                                  { "wristband", "Bracelet" },
                                  { "family-book", "Livret de famille" },
                                  { "birth-certificate", "Acte de naissance" },
                                  { "driving-licence", "Permis de conduire" },
                                  { "health-card", "Carte Vitale" },
                                  { "none", "Déclarée, sans document" } };
    return word(WORDS, COUNT(WORDS), code, "");
}

const char *report_consent(const char *code)
{
    static const Word WORDS[] = { { "oral", "oralement" },
                                  { "written", "par écrit" },
                                  { "representative", "par un représentant" } };
    return word(WORDS, COUNT(WORDS), code, code);
}

const char *report_proof(const char *code)
{
    static const Word WORDS[] = { { "passkey", "clé d’accès" },
                                  { "totp", "code à usage unique" },
                                  { "password", "mot de passe" },
                                  { "recovery", "code de secours" } };
    return word(WORDS, COUNT(WORDS), code, code);
}

const char *report_dose_source(const char *code)
{
    static const Word WORDS[] = { { "rdsr", "rapport de dose de l’appareil" },
                                  { "headers", "en-têtes des images" },
                                  { "mpps", "appareil, à la fin de l’acte (MPPS)" },
                                  { "entered", "saisie par l’imageur" } };
    return word(WORDS, COUNT(WORDS), code, code);
}

const char *report_route(const char *code)
{
    static const Word WORDS[] = { { "intravenous", "intraveineuse" },
                                  { "intra-arterial", "intra-artérielle" },
                                  { "intra-articular", "intra-articulaire" },
                                  { "intramuscular", "intramusculaire" },
                                  { "subcutaneous", "sous-cutanée" },
                                  { "oral", "orale" },
                                  { "rectal", "rectale" },
                                  { "inhaled", "inhalée" },
                                  { "other", "autre" } };
    return word(WORDS, COUNT(WORDS), code, code);
}
