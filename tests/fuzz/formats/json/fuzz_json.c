/*
 * JSON and base64 from outside: what is read writes back to the same; a string of any bytes is valid JSON
 * once added.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice in             = slice_bytes(data, size);
    OWNED(json_t) *value = json_parse(in, NULL);
    OWNED_BUF text = buf_make(8 << 20), back = buf_make(8 << 20), list = buf_make(8 << 20);
    if (value) {
        if (!json_dump_to_buf(value, &text, NULL))
            abort();
        OWNED(json_t) *again = json_parse(buf_slice(&text), NULL);
        if (!again)
            abort();
    }
    buf_clear(&text);
    if (base64url_decode(in, &back, NULL) &&
        (!base64url_encode(buf_slice(&back), &text) || !slice_equal(buf_slice(&text), in)))
        abort(); /* one value, one spelling */
    buf_add_char(&list, '[');
    json_add_string(&list, in);
    buf_add_char(&list, ']');
    json_error_t fault;
    OWNED(json_t) *string = json_loadb(list.at, list.len, JSON_ALLOW_NUL, &fault);
    if (!string)
        abort();
    return 0;
}
