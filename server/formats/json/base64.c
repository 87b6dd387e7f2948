/*
 * Bytes as text: one encoder and one strict decoder over an alphabet, for base64, base64url and base32;
 * hexadecimal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/json/base64.h"

typedef struct Alphabet {
    const char *digits;
    unsigned    bits;  /* a digit carries */
    size_t      group; /* digits that end on a byte border */
    bool        padded;
} Alphabet;

static const Alphabet BASE64 = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    6,
    4,
    true,
};
static const Alphabet BASE64URL = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    6,
    4,
    false,
};
static const Alphabet BASE32 = { "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8, false };

static bool encode(const Alphabet *a, Slice bytes, Buf *ret)
{
    uint32_t held  = 0;
    unsigned bits  = 0;
    size_t   count = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        held = held << 8 | (uint8_t)bytes.at[i];
        for (bits += 8; bits >= a->bits; count++) {
            bits -= a->bits;
            buf_add_char(ret, a->digits[held >> bits & ((1U << a->bits) - 1)]);
        }
        held &= (1U << bits) - 1;
    }
    if (bits) {
        buf_add_char(ret, a->digits[held << (a->bits - bits) & ((1U << a->bits) - 1)]);
        count++;
    }
    for (; a->padded && count % a->group; count++)
        buf_add_char(ret, '=');
    return !ret->failed;
}

/* Value of a digit, or -1. */
static int digit_of(const Alphabet *a, char c)
{
    const char *found = c ? strchr(a->digits, c) : NULL;
    return found ? (int)(found - a->digits) : -1;
}

static bool decode(const Alphabet *a, Slice text, Buf *ret)
{
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(a, text.at[i]);
        if (digit < 0)
            return false;
        held = held << a->bits | (uint32_t)digit;
        bits += a->bits;
        if (bits >= 8) {
            bits -= 8;
            buf_add_char(ret, (char)(held >> bits & 0xFF));
            held &= (1U << bits) - 1;
        }
    }
    return bits < a->bits && held == 0; /* a whole digit too many, or bits that say nothing */
}

bool base64_encode(Slice bytes, Buf *ret)
{
    return encode(&BASE64, bytes, ret);
}

bool base64url_encode(Slice bytes, Buf *ret)
{
    return encode(&BASE64URL, bytes, ret);
}

bool base32_encode(Slice bytes, Buf *ret)
{
    return encode(&BASE32, bytes, ret);
}

static bool decoded(bool fine, const Buf *ret, const char *name, size_t len, Err *err)
{
    if (!fine)
        return err_set(err, ERR_INPUT, "The content is not encoded as expected.", "%s of %zu characters",
                       name, len);
    return buf_ok(ret, err);
}

bool base64_decode(Slice text, Buf *ret, Err *err)
{
    size_t pad  = slice_ends(text, SLICE("==")) ? 2 : slice_ends(text, SLICE("=")) ? 1 : 0;
    bool   fine = text.len % 4 == 0 && decode(&BASE64, slice_part(text, 0, text.len - pad), ret);
    return decoded(fine, ret, "base64", text.len, err);
}

bool base64url_decode(Slice text, Buf *ret, Err *err)
{
    return decoded(decode(&BASE64URL, text, ret), ret, "base64url", text.len, err);
}

bool base32_decode(Slice text, Buf *ret, Err *err)
{
    OWNED_BUF plain = buf_make(text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c != ' ' && c != '=')
            buf_add_char(&plain, (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
    }
    return decoded(decode(&BASE32, buf_slice(&plain), ret), ret, "base32", text.len, err);
}

void hex_encode(Slice bytes, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        ret[2 * i]     = digits[(uint8_t)bytes.at[i] >> 4];
        ret[2 * i + 1] = digits[(uint8_t)bytes.at[i] & 15];
    }
    ret[2 * bytes.len] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(Slice text, uint8_t *ret, size_t size)
{
    if (text.len != 2 * size)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (hex_digit(text.at[i]) < 0)
            return false;
    for (size_t i = 0; i < size; i++)
        ret[i] = (uint8_t)(hex_digit(text.at[2 * i]) << 4 | hex_digit(text.at[2 * i + 1]));
    return true;
}
