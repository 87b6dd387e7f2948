/*
 * The table of transfer syntaxes that can be decoded. DICOM PS3.5 annex A.4, §8.2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/decode.h"

#include "base/own.h"
#include "formats/image/jpeg_lossless.h"
#include "formats/image/rle.h"

static CodecVerdict decode_rle(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    (void)ret_colour;
    return rle_decode(frame, r, to);
}

static CodecVerdict decode_jpeg_lossless(Slice frame, const CodecRequest *r, uint8_t *to,
                                         Photometric *ret_colour)
{
    (void)ret_colour;
    return jpeg_lossless_decode(frame, r, to);
}

static const struct {
    const char *syntax;
    Decode     *decode;
} DECODERS[] = {
    { "1.2.840.10008.1.2.1", decode_native }, /* for transcoding: the platform puts it in little endian */
    { "1.2.840.10008.1.2.1.98", decode_native },
    { "1.2.840.10008.1.2.5", decode_rle },
    { "1.2.840.10008.1.2.4.50", decode_jpeg },          /* baseline */
    { "1.2.840.10008.1.2.4.51", decode_jpeg },          /* extended, 8 and 12 bits */
    { "1.2.840.10008.1.2.4.53", decode_jpeg },          /* retired: spectral selection */
    { "1.2.840.10008.1.2.4.55", decode_jpeg },          /* retired: full progression */
    { "1.2.840.10008.1.2.4.57", decode_jpeg_lossless }, /* any predictor */
    { "1.2.840.10008.1.2.4.70", decode_jpeg_lossless }, /* predictor 1 */
    { "1.2.840.10008.1.2.4.80", decode_jpegls },        /* lossless */
    { "1.2.840.10008.1.2.4.81", decode_jpegls },        /* near-lossless */
    { "1.2.840.10008.1.2.4.90", decode_jpeg2000 },      /* lossless */
    { "1.2.840.10008.1.2.4.91", decode_jpeg2000 },
    { "1.2.840.10008.1.2.4.201", decode_jpeg2000 }, /* HTJ2K lossless */
    { "1.2.840.10008.1.2.4.202", decode_jpeg2000 }, /* HTJ2K lossless, RPCL */
    { "1.2.840.10008.1.2.4.203", decode_jpeg2000 }, /* HTJ2K */
    { "1.2.840.10008.1.2.4.110", decode_jpegxl },   /* JPEG XL lossless */
    { "1.2.840.10008.1.2.4.111", decode_jpegxl },   /* JPEG recompressed */
    { "1.2.840.10008.1.2.4.112", decode_jpegxl },
    { "1.2.840.10008.1.2.8.1", decode_deflated }, /* deflated image frame */
};

CodecVerdict decode_frame(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    for (size_t i = 0; i < COUNT(DECODERS); i++)
        if (strcmp(DECODERS[i].syntax, r->syntax) == 0)
            return DECODERS[i].decode(frame, r, to, ret_colour);
    return CODEC_UNREADABLE;
}

void sample_put(const CodecRequest *r, uint8_t *to, size_t place, uint32_t value, unsigned bits)
{
    unsigned bytes = r->bits_allocated == 1 ? 1 : r->bits_allocated / 8u;
    if (bits < 32)
        value &= (UINT32_C(1) << bits) - 1;
    for (unsigned i = 0; i < bytes; i++)
        to[place * bytes + i] = (uint8_t)(i < 4 ? value >> 8 * i : 0);
}
