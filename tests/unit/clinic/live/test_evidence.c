/*
 * Media counted at both ends: what carries, what does not, what two ends that disagree are worth. E14.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clinic/live/evidence.h"

/* Both ends say their counts once every two seconds, from 'from_s' to 'to_s'. */
static void both_say(MediaLink *l, int64_t from_s, int64_t to_s)
{
    for (int64_t s = from_s; s <= to_s; s += 2) {
        MediaCount sent = { 6000 * s, 100000 * s, 25 * s }, got = { 5900 * s, 97000 * s, 24 * s };
        evidence_sent(l, &sent, s * 1000);
        evidence_got(l, &got, s * 1000 + 300);
    }
}

static void a_link_that_grows_at_both_ends_carries_after_a_while(void **state)
{
    (void)state;
    MediaLink l = { 0 };
    both_say(&l, 2, 4);
    assert_false(evidence_carries(&l, 4300));
    both_say(&l, 6, 6);
    assert_true(evidence_carries(&l, 6300));
    assert_false(evidence_is_stale(&l, 6300));
}

static void a_silent_link_carries_no_more(void **state)
{
    (void)state;
    MediaLink l = { 0 };
    both_say(&l, 2, 10);
    assert_true(evidence_carries(&l, 10300));
    MediaCount same = l.got;
    for (int64_t s = 12; s < 24; s += 2)
        evidence_got(&l, &same, s * 1000);
    assert_true(evidence_is_stale(&l, 21000));
    assert_false(evidence_carries(&l, 21000));
    both_say(&l, 24, 24); /* it comes back: the waiting begins anew */
    assert_false(evidence_carries(&l, 24400));
    both_say(&l, 26, 28);
    assert_true(evidence_carries(&l, 28400));
}

static void one_end_alone_proves_nothing(void **state)
{
    (void)state;
    MediaLink l = { 0 };
    for (int64_t s = 2; s < 20; s += 2)
        evidence_got(&l, &(MediaCount) { 6000 * s, 100000 * s, 25 * s }, s * 1000);
    assert_false(evidence_carries(&l, 19000));
    assert_true(l.disputed > 0);
    MediaLink other = { 0 };
    for (int64_t s = 2; s < 20; s += 2)
        evidence_sent(&other, &(MediaCount) { 6000 * s, 100000 * s, 25 * s }, s * 1000);
    assert_false(evidence_carries(&other, 19000));
}

static void more_than_was_sent_was_not_received(void **state)
{
    (void)state;
    MediaLink l = { 0 };
    for (int64_t s = 2; s < 20; s += 2) {
        evidence_sent(&l, &(MediaCount) { 600 * s, 1000 * s, 25 * s }, s * 1000);
        evidence_got(&l, &(MediaCount) { 600 * s, EVIDENCE_SLACK + 1000 * s + 1, 25 * s }, s * 1000);
    }
    assert_false(evidence_carries(&l, 19000));
    assert_int_equal(l.disputed, 9);
}

static void sound_alone_is_no_video(void **state)
{
    (void)state;
    MediaLink l = { 0 };
    for (int64_t s = 2; s < 20; s += 2) {
        evidence_sent(&l, &(MediaCount) { 6000 * s, 0, 0 }, s * 1000);
        evidence_got(&l, &(MediaCount) { 6000 * s, 0, 0 }, s * 1000);
    }
    assert_false(evidence_carries(&l, 19000));
    MediaLink mute = { 0 };
    for (int64_t s = 2; s < 20; s += 2) {
        evidence_sent(&mute, &(MediaCount) { 0, 90000 * s, 25 * s }, s * 1000);
        evidence_got(&mute, &(MediaCount) { 0, 90000 * s, 25 * s }, s * 1000);
    }
    assert_false(evidence_carries(&mute, 19000));
}

