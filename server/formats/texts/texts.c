/*
 * What people read: looking a text up, choosing a language, folding names for search.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/texts/texts.h"

#include <utf8proc.h>

typedef struct Text {
    const char *english, *french;
} Text;

#define T(english, french) { english, french },
static const Text TEXTS[] = {
#include "formats/texts/all_french.def"
};
#undef T

const char *text_in(Lang lang, const char *key)
{
    if (!key)
        return "";
    if (lang == LANG_EN)
        return key;
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        if (strcmp(TEXTS[i].english, key) == 0)
            return TEXTS[i].french;
    return key;
}

Lang lang_from_header(Slice accept_language)
{
    while (accept_language.len) {
        Slice one = slice_trim(slice_cut(&accept_language, ','));
        one       = slice_cut(&one, ';');
        one       = slice_cut(&one, '-');
        if (slice_equal_fold(one, SLICE("en")))
            return LANG_EN;
        if (slice_equal_fold(one, SLICE("fr")))
            return LANG_FR;
    }
    return LANG_FR;
}

/* Letters that no decomposition reaches (libraries note: œ æ ł ø đ). */
static const char *ligature(utf8proc_int32_t c)
{
    switch (c) {
    case 0x153: case 0x152: return "oe";
    case 0xE6: case 0xC6: return "ae";
    case 0x142: case 0x141: return "l";
    case 0xF8: case 0xD8: return "o";
    case 0x111: case 0x110: return "d";
    case '^': case '=': case '-': case '\'': case 0x2019: case 0x2010: case 0x2011: case ' ': case 0xA0: return " ";
    default: return NULL;
    }
}

static bool folded(Slice utf8, utf8proc_option_t options, Buf *ret)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t  len = utf8proc_map((const utf8proc_uint8_t *)utf8.at, (utf8proc_ssize_t)utf8.len, &out, options);
    if (len < 0)
        return false;
    bool after_space = ret->len == 0 || ret->at[ret->len - 1] == ' ';
    for (utf8proc_ssize_t at = 0; at < len;) {
        utf8proc_int32_t c    = 0;
        utf8proc_ssize_t used = utf8proc_iterate(out + at, len - at, &c);
        if (used <= 0)
            break;
        const char *other = ligature(c);
        if (other && other[0] == ' ') {
            if (!after_space)
                buf_add_char(ret, ' ');
            after_space = true;
        } else {
            if (other)
                buf_add_text(ret, other);
            else
                buf_add(ret, slice_bytes(out + at, (size_t)used));
            after_space = false;
        }
        at += used;
    }
    while (ret->len && ret->at[ret->len - 1] == ' ')
        ret->len--;
    free(out);
    return true;
}

bool text_fold(Slice utf8, Buf *ret, Err *err)
{
    if (!folded(utf8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD | UTF8PROC_COMPAT, ret))
        return err_set(err, ERR_INPUT, "The text is not valid UTF-8.", "fold of %zu bytes", utf8.len);
    return buf_ok(ret, err);
}

bool text_is_clean_utf8(Slice s)
{
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c    = 0;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)s.at + at, (utf8proc_ssize_t)(s.len - at), &c);
        if (used <= 0 || (c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7F)
            return false;
        at += (size_t)used;
    }
    return true;
}

bool text_ascii(Slice utf8, Buf *ret)
{
    OWNED_BUF plain = buf_make(utf8.len * 4 + 16);
    if (!folded(utf8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, &plain))
        return false;
    for (size_t i = 0; i < plain.len; i++)
        buf_add_char(ret, (unsigned char)plain.at[i] < 0x80 ? plain.at[i] : '?');
    return !ret->failed;
}
