/*
 * What real writers do though the standard does not, and how it is recognised without guessing twice. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/dataset_internal.h"

static uint8_t byte_at(Slice s, size_t at)
{
    return (uint8_t)s.at[at];
}

static uint32_t little32(Slice s, size_t at)
{
    return (uint32_t)byte_at(s, at) | (uint32_t)byte_at(s, at + 1) << 8 | (uint32_t)byte_at(s, at + 2) << 16 |
           (uint32_t)byte_at(s, at + 3) << 24;
}

bool odd_zeros(Slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i])
            return false;
    return true;
}

bool odd_tail(Slice rest, bool big)
{
    if (!big && slice_starts(rest, SLICE("\xFE\xFF\x0D\xE0\0\0\0\0")))
        rest = slice_part(rest, 8, SIZE_MAX);
    return odd_zeros(rest);
}

static bool filler(char c)
{
    return c == '?' || c == ' ' || c == '-' || c == '\0';
}

static bool small_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

bool odd_vr(char a, char b)
{
    return (filler(a) && filler(b)) || (small_letter(a) && small_letter(b));
}

bool odd_unknown_is_explicit(Slice items)
{
    enum { ITEM_HEAD = 8, ELEMENT_HEAD = 8 };
    if (items.len < ITEM_HEAD + ELEMENT_HEAD || !slice_starts(items, SLICE("\xFE\xFF\x00\xE0")))
        return false;
    return vr_info(VR_CODE(byte_at(items, ITEM_HEAD + 4), byte_at(items, ITEM_HEAD + 5))) &&
           little32(items, ITEM_HEAD + 4) > items.len - ITEM_HEAD - ELEMENT_HEAD;
}
