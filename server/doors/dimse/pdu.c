/*
 * Reading protocol data units: every length is checked against its parent before it is believed.
 *
 * Source: DICOM PS3.8 §9.3 (tables 9-11 to 9-26), PS3.7 annex D.3 (user information items).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/pdu.h"

#include <inttypes.h>

enum {
    ITEM_APPLICATION_CONTEXT = 0x10,
    ITEM_CONTEXT_RQ          = 0x20,
    ITEM_CONTEXT_AC          = 0x21,
    ITEM_ABSTRACT            = 0x30,
    ITEM_TRANSFER            = 0x40,
    ITEM_USER                = 0x50,
    ITEM_MAX_LENGTH          = 0x51,
    ITEM_CLASS_UID           = 0x52,
    ITEM_ASYNC               = 0x53,
    ITEM_ROLE                = 0x54,
    ITEM_VERSION             = 0x55,
    ITEM_EXTENDED            = 0x56,
    ITEM_COMMON_EXTENDED     = 0x57,
    ITEM_IDENTITY_RQ         = 0x58,
    ITEM_IDENTITY_AC         = 0x59,
};

enum { UID_MAX = 64, VERSION_NAME_MAX = 16 };

static bool malformed(Err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "The DICOM message is malformed.", "%s", what);
}

bool pdu_header_read(Reader *in, uint32_t max_p_data, PduHeader *ret, Err *err)
{
    PduHeader h = { .type = read_u8(in) };
    (void)read_u8(in); /* reserved: never tested (PS3.8 §9.3.1) */
    h.length = read_u32be(in);
    if (!reader_ok(in))
        return err_set(err, ERR_INPUT, "The DICOM connection ended inside a message.",
                       "PDU header cut short");
    uint32_t most = 4;
    switch (h.type) {
    case PDU_ASSOCIATE_RQ:
    case PDU_ASSOCIATE_AC:
        most = PDU_ASSOCIATE_MAX;
        break;
    case PDU_P_DATA:
        most = max_p_data;
        break;
    case PDU_ASSOCIATE_RJ:
    case PDU_RELEASE_RQ:
    case PDU_RELEASE_RP:
    case PDU_ABORT:
        if (h.length != 4)
            return malformed(err, "a PDU of fixed length has another one");
        break;
    default:
        return err_set(err, ERR_INPUT, "The DICOM message is malformed.", "PDU of type %02x", h.type);
    }
    if (h.length > most)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "PDU %02x of %" PRIu32 " bytes",
                       h.type, h.length);
    *ret = h;
    return true;
}

/* The next item of a run. False at the end or when cut short: ask reader_ok. */
static bool item_next(Reader *run, uint8_t *ret_type, Slice *ret)
{
    if (!reader_left(run))
        return false;
    *ret_type = read_u8(run);
    (void)read_u8(run);
    uint16_t len = read_u16be(run);
    *ret         = read_slice(run, len);
    return reader_ok(run);
}

/* A UID as it stands in an item: trailing NUL or space is tolerated, anything but digits and dots is not. */
static bool uid_read(Slice value, Slice *ret, Err *err)
{
    value = slice_trim_end(value);
    if (!value.len || value.len > UID_MAX)
        return malformed(err, "a UID of no or too many characters");
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] != '.' && (value.at[i] < '0' || value.at[i] > '9'))
            return malformed(err, "a UID with other characters than digits and dots");
    *ret = value;
    return true;
}

/* Printable ASCII without backslash (PS3.5 §6.2, AE), trimmed; empty is refused. */
static bool title_read(Reader *in, char ret[17], Err *err)
{
    Slice title = slice_trim(read_slice(in, 16));
    if (!reader_ok(in))
        return malformed(err, "association cut short");
    for (size_t i = 0; i < title.len; i++)
        if (title.at[i] < 0x20 || title.at[i] > 0x7e || title.at[i] == '\\')
            return malformed(err, "an AE title with other characters than printable ASCII");
    if (!title.len)
        return malformed(err, "an empty AE title");
    return slice_copy(title, ret, 17);
}

