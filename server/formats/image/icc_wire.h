/*
 * A picture's colours brought into a known space: what is asked of the codec program, and what it answers.
 *
 *     icc_request_write(picture, ICC_SRGB, profile, &head, &body, err);
 *     child_ask(pool, buf_slice(&head), buf_slice(&body), &answer, &made, err);
 *     icc_answer_read(buf_slice(&answer), buf_slice(&made), picture, &profile, err);  // 'picture' is changed
 *
 * Request head, 16 bytes, little endian: "BCI1", target u8, zeros u8 and u16, pixels u32, profile bytes u32.
 * The body is the profile (PS3.3 §C.11.15; none: the pixels are sRGB), then the pixels as RGB of 8 bits. The
 * answer's head is that of codec_wire.h; its body the pixels anew, then the profile that now describes them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_ICC_WIRE_H
#define FORMATS_IMAGE_ICC_WIRE_H

#include "formats/image/codec_wire.h"
#include "formats/image/render.h"

enum { ICC_REQUEST_BYTES = 16, ICC_PROFILE_MAX = 8 << 20, ICC_BODY_MAX = 1 << 29 };

typedef enum IccTarget {
    ICC_OWN, /* as they are: only the profile is told */
    ICC_SRGB,
    ICC_ADOBERGB,
    ICC_ROMMRGB,
    ICC_TARGETS,
} IccTarget;

typedef struct IccRequest {
    IccTarget target;
    uint32_t  pixels, profile_bytes;
} IccRequest;

/* 'picture' is RGB; 'profile' may be empty. Errors: ERR_LIMIT a profile or picture too large. */
bool icc_request_write(const Picture *picture, IccTarget target, Slice profile, Buf *ret_head, Buf *ret_body,
                       Err *err);

/*
 * Puts the answered pixels into 'picture'; 'ret_profile' is borrowed from 'body'. Errors: ERR_INPUT the
 * profile of the image cannot be used, or this is no answer.
 */
bool icc_answer_read(Slice head, Slice body, Picture *picture, Slice *ret_profile, Err *err);

/* Is this head one of ours at all? Then: false when its numbers contradict each other, the body or a limit.
 */
bool icc_is_request(Slice head);
bool icc_request_read(Slice head, size_t body_bytes, IccRequest *ret);

#endif