static void a_reload_begins_anew_and_wrong_counts_are_passed_over(void **state)
{
    (void)state;
    MediaLink l = { 0 };
    both_say(&l, 2, 10);
    evidence_got(&l, &(MediaCount) { 10, 10, 1 }, 10500);
    assert_false(evidence_carries(&l, 10500));
    MediaLink other = { 0 };
    both_say(&other, 2, 10);
    evidence_got(&other, &(MediaCount) { -1, 0, 0 }, 10500);
    evidence_sent(&other, &(MediaCount) { 0, INT64_MIN, 0 }, 10500);
    assert_true(evidence_carries(&other, 10500));
}

/* Both ends say 600 kbit/s go through the relay, every two seconds from 2 s on; 'counted' bytes a second by the relay, told each ten seconds. */
static RelayWord after(RelayWitness *w, int64_t seconds, int64_t counted)
{
    RelayWord word = RELAY_NOT_ASKED;
    for (int64_t s = 2; s <= seconds; s += 2)
        word = evidence_relay(w, true, 75000 * s, counted * (s - s % 10), s * 1000);
    return word;
}

static void the_relay_that_saw_it_pass_agrees(void **state) /* E14 */
{
    (void)state;
    RelayWitness w = { 0 };
    assert_int_equal(after(&w, 4, 80000), RELAY_WAITS);
    w = (RelayWitness) { 0 };
    assert_int_equal(after(&w, 600, 80000), RELAY_AGREES);
    w = (RelayWitness) { 0 };
    assert_int_equal(after(&w, 600, 400000), RELAY_AGREES); /* other links of the same two go through it as well */
}

static void the_relay_that_saw_nothing_denies_after_a_minute(void **state) /* E14 */
{
    (void)state;
    RelayWitness w = { 0 };
    assert_int_equal(after(&w, 2 + RELAY_PATIENCE_MS / 1000, 0), RELAY_WAITS);
    w = (RelayWitness) { 0 };
    assert_int_equal(after(&w, 4 + RELAY_PATIENCE_MS / 1000, 0), RELAY_DENIES);
}

static void much_less_than_was_said_denies(void **state) /* E14 */
{
    (void)state;
    RelayWitness w = { 0 };
    assert_int_equal(after(&w, 600, 20000), RELAY_DENIES);
}

static void it_is_not_asked_where_it_cannot_be_heard(void **state) /* E14 */
{
    (void)state;
    RelayWitness w = { 0 };
    for (int64_t s = 2; s < 600; s += 2) {
        assert_int_equal(evidence_relay(&w, false, 75000 * s, 0, s * 1000), RELAY_NOT_ASKED);
        assert_int_equal(evidence_relay(&w, true, 75000 * s, -1, s * 1000), RELAY_NOT_ASKED);
    }
}

static void silence_of_both_ends_is_no_contradiction(void **state) /* E14 */
{
    (void)state;
    RelayWitness w = { 0 };
    RelayWord    word = RELAY_NOT_ASKED;
    (void)after(&w, 100, 80000);
    for (int64_t s = 102; s < 400; s += 2)
        word = evidence_relay(&w, true, 75000 * 100, 80000 * 100, s * 1000);
    assert_int_not_equal(word, RELAY_DENIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_that_grows_at_both_ends_carries_after_a_while),
        cmocka_unit_test(a_silent_link_carries_no_more),
        cmocka_unit_test(one_end_alone_proves_nothing),
        cmocka_unit_test(more_than_was_sent_was_not_received),
        cmocka_unit_test(sound_alone_is_no_video),
        cmocka_unit_test(a_reload_begins_anew_and_wrong_counts_are_passed_over),
        cmocka_unit_test(the_relay_that_saw_it_pass_agrees),
        cmocka_unit_test(the_relay_that_saw_nothing_denies_after_a_minute),
        cmocka_unit_test(much_less_than_was_said_denies),
        cmocka_unit_test(it_is_not_asked_where_it_cannot_be_heard),
        cmocka_unit_test(silence_of_both_ends_is_no_contradiction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
