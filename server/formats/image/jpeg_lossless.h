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

/*
 * Adds a stream of process 14, selection value 1 (previous sample), with tables made for this frame.
 * 'samples' as in codec_wire.h, of which the low 'bits' (2 to 16) of each are kept. CODEC_UNFIT: other
 * depths, more than four components.
 */
CodecVerdict jpeg_lossless_encode(Slice samples, const CodecRequest *r, unsigned bits, Buf *ret);

#endif
