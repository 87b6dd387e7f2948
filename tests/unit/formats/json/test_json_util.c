/*
 * JSON from outside is bounded and typed; what we write is compact and escaped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "formats/json/json_util.h"

static void what_is_not_json_is_refused_whole(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "",
        "{",
        "{}x",
        "{\"a\":1,\"a\":2}",
        "nul",
        "\"alone\"",
        "[1,]",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\xff\"}",
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Err err          = { 0 };
        OWNED(json_t) *j = json_parse(slice_of(WRONG[i]), &err);
        assert_null(j);
        assert_int_equal(err.kind, ERR_INPUT);
    }
    Err err          = { 0 };
    OWNED(json_t) *j = json_parse_object(SLICE("[1]"), &err);
    assert_null(j);
    assert_int_equal(err.kind, ERR_INPUT);
}

static void depth_is_counted_outside_strings_only(void **state)
{
    (void)state;
    for (size_t depth = 1; depth <= JSON_LEVELS_MAX + 1; depth++) {
        OWNED_BUF text = buf_make(1024);
        for (size_t i = 0; i < depth; i++)
            buf_add_char(&text, '[');
        buf_add_text(&text, "\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"");
        for (size_t i = 0; i < depth; i++)
            buf_add_char(&text, ']');
        Err err          = { 0 };
        OWNED(json_t) *j = json_parse(buf_slice(&text), &err);
        assert_int_equal(j != NULL, depth <= JSON_LEVELS_MAX);
        assert_int_equal(err.kind, depth <= JSON_LEVELS_MAX ? ERR_NONE : ERR_LIMIT);
    }
}

static void members_are_given_with_their_type_or_refused(void **state)
{
    (void)state;
    OWNED(json_t) *j = json_parse_object(
        SLICE("{\"t\":\"é\",\"e\":\"\",\"i\":7,\"b\":true,\"a\":[1,2],\"o\":{},\"n\":null,\"r\":1.5}"), NULL);
    Slice   text   = SLICE_NONE;
    int64_t number = -1;
    bool    flag   = false;
    json_t *inner  = NULL;
    char    field[3];
    assert_true(json_need_text(j, "t", &text, NULL) && slice_equal_text(text, "é"));
    assert_true(json_need_int(j, "i", 0, 7, &number, NULL) && number == 7);
    assert_true(json_need_bool(j, "b", &flag, NULL) && flag);
    assert_true(json_need_array(j, "a", 2, &inner, NULL) && json_array_size(inner) == 2);
    assert_true(json_need_object(j, "o", &inner, NULL));
    assert_true(json_need_copy(j, "t", field, sizeof field, NULL));
    assert_string_equal(field, "é");

    Err err = { 0 };
    assert_false(json_need_text(j, "e", &text, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.detail, "member e"));
    assert_false(json_need_text(j, "n", &text, NULL));
    assert_false(json_need_text(j, "i", &text, NULL));
    assert_false(json_need_int(j, "i", 0, 6, &number, NULL));
    assert_false(json_need_int(j, "r", 0, 6, &number, NULL));
    assert_false(json_need_int(j, "absent", 0, 6, &number, NULL));
    assert_false(json_need_bool(j, "i", &flag, NULL));
    assert_false(json_need_array(j, "a", 1, &inner, NULL));
    assert_false(json_need_object(j, "a", &inner, NULL));
    assert_false(json_may_copy(j, "t", field, 2, NULL));
    assert_false(json_may_text(j, "i", &text, NULL));
}

static void an_absent_or_null_member_leaves_the_default(void **state)
{
    (void)state;
    OWNED(json_t) *j                = json_parse_object(SLICE("{\"n\":null}"), NULL);
    static const char *const KEYS[] = { "n", "absent" };
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        Slice   text     = SLICE("default");
        int64_t number   = 42;
        bool    flag     = true;
        json_t *inner    = j;
        char    field[8] = "kept";
        assert_true(json_may_text(j, KEYS[i], &text, NULL) && slice_equal_text(text, "default"));
        assert_true(json_may_int(j, KEYS[i], 0, 1, &number, NULL) && number == 42);
        assert_true(json_may_bool(j, KEYS[i], &flag, NULL) && flag);
        assert_true(json_may_array(j, KEYS[i], 1, &inner, NULL) && inner == j);
        assert_true(json_may_object(j, KEYS[i], &inner, NULL) && inner == j);
        assert_true(json_may_copy(j, KEYS[i], field, sizeof field, NULL));
        assert_string_equal(field, "kept");
    }
}

static void what_we_write_is_compact_and_reads_back(void **state)
{
    (void)state;
    OWNED(json_t) *j = json_object();
    assert_true(json_put(j, "real", json_real(0.1)));
    assert_true(json_put(j, "text", json_slice(SLICE("a\"b\n"))));
    assert_true(json_put(j, "none", json_cstr(NULL)));
    assert_true(json_put(j, "bad", json_slice(SLICE("\xff"))));
    OWNED_BUF out = buf_make(256);
    assert_true(json_dump_to_buf(j, &out, NULL));
    assert_string_equal(buf_text(&out), "{\"real\":0.1,\"text\":\"a\\\"b\\n\",\"none\":null,\"bad\":null}");
    OWNED_BUF small = buf_make(4);
    Err       err   = { 0 };
    assert_false(json_dump_to_buf(j, &small, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void a_streamed_string_reads_back_whatever_its_bytes(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++)
        for (unsigned second = 1; second < 256; second += 3) {
            char      bytes[2] = { (char)first, (char)second };
            OWNED_BUF out      = buf_make(64);
            buf_add_char(&out, '[');
            assert_true(json_add_string(&out, slice_bytes(bytes, sizeof bytes)));
            buf_add_char(&out, ']');
            json_error_t fault;
            OWNED(json_t) *j = json_loadb(out.at, out.len, JSON_ALLOW_NUL, &fault);
            assert_non_null(j);
            const json_t *s = json_array_get(j, 0);
            if (first < 0x80 && second < 0x80)
                assert_memory_equal(json_string_value(s), bytes, 2);
        }
    OWNED_BUF out = buf_make(64);
    json_add_string(&out, SLICE("\xED\xA0\x80 \xC0\xAF \xF0\x9F\x98\x80"));
    assert_string_equal(buf_text(&out), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD "
                                        "\xF0\x9F\x98\x80\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_refused_whole),
        cmocka_unit_test(depth_is_counted_outside_strings_only),
        cmocka_unit_test(members_are_given_with_their_type_or_refused),
        cmocka_unit_test(an_absent_or_null_member_leaves_the_default),
        cmocka_unit_test(what_we_write_is_compact_and_reads_back),
        cmocka_unit_test(a_streamed_string_reads_back_whatever_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
