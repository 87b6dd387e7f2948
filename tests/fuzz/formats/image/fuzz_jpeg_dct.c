/*
 * Fuzz target: JPEG by cosine transform, sequential and progressive. The image is asked for in the shape that
 * the stream's own head claims, when small.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/jpeg_dct.h"
#include "formats/image/jpeg_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice        stream = { (const char *)data, size };
    JpegHead     head;
    CodecRequest r = { .rows = 8, .columns = 8, .samples = 1, .bits_allocated = 16, .bits_stored = 16 };
    if (jpeg_head_read(stream, &head) && (uint32_t)head.rows * head.columns <= 1 << 16) {
        r.rows           = head.rows;
        r.columns        = head.columns;
        r.samples        = head.components;
        r.bits_allocated = head.precision <= 8 ? 8 : 16;
    }
    r.frame_bytes   = (uint64_t)r.rows * r.columns * r.samples * (r.bits_allocated / 8u);
    uint8_t     *to = calloc(r.frame_bytes, 1);
    CodecVerdict v  = jpeg_dct_decode(stream, &r, to);
    if (v >= CODEC_VERDICTS)
        abort();
    for (uint64_t i = 0; v == CODEC_DONE && r.bits_allocated == 8 && i < r.frame_bytes; i++)
        if (head.precision < 1 || head.precision > 8)
            abort(); /* wider samples never go into bytes */
    free(to);
    return 0;
}
