/*
 * Bytes as text: what RFC 4648 prints comes out, what is not exact is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "formats/json/base64.h"

typedef bool Encode(Slice bytes, Buf *ret);
typedef bool Decode(Slice text, Buf *ret, Err *err);

static void the_vectors_of_rfc_4648_go_both_ways(void **state)
{
    (void)state;
    static const struct {
        Encode     *encode;
        Decode     *decode;
        const char *plain, *coded;
    } VECTORS[] = {
        { base64_encode, base64_decode, "", "" },
        { base64_encode, base64_decode, "f", "Zg==" },
        { base64_encode, base64_decode, "fo", "Zm8=" },
        { base64_encode, base64_decode, "foo", "Zm9v" },
        { base64_encode, base64_decode, "foobar", "Zm9vYmFy" },
        { base64url_encode, base64url_decode, "f", "Zg" },
        { base64url_encode, base64url_decode, "\xfb\xff", "-_8" },
        { base32_encode, base32_decode, "f", "MY" },
        { base32_encode, base32_decode, "fooba", "MZXW6YTB" },
    };
    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        OWNED_BUF out  = buf_make(64);
        OWNED_BUF back = buf_make(64);
        assert_true(VECTORS[i].encode(slice_of(VECTORS[i].plain), &out));
        assert_string_equal(buf_text(&out), VECTORS[i].coded);
        assert_true(VECTORS[i].decode(slice_of(VECTORS[i].coded), &back, NULL));
        assert_true(slice_equal_text(buf_slice(&back), VECTORS[i].plain));
    }
}

static void every_byte_and_every_length_survives(void **state)
{
    (void)state;
    uint8_t bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    static Encode *const ENCODE[] = { base64_encode, base64url_encode, base32_encode };
    static Decode *const DECODE[] = { base64_decode, base64url_decode, base32_decode };
    for (size_t kind = 0; kind < COUNT(ENCODE); kind++)
        for (size_t len = 0; len <= sizeof bytes; len++) {
            OWNED_BUF out   = buf_make(1024);
            OWNED_BUF back  = buf_make(1024);
            Slice     plain = slice_bytes(bytes, len);
            assert_true(ENCODE[kind](plain, &out));
            assert_true(DECODE[kind](buf_slice(&out), &back, NULL));
            assert_true(slice_equal(buf_slice(&back), plain));
        }
}

static void another_spelling_of_the_same_bytes_is_refused(void **state)
{
    (void)state;
    static const struct {
        Decode *decode;
        Slice   text;
    } WRONG[] = {
        { base64_decode, { "Zg", 2 } },     { base64_decode, { "Zh==", 4 } },
        { base64_decode, { "Zg==\n", 5 } }, { base64_decode, { "Zg=a", 4 } },
        { base64_decode, { "=", 1 } },      { base64_decode, { "====", 4 } },
        { base64_decode, { "Z\0==", 4 } },  { base64url_decode, { "Zg==", 4 } },
        { base64url_decode, { "Zh", 2 } },  { base64url_decode, { "Z", 1 } },
        { base64url_decode, { "+/8", 3 } }, { base64url_decode, { "Zm9vY", 5 } },
        { base32_decode, { "M1", 2 } },     { base32_decode, { "MZ", 2 } },
        { base32_decode, { "M", 1 } },
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        OWNED_BUF out = buf_make(64);
        Err       err = { 0 };
        assert_false(WRONG[i].decode(WRONG[i].text, &out, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void a_ceiling_is_told_as_a_limit(void **state)
{
    (void)state;
    OWNED_BUF out = buf_make(3);
    Err       err = { 0 };
    assert_false(base64_decode(SLICE("Zm9vYmFy"), &out, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void hexadecimal_is_exact_in_length_and_digits(void **state)
{
    (void)state;
    uint8_t bytes[3] = { 9, 9, 9 };
    char    text[7];
    assert_true(hex_decode(SLICE("00aBfF"), bytes, 3));
    hex_encode(slice_bytes(bytes, 3), text);
    assert_string_equal(text, "00abff");
    assert_false(hex_decode(SLICE("00aBf"), bytes, 3));
    assert_false(hex_decode(SLICE("00aBfF0"), bytes, 3));
    assert_false(hex_decode(SLICE("00aBfg"), bytes, 3));
    assert_int_equal(bytes[2], 0xFF); /* untouched on refusal */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_go_both_ways),
        cmocka_unit_test(every_byte_and_every_length_survives),
        cmocka_unit_test(another_spelling_of_the_same_bytes_is_refused),
        cmocka_unit_test(a_ceiling_is_told_as_a_limit),
        cmocka_unit_test(hexadecimal_is_exact_in_length_and_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
