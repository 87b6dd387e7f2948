/*
 * Fuzz: Accept headers and media types. The choice is one of the offers; what is told lies within the header.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/own.h"
#include "doors/web/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const MediaOffer OFFERS[] = { { "multipart/related", "application/dicom" },
                                         { "application/dicom", NULL } };
    Slice                   header   = { (const char *)data, size };
    Slice                   syntax, type;
    int                     chosen = accept_choose(header, OFFERS, COUNT(OFFERS), &syntax);
    Slice                   value  = media_parameter(header, "boundary", &type);
    if (chosen < -1 || chosen >= (int)COUNT(OFFERS) || syntax.len > size || value.len > size ||
        type.len > size)
        abort();
    return 0;
}
