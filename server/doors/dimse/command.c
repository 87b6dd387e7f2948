/*
 * Command sets from and to bytes: one row per element that we read or write.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/command.h"

#include <stddef.h>

#include "base/own.h"
#include "base/reader.h"

typedef enum CommandKind { AS_NUMBER, AS_TEXT } CommandKind;

enum {
    IN_REQUEST      = 1,
    IN_RESPONSE     = 2,
    IN_CANCEL       = 4,
    ALWAYS          = 7,
    WITH_PRIORITY   = 8,
    WITH_ORIGINATOR = 16,
    WITH_COUNTS     = 32,
    AFFECTED        = 128, /* requests about an instance that the sender has or makes */
    REQUESTED       = 256, /* about one that the other has: N-SET, N-ACTION */
    WITH_EVENT      = 512,
    WITH_ACTION     = 1024,
    WITH_ERROR      = 2048,
    WITH_REMAINING  = 64, /* while it goes on, and when it was cancelled (PS3.4 §C.4.2.1.6) */
};

typedef struct CommandRow {
    uint16_t    element;
    CommandKind kind;
    char        pad;
    unsigned    where; /* a number stands there even when it is zero; a text where it is not empty */
    size_t      at, size;
} CommandRow;

#define NUMBER(element, where, field)                                                                        \
    {                                                                                                        \
        element, AS_NUMBER, 0, where, offsetof(Command, field), 2                                            \
    }
#define TEXT(element, pad, where, field)                                                                     \
    {                                                                                                        \
        element, AS_TEXT, pad, where, offsetof(Command, field), sizeof(((Command *)0)->field)                \
    }

/* In tag order, as they are written. */
static const CommandRow ROWS[] = {
    TEXT(0x0002, '\0', AFFECTED | IN_RESPONSE, sop_class),
    TEXT(0x0003, '\0', REQUESTED, sop_class),
    NUMBER(0x0100, ALWAYS, field),
    NUMBER(0x0110, IN_REQUEST, message_id),
    NUMBER(0x0120, IN_RESPONSE | IN_CANCEL, replied_id),
    TEXT(0x0600, ' ', IN_REQUEST, destination),
    NUMBER(0x0700, WITH_PRIORITY, priority),
    NUMBER(0x0800, ALWAYS, data_set),
    NUMBER(0x0900, IN_RESPONSE, status),
    TEXT(0x0902, ' ', IN_RESPONSE, comment),
    NUMBER(0x0903, WITH_ERROR, error_id),
    TEXT(0x1000, '\0', AFFECTED | IN_RESPONSE, sop_instance),
    TEXT(0x1001, '\0', REQUESTED, sop_instance),
    NUMBER(0x1002, WITH_EVENT, event_type),
    NUMBER(0x1008, WITH_ACTION, action_type),
    NUMBER(0x1020, WITH_REMAINING, remaining),
    NUMBER(0x1021, WITH_COUNTS, completed),
    NUMBER(0x1022, WITH_COUNTS, failed),
    NUMBER(0x1023, WITH_COUNTS, warning),
    TEXT(0x1030, ' ', WITH_ORIGINATOR, originator),
    NUMBER(0x1031, WITH_ORIGINATOR, originator_id),
};

static bool not_a_command(Err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "The DICOM command is malformed.", "%s", what);
}

static bool take(uint16_t element, Slice value, Command *c, unsigned *seen, Err *err)
{
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const CommandRow *row = &ROWS[i];
        if (row->element != element)
            continue;
        char *at = (char *)c + row->at;
        if (row->kind == AS_TEXT) {
            /* A comment may be cut; a UID or title that is too long would name something else. */
            if (!slice_copy(slice_trim(value), at, row->size) && element != 0x0902)
                return not_a_command(err, "a UID or a title of too many characters");
        } else {
            if (value.len != 2)
                return not_a_command(err, "a number that is not of 2 bytes");
            uint16_t number = (uint16_t)((uint8_t)value.at[0] | (uint8_t)value.at[1] << 8);
            memcpy(at, &number, sizeof number);
        }
        *seen |= 1U << i;
    }
    return true;
}

static bool was_seen(unsigned seen, uint16_t element)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (ROWS[i].element == element)
            return (seen & 1U << i) != 0;
    return false;
}

bool command_read(Slice bytes, Command *ret, Err *err)
{
    Reader   in   = reader_make(bytes);
    Command  c    = { .data_set = COMMAND_NO_DATA_SET };
    unsigned seen = 0;
    int      last = -1;
    while (reader_left(&in)) {
        uint16_t group = read_u16le(&in), element = read_u16le(&in);
        Slice    value = read_slice(&in, read_u32le(&in));
        if (!reader_ok(&in))
            return not_a_command(err, "an element longer than the command");
        if (group != 0 || (int)element <= last)
            return not_a_command(err, "an element of another group or out of order");
        last = element;
        if (!take(element, value, &c, &seen, err))
            return false;
    }
    if (!was_seen(seen, 0x0100) || !was_seen(seen, 0x0800))
        return not_a_command(err, "no command field or no data set type");
    bool answers = c.field == COMMAND_C_CANCEL_RQ || (c.field & COMMAND_RESPONSE);
    if (!was_seen(seen, answers ? 0x0120 : 0x0110))
        return not_a_command(err, "no message id");
    if ((c.field & COMMAND_RESPONSE) && !was_seen(seen, 0x0900))
        return not_a_command(err, "a response without status");
    c.has_counts = was_seen(seen, 0x1021) || was_seen(seen, 0x1020);
    *ret         = c;
    return true;
}

