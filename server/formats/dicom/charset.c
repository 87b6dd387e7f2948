/*
 * Specific Character Set to UTF-8: which code stands in G0 and G1, switched by escapes; iconv knows the
 * tables.
 *
 * Bytes of one code are gathered in runs and converted together. Runs of two-byte codes go through their EUC
 * form.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/charset.h"

#include <iconv.h>

#include "base/own.h"

/* A code that may stand in G0 (bytes 21 to 7E) or G1 (A1 to FE). */
typedef enum Code {
    CODE_NONE,
    CODE_ASCII, /* also JIS X 0201 romaji: its yen sign and overline are written as '\' and '~' in practice */
    CODE_LATIN1,
    CODE_SINGLE, /* codes from here are one byte in G1, up to KATAKANA */
    CODE_LATIN2 = CODE_SINGLE,
    CODE_LATIN3,
    CODE_LATIN4,
    CODE_CYRILLIC,
    CODE_ARABIC,
    CODE_GREEK,
    CODE_HEBREW,
    CODE_LATIN5,
    CODE_LATIN9,
    CODE_THAI,
    CODE_KATAKANA,
    CODE_JIS0208, /* two bytes */
    CODE_JIS0212,
    CODE_KSX1001,
    CODE_GB2312,
} Code;

static const char *const CODE_ICONV[] = {
    [CODE_LATIN2] = "ISO-8859-2",   [CODE_LATIN3] = "ISO-8859-3",  [CODE_LATIN4] = "ISO-8859-4",
    [CODE_CYRILLIC] = "ISO-8859-5", [CODE_ARABIC] = "ISO-8859-6",  [CODE_GREEK] = "ISO-8859-7",
    [CODE_HEBREW] = "ISO-8859-8",   [CODE_LATIN5] = "ISO-8859-9",  [CODE_LATIN9] = "ISO-8859-15",
    [CODE_THAI] = "TIS-620",        [CODE_KATAKANA] = "SHIFT_JIS", [CODE_JIS0208] = "EUC-JP",
    [CODE_JIS0212] = "EUC-JP",      [CODE_KSX1001] = "EUC-KR",     [CODE_GB2312] = "GB2312",
};

typedef enum Whole { BY_CODES, WHOLE_UTF8, WHOLE_GB18030 } Whole;

/* Defined terms (PS3.3 §C.12.1.1.2); "ISO 2022 IR n" begins in the same state as "ISO_IR n". */
typedef struct Term {
    const char *number; /* what follows "IR" */
    Code        g0, g1;
    Whole       whole;
    const char *iconv; /* for writing; NULL: ASCII only */
} Term;

static const Term TERMS[] = {
    { "6", CODE_ASCII, CODE_NONE, BY_CODES, NULL },
    { "100", CODE_ASCII, CODE_LATIN1, BY_CODES, "ISO-8859-1" },
    { "101", CODE_ASCII, CODE_LATIN2, BY_CODES, "ISO-8859-2" },
    { "109", CODE_ASCII, CODE_LATIN3, BY_CODES, "ISO-8859-3" },
    { "110", CODE_ASCII, CODE_LATIN4, BY_CODES, "ISO-8859-4" },
    { "144", CODE_ASCII, CODE_CYRILLIC, BY_CODES, "ISO-8859-5" },
    { "127", CODE_ASCII, CODE_ARABIC, BY_CODES, "ISO-8859-6" },
    { "126", CODE_ASCII, CODE_GREEK, BY_CODES, "ISO-8859-7" },
    { "138", CODE_ASCII, CODE_HEBREW, BY_CODES, "ISO-8859-8" },
    { "148", CODE_ASCII, CODE_LATIN5, BY_CODES, "ISO-8859-9" },
    { "203", CODE_ASCII, CODE_LATIN9, BY_CODES, "ISO-8859-15" },
    { "166", CODE_ASCII, CODE_THAI, BY_CODES, "TIS-620" },
    { "13", CODE_ASCII, CODE_KATAKANA, BY_CODES, "SHIFT_JIS" },
    { "87", CODE_ASCII, CODE_NONE, BY_CODES, NULL },
    { "159", CODE_ASCII, CODE_NONE, BY_CODES, NULL },
    { "149", CODE_ASCII, CODE_KSX1001, BY_CODES, "EUC-KR" },
    { "58", CODE_ASCII, CODE_GB2312, BY_CODES, "GB2312" },
    { "192", CODE_ASCII, CODE_NONE, WHOLE_UTF8, "UTF-8" },
    { "GB18030", CODE_ASCII, CODE_NONE, WHOLE_GB18030, "GB18030" },
    { "GBK", CODE_ASCII, CODE_NONE, WHOLE_GB18030, "GBK" },
};

