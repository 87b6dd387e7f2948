/*
 * DICOM peers as an administrator sees them: the list with their rights by name, when each was heard, who
 * knocked without being known.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PEER_ADMIN_H
#define GUARD_ACCESS_PEER_ADMIN_H

#include <jansson.h>

#include "guard/access/peer.h"

/* "store", "worklist", "query", "move", "get", "echo", "receive", "all-sites", "mpps", "commitment", "ask"; 0: no
 * such. */
unsigned peer_right(Slice name);

/* [{id,ae_title,address,port,organisation_id,may:[…],enabled,description,contact:{…},certificates:[…]}], by title. */
bool peers_json(Db *db, json_t **ret, Err *err);
/* Those that we may ask, without their addresses: [{id,ae_title,description}]. */
bool peers_asked_json(Db *db, json_t **ret, Err *err);
/* [{ae_title,address,times,first_at_ms,last_at_ms,why}], newest first. */
bool peer_strangers_json(Db *db, json_t **ret, Err *err);

bool peer_load(Db *db, int64_t id, Peer *ret, Err *err); /* ERR_NOT_FOUND */
bool peer_remove(Db *db, int64_t id, Err *err);          /* ERR_NOT_FOUND; what it did stays in the trace */

/* An association that was opened, or refused ('why' not empty), in the transaction of its trace. */
bool peer_heard(Db *db, Slice ae_title, Slice address, Slice why, Err *err);

/* Entered now: no stranger any more. */
bool peer_known_now(Db *db, int64_t id, Err *err);

/* What our C-ECHO met. */
bool peer_echo_keep(Db *db, int64_t id, bool ok, int64_t took_ms, Err *err);

#endif
