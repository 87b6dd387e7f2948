/*
 * Matching of the standard: single values, wild cards, ranges, lists, folded names. DICOM PS3.4 §C.2.2.2.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "base/buf.h"
#include "clinic/archive/query_internal.h"
#include "formats/dicom/uid.h"
#include "formats/texts/texts.h"

bool query_has_wildcard(Slice pattern)
{
    return pattern.len && (memchr(pattern.at, '*', pattern.len) || memchr(pattern.at, '?', pattern.len));
}

Slice query_list_next(Slice *rest)
{
    size_t at = 0;
    while (at < rest->len && rest->at[at] != '\\' && rest->at[at] != ',')
        at++;
    Slice head = slice_trim(slice_part(*rest, 0, at));
    *rest      = slice_part(*rest, at + 1, SIZE_MAX);
    return head;
}

static size_t character(Slice s, size_t at)
{
    size_t len = 1;
    while (at + len < s.len && ((unsigned char)s.at[at + len] & 0xC0) == 0x80)
        len++;
    return len;
}

/* '*' any run, '?' one character. One star is remembered: linear but for restarts, at most pattern × value.
 */
static bool wild(Slice pattern, Slice value)
{
    size_t p = 0, v = 0, star = SIZE_MAX, retry = 0;
    while (v < value.len) {
        if (p < pattern.len && pattern.at[p] == '*') {
            star  = p++;
            retry = v;
        } else if (p < pattern.len && pattern.at[p] == '?') {
            p++;
            v += character(value, v);
        } else if (p < pattern.len && pattern.at[p] == value.at[v]) {
            p++;
            v++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            v = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.at[p] == '*')
        p++;
    return p == pattern.len;
}

/* The same, folded: case and accents away. */
static bool wild_folded(Slice pattern, Slice value)
{
    OWNED_BUF asked = buf_make(QUERY_VALUE_MAX * 4);
    OWNED_BUF whole = buf_make(QUERY_VALUE_MAX * 4);
    return text_fold(pattern, &asked, NULL) && text_fold(value, &whole, NULL) &&
           wild(buf_slice(&asked), buf_slice(&whole));
}

/* ---- names ---- */

/* Each word of the pattern begins a word of the name, in any order. */
static bool words_begin(Slice pattern, Slice name)
{
    while (pattern.len) {
        Slice word = slice_cut(&pattern, ' '), rest = name;
        bool  found = word.len == 0;
        while (rest.len && !found)
            found = slice_starts(slice_cut(&rest, ' '), word);
        if (!found)
            return false;
    }
    return true;
}

/* "dupont *" is also who has nothing after the family name: components at the end may be left out. */
static bool folded_matches(Slice pattern, Slice value)
{
    Slice shorter = slice_part(pattern, 0, pattern.len - 1);
    return wild(pattern, value) ||
           (slice_ends(pattern, SLICE(" *")) && slice_equal(slice_trim(shorter), value));
}

static bool group_matches(Slice pattern, Slice group)
{
    OWNED_BUF asked = buf_make(QUERY_VALUE_MAX * 4);
    OWNED_BUF whole = buf_make(8192);
    return text_fold(pattern, &asked, NULL) && text_fold(group, &whole, NULL) &&
           folded_matches(buf_slice(&asked), buf_slice(&whole));
}

/* Group by group when the pattern is in groups; else any writing of the name, or all of it. */
static bool name_matches(Slice pattern, Slice value, bool fuzzy)
{
    OWNED_BUF asked = buf_make(QUERY_VALUE_MAX * 4);
    OWNED_BUF whole = buf_make(8192);
    if (!text_fold(pattern, &asked, NULL) || !text_fold(value, &whole, NULL))
        return slice_equal(pattern, value);
    if (fuzzy && !query_has_wildcard(pattern))
        return words_begin(buf_slice(&asked), buf_slice(&whole));
    bool grouped = slice_find(pattern, SLICE("=")) != SIZE_MAX;
    if (!grouped && folded_matches(buf_slice(&asked), buf_slice(&whole)))
        return true;
    for (Slice rest = value, patterns = pattern; rest.len || (grouped && patterns.len);) {
        Slice group = slice_cut(&rest, '=');
        if (grouped) {
            Slice one = slice_cut(&patterns, '=');
            if (one.len && !group_matches(one, group))
                return false;
        } else if (group_matches(pattern, group)) {
            return true;
        }
    }
    return grouped;
}

/* ---- dates and times ---- */

static bool date_plain(Slice text, char ret[9])
{
    DicomDate d;
    ret[0] = 0;
    if (!text.len)
        return true;
    if (!dicom_date(text, &d) || d.year < 0 || d.year > 9999)
        return false;
    snprintf(ret, 9, "%04u%02u%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100,
             (unsigned)d.day % 100);
    return true;
}

bool query_date_range(Slice pattern, char ret_from[9], char ret_to[9])
{
    bool  range = memchr(pattern.at, '-', pattern.len) != NULL;
    Slice from  = slice_trim(slice_cut(&pattern, '-'));
    Slice to    = range ? slice_trim(pattern) : from;
    return (from.len || to.len) && date_plain(from, ret_from) && date_plain(to, ret_to);
}

/* HHMMSSffffff: what is not said is filled with '0' or '9'. */
static bool time_plain(Slice text, char fill, char ret[13])
{
    DicomTime t;
    size_t    n = 0;
    memset(ret, fill, 12);
    ret[12] = 0;
    if (!text.len)
        return true;
    if (!dicom_time(text, &t))
        return false;
    for (size_t i = 0; i < text.len && n < 12; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            ret[n++] = text.at[i];
    return true;
}

static bool time_range(Slice pattern, char ret_from[13], char ret_to[13])
{
    bool  range = memchr(pattern.at, '-', pattern.len) != NULL;
    Slice from  = slice_trim(slice_cut(&pattern, '-'));
    Slice to    = range ? slice_trim(pattern) : from;
    return (from.len || to.len) && time_plain(from, '0', ret_from) && time_plain(to, '9', ret_to);
}

static bool date_matches(Slice pattern, Slice value)
{
    char from[9], to[9], at[9];
    return value.len && query_date_range(pattern, from, to) && date_plain(value, at) &&
           (!from[0] || strcmp(at, from) >= 0) && (!to[0] || strcmp(at, to) <= 0);
}

static bool time_matches(Slice pattern, Slice value)
{
    char from[13], to[13], at[13];
    return value.len && time_range(pattern, from, to) && time_plain(value, '0', at) &&
           strcmp(at, from) >= 0 && strcmp(at, to) <= 0;
}

/* ---- points in time ---- */

bool query_instant_range(Slice date, Slice time, char ret_from[QUERY_INSTANT_SIZE],
                         char ret_to[QUERY_INSTANT_SIZE])
{
    char day[2][9], hour[2][13];
    if (!query_date_range(date, day[0], day[1]) || !time_range(time, hour[0], hour[1]))
        return false;
    snprintf(ret_from, QUERY_INSTANT_SIZE, "%s%s", day[0], day[0][0] ? hour[0] : "");
    snprintf(ret_to, QUERY_INSTANT_SIZE, "%s%s", day[1], day[1][0] ? hour[1] : "");
    return true;
}

bool query_instant_matches(Slice date_key, Slice time_key, Slice date, Slice time)
{
    char from[QUERY_INSTANT_SIZE], to[QUERY_INSTANT_SIZE], at[QUERY_INSTANT_SIZE], day[9], hour[13];
    if (!date.len || !query_instant_range(date_key, time_key, from, to) || !date_plain(date, day) ||
        !time_plain(time, '0', hour))
        return false;
    snprintf(at, sizeof at, "%s%s", day, hour);
    return (!from[0] || strcmp(at, from) >= 0) && (!to[0] || strcmp(at, to) <= 0);
}

/* DT without its offset, filled with '0' or '9'; what the offset says is added as whole minutes elsewhere. */
static bool instant_plain(Slice text, char fill, char ret[QUERY_INSTANT_SIZE])
{
    DicomDateTime t;
    size_t        n = 0;
    memset(ret, fill, QUERY_INSTANT_SIZE - 1);
    ret[QUERY_INSTANT_SIZE - 1] = 0;
    if (!text.len)
        return true;
    if (!dicom_date_time(text, &t))
        return false;
    for (size_t i = 0; i < text.len && n < QUERY_INSTANT_SIZE - 1; i++) {
        if (text.at[i] == '+' || text.at[i] == '-')
            break;
        if (text.at[i] >= '0' && text.at[i] <= '9')
            ret[n++] = text.at[i];
    }
    return true;
}

/* A '-' parts a range unless it begins an offset ("20260302101500-0500"): one that four digits follow, up to
 * the end or another '-', after at least eight characters. */
static Slice instant_cut(Slice *rest)
{
    for (size_t i = 0; i < rest->len; i++) {
        if (rest->at[i] != '-')
            continue;
        bool offset = i >= 10 && (rest->len == i + 5 || (rest->len > i + 5 && rest->at[i + 5] == '-'));
        if (offset)
            continue;
        Slice head = slice_part(*rest, 0, i);
        *rest      = slice_part(*rest, i + 1, SIZE_MAX);
        return head;
    }
    Slice all = *rest;
    *rest     = SLICE_NONE;
    return all;
}

static bool instants_of(Slice pattern, char ret_from[QUERY_INSTANT_SIZE], char ret_to[QUERY_INSTANT_SIZE])
{
    Slice rest = pattern, from = slice_trim(instant_cut(&rest));
    bool  range = from.len + rest.len < pattern.len;
    Slice to    = range ? slice_trim(rest) : from;
    return (from.len || to.len) && instant_plain(from, '0', ret_from) && instant_plain(to, '9', ret_to);
}

static bool instant_matches(Slice pattern, Slice value)
{
    char from[QUERY_INSTANT_SIZE], to[QUERY_INSTANT_SIZE], at[QUERY_INSTANT_SIZE];
    return value.len && instants_of(pattern, from, to) && instant_plain(value, '0', at) &&
           strcmp(at, from) >= 0 && strcmp(at, to) <= 0;
}

/* ---- lists ---- */

static bool list_has(Slice list, Slice value)
{
    while (list.len)
        if (slice_equal(query_list_next(&list), value))
            return true;
    return false;
}

static bool any_of(Slice pattern, Slice values)
{
    while (values.len) {
        Slice one = slice_cut(&values, '\\'), patterns = pattern;
        while (patterns.len)
            if (wild(query_list_next(&patterns), one))
                return true;
    }
    return false;
}

bool query_is_description(uint32_t tag)
{
    return tag == TAG_STUDY_DESCRIPTION || tag == TAG_SERIES_DESCRIPTION;
}

bool query_matches(MatchKind kind, Slice pattern, Slice value, bool fuzzy)
{
    int64_t asked = 0, is = 0;
    pattern = slice_trim(pattern);
    switch (kind) {
    case MATCH_NEVER:
        return true;
    case MATCH_UID:
        while (value.len)
            if (list_has(pattern, slice_cut(&value, '\\')))
                return true;
        return false;
    case MATCH_TEXT:
        return fuzzy ? wild_folded(pattern, value) : wild(pattern, value);
    case MATCH_NAME:
        return name_matches(pattern, value, fuzzy);
    case MATCH_DATE:
        return date_matches(pattern, value);
    case MATCH_TIME:
        return time_matches(pattern, value);
    case MATCH_NUMBER:
        return slice_int(pattern, &asked) && slice_int(value, &is) && asked == is;
    case MATCH_ANY_OF:
        return any_of(pattern, value);
    case MATCH_INSTANT:
        return instant_matches(pattern, value);
    }
    return false;
}

static bool uids_check(Slice list)
{
    while (list.len)
        if (!uid_is_usable(query_list_next(&list)))
            return false;
    return true;
}

bool query_pattern_check(MatchKind kind, Slice pattern, Err *err)
{
    char    from[QUERY_INSTANT_SIZE], to[QUERY_INSTANT_SIZE];
    int64_t n  = 0;
    bool    ok = text_is_clean_utf8(pattern) && pattern.len <= QUERY_VALUE_MAX;
    pattern    = slice_trim(pattern);
    if (kind == MATCH_UID)
        ok = ok && uids_check(pattern);
    if (kind == MATCH_DATE)
        ok = ok && query_date_range(pattern, from, to);
    if (kind == MATCH_TIME)
        ok = ok && time_range(pattern, from, to);
    if (kind == MATCH_INSTANT)
        ok = ok && instants_of(pattern, from, to);
    if (kind == MATCH_NUMBER)
        ok = ok && slice_int(pattern, &n);
    return ok || err_set(err, ERR_INPUT, "A value of the query is malformed.", "%zu bytes, kind %d",
                         pattern.len, (int)kind);
}
