/*
 * Fuzz target: what the codec program is asked and what it answers. A request that is taken describes a frame
 * that fits; an answer that is taken describes exactly the bytes that came with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/codec_wire.h"

static void check_request(Slice head)
{
    CodecRequest r;
    if (!codec_request_read(head, &r))
        return;
    uint64_t bytes =
        (uint64_t)r.rows * r.columns * r.samples * (r.bits_allocated == 1 ? 1u : r.bits_allocated / 8u);
    if (bytes != r.frame_bytes || bytes == 0 || bytes > CODEC_FRAME_MAX || r.bits_stored > r.bits_allocated ||
        r.high_bit >= r.bits_allocated || memchr(r.syntax, 0, sizeof r.syntax) == NULL ||
        memchr(r.target, 0, sizeof r.target) == NULL)
        abort();
}

static void check_answer(Slice head, size_t body)
{
    Photometric colour;
    Pixels      p = {
             .rows = 4, .columns = 4, .frames = 1, .samples = 1, .bits_allocated = 16, .bits_stored = 12
    };
    if (codec_answer_read(head, body, &p, NULL) && (body != 32 || p.frame_bytes != 32))
        abort();
    if (codec_stream_read(head, body, &colour, NULL) && body == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice bytes = { (const char *)data, size };
    check_request(bytes);
    check_answer(bytes, 32);
    check_answer(bytes, size);
    return 0;
}
