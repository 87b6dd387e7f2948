/*
 * DICOM peers: list, rights by name, contacts and strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/peer_admin.h"

#include <inttypes.h>

#include "formats/json/json_util.h"
#include "guard/access/peer_certificate.h"
#include "platform/clock.h"

enum { STRANGERS_MAX = 200 };

static const struct {
    const char *name;
    unsigned    bit;
} RIGHTS[] = {
    { "echo", PEER_ECHO },
    { "store", PEER_STORE },
    { "worklist", PEER_WORKLIST },
    { "mpps", PEER_MPPS },
    { "commitment", PEER_COMMITMENT },
    { "query", PEER_QUERY },
    { "get", PEER_GET },
    { "move", PEER_RETRIEVE },
    { "receive", PEER_RECEIVE },
    { "all-sites", PEER_ALL_SITES },
    { "ask", PEER_ASK },
};

unsigned peer_right(Slice name)
{
    for (size_t i = 0; i < COUNT(RIGHTS); i++)
        if (slice_equal_text(name, RIGHTS[i].name))
            return RIGHTS[i].bit;
    return 0;
}

static json_t *rights_json(unsigned may)
{
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(RIGHTS); i++)
        if (may & RIGHTS[i].bit)
            json_push(list, json_string(RIGHTS[i].name));
    return list;
}

/* A moment, or null for never. */
static json_t *moment(int64_t at_ms)
{
    return at_ms ? json_integer(at_ms) : json_null();
}

static bool certificate_tell(const PeerCertificate *c, void *with)
{
    json_t *one =
        json_pack("{s:I, s:s, s:o, s:I}", "id", (json_int_t)c->id, "subject", c->subject, "not_after_ms",
                  moment(c->not_after_ms), "added_at_ms", (json_int_t)c->added_at_ms);
    if (c->sha256[0])
        json_put(one, "sha256", json_cstr(c->sha256));
    if (c->host_name[0])
        json_put(one, "host_name", json_cstr(c->host_name));
    return json_push(with, one);
}

static json_t *peer_json(const DbQuery *q)
{
    json_t *contact  = json_pack("{s:o, s:o, s:o, s:o, s:b, s:I}", "heard_at_ms", moment(db_int(q, 8)),
                                 "refused_at_ms", moment(db_int(q, 9)), "refused_why",
                                 json_slice(db_slice(q, 10)), "echo_at_ms", moment(db_int(q, 11)), "echo_ok",
                                 db_int(q, 12) != 0, "echo_took_ms", (json_int_t)db_int(q, 13));
    json_t *identity = db_is_null(q, 15) ? json_null()
                                         : json_pack("{s:o, s:b}", "username", json_slice(db_slice(q, 15)),
                                                     "passcode", db_int(q, 16) != 0);
    return json_pack("{s:I, s:o, s:o, s:I, s:o, s:o, s:b, s:o, s:o, s:I, s:o}", "id",
                     (json_int_t)db_int(q, 0), "ae_title", json_slice(db_slice(q, 1)), "address",
                     json_slice(db_slice(q, 2)), "port", (json_int_t)db_int(q, 3), "organisation_id",
                     db_is_null(q, 4) ? json_null() : json_integer(db_int(q, 4)), "may",
                     rights_json((unsigned)db_int(q, 5)), "enabled", db_int(q, 6) != 0, "description",
                     json_slice(db_slice(q, 7)), "contact", contact, "seats", (json_int_t)db_int(q, 14),
                     "identity", identity);
}

bool peers_json(Db *db, json_t **ret, Err *err)
{
    DbStep step;
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT peer.id, peer.ae_title, peer.address, peer.port, "
                                         "peer.organisation_id, peer.may,"
                                         "       peer.enabled, peer.description, peer_contact.heard_at_ms, "
                                         "peer_contact.refused_at_ms, peer_contact.refused_why,"
                                         "       peer_contact.echo_at_ms, peer_contact.echo_ok, "
                                         "peer_contact.echo_took_ms, peer.seats,"
                                         "       peer_identity.username, peer_identity.passcode <> ''"
                                         "  FROM peer"
                                         "  LEFT JOIN peer_contact ON peer_contact.peer_id = peer.id"
                                         "  LEFT JOIN peer_identity ON peer_identity.peer_id = peer.id"
                                         " ORDER BY peer.ae_title, peer.address");
    while ((step = db_next(q, err)) == DB_ROW)
        if (!json_push(list, peer_json(q)))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "list of peers");
    if (step == DB_FAILED)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *one = json_array_get(list, i), *certificates = json_array();
        if (!json_put(one, "certificates", certificates) ||
            !peer_certificate_each(db, json_integer_value(json_object_get(one, "id")), certificate_tell,
                                   certificates, err))
            return false;
    }
    *ret = GIVE(list);
    return true;
}

