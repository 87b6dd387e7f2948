/*
 * An association from both ends: our user side calls our provider side over a pair of sockets.
 *
 * The house behind the provider is this test: it keeps objects in memory and has a list of two exams.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scp_house.h"

static void an_echo_is_answered_and_the_peer_is_traced(void **state)
{
    (void)state;
    House h   = { .may = PEER_ECHO };
    Scu  *scu = call(open_house(&h));
    Err   err = { 0 };
    assert_string_equal(scu_syntax(scu, SOP_CLASS_VERIFICATION), IMPLICIT);
    assert_null(scu_syntax(scu, NOT_OFFERED));
    assert_true(scu_echo(scu, &err) && scu_echo(scu, &err));
    release(scu);
    close_house(&h);
    assert_int_equal(h.traces, 1);
    assert_int_equal(h.last_trace.event, AUDIT_PEER);
    assert_int_equal(h.last_trace.outcome, AUDIT_OK);
}

static void a_peer_that_may_not_echo_is_told_so(void **state)
{
    (void)state;
    House h   = { .may = ~(unsigned)PEER_ECHO };
    Scu  *scu = call(open_house(&h));
    Err   err = { 0 };
    assert_false(scu_echo(scu, &err));
    assert_string_equal(err.detail, "C-ECHO status 0124");
    release(scu);
    close_house(&h);
}

static void assert_refused(const char *calling, const char *called, bool full, ErrKind kind,
                           const char *detail)
{
    House h   = { .full = full };
    Err   err = { 0 };
    assert_null(call_as(open_house(&h), calling, called, &err));
    assert_int_equal(err.kind, kind);
    assert_string_equal(err.detail, detail);
    close_house(&h);
    if (!full)
        assert_true(h.traces == 1 && h.last_trace.outcome == AUDIT_REFUSED);
}

static void who_may_not_come_in_is_told_why(void **state)
{
    (void)state;
    assert_refused("NOBODY", "BECLERE", false, ERR_DENIED, "result 1 source 1 reason 3");
    assert_refused("MODALITY1", "OTHER", false, ERR_DENIED, "result 1 source 1 reason 7");
    assert_refused("MODALITY1", "BECLERE", true, ERR_UNAVAILABLE, "result 2 source 3 reason 2");
}

static void make_object(Buf *to, const char *sop_class, const char *instance, size_t pixels)
{
    OWNED(DicomWriter) *w = dw_new(32 << 20);
    char *grey            = calloc(1, pixels ? pixels : 1);
    dw_text(w, TAG_SOP_CLASS_UID, sop_class);
    dw_text(w, TAG_SOP_INSTANCE_UID, instance);
    dw_text(w, TAG_STUDY_INSTANCE_UID, "1.2.3.1");
    dw_text(w, TAG_SERIES_INSTANCE_UID, "1.2.3.1.1");
    if (pixels)
        dw_pixels(w, slice_bytes(grey, pixels), 16);
    Err err = { 0 };
    if (!dw_finish(w, EXPLICIT_LITTLE, to, &err))
        fail_msg("%s", err.detail);
    free(grey);
}

static void an_object_arrives_byte_for_byte(void **state)
{
    (void)state;
    static const size_t SIZES[] = { 0, 100, 16384 - 6, 5000000 };
    House               h       = { .may = PEER_ECHO | PEER_STORE };
    Scu                *scu     = call(open_house(&h));
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        OWNED_BUF object = buf_make(32 << 20);
        uint16_t  status = 1;
        Err       err    = { 0 };
        make_object(&object, CT, "1.2.3.4", SIZES[i]);
        assert_true(scu_store(scu, CT, "1.2.3.4", EXPLICIT, buf_slice(&object), &status, &err));
        assert_int_equal(status, STATUS_SUCCESS);
        assert_int_equal(h.finished, i + 1); /* durable before it was acknowledged */
        assert_true(slice_equal(buf_slice(&h.kept), buf_slice(&object)));
        assert_string_equal(h.syntax, EXPLICIT);
        assert_string_equal(h.instance, "1.2.3.4");
    }
    release(scu);
    close_house(&h);
}

static uint16_t store_one(House *h, const char *said_class, const char *said_instance)
{
    Scu      *scu    = call(open_house(h));
    OWNED_BUF object = buf_make(1 << 20);
    uint16_t  status = 1;
    Err       err    = { 0 };
    make_object(&object, CT, "1.2.3.4", 20000);
    assert_true(scu_store(scu, said_class, said_instance, EXPLICIT, buf_slice(&object), &status, &err));
    assert_true(scu_echo(scu, &err)); /* whatever the status, the association goes on */
    release(scu);
    close_house(h);
    return status;
}

