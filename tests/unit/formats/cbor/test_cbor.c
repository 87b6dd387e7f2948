/*
 * CBOR and COSE from authenticators: what is whole is read, what is not is refused, nothing runs away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/own.h"
#include "formats/cbor/cose.h"

#define BYTES_INIT(literal)                                                                                  \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }
#define BYTES(literal) ((Slice)BYTES_INIT(literal))

static void heads_of_every_kind_and_size_are_read(void **state)
{
    static const struct {
        Slice    bytes;
        CborKind kind;
        uint64_t number;
        int64_t  value; /* of whole numbers */
    } HEADS[] = {
        { { "\x00", 1 }, CBOR_UNSIGNED, 0, 0 },
        { { "\x17", 1 }, CBOR_UNSIGNED, 23, 23 },
        { { "\x18\x18", 2 }, CBOR_UNSIGNED, 24, 24 },
        { { "\x19\x01\x00", 3 }, CBOR_UNSIGNED, 256, 256 },
        { { "\x1a\x00\x01\x00\x00", 5 }, CBOR_UNSIGNED, 65536, 65536 },
        { { "\x1b\x00\x00\x00\x01\x00\x00\x00\x00", 9 }, CBOR_UNSIGNED, 4294967296, 4294967296 },
        { { "\x26", 1 }, CBOR_NEGATIVE, 6, -7 },
        { { "\x39\x01\x00", 3 }, CBOR_NEGATIVE, 256, -257 },
        { { "\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", 9 }, CBOR_NEGATIVE, INT64_MAX, INT64_MIN },
        { { "\xf5", 1 }, CBOR_SIMPLE, 21, 0 },
        { { "\x80", 1 }, CBOR_ARRAY, 0, 0 },
        { { "\xc1\x00", 2 }, CBOR_TAG, 1, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(HEADS); i++) {
        Reader   in = reader_make(HEADS[i].bytes);
        CborItem item;
        int64_t  value = 0;
        assert_true(cbor_read(&in, &item, NULL));
        assert_int_equal(item.kind, HEADS[i].kind);
        assert_int_equal(item.number, HEADS[i].number);
        bool whole = item.kind == CBOR_UNSIGNED || item.kind == CBOR_NEGATIVE;
        assert_int_equal(cbor_int(&item, &value), whole);
        if (whole)
            assert_true(value == HEADS[i].value);
    }
    Reader   in = reader_make(BYTES("\x3b\xff\xff\xff\xff\xff\xff\xff\xff"));
    CborItem item;
    int64_t  value = 0;
    assert_true(cbor_read(&in, &item, NULL));
    assert_false(cbor_int(&item, &value)); /* does not fit */
}

