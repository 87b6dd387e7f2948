/*
 * JPEG lossless, Huffman coded (processes 14, SOF3): ITU-T T.81 annex H, as DICOM uses it (PS3.5 §8.2.1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_JPEG_LOSSLESS_H
#define FORMATS_IMAGE_JPEG_LOSSLESS_H

#include "formats/image/codec_wire.h"

/* Decodes into 'to', which holds r->frame_bytes: by pixel, little endian, values as the stream gives them. */
CodecVerdict jpeg_lossless_decode(Slice frame, const CodecRequest *r, uint8_t *to);

#endif