static bool has_priority(uint16_t field)
{
    return field == COMMAND_C_STORE_RQ || field == COMMAND_C_FIND_RQ || field == COMMAND_C_MOVE_RQ ||
           field == COMMAND_C_GET_RQ;
}

static unsigned normal_place(const Command *c)
{
    uint16_t request = c->field & (uint16_t)~COMMAND_RESPONSE;
    return (request == COMMAND_N_EVENT_REPORT_RQ ? WITH_EVENT : 0U) |
           (request == COMMAND_N_ACTION_RQ ? WITH_ACTION : 0U);
}

static unsigned place_of(const Command *c)
{
    bool goes_on = status_is_pending(c->status) || c->status == STATUS_CANCELLED;
    if (c->field == COMMAND_C_CANCEL_RQ)
        return IN_CANCEL;
    if (c->field & COMMAND_RESPONSE)
        return IN_RESPONSE | normal_place(c) | (c->error_id ? WITH_ERROR : 0U) |
               (c->has_counts ? WITH_COUNTS : 0U) | (c->has_counts && goes_on ? WITH_REMAINING : 0U);
    bool of_theirs = c->field == COMMAND_N_SET_RQ || c->field == COMMAND_N_ACTION_RQ;
    return IN_REQUEST | (of_theirs ? REQUESTED : AFFECTED) | normal_place(c) |
           (has_priority(c->field) ? WITH_PRIORITY : 0U) | (*c->originator ? WITH_ORIGINATOR : 0U);
}

static void add_element(Buf *to, uint16_t element, Slice value, char pad)
{
    buf_add_u16le(to, 0);
    buf_add_u16le(to, element);
    buf_add_u32le(to, (uint32_t)(value.len + (value.len & 1)));
    buf_add(to, value);
    if (value.len & 1)
        buf_add_char(to, pad);
}

bool command_write(const Command *c, Buf *to, Err *err)
{
    OWNED_BUF body  = buf_make(4096);
    unsigned  place = place_of(c);
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const CommandRow *row = &ROWS[i];
        const char       *at  = (const char *)c + row->at;
        if (!(row->where & place))
            continue;
        if (row->kind == AS_TEXT) {
            if (*at)
                add_element(&body, row->element, slice_of(at), row->pad);
            continue;
        }
        uint16_t number;
        memcpy(&number, at, sizeof number);
        char raw[2] = { (char)number, (char)(number >> 8) };
        add_element(&body, row->element, slice_bytes(raw, sizeof raw), 0);
    }
    char length[4] = { (char)body.len, (char)(body.len >> 8), 0, 0 };
    add_element(to, 0x0000, slice_bytes(length, sizeof length), 0);
    buf_add(to, buf_slice(&body));
    return buf_ok(&body, err) && buf_ok(to, err);
}

Command command_answer(const Command *request, uint16_t status, const char *comment)
{
    Command c      = *request;
    c.field        = request->field | COMMAND_RESPONSE;
    c.replied_id   = request->message_id;
    c.data_set     = COMMAND_NO_DATA_SET;
    c.status       = status;
    c.has_counts   = false;
    *c.destination = *c.originator = '\0';
    (void)slice_copy(slice_of(comment), c.comment, sizeof c.comment);
    return c;
}

uint16_t dimse_status(ErrKind kind)
{
    static const uint16_t STATUSES[] = {
        [ERR_NONE]        = STATUS_SUCCESS,
        [ERR_INPUT]       = STATUS_NOT_UNDERSTOOD,
        [ERR_SIGN_IN]     = STATUS_NOT_AUTHORISED,
        [ERR_DENIED]      = STATUS_NOT_AUTHORISED,
        [ERR_NOT_FOUND]   = STATUS_PROCESSING_FAILURE,
        [ERR_CONFLICT]    = STATUS_PROCESSING_FAILURE,
        [ERR_LIMIT]       = STATUS_OUT_OF_RESOURCES,
        [ERR_TOO_OFTEN]   = STATUS_OUT_OF_RESOURCES,
        [ERR_UNAVAILABLE] = STATUS_OUT_OF_RESOURCES,
        [ERR_FULL]        = STATUS_OUT_OF_RESOURCES,
        [ERR_BUG]         = STATUS_PROCESSING_FAILURE,
    };
    return STATUSES[kind];
}
