/*
 * Any bytes as a data set with waveforms: every sample of every group that is read is a number, or padding.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdlib.h>

#include "formats/dicom/waveform.h"

enum { GROUPS_MAX = 4, VALUES_MAX = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED(Dataset) *ds = dataset_parse(slice_bytes(data, size), EXPLICIT_LITTLE, NULL);
    Waveform w;
    for (size_t g = 0; ds && g < GROUPS_MAX; g++) {
        if (!waveform_read(ds, g, &w, NULL))
            continue;
        if (w.channels > WAVEFORM_CHANNELS_MAX || w.data.len > size ||
            (uint64_t)w.channels * w.samples * w.bytes > w.data.len)
            abort(); /* all that is told is there */
        for (size_t i = 0; i < (size_t)w.channels * w.samples && i < VALUES_MAX; i++) {
            double v = waveform_value(&w, (uint32_t)(i % w.channels), (uint32_t)(i / w.channels));
            if (isnan(v) && !w.has_padding && isfinite(w.channel[i % w.channels].factor))
                abort();
        }
    }
    return 0;
}
