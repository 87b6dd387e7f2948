/*
 * Any bytes as protocol data units and commands: what is read stays inside what came in, and what is
 * understood can be written and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doors/dimse/command.h"
#include "doors/dimse/negotiation.h"

static void check_inside(Slice part, Slice whole)
{
    if (part.len && (part.at < whole.at || part.at + part.len > whole.at + whole.len))
        abort();
}

static void walk_associate(Slice body, PduType type)
{
    static PduAssociate p, again, answer;
    if (!pdu_associate_read(body, type, &p, NULL))
        return;
    for (size_t i = 0; i < p.context_count; i++) {
        Reader run = reader_make(p.contexts[i].syntaxes);
        Slice  uid;
        check_inside(p.contexts[i].abstract, body);
        while (pdu_syntax_next(&run, &uid))
            check_inside(uid, body);
        if (!reader_ok(&run) || !(p.contexts[i].id & 1))
            abort();
    }
    Buf out = buf_make(1 << 20);
    if (type == PDU_ASSOCIATE_RQ) {
        negotiate(&p, &answer);
        if (answer.context_count != p.context_count)
            abort();
    }
    if (pdu_associate_write(&p, type, &out, NULL) && p.implementation_uid.len) {
        Slice written = slice_part(buf_slice(&out), PDU_HEADER_SIZE, out.len);
        if (!pdu_associate_read(written, type, &again, NULL) || again.context_count != p.context_count)
            abort();
    }
    buf_free(&out);
}

static void walk_command(Slice bytes)
{
    Command c, again;
    Buf     out = buf_make(1 << 16);
    if (command_read(bytes, &c, NULL) &&
        (!command_write(&c, &out, NULL) || !command_read(buf_slice(&out), &again, NULL) ||
         again.field != c.field))
        abort();
    buf_free(&out);
}

static void walk_data(Slice body)
{
    Reader in   = reader_make(body);
    Pdv    pdv  = { 0 };
    bool   more = true;
    while (pdu_pdv_next(&in, &pdv, &more, NULL) && more) {
        check_inside(pdv.bytes, body);
        if (pdv.is_command)
            walk_command(pdv.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Reader    in = reader_make(slice_bytes(data, size));
    PduHeader h;
    while (reader_left(&in) && pdu_header_read(&in, 1 << 17, &h, NULL)) {
        Slice     body = slice_part(in.bytes, in.pos, h.length); /* also when cut short */
        PduReject reject;
        PduAbort  ended;
        switch (h.type) {
        case PDU_ASSOCIATE_RQ:
        case PDU_ASSOCIATE_AC:
            walk_associate(body, (PduType)h.type);
            break;
        case PDU_ASSOCIATE_RJ:
            (void)pdu_reject_read(body, &reject, NULL);
            break;
        case PDU_P_DATA:
            walk_data(body);
            break;
        case PDU_ABORT:
            (void)pdu_abort_read(body, &ended, NULL);
            break;
        default:
            break;
        }
        (void)read_slice(&in, h.length);
    }
    return 0;
}
