/*
 * The French words of the printed report for the codes of an act.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/report_words.h"

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
                                  { "US", "Échographie" } };
    return word(WORDS, COUNT(WORDS), code, code);
}

const char *report_sex(const char *code)
{
    static const Word WORDS[] = { { "F", "Féminin" }, { "M", "Masculin" }, { "U", "Inconnu" } };
    return word(WORDS, COUNT(WORDS), code, "");
}

const char *report_document(const char *code)
{
    static const Word WORDS[] = { { "passport", "Passeport" },
                                  { "id-card", "Carte d’identité" },
                                  { "residence-permit", "Titre de séjour" },
                                  { "wristband", "Bracelet" },
                                  { "family-book", "Livret de famille" },
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
    static const Word WORDS[] = { { "passkey", "clé d’accès" }, { "totp", "code à usage unique" } };
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
