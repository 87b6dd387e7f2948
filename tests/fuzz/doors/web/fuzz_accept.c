/*
 * Fuzz: Accept headers and media types. The choice is one of the offers; what is told lies within the header;
 * wishes come best first, however little room there is.
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
    AcceptWish few[2], many[8];
    size_t     n = accept_wishes(header, OFFERS, COUNT(OFFERS), few, COUNT(few)),
           all   = accept_wishes(header, OFFERS, COUNT(OFFERS), many, COUNT(many));
    if (n > COUNT(few) || all > COUNT(many) || (all < COUNT(few) ? n != all : n != COUNT(few)) ||
        (n ? few[0].offer != chosen : chosen != -1))
        abort();
    for (size_t i = 0; i < all; i++)
        if (many[i].offer < 0 || many[i].offer >= (int)COUNT(OFFERS) || many[i].quality < 1 ||
            many[i].quality > 1000 || many[i].syntax.len > size ||
            (i > 0 && many[i].quality > many[i - 1].quality) || (i < n && many[i].offer != few[i].offer))
            abort();
    return 0;
}