static void every_end_of_an_object_has_its_status(void **state)
{
    (void)state;
    House good  = { .may = PEER_ECHO | PEER_STORE },
          again = { .may = PEER_ECHO | PEER_STORE, .outcome = INGEST_ALREADY };
    assert_int_equal(store_one(&good, CT, "1.2.3.4"), 0x0000);
    assert_int_equal(store_one(&again, CT, "1.2.3.4"), 0x0000);
    House aside = { .may = PEER_ECHO | PEER_STORE, .outcome = INGEST_ASIDE };
    assert_int_equal(store_one(&aside, CT, "1.2.3.4"), 0x0110);
    House denied = { .may = PEER_ECHO | PEER_WORKLIST };
    assert_int_equal(store_one(&denied, CT, "1.2.3.4"), 0x0124);
    assert_int_equal(denied.begun, 0);
    House other = { .may = PEER_ECHO | PEER_STORE };
    assert_int_equal(store_one(&other, CT, "1.2.3.5"), 0xa900);
    assert_int_equal(other.finished, 0);
    House full = { .may         = PEER_ECHO | PEER_STORE,
                   .begin_fails = { .kind = ERR_UNAVAILABLE, .shown = "The disk is full." } };
    assert_int_equal(store_one(&full, CT, "1.2.3.4"), 0xa700);
    House bad = { .may = PEER_ECHO | PEER_STORE };
    assert_int_equal(store_one(&bad, CT, "not a uid"), 0xc000);
}

static void an_object_cut_by_an_abort_leaves_nothing(void **state)
{
    (void)state;
    House             h      = { .may = PEER_ECHO | PEER_STORE };
    int               fd     = open_house(&h);
    AssociationLimits limits = { 16384, 1000, 3000, 3000, -1 };
    OWNED_BUF         run = buf_make(256), begin = buf_make(1024);
    PduAssociate     *wish = calloc(1, sizeof *wish);
    Err               err  = { 0 };
    pdu_syntax_add(&run, SLICE(EXPLICIT));
    *wish             = (PduAssociate) { .version             = 1,
                                         .called              = "BECLERE",
                                         .calling             = "MODALITY1",
                                         .context_count       = 1,
                                         .application_context = SLICE(PDU_APPLICATION_CONTEXT),
                                         .invoked             = 1,
                                         .performed           = 1,
                                         .implementation_uid  = SLICE("1.2.3") };
    wish->contexts[0] = (PduContext) { .id = 1, .abstract = SLICE(CT), .syntaxes = buf_slice(&run) };
    Association *a    = association_ask(fd, NULL, &limits, wish, &err);
    assert_non_null(a);
    Command store = {
        .field = COMMAND_C_STORE_RQ, .message_id = 1, .sop_class = CT, .sop_instance = "1.2.3.4"
    };
    assert_true(command_write(&store, &begin, &err));
    assert_true(association_send(a, 1, true, true, buf_slice(&begin), &err));
    assert_true(association_send(a, 1, false, false, SLICE("only the beginning"), &err));
    association_free(a); /* aborts */
    free(wish);
    close_house(&h);
    assert_int_equal(h.begun, 1);
    assert_int_equal(h.finished, 0);
    assert_int_equal(h.freed, 1);
}

/* ---- worklist ---- */

typedef struct Seen {
    int      count, stop_after;
    uint16_t status;
    char     ids[64], name[64], charset[32];
    bool     has_ins, has_weight;
} Seen;

static bool see(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg)
{
    Seen *seen         = arg;
    Err   err          = { 0 };
    OWNED(Dataset) *ds = dataset_parse(identifier, syntax, &err);
    OWNED(Arena) *a    = arena_new(1 << 16);
    assert_non_null(ds);
    const Dataset *step = dataset_item(ds, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE, 0);
    assert_non_null(step);
    assert_true(dataset_has(step, TAG_SCHEDULED_PROCEDURE_STEP_START_DATE));
    size_t len = strlen(seen->ids);
    (void)slice_copy(dataset_code(ds, TAG_PATIENT_ID), seen->ids + len, sizeof seen->ids - len);
    (void)slice_copy(dataset_text(ds, TAG_PATIENT_NAME, a), seen->name, sizeof seen->name);
    (void)slice_copy(dataset_code(ds, TAG_SPECIFIC_CHARACTER_SET), seen->charset, sizeof seen->charset);
    double weight;
    seen->has_ins    = dataset_items(ds, TAG_OTHER_PATIENT_IDS_SEQUENCE) == 1;
    seen->has_weight = dataset_double(ds, TAG_PATIENT_WEIGHT, 0, &weight) && weight == 61.5;
    seen->status     = status;
    return ++seen->count != seen->stop_after;
}

