/*
 * What the files of asking other archives share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_REMOTE_INTERNAL_H
#define DOORS_DIMSE_REMOTE_INTERNAL_H

#include "doors/dimse/negotiation.h"
#include "doors/dimse/remote.h"
#include "doors/dimse/scu_peer.h"
#include "formats/dicom/writer.h"
#include "guard/audit/audit.h"

/* The peer of this title, if it may be asked; a refusal is traced. */
bool remote_peer(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, const char *what, Peer *ret,
                 Err *err);

Scu *remote_call(const RemoteHouse *h, const Peer *peer, const ScuContext *contexts, size_t count, Err *err);

bool remote_trace(const RemoteHouse *h, const RemoteAsker *who, const Peer *peer, AuditEvent event,
                  AuditOutcome outcome, const char *what, Slice object, const char *detail, Err *err);

/* Ends the writing of an identifier and asks by C-FIND. ERR_UNAVAILABLE a failure was the answer. */
bool remote_ask(Scu *scu, DicomWriter *w, ScuAnswer *each, void *arg, Err *err);
/* In the syntax agreed for 'sop_class'. */
bool remote_identifier(const Scu *scu, const char *sop_class, DicomWriter *w, Buf *ret, Err *err);

#endif
