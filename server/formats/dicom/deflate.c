/*
 * Deflating: the other way of inflate.c. DICOM PS3.5 §A.5; RFC 1951.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <zlib.h>

#include "formats/dicom/inflate.h"

enum { STEP_MAX = 1 << 30, LEVEL = 6 };

bool deflate_bytes(Slice bytes, Buf *ret, Err *err)
{
    z_stream z = { 0 };
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_set(err, ERR_LIMIT, "The DICOM data set being made is too big.", "no memory to deflate");
    z.next_in     = (z_const Bytef *)(uintptr_t)bytes.at;
    size_t before = ret->len, left = bytes.len;
    int    state = Z_OK;
    while (state == Z_OK && !ret->failed) {
        char   out[16384];
        size_t feed = left < STEP_MAX ? left : STEP_MAX;
        z.avail_in  = (uInt)feed;
        z.next_out  = (Bytef *)out;
        z.avail_out = sizeof out;
        state       = deflate(&z, feed == left ? Z_FINISH : Z_NO_FLUSH);
        left -= feed - z.avail_in;
        (void)buf_add(ret, (Slice) { out, sizeof out - z.avail_out });
    }
    (void)deflateEnd(&z);
    (void)buf_add_zeros(ret, (ret->len - before) % 2);
    return buf_ok(ret, err);
}
