/*
 * Acts of the upper layer state grid, done on a socket.
 *
 * Every event goes through association_happen(): the grid says the act, the act sends what it sends, and the state moves.
 * Nothing here decides by itself what an event means.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "doors/dimse/association_internal.h"

static void send_control(Association *a, PduType type)
{
    OWNED_BUF out = buf_make(64);
    switch (type) {
    case PDU_RELEASE_RQ:
    case PDU_RELEASE_RP:
        pdu_release_write(type, &out);
        break;
    case PDU_ASSOCIATE_RJ:
        pdu_reject_write(a->reject_why, &out);
        break;
    default:
        pdu_abort_write(a->abort_why, &out);
        break;
    }
    /* When this fails the peer is gone, and the next read says so. */
    (void)wire_write(&a->wire, buf_slice(&out), SLICE_NONE, a->limits.artim_ms, NULL);
}

static void perform(Association *a, UpperAct act)
{
    switch (act) {
    case AA_1:
    case AA_7:
        send_control(a, PDU_ABORT);
        break;
    case AA_8:
        a->abort_why.source = PDU_ABORT_BY_PROVIDER;
        send_control(a, PDU_ABORT);
        break;
    case AE_8:
        send_control(a, PDU_ASSOCIATE_RJ);
        break;
    case AR_1:
        send_control(a, PDU_RELEASE_RQ);
        break;
    case AR_4:
    case AR_9:
        send_control(a, PDU_RELEASE_RP);
        break;
    default:
        break; /* indications are what the calling function returns; AC, RQ and data are sent by it */
    }
}

UpperAct association_happen(Association *a, UpperEvent event)
{
    UpperAct act = upper_step(a->state, event, a->requestor, &a->state);
    perform(a, act);
    return act;
}

void association_await_close(Association *a)
{
    if (a->state == STA13)
        association_happen(a, wire_drain(&a->wire, a->limits.artim_ms) ? EVENT_CLOSED : EVENT_ARTIM);
}

/* From the PDU that came to the event it is. */
static UpperEvent event_of(uint8_t pdu_type)
{
    static const UpperEvent EVENTS[] = {
        [PDU_ASSOCIATE_RQ] = EVENT_RQ,       [PDU_ASSOCIATE_AC] = EVENT_AC,
        [PDU_ASSOCIATE_RJ] = EVENT_RJ,       [PDU_P_DATA] = EVENT_DATA,
        [PDU_RELEASE_RQ] = EVENT_RELEASE_RQ, [PDU_RELEASE_RP] = EVENT_RELEASE_RP,
        [PDU_ABORT] = EVENT_ABORT,
    };
    return EVENTS[pdu_type]; /* the header was checked: 1 to 7 */
}

static void note_abort(Slice body, Err *err)
{
    PduAbort why = { 0 };
    (void)pdu_abort_read(body, &why, NULL);
    err_set(err, ERR_UNAVAILABLE, "The DICOM peer aborted the association.", "abort, source %u reason %u",
            why.source, why.reason);
}

