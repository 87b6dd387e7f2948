/*
 * A correction that takes one series of any file to another study: what comes out is a file again, that says what it
 * was before; references are followed at any depth.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>

#include "clinic/archive/correction_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Part10     from;
    FourUids   uids;
    Correction c          = { .strip = true, .target_uid = "2.25.1", .attributes = "{\"StudyInstanceUID\":\"2.25.1\"}" };
    Rewritten  made       = { 0 };
    OWNED(Dataset) *ds    = part10_parse(slice_bytes(data, size), &from, NULL);
    if (!ds || !dataset_four_uids(ds, &uids, NULL))
        return 0;
    (void)slice_copy(slice_of(uids.study), c.source_uid, sizeof c.source_uid);
    (void)slice_copy(slice_of(uids.series), c.series, sizeof c.series);
    if (correction_rewrite(&c, ds, &from, &made, NULL)) {
        OWNED(Dataset) *again = part10_head_scan(buf_slice(&made.head), NULL, NULL);
        Slice study;
        if (!again || !dataset_find(again, TAG_ORIGINAL_ATTRIBUTES_SEQUENCE) ||
            !dataset_uid(again, TAG_STUDY_INSTANCE_UID, &study) || !slice_equal_text(study, "2.25.1"))
            abort();
    }
    rewritten_clear(&made);
    return 0;
}
