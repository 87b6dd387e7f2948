/*
 * Borrowed text or bytes: cutting, comparing, searching.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "base/slice.h"

#include <stdlib.h>

bool slice_equal(Slice a, Slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool slice_equal_text(Slice a, const char *text)
{
    return slice_equal(a, slice_of(text));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool slice_equal_fold(Slice a, Slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

bool slice_starts(Slice s, Slice prefix)
{
    return s.len >= prefix.len && slice_equal((Slice){ s.at, prefix.len }, prefix);
}

bool slice_ends(Slice s, Slice suffix)
{
    return s.len >= suffix.len && slice_equal((Slice){ s.at + (s.len - suffix.len), suffix.len }, suffix);
}

Slice slice_part(Slice s, size_t from, size_t len)
{
    if (from >= s.len)
        return SLICE_NONE;
    size_t left = s.len - from;
    return (Slice){ s.at + from, len < left ? len : left };
}

Slice slice_cut(Slice *rest, char mark)
{
    const char *found = rest->len ? memchr(rest->at, mark, rest->len) : NULL;
    size_t      len   = found ? (size_t)(found - rest->at) : rest->len;
    Slice       head  = { rest->at, len };
    size_t      step  = found ? len + 1 : len;
    *rest             = (Slice){ step ? rest->at + step : rest->at, rest->len - step };
    return head;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '\f' || c == '\v';
}

Slice slice_trim_end(Slice s)
{
    while (s.len && blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

Slice slice_trim(Slice s)
{
    s = slice_trim_end(s);
    while (s.len && blank(s.at[0])) {
        s.at++;
        s.len--;
    }
    return s;
}

size_t slice_find(Slice s, Slice needle)
{
    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return SIZE_MAX;
    const char *found = memmem(s.at, s.len, needle.at, needle.len);
    return found ? (size_t)(found - s.at) : SIZE_MAX;
}

bool slice_int(Slice s, int64_t *ret)
{
    bool negative = s.len && s.at[0] == '-';
    if (negative)
        s = slice_part(s, 1, SIZE_MAX);
    if (s.len == 0)
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, s.at[i] - '0', &value))
            return false;
    }
    *ret = negative ? -value : value;
    return true;
}

bool slice_copy(Slice s, char *to, size_t size)
{
    size_t len = s.len < size ? s.len : size - 1;
    if (len)
        memcpy(to, s.at, len);
    to[len] = '\0';
    return len == s.len;
}

Slice slice_whole_letters(Slice utf8)
{
    size_t more = 0; /* bytes behind the last that begins a character */
    while (more < utf8.len && more < 4 && ((unsigned char)utf8.at[utf8.len - 1 - more] & 0xC0) == 0x80)
        more++;
    if (more == utf8.len)
        return utf8;
    unsigned char first = (unsigned char)utf8.at[utf8.len - 1 - more];
    size_t        wants = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    return slice_part(utf8, 0, wants > more ? utf8.len - 1 - more : utf8.len);
}

char *slice_dup(Slice s)
{
    char *copy = malloc(s.len + 1);
    if (!copy)
        return NULL;
    if (s.len)
        memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return copy;
}