typedef struct Ask {
    const char *name, *date, *modality, *charset;
    bool        strange_key;
    int         stop_after;
    unsigned    may;
} Ask;

static uint16_t ask(const Ask *q, Seen *seen, House *h)
{
    OWNED(DicomWriter) *w = dw_new(1 << 16);
    OWNED_BUF identifier  = buf_make(1 << 16);
    Err       err         = { 0 };
    uint16_t  status      = 1;
    *h                    = (House) { .may = q->may ? q->may : PEER_WORKLIST };
    *seen                 = (Seen) { .stop_after = q->stop_after };
    if (q->charset)
        dw_charset(w, q->charset);
    dw_text(w, TAG_PATIENT_NAME, q->name);
    dw_empty(w, TAG_PATIENT_ID);
    dw_empty(w, TAG_PATIENT_WEIGHT);
    dw_empty(w, TAG_OTHER_PATIENT_IDS_SEQUENCE);
    if (q->strange_key)
        dw_empty(w, TAG_PATIENT_COMMENTS);
    dw_sequence_begin(w, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_MODALITY, q->modality);
    dw_value(w, TAG_SCHEDULED_PROCEDURE_STEP_START_DATE, VR_DA, slice_of(q->date ? q->date : ""));
    dw_item_end(w);
    dw_sequence_end(w);
    if (!dw_finish(w, EXPLICIT_LITTLE, &identifier, &err))
        fail_msg("%s", err.detail);
    Scu *scu = call(open_house(h));
    if (!scu_find(scu, SOP_CLASS_WORKLIST, buf_slice(&identifier), see, seen, &status, &err))
        fail_msg("%s", err.detail);
    release(scu);
    close_house(h);
    return status;
}

static void the_worklist_answers_what_was_asked(void **state)
{
    (void)state;
    House h;
    Seen  seen;
    assert_int_equal(ask(&(Ask) { 0 }, &seen, &h), STATUS_SUCCESS);
    assert_string_equal(seen.ids, "P1P2");
    assert_int_equal(seen.status, STATUS_PENDING);
    assert_int_equal(h.asked_site, 7); /* of the peer's own site */
    assert_int_equal(h.last_trace.event, AUDIT_SEARCH);
    assert_string_equal(h.last_trace.what, "C-FIND worklist");
    assert_int_equal(ask(&(Ask) { .modality = "CT" }, &seen, &h), STATUS_SUCCESS);
    assert_string_equal(seen.ids, "P1");
    assert_true(seen.has_ins && seen.has_weight);
    assert_int_equal(ask(&(Ask) { .date = "20260303-" }, &seen, &h), STATUS_SUCCESS);
    assert_string_equal(seen.ids, "P2");
    assert_false(seen.has_ins);
    assert_int_equal(ask(&(Ask) { .name = "leger*" }, &seen, &h), STATUS_SUCCESS);
    assert_string_equal(seen.ids, "P1");
    assert_int_equal(ask(&(Ask) { .name = "NOBODY*" }, &seen, &h), STATUS_SUCCESS);
    assert_int_equal(seen.count, 0);
}

static void names_come_in_the_character_set_that_the_peer_reads(void **state)
{
    (void)state;
    House h;
    Seen  seen;
    assert_int_equal(ask(&(Ask) { .name = "LEGER*", .charset = "ISO_IR 100" }, &seen, &h), STATUS_SUCCESS);
    assert_string_equal(seen.charset, "ISO_IR 100");
    assert_string_equal(seen.name, "LÉGER^ZOÉ");
    assert_int_equal(ask(&(Ask) { .name = "LEGER*" }, &seen, &h), STATUS_SUCCESS);
    assert_string_equal(seen.charset, "ISO_IR 192");
    assert_string_equal(seen.name, "LÉGER^ZOÉ");
}

static void queries_that_cannot_be_answered_say_why(void **state)
{
    (void)state;
    House h;
    Seen  seen;
    assert_int_equal(ask(&(Ask) { .strange_key = true }, &seen, &h), STATUS_SUCCESS);
    assert_int_equal(seen.status, STATUS_PENDING_WARNING);
    assert_int_equal(seen.count, 2);
    assert_int_equal(ask(&(Ask) { .date = "tomorrow" }, &seen, &h), STATUS_MISMATCH);
    assert_int_equal(ask(&(Ask) { .may = PEER_STORE }, &seen, &h), STATUS_NOT_AUTHORISED);
    assert_int_equal(seen.count, 0);
}

