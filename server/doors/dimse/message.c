/*
 * DIMSE messages: fragments put together, in the order the standard wants them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/message.h"

static bool out_of_order(Association *a, Err *err, const char *what)
{
    association_abort(a, (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_INVALID_VALUE });
    return err_set(err, ERR_INPUT, "The DICOM message is malformed.", "%s", what);
}

MessageNews message_next(Association *a, Command *ret, uint8_t *ret_context, Err *err)
{
    OWNED_BUF gathered = buf_make(MESSAGE_COMMAND_MAX);
    Pdv       pdv      = { 0 };
    uint8_t   context  = 0;
    do {
        switch (association_next(a, context == 0, &pdv, err)) {
        case ASSOCIATION_BROKEN:
            return MESSAGE_BROKEN;
        case ASSOCIATION_RELEASED:
            return MESSAGE_RELEASED;
        case ASSOCIATION_WOKEN:
            return MESSAGE_WOKEN;
        case ASSOCIATION_FRAGMENT:
            break;
        }
        bool fits = pdv.is_command && (context == 0 || context == pdv.context_id);
        context   = pdv.context_id;
        if (!fits || !buf_add(&gathered, pdv.bytes)) {
            out_of_order(a, err, fits ? "a command of too many bytes" : "data before the end of a command");
            return MESSAGE_BROKEN;
        }
    } while (!pdv.is_last);
    if (!command_read(buf_slice(&gathered), ret, err)) {
        association_abort(a, (PduAbort) { PDU_ABORT_BY_PROVIDER, PDU_ABORT_INVALID_VALUE });
        return MESSAGE_BROKEN;
    }
    *ret_context = context;
    return MESSAGE_COMMAND;
}

bool message_data(Association *a, uint8_t context, MessagePart *part, void *arg, Err *err)
{
    Pdv pdv;
    do {
        switch (association_next(a, false, &pdv, err)) {
        case ASSOCIATION_BROKEN:
        case ASSOCIATION_WOKEN: /* never inside a message */
            return false;
        case ASSOCIATION_RELEASED:
            return err_set(err, ERR_INPUT, "The DICOM message is malformed.", "released inside a message");
        case ASSOCIATION_FRAGMENT:
            break;
        }
        if (pdv.is_command || pdv.context_id != context)
            return out_of_order(a, err, "a command, or another context, inside a data set");
        part(pdv.bytes, arg);
    } while (!pdv.is_last);
    return true;
}

static void add_part(Slice bytes, void *arg)
{
    (void)buf_add(arg, bytes);
}

bool message_data_gather(Association *a, uint8_t context, Buf *ret, Err *err)
{
    return message_data(a, context, add_part, ret, err);
}

bool message_send(Association *a, uint8_t context, const Command *c, Slice data, Err *err)
{
    return message_send_from(a, context, c, &(BlobSource) { .bytes = data }, err);
}

bool message_send_from(Association *a, uint8_t context, const Command *c, const BlobSource *data, Err *err)
{
    OWNED_BUF out = buf_make(MESSAGE_COMMAND_MAX);
    return command_write(c, &out, err) && association_send(a, context, true, true, buf_slice(&out), err) &&
           (!command_has_data(c) || association_send_from(a, context, data, err));
}