static bool context_items_read(Reader *in, bool proposed, PduContext *c, Err *err)
{
    uint8_t type;
    Slice   value, uid;
    size_t  begin = in->pos, syntaxes = 0;
    while (item_next(in, &type, &value)) {
        bool abstract = type == ITEM_ABSTRACT;
        if (!abstract && type != ITEM_TRANSFER)
            return malformed(err, "an unknown item in a presentation context");
        /* In a refusal the transfer syntax is not significant and may be empty (PS3.8 §9.3.3.2). */
        if (!proposed && c->result != PDU_CONTEXT_ACCEPTED)
            continue;
        if (!uid_read(value, &uid, err))
            return false;
        if (abstract) {
            if (c->abstract.len || syntaxes || !proposed)
                return malformed(err, "a misplaced abstract syntax");
            c->abstract = uid;
            begin       = in->pos;
        } else {
            syntaxes++;
        }
    }
    if (!reader_ok(in))
        return malformed(err, "an item longer than its presentation context");
    if (proposed && (!c->abstract.len || !syntaxes))
        return malformed(err, "a presentation context without abstract or transfer syntax");
    if (!proposed && c->result == PDU_CONTEXT_ACCEPTED && syntaxes != 1)
        return malformed(err, "an accepted presentation context without one transfer syntax");
    c->syntaxes = syntaxes ? slice_part(in->bytes, begin, in->pos - begin) : SLICE_NONE;
    return true;
}

static bool context_read(Slice item, bool proposed, PduAssociate *p, Err *err)
{
    Reader     in = reader_make(item);
    PduContext c  = { .id = read_u8(&in), .abstract = SLICE_NONE };
    (void)read_u8(&in);
    c.result = read_u8(&in);
    (void)read_u8(&in);
    if (!reader_ok(&in))
        return malformed(err, "a presentation context cut short");
    if (!(c.id & 1))
        return malformed(err, "an even presentation context id");
    if (proposed)
        c.result = 0; /* reserved there */
    for (size_t i = 0; i < p->context_count; i++)
        if (p->contexts[i].id == c.id)
            return malformed(err, "the same presentation context id twice");
    if (!context_items_read(&in, proposed, &c, err))
        return false;
    p->contexts[p->context_count++] = c; /* odd and never twice: at most 128 */
    return true;
}

static bool role_read(Reader *in, PduAssociate *p, Err *err)
{
    Slice raw = read_slice(in, read_u16be(in)), uid;
    bool  scu = read_u8(in) == 1, scp = read_u8(in) == 1;
    if (!reader_ok(in))
        return malformed(err, "a role selection cut short");
    if (!uid_read(raw, &uid, err))
        return false;
    if (p->role_count == PDU_ROLES_MAX)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "more than %d role selections",
                       PDU_ROLES_MAX);
    p->roles[p->role_count++] = (PduRole) { uid, scu, scp };
    return true;
}

static bool extended_read(uint8_t type, Reader *in, PduAssociate *p, Err *err)
{
    Slice uid;
    if (!uid_read(read_slice(in, read_u16be(in)), &uid, err))
        return false;
    if (type == ITEM_COMMON_EXTENDED) {
        if (!uid_read(read_slice(in, read_u16be(in)), &uid, err)) /* service class */
            return false;
        Reader related = reader_make(read_slice(in, read_u16be(in)));
        while (reader_left(&related))
            if (!uid_read(read_slice(&related, read_u16be(&related)), &uid, err))
                return false;
        if (!reader_ok(&related) || !reader_ok(in))
            return malformed(err, "a common extended negotiation cut short");
    } else if (p->extended_count < PDU_EXTENDED_MAX) {
        p->extended[p->extended_count++] = (PduExtended) { uid, read_slice(in, reader_left(in)) };
    }
    return true;
}

static bool identity_read(Reader *in, PduAssociate *p, Err *err)
{
    PduIdentity id = { .type = read_u8(in), .response_wanted = read_u8(in) == 1 };
    id.primary     = read_slice(in, read_u16be(in));
    id.secondary   = read_slice(in, read_u16be(in));
    if (!reader_ok(in))
        return malformed(err, "a user identity cut short");
    if (!id.type)
        return malformed(err, "a user identity of no type");
    p->identity = id;
    return true;
}

static bool user_item_read(uint8_t type, Slice value, PduType pdu, PduAssociate *p, Err *err)
{
    Reader in = reader_make(value);
    switch (type) {
    case ITEM_MAX_LENGTH:
        p->max_length = read_u32be(&in);
        return reader_ok(&in) || malformed(err, "a maximum length cut short");
    case ITEM_CLASS_UID:
        return uid_read(value, &p->implementation_uid, err);
    case ITEM_VERSION:
        p->implementation_version = slice_part(slice_trim(value), 0, VERSION_NAME_MAX);
        return true;
    case ITEM_ASYNC:
        p->invoked   = read_u16be(&in);
        p->performed = read_u16be(&in);
        return reader_ok(&in) || malformed(err, "an asynchronous window cut short");
    case ITEM_ROLE:
        return role_read(&in, p, err);
    case ITEM_EXTENDED:
    case ITEM_COMMON_EXTENDED:
        return extended_read(type, &in, p, err);
    case ITEM_IDENTITY_RQ:
        return pdu != PDU_ASSOCIATE_RQ || identity_read(&in, p, err);
    case ITEM_IDENTITY_AC:
        p->identity_answered = true;
        p->identity_answer   = read_slice(&in, read_u16be(&in));
        return reader_ok(&in) || malformed(err, "a user identity answer cut short");
    default:
        return true; /* to be ignored when not known (PS3.8 §9.3.1) */
    }
}

