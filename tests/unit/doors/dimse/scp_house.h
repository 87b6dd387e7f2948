/*
 * A house behind one end of a socket pair: who may come in, what is kept, which exams are planned; and callers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_DIMSE_SCP_HOUSE_H
#define TESTS_DIMSE_SCP_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doors/dimse/message.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp.h"
#include "doors/dimse/scu.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"
#include "platform/clock.h"
#include "platform/log.h"

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define NOT_OFFERED "1.2.840.10008.5.1.1.9" /* print */
#define IMPLICIT "1.2.840.10008.1.2"
#define EXPLICIT "1.2.840.10008.1.2.1"

typedef struct House {
    ScpHouse      scp;
    unsigned      may;         /* of the one peer, MODALITY1 */
    Err           begin_fails; /* what store_begin says, when set */
    IngestOutcome outcome;
    Buf           kept; /* bytes of the last finished object */
    char          syntax[65], instance[65];
    int           begun, finished, freed, traces;
    AuditLine     last_trace;
    int64_t       asked_site;
    pthread_t     thread;
    int           fd, stop_fd;
    bool          full;
} House;

static bool admit(void *with, Slice calling, Slice address, Peer *ret, Err *err)
{
    House *h = with;
    if (!slice_equal_text(calling, "MODALITY1") || !slice_equal_text(address, "192.0.2.1"))
        return err_set(err, ERR_DENIED, "This peer is not known.", "AE title unknown");
    *ret = (Peer) { .id = 1, .ae_title = "MODALITY1", .organisation_id = 7, .may = h->may, .enabled = true };
    return true;
}

static bool trace(void *with, const AuditLine *line, Err *err)
{
    House *h = with;
    (void)err;
    h->traces++;
    h->last_trace = *line;
    return true;
}

typedef struct Object {
    House *house;
    Buf    bytes;
} Object;

static void *store_begin(void *with, const ScpObject *object, Err *err)
{
    House *h = with;
    h->begun++;
    if (h->begin_fails.kind) {
        *err = h->begin_fails;
        return NULL;
    }
    Object *o = calloc(1, sizeof *o);
    *o        = (Object) { h, buf_make(64 << 20) };
    (void)slice_copy(slice_of(object->syntax), h->syntax, sizeof h->syntax);
    (void)slice_copy(slice_of(object->sop_instance), h->instance, sizeof h->instance);
    return o;
}

static bool store_append(void *store, Slice bytes, Err *err)
{
    Object *o = store;
    return buf_add(&o->bytes, bytes) || buf_ok(&o->bytes, err);
}

static bool store_finish(void *store, IngestOutcome *ret, Err *err)
{
    Object *o = store;
    (void)err;
    buf_clear(&o->house->kept);
    buf_add(&o->house->kept, buf_slice(&o->bytes));
    o->house->finished++;
    *ret = o->house->outcome;
    return true;
}

static void store_free(void *store)
{
    Object *o = store;
    o->house->freed++;
    buf_free(&o->bytes);
    free(o);
}

static const WorklistItem EXAMS[] = {
    { .act_id       = 1,
      .patient_name = "LÉGER^ZOÉ",
      .patient_id   = "P1",
      .accession    = "A1",
      .modality     = "CT",
      .ae_title     = "MODALITY1",
      .start_date   = "20260302",
      .start_time   = "093000",
      .study_uid    = "1.2.3.1",
      .sps_id       = "S1",
      .sex          = "F",
      .weight_kg    = 61.5,
      .pregnancy    = 1,
      .ins          = "255069999999934",
      .ins_oid      = "1.2.250.1.213.1.4.8" },
    { .act_id       = 2,
      .patient_name = "DUPONT^JEAN",
      .patient_id   = "P2",
      .accession    = "A2",
      .modality     = "MR",
      .ae_title     = "MODALITY2",
      .start_date   = "20260303",
      .start_time   = "140000",
      .study_uid    = "1.2.3.2",
      .sps_id       = "S2",
      .sex          = "M" },
};

static bool worklist(void *with, const WorklistFilter *filter, bool (*each)(const WorklistItem *, void *),
                     void *arg, Err *err)
{
    House *h = with;
    (void)err;
    h->asked_site = filter->site_id;
    for (size_t i = 0; i < COUNT(EXAMS); i++)
        if (!each(&EXAMS[i], arg))
            break;
    return true;
}

static void *serve(void *arg)
{
    House *h = arg;
    scp_serve(&h->scp, h->fd, NULL, "192.0.2.1", h->full);
    return NULL;
}

/* Opens the house on one end of a pair; the other end is the answer. */
static int open_house(House *h)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    h->fd      = ends[0];
    h->stop_fd = eventfd(0, EFD_CLOEXEC);
    h->kept    = buf_make(64 << 20);
    h->scp     = (ScpHouse) { .with         = h,
                              .ae_title     = "BECLERE",
                              .limits       = { 16384, 1000, 3000, 3000, h->stop_fd },
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
    close(h->stop_fd);
    buf_free(&h->kept);
    assert_int_equal(h->begun - h->freed, h->begin_fails.kind ? h->begun : 0); /* nothing is left over */
}

static const ScuContext CONTEXTS[] = {
    { SOP_CLASS_VERIFICATION, { IMPLICIT } },
    { CT, { EXPLICIT, IMPLICIT } },
    { SOP_CLASS_WORKLIST, { EXPLICIT } },
    { NOT_OFFERED, { IMPLICIT } },
};

static Scu *call_as(int fd, const char *calling, const char *called, Err *err)
{
    ScuWish wish = { .calling       = calling,
                     .called        = called,
                     .contexts      = CONTEXTS,
                     .context_count = COUNT(CONTEXTS),
                     .timeout_ms    = 5000 };
    return scu_over(fd, NULL, &wish, err);
}

static Scu *call(int fd)
{
    Err  err = { 0 };
    Scu *scu = call_as(fd, "MODALITY1", "BECLERE", &err);
    if (!scu)
        fail_msg("no association: %s", err.detail);
    return scu;
}

static void release(Scu *scu)
{
    Err err = { 0 };
    assert_true(scu_release(scu, &err));
    scu_free(scu);
}

#endif
