/*
 * Pixels from one colour space into another, by their ICC profiles (Little CMS).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_COLOURS_H
#define CODEC_COLOURS_H

#include "formats/image/icc_wire.h"

/*
 * 'body' as the request describes it: profile, then pixels. Adds the pixels anew and their profile to 'ret'.
 * CODEC_DAMAGED: no profile; CODEC_UNFIT: not one of RGB pixels; CODEC_TOO_LARGE: no room.
 */
CodecVerdict colours_convert(Slice body, const IccRequest *r, Buf *ret);

#endif
