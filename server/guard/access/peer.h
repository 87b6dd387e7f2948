/*
 * Known DICOM peers: AE title and address, and what each may do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PEER_H
#define GUARD_ACCESS_PEER_H

#include "platform/db/db.h"

enum { PEER_STORE = 1, PEER_WORKLIST = 2, PEER_QUERY = 4, PEER_RETRIEVE = 8 };

typedef struct Peer {
    int64_t  id;
    char     ae_title[17];
    char     address[64]; /* numeric IP it must come from */
    int64_t  port;        /* for calling it; 0 none */
    int64_t  organisation_id; /* the site it stands at; 0 none */
    unsigned may;
    bool     enabled;
    char     description[128];
} Peer;

/* ERR_DENIED: no such AE title from that address (the detail says which half failed). */
bool peer_admit(Db *db, Slice ae_title, Slice address, Peer *ret, Err *err);
bool peer_save(Db *db, const Peer *peer, int64_t *ret_id, Err *err);

#endif
