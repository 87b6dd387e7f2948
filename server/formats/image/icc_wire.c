/*
 * Requests and answers about colours, field by field.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/icc_wire.h"

#include <string.h>

#include "base/reader.h"

#define NOT_USED "The colour profile of this image cannot be used."

bool icc_request_write(const Picture *picture, IccTarget target, Slice profile, Buf *ret_head, Buf *ret_body,
                       Err *err)
{
    uint64_t pixels = (uint64_t)picture->width * picture->height;
    if (picture->channels != 3 || pixels == 0 || pixels * 3 > ICC_BODY_MAX || profile.len > ICC_PROFILE_MAX)
        return err_set(err, ERR_LIMIT, "The picture could not be made.", "%u x %u, profile of %zu bytes",
                       picture->width, picture->height, profile.len);
    buf_add(ret_head, SLICE("BCI1"));
    buf_add_char(ret_head, (char)target);
    buf_add_zeros(ret_head, 3);
    buf_add_u32le(ret_head, (uint32_t)pixels);
    buf_add_u32le(ret_head, (uint32_t)profile.len);
    buf_add(ret_body, profile);
    buf_add(ret_body, slice_bytes(picture->at, (size_t)pixels * 3));
    return buf_ok(ret_head, err) && buf_ok(ret_body, err);
}

bool icc_is_request(Slice head)
{
    return slice_starts(head, SLICE("BCI1"));
}

bool icc_request_read(Slice head, size_t body_bytes, IccRequest *ret)
{
    Reader   in     = reader_make(head);
    Slice    magic  = read_slice(&in, 4);
    uint8_t  target = read_u8(&in);
    unsigned zeros  = read_u8(&in);
    zeros |= read_u16le(&in);
    uint32_t pixels = read_u32le(&in), profile = read_u32le(&in);
    if (!reader_ok(&in) || reader_left(&in) || !icc_is_request(magic) || zeros || target >= ICC_TARGETS ||
        pixels == 0 || (uint64_t)pixels * 3 > ICC_BODY_MAX || profile > ICC_PROFILE_MAX ||
        body_bytes != (uint64_t)pixels * 3 + profile)
        return false;
    *ret = (IccRequest) { (IccTarget)target, pixels, profile };
    return true;
}

bool icc_answer_read(Slice head, Slice body, Picture *picture, Slice *ret_profile, Err *err)
{
    Reader   in      = reader_make(head);
    Slice    magic   = read_slice(&in, 4);
    uint8_t  verdict = read_u8(&in);
    size_t   pixels  = (size_t)picture->width * picture->height * 3;
    unsigned rest    = read_u8(&in);
    rest |= read_u16le(&in);
    uint64_t bytes = read_u32le(&in);
    bytes |= (uint64_t)read_u32le(&in) << 32;
    (void)rest;
    if (!reader_ok(&in) || reader_left(&in) || !slice_equal(magic, SLICE("BCA1")) || verdict != CODEC_DONE ||
        bytes != body.len || body.len <= pixels || body.len - pixels > ICC_PROFILE_MAX)
        return err_set(err, ERR_INPUT, NOT_USED, "codec: verdict %u, %zu bytes", verdict, body.len);
    memcpy(picture->at, body.at, pixels);
    *ret_profile = slice_part(body, pixels, SIZE_MAX);
    return true;
}
