/*
 * Attribute matching: wild cards, names, ranges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "doors/dimse/match.h"

static const struct {
    MatchKind   kind;
    const char *key, *value;
    bool        matches;
} CASES[] = {
    { MATCH_EXACT, "", "CT", true },
    { MATCH_EXACT, "CT", "CT", true },
    { MATCH_EXACT, "CT", "ct", false },
    { MATCH_EXACT, "C*", "CT", false }, /* no wild cards in codes */
    { MATCH_EXACT, "CT", "", false },
    { MATCH_WILD, "*", "", true },
    { MATCH_WILD, "A?C*", "ABC", true },
    { MATCH_WILD, "A?C*", "ABCDE", true },
    { MATCH_WILD, "A?C", "AC", false },
    { MATCH_WILD, "*23*5", "12345", true },
    { MATCH_WILD, "*23*6", "12345", false },
    { MATCH_WILD, "?", "é", true }, /* a character, not a byte */
    { MATCH_WILD, "a*", "ABC", false },
    { MATCH_WILD, "**", "x", true },
    { MATCH_NAME, "dupont^j*", "DUPONT^JEAN", true },
    { MATCH_NAME, "DUPONT*", "DUPONT-MARTIN^ZOÉ", true },
    { MATCH_NAME, "LÉGER^ZOE", "leger^Zoé", true },
    { MATCH_NAME, "DUPONT", "DUPONT^JEAN", false },
    { MATCH_NAME, "DUPONT^JEAN^^^", "DUPONT^JEAN", true },
    { MATCH_NAME, "DUPONT^JEAN=ideographic", "DUPONT^JEAN", true },
    { MATCH_NAME, "*JEAN", "DUPONT^JEAN", true },
    { MATCH_DATE, "20260302", "20260302", true },
    { MATCH_DATE, "20260302", "20260303", false },
    { MATCH_DATE, "20260301-20260303", "20260302", true },
    { MATCH_DATE, "20260301-20260303", "20260303", true },
    { MATCH_DATE, "20260301-20260303", "20260304", false },
    { MATCH_DATE, "-20260303", "19990101", true },
    { MATCH_DATE, "20260303-", "20260302", false },
    { MATCH_DATE, "20260303-", "20991231", true },
    { MATCH_DATE, "2026.03.02", "20260302", true },
    { MATCH_DATE, "20260302", "", false },
    { MATCH_TIME, "10", "103000", true },
    { MATCH_TIME, "1030-1100", "110059", true },
    { MATCH_TIME, "1030-1100", "110100", false },
    { MATCH_TIME, "-090000.000000", "085959", true },
    { MATCH_TIME, "10:30-", "102959", false },
};

static void each_case_of_the_table_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        Slice key = slice_of(CASES[i].key);
        assert_true(match_key_ok(CASES[i].kind, key));
        if (match(CASES[i].kind, key, slice_of(CASES[i].value)) != CASES[i].matches)
            fail_msg("key %s, value %s", CASES[i].key, CASES[i].value);
    }
}

static void keys_that_are_no_date_or_time_are_told(void **state)
{
    (void)state;
    static const char *const DATES[] = { "2026", "today", "20260302-2026", "-", "202603021", "2026-03-02" };
    static const char *const TIMES[] = { "1", "103", "noon", "1030000", "-" };
    for (size_t i = 0; i < COUNT(DATES); i++)
        assert_false(match_key_ok(MATCH_DATE, slice_of(DATES[i])));
    for (size_t i = 0; i < COUNT(TIMES); i++)
        assert_false(match_key_ok(MATCH_TIME, slice_of(TIMES[i])));
}

static void many_stars_cost_no_more_than_a_product(void **state)
{
    (void)state;
    char key[256], value[2000];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = i % 2 ? 'a' : '*';
    key[255] = 'b';
    memset(value, 'a', sizeof value);
    assert_false(match(MATCH_WILD, slice_bytes(key, sizeof key), slice_bytes(value, sizeof value)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_of_the_table_holds),
        cmocka_unit_test(keys_that_are_no_date_or_time_are_told),
        cmocka_unit_test(many_stars_cost_no_more_than_a_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
