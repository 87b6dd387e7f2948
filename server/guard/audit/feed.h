/*
 * The live feed: every line of the trace to an audit record repository, by syslog over TLS. X3, O9; IHE ITI-20, RFC 5425.
 *
 * The chain itself is the queue: its lines are numbered without gaps, and audit_feed keeps how far the collector came. Syslog has no
 * answer; what the collector has read is known when it ends the connection after us, so ours are ended every few seconds or hundred
 * lines, and only then does the position move. Nothing is lost when either side stops or the line is cut, and what was not confirmed is
 * sent again: after a cut with lines on their way those may come twice, each with its number. docs/decisions/0125-audit-feed.md.
 *
 * Requests wait for nothing here: a thread of its own reads snapshots.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_FEED_H
#define GUARD_AUDIT_FEED_H

#include "guard/audit/atna.h"
#include "platform/db/db.h"
#include "platform/net/tls.h"

/* Puts the names that a repository needs beside each line: numbers of patients and acts, people. */
typedef bool AuditNames(Db *db, json_t *lines, Err *err);

typedef struct AuditFeedOptions {
    const char *collector; /* "host:port"; port 0: no feed */
    TlsFiles    tls;       /* certificate and key may be "": then we show none */
    AtnaSource  source;
    const char *progress;  /* file that outlives the process, not the machine: how far was written */
    AuditNames *names;
} AuditFeedOptions;

typedef struct AuditFeed AuditFeed;

/* NULL without *err when no collector is configured. 'options' is borrowed until the stop. ERR_INPUT: a certificate cannot be used. */
AuditFeed *audit_feed_start(DbHost *db, const AuditFeedOptions *options, Err *err);
void       audit_feed_stop(AuditFeed *f); /* confirms what was sent; takes NULL */

/* {"position","lines","waiting","sent_at_ms","error","detail","failing_since_ms"}: docs/api.md. */
bool audit_feed_json(Db *db, json_t **ret, Err *err);

#endif
