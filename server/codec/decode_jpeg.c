/*
 * JPEG by cosine transform: 8 bits by libjpeg-turbo, 12 bits by our own decoder; colour left as it is stored.
 *
 * The components come out as planes, so that nobody guesses a colour space: YBR stays YBR_FULL, RGB stays
 * RGB. What they are is said by the stream where it says so (Adobe, JFIF, component names), else by the data
 * set. Smaller colour planes are enlarged by the usual triangle filter, as most decoders of DICOM images do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <turbojpeg.h>

#include "codec/decode.h"
#include "codec/jpeg_planes.h"
#include "formats/image/jpeg_dct.h"
#include "formats/image/jpeg_head.h"

static bool named_rgb(const JpegHead *h)
{
    return h->id[0] == 'R' && h->id[1] == 'G' && h->id[2] == 'B';
}

static Photometric colour_of(const JpegHead *h, Photometric said)
{
    if (h->components != 3)
        return said;
    if (h->adobe_transform >= 0)
        return h->adobe_transform == 0 ? RGB : YBR_FULL;
    if (named_rgb(h))
        return RGB;
    return said == RGB && !h->has_jfif ? RGB : YBR_FULL;
}

static CodecVerdict check(const JpegHead *h, const CodecRequest *r)
{
    if (h->precision != 8 && h->precision != 12)
        return CODEC_UNREADABLE;
    if (h->sof != 0xC0 && h->sof != 0xC1 && h->sof != 0xC2)
        return CODEC_UNREADABLE;
    if (h->rows != r->rows || h->columns != r->columns || h->components != r->samples ||
        r->bits_allocated < 8 || r->bits_allocated > 16 || (h->components != 1 && h->components != 3))
        return CODEC_DISAGREES;
    return CODEC_DONE;
}

/* All planes decoded into one piece of memory; 'ret' borrows from it. */
static bool decode_planes(tjhandle tj, Slice frame, int sampling, const CodecRequest *r, JpegPlane ret[3],
                          uint8_t **ret_memory)
{
    unsigned char *at[3]     = { 0 };
    int            stride[3] = { 0 };
    size_t         total     = 0;
    int            width = (int)r->columns, height = (int)r->rows;
    for (int c = 0; c < r->samples; c++)
        total += tjPlaneSizeYUV(c, width, 0, height, sampling);
    uint8_t *memory = calloc(total, 1);
    if (!memory)
        return false;
    *ret_memory = memory;
    for (int c = 0; c < r->samples; c++) {
        at[c]     = memory;
        stride[c] = tjPlaneWidth(c, width, sampling);
        ret[c]    = (JpegPlane) { memory, (size_t)stride[c], (size_t)tjPlaneHeight(c, height, sampling) };
        memory += tjPlaneSizeYUV(c, width, 0, height, sampling);
    }
    return tjDecompressToYUVPlanes(tj, (const unsigned char *)frame.at, frame.len, at, width, stride, height,
                                   TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) == 0;
}

static void store_plane(const CodecRequest *r, const JpegPlane *plane, size_t component, uint8_t *to)
{
    for (size_t y = 0; y < r->rows; y++)
        for (size_t x = 0; x < r->columns; x++)
            sample_put(r, to, (y * r->columns + x) * r->samples + component, plane->at[y * plane->width + x],
                       8);
}

static CodecVerdict decode_with(tjhandle tj, Slice frame, const CodecRequest *r, uint8_t *to)
{
    int       width, height, sampling, space;
    JpegPlane planes[3] = { 0 };
    uint8_t  *memory    = NULL;
    if (tjDecompressHeader3(tj, (const unsigned char *)frame.at, frame.len, &width, &height, &sampling,
                            &space) != 0)
        return CODEC_DAMAGED;
    if (width != (int)r->columns || height != (int)r->rows || (r->samples == 1) != (sampling == TJSAMP_GRAY))
        return CODEC_DISAGREES;
    bool ok = decode_planes(tj, frame, sampling, r, planes, &memory);
    for (size_t c = 0; ok && c < r->samples; c++) {
        JpegPlane full = { 0 };
        ok             = jpeg_plane_enlarge(&planes[c], r->columns, r->rows, &full);
        if (ok)
            store_plane(r, &full, c, to);
        free(full.at);
    }
    free(memory);
    return ok ? CODEC_DONE : CODEC_DAMAGED;
}

static CodecVerdict decode_8_bits(Slice frame, const CodecRequest *r, uint8_t *to)
{
    tjhandle tj = tjInitDecompress();
    if (!tj)
        return CODEC_TOO_LARGE;
    CodecVerdict verdict = decode_with(tj, frame, r, to);
    tjDestroy(tj);
    return verdict;
}

CodecVerdict decode_jpeg(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    JpegHead head;
    if (!jpeg_head_read(frame, &head))
        return CODEC_DAMAGED;
    CodecVerdict verdict = check(&head, r);
    if (verdict != CODEC_DONE)
        return verdict;
    verdict     = head.precision == 8 ? decode_8_bits(frame, r, to) : jpeg_dct_decode(frame, r, to);
    *ret_colour = colour_of(&head, *ret_colour);
    return verdict;
}
