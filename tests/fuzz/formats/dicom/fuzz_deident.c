/*
 * De-identification of any file: what comes out is a file again, and says what was done.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>

#include "formats/dicom/deident.h"
#include "formats/dicom/rewrite.h"

static void replace(void *with, Slice uid, char ret[65])
{
    (void)with;
    (void)uid;
    (void)slice_copy(SLICE("2.25.1"), ret, 65);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const DeidentKey key = { .replace_uid = replace, .pseudonym = "P-1", .shift_days = -100 };
    unsigned options = size > 131 ? (unsigned)(data[0] | data[1] << 8) & ~(unsigned)DEIDENT_FULL_DATES : 0;
    Part10   from;
    OWNED(Dataset) *ds    = part10_parse(slice_bytes(data, size), &from, NULL);
    OWNED(DicomWriter) *w = dw_new(REWRITE_HEADER_MAX);
    OWNED(Arena) *scratch = arena_new(16 << 20);
    Rewritten made        = { 0 };
    if (!ds)
        return 0;
    (void)deident_risk(ds);
    if (deident_write(ds, options, &key, w, scratch, NULL) && rewrite_finish(w, ds, &from, &made, NULL)) {
        OWNED(Dataset) *again = part10_head_scan(buf_slice(&made.head), NULL, NULL);
        if (!again || !dataset_find(again, TAG_PATIENT_IDENTITY_REMOVED))
            abort();
    }
    rewritten_clear(&made);
    return 0;
}
