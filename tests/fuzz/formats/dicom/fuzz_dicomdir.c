/*
 * A directory from an outside disc: whatever it says, paths stay inside and values are parts of what came.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>

#include "formats/dicom/dicomdir.h"

typedef struct Seen {
    Slice  file;
    size_t count;
} Seen;

static bool look(const DicomDirFile *f, void *with)
{
    Seen *seen = with;
    Slice rest = f->path;
    if (!f->path.len || f->path.at[0] == '/')
        abort();
    while (rest.len) {
        Slice part = slice_cut(&rest, '/');
        if (!part.len || slice_equal_text(part, "..") || slice_equal_text(part, "."))
            abort();
    }
    const Slice VALUES[] = { f->type, f->class_uid, f->instance_uid, f->syntax_uid };
    for (size_t i = 0; i < 4; i++)
        if (VALUES[i].len > seen->file.len)
            abort(); /* a value is a part of what came in */
    return ++seen->count < DICOMDIR_RECORDS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Seen seen = { .file = slice_bytes(data, size) };
    (void)dicomdir_each(seen.file, look, &seen, NULL);
    return 0;
}
