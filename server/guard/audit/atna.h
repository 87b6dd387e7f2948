/*
 * Lines of the trace as DICOM Audit Messages, and as syslog for an audit record repository. X3, O9.
 *
 * Source: DICOM PS3.15 A.5 (the message and its schema), IHE ITI TF-2 ITI-20 (transport), RFC 5424 (header), RFC 5425 §4.3 (framing over
 * TLS). Each message carries the number and the hash of its line: who keeps the messages keeps an anchor of the whole chain.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_ATNA_H
#define GUARD_AUDIT_ATNA_H

#include <jansson.h>

#include "base/buf.h"

/* Who tells: names of this house in every message. */
typedef struct AtnaSource {
    const char *source;     /* AuditSourceID, one per installation */
    const char *enterprise; /* AuditEnterpriseSiteID; "" none */
    const char *host;       /* HOSTNAME of the syslog header */
} AtnaSource;

enum { ATNA_MESSAGE_MAX = 64 << 10 }; /* bytes of one message */

/*
 * Adds the <AuditMessage> of one line, as audit_list_json gives it, with "ipp", "act_number" and "actor_rpps" beside where known. Pure.
 * False at the ceiling of 'ret'.
 */
bool atna_message(const json_t *line, const AtnaSource *source, Buf *ret);

/* Adds the same as one syslog message, octets counted before it. */
bool atna_syslog(const json_t *line, const AtnaSource *source, Buf *ret);

#endif
