/*
 * By which certificate a DICOM peer is known: a very certificate, or a name that a trusted authority vouches
 * for.
 *
 * A peer without any speaks in clear and is known by title and address alone; one with any must speak TLS,
 * both when it calls and when it is called. Several at a time: the next one is entered before the old one
 * runs out. DICOM PS3.15 annex B; IHE ITI TF-2 §3.19 (authenticate node).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PEER_CERTIFICATE_H
#define GUARD_ACCESS_PEER_CERTIFICATE_H

#include "guard/access/peer.h"
#include "platform/net/tls.h"

typedef struct PeerCertificate {
    int64_t id, peer_id;
    char    sha256[65];     /* "" when known by name */
    char    host_name[256]; /* "" when known by certificate */
    char    subject[256];
    int64_t not_after_ms; /* 0 when known by name */
    int64_t added_at_ms;
} PeerCertificate;

/* Adds a certificate as a file holds it (PEM). ERR_INPUT: not one certificate, or out of force already;
 * ERR_CONFLICT: it is there. *ret_id may be NULL, as below. */
bool peer_certificate_add(Db *db, int64_t peer_id, Slice pem, int64_t *ret_id, Err *err);
/* Any certificate made out to 'host_name' by an authority of dicom-tls-authority. */
bool peer_certificate_add_name(Db *db, int64_t peer_id, Slice host_name, int64_t *ret_id, Err *err);
/* ERR_NOT_FOUND: the peer has no such one. */
bool peer_certificate_remove(Db *db, int64_t peer_id, int64_t id, Err *err);

/* In the order they were added; false from 'each' stops, without an error. */
bool peer_certificate_each(Db *db, int64_t peer_id, bool (*each)(const PeerCertificate *, void *), void *arg,
                           Err *err);
bool peer_certificate_any(Db *db, int64_t peer_id, bool *ret, Err *err);

/* Is the one at the other end ('tls' NULL: in clear) this peer? ERR_DENIED: no, the detail says why. */
bool peer_certificate_check(Db *db, int64_t peer_id, const Tls *tls, Err *err);

#endif
