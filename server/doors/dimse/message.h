/*
 * DIMSE messages over an association: a command, and the data set that may follow it. DICOM PS3.7 §6.3, annex
 * F.
 *
 * Commands are small and gathered; data sets are handed on as they come, so that one of 2 GB passes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_MESSAGE_H
#define DOORS_DIMSE_MESSAGE_H

#include "doors/dimse/association.h"
#include "doors/dimse/command.h"

enum { MESSAGE_COMMAND_MAX = 1 << 14, MESSAGE_IDENTIFIER_MAX = 1 << 20 }; /* bytes */

typedef enum MessageNews {
    MESSAGE_COMMAND,
    MESSAGE_RELEASED,
    MESSAGE_BROKEN,
    MESSAGE_WOKEN, /* association_wake_by */
} MessageNews;

/* The next command and the context it came in. Its data set, if it has one, must be read next. */
MessageNews message_next(Association *a, Command *ret, uint8_t *ret_context, Err *err);

/* One piece of a data set, borrowed. */
typedef void MessagePart(Slice bytes, void *arg);

/* The data set of the command just read, to its end. False: the association is broken. */
bool message_data(Association *a, uint8_t context, MessagePart *part, void *arg, Err *err);

/* The same, gathered; at the ceiling of 'ret' the rest is read and dropped, and ret->failed says so. */
bool message_data_gather(Association *a, uint8_t context, Buf *ret, Err *err);

/* A command and, when it has one, its data set. */
bool message_send(Association *a, uint8_t context, const Command *c, Slice data, Err *err);
/* The same, the data set being read as it is sent. One that cannot be read breaks the association. */
bool message_send_from(Association *a, uint8_t context, const Command *c, const BlobSource *data, Err *err);

#endif
