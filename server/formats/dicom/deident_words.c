/*
 * Clean Descriptors: a description keeps the words that are known to be harmless, and no other.
 *
 * Nobody can list all names; so the list is of what may stay (French and English, without accents).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/dicom/deident_internal.h"

enum { WORD_MAX = 24, DIGITS_MAX = 3 };

/* Sorted. No word of this list may be a family or given name in use: no MARTIN, no ROSE, no PETIT. */
static const char *const HARMLESS[] = {
    "3D",       "ABDOMEN",   "ABDOMINAL", "ACQ",       "ADC",        "ADULT",     "ADULTE",     "AFTER",
    "ANGIO",    "ANKLE",     "AORTA",     "AORTE",     "AP",         "APRES",     "ARTERIAL",   "ARTERIEL",
    "AVANT",    "AVEC",      "AXIAL",     "AXIALE",    "BASSIN",     "BEFORE",    "BILATERAL",  "BODY",
    "BONE",     "BRAIN",     "BRAS",      "BREAST",    "CARDIAC",    "CARDIAQUE", "CC",         "CEREBRAL",
    "CERVICAL", "CHEST",     "CHEVILLE",  "CINE",      "COLON",      "CONTRAST",  "CONTRASTE",  "CORONAL",
    "CORONALE", "CORONARY",  "CORPS",     "COU",       "COUDE",      "COUPES",    "CRANE",      "CT",
    "CTA",      "CUISSE",    "DELAYED",   "DIFFUSION", "DROIT",      "DROITE",    "DUAL",       "DWI",
    "DX",       "DYN",       "DYNAMIC",   "EARLY",     "ECHO",       "ELBOW",     "ENTIER",     "EPAULE",
    "EPI",      "ET",        "EXPI",      "FACE",      "FAST",       "FAT",       "FEMUR",      "FIN",
    "FINE",     "FINES",     "FLAIR",     "FOIE",      "FOOT",       "FRONTAL",   "GAUCHE",     "GD",
    "GE",       "GENOU",     "GRE",       "HANCHE",    "HAND",       "HEAD",      "HEART",      "HEPATIC",
    "HIP",      "HR",        "INJ",       "INJECTE",   "INJECTEE",   "INJECTION", "INSPI",      "IRM",
    "IV",       "JAMBE",     "KIDNEY",    "KNEE",      "KV",         "LATE",      "LATERAL",    "LEFT",
    "LEG",      "LIVER",     "LOCALIZER", "LOMBAIRE",  "LOW",        "LUMBAR",    "LUNG",       "MAIN",
    "MAMMO",    "MEDIASTIN", "MIP",       "ML",        "MLO",        "MM",        "MPR",        "MR",
    "MRI",      "NECK",      "NECROSE",   "NM",        "OBLIQUE",    "OS",        "PA",         "PARENCHYME",
    "PELVIEN",  "PELVIS",    "PERFUSION", "PHASE",     "PIED",       "POIGNET",   "PORTAL",     "POST",
    "POUMON",   "PRE",       "PROFIL",    "PRONE",     "PT",         "RACHIS",    "REIN",       "RENAL",
    "RIGHT",    "SAGITTAL",  "SAGITTALE", "SANS",      "SCAN",       "SCANNER",   "SCOUT",      "SE",
    "SEIN",     "SEQ",       "SERIE",     "SERIES",    "SHOULDER",   "SINUS",     "SKULL",      "SLICE",
    "SOFT",     "SPINE",     "STANDARD",  "STIR",      "SUPINE",     "T1",        "T2",         "TAP",
    "TARDIF",   "TE",        "TEP",       "TETE",      "THIN",       "THORACIC",  "THORACIQUE", "THORAX",
    "TISSUE",   "TISSUS",    "TOF",       "TOPO",      "TOPOGRAMME", "TR",        "TSE",        "US",
    "UTERUS",   "VEINEUX",   "VENOUS",    "VERTEBRAL", "VOLUME",     "WHOLE",     "WITH",       "WITHOUT",
    "WRIST",    "XA",
};

static int word_order(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

/* The ASCII capital of a character, 0 for what parts words. 'ret_len': bytes it took. */
static char letter_of(Slice s, size_t *ret_len)
{
    static const char FROM_C0[] =
        "AAAAAAACEEEEIIIIDNOOOOO OUUUUY  AAAAAAACEEEEIIIIDNOOOOO OUUUUY Y"; /* U+00C0.. */
    uint8_t c = (uint8_t)s.at[0];
    *ret_len  = 1;
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return (char)c;
    if (c == 0xC3 && s.len > 1 && ((uint8_t)s.at[1] & 0xC0) == 0x80) {
        char plain = FROM_C0[(uint8_t)s.at[1] & 0x3F];
        *ret_len   = 2;
        return plain == ' ' ? '?' : plain;
    }
    return c >= 0x80 ? '?' : 0; /* '?': part of a word we cannot know */
}

static bool harmless(const char *word, size_t len)
{
    size_t digits = 0;
    for (size_t i = 0; i < len; i++)
        digits += word[i] >= '0' && word[i] <= '9';
    if (digits == len)
        return len <= DIGITS_MAX;
    return bsearch(word, HARMLESS, COUNT(HARMLESS), sizeof *HARMLESS, word_order) != NULL;
}

bool deident_words(Slice utf8, Buf *ret)
{
    char   word[WORD_MAX + 1];
    size_t len = 0, before = ret->len;
    bool   too_long = false;
    for (size_t at = 0; at <= utf8.len;) {
        size_t step = 1;
        char   c    = at < utf8.len ? letter_of(slice_part(utf8, at, SIZE_MAX), &step) : 0;
        at += step;
        if (c) {
            too_long = too_long || len == WORD_MAX;
            if (len < WORD_MAX)
                word[len++] = c;
            continue;
        }
        word[len] = 0;
        if (len && !too_long && harmless(word, len)) {
            if (ret->len > before)
                (void)buf_add_char(ret, ' ');
            (void)buf_add(ret, slice_bytes(word, len));
        }
        len      = 0;
        too_long = false;
    }
    return ret->len > before && !ret->failed;
}
