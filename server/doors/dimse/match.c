/*
 * Matching of one key with one value.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/match.h"

#include "formats/texts/texts.h"

enum { FOLDED_MAX = 4096 };

bool match_has_wild_card(Slice key)
{
    return slice_find(key, SLICE("*")) != SIZE_MAX || slice_find(key, SLICE("?")) != SIZE_MAX;
}

void match_range(Slice key, Slice *ret_from, Slice *ret_to)
{
    bool ranged = slice_find(key, SLICE("-")) != SIZE_MAX;
    *ret_from   = slice_trim(slice_cut(&key, '-'));
    *ret_to     = ranged ? slice_trim(key) : *ret_from;
}

/* Digits only, without the punctuation of old texts and without fractions; at most 'most' of them. */
static bool digits_of(Slice text, size_t most, char ret[9], size_t *ret_len)
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (most == 6 && c == '.')
            break; /* fraction of a second: finer than a plan */
        if (c == ':' || c == '.')
            continue;
        if (c < '0' || c > '9' || len == most)
            return false;
        ret[len++] = c;
    }
    ret[len] = '\0';
    *ret_len = len;
    return true;
}

static size_t width_of(MatchKind kind)
{
    return kind == MATCH_DATE ? 8 : 6;
}

static bool limit_ok(MatchKind kind, Slice limit)
{
    char   digits[9];
    size_t len;
    if (!limit.len)
        return true;
    if (!digits_of(limit, width_of(kind), digits, &len))
        return false;
    return kind == MATCH_DATE ? len == 8 : len >= 2 && len % 2 == 0;
}

bool match_key_ok(MatchKind kind, Slice key)
{
    if (kind != MATCH_DATE && kind != MATCH_TIME)
        return true;
    Slice from, to;
    match_range(key, &from, &to);
    return limit_ok(kind, from) && limit_ok(kind, to) && (key.len == 0 || from.len || to.len);
}

/* Lower limit padded with zeros, upper one with nines: "10" as an end is the whole hour. */
static bool in_range(MatchKind kind, Slice key, Slice value)
{
    Slice  from, to;
    char   low[9], high[9];
    size_t low_len, high_len, width = width_of(kind);
    match_range(key, &from, &to);
    if (value.len < width || !digits_of(from, width, low, &low_len) || !digits_of(to, width, high, &high_len))
        return false;
    return memcmp(value.at, low, low_len) >= 0 && (high_len == 0 || memcmp(value.at, high, high_len) <= 0);
}

/* Bytes of the UTF-8 character at the front; 1 for what is none. */
static size_t character(Slice s)
{
    unsigned char lead = (unsigned char)s.at[0];
    size_t        len  = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return len < s.len ? len : s.len;
}

/* Goes back only to the last '*': never more than key times value steps. */
static bool wild(Slice key, Slice value)
{
    size_t k = 0, v = 0, star = SIZE_MAX, resume = 0;
    while (v < value.len) {
        size_t step = character(slice_part(value, v, value.len - v));
        if (k < key.len && key.at[k] == '*') {
            star   = k++;
            resume = v;
        } else if (k < key.len && key.at[k] == '?') {
            k++;
            v += step;
        } else if (k < key.len && key.at[k] == value.at[v]) {
            k++;
            v++;
        } else if (star != SIZE_MAX) {
            k = star + 1;
            resume += character(slice_part(value, resume, value.len - resume));
            v = resume;
        } else {
            return false;
        }
    }
    while (k < key.len && key.at[k] == '*')
        k++;
    return k == key.len;
}

/* The alphabetic group, folded, without the carets that a name may end on. */
static bool fold_name(Slice name, Buf *ret)
{
    Slice group = slice_trim(slice_cut(&name, '='));
    while (group.len && group.at[group.len - 1] == '^')
        group.len--;
    return text_fold(group, ret, NULL);
}

static bool same_name(Slice key, Slice value)
{
    OWNED_BUF folded_key = buf_make(FOLDED_MAX), folded_value = buf_make(FOLDED_MAX);
    return fold_name(key, &folded_key) && fold_name(value, &folded_value) &&
           wild(slice_trim(buf_slice(&folded_key)), slice_trim(buf_slice(&folded_value)));
}

bool match(MatchKind kind, Slice key, Slice value)
{
    if (!key.len || slice_equal_text(key, "*"))
        return true;
    switch (kind) {
    case MATCH_NONE:
        return true;
    case MATCH_EXACT:
        return slice_equal(key, value);
    case MATCH_WILD:
        return wild(key, value);
    case MATCH_NAME:
        return same_name(key, value);
    case MATCH_DATE:
    case MATCH_TIME:
        return in_range(kind, key, value);
    }
    return false;
}