/* What an escape puts where (ISO 2022 designations, PS3.3 table C.12-3 and C.12-4). */
typedef struct Escape {
    const char *bytes; /* after 1B */
    bool        into_g1;
    Code        code;
} Escape;

static const Escape ESCAPES[] = {
    { "(B", false, CODE_ASCII },   { "(J", false, CODE_ASCII },    { ")I", true, CODE_KATAKANA },
    { "-A", true, CODE_LATIN1 },   { "-B", true, CODE_LATIN2 },    { "-C", true, CODE_LATIN3 },
    { "-D", true, CODE_LATIN4 },   { "-L", true, CODE_CYRILLIC },  { "-G", true, CODE_ARABIC },
    { "-F", true, CODE_GREEK },    { "-H", true, CODE_HEBREW },    { "-M", true, CODE_LATIN5 },
    { "-b", true, CODE_LATIN9 },   { "-T", true, CODE_THAI },      { "$B", false, CODE_JIS0208 },
    { "$@", false, CODE_JIS0208 }, { "$(B", false, CODE_JIS0208 }, { "$(D", false, CODE_JIS0212 },
    { "$)C", true, CODE_KSX1001 }, { "$)A", true, CODE_GB2312 },
};

/* The number of "ISO_IR 100", "ISO 2022 IR 100", "ISO-IR 100", "ISO IR 100", "ISO_IR_100"...; else the term.
 */
static Slice term_number(Slice term)
{
    size_t at = slice_find(term, SLICE("IR"));
    if (at == SIZE_MAX || !slice_starts(term, SLICE("ISO")))
        return term;
    Slice rest = slice_part(term, at + 2, SIZE_MAX);
    while (rest.len && (rest.at[0] == ' ' || rest.at[0] == '_' || rest.at[0] == '-'))
        rest = slice_part(rest, 1, SIZE_MAX);
    return rest;
}

static int term_row(Slice term)
{
    if (term.len == 0)
        return 0;
    if (slice_equal_fold(term, SLICE("UTF-8")) || slice_equal_fold(term, SLICE("UTF8")))
        term = SLICE("192");
    if (slice_equal_fold(term, SLICE("ISO8859-1")) || slice_equal_fold(term, SLICE("ISO-8859-1")))
        term = SLICE("100");
    Slice number = term_number(term);
    for (size_t i = 0; i < COUNT(TERMS); i++)
        if (slice_equal_text(number, TERMS[i].number))
            return (int)i;
    return -1;
}

Charset charset_read(Slice value)
{
    Charset set  = CHARSET_DEFAULT;
    Slice   rest = slice_trim(value);
    if (rest.len == 0)
        return set;
    bool more = true;
    while (more && set.count < CHARSET_TERMS_MAX) {
        more    = rest.len && memchr(rest.at, '\\', rest.len);
        int row = term_row(slice_trim(slice_cut(&rest, '\\')));
        if (row < 0)
            set.unknown = true;
        else
            set.terms[set.count++] = (uint8_t)row;
    }
    return set;
}

static const Term *first_term(const Charset *set)
{
    return &TERMS[set->count ? set->terms[0] : 0];
}

bool charset_is_utf8(const Charset *set)
{
    return first_term(set)->whole == WHOLE_UTF8;
}

/* ---- pieces of conversion ---- */

#define REPLACEMENT SLICE("\xEF\xBF\xBD")

/* Length of the UTF-8 character at the front, 0 when it is none (overlong, surrogate, beyond U+10FFFF). */
static size_t utf8_length(Slice s)
{
    uint8_t  a      = (uint8_t)s.at[0];
    size_t   length = a < 0x80                ? 1
                      : a >= 0xC2 && a < 0xE0 ? 2
                      : a >= 0xE0 && a < 0xF0 ? 3
                      : a >= 0xF0 && a < 0xF5 ? 4
                                              : 0;
    uint32_t point  = length == 2 ? a & 0x1Fu : length == 3 ? a & 0x0Fu : a & 0x07u;
    if (length == 0 || length > s.len)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (((uint8_t)s.at[i] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | ((uint8_t)s.at[i] & 0x3Fu);
    }
    if (length == 3 && (point < 0x800 || (point >= 0xD800 && point < 0xE000)))
        return 0;
    if (length == 4 && (point < 0x10000 || point > 0x10FFFF))
        return 0;
    return length;
}

static bool is_utf8(Slice s)
{
    while (s.len) {
        size_t length = utf8_length(s);
        if (length == 0)
            return false;
        s = slice_part(s, length, SIZE_MAX);
    }
    return true;
}

static bool add_utf8(Slice s, Buf *ret, bool *damaged)
{
    while (s.len) {
        size_t length = utf8_length(s);
        if (length == 0) {
            *damaged = true;
            if (!buf_add(ret, REPLACEMENT))
                return false;
        } else if (!buf_add(ret, slice_part(s, 0, length))) {
            return false;
        }
        s = slice_part(s, length ? length : 1, SIZE_MAX);
    }
    return true;
}

bool charset_add_clean_utf8(Slice text, Buf *ret)
{
    bool damaged = false;
    return add_utf8(text, ret, &damaged);
}

static bool add_latin1(Slice s, Buf *ret)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c      = (uint8_t)s.at[i];
        char    two[2] = { (char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)) };
        if (!(c < 0x80 ? buf_add_char(ret, (char)c) : buf_add(ret, (Slice) { two, 2 })))
            return false;
    }
    return true;
}

