/*
 * Kept objects on their way to one peer: what is proposed, in which transfer syntax each leaves, the window
 * of operations kept full. For C-MOVE and for sendings that a person asked for.
 *
 * The bytes leave as they came wherever the receiver took their transfer syntax; else the cheapest rewriting
 * that it takes. The caller writes the trace before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_DELIVERY_H
#define DOORS_DIMSE_DELIVERY_H

#include "clinic/archive/retrieve.h"
#include "guard/access/peer.h"
#include "platform/net/tls.h"

typedef struct Delivery {
    /* borrowed */
    DbHost         *db;
    Archive        *archive;
    ChildPool      *codec; /* NULL: nothing is compressed or decompressed */
    TlsRoom        *tls;   /* as of scu_connect_peer */
    const Peer     *to;
    const Retrieve *what;
    const char     *calling;    /* our AE title */
    const char     *originator; /* who asked by C-MOVE, and the id of its message; NULL nobody */
    uint16_t        originator_id;
    int             timeout_ms, stop_fd; /* as of ScuWish */

    /*
     * The end of each object, in any order. 'why' NULL: the peer answered with 'status'; else it was not
     * sent, and why. An object without an end was not answered when the line broke.
     */
    void (*ended)(void *with, size_t number, uint16_t status, const Err *why);
    /* After each object that went out or failed. False: enough; what is under way is still waited for. */
    bool (*go_on)(void *with);
    void *with;
} Delivery;

/* Errors: as scu_connect_peer; ERR_UNAVAILABLE the line broke. True though single objects failed. */
bool delivery_run(const Delivery *d, Err *err);

/* Does the receiver take this class in this syntax? */
typedef bool DeliveryTakes(const void *receiver, const char *sop_class, const char *syntax_uid);
/* As stored; else what is cheapest to make; NULL when it takes nothing that we can make. */
const char *delivery_syntax(const Outgoing *o, DeliveryTakes *takes, const void *receiver);
/* Opened, and in a syntax that the receiver takes. False: this one fails; outgoing_close in any case. */
bool delivery_open(Archive *archive, ChildPool *codec, int64_t instance_id, DeliveryTakes *takes,
                   const void *receiver, Outgoing *ret, const char **ret_syntax, BlobSource *ret_data,
                   Err *err);

#endif
