/*
 * Fuzz target: look-up tables, per-frame values and overlays of any data set, drawn over a small image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/lut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char SAMPLES[2 * 16 * 16];
    Slice             bytes = { (const char *)data, size };
    Err               err   = { 0 };
    OWNED(Dataset) *ds      = dataset_parse(bytes, EXPLICIT_LITTLE, &err);
    for (uint32_t frame = 1; ds && frame <= 3; frame++) {
        GreyRules     rules = { 0 };
        PictureWanted how   = { .rules = &rules };
        Pixels        p     = { .rows           = 16,
                                .columns        = 16,
                                .frames         = 3,
                                .samples        = 1,
                                .bits_allocated = 16,
                                .bits_stored    = 12,
                                .high_bit       = 11,
                                .photometric    = MONOCHROME2,
                                .slope          = 1 };
        if (grey_rules_read(ds, frame, &p, &rules, &err))
            picture_free(picture_render(&p, slice_bytes(SAMPLES, sizeof SAMPLES), 0, NULL, &how, &err));
        grey_rules_clear(&rules);
    }
    return 0;
}
