/*
 * Tests of dictation: the shape of a piece, the answer of the service.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/reports/dictation.h"

typedef struct Shape {
    uint16_t kind, channels, bits;
    uint32_t rate, samples;
    bool     list_before; /* a chunk of odd length that is nobody's */
} Shape;

static const Shape GOOD = { .kind = 1, .channels = 1, .bits = 16, .rate = 16000, .samples = 16000 };

static void wave(const Shape *s, Buf *ret)
{
    uint32_t bytes = s->samples * 2;
    buf_add_text(ret, "RIFF");
    buf_add_u32le(ret, 36 + bytes);
    buf_add_text(ret, "WAVE");
    if (s->list_before) {
        buf_add_text(ret, "LIST");
        buf_add_u32le(ret, 3);
        buf_add_text(ret, "abc");
        buf_add_char(ret, '\0');
    }
    buf_add_text(ret, "fmt ");
    buf_add_u32le(ret, 16);
    buf_add_u16le(ret, s->kind);
    buf_add_u16le(ret, s->channels);
    buf_add_u32le(ret, s->rate);
    buf_add_u32le(ret, s->rate * 2);
    buf_add_u16le(ret, 2);
    buf_add_u16le(ret, s->bits);
    buf_add_text(ret, "data");
    buf_add_u32le(ret, bytes);
    buf_add_zeros(ret, bytes);
}

static void the_length_of_a_piece_is_that_of_its_samples(void **state)
{
    (void)state;
    int64_t   ms = 0;
    Err       err = { 0 };
    Shape     s = GOOD;
    OWNED_BUF b = buf_make(4 << 20);
    wave(&s, &b);
    assert_true(dictation_length(buf_slice(&b), &ms, &err));
    assert_int_equal(ms, 1000);
    buf_clear(&b);
    s.list_before = true;
    s.samples     = 16000 * 55;
    wave(&s, &b);
    assert_true(dictation_length(buf_slice(&b), &ms, &err));
    assert_int_equal(ms, 55000);
    assert_false(dictation_length(slice_part(buf_slice(&b), 0, b.len - 1), &ms, &err)); /* cut on the way */
    assert_int_equal(err.kind, ERR_INPUT);
}

static void another_kind_of_sound_is_refused(void **state)
{
    (void)state;
    const struct {
        Shape   shape;
        ErrKind kind;
    } WRONG[] = {
        { { .kind = 3, .channels = 1, .bits = 16, .rate = 16000, .samples = 16000 }, ERR_INPUT },
        { { .kind = 1, .channels = 2, .bits = 16, .rate = 16000, .samples = 16000 }, ERR_INPUT },
        { { .kind = 1, .channels = 1, .bits = 8, .rate = 16000, .samples = 16000 }, ERR_INPUT },
        { { .kind = 1, .channels = 1, .bits = 16, .rate = 48000, .samples = 16000 }, ERR_INPUT },
        { { .kind = 1, .channels = 1, .bits = 16, .rate = 16000, .samples = 10 }, ERR_INPUT },
        { { .kind = 1, .channels = 1, .bits = 16, .rate = 16000, .samples = 0 }, ERR_INPUT },
        { { .kind = 1, .channels = 1, .bits = 16, .rate = 16000, .samples = 16000 * 56 }, ERR_LIMIT },
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        int64_t   ms  = 0;
        Err       err = { 0 };
        OWNED_BUF b   = buf_make(4 << 20);
        wave(&WRONG[i].shape, &b);
        assert_false(dictation_length(buf_slice(&b), &ms, &err));
        assert_int_equal(err.kind, WRONG[i].kind);
    }
    const char *BYTES[] = { "", "RIFF", "RIFF\x10\0\0\0WAVE", "OggS", "RIFF....WAVEdata\xff\xff\xff\xff" };
    for (size_t i = 0; i < sizeof BYTES / sizeof *BYTES; i++) {
        int64_t ms  = 0;
        Err     err = { 0 };
        assert_false(dictation_length(slice_of(BYTES[i]), &ms, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void the_answer_becomes_plain_text_with_its_doubtful_words(void **state)
{
    (void)state;
    Err err = { 0 };
    OWNED(json_t) *json = NULL;
    assert_true(dictation_read(SLICE("{\"text\":\"  Pas\\n d’épanchement\\u0007 pleural. \",\"words\":[{\"text\":\"épanchement\",\"confidence\":0.31},{\"text\":\"Pas\",\"confidence\":0.98},"
                                     "{\"text\":\"pleural\"},{\"text\":\"\",\"confidence\":0}],\"model\":\"x\"}"), &json, &err));
    assert_string_equal(json_string_value(json_object_get(json, "text")), "Pas d’épanchement pleural.");
    const json_t *doubtful = json_object_get(json, "doubtful");
    assert_int_equal(json_array_size(doubtful), 1);
    assert_string_equal(json_string_value(json_array_get(doubtful, 0)), "épanchement");
    OWNED(json_t) *silence = NULL;
    assert_true(dictation_read(SLICE("{\"text\":\"\"}"), &silence, &err));
    assert_string_equal(json_string_value(json_object_get(silence, "text")), "");
}

static void an_answer_that_is_none_is_the_fault_of_the_service(void **state)
{
    (void)state;
    OWNED_BUF     longer = buf_make(64 << 10);
    buf_add_text(&longer, "{\"text\":\"");
    for (int i = 0; i < DICTATION_TEXT_MAX + 1; i++)
        buf_add_char(&longer, 'a');
    buf_add_text(&longer, "\"}");
    const Slice ODD[] = { SLICE(""), SLICE("<html>"), SLICE("[]"), SLICE("{}"), SLICE("{\"text\":5}"), SLICE("{\"text\":\"a\",\"words\":{}}"),
                          SLICE("{\"text\":\"a\",\"words\":[\"a\"]}"), SLICE("{\"text\":\"a\",\"words\":[{\"text\":1}]}"), buf_slice(&longer) };
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++) {
        Err     err  = { 0 };
        json_t *json = NULL;
        assert_false(dictation_read(ODD[i], &json, &err));
        assert_int_equal(err.kind, ERR_UNAVAILABLE);
        assert_null(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_length_of_a_piece_is_that_of_its_samples),
        cmocka_unit_test(another_kind_of_sound_is_refused),
        cmocka_unit_test(the_answer_becomes_plain_text_with_its_doubtful_words),
        cmocka_unit_test(an_answer_that_is_none_is_the_fault_of_the_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
