/*
 * An association from within: shared by the file that makes it and the one that carries it on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_ASSOCIATION_INTERNAL_H
#define DOORS_DIMSE_ASSOCIATION_INTERNAL_H

#include "doors/dimse/association.h"
#include "doors/dimse/wire.h"

struct Association {
    Wire               wire;
    AssociationLimits  limits;
    UpperState         state;
    bool               requestor;
    int                window;    /* operations of the requestor under way at once */
    uint32_t           send_max;  /* bytes of one fragment towards the peer */
    PduAbort           abort_why; /* sent by AA-1, AA-7, AA-8 */
    PduReject          reject_why;
    PduAssociate      *pdu; /* the peer's wish or answer, until it is settled */
    AssociationContext contexts[PDU_CONTEXTS_MAX];
    size_t             context_count;
    Slice              body; /* of the P-DATA under way */
    Reader             fragments;
    char              *piece; /* of a stored data set on its way out: send_max bytes */
};

/* The act that the grid gives for 'event', done, and the state after it. */
UpperAct association_happen(Association *a, UpperEvent event);

/* After the last word: the peer has artim_ms to close; then we do (PS3.8 §9.1.5). */
void association_await_close(Association *a);

/*
 * The next PDU as an act of the grid. Waits 'first_ms' for its first byte and the message's time for the rest.
 *
 * 'heed_stop': a stop of the server, or who wakes the association, ends the wait. '*ret_body' is of the PDU that came
 * (empty if none did) and lives until the next read. Fills *err when the act ends the association.
 */
UpperAct association_event(Association *a, int first_ms, bool heed_stop, bool *ret_woken, Slice *ret_body, Err *err);

#endif
