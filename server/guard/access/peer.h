/*
 * Known DICOM peers: AE title and address, and what each may do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PEER_H
#define GUARD_ACCESS_PEER_H

#include "platform/db/db.h"

/* What a peer may ask of us, and what may be sent to it; kept as bits in the table. */
enum {
    PEER_STORE     = 1,
    PEER_WORKLIST  = 2,
    PEER_QUERY      = 4,       /* C-FIND of studies */
    PEER_RETRIEVE   = 8,       /* C-MOVE */
    PEER_MPPS       = 16,      /* says which steps it performs: N-CREATE, N-SET */
    PEER_COMMITMENT = 32,      /* asks whether its objects are safe */
    PEER_GET        = 256,     /* C-GET */
    PEER_ECHO       = 512,     /* C-ECHO */
    PEER_ALL_SITES  = 1024,    /* sees the studies of every site, not of its own alone */
    PEER_RECEIVE    = 2048,    /* may be the destination of a C-MOVE */
    PEER_ASK        = 1 << 16, /* we may query it, and fetch what it holds */
};

enum { PEER_SEATS_MAX = 1024 };

typedef struct Peer {
    int64_t  id;
    char     ae_title[17];
    char     address[64];     /* numeric IP it must come from */
    int64_t  port;            /* for calling it; 0 none */
    int64_t  seats;           /* associations that it may hold at once; 0: as many as there is room for */
    int64_t  organisation_id; /* the site it stands at; 0 none */
    unsigned may;
    bool     enabled;
    char     description[128];
} Peer;

/* ERR_DENIED: no such AE title from that address (the detail says which half failed). */
bool peer_admit(Db *db, Slice ae_title, Slice address, Peer *ret, Err *err);
/* Whom to call by this title: enabled, with a port. ERR_NOT_FOUND none. */
bool peer_by_title(Db *db, Slice ae_title, Peer *ret, Err *err);
bool peer_save(Db *db, const Peer *peer, int64_t *ret_id, Err *err);

#endif
