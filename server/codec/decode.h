/*
 * One frame out of one compressed stream: which decoder for which transfer syntax.
 *
 * A decoder checks the stream's own header against the request before it decodes a sample, and writes exactly
 * r->frame_bytes to 'to' (zeroed before): as stored, little endian, colour by pixel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_DECODE_H
#define CODEC_DECODE_H

#include "formats/image/codec_wire.h"

/* '*ret_colour' comes in as the data set's photometric and leaves as that of the samples. */
typedef CodecVerdict Decode(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour);

Decode decode_native, decode_jpeg, decode_jpeg2000, decode_jpegls, decode_jpegxl, decode_deflated;

/* By r->syntax. CODEC_UNREADABLE for one we do not know. */
CodecVerdict decode_frame(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour);

/* Writes a sample of 1 (as a byte), 8, 16 or 32 allocated bits; only the low 'bits' of 'value' are kept. */
void sample_put(const CodecRequest *r, uint8_t *to, size_t place, uint32_t value, unsigned bits);

#endif
