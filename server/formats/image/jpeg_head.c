/*
 * The markers in front of a JPEG stream. ITU-T T.81 annex B; the Adobe marker: ITU-T T.872 §6.5.3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/jpeg_head.h"

static bool stands_alone(uint8_t marker)
{
    return marker == 0x01 || (marker >= 0xD0 && marker <= JPEG_EOI);
}

bool jpeg_marker(Reader *in, uint8_t *ret_marker, Slice *ret_segment)
{
    if (read_u8(in) != 0xFF)
        return false;
    uint8_t marker = 0xFF;
    while (reader_ok(in) && marker == 0xFF)
        marker = read_u8(in);
    *ret_marker  = marker;
    *ret_segment = SLICE_NONE;
    if (!reader_ok(in) || marker == 0)
        return false;
    if (stands_alone(marker))
        return true;
    uint16_t length = read_u16be(in);
    if (length < 2)
        return false;
    *ret_segment = read_slice(in, length - 2u);
    return reader_ok(in);
}

bool jpeg_is_sof(uint8_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != JPEG_DHT && marker != JPEG_DAC && marker != 0xC8;
}

bool jpeg_sof_read(uint8_t marker, Slice segment, JpegHead *ret)
{
    Reader in      = reader_make(segment);
    ret->sof       = marker;
    ret->precision = read_u8(&in);
    ret->rows      = read_u16be(&in);
    ret->columns   = read_u16be(&in);
    uint8_t count  = read_u8(&in);
    if (!reader_ok(&in) || count < 1 || count > JPEG_COMPONENTS_MAX || ret->rows == 0 || ret->columns == 0)
        return false;
    ret->components = count;
    for (size_t i = 0; i < count; i++) {
        ret->id[i]           = read_u8(&in);
        uint8_t sampling     = read_u8(&in);
        ret->quantization[i] = read_u8(&in);
        ret->h[i]            = sampling >> 4;
        ret->v[i]            = sampling & 15;
        if (ret->h[i] < 1 || ret->h[i] > 4 || ret->v[i] < 1 || ret->v[i] > 4)
            return false;
    }
    return reader_ok(&in) && reader_left(&in) == 0;
}

bool jpeg_head_read(Slice stream, JpegHead *ret)
{
    Reader   in = reader_make(stream);
    uint8_t  marker;
    Slice    segment;
    JpegHead head = { .adobe_transform = -1 };
    if (!jpeg_marker(&in, &marker, &segment) || marker != JPEG_SOI)
        return false;
    while (jpeg_marker(&in, &marker, &segment)) {
        if (jpeg_is_sof(marker)) {
            bool ok = jpeg_sof_read(marker, segment, &head);
            *ret    = head;
            return ok;
        }
        if (marker == JPEG_SOS || marker == JPEG_EOI)
            return false;
        if (marker == JPEG_APP0 && slice_starts(segment, (Slice) { "JFIF", 5 }))
            head.has_jfif = true;
        if (marker == JPEG_APP14 && segment.len >= 12 && slice_starts(segment, SLICE("Adobe")))
            head.adobe_transform = (uint8_t)segment.at[11];
    }
    return false;
}