/* All of 's' by iconv; what it refuses becomes U+FFFD, one for each 'unit' bytes. */
static bool add_iconv(const char *from, Slice s, size_t unit, Buf *ret, bool *damaged)
{
    iconv_t with = iconv_open("UTF-8", from);
    if (with == (iconv_t)-1) {
        *damaged = true;
        return buf_add(ret, REPLACEMENT);
    }
    bool   ok   = true;
    char  *in   = (char *)(uintptr_t)s.at;
    size_t left = s.len;
    while (ok && left) {
        char   out[512], *to = out;
        size_t room = sizeof out;
        bool   fine = iconv(with, &in, &left, &to, &room) != (size_t)-1;
        ok          = buf_add(ret, (Slice) { out, (size_t)(to - out) });
        if (!fine && to == out && left) {
            *damaged    = true;
            size_t skip = left < unit ? left : unit;
            in += skip;
            left -= skip;
            ok = ok && buf_add(ret, REPLACEMENT);
        }
    }
    (void)iconv_close(with);
    return ok;
}

/* ---- ISO 2022 ---- */

enum { RUN_MAX = 252 };

typedef struct Decoder {
    const Term *start;
    Code        g0, g1;
    Code        run_code;
    char        run[RUN_MAX];
    size_t      run_len;
    Buf        *ret;
    bool        damaged;
} Decoder;

static bool flush_run(Decoder *d)
{
    Slice run  = { d->run, d->run_len };
    d->run_len = 0;
    if (run.len == 0)
        return true;
    if (d->run_code == CODE_ASCII)
        return buf_add(d->ret, run);
    if (d->run_code == CODE_LATIN1)
        return add_latin1(run, d->ret);
    size_t unit = d->run_code == CODE_JIS0212 ? 3 : d->run_code >= CODE_JIS0208 ? 2 : 1;
    return add_iconv(CODE_ICONV[d->run_code], run, unit, d->ret, &d->damaged);
}

static bool run_add(Decoder *d, Code code, const char *bytes, size_t len)
{
    if ((code != d->run_code || d->run_len + len > RUN_MAX) && !flush_run(d))
        return false;
    d->run_code = code;
    memcpy(d->run + d->run_len, bytes, len);
    d->run_len += len;
    return true;
}

static bool add_damage(Decoder *d)
{
    d->damaged = true;
    return flush_run(d) && buf_add(d->ret, REPLACEMENT);
}

/* The escape at the front of 's' (which begins with 1B); its length, or 0 when it is none we know. */
static size_t take_escape(Slice s, Code *g0, Code *g1)
{
    Slice after = slice_part(s, 1, SIZE_MAX);
    for (size_t i = 0; i < COUNT(ESCAPES); i++) {
        Slice bytes = slice_of(ESCAPES[i].bytes);
        if (!slice_starts(after, bytes))
            continue;
        *(ESCAPES[i].into_g1 ? g1 : g0) = ESCAPES[i].code;
        return bytes.len + 1;
    }
    return 0;
}

static bool two_bytes(Code code)
{
    return code >= CODE_JIS0208;
}

/* Does the state begin anew after this character (PS3.5 §6.1.2.5.3)? */
static bool starts_again(Vr vr, char c)
{
    if (c == '\r' || c == '\n' || c == '\f' || c == '\t')
        return true;
    if (vr == VR_PN)
        return c == '^' || c == '=' || c == '\\';
    const VrInfo *info = vr_info(vr);
    return c == '\\' && info && info->many;
}

/* One character of two bytes, both with the high bit set for EUC; returns the bytes eaten. */
static size_t take_pair(Decoder *d, Code code, Slice s, bool *ok)
{
    uint8_t high = (uint8_t)(s.at[0] & 0x80);
    uint8_t a = (uint8_t)s.at[0] & 0x7F, b = s.len > 1 ? (uint8_t)s.at[1] & 0x7F : 0;
    if (s.len < 2 || ((uint8_t)s.at[1] & 0x80) != high || a < 0x21 || a > 0x7E || b < 0x21 || b > 0x7E) {
        *ok = add_damage(d);
        return 1;
    }
    char euc[3] = { (char)0x8F, (char)(a | 0x80), (char)(b | 0x80) };
    *ok         = code == CODE_JIS0212 ? run_add(d, code, euc, 3) : run_add(d, code, euc + 1, 2);
    return 2;
}

