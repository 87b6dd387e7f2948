/*
 * Fuzz: heads of compressed pictures. The first byte chooses the media type; what is told is within DICOM's
 * bounds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/own.h"
#include "formats/dicomweb/picture_facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const MEDIA[] = { "image/jpeg", "image/jls",       "image/jp2",
                                         "image/jphc", "image/dicom-rle", "video/mp4" };
    PictureFacts             facts;
    if (size < 1 || !picture_facts(slice_of(MEDIA[data[0] % COUNT(MEDIA)]), SLICE_NONE,
                                   slice_bytes(data + 1, size - 1), &facts, NULL))
        return 0;
    if (!facts.syntax_uid || facts.rows > 65535 || facts.columns > 65535 || facts.samples > 3 ||
        facts.bits > PICTURE_BITS_MAX)
        abort();
    if (facts.rows && (!facts.photometric || !facts.bits))
        abort();
    return 0;
}