UpperAct association_event(Association *a, int first_ms, bool heed_stop, bool *ret_woken, Slice *ret_body,
                           Err *err)
{
    PduHeader  header = { 0 };
    UpperEvent event  = EVENT_CLOSED;
    Err        why    = { 0 };
    *ret_body         = SLICE_NONE;
    a->abort_why      = (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_NO_REASON };
    *ret_woken        = false;
    switch (wire_read(&a->wire, first_ms, a->limits.message_ms, heed_stop, &header, ret_body, &why)) {
    case WIRE_WOKEN:
        *ret_woken = true;
        return ACT_NONE;
    case WIRE_PDU:
        event = event_of(header.type);
        break;
    case WIRE_CLOSED:
        event = EVENT_CLOSED;
        break;
    case WIRE_INVALID:
        event               = EVENT_INVALID;
        a->abort_why.reason = why.kind == ERR_LIMIT ? PDU_ABORT_INVALID_VALUE : PDU_ABORT_UNRECOGNISED;
        break;
    case WIRE_STOPPED:
    case WIRE_LATE:
        event = a->state == STA2 ? EVENT_ARTIM : EVENT_ABORT_REQUEST;
        break;
    }
    if (event == EVENT_ABORT)
        note_abort(*ret_body, &why);
    else if (header.type)
        a->abort_why.reason = PDU_ABORT_UNEXPECTED; /* said only when the grid aborts */
    UpperAct act = association_happen(a, event);
    if (a->state == STA1 || a->state == STA13) {
        if (why.kind == ERR_NONE)
            err_set(&why, ERR_INPUT, "The DICOM peer sent an unexpected message.", "%s on PDU %02x",
                    upper_act_name(act), header.type);
        if (act != AR_3 && act != AE_4)
            err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    return act;
}

void association_free(Association *a)
{
    if (!a)
        return;
    if (a->state != STA1)
        association_abort(a, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
    wire_clear(&a->wire);
    free(a->pdu);
    free(a->piece);
    free(a);
}

const AssociationContext *association_context(const Association *a, uint8_t id)
{
    for (size_t i = 0; i < a->context_count; i++)
        if (a->contexts[i].id == id && a->contexts[i].accepted)
            return &a->contexts[i];
    return NULL;
}

const AssociationContext *association_context_for(const Association *a, const char *abstract,
                                                  const char *syntax)
{
    for (size_t i = 0; i < a->context_count; i++) {
        const AssociationContext *c = &a->contexts[i];
        if (c->accepted && slice_equal_text(slice_of(c->abstract), abstract) &&
            (!syntax || slice_equal_text(slice_of(c->syntax), syntax)))
            return c;
    }
    return NULL;
}

/* A fragment of the PDU at hand. False when there is none left; a broken one aborts. */
static bool take_fragment(Association *a, Pdv *ret, bool *ret_broken, Err *err)
{
    bool more   = false;
    *ret_broken = false;
    if (!pdu_pdv_next(&a->fragments, ret, &more, err)) {
        association_abort(a, (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_INVALID_VALUE });
        *ret_broken = true;
        return false;
    }
    if (more && !association_context(a, ret->context_id)) {
        err_set(err, ERR_INPUT, "The DICOM message is malformed.", "context %u was not agreed",
                ret->context_id);
        association_abort(a, (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_INVALID_VALUE });
        *ret_broken = true;
        return false;
    }
    return more;
}

AssociationNews association_next(Association *a, bool between, Pdv *ret, Err *err)
{
    bool broken, woken;
    while (a->state == STA6 || a->state == STA7) {
        if (take_fragment(a, ret, &broken, err))
            return ASSOCIATION_FRAGMENT;
        if (broken)
            return ASSOCIATION_BROKEN;
        Slice    body;
        UpperAct act =
            association_event(a, between ? a->limits.idle_ms : a->limits.message_ms, between, &woken, &body, err);
        if (woken)
            return ASSOCIATION_WOKEN;
        switch (act) {
        case DT_2:
        case AR_6:
            a->fragments = reader_make(body);
            break;
        case AR_2:
            association_happen(a, EVENT_RELEASE_RESPONSE);
            association_await_close(a);
            return ASSOCIATION_RELEASED;
        case AR_3:
            return ASSOCIATION_RELEASED;
        case AR_8: /* collision: the requestor answers first, then waits; the acceptor waits, then answers */
            if (a->requestor)
                association_happen(a, EVENT_RELEASE_RESPONSE);
            if (association_event(a, a->limits.artim_ms, false, &woken, &body, err) == AR_10) {
                association_happen(a, EVENT_RELEASE_RESPONSE);
                association_await_close(a);
            }
            return ASSOCIATION_RELEASED;
        default:
            association_await_close(a);
            return ASSOCIATION_BROKEN;
        }
    }
    err_set(err, ERR_BUG, "The DICOM association is not open.", "read in state %d", a->state + 1);
    return ASSOCIATION_BROKEN;
}

bool association_has_news(const Association *a)
{
    return reader_left(&a->fragments) || wire_has_news(&a->wire);
}

bool association_send(Association *a, uint8_t context_id, bool is_command, bool is_last, Slice bytes,
                      Err *err)
{
    if (association_happen(a, EVENT_DATA_REQUEST) == ACT_NONE)
        return err_set(err, ERR_BUG, "The DICOM association is not open.", "send in state %d", a->state + 1);
    do {
        Slice part = slice_part(bytes, 0, a->send_max);
        bytes      = slice_part(bytes, part.len, bytes.len - part.len);
        char head[PDU_ONE_PDV_HEADER];
        pdu_one_pdv_header(context_id, is_command, is_last && !bytes.len, part.len, head);
        if (!wire_write(&a->wire, slice_bytes(head, sizeof head), part, a->limits.message_ms, err))
            return false;
    } while (bytes.len);
    return true;
}

bool association_send_from(Association *a, uint8_t context_id, const BlobSource *data, Err *err)
{
    if (!data->blob)
        return association_send(a, context_id, false, true, data->bytes, err);
    if (!a->piece && !(a->piece = malloc(a->send_max)))
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for a fragment");
    for (size_t at = 0; at < data->len;) {
        size_t len = data->len - at < a->send_max ? data->len - at : a->send_max;
        if (!blob_read(data->blob, data->at + at, a->piece, len, err)) {
            association_abort(a, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
            return false;
        }
        at += len;
        if (!association_send(a, context_id, false, at == data->len, slice_bytes(a->piece, len), err))
            return false;
    }
    return true;
}

bool association_release(Association *a, Err *err)
{
    if (association_happen(a, EVENT_RELEASE_REQUEST) == ACT_NONE)
        return err_set(err, ERR_BUG, "The DICOM association is not open.", "release in state %d",
                       a->state + 1);
    Pdv ignored; /* answers to what we no longer wait for */
    for (;;)
        switch (association_next(a, false, &ignored, err)) {
        case ASSOCIATION_FRAGMENT:
            break;
        case ASSOCIATION_RELEASED:
            return true;
        case ASSOCIATION_BROKEN:
        case ASSOCIATION_WOKEN: /* not while a release is under way */
            return false;
        }
}

void association_abort(Association *a, PduAbort why)
{
    a->abort_why = why;
    if (association_happen(a, why.source == PDU_ABORT_BY_PROVIDER ? EVENT_INVALID : EVENT_ABORT_REQUEST) != ACT_NONE)
        association_await_close(a);
}

void association_wake_by(Association *a, int fd)
{
    a->wire.wake_fd = fd;
}

int association_window(const Association *a)
{
    return a->window;
}

UpperState association_state(const Association *a)
{
    return a->state;
}

int64_t association_bytes_in(const Association *a)
{
    return a->wire.bytes_in;
}

int64_t association_bytes_out(const Association *a)
{
    return a->wire.bytes_out;
}
