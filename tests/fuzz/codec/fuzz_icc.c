/*
 * Any bytes as the colour profile of a small picture, and as a request about colours: through Little CMS into
 * every space. Pixels come back for pixels, with a profile behind them.
 *
 * First byte: the space wanted; the rest is the profile.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "codec/colours.h"

enum { SIDE = 4, PIXELS = SIDE * SIDE };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    IccRequest any;
    if (size < 1 || size > (1 << 20))
        return 0;
    Slice profile = slice_bytes(data + 1, size - 1);
    if (icc_request_read(profile, size, &any) && any.pixels * UINT64_C(3) + any.profile_bytes != size)
        abort();
    uint8_t at[PIXELS * 3];
    for (size_t i = 0; i < sizeof at; i++)
        at[i] = (uint8_t)(i * 5);
    Picture   picture = { SIDE, SIDE, 3, at };
    OWNED_BUF head = buf_make(ICC_REQUEST_BYTES), body = buf_make(2 << 20), made = buf_make(32 << 20);
    if (!icc_request_write(&picture, (IccTarget)(data[0] % ICC_TARGETS), profile, &head, &body, NULL) ||
        !icc_request_read(buf_slice(&head), body.len, &any))
        abort(); /* what we write we read */
    if (colours_convert(buf_slice(&body), &any, &made) == CODEC_DONE && made.len <= sizeof at)
        abort();
    return 0;
}
