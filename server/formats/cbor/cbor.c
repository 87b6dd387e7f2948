/*
 * CBOR (RFC 8949) as authenticators send it: bounded reading, definite lengths only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/cbor/cbor.h"

static bool malformed(const Reader *in, const char *why, Err *err)
{
    return err_set(err, ERR_INPUT, "The answer of the authenticator is damaged.", "CBOR at byte %zu: %s",
                   in->pos, why);
}

/* The argument of a head (RFC 8949 §3), in its shortest form (§4.2.1: CTAP2 requires it). */
static bool read_argument(Reader *in, unsigned info, uint64_t *ret, Err *err)
{
    static const uint64_t LEAST[] = { 24, 0x100, 0x10000, 0x100000000 };
    uint64_t              value   = info;
    if (info > 27)
        return malformed(in, "indefinite or reserved length", err);
    if (info == 24)
        value = read_u8(in);
    else if (info == 25)
        value = read_u16be(in);
    else if (info == 26)
        value = read_u32be(in);
    else if (info == 27)
        value = read_u64be(in);
    if (!reader_ok(in))
        return malformed(in, "cut short", err);
    if (info >= 24 && value < LEAST[info - 24])
        return malformed(in, "not the shortest form", err);
    *ret = value;
    return true;
}

bool cbor_read(Reader *in, CborItem *ret, Err *err)
{
    uint8_t  head = read_u8(in);
    CborItem item = { .kind = (CborKind)(head >> 5), .bytes = SLICE_NONE };
    if (!reader_ok(in))
        return malformed(in, "cut short", err);
    if (item.kind == CBOR_SIMPLE && (head & 31) >= 24)
        return malformed(in, "a floating number or an unknown simple value", err);
    if (!read_argument(in, head & 31, &item.number, err))
        return false;
    size_t left = reader_left(in);
    if (item.kind == CBOR_BYTES || item.kind == CBOR_TEXT) {
        if (item.number > left)
            return malformed(in, "a string longer than what is there", err);
        item.bytes = read_slice(in, (size_t)item.number);
    }
    if ((item.kind == CBOR_ARRAY && item.number > left) || (item.kind == CBOR_MAP && item.number > left / 2))
        return malformed(in, "more items than bytes", err);
    *ret = item;
    return true;
}

bool cbor_skip(Reader *in, Err *err)
{
    uint64_t waiting[CBOR_DEPTH_MAX + 1] = { 1 }; /* items still to pass at each depth */
    size_t   depth                       = 0;
    for (;;) {
        CborItem item;
        while (waiting[depth] == 0) {
            if (depth == 0)
                return true;
            depth--;
        }
        waiting[depth]--;
        if (!cbor_read(in, &item, err))
            return false;
        uint64_t inside = item.kind == CBOR_ARRAY ? item.number
                          : item.kind == CBOR_MAP ? item.number * 2
                          : item.kind == CBOR_TAG ? 1
                                                  : 0;
        if (!inside)
            continue;
        if (depth == CBOR_DEPTH_MAX)
            return err_set(err, ERR_LIMIT, "The answer of the authenticator is damaged.",
                           "CBOR deeper than %d", CBOR_DEPTH_MAX);
        waiting[++depth] = inside;
    }
}

bool cbor_int(const CborItem *item, int64_t *ret)
{
    if ((item->kind != CBOR_UNSIGNED && item->kind != CBOR_NEGATIVE) || item->number > INT64_MAX)
        return false;
    *ret = item->kind == CBOR_UNSIGNED ? (int64_t)item->number : -1 - (int64_t)item->number;
    return true;
}
