/*
 * DIMSE command sets: what is asked and what is answered, in group 0000, implicit little endian.
 *
 * Pure. Source: DICOM PS3.7 §9.3, annex C (statuses), annex E (the command dictionary).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_COMMAND_H
#define DOORS_DIMSE_COMMAND_H

#include "base/buf.h"

enum {
    COMMAND_C_STORE_RQ        = 0x0001,
    COMMAND_C_GET_RQ          = 0x0010,
    COMMAND_C_FIND_RQ         = 0x0020,
    COMMAND_C_MOVE_RQ         = 0x0021,
    COMMAND_C_ECHO_RQ         = 0x0030,
    COMMAND_C_CANCEL_RQ       = 0x0fff,
    COMMAND_N_EVENT_REPORT_RQ = 0x0100,
    COMMAND_N_SET_RQ          = 0x0120,
    COMMAND_N_ACTION_RQ       = 0x0130,
    COMMAND_N_CREATE_RQ       = 0x0140,
    COMMAND_RESPONSE          = 0x8000, /* set in every response */
    COMMAND_NO_DATA_SET       = 0x0101,
};

enum {
    STATUS_SUCCESS            = 0x0000,
    STATUS_INVALID_VALUE      = 0x0106,
    STATUS_PROCESSING_FAILURE = 0x0110,
    STATUS_DUPLICATE          = 0x0111, /* SOP instance */
    STATUS_NO_INSTANCE        = 0x0112,
    STATUS_INVALID_ARGUMENT   = 0x0115,
    STATUS_INVALID_INSTANCE   = 0x0117, /* its UID */
    STATUS_NO_CLASS           = 0x0118,
    STATUS_CLASS_CONFLICT     = 0x0119, /* the instance is of another class */
    STATUS_MISSING_ATTRIBUTE  = 0x0120,
    STATUS_MISSING_VALUE      = 0x0121,
    STATUS_NO_ACTION          = 0x0123,
    STATUS_RESOURCES          = 0x0213,
    STATUS_CLASS_NOT_HERE     = 0x0122, /* SOP class not supported */
    STATUS_NOT_AUTHORISED     = 0x0124,
    STATUS_UNKNOWN_OPERATION  = 0x0211,
    STATUS_MISTYPED           = 0x0212,
    STATUS_OUT_OF_RESOURCES   = 0xa700,
    STATUS_CANNOT_COUNT       = 0xa701, /* C-MOVE, C-GET: the matches cannot be counted */
    STATUS_CANNOT_SEND        = 0xa702, /* C-MOVE, C-GET: no sub-operation could be performed */
    STATUS_NO_DESTINATION     = 0xa801, /* C-MOVE: destination unknown */
    STATUS_MISMATCH           = 0xa900, /* data set (or identifier) does not match the SOP class */
    STATUS_SOME_FAILED        = 0xb000, /* C-MOVE, C-GET: done, but for some sub-operations */
    STATUS_NOT_UNDERSTOOD     = 0xc000,
    STATUS_CANCELLED          = 0xfe00,
    STATUS_PENDING            = 0xff00,
    STATUS_PENDING_WARNING    = 0xff01, /* an optional key is not supported */
};

typedef struct Command {
    uint16_t field;
    uint16_t message_id;                      /* of a request */
    uint16_t replied_id;                      /* of a response or a cancel: the request's */
    uint16_t priority;                        /* 0 medium, 1 high, 2 low */
    uint16_t data_set;                        /* COMMAND_NO_DATA_SET: none follows */
    uint16_t status;                          /* of a response */
    char     sop_class[65], sop_instance[65]; /* affected, or (N-SET, N-ACTION) requested */
    uint16_t event_type, action_type, error_id;
    char     comment[65];     /* plain ASCII, for people at the other end */
    char     destination[17]; /* C-MOVE request */
    char     originator[17];  /* C-STORE request on behalf of a C-MOVE: who asked, and its id */
    uint16_t originator_id;
    bool     has_counts; /* of a C-MOVE or C-GET response */
    uint16_t remaining, completed, failed, warning;
} Command;

/* Of the sub-operation kind: Bxxx, and the few others that are warnings (PS3.7 annex C.4). */
static inline bool status_is_warning(uint16_t status)
{
    return (status & 0xf000) == 0xb000 || status == 0x0001 || status == 0x0107 || status == 0x0116;
}

static inline bool status_is_pending(uint16_t status)
{
    return status == STATUS_PENDING || status == STATUS_PENDING_WARNING;
}

static inline bool command_has_data(const Command *c)
{
    return c->data_set != COMMAND_NO_DATA_SET;
}

/* Errors: ERR_INPUT not a command set: other groups, out of order, without command field or message id. */
bool command_read(Slice bytes, Command *ret, Err *err);
bool command_write(const Command *c, Buf *to, Err *err);

/* The answer to 'request': same classes and instance, no data set. */
Command command_answer(const Command *request, uint16_t status, const char *comment);

/* The C-STORE or C-FIND status for a kind of failure. */
uint16_t dimse_status(ErrKind kind);

#endif
