/*
 * Command sets: every kind comes back, what is no command is refused, every failure has its status.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "doors/dimse/command.h"

static const Command SAMPLES[] = {
    { .field      = COMMAND_C_ECHO_RQ,
      .message_id = 1,
      .data_set   = COMMAND_NO_DATA_SET,
      .sop_class  = "1.2.840.10008.1.1" },
    { .field        = COMMAND_C_STORE_RQ,
      .message_id   = 65535,
      .priority     = 1,
      .sop_class    = "1.2.3",
      .sop_instance = "1.2.3.4" },
    { .field = COMMAND_C_FIND_RQ, .message_id = 7, .priority = 2, .sop_class = "1.2" },
    { .field        = COMMAND_C_STORE_RQ | COMMAND_RESPONSE,
      .replied_id   = 9,
      .status       = 0xa700,
      .data_set     = COMMAND_NO_DATA_SET,
      .sop_class    = "1.2.3",
      .sop_instance = "1.2.3.4",
      .comment      = "No space" },
    { .field        = COMMAND_N_CREATE_RQ,
      .message_id   = 11,
      .sop_class    = "1.2.840.10008.3.1.2.3.3",
      .sop_instance = "1.2.3.4" },
    { .field        = COMMAND_N_SET_RQ,
      .message_id   = 12,
      .sop_class    = "1.2.840.10008.3.1.2.3.3",
      .sop_instance = "1.2.3.4" },
    { .field        = COMMAND_N_ACTION_RQ,
      .message_id   = 13,
      .sop_class    = "1.2.840.10008.1.20.1",
      .sop_instance = "1.2.840.10008.1.20.1.1",
      .action_type  = 1 },
    { .field        = COMMAND_N_EVENT_REPORT_RQ,
      .message_id   = 14,
      .sop_class    = "1.2.840.10008.1.20.1",
      .sop_instance = "1.2.840.10008.1.20.1.1",
      .event_type   = 2 },
    { .field        = COMMAND_N_SET_RQ | COMMAND_RESPONSE,
      .replied_id   = 12,
      .status       = 0x0110,
      .error_id     = 0xa710,
      .data_set     = COMMAND_NO_DATA_SET,
      .sop_class    = "1.2.840.10008.3.1.2.3.3",
      .sop_instance = "1.2.3.4" },
    { .field = COMMAND_C_GET_RQ, .message_id = 3, .sop_class = "1.2" },
    { .field = COMMAND_C_MOVE_RQ, .message_id = 4, .sop_class = "1.2", .destination = "WORKSTATION_2" },
    { .field         = COMMAND_C_STORE_RQ,
      .message_id    = 5,
      .sop_class     = "1.2.3",
      .sop_instance  = "1.2.3.4",
      .originator    = "MOVESCU",
      .originator_id = 4 },
    { .field      = COMMAND_C_MOVE_RQ | COMMAND_RESPONSE,
      .replied_id = 4,
      .status     = 0xff00,
      .data_set   = COMMAND_NO_DATA_SET,
      .sop_class  = "1.2",
      .has_counts = true,
      .remaining  = 3,
      .completed  = 2,
      .failed     = 1,
      .warning    = 4 },
    { .field      = COMMAND_C_GET_RQ | COMMAND_RESPONSE, /* at the end nothing remains */
      .replied_id = 3,
      .status     = 0xb000,
      .sop_class  = "1.2",
      .has_counts = true,
      .completed  = 2,
      .failed     = 1 },
    { .field = COMMAND_C_CANCEL_RQ, .replied_id = 7, .data_set = COMMAND_NO_DATA_SET },
};

static void every_kind_of_command_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(SAMPLES); i++) {
        OWNED_BUF out = buf_make(1024);
        Command   c   = { 0 };
        assert_true(command_write(&SAMPLES[i], &out, NULL));
        assert_int_equal(out.len % 2, 0);
        assert_int_equal((uint8_t)out.at[8], out.len - 12); /* the group length counts what follows it */
        assert_true(command_read(buf_slice(&out), &c, NULL));
        assert_memory_equal(&c, &SAMPLES[i], sizeof c);
    }
}

static void a_command_cut_anywhere_is_refused(void **state)
{
    (void)state;
    OWNED_BUF out = buf_make(1024);
    Command   c;
    assert_true(command_write(&SAMPLES[0], &out, NULL));
    for (size_t len = 0; len < out.len; len++)
        assert_false(command_read(slice_part(buf_slice(&out), 0, len), &c, NULL));
}

static void elements_out_of_place_are_refused(void **state)
{
    (void)state;
    OWNED_BUF out = buf_make(1024);
    Command   c;
    assert_true(command_write(&SAMPLES[0], &out, NULL));
    buf_add(&out, slice_bytes("\0\0\0\1\2\0\0\0\1\0", 10)); /* the command field again, after the rest */
    assert_false(command_read(buf_slice(&out), &c, NULL));
    buf_clear(&out);
    assert_true(command_write(&SAMPLES[0], &out, NULL));
    buf_add(&out, slice_bytes("\x08\0\x08\0\0\0\0\0", 8)); /* another group */
    assert_false(command_read(buf_slice(&out), &c, NULL));
}

static void a_uid_of_too_many_characters_is_refused_not_cut(void **state)
{
    (void)state;
    OWNED_BUF out = buf_make(1024);
    Command   c;
    buf_add(&out, slice_bytes("\0\0\2\0\x42\0\0\0", 8));
    for (int i = 0; i < 66; i++)
        buf_add_char(&out, '1');
    OWNED_BUF rest = buf_make(1024);
    assert_true(command_write(&SAMPLES[4], &rest, NULL));
    buf_add(&out, slice_part(buf_slice(&rest), 12, rest.len));
    assert_false(command_read(buf_slice(&out), &c, NULL));
}

static void an_answer_names_what_it_answers(void **state)
{
    (void)state;
    Command a = command_answer(&SAMPLES[1], STATUS_MISMATCH, "why");
    assert_int_equal(a.field, 0x8001);
    assert_int_equal(a.replied_id, 65535);
    assert_false(command_has_data(&a));
    assert_string_equal(a.sop_instance, "1.2.3.4");
    assert_string_equal(a.comment, "why");
}

static void every_kind_of_failure_has_a_status_that_is_no_success(void **state)
{
    (void)state;
    for (int kind = ERR_INPUT; kind <= ERR_BUG; kind++)
        assert_int_not_equal(dimse_status((ErrKind)kind), STATUS_SUCCESS);
    assert_int_equal(dimse_status(ERR_DENIED), 0x0124);
    assert_int_equal(dimse_status(ERR_UNAVAILABLE), 0xa700);
    assert_int_equal(dimse_status(ERR_INPUT), 0xc000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_command_comes_back),
        cmocka_unit_test(a_command_cut_anywhere_is_refused),
        cmocka_unit_test(elements_out_of_place_are_refused),
        cmocka_unit_test(a_uid_of_too_many_characters_is_refused_not_cut),
        cmocka_unit_test(an_answer_names_what_it_answers),
        cmocka_unit_test(every_kind_of_failure_has_a_status_that_is_no_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
