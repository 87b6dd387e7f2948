/*
 * Protocol data units: what is written is read back, what does not fit is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "doors/dimse/pdu.h"

#define IMPLICIT "1.2.840.10008.1.2"
#define EXPLICIT "1.2.840.10008.1.2.1"
#define CT "1.2.840.10008.5.1.4.1.1.2"

static PduAssociate sample(Buf *syntaxes)
{
    pdu_syntax_add(syntaxes, SLICE(EXPLICIT));
    size_t one = syntaxes->len;
    pdu_syntax_add(syntaxes, SLICE(IMPLICIT));
    Slice        run = buf_slice(syntaxes);
    PduAssociate p   = { .version                = 1,
                         .called                 = "BECLERE",
                         .calling                = "MODALITY1",
                         .application_context    = SLICE(PDU_APPLICATION_CONTEXT),
                         .context_count          = 2,
                         .max_length             = 16384,
                         .implementation_uid     = SLICE("1.2.3.4"),
                         .implementation_version = SLICE("TEST_1"),
                         .invoked                = 3,
                         .performed              = 1,
                         .role_count             = 1 };
    p.contexts[0] =
        (PduContext) { .id = 1, .abstract = SLICE("1.2.840.10008.1.1"), .syntaxes = slice_part(run, 0, one) };
    p.contexts[1]    = (PduContext) { .id = 255, .abstract = SLICE(CT), .syntaxes = run };
    p.roles[0]       = (PduRole) { SLICE(CT), true, false };
    p.identity       = (PduIdentity) { 2, true, SLICE("somebody"), SLICE("secret") };
    p.extended[0]    = (PduExtended) { SLICE("1.2.840.10008.5.1.4.1.2.2.1"), SLICE("\1\1\0") };
    p.extended_count = 1;
    return p;
}

static Slice body_of(const Buf *whole)
{
    return slice_part(buf_slice(whole), PDU_HEADER_SIZE, whole->len);
}

static void a_request_comes_back_as_it_was_written(void **state)
{
    (void)state;
    OWNED_BUF    syntaxes = buf_make(1024), out = buf_make(4096);
    PduAssociate p = sample(&syntaxes), q;
    PduHeader    h;
    Err          err = { 0 };
    assert_true(pdu_associate_write(&p, PDU_ASSOCIATE_RQ, &out, &err));
    Reader in = reader_make(buf_slice(&out));
    assert_true(pdu_header_read(&in, 1024, &h, &err));
    assert_int_equal(h.type, PDU_ASSOCIATE_RQ);
    assert_int_equal(h.length + PDU_HEADER_SIZE, out.len);
    assert_true(pdu_associate_read(body_of(&out), PDU_ASSOCIATE_RQ, &q, &err));
    assert_string_equal(q.called, "BECLERE");
    assert_string_equal(q.calling, "MODALITY1");
    assert_int_equal(q.context_count, 2);
    assert_int_equal(q.contexts[1].id, 255);
    assert_true(slice_equal(q.contexts[1].abstract, SLICE(CT)));
    Reader run = reader_make(q.contexts[1].syntaxes);
    Slice  uid;
    assert_true(pdu_syntax_next(&run, &uid) && slice_equal(uid, SLICE(EXPLICIT)));
    assert_true(pdu_syntax_next(&run, &uid) && slice_equal(uid, SLICE(IMPLICIT)));
    assert_false(pdu_syntax_next(&run, &uid));
    assert_int_equal(q.max_length, 16384);
    assert_true(slice_equal(q.implementation_version, SLICE("TEST_1")));
    assert_int_equal(q.invoked, 3);
    assert_true(q.role_count == 1 && q.roles[0].scu && !q.roles[0].scp);
    assert_true(q.identity.type == 2 && q.identity.response_wanted);
    assert_int_equal(q.extended_count, 1);
    assert_true(slice_equal(q.extended[0].info, SLICE("\1\1\0")));
    assert_true(slice_equal(q.identity.secondary, SLICE("secret")));
}

static void an_answer_comes_back_as_it_was_written(void **state)
{
    (void)state;
    OWNED_BUF    syntaxes = buf_make(1024), out = buf_make(4096);
    PduAssociate p       = sample(&syntaxes), q;
    Err          err     = { 0 };
    p.identity.type      = 0;
    p.identity_answered  = true;
    p.identity_answer    = SLICE("ticket");
    p.contexts[1].result = PDU_CONTEXT_TRANSFER_SYNTAXES;
    assert_true(pdu_associate_write(&p, PDU_ASSOCIATE_AC, &out, &err));
    assert_true(pdu_associate_read(body_of(&out), PDU_ASSOCIATE_AC, &q, &err));
    assert_int_equal(q.contexts[0].result, PDU_CONTEXT_ACCEPTED);
    assert_int_equal(q.contexts[1].result, PDU_CONTEXT_TRANSFER_SYNTAXES);
    assert_true(slice_equal(q.identity_answer, SLICE("ticket")));
}

static void the_small_ones_come_back(void **state)
{
    (void)state;
    OWNED_BUF out = buf_make(64);
    PduReject rj;
    PduAbort  ab;
    assert_true(pdu_reject_write((PduReject) { 1, 1, 7 }, &out));
    assert_true(pdu_reject_read(body_of(&out), &rj, NULL));
    assert_true(rj.result == 1 && rj.source == 1 && rj.reason == 7);
    buf_clear(&out);
    assert_true(pdu_abort_write((PduAbort) { 2, 6 }, &out));
    assert_true(pdu_abort_read(body_of(&out), &ab, NULL));
    assert_true(ab.source == 2 && ab.reason == 6);
    buf_clear(&out);
    assert_true(pdu_release_write(PDU_RELEASE_RP, &out));
    assert_int_equal(out.len, 10);
    assert_int_equal(out.at[0], PDU_RELEASE_RP);
    assert_false(pdu_reject_read(SLICE("\0\1"), &rj, NULL));
    assert_false(pdu_abort_read(SLICE("\0\0\2"), &ab, NULL));
}

/* Every prefix of a request: read to the last byte it is one, anywhere before it is none. */
static void a_request_cut_anywhere_is_refused(void **state)
{
    (void)state;
    OWNED_BUF    syntaxes = buf_make(1024), out = buf_make(4096);
    PduAssociate p = sample(&syntaxes), q;
    assert_true(pdu_associate_write(&p, PDU_ASSOCIATE_RQ, &out, NULL));
    Slice body = body_of(&out);
    for (size_t len = 0; len < body.len; len++) {
        Err err = { 0 };
        assert_false(pdu_associate_read(slice_part(body, 0, len), PDU_ASSOCIATE_RQ, &q, &err));
        assert_non_null(err.shown);
    }
    assert_true(pdu_associate_read(body, PDU_ASSOCIATE_RQ, &q, NULL));
}

