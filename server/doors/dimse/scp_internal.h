/*
 * What the files of the provider side share: one association being served, and its counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCP_INTERNAL_H
#define DOORS_DIMSE_SCP_INTERNAL_H

#include "doors/dimse/message.h"
#include "doors/dimse/scp.h"

typedef struct ScpSession {
    const ScpHouse *house;
    Association    *association;
    Peer            peer;
    const char     *address;
    char            actor[32]; /* "peer:MODALITY1" */
    int64_t         echoed, stored, known, refused, queries, answers;
} ScpSession;

/* Each answers one request whose command was read. False: the association is broken. */
bool scp_store(ScpSession *s, const AssociationContext *context, const Command *request, Err *err);
bool scp_find(ScpSession *s, const AssociationContext *context, const Command *request, Err *err);

/* Reads and drops the data set of a request, if it has one, then answers it without one. */
bool scp_refuse(ScpSession *s, uint8_t context, const Command *request, uint16_t status, const char *comment,
                Err *err);

#endif
