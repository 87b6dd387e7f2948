/*
 * Calling a known peer to see whether it answers: C-ECHO, with what stands in the way said plainly.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_PEER_CALL_H
#define DOORS_DIMSE_PEER_CALL_H

#include "doors/dimse/remote.h"

/*
 * Connects, over TLS where the peer has a certificate, echoes, releases; within some 5 s for each answer.
 * Errors: ERR_INPUT the peer has no port; ERR_UNAVAILABLE nobody answers there; ERR_DENIED it answers and
 * refuses.
 */
bool peer_echo(const RemoteHouse *h, const Peer *peer, int64_t *ret_took_ms, Err *err);

#endif