static bool reads_after(void (*spoil)(PduAssociate *))
{
    OWNED_BUF    syntaxes = buf_make(1024), out = buf_make(4096);
    PduAssociate p = sample(&syntaxes), q;
    spoil(&p);
    assert_true(pdu_associate_write(&p, PDU_ASSOCIATE_RQ, &out, NULL));
    return pdu_associate_read(body_of(&out), PDU_ASSOCIATE_RQ, &q, NULL);
}

static void spoil_nothing(PduAssociate *p)
{
    (void)p;
}
static void spoil_id(PduAssociate *p)
{
    p->contexts[1].id = 4;
}
static void spoil_same_id(PduAssociate *p)
{
    p->contexts[1].id = 1;
}
static void spoil_no_context(PduAssociate *p)
{
    p->context_count = 0;
}
static void spoil_no_syntax(PduAssociate *p)
{
    p->contexts[0].syntaxes = SLICE_NONE;
}
static void spoil_abstract(PduAssociate *p)
{
    p->contexts[0].abstract = SLICE("1.2.x");
}
static void spoil_empty_title(PduAssociate *p)
{
    p->calling[0] = '\0';
}
static void spoil_title(PduAssociate *p)
{
    p->calling[0] = '\\';
}
static void spoil_control_title(PduAssociate *p)
{
    p->called[2] = '\n';
}
static void spoil_application(PduAssociate *p)
{
    p->application_context = SLICE_NONE;
}
static void spoil_implementation(PduAssociate *p)
{
    p->implementation_uid = SLICE("not a uid");
}
static void spoil_role(PduAssociate *p)
{
    p->roles[0].sop_class = SLICE_NONE;
}

static void a_request_that_says_nonsense_is_refused(void **state)
{
    (void)state;
    void (*const SPOILS[])(
        PduAssociate *) = { spoil_id,          spoil_same_id,        spoil_no_context, spoil_no_syntax,
                            spoil_abstract,    spoil_empty_title,    spoil_title,      spoil_control_title,
                            spoil_application, spoil_implementation, spoil_role };
    assert_true(reads_after(spoil_nothing));
    for (size_t i = 0; i < COUNT(SPOILS); i++)
        assert_false(reads_after(SPOILS[i]));
}

static void an_item_longer_than_its_parent_is_refused(void **state)
{
    (void)state;
    OWNED_BUF    syntaxes = buf_make(1024), out = buf_make(4096);
    PduAssociate p = sample(&syntaxes), q;
    assert_true(pdu_associate_write(&p, PDU_ASSOCIATE_RQ, &out, NULL));
    /* the first item after the fixed part is the application context, then context 1: its abstract syntax */
    size_t context  = PDU_HEADER_SIZE + 68 + 4 + sizeof PDU_APPLICATION_CONTEXT - 1;
    size_t abstract = context + 8;
    assert_int_equal(out.at[abstract], 0x30);
    out.at[abstract + 2] = 0x7f;
    assert_false(pdu_associate_read(body_of(&out), PDU_ASSOCIATE_RQ, &q, NULL));
}