static void what_is_cut_indefinite_long_winded_or_too_long_is_refused(void **state)
{
    static const Slice WRONG[] = {
        { "", 0 },
        { "\x18", 1 },
        { "\x19\x01", 2 },
        { "\x1b\x00\x00\x00\x01\x00\x00\x00", 8 },
        { "\x1c", 1 },             /* reserved */
        { "\x5f\x41\x00\xff", 4 }, /* indefinite */
        { "\x9f\xff", 2 },
        { "\x18\x17", 2 }, /* not the shortest */
        { "\x19\x00\xff", 3 },
        { "\x1a\x00\x00\xff\xff", 5 },
        { "\x1b\x00\x00\x00\x00\xff\xff\xff\xff", 9 },
        { "\x42\x00", 2 }, /* string past the end */
        { "\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9 },
        { "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9 }, /* more items than bytes */
        { "\xbb\x80\x00\x00\x00\x00\x00\x00\x00", 9 },
        { "\xa2\x00\x00\x00", 4 },
        { "\xf9\x00\x00", 3 }, /* a float */
        { "\xff", 1 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Reader   in   = reader_make(WRONG[i]);
        CborItem item = { .kind = CBOR_TAG };
        Err      err  = { 0 };
        bool     ok   = cbor_read(&in, &item, &err);
        if (i == 15) { /* the head fits, the items do not */
            in = reader_make(WRONG[i]);
            ok = cbor_skip(&in, &err);
        }
        assert_false(ok);
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void skipping_passes_one_item_whole_and_no_deeper_than_allowed(void **state)
{
    (void)state;
    Reader in = reader_make(BYTES("\xa2\x61"
                                  "a\x82\x01\xa1\x02\x43xyz\x61"
                                  "b\xc1\xf6\x07"));
    assert_true(cbor_skip(&in, NULL));
    assert_int_equal(reader_left(&in), 1);
    for (size_t depth = 0; depth <= CBOR_DEPTH_MAX + 2; depth++) {
        char bytes[32];
        memset(bytes, 0x81, depth);
        bytes[depth] = 0;
        Err    err   = { 0 };
        Reader deep  = reader_make(slice_bytes(bytes, depth + 1));
        assert_int_equal(cbor_skip(&deep, &err), depth <= CBOR_DEPTH_MAX);
        assert_int_equal(err.kind, depth <= CBOR_DEPTH_MAX ? ERR_NONE : ERR_LIMIT);
    }
}

/* {1:2, 3:-7, -1:1, -2:x, -3:y} */
#define X32 "abcdefghijklmnopqrstuvwxyz012345"
#define Y32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
#define ES256_KEY "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" X32 "\x22\x58\x20" Y32

static void an_es256_key_is_read_with_its_point(void **state)
{
    (void)state;
    Reader  in = reader_make(BYTES(ES256_KEY));
    CoseKey key;
    assert_true(cose_key_read(&in, &key, NULL));
    assert_int_equal(key.algorithm, COSE_ALG_ES256);
    assert_true(slice_equal_text(key.x, X32) && slice_equal_text(key.y, Y32));
    assert_int_equal(reader_left(&in), 0);
}

static void an_eddsa_key_is_read_and_unknown_labels_are_passed_over(void **state)
{
    (void)state;
    Reader  in = reader_make(BYTES("\xa5\x01\x01\x03\x27\x20\x06\x21\x58\x20" X32 "\x04\x81\x02"));
    CoseKey key;
    assert_true(cose_key_read(&in, &key, NULL));
    assert_int_equal(key.algorithm, COSE_ALG_EDDSA);
    assert_true(slice_equal_text(key.x, X32) && key.y.len == 0);
}

static void keys_that_do_not_fit_their_algorithm_are_refused(void **state)
{
    static const Slice WRONG[] = {
        BYTES_INIT("\xa5\x01\x02\x03\x27\x20\x01\x21\x58\x20" X32
                   "\x22\x58\x20" Y32), /* EdDSA on a point of two */
        BYTES_INIT("\xa5\x01\x02\x03\x26\x20\x02\x21\x58\x20" X32 "\x22\x58\x20" Y32), /* P-384 */
        BYTES_INIT("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x1f"
                   "abcdefghijklmnopqrstuvwxyz01234"
                   "\x22\x58\x20" Y32),
        BYTES_INIT("\xa4\x01\x02\x03\x26\x20\x01\x21\x58\x20" X32),            /* no y */
        BYTES_INIT("\xa4\x01\x02\x20\x01\x21\x58\x20" X32 "\x22\x58\x20" Y32), /* no algorithm */
        BYTES_INIT("\xa4\x03\x26\x20\x01\x21\x58\x20" X32 "\x22\x58\x20" Y32), /* no type */
        BYTES_INIT("\xa6\x01\x02\x03\x26\x03\x26\x20\x01\x21\x58\x20" X32 "\x22\x58\x20" Y32), /* twice */
        BYTES_INIT("\xa5\x01\x02\x03\x38\x22\x20\x01\x21\x58\x20" X32 "\x22\x58\x20" Y32),     /* ES384 */
        BYTES_INIT("\xa5\x01\x02\x03\x26\x20\x01\x21\x78\x20" X32 "\x22\x58\x20" Y32),         /* x as text */
        BYTES_INIT("\xa4\x01\x03\x03\x39\x01\x00\x20\x43"
                   "abc"
                   "\x21\x43\x01\x00\x01"), /* a tiny RSA */
        BYTES_INIT("\x85\x01\x02\x03\x26\x20"),
        BYTES_INIT("\xa1\x61"
                   "a\x01"),
        BYTES_INIT("\xa0"),
    };
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Reader  in  = reader_make(WRONG[i]);
        CoseKey key = { 0 };
        Err     err = { 0 };
        if (cose_key_read(&in, &key, &err))
            fail_msg("key %zu was accepted", i);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(key.algorithm, 0); /* untouched */
    }
}

static void every_shortened_key_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len + 1 < sizeof ES256_KEY; len++) {
        Reader  in = reader_make(slice_bytes(ES256_KEY, len));
        CoseKey key;
        assert_false(cose_key_read(&in, &key, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_of_every_kind_and_size_are_read),
        cmocka_unit_test(what_is_cut_indefinite_long_winded_or_too_long_is_refused),
        cmocka_unit_test(skipping_passes_one_item_whole_and_no_deeper_than_allowed),
        cmocka_unit_test(an_es256_key_is_read_with_its_point),
        cmocka_unit_test(an_eddsa_key_is_read_and_unknown_labels_are_passed_over),
        cmocka_unit_test(keys_that_do_not_fit_their_algorithm_are_refused),
        cmocka_unit_test(every_shortened_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
