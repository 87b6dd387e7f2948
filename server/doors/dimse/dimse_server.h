/*
 * The DICOM door: listens, gives every association its thread, closes in order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_DIMSE_SERVER_H
#define DOORS_DIMSE_DIMSE_SERVER_H

#include "base/own.h"
#include "clinic/archive/elsewhere.h"
#include "platform/child/child.h"
#include "platform/config.h"

typedef struct DimseServer DimseServer;
typedef struct Peer        Peer;     /* guard/access/peer.h */
typedef struct ActHouse    ActHouse; /* clinic/workflow/act.h */

/* All borrowed, and must outlive the server. Keys read: dicom-listen, -ae-title, -associations, -max-pdu,
 * -timeout, dicom-tls-*. */
typedef struct DimseHouse {
    const Config *config;
    DbHost       *db;
    Archive      *archive;
    ActHouse     *acts; /* what machines say they perform; NULL: refused */
    ChildPool    *codec; /* NULL: what is stored compressed leaves as it is or not at all */
} DimseHouse;

/* Errors: ERR_UNAVAILABLE the address cannot be listened on. */
DimseServer *dimse_start(const DimseHouse *house, Err *err);

/* C-ECHO of a peer, over TLS where it has a certificate, with what stands in the way in words. */
bool dimse_echo(DimseServer *s, const Peer *peer, int64_t *ret_took_ms, Err *err);

/* What a peer holds, as remote_find (doors/dimse/remote.h), within 20 s for each answer. */
bool dimse_find(DimseServer *s, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted, RemoteEach *each,
                void *with, Err *err);
/* A fetch of 'row' as a job, in the caller's transaction. */
bool dimse_fetch_later(Db *db, const FetchRow *row, Err *err);

/* The port it got (dicom-listen may say 0). */
int dimse_port(const DimseServer *s);
/* That of DICOM over TLS; 0 when it is not set up. */
int dimse_tls_port(const DimseServer *s);

/*
 * Takes no more associations, ends the idle ones at once, lets those inside a message finish for at most 5
 * seconds, breaks the rest, and frees the server. Takes NULL.
 */
void dimse_stop(DimseServer *s);
OWNED_BY(DimseServer, dimse_stop)

#endif
