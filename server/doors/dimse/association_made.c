/*
 * How an association comes about: listened to and accepted or rejected, or asked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "doors/dimse/association_internal.h"

enum { SEND_LEAST = 1024, SEND_MOST = 1 << 17 };

static Association *association_new(int fd, Tls *tls, const AssociationLimits *limits, bool requestor)
{
    Association *a = calloc(1, sizeof *a);
    if (!a) {
        tls_free(tls);
        close(fd);
        return NULL;
    }
    wire_init(&a->wire, fd, tls, limits->stop_fd, limits->max_pdu);
    a->limits    = *limits;
    a->requestor = requestor;
    a->fragments = reader_make(SLICE_NONE);
    a->window    = 1;
    return a;
}

static bool settle_limits(Association *a, uint32_t theirs)
{
    uint32_t max = theirs && theirs < SEND_MOST ? theirs : SEND_MOST;
    a->send_max  = (max < SEND_LEAST ? SEND_LEAST : max) - PDU_PDV_OVERHEAD;
    return theirs == 0 || theirs > PDU_PDV_OVERHEAD;
}

Association *association_listen(int fd, Tls *tls, const AssociationLimits *limits, const PduAssociate **ret,
                                Err *err)
{
    OWNED(Association) *a = association_new(fd, tls, limits, false);
    PduAssociate *pdu     = a ? malloc(sizeof *pdu) : NULL;
    if (!pdu) {
        err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
        return NULL;
    }
    a->pdu = pdu;
    association_happen(a, EVENT_CONNECTION_COMES);
    Slice    body;
    bool     woken;
    UpperAct act = association_event(a, limits->artim_ms, true, &woken, &body, err);
    if (act != AE_6) {
        association_await_close(a);
        return NULL;
    }
    if (!pdu_associate_read(body, PDU_ASSOCIATE_RQ, pdu, err)) {
        association_abort(a, (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_INVALID_VALUE });
        return NULL;
    }
    bool spoken = (pdu->version & 1) != 0;
    if (!spoken || !slice_equal_text(pdu->application_context, PDU_APPLICATION_CONTEXT)) {
        PduReject why = { PDU_REJECTED_PERMANENT, spoken ? PDU_SOURCE_USER : PDU_SOURCE_ACSE,
                          PDU_USER_APPLICATION_CONTEXT };
        association_reject(a, why); /* reason 2 means the version for source 2, the context for source 1 */
        err_set(err, ERR_INPUT, "The DICOM peer asks for another protocol.", "version %04x", pdu->version);
        return NULL;
    }
    *ret = pdu;
    return GIVE(a);
}

static void keep_context(Association *a, const PduAssociate *answer, uint8_t id, bool accepted,
                         Slice abstract, Slice syntaxes)
{
    AssociationContext *c   = &a->contexts[a->context_count++];
    Reader              run = reader_make(syntaxes);
    Slice               uid = SLICE_NONE;
    (void)pdu_syntax_next(&run, &uid);
    *c = (AssociationContext) { .id = id, .accepted = accepted };
    (void)slice_copy(abstract, c->abstract, sizeof c->abstract);
    (void)slice_copy(accepted ? uid : SLICE_NONE, c->syntax, sizeof c->syntax);
    for (size_t i = 0; i < answer->role_count; i++)
        if (slice_equal(answer->roles[i].sop_class, abstract))
            c->reversed = accepted && answer->roles[i].scp;
}

