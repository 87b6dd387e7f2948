/*
 * Heads of JPEG, JPEG-LS and JPEG 2000 streams, as far as the image description needs them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicomweb/picture_facts.h"

#include "formats/dicom/tags.h"
#include "formats/image/jpeg_head.h"

enum { JPEG_SOF_LS = 0xF7, J2K_COD = 0xFF52, J2K_SOT = 0xFF90, J2K_CAP = 0xFF50 };

typedef struct Kind {
    const char *media;
    bool (*read)(Slice bytes, PictureFacts *ret);
    const char *syntaxes[8]; /* those the media type may stand for (PS3.18 table 8.7.3-2, 8.7.3-5) */
} Kind;

/* The segment of the first scan: the predictor of lossless JPEG, NEAR of JPEG-LS stand before its last byte.
 */
static bool scan_parameter(Slice stream, uint8_t *ret)
{
    Reader  in = reader_make(stream);
    uint8_t marker;
    Slice   segment;
    while (jpeg_marker(&in, &marker, &segment))
        if (marker == JPEG_SOS && segment.len >= 6) {
            *ret = (uint8_t)segment.at[segment.len - 3];
            return true;
        }
    return false;
}

static bool read_jpeg(Slice bytes, PictureFacts *ret)
{
    JpegHead head;
    uint8_t  predictor;
    if (!jpeg_head_read(bytes, &head) || (head.components != 1 && head.components != 3))
        return false;
    bool lossless = head.sof == JPEG_SOF_LOSSLESS;
    if (head.sof == JPEG_SOF_BASELINE)
        ret->syntax_uid = UID_JPEG_BASELINE8_BIT;
    else if (head.sof == JPEG_SOF_EXTENDED)
        ret->syntax_uid = UID_JPEG_EXTENDED12_BIT;
    else if (lossless && scan_parameter(bytes, &predictor))
        ret->syntax_uid = predictor == 1 ? UID_JPEG_LOSSLESS_SV1 : UID_JPEG_LOSSLESS;
    else
        return false; /* progressive, arithmetic: no transfer syntax of today */
    bool rgb         = head.adobe_transform == 0 || (lossless && head.adobe_transform < 0 && !head.has_jfif);
    bool half        = head.components == 3 && head.h[0] == 2 * head.h[1];
    ret->rows        = head.rows;
    ret->columns     = head.columns;
    ret->samples     = head.components;
    ret->bits        = head.precision;
    ret->lossy       = !lossless;
    ret->photometric = head.components == 1 ? "MONOCHROME2"
                       : rgb                ? "RGB"
                       : half               ? "YBR_FULL_422"
                                            : "YBR_FULL";
    return true;
}

static bool read_jpegls(Slice bytes, PictureFacts *ret)
{
    Reader   in = reader_make(bytes);
    uint8_t  marker, near;
    Slice    segment;
    JpegHead head = { 0 };
    if (!jpeg_marker(&in, &marker, &segment) || marker != JPEG_SOI)
        return false;
    while (!head.rows)
        if (!jpeg_marker(&in, &marker, &segment) ||
            (marker == JPEG_SOF_LS && !jpeg_sof_read(marker, segment, &head)))
            return false;
    if (!scan_parameter(bytes, &near) || (head.components != 1 && head.components != 3))
        return false;
    ret->syntax_uid  = near ? UID_JPEGLS_NEAR_LOSSLESS : UID_JPEGLS_LOSSLESS;
    ret->rows        = head.rows;
    ret->columns     = head.columns;
    ret->samples     = head.components;
    ret->bits        = head.precision;
    ret->lossy       = near > 0;
    ret->photometric = head.components == 1 ? "MONOCHROME2" : "RGB";
    return true;
}

