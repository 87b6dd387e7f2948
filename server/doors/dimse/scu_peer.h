/*
 * Calling a known peer: where it listens, and over TLS when it has a certificate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCU_PEER_H
#define DOORS_DIMSE_SCU_PEER_H

#include "doors/dimse/scu.h"
#include "guard/access/peer.h"
#include "platform/db/db.h"

/*
 * scu_connect to this peer: 'wish' says the rest; host, port, called title and TLS are filled in here. A peer
 * that has a certificate is called over TLS and must show it, or nothing is said to it. 'tls' NULL: DICOM
 * over TLS is not set up, and such a peer cannot be called (ERR_UNAVAILABLE). Else errors as scu_connect.
 */
Scu *scu_connect_peer(DbHost *db, TlsRoom *tls, const Peer *peer, const ScuWish *wish, Err *err);

#endif
