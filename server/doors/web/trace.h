/*
 * The trace of what passes this door: durable before a byte leaves; repeated reads of one object once in ten
 * minutes.
 *
 * docs/decisions/0009-trace-of-reads.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_TRACE_H
#define DOORS_WEB_TRACE_H

#include "guard/access/who.h"
#include "guard/audit/audit.h"

enum { TRACE_COVERS_MS = 10 * 60 * 1000, TRACE_REMEMBERED = 8192 };

typedef struct Trace Trace;

Trace *trace_new(DbHost *db, Err *err);
void   trace_free(Trace *t);

/* One line, durable when true. */
bool trace_write(Trace *t, const AuditLine *line, Err *err);

/*
 * As trace_write, unless the same (session, event, outcome, what, object) was written in the last
 * TRACE_COVERS_MS. Without a session the address stands for it. Only for reads, searches and refusals.
 */
bool trace_once(Trace *t, int64_t session_id, const AuditLine *line, Err *err);

#endif
