/*
 * Reading multipart/related: the same parts wherever the blocks are cut.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "doors/web/multipart.h"

#define TYPE "multipart/related; type=\"application/dicom\"; boundary=\"b-1\""

typedef struct Seen {
    Buf    text; /* [header|data] a part */
    size_t parts;
    bool   open;
} Seen;

static bool on_begin(void *with, Slice header, Err *err)
{
    (void)err;
    Seen *s = with;
    assert_false(s->open); /* one part open at a time */
    s->open = true;
    s->parts++;
    buf_add_char(&s->text, '[');
    buf_add(&s->text, multipart_header(header, "content-type"));
    return buf_add_char(&s->text, '|');
}

static bool on_data(void *with, Slice bytes, Err *err)
{
    (void)err;
    Seen *s = with;
    assert_true(s->open && bytes.len > 0);
    return buf_add(&s->text, bytes);
}

static bool on_end(void *with, Err *err)
{
    (void)err;
    Seen *s = with;
    assert_true(s->open);
    s->open = false;
    return buf_add_char(&s->text, ']');
}

static bool parse(Slice body, size_t block, Seen *seen, Err *err)
{
    MultipartSink sink  = { on_begin, on_data, on_end, seen };
    *seen               = (Seen) { .text = buf_make(4 << 20) };
    OWNED(Multipart) *m = multipart_new(SLICE(TYPE), &sink, err);
    assert_non_null(m);
    for (size_t at = 0; at < body.len; at += block)
        if (!multipart_feed(m, slice_part(body, at, block), err))
            return false;
    return multipart_finish(m, err);
}

static void expect(Slice body, const char *wanted)
{
    for (size_t block = 1; block <= body.len; block++) {
        Seen seen;
        Err  err = { 0 };
        assert_true(parse(body, block, &seen, &err));
        assert_string_equal(buf_text(&seen.text), wanted);
        buf_free(&seen.text);
    }
}

static void refuse(Slice body, ErrKind kind)
{
    for (size_t block = 1; block <= body.len; block += 7) {
        Seen seen;
        Err  err = { 0 };
        assert_false(parse(body, block, &seen, &err));
        assert_int_equal(err.kind, kind);
        buf_free(&seen.text);
    }
}

static void parts_come_out_wherever_the_blocks_are_cut(void **state)
{
    (void)state;
    expect(SLICE("--b-1\r\nContent-Type: application/dicom\r\n\r\none\r\n--b-1\r\ncontent-type: x/y\r\nA: "
                 "b\r\n\r\ntwo\r\n--b-1--\r\n"),
           "[application/dicom|one][x/y|two]");
    expect(SLICE("preamble\r\n--b-1  \r\n\r\n\r\n--b-1--epilogue\r\n--b-1\r\n"), "[|]");
    expect(SLICE("--b-1\r\n\r\n\r\n--b-\r\n--b-1--"), "[|\r\n--b-]");
    expect(SLICE("--b-1\r\n\r\n\r\r\n\r\n\r\n--b-1--"), "[|\r\r\n\r\n]");
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    refuse(SLICE("nothing of the kind"), ERR_INPUT);
    refuse(SLICE("--b-1\r\nContent-Type: a/b\r\n\r\ncut short"), ERR_INPUT);
    refuse(SLICE("--b-1\r\nContent-Type: a/b\r\n\r\none\r\n--b-1\r\n"), ERR_INPUT);
    refuse(SLICE("--b-1x\r\n\r\none\r\n--b-1--"), ERR_INPUT);
}

static void a_header_without_end_is_refused(void **state)
{
    (void)state;
    OWNED_BUF body = buf_make(1 << 20);
    buf_add_text(&body, "--b-1\r\nA: ");
    for (int i = 0; i < MULTIPART_HEADER_MAX + 100; i++)
        buf_add_char(&body, 'a');
    Seen seen;
    Err  err = { 0 };
    assert_false(parse(buf_slice(&body), 1000, &seen, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    buf_free(&seen.text);
}

static void a_large_part_passes_through_the_window(void **state)
{
    (void)state;
    OWNED_BUF body = buf_make(4 << 20), wanted = buf_make(4 << 20);
    buf_add_text(&body, "--b-1\r\n\r\n");
    buf_add_text(&wanted, "[|");
    for (uint32_t i = 0; i < 300000; i++) {
        char c = (char)(i * 2654435761u >> 24);
        buf_add_char(&body, c);
        buf_add_char(&wanted, c);
    }
    buf_add_text(&body, "\r\n--b-1--");
    buf_add_char(&wanted, ']');
    static const size_t BLOCKS[] = {
        1, 4095, MULTIPART_WINDOW - 1, MULTIPART_WINDOW, MULTIPART_WINDOW + 1, 1 << 20
    };
    for (size_t i = 0; i < COUNT(BLOCKS); i++) {
        Seen seen;
        assert_true(parse(buf_slice(&body), BLOCKS[i], &seen, NULL));
        assert_true(slice_equal(buf_slice(&seen.text), buf_slice(&wanted)));
        buf_free(&seen.text);
    }
}

static void a_content_type_without_a_boundary_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = { "multipart/related", "application/dicom; boundary=x",
                                       "multipart/related; boundary=\"\"",
                                       "multipart/related; boundary=\"ends with a blank \"",
                                       "multipart/related; "
                                       "boundary="
                                       "123456789012345678901234567890123456789012345678901234567890123456789"
                                       "01" };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        Err           err  = { 0 };
        MultipartSink sink = { on_begin, on_data, on_end, NULL };
        assert_null(multipart_new(slice_of(BAD[i]), &sink, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_come_out_wherever_the_blocks_are_cut),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(a_header_without_end_is_refused),
        cmocka_unit_test(a_large_part_passes_through_the_window),
        cmocka_unit_test(a_content_type_without_a_boundary_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
