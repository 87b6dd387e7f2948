/*
 * Several operations at once on one association: what was agreed, what is answered first, what waits, what is
 * cancelled.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "doors/dimse/message.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp.h"
#include "doors/dimse/scu.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"
#include "platform/log.h"

#define CT "1.2.840.10008.5.1.4.1.1.2"

typedef struct House {
    ScpHouse        scp;
    pthread_t       thread;
    pthread_mutex_t lock;
    int             fd, inside, most_inside, finished, lists;
    size_t          bytes;     /* of all objects; look when the house is closed */
    sem_t           asked, go; /* the list was asked for; it may be given */
} House;

static bool admit(void *with, Slice calling, Slice address, Peer *ret, Err *err)
{
    (void)with, (void)calling, (void)address, (void)err;
    *ret = (Peer) { .id = 1, .ae_title = "MODALITY1", .may = ~0U, .enabled = true };
    return true;
}

static bool trace(void *with, const AuditLine *line, Err *err)
{
    (void)with, (void)line, (void)err;
    return true;
}

static void *store_begin(void *with, const ScpObject *object, Err *err)
{
    (void)object, (void)err;
    return with;
}

static bool store_append(void *store, Slice bytes, Err *err)
{
    (void)err;
    ((House *)store)->bytes += bytes.len;
    return true;
}

/* Takes its time, as a disk does. */
static bool store_finish(void *store, IngestOutcome *ret, Err *err)
{
    House *h = store;
    (void)err;
    pthread_mutex_lock(&h->lock);
    h->inside++;
    h->most_inside = h->inside > h->most_inside ? h->inside : h->most_inside;
    pthread_mutex_unlock(&h->lock);
    nanosleep(&(struct timespec) { .tv_nsec = 30000000 }, NULL);
    pthread_mutex_lock(&h->lock);
    h->inside--;
    h->finished++;
    pthread_mutex_unlock(&h->lock);
    *ret = INGEST_STORED;
    return true;
}

static void store_free(void *store)
{
    (void)store;
}

/* Three exams, once the test says so. */
static bool worklist(void *with, const WorklistFilter *filter, bool (*each)(const WorklistItem *, void *),
                     void *arg, Err *err)
{
    static const WorklistItem EXAM = {
        .act_id = 1, .patient_name = "DUPONT^JEAN", .patient_id = "P1", .modality = "CT"
    };
    House *h = with;
    (void)filter, (void)err;
    sem_post(&h->asked);
    sem_wait(&h->go);
    h->lists++;
    for (int i = 0; i < 3; i++)
        if (!each(&EXAM, arg))
            return false;
    return true;
}

static void *serve(void *arg)
{
    House *h = arg;
    scp_serve(&h->scp, h->fd, NULL, "192.0.2.1", false);
    return NULL;
}

static int open_house(House *h)
{
    int ends[2];
    *h = (House) { .lock = PTHREAD_MUTEX_INITIALIZER };
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    sem_init(&h->asked, 0, 0);
    sem_init(&h->go, 0, 0);
    h->fd  = ends[0];
    h->scp = (ScpHouse) { .with         = h,
                          .ae_title     = "BECLERE",
                          .limits       = { 16384, 1000, 3000, 3000, -1 },
                          .admit        = admit,
                          .trace        = trace,
                          .store_begin  = store_begin,
                          .store_append = store_append,
                          .store_finish = store_finish,
                          .store_free   = store_free,
                          .worklist     = worklist };
    assert_int_equal(pthread_create(&h->thread, NULL, serve, h), 0);
    return ends[1];
}

static void close_house(House *h)
{
    pthread_join(h->thread, NULL);
    sem_destroy(&h->asked);
    sem_destroy(&h->go);
}

/* ---- objects ---- */

typedef struct Answers {
    int      count;
    int64_t  numbers; /* a bit each */
    uint16_t worst;
} Answers;

static void note(int64_t number, uint16_t status, void *arg)
{
    Answers *a = arg;
    a->count++;
    a->numbers |= 1LL << number;
    a->worst = status > a->worst ? status : a->worst;
}