static void a_cancel_in_good_time_ends_the_answers(void **state)
{
    (void)state;
    House    h;
    Seen     seen;
    uint16_t status = ask(&(Ask) { .stop_after = 1 }, &seen, &h);
    /* the cancel crosses the answers on the wire: it may come too late, and that is no fault */
    assert_true(status == STATUS_CANCELLED || status == STATUS_SUCCESS);
    assert_int_equal(seen.count, 1);
}

/* ---- what is not an association ---- */

static void noise_is_answered_with_an_abort_and_closed(void **state)
{
    (void)state;
    static const Slice NOISE[] = { { "GET / HTTP/1.1\r\n\r\n", 18 },
                                   { "\1\0\xff\xff\xff\xff", 6 },
                                   { "\4\0\0\0\0\6\0\0\0\2\1\3", 12 },
                                   { "\5\0\0\0\0\4\0\0\0\0", 10 },
                                   { "\1\0\0\0\0\4\0\1\0\0", 10 } };
    for (size_t i = 0; i < COUNT(NOISE); i++) {
        House h  = { 0 };
        int   fd = open_house(&h);
        char  answer[16];
        assert_int_equal(write(fd, NOISE[i].at, NOISE[i].len), NOISE[i].len);
        assert_int_equal(read(fd, answer, sizeof answer), 10);
        assert_int_equal(answer[0], PDU_ABORT);
        close(fd);
        close_house(&h);
        assert_int_equal(h.traces, 0);
    }
}

static void an_unknown_operation_is_refused_and_the_association_goes_on(void **state)
{
    (void)state;
    House             h      = { 0 };
    int               fd     = open_house(&h);
    AssociationLimits limits = { 16384, 1000, 3000, 3000, -1 };
    OWNED_BUF         run    = buf_make(256);
    PduAssociate     *wish   = calloc(1, sizeof *wish);
    Err               err    = { 0 };
    Command delete = { .field = 0x0150, .message_id = 5, .sop_class = SOP_CLASS_VERIFICATION }, answer;
    uint8_t id;
    pdu_syntax_add(&run, SLICE(IMPLICIT));
    *wish = (PduAssociate) { .version             = 1,
                             .called              = "BECLERE",
                             .calling             = "MODALITY1",
                             .context_count       = 1,
                             .application_context = SLICE(PDU_APPLICATION_CONTEXT),
                             .invoked             = 1,
                             .performed           = 1,
                             .implementation_uid  = SLICE("1.2.3") };
    wish->contexts[0] =
        (PduContext) { .id = 9, .abstract = SLICE(SOP_CLASS_VERIFICATION), .syntaxes = buf_slice(&run) };
    Association *a = association_ask(fd, NULL, &limits, wish, &err);
    free(wish);
    assert_non_null(a);
    assert_true(message_send(a, 9, &delete, SLICE("identifier"), &err));
    assert_int_equal(message_next(a, &answer, &id, &err), MESSAGE_COMMAND);
    assert_int_equal(answer.field, 0x8150);
    assert_int_equal(answer.status, STATUS_UNKNOWN_OPERATION);
    assert_true(association_release(a, &err));
    association_free(a);
    close_house(&h);
}

static void an_idle_association_ends_when_the_house_closes(void **state)
{
    (void)state;
    House    h        = { .may = PEER_ECHO | PEER_STORE };
    Scu     *scu      = call(open_house(&h));
    Err      err      = { 0 };
    int64_t  began_ms = clock_monotonic_ms();
    uint64_t one      = 1;
    assert_true(scu_echo(scu, &err));
    assert_int_equal(write(h.stop_fd, &one, sizeof one), sizeof one);
    close_house(&h);
    assert_true(clock_monotonic_ms() - began_ms < 2000); /* not the 3 s of an idle peer */
    assert_false(scu_echo(scu, &err));
    scu_free(scu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_is_answered_and_the_peer_is_traced),
        cmocka_unit_test(a_peer_that_may_not_echo_is_told_so),
        cmocka_unit_test(who_may_not_come_in_is_told_why),
        cmocka_unit_test(an_object_arrives_byte_for_byte),
        cmocka_unit_test(every_end_of_an_object_has_its_status),
        cmocka_unit_test(an_object_cut_by_an_abort_leaves_nothing),
        cmocka_unit_test(the_worklist_answers_what_was_asked),
        cmocka_unit_test(names_come_in_the_character_set_that_the_peer_reads),
        cmocka_unit_test(queries_that_cannot_be_answered_say_why),
        cmocka_unit_test(a_cancel_in_good_time_ends_the_answers),
        cmocka_unit_test(noise_is_answered_with_an_abort_and_closed),
        cmocka_unit_test(an_unknown_operation_is_refused_and_the_association_goes_on),
        cmocka_unit_test(an_idle_association_ends_when_the_house_closes),
    };
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
