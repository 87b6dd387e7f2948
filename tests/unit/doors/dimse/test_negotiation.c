/*
 * What we agree to: every storage class in every syntax that can be kept, and nothing that we do not do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "doors/dimse/negotiation.h"
#include "formats/dicom/tags.h"

#define JPEG_BASELINE "1.2.840.10008.1.2.4.50"
#define HTJ2K_RPCL "1.2.840.10008.1.2.4.202"

static PduContext answer(const char *abstract, const char *const *syntaxes, size_t count)
{
    static PduAssociate wish, ret;
    static char         kept[4096];
    OWNED_BUF           run = buf_make(sizeof kept);
    for (size_t i = 0; i < count; i++)
        pdu_syntax_add(&run, slice_of(syntaxes[i]));
    memcpy(kept, run.at, run.len);
    wish = (PduAssociate) { .context_count = 1 };
    wish.contexts[0] =
        (PduContext) { .id = 5, .abstract = slice_of(abstract), .syntaxes = slice_bytes(kept, run.len) };
    negotiate(&wish, &ret);
    assert_int_equal(ret.context_count, 1);
    assert_int_equal(ret.contexts[0].id, 5);
    return ret.contexts[0];
}

static void assert_syntax(PduContext c, const char *uid)
{
    Reader run = reader_make(c.syntaxes);
    Slice  got = SLICE_NONE;
    assert_true(pdu_syntax_next(&run, &got));
    assert_true(slice_equal_text(got, uid));
    assert_false(pdu_syntax_next(&run, &got)); /* one, always one */
}

static void every_storage_class_is_kept_in_the_first_syntax_of_the_sender(void **state)
{
    (void)state;
    static const char *const SYNTAXES[] = { JPEG_BASELINE, "1.2.840.10008.1.2" };
    assert_true(uid_storage_count() > 100);
    for (size_t i = 0; i < uid_storage_count(); i++) {
        PduContext c = answer(uid_storage_at(i), SYNTAXES, 2);
        assert_int_equal(c.result, PDU_CONTEXT_ACCEPTED);
        assert_syntax(c, JPEG_BASELINE);
    }
}

static void retired_classes_that_machines_still_send_are_kept(void **state)
{
    (void)state;
    static const char *const RETIRED[]  = { "1.2.840.10008.5.1.4.1.1.3", "1.2.840.10008.5.1.4.1.1.5",
                                            "1.2.840.10008.5.1.4.1.1.6", "1.2.840.10008.5.1.4.1.1.12.3" };
    static const char *const SYNTAXES[] = { "1.2.840.10008.1.2" };
    for (size_t i = 0; i < COUNT(RETIRED); i++)
        assert_int_equal(answer(RETIRED[i], SYNTAXES, 1).result, PDU_CONTEXT_ACCEPTED);
}

static void each_syntax_that_a_file_may_have_is_taken(void **state)
{
    (void)state;
    static const char *const KEPT[] = { "1.2.840.10008.1.2",
                                        "1.2.840.10008.1.2.1",
                                        "1.2.840.10008.1.2.1.99",
                                        "1.2.840.10008.1.2.2",
                                        JPEG_BASELINE,
                                        "1.2.840.10008.1.2.4.51",
                                        "1.2.840.10008.1.2.4.57",
                                        "1.2.840.10008.1.2.4.70",
                                        "1.2.840.10008.1.2.4.80",
                                        "1.2.840.10008.1.2.4.81",
                                        "1.2.840.10008.1.2.4.90",
                                        "1.2.840.10008.1.2.4.91",
                                        "1.2.840.10008.1.2.4.100",
                                        "1.2.840.10008.1.2.4.103",
                                        "1.2.840.10008.1.2.4.108",
                                        "1.2.840.10008.1.2.4.110",
                                        "1.2.840.10008.1.2.4.201",
                                        HTJ2K_RPCL,
                                        "1.2.840.10008.1.2.4.203",
                                        "1.2.840.10008.1.2.5" };
    for (size_t i = 0; i < COUNT(KEPT); i++) {
        PduContext c = answer("1.2.840.10008.5.1.4.1.1.2", &KEPT[i], 1);
        assert_int_equal(c.result, PDU_CONTEXT_ACCEPTED);
        assert_syntax(c, KEPT[i]);
    }
}

static void an_unknown_syntax_is_passed_over(void **state)
{
    (void)state;
    static const char *const SYNTAXES[] = { "1.2.3.4.5", HTJ2K_RPCL, "1.2.840.10008.1.2" };
    assert_syntax(answer("1.2.840.10008.5.1.4.1.1.2", SYNTAXES, 3), HTJ2K_RPCL);
    PduContext c = answer("1.2.840.10008.5.1.4.1.1.2", SYNTAXES, 1);
    assert_int_equal(c.result, PDU_CONTEXT_TRANSFER_SYNTAXES);
    assert_syntax(c, "1.2.3.4.5"); /* repeated, not significant */
}

static void what_we_do_not_do_is_refused_by_its_class(void **state)
{
    (void)state;
    static const char *const SYNTAXES[] = { "1.2.840.10008.1.2" };
    static const char *const OTHERS[]   = { "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2",
                                            "1.2.840.10008.1.20.1", "1.2.840.10008.3.1.2.3.3", "1.2.3.4" };
    for (size_t i = 0; i < COUNT(OTHERS); i++)
        assert_int_equal(answer(OTHERS[i], SYNTAXES, 1).result, PDU_CONTEXT_ABSTRACT_SYNTAX);
}

static void the_worklist_speaks_plain_little_endian_only(void **state)
{
    (void)state;
    static const char *const SYNTAXES[] = { JPEG_BASELINE, "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99",
                                            "1.2.840.10008.1.2.1" };
    assert_syntax(answer(SOP_CLASS_WORKLIST, SYNTAXES, 4), "1.2.840.10008.1.2.1");
    assert_int_equal(answer(SOP_CLASS_WORKLIST, SYNTAXES, 3).result, PDU_CONTEXT_TRANSFER_SYNTAXES);
}

static void we_are_never_the_user(void **state)
{
    (void)state;
    PduAssociate *wish = calloc(1, sizeof *wish), *ret = calloc(1, sizeof *ret);
    wish->role_count = 1;
    wish->roles[0]   = (PduRole) { SLICE("1.2.840.10008.5.1.4.1.1.2"), true, true };
    negotiate(wish, ret);
    assert_int_equal(ret->role_count, 1);
    assert_true(ret->roles[0].scu && !ret->roles[0].scp);
    free(wish);
    free(ret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_storage_class_is_kept_in_the_first_syntax_of_the_sender),
        cmocka_unit_test(retired_classes_that_machines_still_send_are_kept),
        cmocka_unit_test(each_syntax_that_a_file_may_have_is_taken),
        cmocka_unit_test(an_unknown_syntax_is_passed_over),
        cmocka_unit_test(what_we_do_not_do_is_refused_by_its_class),
        cmocka_unit_test(the_worklist_speaks_plain_little_endian_only),
        cmocka_unit_test(we_are_never_the_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
