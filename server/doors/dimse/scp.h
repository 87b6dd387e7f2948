/*
 * The provider side of one association: who may come in, then echo, store, worklist, query and retrieve until
 * it ends.
 *
 * What it needs of the house comes as a table of functions, so that a test can be the house.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCP_H
#define DOORS_DIMSE_SCP_H

#include "clinic/archive/ingest.h"
#include "clinic/workflow/worklist.h"
#include "doors/dimse/association.h"
#include "guard/access/peer.h"
#include "guard/audit/audit.h"
#include "platform/child/child.h"

typedef struct ActHouse ActHouse; /* clinic/workflow/act.h */

typedef struct ScpObject { /* announced by a C-STORE; borrowed until it is finished or freed */
    const Peer *peer;
    const char *address, *syntax, *sop_class, *sop_instance;
} ScpObject;

typedef struct ScpHouse {
    void             *with; /* handed to every function that takes 'with' */
    char              ae_title[17];
    AssociationLimits limits;
    bool (*admit)(void *with, Slice calling, Slice address, Peer *ret, Err *err);
    /* What it says of itself; NULL: not asked. *ret_checked: it had to, and did. */
    bool (*identify)(void *with, const Peer *peer, const PduIdentity *said, bool *ret_checked, Err *err);
    /* It may come in: is there room for one more? *ret_own: not for this peer, who has its fill. NULL: always. */
    bool (*seat)(void *with, int fd, const Peer *peer, bool *ret_own);
    /* Is it the one its certificate shows ('tls' NULL: came in clear)? NULL: not asked. */
    bool (*certify)(void *with, const Peer *peer, const Tls *tls, Err *err);
    TlsRoom *tls; /* for calling peers that have certificates; NULL: they cannot be called */
    bool (*trace)(void *with, const AuditLine *line, Err *err);
    void *(*store_begin)(void *with, const ScpObject *object, Err *err);
    bool (*store_append)(void *store, Slice bytes, Err *err);
    bool (*store_finish)(void *store, IngestOutcome *ret, Err *err); /* true: durable */
    void (*store_free)(void *store);
    bool (*worklist)(void *with, const WorklistFilter *filter, bool (*each)(const WorklistItem *, void *),
                     void *arg, Err *err);
    /* For query and retrieve; without them these are refused. 'codec' may be NULL: nothing is decoded then.
     */
    DbHost    *db;
    Archive   *archive;
    ChildPool *codec;
    ActHouse  *acts; /* for performed steps; NULL: these are refused */
} ScpHouse;

/*
 * Serves the connection ('tls' over it, NULL: in clear) to its end and closes both. 'full': the house has as
 * many associations as it may; the peer is told to come back later. Writes one line to the log.
 */
void scp_serve(const ScpHouse *house, int fd, Tls *tls, const char *address, bool full);

#endif