static void send_objects(House *h, int window, int count, Answers *ret)
{
    static const ScuContext CONTEXTS[] = { { CT, { UID_EXPLICIT_VR_LITTLE_ENDIAN }, false } };
    Err                     err        = { 0 };
    ScuWish                 wish       = { .calling       = "MODALITY1",
                                           .called        = "BECLERE",
                                           .contexts      = CONTEXTS,
                                           .context_count = 1,
                                           .timeout_ms    = 5000,
                                           .window        = window };
    OWNED_BUF               object     = buf_make(1 << 16);
    OWNED(DicomWriter) *w              = dw_new(1 << 16);
    OWNED(Scu) *scu                    = scu_over(open_house(h), NULL, &wish, &err);
    *ret                               = (Answers) { 0 };
    assert_non_null(scu);
    dw_text(w, TAG_SOP_CLASS_UID, CT);
    dw_text(w, TAG_SOP_INSTANCE_UID, "1.2.3.4");
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &object, &err));
    for (int i = 0; i < count; i++) {
        ScuObject one = { .sop_class    = CT,
                          .sop_instance = "1.2.3.4",
                          .syntax_uid   = UID_EXPLICIT_VR_LITTLE_ENDIAN,
                          .data_set     = { .bytes = buf_slice(&object) },
                          .number       = i };
        assert_true(scu_send(scu, &one, note, ret, &err));
    }
    assert_true(scu_settle(scu, note, ret, &err));
    assert_true(scu_release(scu, &err));
    close_house(h);
}

static void objects_are_made_durable_side_by_side_within_the_window(void **state)
{
    (void)state;
    static const int WINDOWS[] = { 0, 1, 2, 4, 8 };
    for (size_t i = 0; i < COUNT(WINDOWS); i++) {
        House   h;
        Answers all;
        send_objects(&h, WINDOWS[i], 16, &all);
        assert_int_equal(all.count, 16);
        assert_int_equal(all.numbers, 0xffff); /* each its own answer */
        assert_int_equal(all.worst, STATUS_SUCCESS);
        assert_int_equal(h.finished, 16);
        if (WINDOWS[i] < 2)
            assert_int_equal(h.most_inside, 1);
        else
            assert_in_range(h.most_inside, 2, WINDOWS[i]);
    }
}

/* ---- an object that is read as it is sent ---- */

enum { STORED = 50000 };

/* Writes it down, cuts it to 'left' bytes once it is open, and sends it but for its first 12. */
static bool send_stored(House *h, off_t left, Answers *ret, Err *err)
{
    static char             bytes[STORED];
    static const ScuContext CONTEXTS[] = { { CT, { UID_EXPLICIT_VR_LITTLE_ENDIAN }, false } };
    char                    folder[]   = "/tmp/test-window-XXXXXX", path[64];
    ScuWish                 wish       = { .calling       = "MODALITY1",
                                           .called        = "BECLERE",
                                           .contexts      = CONTEXTS,
                                           .context_count = 1,
                                           .timeout_ms    = 5000 };
    int64_t                 size       = 0;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/one", folder);
    OWNED(Blobs) *blobs  = blobs_open(folder, 0, err);
    OWNED(BlobWriter) *w = blob_begin_undigested(blobs, "one", err);
    assert_true(blob_append(w, slice_bytes(bytes, sizeof bytes), err) && blob_commit(w, NULL, &size, err));
    OWNED(Blob) *blob = blob_open_pieces(blobs, "one", err);
    assert_true(blob && truncate(path, left) == 0);
    OWNED(Scu) *scu = scu_over(open_house(h), NULL, &wish, err);
    assert_non_null(scu);
    ScuObject one = { .sop_class    = CT,
                      .sop_instance = "1.2.3.4",
                      .syntax_uid   = UID_EXPLICIT_VR_LITTLE_ENDIAN,
                      .data_set     = { .blob = blob, .at = 12, .len = STORED - 12 } };
    *ret          = (Answers) { 0 };
    bool sent     = scu_send(scu, &one, note, ret, err) && scu_settle(scu, note, ret, err);
    if (sent)
        assert_true(scu_release(scu, err));
    close_house(h);
    assert_true(unlink(path) == 0 && rmdir(folder) == 0);
    return sent;
}

