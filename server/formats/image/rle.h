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

/*
 * Adds the frame's segments; 'samples' as in codec_wire.h. Each row of a byte plane is packed by itself
 * (annex G.3.1). CODEC_UNFIT: 1-bit pixels, or more than fifteen byte planes.
 */
CodecVerdict rle_encode(Slice samples, const CodecRequest *r, Buf *ret);

#endif
