/*
 * Fuzz: a report template of other houses. What is read has no active text, and reads back the same once written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "formats/mrrt/mrrt.h"

static bool same_text(const Mrrt *a, const Mrrt *b)
{
    for (size_t i = 0; i < a->section_count; i++)
        if (!slice_equal(a->sections[i].text, b->sections[i].text) || !slice_equal(slice_trim(a->sections[i].name), slice_trim(b->sections[i].name)))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Mrrt   first, again;
    OWNED(Arena) *arena = size < 65536 ? arena_new(64 << 20) : NULL;
    OWNED_BUF once = buf_make(16 << 20), twice = buf_make(16 << 20);
    if (!arena || !mrrt_read(slice_bytes(data, size), arena, &first, NULL))
        return 0;
    for (size_t i = 0; i < first.section_count; i++) /* ids of our own, as who writes gives them */
        first.sections[i].id = slice_of(arena_textf(arena, "S%zu", i));
    if (!mrrt_write(&first, &once, NULL) || once.len > MRRT_BYTES_MAX)
        return 0;
    if (!mrrt_read(buf_slice(&once), arena, &again, NULL) || again.section_count != first.section_count || !same_text(&first, &again))
        abort();
    if (!mrrt_write(&again, &twice, NULL))
        abort();
    return 0;
}
