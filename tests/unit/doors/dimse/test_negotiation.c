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

#include <stdlib.h>

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
    static const char *const OTHERS[]   = { "1.2.840.10008.5.1.1.9", /* print */
                                            "1.2.840.10008.5.1.4.34.6.1", "1.2.840.10008.5.1.4.1.2.2",
                                            "1.2.840.10008.5.1.4.1.2.4.1", "1.2.3.4" };
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

static const char *const PLAIN[] = { "1.2.840.10008.1.2" };

static void both_models_are_queried_and_retrieved_in_plain_little_endian(void **state)
{
    (void)state;
    static const char *const COMPRESSED[] = { JPEG_BASELINE, "1.2.840.10008.1.2.1.99" };
    static const struct {
        const char *uid;
        Service     service;
        QueryRoot   root;
    } ALL[] = { { SOP_CLASS_PATIENT_ROOT_FIND, SERVICE_FIND, ROOT_PATIENT },
                { SOP_CLASS_PATIENT_ROOT_MOVE, SERVICE_MOVE, ROOT_PATIENT },
                { SOP_CLASS_PATIENT_ROOT_GET, SERVICE_GET, ROOT_PATIENT },
                { SOP_CLASS_STUDY_ROOT_FIND, SERVICE_FIND, ROOT_STUDY },
                { SOP_CLASS_STUDY_ROOT_MOVE, SERVICE_MOVE, ROOT_STUDY },
                { SOP_CLASS_STUDY_ROOT_GET, SERVICE_GET, ROOT_STUDY },
                { "1.2.840.10008.5.1.4.1.2.3.1", SERVICE_FIND, ROOT_PATIENT_STUDY_ONLY },
                { "1.2.840.10008.5.1.4.1.2.3.2", SERVICE_MOVE, ROOT_PATIENT_STUDY_ONLY },
                { "1.2.840.10008.5.1.4.1.2.3.3", SERVICE_GET, ROOT_PATIENT_STUDY_ONLY } };
    for (size_t i = 0; i < COUNT(ALL); i++) {
        assert_int_equal(service_of(slice_of(ALL[i].uid)), ALL[i].service);
        assert_int_equal(query_root_of(slice_of(ALL[i].uid)), ALL[i].root);
        assert_int_equal(answer(ALL[i].uid, PLAIN, 1).result, PDU_CONTEXT_ACCEPTED);
        assert_int_equal(answer(ALL[i].uid, COMPRESSED, 2).result, PDU_CONTEXT_TRANSFER_SYNTAXES);
    }
}

typedef struct Talk {
    PduAssociate wish, ret;
    Buf          run;
} Talk;

/* A wish for these classes, each in JPEG baseline, explicit and implicit little endian. */
static Talk *talk_new(const char *const *classes, size_t count)
{
    Talk *t = calloc(1, sizeof *t);
    t->run  = buf_make(256);
    pdu_syntax_add(&t->run, SLICE(JPEG_BASELINE));
    pdu_syntax_add(&t->run, SLICE("1.2.840.10008.1.2"));
    pdu_syntax_add(&t->run, SLICE("1.2.840.10008.1.2.1"));
    t->wish.invoked = t->wish.performed = 1;
    t->wish.context_count               = count;
    for (size_t i = 0; i < count; i++)
        t->wish.contexts[i] = (PduContext) { .id       = (uint8_t)(2 * i + 1),
                                             .abstract = slice_of(classes[i]),
                                             .syntaxes = buf_slice(&t->run) };
    return t;
}

static void talk_free(Talk *t)
{
    buf_free(&t->run);
    free(t);
}

#define CT_CLASS "1.2.840.10008.5.1.4.1.1.2"

static void we_send_objects_only_to_who_asks_for_them_by_c_get(void **state)
{
    (void)state;
    static const char *const CLASSES[] = { CT_CLASS, SOP_CLASS_STUDY_ROOT_GET };
    for (size_t with_get = 0; with_get < 2; with_get++) {
        Talk *t            = talk_new(CLASSES, 1 + with_get);
        t->wish.role_count = 1;
        t->wish.roles[0]   = (PduRole) { SLICE(CT_CLASS), true, true };
        negotiate(&t->wish, &t->ret);
        assert_int_equal(t->ret.role_count, 1);
        assert_true(t->ret.roles[0].scu);
        assert_int_equal(t->ret.roles[0].scp, with_get);
        /* who receives gets it plain, whatever it is stored in; who sends keeps its own first choice */
        assert_syntax(t->ret.contexts[0], with_get ? "1.2.840.10008.1.2.1" : JPEG_BASELINE);
        talk_free(t);
    }
}

static void the_window_is_what_both_can_do(void **state)
{
    (void)state;
    static const char *const CLASSES[]   = { CT_CLASS };
    static const uint16_t    WISHES[][2] = { { 1, 1 },
                                             { 4, 4 },
                                             { OPERATIONS_MAX, OPERATIONS_MAX },
                                             { 1000, OPERATIONS_MAX },
                                             { 0, OPERATIONS_MAX } }; /* 0: as many as it likes */
    for (size_t i = 0; i < COUNT(WISHES); i++) {
        Talk *t         = talk_new(CLASSES, 1);
        t->wish.invoked = WISHES[i][0];
        negotiate(&t->wish, &t->ret);
        assert_int_equal(t->ret.invoked, WISHES[i][1]);
        assert_int_equal(t->ret.performed, 1); /* we ask nothing of who called us */
        talk_free(t);
    }
}

static void extended_negotiation_grants_what_is_done_and_no_more(void **state)
{
    (void)state;
    static const char *const CLASSES[] = { SOP_CLASS_STUDY_ROOT_FIND, SOP_CLASS_STUDY_ROOT_MOVE };
    static const char        ALL[]     = { 1, 1, 1, 1, 1, 1, 1 };
    for (size_t len = 0; len <= sizeof ALL; len++) {
        Talk *t                = talk_new(CLASSES, 2);
        t->wish.extended_count = 3;
        t->wish.extended[0]    = (PduExtended) { slice_of(CLASSES[0]), slice_bytes(ALL, len) };
        t->wish.extended[1]    = (PduExtended) { slice_of(CLASSES[1]), slice_bytes(ALL, len) };
        t->wish.extended[2]    = (PduExtended) { SLICE(CT_CLASS), slice_bytes(ALL, len) };
        negotiate(&t->wish, &t->ret);
        assert_int_equal(t->ret.extended_count, 2); /* storage has none of ours */
        Slice find = t->ret.extended[0].info, move = t->ret.extended[1].info;
        assert_int_equal(find.len, len < 5 ? len : 5);
        for (size_t i = 0; i < find.len; i++)
            assert_int_equal(find.at[i], i < 4); /* relational, combined, fuzzy, time zone; no new view */
        for (size_t i = 0; i < move.len; i++)
            assert_int_equal(move.at[i], i < 1); /* relational */
        QueryTerms terms = query_terms(&t->ret, slice_of(CLASSES[0]));
        assert_int_equal(terms.combined, len > 1);
        assert_int_equal(terms.fuzzy, len > 2);
        assert_int_equal(terms.zones, len > 3);
        talk_free(t);
    }
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
        cmocka_unit_test(both_models_are_queried_and_retrieved_in_plain_little_endian),
        cmocka_unit_test(we_send_objects_only_to_who_asks_for_them_by_c_get),
        cmocka_unit_test(the_window_is_what_both_can_do),
        cmocka_unit_test(extended_negotiation_grants_what_is_done_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
