/*
 * Regions of the body in free words. Tables first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/body_region.h"

#include <string.h>

#include "base/buf.h"
#include "base/own.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

enum { FOLDED_MAX = 4096 };

static const struct {
    const char *code;
    unsigned    region;
} CODES[] = {
    { "head", REGION_HEAD }, { "neck", REGION_NECK }, { "chest", REGION_CHEST }, { "heart", REGION_HEART }, { "breast", REGION_BREAST },
    { "abdomen", REGION_ABDOMEN }, { "pelvis", REGION_PELVIS }, { "spine", REGION_SPINE }, { "upper-limb", REGION_UPPER_LIMB },
    { "lower-limb", REGION_LOWER_LIMB }, { "whole-body", REGION_WHOLE_BODY },
};

/* The beginning of a folded word, or several words; one that ends with '$' is the whole word. */
static const struct {
    const char *begins;
    unsigned    region;
} WORDS[] = {
    { "crane", REGION_HEAD }, { "cerebr", REGION_HEAD }, { "encephal", REGION_HEAD }, { "brain", REGION_HEAD }, { "head", REGION_HEAD },
    { "skull", REGION_HEAD }, { "tete", REGION_HEAD }, { "face$", REGION_HEAD }, { "facial", REGION_HEAD }, { "sinus", REGION_HEAD },
    { "orbit", REGION_HEAD }, { "rocher", REGION_HEAD }, { "hypophys", REGION_HEAD }, { "dentair", REGION_HEAD }, { "cranio", REGION_HEAD },
    { "cervico", REGION_NECK }, { "neck", REGION_NECK }, { "cou$", REGION_NECK }, { "thyroid", REGION_NECK }, { "larynx", REGION_NECK },
    { "carotid", REGION_NECK }, { "tsa$", REGION_HEAD | REGION_NECK }, { "thora", REGION_CHEST }, { "chest", REGION_CHEST },
    { "poumon", REGION_CHEST }, { "pulmon", REGION_CHEST }, { "lung", REGION_CHEST }, { "mediastin", REGION_CHEST }, { "angioscanner thor", REGION_CHEST },
    { "tap$", REGION_CHEST | REGION_ABDOMEN | REGION_PELVIS }, { "tap ", REGION_CHEST | REGION_ABDOMEN | REGION_PELVIS },
    { "cardi", REGION_HEART }, { "coeur", REGION_HEART }, { "heart", REGION_HEART }, { "coron", REGION_HEART }, { "myocard", REGION_HEART },
    { "breast", REGION_BREAST }, { "mammo", REGION_BREAST }, { "mammaire", REGION_BREAST }, { "sein", REGION_BREAST },
    { "abdom", REGION_ABDOMEN }, { "foie", REGION_ABDOMEN }, { "liver", REGION_ABDOMEN }, { "hepat", REGION_ABDOMEN }, { "pancrea", REGION_ABDOMEN },
    { "rein$", REGION_ABDOMEN }, { "reins", REGION_ABDOMEN }, { "renal", REGION_ABDOMEN }, { "kidney", REGION_ABDOMEN }, { "uroscan", REGION_ABDOMEN | REGION_PELVIS },
    { "urinair", REGION_ABDOMEN | REGION_PELVIS }, { "asp$", REGION_ABDOMEN }, { "bili", REGION_ABDOMEN }, { "surrenal", REGION_ABDOMEN }, { "vesicul", REGION_ABDOMEN },
    { "pelv", REGION_PELVIS }, { "bassin", REGION_PELVIS }, { "prostat", REGION_PELVIS }, { "uter", REGION_PELVIS }, { "vessie", REGION_PELVIS }, { "rectum", REGION_PELVIS },
    { "rachis", REGION_SPINE }, { "spine", REGION_SPINE }, { "lombair", REGION_SPINE }, { "lumbar", REGION_SPINE }, { "lspine", REGION_SPINE }, { "cspine", REGION_SPINE },
    { "tspine", REGION_SPINE }, { "dorsal", REGION_SPINE }, { "medull", REGION_SPINE }, { "vertebr", REGION_SPINE }, { "sacrum", REGION_SPINE | REGION_PELVIS },
    { "epaule", REGION_UPPER_LIMB }, { "shoulder", REGION_UPPER_LIMB }, { "coude", REGION_UPPER_LIMB }, { "elbow", REGION_UPPER_LIMB }, { "poignet", REGION_UPPER_LIMB },
    { "wrist", REGION_UPPER_LIMB }, { "main$", REGION_UPPER_LIMB }, { "mains$", REGION_UPPER_LIMB }, { "hand", REGION_UPPER_LIMB }, { "doigt", REGION_UPPER_LIMB }, { "finger", REGION_UPPER_LIMB }, { "bras$", REGION_UPPER_LIMB }, { "humer", REGION_UPPER_LIMB },
    { "arm$", REGION_UPPER_LIMB }, { "forearm", REGION_UPPER_LIMB }, { "clavicul", REGION_UPPER_LIMB }, { "membre superieur", REGION_UPPER_LIMB },
    { "hanche", REGION_LOWER_LIMB }, { "hip$", REGION_LOWER_LIMB }, { "genou", REGION_LOWER_LIMB }, { "knee", REGION_LOWER_LIMB }, { "cheville", REGION_LOWER_LIMB },
    { "ankle", REGION_LOWER_LIMB }, { "pied", REGION_LOWER_LIMB }, { "foot", REGION_LOWER_LIMB }, { "femur", REGION_LOWER_LIMB }, { "jambe", REGION_LOWER_LIMB },
    { "leg$", REGION_LOWER_LIMB }, { "tibia", REGION_LOWER_LIMB }, { "orteil", REGION_LOWER_LIMB }, { "membre inferieur", REGION_LOWER_LIMB }, { "membres inferieurs", REGION_LOWER_LIMB },
    { "corps entier", REGION_WHOLE_BODY }, { "whole body", REGION_WHOLE_BODY }, { "wholebody", REGION_WHOLE_BODY }, { "osseuse", REGION_WHOLE_BODY },
};