bool association_accept(Association *a, const PduAssociate *answer, Err *err)
{
    assert(a->state == STA3 && a->pdu && answer->context_count == a->pdu->context_count);
    OWNED_BUF     out   = buf_make(PDU_ASSOCIATE_MAX);
    PduAssociate *whole = malloc(sizeof *whole);
    if (!whole)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
    *whole                     = *answer;
    whole->version             = 1;
    whole->application_context = SLICE(PDU_APPLICATION_CONTEXT);
    whole->max_length          = a->limits.max_pdu;
    whole->invoked             = answer->invoked ? answer->invoked : 1;
    whole->performed           = answer->performed ? answer->performed : 1;
    a->window                  = whole->invoked;
    memcpy(whole->called, a->pdu->called, sizeof whole->called);
    memcpy(whole->calling, a->pdu->calling, sizeof whole->calling);
    for (size_t i = 0; i < answer->context_count; i++)
        keep_context(a, answer, answer->contexts[i].id, answer->contexts[i].result == PDU_CONTEXT_ACCEPTED,
                     a->pdu->contexts[i].abstract, answer->contexts[i].syntaxes);
    bool usable = settle_limits(a, a->pdu->max_length);
    bool ok     = pdu_associate_write(whole, PDU_ASSOCIATE_AC, &out, err);
    free(whole);
    free(a->pdu);
    a->pdu = NULL;
    if (!usable)
        ok =
            err_set(err, ERR_INPUT, "The DICOM message is malformed.", "a maximum length that holds nothing");
    if (!ok)
        return false;
    association_happen(a, EVENT_ACCEPT);
    return wire_write(&a->wire, buf_slice(&out), SLICE_NONE, a->limits.message_ms, err);
}

void association_reject(Association *a, PduReject why)
{
    a->reject_why = why;
    association_happen(a, EVENT_REJECT);
    association_await_close(a);
}

/* What the peer answered, taken in; the proposed abstract syntaxes are ours. */
static bool take_answer(Association *a, const PduAssociate *wish, Slice body, Err *err)
{
    if (!pdu_associate_read(body, PDU_ASSOCIATE_AC, a->pdu, err))
        return false;
    for (size_t i = 0; i < a->pdu->context_count; i++) {
        const PduContext *answered = &a->pdu->contexts[i];
        Slice             abstract = SLICE_NONE;
        for (size_t j = 0; j < wish->context_count; j++)
            if (wish->contexts[j].id == answered->id)
                abstract = wish->contexts[j].abstract;
        if (!abstract.len)
            return err_set(err, ERR_INPUT, "The DICOM message is malformed.", "context %u was never proposed",
                           answered->id);
        keep_context(a, a->pdu, answered->id, answered->result == PDU_CONTEXT_ACCEPTED, abstract,
                     answered->syntaxes);
    }
    if (!settle_limits(a, a->pdu->max_length))
        return err_set(err, ERR_INPUT, "The DICOM message is malformed.",
                       "a maximum length that holds nothing");
    a->window = a->pdu->invoked && a->pdu->invoked < wish->invoked ? a->pdu->invoked : wish->invoked;
    free(a->pdu);
    a->pdu = NULL;
    return true;
}

static void note_reject(Slice body, Err *err)
{
    PduReject why = { 0 };
    (void)pdu_reject_read(body, &why, NULL);
    err_set(err, why.result == PDU_REJECTED_TRANSIENT ? ERR_UNAVAILABLE : ERR_DENIED,
            "The DICOM peer refused the association.", "result %u source %u reason %u", why.result,
            why.source, why.reason);
}

Association *association_ask(int fd, Tls *tls, const AssociationLimits *limits, const PduAssociate *wish,
                             Err *err)
{
    OWNED(Association) *a = association_new(fd, tls, limits, true);
    OWNED_BUF out         = buf_make(PDU_ASSOCIATE_MAX);
    if (a)
        a->pdu = malloc(sizeof *a->pdu);
    if (!a || !a->pdu) {
        err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
        return NULL;
    }
    association_happen(a, EVENT_ASSOCIATE_REQUEST); /* the connection is there already: both at once */
    association_happen(a, EVENT_CONNECTED);
    if (!pdu_associate_write(wish, PDU_ASSOCIATE_RQ, &out, err) ||
        !wire_write(&a->wire, buf_slice(&out), SLICE_NONE, limits->message_ms, err))
        return NULL;
    Slice body;
    bool  woken;
    switch (association_event(a, limits->idle_ms, true, &woken, &body, err)) {
    case AE_3:
        if (take_answer(a, wish, body, err))
            return GIVE(a);
        association_abort(a, (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_INVALID_VALUE });
        return NULL;
    case AE_4:
        note_reject(body, err);
        return NULL;
    default:
        association_await_close(a);
        return NULL;
    }
}
