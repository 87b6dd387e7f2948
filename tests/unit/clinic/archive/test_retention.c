/*
 * R.1112-7: until when a file is kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "clinic/archive/retention.h"

static const RetentionTerms LAW = { 1, LEGAL_KEEP_YEARS, LEGAL_UNTIL_AGE, LEGAL_AFTER_DEATH_YEARS, 30 };

static void a_file_is_kept_as_long_as_the_law_says(void **state)
{
    (void)state;
    static const struct {
        int32_t       last, birth, died, due;
        RetentionRule rule;
    } CASES[] = {
        { 20060214, 19500101, 0, 20260214, RETENTION_YEARS },
        { 20060214, 0, 0, 20260214, RETENTION_YEARS },
        { 20040229, 19500101, 0, 20240229, RETENTION_YEARS },
        { 20030228, 19500101, 0, 20230228, RETENTION_YEARS },
        { 20060214, 20000301, 0, 20280301, RETENTION_MINOR },        /* 6 years old: until 28, 22 years on */
        { 20060214, 19980214, 0, 20260214, RETENTION_YEARS },        /* 28 on that very day */
        { 20060214, 20000229, 0, 20280229, RETENTION_MINOR },
        { 20060214, 19500101, 20100601, 20200601, RETENTION_DEATH }, /* died within ten years */
        { 20060214, 19500101, 20170101, 20260214, RETENTION_YEARS }, /* died later: twenty years */
        { 20060214, 20000301, 20070101, 20170101, RETENTION_DEATH },
        { 20060214, 19500101, 20120229, 20220228, RETENTION_DEATH },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        RetentionRule rule;
        assert_int_equal(retention_due(&LAW, CASES[i].last, CASES[i].birth, CASES[i].died, &rule), CASES[i].due);
        assert_int_equal(rule, CASES[i].rule);
    }
}

/* Whatever a platform decides, nothing is due before the law lets it go. */
static void longer_terms_never_shorten_anything(void **state)
{
    (void)state;
    static const int32_t LASTS[] = { 20060214, 20040229 }, BIRTHS[] = { 0, 19500101, 20000301, 20060101 },
                         DEATHS[] = { 0, 20060301, 20100601, 20160213, 20170101 };
    for (size_t l = 0; l < COUNT(LASTS); l++)
        for (size_t b = 0; b < COUNT(BIRTHS); b++)
            for (size_t d = 0; d < COUNT(DEATHS); d++)
                for (int64_t more = 0; more < 40; more += 13) {
                    RetentionRule rule;
                    int32_t       legal = retention_due(&LAW, LASTS[l], BIRTHS[b], DEATHS[d], &rule);
                    for (int which = 0; which < 3; which++) {
                        RetentionTerms terms = LAW;
                        *(which == 0   ? &terms.keep_years
                          : which == 1 ? &terms.until_age
                                       : &terms.after_death_years) += more;
                        assert_true(retention_due(&terms, LASTS[l], BIRTHS[b], DEATHS[d], &rule) >= legal);
                    }
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_kept_as_long_as_the_law_says),
                                        cmocka_unit_test(longer_terms_never_shorten_anything) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