/* Parts of the body that are commonly seen together at their border. */
static const unsigned NEAR[] = {
    REGION_HEAD | REGION_NECK, REGION_NECK | REGION_CHEST, REGION_NECK | REGION_SPINE, REGION_CHEST | REGION_HEART, REGION_CHEST | REGION_BREAST,
    REGION_CHEST | REGION_ABDOMEN, REGION_ABDOMEN | REGION_PELVIS, REGION_PELVIS | REGION_LOWER_LIMB, REGION_PELVIS | REGION_SPINE,
};

unsigned body_regions_named(Slice code)
{
    for (size_t i = 0; i < COUNT(CODES); i++)
        if (slice_equal_text(code, CODES[i].code))
            return CODES[i].region;
    return 0;
}

static bool is_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Does 'text' at 'at' (the start of a word) begin with this? */
static bool begins(Slice text, size_t at, const char *begins)
{
    size_t len   = strlen(begins);
    bool   whole = len && begins[len - 1] == '$';
    len -= whole;
    if (at + len > text.len || memcmp(text.at + at, begins, len) != 0)
        return false;
    return !whole || at + len == text.len || !is_part(text.at[at + len]);
}

unsigned body_regions_of(Slice words)
{
    OWNED_BUF folded = buf_make(FOLDED_MAX);
    Err       bad    = { 0 };
    unsigned  found  = 0;
    if (words.len > FOLDED_MAX / 4)
        return 0; /* longer than any description */
    if (!text_fold(words, &folded, &bad))
        return 0;
    Slice text = buf_slice(&folded);
    for (size_t at = 0; at < text.len; at++) {
        if (!is_part(text.at[at]) || (at && is_part(text.at[at - 1])))
            continue;
        for (size_t i = 0; i < COUNT(WORDS); i++)
            if (begins(text, at, WORDS[i].begins))
                found |= WORDS[i].region;
    }
    return found;
}

json_t *body_regions_json(unsigned regions)
{
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(CODES); i++)
        if (regions & CODES[i].region)
            json_push(list, json_string(CODES[i].code));
    return list;
}

/* ---- earlier exams ---- */

const char *prior_reason_name(PriorReason r)
{
    static const char *const NAMES[] = { "same", "region", "near", "modality", "other" };
    return (unsigned)r < COUNT(NAMES) ? NAMES[r] : "";
}

/* CR and DX are one way of looking, as are angiography and fluoroscopy. */
static bool same_way(Slice a, Slice b)
{
    static const char *const PAIRS[][2] = { { "CR", "DX" }, { "XA", "RF" } };
    if (slice_equal(a, b))
        return true;
    for (size_t i = 0; i < COUNT(PAIRS); i++)
        if ((slice_equal_text(a, PAIRS[i][0]) && slice_equal_text(b, PAIRS[i][1])) ||
            (slice_equal_text(a, PAIRS[i][1]) && slice_equal_text(b, PAIRS[i][0])))
            return true;
    return false;
}

static bool is_image(Slice modality)
{
    static const char *const PAPERS[] = { "SR", "KO", "PR", "DOC", "REG", "SEG" };
    for (size_t i = 0; i < COUNT(PAPERS); i++)
        if (slice_equal_text(modality, PAPERS[i]))
            return false;
    return modality.len > 0;
}

static bool share_modality(Slice a, Slice b)
{
    while (a.len) {
        Slice one = slice_cut(&a, '\\'), rest = b;
        while (rest.len) {
            Slice other = slice_cut(&rest, '\\');
            if (is_image(one) && same_way(one, other))
                return true;
        }
    }
    return false;
}

static bool are_near(unsigned a, unsigned b)
{
    for (size_t i = 0; i < COUNT(NEAR); i++)
        if ((a & NEAR[i]) && (b & NEAR[i]))
            return true;
    return false;
}

PriorReason prior_reason(unsigned regions, Slice modalities, unsigned prior_regions, Slice prior_modalities)
{
    bool whole  = ((regions | prior_regions) & REGION_WHOLE_BODY) && regions && prior_regions;
    bool region = (regions & prior_regions) != 0 || whole, modality = share_modality(modalities, prior_modalities);
    if (region)
        return modality ? PRIOR_SAME : PRIOR_REGION;
    if (are_near(regions, prior_regions))
        return PRIOR_NEAR;
    return modality ? PRIOR_MODALITY : PRIOR_OTHER;
}
