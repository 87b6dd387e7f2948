/*
 * Is a report plainly in English? By its small words alone; anatomy, names and drugs tell nothing. Pure. E29.
 *
 * A quotation, an acronym or a short line is never enough: many small words of one language and hardly any of the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>

#include "clinic/reports/report.h"

enum { ENGLISH_MIN = 4, WORD_MAX = 16 };

static const char *const ENGLISH[] = { "the",  "of",   "and",     "is",    "are",  "with",   "without", "there",
                                       "was",  "were", "this",    "that",  "from", "has",    "have",    "been",
                                       "seen", "no",   "within",  "which", "both", "should", "evidence" };
static const char *const FRENCH[]  = { "le",  "la",   "les", "de",  "des",  "du",   "un",   "une",  "et",   "est", "sont",
                                       "pas", "sans", "au",  "aux", "dans", "avec", "pour", "par",  "sur",  "ce",  "cette",
                                       "qui", "que",  "en",  "ou",  "d",    "l",    "n",    "aucun", "aucune" };

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* Runs of letters; anything beyond ASCII belongs to its word. */
static void words_count(Slice text, int *english, int *french)
{
    char   word[WORD_MAX];
    size_t len = 0;
    for (size_t i = 0; i <= text.len; i++) {
        unsigned char c = i < text.len ? (unsigned char)text.at[i] : ' ';
        bool typographic = c == 0xE2 && i + 2 < text.len && (unsigned char)text.at[i + 1] == 0x80 && (unsigned char)text.at[i + 2] == 0x99;
        if (!typographic && (isalpha(c) || c >= 0x80)) {
            if (len < WORD_MAX)
                word[len < WORD_MAX - 1 ? len : WORD_MAX - 1] = (char)tolower(c);
            len++;
            continue;
        }
        if (typographic)
            i += 2;
        if (len && len < WORD_MAX) {
            word[len] = '\0';
            *english += is_one_of(word, ENGLISH, COUNT(ENGLISH));
            *french += is_one_of(word, FRENCH, COUNT(FRENCH));
        }
        len = 0;
    }
}

bool report_reads_english(const json_t *content)
{
    static const char *const TEXTS[] = { "indication", "technique", "comparison", "results", "conclusion", "follow_up" };
    int                      english = 0, french = 0;
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        const json_t *value = json_object_get(content, TEXTS[i]);
        if (json_is_string(value))
            words_count((Slice) { json_string_value(value), json_string_length(value) }, &english, &french);
    }
    return english >= ENGLISH_MIN && english > 2 * french;
}