bool peers_asked_json(Db *db, json_t **ret, Err *err)
{
    DbStep step;
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT id, ae_title, description FROM peer"
                                         " WHERE enabled = 1 AND port > 0 AND (may & ?1) <> 0 ORDER BY ae_title");
    db_bind_int(q, 1, PEER_ASK);
    while ((step = db_next(q, err)) == DB_ROW)
        if (!json_push(list,
                       json_pack("{s:I, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "ae_title",
                                 json_slice(db_slice(q, 1)), "description", json_slice(db_slice(q, 2)))))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "list of peers");
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool peer_strangers_json(Db *db, json_t **ret, Err *err)
{
    DbStep step;
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT ae_title, address, times, first_at_ms, last_at_ms, why"
                                         "  FROM peer_stranger ORDER BY last_at_ms DESC, ae_title");
    while ((step = db_next(q, err)) == DB_ROW)
        if (!json_push(list,
                       json_pack("{s:o, s:o, s:I, s:I, s:I, s:o}", "ae_title", json_slice(db_slice(q, 0)),
                                 "address", json_slice(db_slice(q, 1)), "times", (json_int_t)db_int(q, 2),
                                 "first_at_ms", (json_int_t)db_int(q, 3), "last_at_ms",
                                 (json_int_t)db_int(q, 4), "why", json_slice(db_slice(q, 5)))))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "list of strangers");
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool peer_load(Db *db, int64_t id, Peer *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, ae_title, address, port, organisation_id, may, enabled, "
                                     "description, seats FROM peer WHERE id = ?1");
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = (Peer) { .id              = db_int(q, 0),
                        .port            = db_int(q, 3),
                        .organisation_id = db_int(q, 4),
                        .may             = (unsigned)db_int(q, 5),
                        .enabled         = db_int(q, 6) != 0,
                        .seats           = db_int(q, 8) };
        db_text(q, 1, ret->ae_title, sizeof ret->ae_title);
        db_text(q, 2, ret->address, sizeof ret->address);
        db_text(q, 7, ret->description, sizeof ret->description);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such DICOM peer.", "peer %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool peer_remove(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *contact  = db_query(db, "DELETE FROM peer_contact WHERE peer_id = ?1");
    OWNED(DbQuery) *shown    = db_query(db, "DELETE FROM peer_certificate WHERE peer_id = ?1");
    OWNED(DbQuery) *identity = db_query(db, "DELETE FROM peer_identity WHERE peer_id = ?1");
    OWNED(DbQuery) *peer     = db_query(db, "DELETE FROM peer WHERE id = ?1");
    db_bind_int(contact, 1, id);
    db_bind_int(shown, 1, id);
    db_bind_int(identity, 1, id);
    db_bind_int(peer, 1, id);
    if (!db_run(contact, err) || !db_run(shown, err) || !db_run(identity, err) || !db_run(peer, err))
        return false;
    return db_changes(peer) == 1 || err_set(err, ERR_NOT_FOUND, "No such DICOM peer.", "peer %" PRId64, id);
}

/* ---- who was heard ---- */

/* The peer of this title and address; 0 none. */
static bool peer_of(Db *db, Slice ae_title, Slice address, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM peer WHERE ae_title = ?1 AND address = ?2");
    db_bind_text(q, 1, ae_title);
    db_bind_text(q, 2, address);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

static bool contact_keep(Db *db, int64_t id, Slice why, Err *err)
{
    OWNED(DbQuery) *q =
        why.len ? db_query(db, "INSERT INTO peer_contact (peer_id, refused_at_ms, refused_why) VALUES (?1, "
                               "?2, ?3)"
                               " ON CONFLICT (peer_id) DO UPDATE SET refused_at_ms = ?2, refused_why = ?3")
                : db_query(db, "INSERT INTO peer_contact (peer_id, heard_at_ms) VALUES (?1, ?2)"
                               " ON CONFLICT (peer_id) DO UPDATE SET heard_at_ms = ?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    if (why.len)
        db_bind_text(q, 3, why);
    return db_run(q, err);
}

/* Somebody who tries every title must not fill the table. */
static bool strangers_thin(Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM peer_stranger WHERE last_at_ms < (SELECT last_at_ms FROM "
                                     "peer_stranger ORDER BY last_at_ms DESC LIMIT 1 OFFSET ?1)");
    db_bind_int(q, 1, STRANGERS_MAX - 1);
    return db_run(q, err);
}

static bool stranger_keep(Db *db, Slice ae_title, Slice address, Slice why, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO peer_stranger (ae_title, address, times, first_at_ms, "
                                     "last_at_ms, why) VALUES (?1, ?2, 1, ?3, ?3, ?4)"
                                     " ON CONFLICT (ae_title, address) DO UPDATE SET times = "
                                     "peer_stranger.times + 1, last_at_ms = ?3, why = ?4");
    db_bind_text(q, 1, ae_title);
    db_bind_text(q, 2, address);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_text(q, 4, why);
    return db_run(q, err) && strangers_thin(db, err);
}

bool peer_heard(Db *db, Slice ae_title, Slice address, Slice why, Err *err)
{
    int64_t id    = 0;
    Slice   title = slice_trim(ae_title);
    if (!peer_of(db, title, address, &id, err))
        return false;
    if (id)
        return contact_keep(db, id, why, err);
    return !why.len || stranger_keep(db, title, address, why, err);
}

bool peer_known_now(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM peer_stranger"
                                     " WHERE EXISTS (SELECT 1 FROM peer WHERE peer.id = ?1 AND peer.ae_title "
                                     "= "
                                     "peer_stranger.ae_title AND peer.address = peer_stranger.address)");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

bool peer_echo_keep(Db *db, int64_t id, bool ok, int64_t took_ms, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO peer_contact (peer_id, echo_at_ms, echo_ok, echo_took_ms) "
                                     "VALUES (?1, ?2, ?3, ?4)"
                                     " ON CONFLICT (peer_id) DO UPDATE SET echo_at_ms = ?2, echo_ok = ?3, "
                                     "echo_took_ms = ?4");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, ok);
    db_bind_int(q, 4, took_ms);
    return db_run(q, err);
}
