/*
 * What a DICOM peer must say of itself beyond title and address: a user name, and perhaps a passcode.
 *
 * One row per peer that must. DICOM PS3.7 annex D.3.3.7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PEER_IDENTITY_H
#define GUARD_ACCESS_PEER_IDENTITY_H

#include "guard/access/peer.h"

/* Sets what the peer must say; an empty name: nothing any more; an empty passcode: the name alone.
 * ERR_INPUT longer than 64 characters, or a passcode of less than 8. */
bool peer_identity_set(Db *db, int64_t peer_id, Slice username, Slice passcode, Err *err);

/* What it said: 'type' 0 nothing, 1 a name, 2 name and passcode, others we cannot check. */
typedef struct PeerSaid {
    unsigned type;
    Slice    username, passcode;
} PeerSaid;

/* For the trace: what a peer showed that proves nothing here; "" a name, a passcode, or nothing at all. */
const char *peer_said_kind(unsigned type);

/*
 * Is that enough? *ret_checked: the peer had to prove itself, and did (a positive answer may be given).
 * Takes some 20 ms when there is a passcode. ERR_DENIED: nothing, or not the right thing, was said.
 */
bool peer_identity_check(Db *db, int64_t peer_id, const PeerSaid *said, bool *ret_checked, Err *err);

#endif
