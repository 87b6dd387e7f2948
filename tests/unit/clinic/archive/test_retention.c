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
        assert_int_equal(retention_due(CASES[i].last, CASES[i].birth, CASES[i].died, &rule), CASES[i].due);
        assert_int_equal(rule, CASES[i].rule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_kept_as_long_as_the_law_says) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
