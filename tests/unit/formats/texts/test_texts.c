/*
 * What people read and what searches compare: every text has its French, folding forgets accents and nothing
 * else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "formats/texts/texts.h"

typedef struct Pair {
    const char *english, *french;
} Pair;

#define T(english, french) { english, french },
static const Pair PAIRS[] = {
#include "formats/texts/all_french.def"
};
#undef T

static void every_text_has_a_french_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(PAIRS); i++) {
        assert_true(PAIRS[i].english[0] && PAIRS[i].french[0]);
        assert_true(text_is_clean_utf8(slice_of(PAIRS[i].french)));
        assert_non_null(text_in(LANG_FR, PAIRS[i].english));
        assert_string_equal(text_in(LANG_EN, PAIRS[i].english), PAIRS[i].english);
        if (strchr(PAIRS[i].french, '\''))
            fail_msg("straight apostrophe in: %s", PAIRS[i].french);
    }
    assert_string_equal(text_in(LANG_FR, "The code is wrong."), "Le code est incorrect.");
    assert_string_equal(text_in(LANG_FR, "not in the catalogue"), "not in the catalogue");
    assert_string_equal(text_in(LANG_FR, NULL), "");
}

static void one_english_text_has_one_french(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(PAIRS); i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(PAIRS[i].english, PAIRS[j].english) == 0 &&
                strcmp(PAIRS[i].french, PAIRS[j].french) != 0)
                fail_msg("two French texts for: %s", PAIRS[i].english);
}

static void the_first_language_we_speak_is_taken(void **state)
{
    static const struct {
        const char *header;
        Lang        lang;
    } HEADERS[] = {
        { "", LANG_FR },
        { "fr", LANG_FR },
        { "en", LANG_EN },
        { "EN-us;q=0.9, fr;q=0.8", LANG_EN },
        { "de, en;q=0.5", LANG_EN },
        { "de", LANG_FR },
        { "fr-FR,en", LANG_FR },
        { " , ;q=1,en", LANG_EN },
        { "english", LANG_FR },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(HEADERS); i++)
        assert_int_equal(lang_from_header(slice_of(HEADERS[i].header)), HEADERS[i].lang);
}

static void names_that_sound_the_same_fold_the_same(void **state)
{
    static const char *const SAME[][2] = {
        { "BÉCLÈRE", "beclere" },
        { "Lefèvre-Œuvrard", "lefevre oeuvrard" },
        { "D’Arcy", "d arcy" },
        { "d'Arcy", "d arcy" },
        { "MARTIN^JEANNE", "martin jeanne" },
        { "  a  -  b ", "a b" },
        { "Łukasz Đorđe", "lukasz dorde" },
        { "Weiß", "weiss" },
        { "A\xCC\x80", "a" },
        { "\xEF\xBC\xA1", "a" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(SAME); i++) {
        OWNED_BUF folded = buf_make(256), again = buf_make(256);
        assert_true(text_fold(slice_of(SAME[i][0]), &folded, NULL));
        assert_string_equal(buf_text(&folded), SAME[i][1]);
        assert_true(text_fold(buf_slice(&folded), &again, NULL)); /* folding twice changes nothing */
        assert_string_equal(buf_text(&again), SAME[i][1]);
    }
    OWNED_BUF out = buf_make(256);
    Err       err = { 0 };
    assert_false(text_fold(SLICE("\xff"), &out, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void clean_text_is_utf8_without_control_characters(void **state)
{
    (void)state;
    assert_true(text_is_clean_utf8(SLICE("é\t\r\n œ 漢")));
    assert_true(text_is_clean_utf8(SLICE_NONE));
    static const char *const DIRTY[] = { "\xff", "a\x01", "\x7f", "\xc3", "\xed\xa0\x80", "\x1b[31m" };
    for (size_t i = 0; i < COUNT(DIRTY); i++)
        assert_false(text_is_clean_utf8(slice_of(DIRTY[i])));
    assert_false(text_is_clean_utf8(slice_bytes("a\0b", 3)));
}

static void plain_ascii_keeps_the_letters(void **state)
{
    (void)state;
    OWNED_BUF out = buf_make(64);
    assert_true(text_ascii(SLICE("Bécle\xCC\x80re 漢"), &out));
    assert_true(slice_starts(buf_slice(&out), SLICE("Beclere ?")));
    for (size_t i = 0; i < out.len; i++)
        assert_true((unsigned char)out.at[i] < 0x80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_has_a_french_of_its_own),
        cmocka_unit_test(one_english_text_has_one_french),
        cmocka_unit_test(the_first_language_we_speak_is_taken),
        cmocka_unit_test(names_that_sound_the_same_fold_the_same),
        cmocka_unit_test(clean_text_is_utf8_without_control_characters),
        cmocka_unit_test(plain_ascii_keeps_the_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
