/*
 * Anchors: once a day the end of the chain, signed by this house, so that a chain written anew afterwards is found. X3.
 *
 * An anchor is the text "line N", "at_ms M", "hash H", a line each, sealed with the purpose "trace". It proves something to who keeps it
 * (or the public key) elsewhere: tools/verify-trace.py checks both without this program. docs/decisions/0126-anchors.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_ANCHOR_H
#define GUARD_AUDIT_ANCHOR_H

#include <jansson.h>

#include "base/buf.h"
#include "platform/db/db.h"

#define AUDIT_JOB_ANCHOR  "audit.anchor"
#define AUDIT_ANCHOR_SEAL "trace" /* purpose of the seal, and name of its key */

/* The keys are made when they are not there; an anchor is made now and every day from here on. */
bool audit_anchor_daily(DbHost *db, const char *keys_folder, Err *err);
/* What the job does: one anchor, unless the chain has not grown; then the next day's job. */
bool audit_anchor_run(DbHost *db, const char *keys_folder, Err *err);

/* Adds the latest 'most' anchors, the oldest first, as text: what verify-trace.py reads. */
bool audit_anchors_text(Db *db, int most, Buf *ret, Err *err);
/* The latest: {"at_ms","line","hash"}; JSON null when there is none. */
bool audit_anchor_json(Db *db, json_t **ret, Err *err);

#endif
