/*
 * Known DICOM peers: an AE title counts only from its own address.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/peer.h"

#include <arpa/inet.h>
#include <inttypes.h>

static void peer_from_row(const DbQuery *row, Peer *ret)
{
    *ret = (Peer) { .id = db_int(row, 0) };
    db_text(row, 1, ret->ae_title, sizeof ret->ae_title);
    db_text(row, 2, ret->address, sizeof ret->address);
    ret->port            = db_int(row, 3);
    ret->organisation_id = db_int(row, 4);
    ret->may             = (unsigned)db_int(row, 5);
    ret->enabled         = db_int(row, 6) != 0;
    db_text(row, 7, ret->description, sizeof ret->description);
    ret->seats = db_int(row, 8);
}

/* One spelling per address: canonical text, and IPv4 inside IPv6 (::ffff:a.b.c.d) as IPv4. False: not
 * numeric. */
static bool address_canonical(Slice address, char ret[64])
{
    char            text[64];
    struct in6_addr six;
    struct in_addr  four;
    if (!address.len || !slice_copy(address, text, sizeof text))
        return false;
    if (inet_pton(AF_INET, text, &four) == 1)
        return inet_ntop(AF_INET, &four, ret, 64) != NULL;
    if (inet_pton(AF_INET6, text, &six) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return inet_ntop(AF_INET, &six.s6_addr[12], ret, 64) != NULL;
    return inet_ntop(AF_INET6, &six, ret, 64) != NULL;
}

/* PS3.5 VR AE: at most 16 printable characters, no backslash; spaces at both ends do not count. */
static bool ae_title_valid(Slice title)
{
    bool fine = title.len > 0 && title.len <= 16;
    for (size_t i = 0; fine && i < title.len; i++)
        fine = title.at[i] >= 0x20 && title.at[i] < 0x7F && title.at[i] != '\\';
    return fine;
}

bool peer_admit(Db *db, Slice ae_title, Slice address, Peer *ret, Err *err)
{
    char        canonical[64] = "";
    const char *why           = "the AE title is not known";
    Slice       title         = slice_trim(ae_title);
    if (!ae_title_valid(title) || !address_canonical(address, canonical))
        return err_set(err, ERR_DENIED, "This DICOM peer is not known here.",
                       "AE title or address is not well formed");
    OWNED(DbQuery) *q = db_query(db, "SELECT id, ae_title, address, port, organisation_id, may, enabled, "
                                     "description, seats"
                                     "  FROM peer"
                                     " WHERE ae_title = ?1");
    db_bind_text(q, 1, title);
    for (;;) {
        Peer   peer;
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_END)
            return err_set(err, ERR_DENIED, "This DICOM peer is not known here.", "%s: " SLICE_FMT " from %s",
                           why, SLICE_ARG(title), canonical);
        peer_from_row(q, &peer);
        if (strcmp(peer.address, canonical) != 0) {
            why = "the AE title is known, not from this address";
        } else if (!peer.enabled) {
            why = "the peer is switched off";
        } else {
            *ret = peer;
            return true;
        }
    }
}

bool peer_by_title(Db *db, Slice ae_title, Peer *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, ae_title, address, port, organisation_id, may, enabled, "
                                     "description, seats"
                                     "  FROM peer"
                                     " WHERE ae_title = ?1 AND enabled = 1 AND port <> 0"
                                     " ORDER BY id");
    db_bind_text(q, 1, slice_trim(ae_title));
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such DICOM peer.", "nobody to call is named " SLICE_FMT,
                       SLICE_ARG(ae_title));
    if (step == DB_ROW)
        peer_from_row(q, ret);
    return step == DB_ROW;
}

bool peer_save(Db *db, const Peer *peer, int64_t *ret_id, Err *err)
{
    char  canonical[64];
    Slice title = slice_trim(slice_of(peer->ae_title));
    if (!ae_title_valid(title))
        return err_set(err, ERR_INPUT, "An AE title has 1 to 16 characters.", "AE title of %zu characters",
                       title.len);
    if (!address_canonical(slice_of(peer->address), canonical))
        return err_set(err, ERR_INPUT, "The address of a peer is a numeric IP address.", "peer address");
    if (peer->port < 0 || peer->port > 65535)
        return err_set(err, ERR_INPUT, "A port is between 0 and 65535.", "port %" PRId64, peer->port);
    if (peer->seats < 0 || peer->seats > PEER_SEATS_MAX)
        return err_set(err, ERR_INPUT, "A value of the request is not right.", "%" PRId64 " seats",
                       peer->seats);
    OWNED(DbQuery) *q = peer->id ? db_query(db, "UPDATE peer"
                                                "   SET ae_title = ?1, address = ?2, port = ?3, "
                                                "organisation_id = ?4, may = ?5, enabled = ?6, description = "
                                                "?7, seats = ?8"
                                                " WHERE id = ?9")
                                 : db_query(db, "INSERT INTO peer (ae_title, address, port, organisation_id, "
                                                "may, enabled, description, seats)"
                                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    db_bind_text(q, 1, title);
    db_bind_cstr(q, 2, canonical);
    db_bind_int(q, 3, peer->port);
    if (peer->organisation_id)
        db_bind_int(q, 4, peer->organisation_id);
    else
        db_bind_null(q, 4);
    db_bind_int(q, 5, peer->may);
    db_bind_int(q, 6, peer->enabled);
    db_bind_cstr(q, 7, peer->description);
    db_bind_int(q, 8, peer->seats);
    if (peer->id)
        db_bind_int(q, 9, peer->id);
    if (!db_run(q, err))
        return false;
    if (peer->id && !db_changes(q))
        return err_set(err, ERR_NOT_FOUND, "No such DICOM peer.", "peer %" PRId64, peer->id);
    *ret_id = peer->id ? peer->id : db_last_id(db);
    return true;
}
