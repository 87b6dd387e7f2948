/*
 * RLE frames: byte planes, each a run of PackBits. DICOM PS3.5 annex G.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_RLE_H
#define FORMATS_IMAGE_RLE_H

#include "formats/image/codec_wire.h"

/* Decodes into 'to', which holds r->frame_bytes. 1-bit pixels come as one byte each. */
CodecVerdict rle_decode(Slice frame, const CodecRequest *r, uint8_t *to);

#endif
