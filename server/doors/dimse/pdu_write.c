/*
 * Writing protocol data units; lengths are filled in once what they measure is written.
 *
 * Source: DICOM PS3.8 §9.3, PS3.7 annex D.3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/pdu.h"

/* Opens an item and returns where its length stands. */
static size_t item_begin(Buf *to, uint8_t type)
{
    buf_add_char(to, (char)type);
    buf_add_char(to, 0);
    buf_add_u16be(to, 0);
    return to->len - 2;
}

static void item_end(Buf *to, size_t at)
{
    if (to->failed)
        return;
    size_t len = to->len - at - 2;
    if (len > UINT16_MAX) {
        to->failed = true;
        return;
    }
    to->at[at]     = (char)(len >> 8);
    to->at[at + 1] = (char)len;
}

static void item_add(Buf *to, uint8_t type, Slice value)
{
    size_t at = item_begin(to, type);
    buf_add(to, value);
    item_end(to, at);
}

static size_t pdu_begin(Buf *to, PduType type)
{
    buf_add_char(to, (char)type);
    buf_add_char(to, 0);
    buf_add_u32be(to, 0);
    return to->len - 4;
}

static bool pdu_end(Buf *to, size_t at)
{
    if (to->failed)
        return false;
    size_t len = to->len - at - 4;
    for (int i = 0; i < 4; i++)
        to->at[at + (size_t)i] = (char)(len >> (24 - 8 * i));
    return true;
}

static void title_add(Buf *to, const char *title)
{
    char padded[16];
    memset(padded, ' ', sizeof padded);
    Slice s = slice_part(slice_of(title), 0, sizeof padded);
    memcpy(padded, s.at, s.len);
    buf_add(to, slice_bytes(padded, sizeof padded));
}

bool pdu_syntax_add(Buf *run, Slice uid)
{
    item_add(run, 0x40, uid);
    return !run->failed;
}

static void context_add(Buf *to, const PduContext *c, PduType type)
{
    bool   proposed = type == PDU_ASSOCIATE_RQ;
    size_t at       = item_begin(to, proposed ? 0x20 : 0x21);
    char   head[4]  = { (char)c->id, 0, proposed ? 0 : (char)c->result, 0 };
    buf_add(to, slice_bytes(head, sizeof head));
    if (proposed)
        item_add(to, 0x30, c->abstract);
    buf_add(to, c->syntaxes);
    item_end(to, at);
}

static void role_add(Buf *to, const PduRole *role)
{
    size_t at = item_begin(to, 0x54);
    buf_add_u16be(to, (uint16_t)role->sop_class.len);
    buf_add(to, role->sop_class);
    buf_add_char(to, role->scu);
    buf_add_char(to, role->scp);
    item_end(to, at);
}

static void extended_add(Buf *to, const PduExtended *e)
{
    size_t at = item_begin(to, 0x56);
    buf_add_u16be(to, (uint16_t)e->sop_class.len);
    buf_add(to, e->sop_class);
    buf_add(to, e->info);
    item_end(to, at);
}

static void identity_add(Buf *to, const PduIdentity *id)
{
    size_t at = item_begin(to, 0x58);
    buf_add_char(to, (char)id->type);
    buf_add_char(to, id->response_wanted);
    buf_add_u16be(to, (uint16_t)id->primary.len);
    buf_add(to, id->primary);
    buf_add_u16be(to, (uint16_t)id->secondary.len);
    buf_add(to, id->secondary);
    item_end(to, at);
}

/* Items in growing order, as PS3.7 annex D lists them. */
static void user_add(Buf *to, const PduAssociate *p, PduType type)
{
    size_t at     = item_begin(to, 0x50);
    size_t length = item_begin(to, 0x51);
    buf_add_u32be(to, p->max_length);
    item_end(to, length);
    item_add(to, 0x52, p->implementation_uid);
    if (p->invoked != 1 || p->performed != 1) {
        size_t window = item_begin(to, 0x53);
        buf_add_u16be(to, p->invoked);
        buf_add_u16be(to, p->performed);
        item_end(to, window);
    }
    for (size_t i = 0; i < p->role_count; i++)
        role_add(to, &p->roles[i]);
    if (p->implementation_version.len)
        item_add(to, 0x55, p->implementation_version);
    for (size_t i = 0; i < p->extended_count; i++)
        extended_add(to, &p->extended[i]);
    if (type == PDU_ASSOCIATE_RQ && p->identity.type)
        identity_add(to, &p->identity);
    if (type == PDU_ASSOCIATE_AC && p->identity_answered) {
        size_t answer = item_begin(to, 0x59);
        buf_add_u16be(to, (uint16_t)p->identity_answer.len);
        buf_add(to, p->identity_answer);
        item_end(to, answer);
    }
    item_end(to, at);
}

bool pdu_associate_write(const PduAssociate *p, PduType type, Buf *to, Err *err)
{
    size_t at = pdu_begin(to, type);
    buf_add_u16be(to, p->version);
    buf_add_u16be(to, 0);
    title_add(to, p->called);
    title_add(to, p->calling);
    buf_add_zeros(to, 32);
    item_add(to, 0x10, p->application_context);
    for (size_t i = 0; i < p->context_count; i++)
        context_add(to, &p->contexts[i], type);
    user_add(to, p, type);
    return pdu_end(to, at) ||
           err_set(err, ERR_LIMIT, "The DICOM message is too long.", "association to send");
}

bool pdu_reject_write(PduReject p, Buf *to)
{
    char   body[4] = { 0, (char)p.result, (char)p.source, (char)p.reason };
    size_t at      = pdu_begin(to, PDU_ASSOCIATE_RJ);
    buf_add(to, slice_bytes(body, sizeof body));
    return pdu_end(to, at);
}

bool pdu_abort_write(PduAbort p, Buf *to)
{
    char   body[4] = { 0, 0, (char)p.source, (char)p.reason };
    size_t at      = pdu_begin(to, PDU_ABORT);
    buf_add(to, slice_bytes(body, sizeof body));
    return pdu_end(to, at);
}

bool pdu_release_write(PduType type, Buf *to)
{
    size_t at = pdu_begin(to, type);
    buf_add_zeros(to, 4);
    return pdu_end(to, at);
}

void pdu_one_pdv_header(uint8_t context_id, bool is_command, bool is_last, size_t len,
                        char ret[PDU_ONE_PDV_HEADER])
{
    uint32_t pdv = (uint32_t)len + 2, pdu = pdv + 4;
    ret[0] = PDU_P_DATA;
    ret[1] = 0;
    for (int i = 0; i < 4; i++) {
        ret[2 + i] = (char)(pdu >> (24 - 8 * i));
        ret[6 + i] = (char)(pdv >> (24 - 8 * i));
    }
    ret[10] = (char)context_id;
    ret[11] = (char)((is_command ? 1 : 0) | (is_last ? 2 : 0));
}
