/*
 * Fuzz: multipart/related. However the blocks are cut, the same parts come out; no byte is invented.
 *
 * The first byte is the size of the blocks; the boundary is always "b".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doors/web/multipart.h"

typedef struct Sum {
    size_t   bytes, parts;
    uint64_t hash;
    bool     open;
} Sum;

static bool on_begin(void *with, Slice header, Err *err)
{
    (void)err;
    Sum *s = with;
    if (s->open)
        abort();
    s->open = true;
    s->parts++;
    s->hash = s->hash * 31 + header.len + multipart_header(header, "Content-Type").len;
    return true;
}

static bool on_data(void *with, Slice bytes, Err *err)
{
    (void)err;
    Sum *s = with;
    if (!s->open)
        abort();
    s->bytes += bytes.len;
    for (size_t i = 0; i < bytes.len; i++)
        s->hash = s->hash * 31 + (uint8_t)bytes.at[i];
    return true;
}

static bool on_end(void *with, Err *err)
{
    (void)err;
    ((Sum *)with)->open = false;
    return true;
}

static bool parse(Slice body, size_t block, Sum *ret)
{
    MultipartSink sink  = { on_begin, on_data, on_end, ret };
    OWNED(Multipart) *m = multipart_new(SLICE("multipart/related; boundary=b"), &sink, NULL);
    for (size_t at = 0; m && at < body.len; at += block)
        if (!multipart_feed(m, slice_part(body, at, block), NULL))
            return false;
    return m && multipart_finish(m, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Sum   cut = { 0 }, whole = { 0 };
    Slice body = slice_part((Slice) { (const char *)data, size }, 1, SIZE_MAX);
    bool  ok   = parse(body, size ? data[0] % 64 + 1u : 1, &cut);
    if (ok != parse(body, SIZE_MAX / 2, &whole))
        abort();
    if (cut.bytes > size ||
        (ok && (cut.bytes != whole.bytes || cut.parts != whole.parts || cut.hash != whole.hash)))
        abort();
    return 0;
}
