/*
 * Calling a known peer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scu_peer.h"

#include "guard/access/peer_certificate.h"

typedef struct Called {
    DbHost     *db;
    const Peer *peer;
} Called;

static bool is_that_peer(void *with, const Tls *tls, Err *err)
{
    const Called *c = with;
    OWNED(Db) *db   = db_read(c->db, err);
    return db && peer_certificate_check(db, c->peer->id, tls, err);
}

static bool speaks_tls(DbHost *host, const Peer *peer, bool *ret, Err *err)
{
    OWNED(Db) *db = db_read(host, err);
    return db && peer_certificate_any(db, peer->id, ret, err);
}

Scu *scu_connect_peer(DbHost *db, TlsRoom *tls, const Peer *peer, const ScuWish *wish, Err *err)
{
    Called  called = { db, peer };
    ScuWish whole  = *wish;
    bool    secret = false;
    if (!speaks_tls(db, peer, &secret, err))
        return NULL;
    if (secret && !tls) {
        err_set(err, ERR_UNAVAILABLE, "DICOM over TLS is not set up here.", "no certificate of ours, peer %s",
                peer->ae_title);
        return NULL;
    }
    whole.host   = peer->address;
    whole.port   = (int)peer->port;
    whole.called = peer->ae_title;
    if (secret) {
        whole.tls          = tls;
        whole.certify      = is_that_peer;
        whole.certify_with = &called;
    }
    return scu_connect(&whole, err);
}
