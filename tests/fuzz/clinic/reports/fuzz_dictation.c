/*
 * Fuzz: a recording to be dictated, and the answer of the service that heard it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "clinic/reports/dictation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice   bytes = slice_bytes(data, size);
    int64_t ms    = -1;
    if (dictation_length(bytes, &ms, NULL) && (ms < DICTATION_MS_MIN || ms > DICTATION_MS_MAX))
        abort();
    OWNED(json_t) *json = NULL;
    if (dictation_read(bytes, &json, NULL) && json_string_length(json_object_get(json, "text")) > DICTATION_TEXT_MAX)
        abort();
    return 0;
}
