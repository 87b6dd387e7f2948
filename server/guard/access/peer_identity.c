/*
 * User names and passcodes of DICOM peers.
 *
 * Passcodes are hashed with Argon2id, with less memory than those of people: they are made by an
 * administrator for a machine, and a modality opens an association for each series.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/peer_identity.h"

#include <inttypes.h>
#include <sodium.h>

enum { TEXT_MAX = 64, PASSCODE_MIN = 8, PASSES = 2, MEMORY_BYTES = 8 << 20 };

#define SAID_SHOWN "This DICOM peer did not prove who it is."

static bool forget(Db *db, int64_t peer_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM peer_identity WHERE peer_id = ?1");
    db_bind_int(q, 1, peer_id);
    return db_run(q, err);
}

bool peer_identity_set(Db *db, int64_t peer_id, Slice username, Slice passcode, Err *err)
{
    char  hash[crypto_pwhash_STRBYTES] = "";
    Slice name                         = slice_trim(username);
    if (name.len > TEXT_MAX || passcode.len > TEXT_MAX || (passcode.len && passcode.len < PASSCODE_MIN))
        return err_set(err, ERR_INPUT, "A peer's name has at most 64 characters, its passcode 8 to 64.",
                       "peer %" PRId64, peer_id);
    if (!name.len)
        return forget(db, peer_id, err);
    if (passcode.len &&
        (sodium_init() < 0 || crypto_pwhash_str(hash, passcode.at, passcode.len, PASSES, MEMORY_BYTES) != 0))
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "crypto_pwhash_str");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO peer_identity (peer_id, username, passcode)"
                                     " VALUES (?1, ?2, ?3)"
                                     " ON CONFLICT (peer_id) DO UPDATE SET username = ?2, passcode = ?3");
    db_bind_int(q, 1, peer_id);
    db_bind_text(q, 2, name);
    db_bind_cstr(q, 3, hash);
    return db_run(q, err);
}

static bool denied(int64_t peer_id, const char *why, Err *err)
{
    return err_set(err, ERR_DENIED, SAID_SHOWN, "peer %" PRId64 ": %s", peer_id, why);
}

/* PS3.7 table D.3-14: those that prove nothing here, as we share no secret and no authority with who made
 * them. */
const char *peer_said_kind(unsigned type)
{
    static const char *const KINDS[] = { "",
                                         "",
                                         "",
                                         "a Kerberos ticket (type 3) is not checked here",
                                         "a SAML assertion (type 4) is not checked here",
                                         "a JSON Web Token (type 5) is not checked here" };
    return type < COUNT(KINDS) ? KINDS[type] : "an identity of an unknown type is not checked here";
}

bool peer_identity_check(Db *db, int64_t peer_id, const PeerSaid *said, bool *ret_checked, Err *err)
{
    char name[TEXT_MAX * 4 + 1], hash[crypto_pwhash_STRBYTES];
    OWNED(DbQuery) *q = db_query(db, "SELECT username, passcode FROM peer_identity WHERE peer_id = ?1");
    db_bind_int(q, 1, peer_id);
    DbStep step  = db_next(q, err);
    *ret_checked = false;
    if (step != DB_ROW)
        return step == DB_END; /* nothing is asked of this peer */
    db_text(q, 0, name, sizeof name);
    db_text(q, 1, hash, sizeof hash);
    if (said->type != 1 && said->type != 2)
        return denied(peer_id, said->type ? peer_said_kind(said->type) : "no identity given", err);
    if (!slice_equal_text(slice_trim(said->username), name))
        return denied(peer_id, "another user name", err);
    if (hash[0] && (said->type != 2 || sodium_init() < 0 ||
                    crypto_pwhash_str_verify(hash, said->passcode.at, said->passcode.len) != 0))
        return denied(peer_id, said->type == 2 ? "wrong passcode" : "no passcode", err);
    *ret_checked = true;
    return true;
}
