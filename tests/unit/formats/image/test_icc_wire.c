/*
 * Requests about colours, and answers that are not believed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"
#include "formats/image/icc_wire.h"

static uint8_t pixels[2 * 3 * 3];

static Picture small(void)
{
    return (Picture) { 2, 3, 3, pixels };
}

static void a_request_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (int target = ICC_OWN; target < ICC_TARGETS; target++) {
        OWNED_BUF  head = buf_make(ICC_REQUEST_BYTES), body = buf_make(100);
        IccRequest r;
        Picture    p = small();
        assert_true(icc_request_write(&p, (IccTarget)target, SLICE("prof"), &head, &body, NULL));
        assert_true(icc_is_request(buf_slice(&head)) && icc_request_read(buf_slice(&head), body.len, &r));
        assert_true((int)r.target == target && r.pixels == 6 && r.profile_bytes == 4 && body.len == 22);
    }
}

static void a_request_that_contradicts_itself_is_none(void **state)
{
    (void)state;
    OWNED_BUF  head = buf_make(ICC_REQUEST_BYTES), body = buf_make(100);
    IccRequest r;
    Picture    p = small();
    assert_true(icc_request_write(&p, ICC_SRGB, SLICE("prof"), &head, &body, NULL));
    for (size_t i = 0; i < head.len; i++)
        assert_false(icc_request_read(slice_part(buf_slice(&head), 0, i), body.len, &r)); /* cut */
    assert_false(icc_request_read(buf_slice(&head), body.len - 1, &r));
    assert_false(icc_request_read(buf_slice(&head), body.len + 1, &r));
    for (size_t i = 0; i < head.len; i++) {
        if (i == 4)
            continue; /* another space is another request */
        head.at[i] = (char)(head.at[i] ^ 0x55);
        assert_false(icc_request_read(buf_slice(&head), body.len, &r));
        head.at[i] = (char)(head.at[i] ^ 0x55);
    }
    head.at[4] = ICC_TARGETS;
    assert_false(icc_request_read(buf_slice(&head), body.len, &r));
}

static void grey_and_too_large_are_not_asked(void **state)
{
    (void)state;
    OWNED_BUF head = buf_make(ICC_REQUEST_BYTES), body = buf_make(100);
    Picture   grey = { 2, 3, 1, pixels }, large = { 1 << 15, 1 << 14, 3, pixels };
    Err       err = { 0 };
    assert_false(icc_request_write(&grey, ICC_SRGB, SLICE_NONE, &head, &body, &err));
    assert_false(icc_request_write(&large, ICC_SRGB, SLICE_NONE, &head, &body, NULL));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void an_answer_of_another_size_or_verdict_leaves_the_picture(void **state)
{
    (void)state;
    char body[sizeof pixels + 4];
    memset(body, 7, sizeof body);
    static const struct {
        CodecVerdict verdict;
        uint64_t     bytes;
        size_t       len;
        bool         good;
    } CASES[] = {
        { CODEC_DONE, sizeof body, sizeof body, true },
        { CODEC_DONE, sizeof body, sizeof body - 1, false },
        { CODEC_DONE, sizeof pixels, sizeof pixels, false }, /* no profile */
        { CODEC_DONE, 3, 3, false },
        { CODEC_UNFIT, 0, 0, false },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        OWNED_BUF   head   = buf_make(64);
        CodecAnswer answer = { CASES[i].verdict, RGB, 8, CASES[i].bytes };
        Picture     p      = small();
        Slice       profile;
        Err         err = { 0 };
        memset(pixels, 1, sizeof pixels);
        codec_answer_write(&answer, &head);
        bool ok = icc_answer_read(buf_slice(&head), (Slice) { body, CASES[i].len }, &p, &profile, &err);
        assert_int_equal(ok, CASES[i].good);
        assert_int_equal(pixels[0], ok ? 7 : 1);
        assert_true(ok ? profile.len == 4 : err.kind == ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read_as_it_was_written),
        cmocka_unit_test(a_request_that_contradicts_itself_is_none),
        cmocka_unit_test(grey_and_too_large_are_not_asked),
        cmocka_unit_test(an_answer_of_another_size_or_verdict_leaves_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
