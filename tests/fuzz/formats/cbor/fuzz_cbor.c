/*
 * CBOR and COSE: reading ends, stays inside, and what is a key is borrowed from what came in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/cbor/cose.h"

static void inside(Slice part, Slice whole)
{
    if (part.len && (part.at < whole.at || part.at + part.len > whole.at + whole.len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice    all = slice_bytes(data, size);
    Reader   in = reader_make(all), heads = reader_make(all), key_in = reader_make(all);
    CborItem item;
    CoseKey  key;
    size_t   before = 0;
    while (reader_left(&in) && cbor_skip(&in, NULL)) {
        if (in.pos <= before)
            abort(); /* every item takes at least a byte */
        before = in.pos;
    }
    while (reader_left(&heads) && cbor_read(&heads, &item, NULL))
        inside(item.bytes, all);
    if (cose_key_read(&key_in, &key, NULL)) {
        inside(key.x, all);
        inside(key.y, all);
        inside(key.n, all);
        if (key.algorithm == COSE_ALG_RS256 ? key.n.len != 256 || key.e.len != 3 : key.x.len != 32)
            abort();
    }
    return 0;
}