/* ITU-T T.800 annex A: SOC, SIZ first; CAP says HTJ2K; COD says colour and wavelet. */
static bool read_jpeg2000(Slice bytes, PictureFacts *ret)
{
    Reader in              = reader_make(bytes);
    bool   high_throughput = false, colour = false, exact = false, coded = false;
    if (read_u16be(&in) != 0xFF4F || read_u16be(&in) != 0xFF51)
        return false;
    (void)read_u16be(&in); /* Lsiz */
    (void)read_u16be(&in); /* Rsiz */
    uint32_t right = read_u32be(&in), below = read_u32be(&in), left = read_u32be(&in),
             above = read_u32be(&in);
    (void)read_slice(&in, 16); /* tiles */
    uint32_t components = read_u16be(&in);
    uint8_t  depth      = read_u8(&in);
    if (!reader_ok(&in) || right <= left || below <= above || right - left > 65535 || below - above > 65535 ||
        (components != 1 && components != 3) || (depth & 0x7F) > 37)
        return false;
    (void)read_slice(&in, components * 3 - 1);
    for (uint16_t marker = read_u16be(&in); reader_ok(&in) && marker != J2K_SOT; marker = read_u16be(&in)) {
        uint16_t length  = read_u16be(&in);
        Slice    segment = read_slice(&in, length < 2 ? 0 : length - 2u);
        if (length < 2 || !reader_ok(&in))
            return false;
        high_throughput = high_throughput || marker == J2K_CAP;
        if (marker == J2K_COD && segment.len >= 10) {
            colour = segment.at[4] == 1;
            exact  = segment.at[9] == 1;
            coded  = true;
        }
    }
    if (!coded)
        return false;
    ret->syntax_uid  = high_throughput ? (exact ? UID_HTJ2K_LOSSLESS : UID_HTJ2K)
                       : exact         ? UID_JPEG2000_LOSSLESS
                                       : UID_JPEG2000;
    ret->columns     = right - left;
    ret->rows        = below - above;
    ret->samples     = components;
    ret->bits        = (depth & 0x7Fu) + 1;
    ret->is_signed   = (depth & 0x80) != 0;
    ret->lossy       = !exact;
    ret->photometric = components == 1 ? "MONOCHROME2" : !colour ? "RGB" : exact ? "YBR_RCT" : "YBR_ICT";
    return true;
}

static bool read_nothing(Slice bytes, PictureFacts *ret)
{
    (void)ret;
    return bytes.len > 0;
}

static const Kind KINDS[] = {
    { "image/jpeg",
      read_jpeg,
      { UID_JPEG_BASELINE8_BIT, UID_JPEG_EXTENDED12_BIT, UID_JPEG_LOSSLESS, UID_JPEG_LOSSLESS_SV1 } },
    { "image/jls", read_jpegls, { UID_JPEGLS_LOSSLESS, UID_JPEGLS_NEAR_LOSSLESS } },
    { "image/x-jls", read_jpegls, { UID_JPEGLS_LOSSLESS, UID_JPEGLS_NEAR_LOSSLESS } },
    { "image/jp2", read_jpeg2000, { UID_JPEG2000_LOSSLESS, UID_JPEG2000 } },
    { "image/j2c", read_jpeg2000, { UID_JPEG2000_LOSSLESS, UID_JPEG2000 } },
    { "image/jphc", read_jpeg2000, { UID_HTJ2K_LOSSLESS, UID_HTJ2K_LOSSLESS_RPCL, UID_HTJ2K } },
    { "image/jph", read_jpeg2000, { UID_HTJ2K_LOSSLESS, UID_HTJ2K_LOSSLESS_RPCL, UID_HTJ2K } },
    { "image/dicom-rle", read_nothing, { UID_RLE_LOSSLESS } },
    { "video/mpeg", read_nothing, { UID_MPEG2MPML, UID_MPEG2MPHL } },
    { "video/mp4",
      read_nothing,
      { UID_MPEG4HP41, UID_MPEG4HP41BD, UID_MPEG4HP422D, UID_MPEG4HP423D, UID_MPEG4HP42STEREO } },
};

bool picture_is_compressed(Slice media_type)
{
    return slice_starts(media_type, SLICE("image/")) || slice_starts(media_type, SLICE("video/"));
}

bool picture_facts(Slice media_type, Slice stated, Slice bytes, PictureFacts *ret, Err *err)
{
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        if (!slice_equal_fold(media_type, slice_of(KINDS[k].media)))
            continue;
        *ret = (PictureFacts) { .syntax_uid = KINDS[k].syntaxes[0] };
        if (!KINDS[k].read(bytes, ret) || (ret->rows && (ret->bits < 1 || ret->bits > PICTURE_BITS_MAX)))
            break;
        if (!stated.len || slice_equal_text(stated, ret->syntax_uid))
            return true;
        for (size_t i = 0; i < COUNT(KINDS[k].syntaxes) && KINDS[k].syntaxes[i]; i++)
            if (slice_equal_text(stated, KINDS[k].syntaxes[i])) {
                ret->syntax_uid = KINDS[k].syntaxes[i];
                return true;
            }
        break;
    }
    return err_set(err, ERR_INPUT, "The pixels are not encoded as stated.", SLICE_FMT, SLICE_ARG(media_type));
}
