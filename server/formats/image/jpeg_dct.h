/*
 * JPEG by cosine transform, Huffman coded, of up to 12 bits: sequential and progressive. ITU-T T.81 annexes
 * F, G.
 *
 * Made for the 12 bits that the usual library is not built for; it reads 8 bits as well, to the same bit, and
 * is checked against that library with them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_JPEG_DCT_H
#define FORMATS_IMAGE_JPEG_DCT_H

#include "formats/image/codec_wire.h"

/* Decodes into 'to', which holds r->frame_bytes: by pixel, little endian, components as the stream gives
 * them. CODEC_UNREADABLE: arithmetic coding, hierarchical, lossless, or colour planes smaller than the image.
 */
CodecVerdict jpeg_dct_decode(Slice frame, const CodecRequest *r, uint8_t *to);

#endif
