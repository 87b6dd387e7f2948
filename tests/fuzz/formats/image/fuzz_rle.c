/*
 * Fuzz target: RLE frames. The first bytes choose the image's shape, the rest is the frame.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/rle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    CodecRequest r = { .rows = data[0] % 64 + 1u, .columns = data[1] % 64 + 1u, .samples = data[2] % 4 + 1 };
    r.bits_allocated = (uint16_t[]) { 1, 8, 16, 32 }[data[2] / 4 % 4];
    r.bits_stored    = r.bits_allocated;
    r.frame_bytes =
        (uint64_t)r.rows * r.columns * r.samples * (r.bits_allocated == 1 ? 1u : r.bits_allocated / 8u);
    uint8_t     *to = calloc(r.frame_bytes, 1); /* exactly: one byte more is seen */
    CodecVerdict v  = rle_decode((Slice) { (const char *)data + 3, size - 3 }, &r, to);
    if (v >= CODEC_VERDICTS)
        abort();
    for (uint64_t i = 0; v == CODEC_DONE && r.bits_allocated == 1 && i < r.frame_bytes; i++)
        if (to[i] > 1)
            abort(); /* a bit is a bit */
    free(to);
    return 0;
}