static bool decode_codes(Decoder *d, Vr vr, Slice s)
{
    bool ok = true;
    while (ok && s.len) {
        uint8_t c    = (uint8_t)s.at[0];
        size_t  step = 1;
        if (c == 0x1B) {
            step = take_escape(s, &d->g0, &d->g1);
            if (step == 0) {
                ok   = add_damage(d);
                step = 1;
            }
        } else if (c < 0x21 || c == 0x7F || (c < 0x80 && !two_bytes(d->g0))) {
            ok = run_add(d, CODE_ASCII, s.at, 1);
            if (starts_again(vr, (char)c)) {
                d->g0 = d->start->g0;
                d->g1 = d->start->g1;
            }
        } else if (c < 0x80) {
            step = take_pair(d, d->g0, s, &ok);
        } else if (two_bytes(d->g1)) {
            step = take_pair(d, d->g1, s, &ok);
        } else if (d->g1 == CODE_NONE || c < 0xA0) {
            ok = add_damage(d);
        } else {
            ok = run_add(d, d->g1, s.at, 1);
        }
        s = slice_part(s, step, SIZE_MAX);
    }
    return ok && flush_run(d);
}

bool charset_to_utf8(const Charset *set, Vr vr, Slice text, Buf *ret, bool *ret_damaged)
{
    const Term *term    = first_term(set);
    bool        damaged = false, ok;
    bool        plain   = set->count == 0 || (set->count == 1 && set->terms[0] == 0);
    if (term->whole == WHOLE_UTF8) {
        ok = add_utf8(text, ret, &damaged);
    } else if (term->whole == WHOLE_GB18030) {
        ok = add_iconv(term->iconv, text, 1, ret, &damaged);
    } else if ((plain || set->unknown) && slice_find(text, SLICE("\x1B")) == SIZE_MAX) {
        damaged =
            !is_utf8(text); /* nothing was stated that explains the bytes: read them as is most likely */
        ok = damaged ? add_latin1(text, ret) : buf_add(ret, text);
    } else {
        Decoder d = { .start = term, .g0 = term->g0, .g1 = term->g1, .run_code = CODE_ASCII, .ret = ret };
        ok        = decode_codes(&d, vr, text);
        damaged   = d.damaged;
    }
    if (damaged && ret_damaged)
        *ret_damaged = true;
    return ok;
}

bool charset_from_utf8(const Charset *set, Slice utf8, Buf *ret, bool *ret_lossy)
{
    const Term *term  = first_term(set);
    bool        lossy = false, ok = true;
    iconv_t     with = iconv_open(term->iconv ? term->iconv : "ASCII", "UTF-8");
    while (ok && utf8.len) {
        size_t length = utf8_length(utf8), left = length ? length : 1, room = 16;
        char   out[16], *to = out, *in = (char *)(uintptr_t)utf8.at;
        Slice  rest = slice_part(utf8, left, SIZE_MAX);
        if (length == 1) {
            ok = buf_add_char(ret, utf8.at[0]);
        } else if (length == 0 || with == (iconv_t)-1 || iconv(with, &in, &left, &to, &room) == (size_t)-1) {
            lossy = true;
            ok    = buf_add_char(ret, '?');
        } else {
            ok = buf_add(ret, (Slice) { out, (size_t)(to - out) });
        }
        utf8 = rest;
    }
    if (with != (iconv_t)-1)
        (void)iconv_close(with);
    if (lossy && ret_lossy)
        *ret_lossy = true;
    return ok;
}

size_t charset_find_backslash(const Charset *set, Slice text)
{
    const Term *term = first_term(set);
    Code        g0 = term->g0, g1 = term->g1;
    for (size_t i = 0; i < text.len;) {
        uint8_t c = (uint8_t)text.at[i];
        if (term->whole == WHOLE_GB18030 && c >= 0x81) {
            i += 2; /* of four bytes, the second is a digit and the third begins another pair */
        } else if (term->whole == BY_CODES && c == 0x1B) {
            size_t step = take_escape(slice_part(text, i, SIZE_MAX), &g0, &g1);
            i += step ? step : 1;
        } else if (c >= 0x21 && c < 0x7F && two_bytes(g0)) {
            i += 2;
        } else if (c == '\\') {
            return i;
        } else {
            if (c == '\r' || c == '\n' || c == '\f' || c == '\t' || c == '^' || c == '=')
                g0 = term->g0;
            i++;
        }
    }
    return SIZE_MAX;
}
