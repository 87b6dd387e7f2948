/*
 * A line of a backup's list from a medium that anybody may have written: no name leaves its folder, what is
 * read is written the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "clinic/archive/backup_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice        line = slice_bytes(data, size);
    ManifestLine read, again;
    if (!manifest_line_read(line, &read, NULL))
        return 0;
    OWNED_BUF text = buf_make(4096);
    if (read.kind != MANIFEST_BACKUP && read.kind != MANIFEST_END &&
        (slice_starts(read.name, SLICE("/")) || slice_find(read.name, SLICE("/../")) != SIZE_MAX ||
         slice_starts(read.name, SLICE("../")) || slice_ends(read.name, SLICE("/.."))))
        abort();
    if (!manifest_line_add(&read, &text))
        return 0;
    Slice written = buf_slice(&text);
    written.len--;
    if (!manifest_line_read(written, &again, NULL) || again.kind != read.kind || again.bytes != read.bytes ||
        !slice_equal(again.name, read.name))
        abort();
    return 0;
}