static void a_stored_object_leaves_in_fragments_whole(void **state)
{
    (void)state;
    House   h;
    Answers all;
    Err     err = { 0 };
    assert_true(send_stored(&h, STORED, &all, &err));
    assert_int_equal(all.count, 1);
    assert_int_equal(all.worst, STATUS_SUCCESS);
    assert_int_equal(h.bytes, STORED - 12);
}

static void one_that_was_cut_meanwhile_breaks_the_association_and_is_not_kept(void **state)
{
    (void)state;
    House   h;
    Answers all;
    Err     err = { 0 };
    assert_false(send_stored(&h, 40000, &all, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_int_equal(all.count, 0);
    assert_int_equal(h.finished, 0);
}

/* ---- requests inside each other ---- */

enum { ECHO = 1, LIST = 3 };

static Association *associate(int fd, uint16_t window)
{
    AssociationLimits limits = { 16384, 1000, 3000, 3000, -1 };
    OWNED_BUF         run    = buf_make(256);
    PduAssociate     *wish   = calloc(1, sizeof *wish);
    Err               err    = { 0 };
    pdu_syntax_add(&run, SLICE(UID_IMPLICIT_VR_LITTLE_ENDIAN));
    *wish             = (PduAssociate) { .version             = 1,
                                         .called              = "BECLERE",
                                         .calling             = "MODALITY1",
                                         .context_count       = 2,
                                         .application_context = SLICE(PDU_APPLICATION_CONTEXT),
                                         .invoked             = window,
                                         .performed           = 1,
                                         .implementation_uid  = SLICE("1.2.3") };
    wish->contexts[0] = (PduContext) { ECHO, 0, SLICE(SOP_CLASS_VERIFICATION), buf_slice(&run) };
    wish->contexts[1] = (PduContext) { LIST, 0, SLICE(SOP_CLASS_WORKLIST), buf_slice(&run) };
    Association *a    = association_ask(fd, NULL, &limits, wish, &err);
    free(wish);
    assert_non_null(a);
    assert_int_equal(association_window(a), window);
    return a;
}

static void ask_list(Association *a, uint16_t id)
{
    Err     err           = { 0 };
    Command find          = { .field = COMMAND_C_FIND_RQ, .message_id = id, .sop_class = SOP_CLASS_WORKLIST };
    OWNED(DicomWriter) *w = dw_new(1 << 12);
    OWNED_BUF identifier  = buf_make(1 << 12);
    dw_empty(w, TAG_PATIENT_ID);
    assert_true(dw_finish(w, IMPLICIT_LITTLE, &identifier, &err));
    assert_true(message_send(a, LIST, &find, buf_slice(&identifier), &err));
}

static void say(Association *a, uint8_t context, uint16_t field, uint16_t id)
{
    Err     err = { 0 };
    Command c   = { .field      = field,
                    .message_id = field == COMMAND_C_CANCEL_RQ ? 0 : id,
                    .replied_id = field == COMMAND_C_CANCEL_RQ ? id : 0,
                    .data_set   = COMMAND_NO_DATA_SET };
    (void)slice_copy(SLICE(SOP_CLASS_VERIFICATION), c.sop_class, sizeof c.sop_class);
    assert_true(message_send(a, context, &c, SLICE_NONE, &err));
}

/* The next answer; its data set is read. */
static Command hear(Association *a)
{
    Err       err = { 0 };
    Command   c   = { 0 };
    uint8_t   context;
    OWNED_BUF data = buf_make(1 << 16);
    if (message_next(a, &c, &context, &err) != MESSAGE_COMMAND)
        fail_msg("no answer: %s", err.detail);
    if (command_has_data(&c))
        assert_true(message_data_gather(a, context, &data, &err));
    return c;
}

static void assert_answer(Association *a, uint16_t id, uint16_t status)
{
    Command c = hear(a);
    assert_int_equal(c.replied_id, id);
    assert_int_equal(c.status, status);
}

static void finish(House *h, Association *a)
{
    Err err = { 0 };
    assert_true(association_release(a, &err));
    association_free(a);
    close_house(h);
}

static void an_echo_is_answered_while_a_list_is_made(void **state)
{
    (void)state;
    House        h;
    Association *a = associate(open_house(&h), 4);
    ask_list(a, 7);
    sem_wait(&h.asked);
    say(a, ECHO, COMMAND_C_ECHO_RQ, 8);
    sem_post(&h.go);
    assert_answer(a, 8, STATUS_SUCCESS);
    for (int i = 0; i < 3; i++)
        assert_answer(a, 7, STATUS_PENDING);
    assert_answer(a, 7, STATUS_SUCCESS);
    finish(&h, a);
}

static void a_second_list_waits_for_its_turn(void **state)
{
    (void)state;
    House        h;
    Association *a = associate(open_house(&h), 4);
    ask_list(a, 1);
    sem_wait(&h.asked);
    ask_list(a, 2);
    sem_post(&h.go);
    sem_post(&h.go);
    for (uint16_t id = 1; id <= 2; id++) {
        for (int i = 0; i < 3; i++)
            assert_answer(a, id, STATUS_PENDING);
        assert_answer(a, id, STATUS_SUCCESS);
    }
    assert_int_equal(h.lists, 2);
    finish(&h, a);
}

static void a_cancel_in_good_time_leaves_no_answer(void **state)
{
    (void)state;
    House        h;
    Association *a = associate(open_house(&h), 1);
    ask_list(a, 5);
    sem_wait(&h.asked);
    say(a, LIST, COMMAND_C_CANCEL_RQ, 5);
    sem_post(&h.go);
    assert_answer(a, 5, STATUS_CANCELLED);
    say(a, LIST, COMMAND_C_CANCEL_RQ, 5); /* too late: no answer of its own, and no harm */
    say(a, ECHO, COMMAND_C_ECHO_RQ, 6);
    assert_answer(a, 6, STATUS_SUCCESS);
    finish(&h, a);
}

static void what_waits_can_be_cancelled_before_it_begins(void **state)
{
    (void)state;
    House        h;
    Association *a = associate(open_house(&h), 4);
    ask_list(a, 1);
    sem_wait(&h.asked);
    ask_list(a, 2);
    ask_list(a, 3);
    say(a, LIST, COMMAND_C_CANCEL_RQ, 2);
    sem_post(&h.go);
    sem_post(&h.go);
    assert_answer(a, 2, STATUS_CANCELLED);
    for (uint16_t id = 1; id <= 3; id += 2) {
        for (int i = 0; i < 3; i++)
            assert_answer(a, id, STATUS_PENDING);
        assert_answer(a, id, STATUS_SUCCESS);
    }
    assert_int_equal(h.lists, 2);
    finish(&h, a);
}

static void without_a_window_a_second_request_is_a_fault(void **state)
{
    (void)state;
    House        h;
    Err          err = { 0 };
    Command      c;
    uint8_t      context;
    Association *a = associate(open_house(&h), 1);
    ask_list(a, 1);
    sem_wait(&h.asked);
    say(a, ECHO, COMMAND_C_ECHO_RQ, 2);
    sem_post(&h.go);
    assert_int_equal(message_next(a, &c, &context, &err), MESSAGE_BROKEN);
    assert_int_equal(err.kind, ERR_UNAVAILABLE); /* aborted by the peer */
    association_free(a);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_made_durable_side_by_side_within_the_window),
        cmocka_unit_test(a_stored_object_leaves_in_fragments_whole),
        cmocka_unit_test(one_that_was_cut_meanwhile_breaks_the_association_and_is_not_kept),
        cmocka_unit_test(an_echo_is_answered_while_a_list_is_made),
        cmocka_unit_test(a_second_list_waits_for_its_turn),
        cmocka_unit_test(a_cancel_in_good_time_leaves_no_answer),
        cmocka_unit_test(what_waits_can_be_cancelled_before_it_begins),
        cmocka_unit_test(without_a_window_a_second_request_is_a_fault),
    };
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
