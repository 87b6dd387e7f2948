/*
 * Fuzz target: a document of any bytes, drawn small; what comes out is a picture of the size that fits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "codec/pages/page.h"
#include "formats/image/page_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SIDE = 48 };
    uint32_t  width = 0, height = 0;
    OWNED_BUF body = buf_make(PAGE_BODY_MAX), head = buf_make(64);
    Slice     in   = slice_bytes(data, size);
    (void)page_request_read(in, &width, &height);
    if (size == 0)
        return 0;
    CodecAnswer a = { .verdict = page_draw(in, SIDE, SIDE, &body), .photometric = RGB, .bits_allocated = 8 };
    a.bytes       = body.len;
    codec_answer_write(&a, &head);
    OWNED(Picture) *picture = page_answer_read(buf_slice(&head), buf_slice(&body), NULL);
    if ((picture != NULL) != (a.verdict == CODEC_DONE) || (picture && (picture->width > SIDE || picture->height > SIDE)))
        abort();
    picture_free(page_answer_read(slice_part(in, 0, 16), slice_part(in, 16, SIZE_MAX), NULL));
    return 0;
}
