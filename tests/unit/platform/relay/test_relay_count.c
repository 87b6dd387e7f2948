/*
 * What coturn says of a session, and what is not such a word. E14.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/relay/relay_count.h"

static void the_relay_counts_what_passed_between_its_ends(void **state) /* E14 */
{
    (void)state;
    Slice   label = { 0 };
    int64_t bytes = 0;
    assert_true(relay_usage_read(SLICE("14: : session 000000000000000001: peer usage: realm=<beclere>, username=<1796103046:12-imager-4>, rp=1024, rb=204800, sp=1024, sb=204801"), &label, &bytes));
    assert_true(slice_equal(label, SLICE("12-imager-4")));
    assert_int_equal(bytes, 409601);
}

static void other_words_and_broken_ones_count_nothing(void **state) /* E14 */
{
    (void)state;
    static const char *const OTHERS[] = {
        "",
        "14: : session 000000000000000001: usage: realm=<beclere>, username=<1:a>, rp=1, rb=2, sp=3, sb=4",
        "14: : session 1: peer usage: realm=<beclere>, username=<1:a>, rp=1, rb=-2, sp=3, sb=4",
        "14: : session 1: peer usage: realm=<beclere>, username=<1:a>, rp=1, rb=2x, sp=3, sb=4",
        "14: : session 1: peer usage: realm=<beclere>, username=<1:a>, rp=1, rb=2, sp=3",
        "14: : session 1: peer usage: realm=<beclere>, username=<1>, rp=1, rb=2, sp=3, sb=4",
        "14: : session 1: peer usage: realm=<beclere>, username=<1:0123456789012345678901234567890123456789>, rp=1, rb=2, sp=3, sb=4",
        "14: : session 1: peer usage: realm=<beclere>, username=<1:a>, rp=1, rb=9999999999999999999, sp=3, sb=4",
    };
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        Slice   label = { 0 };
        int64_t bytes = 7;
        assert_false(relay_usage_read(slice_of(OTHERS[i]), &label, &bytes));
        assert_int_equal(bytes, 7);
    }
}

/* As it comes from the child: in pieces, between other words, some longer than any line. */
static void counts_add_up_by_label_however_the_words_come(void **state) /* E14 */
{
    (void)state;
    int fds[2];
    Err err = { 0 };
    assert_int_equal(pipe(fds), 0);
    RelayCount *c = relay_count_start(fds[0], &err);
    assert_non_null(c);
    char words[4096], noise[3000];
    memset(noise, 'x', sizeof noise);
    int len = snprintf(words, sizeof words, "%.*s\n", (int)sizeof noise, noise);
    for (int i = 0; i < 4; i++)
        len += snprintf(words + len, sizeof words - (size_t)len, "1: : session 1: peer usage: realm=<b>, username=<9:%s>, rp=1, rb=100, sp=1, sb=%d\n", i % 2 ? "a" : "b", i);
    for (int at = 0; at < len; at += 7)
        assert_true(write(fds[1], words + at, (size_t)(len - at < 7 ? len - at : 7)) > 0);
    close(fds[1]);
    for (int left = 500; left && relay_count_of(c, "a") < 204; left--)
        usleep(10000);
    assert_int_equal(relay_count_of(c, "a"), 204);
    assert_int_equal(relay_count_of(c, "b"), 202);
    assert_int_equal(relay_count_of(c, "c"), 0);
    relay_count_stop(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_relay_counts_what_passed_between_its_ends),
        cmocka_unit_test(other_words_and_broken_ones_count_nothing),
        cmocka_unit_test(counts_add_up_by_label_however_the_words_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
