/*
 * What a compressed picture says of itself: for STOW-RS bulk data whose metadata leaves it to the pixels.
 * DICOM PS3.18 §8.7.3 (media types and transfer syntaxes), PS3.5 §8.2 and annex A.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOMWEB_PICTURE_FACTS_H
#define FORMATS_DICOMWEB_PICTURE_FACTS_H

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

enum { PICTURE_BITS_MAX = 16 }; /* of one sample: what our image description is made for */

typedef struct PictureFacts {
    const char *syntax_uid;    /* the transfer syntax these bytes are in */
    uint32_t    rows, columns; /* 0: the bytes do not say (RLE, video) */
    uint32_t    samples, bits; /* bits stored of one sample */
    bool        is_signed, lossy;
    const char *photometric;
} PictureFacts;

/* True for image/... and video/...: what goes into fragments. */
bool picture_is_compressed(Slice media_type);

/*
 * 'stated' is the transfer-syntax that came with it; empty: found from the bytes. ERR_INPUT: the bytes are
 * not what the media type says, or nothing DICOM has a transfer syntax for.
 */
bool picture_facts(Slice media_type, Slice stated, Slice bytes, PictureFacts *ret, Err *err);

#endif