static void an_unknown_user_item_is_skipped(void **state)
{
    (void)state;
    OWNED_BUF    syntaxes = buf_make(1024), out = buf_make(4096);
    PduAssociate p = sample(&syntaxes), q;
    assert_true(pdu_associate_write(&p, PDU_ASSOCIATE_RQ, &out, NULL));
    size_t at = slice_find(buf_slice(&out), slice_bytes("\x55\0\0\x06TEST_1", 10));
    assert_true(at != SIZE_MAX);
    out.at[at] = 0x5f;
    assert_true(pdu_associate_read(body_of(&out), PDU_ASSOCIATE_RQ, &q, NULL));
    assert_int_equal(q.implementation_version.len, 0);
    assert_int_equal(q.role_count, 1);
}

static bool header_reads(uint8_t type, uint32_t length)
{
    OWNED_BUF raw = buf_make(16);
    PduHeader h;
    buf_add_char(&raw, (char)type);
    buf_add_char(&raw, 77); /* reserved: not tested */
    buf_add_u32be(&raw, length);
    Reader in = reader_make(buf_slice(&raw));
    return pdu_header_read(&in, 16384, &h, NULL);
}

static void headers_of_every_type_keep_to_their_length(void **state)
{
    (void)state;
    for (int type = 0; type < 256; type++) {
        bool fixed = type == PDU_ASSOCIATE_RJ || (type >= PDU_RELEASE_RQ && type <= PDU_ABORT);
        bool known = type >= PDU_ASSOCIATE_RQ && type <= PDU_ABORT;
        assert_int_equal(header_reads((uint8_t)type, 4), known);
        assert_int_equal(header_reads((uint8_t)type, 16384), known && !fixed);
        assert_int_equal(header_reads((uint8_t)type, 16385),
                         type == PDU_ASSOCIATE_RQ || type == PDU_ASSOCIATE_AC);
        assert_false(header_reads((uint8_t)type, PDU_ASSOCIATE_MAX + 1));
    }
}

static void fragments_are_found_one_after_the_other(void **state)
{
    (void)state;
    OWNED_BUF raw = buf_make(256);
    char      head[PDU_ONE_PDV_HEADER];
    pdu_one_pdv_header(3, true, true, 5, head);
    buf_add(&raw, slice_bytes(head + PDU_HEADER_SIZE, PDU_PDV_OVERHEAD));
    buf_add_text(&raw, "hello");
    pdu_one_pdv_header(3, false, false, 0, head);
    buf_add(&raw, slice_bytes(head + PDU_HEADER_SIZE, PDU_PDV_OVERHEAD));
    Reader body = reader_make(buf_slice(&raw));
    Pdv    pdv;
    bool   more;
    assert_true(pdu_pdv_next(&body, &pdv, &more, NULL) && more);
    assert_true(pdv.context_id == 3 && pdv.is_command && pdv.is_last &&
                slice_equal(pdv.bytes, SLICE("hello")));
    assert_true(pdu_pdv_next(&body, &pdv, &more, NULL) && more);
    assert_true(!pdv.is_command && !pdv.is_last && pdv.bytes.len == 0);
    assert_true(pdu_pdv_next(&body, &pdv, &more, NULL));
    assert_false(more);
}

static bool fragment_reads(Slice raw)
{
    Reader body = reader_make(raw);
    Pdv    pdv;
    bool   more;
    return pdu_pdv_next(&body, &pdv, &more, NULL);
}

static void fragments_that_lie_about_themselves_are_refused(void **state)
{
    (void)state;
    assert_true(fragment_reads(slice_bytes("\0\0\0\2\1\0", 6)));
    assert_false(fragment_reads(slice_bytes("\0\0\0\1\1", 5)));   /* shorter than its own header */
    assert_false(fragment_reads(slice_bytes("\0\0\0\3\1\0", 6))); /* longer than the PDU */
    assert_false(fragment_reads(slice_bytes("\xff\xff\xff\xff\1\0", 6)));
    assert_false(fragment_reads(slice_bytes("\0\0\0\2\2\0", 6))); /* even context */
    assert_false(fragment_reads(slice_bytes("\0\0", 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back_as_it_was_written),
        cmocka_unit_test(an_answer_comes_back_as_it_was_written),
        cmocka_unit_test(the_small_ones_come_back),
        cmocka_unit_test(a_request_cut_anywhere_is_refused),
        cmocka_unit_test(a_request_that_says_nonsense_is_refused),
        cmocka_unit_test(an_item_longer_than_its_parent_is_refused),
        cmocka_unit_test(an_unknown_user_item_is_skipped),
        cmocka_unit_test(headers_of_every_type_keep_to_their_length),
        cmocka_unit_test(fragments_are_found_one_after_the_other),
        cmocka_unit_test(fragments_that_lie_about_themselves_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