static bool user_read(Slice item, PduType type, PduAssociate *p, Err *err)
{
    Reader  in = reader_make(item);
    uint8_t kind;
    Slice   value;
    while (item_next(&in, &kind, &value))
        if (!user_item_read(kind, value, type, p, err))
            return false;
    return reader_ok(&in) || malformed(err, "an item longer than the user information");
}

bool pdu_associate_read(Slice body, PduType type, PduAssociate *ret, Err *err)
{
    Reader       in = reader_make(body);
    PduAssociate p  = { .version                = read_u16be(&in),
                        .application_context    = SLICE_NONE,
                        .implementation_uid     = SLICE_NONE,
                        .implementation_version = SLICE_NONE,
                        .identity               = { .primary = SLICE_NONE, .secondary = SLICE_NONE },
                        .identity_answer        = SLICE_NONE,
                        .invoked                = 1,
                        .performed              = 1 };
    (void)read_u16be(&in);
    if (!title_read(&in, p.called, err) || !title_read(&in, p.calling, err))
        return false;
    (void)read_slice(&in, 32);
    uint8_t wanted = type == PDU_ASSOCIATE_RQ ? ITEM_CONTEXT_RQ : ITEM_CONTEXT_AC, kind;
    Slice   item;
    bool    user_seen = false;
    while (item_next(&in, &kind, &item)) {
        bool ok = true;
        if (kind == ITEM_APPLICATION_CONTEXT)
            ok = uid_read(item, &p.application_context, err);
        else if (kind == wanted)
            ok = context_read(item, type == PDU_ASSOCIATE_RQ, &p, err);
        else if (kind == ITEM_USER && user_seen)
            ok = malformed(err, "two user informations");
        else if (kind == ITEM_USER)
            ok = user_seen = user_read(item, type, &p, err);
        if (!ok)
            return false;
    }
    if (!reader_ok(&in))
        return malformed(err, "an item longer than the association");
    if (!p.application_context.len || !p.context_count || !user_seen)
        return malformed(err, "an association without application context, presentation context or user "
                              "information");
    *ret = p;
    return true;
}

bool pdu_syntax_next(Reader *run, Slice *ret)
{
    uint8_t type;
    Slice   value;
    while (item_next(run, &type, &value))
        if (type == ITEM_TRANSFER) {
            *ret = slice_trim_end(value);
            return true;
        }
    return false;
}

bool pdu_reject_read(Slice body, PduReject *ret, Err *err)
{
    Reader in = reader_make(body);
    (void)read_u8(&in);
    PduReject p = { .result = read_u8(&in), .source = read_u8(&in), .reason = read_u8(&in) };
    if (!reader_ok(&in))
        return malformed(err, "a rejection cut short");
    *ret = p;
    return true;
}

bool pdu_abort_read(Slice body, PduAbort *ret, Err *err)
{
    Reader in = reader_make(body);
    (void)read_u16be(&in);
    PduAbort p = { .source = read_u8(&in), .reason = read_u8(&in) };
    if (!reader_ok(&in))
        return malformed(err, "an abort cut short");
    *ret = p;
    return true;
}

bool pdu_pdv_next(Reader *body, Pdv *ret, bool *ret_more, Err *err)
{
    if (reader_ok(body) && !reader_left(body)) {
        *ret_more = false;
        return true;
    }
    uint32_t len   = read_u32be(body);
    Slice    value = read_slice(body, len);
    if (!reader_ok(body))
        return malformed(err, "a fragment longer than its PDU");
    if (value.len < 2)
        return malformed(err, "a fragment without its header");
    uint8_t id = (uint8_t)value.at[0], control = (uint8_t)value.at[1];
    if (!(id & 1))
        return malformed(err, "a fragment of an even presentation context");
    *ret      = (Pdv) { id, (control & 1) != 0, (control & 2) != 0, slice_part(value, 2, value.len - 2) };
    *ret_more = true;
    return true;
}
