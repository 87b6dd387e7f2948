/*
 * Text made ready for print: only valid UTF-8, no control characters, French spaces that do not break.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/pdf.h"

/* Length of the UTF-8 character at 'at', and its code; 0 when it is none. */
static size_t character(const unsigned char *at, size_t left, uint32_t *ret)
{
    static const uint32_t SMALLEST[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t                len        = at[0] < 0x80 ? 1 : at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0x80) {
        *ret = at[0];
        return 1;
    }
    if (at[0] < 0xC2 || at[0] > 0xF4 || len > left)
        return 0;
    uint32_t code = at[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3Fu);
    }
    *ret = code;
    return code >= SMALLEST[len] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) ? len : 0;
}

/* Controls, and marks that would turn the direction of what is read: a report must show what was written. */
static bool is_shown(uint32_t code)
{
    if (code == '\n' || code == '\t')
        return true;
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xFEFF || code == 0xFFFC)
        return false;
    return !(code >= 0x200B && code <= 0x200F) && !(code >= 0x202A && code <= 0x202E) &&
           !(code >= 0x2060 && code <= 0x206F) && !(code >= 0xFFF9 && code <= 0xFFFB);
}

#define UNBREAKABLE "\xC2\xA0" /* not the narrow one: the printing fonts do not have it */

/* French sets a space before these marks; a line never begins with them. */
static bool space_stays(Slice rest)
{
    return rest.len && (memchr(";:!?%", rest.at[0], 5) || slice_starts(rest, SLICE("»")));
}

bool pdf_clean(Slice text, Buf *ret)
{
    bool   after_open = false; /* an opening guillemet stands before */
    size_t i          = 0;
    while (i < text.len) {
        uint32_t code = 0;
        size_t   len  = character((const unsigned char *)text.at + i, text.len - i, &code);
        Slice    unit = slice_part(text, i, len ? len : 1);
        i += unit.len;
        if (!len || !is_shown(code))
            continue;
        bool stays = code == ' ' && (after_open || space_stays(slice_part(text, i, 4)));
        if (!(stays ? buf_add_text(ret, UNBREAKABLE) : buf_add(ret, unit)))
            return false;
        after_open = code == 0xAB;
    }
    return true;
}
