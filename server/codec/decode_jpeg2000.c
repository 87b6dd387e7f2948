/*
 * JPEG 2000 and HTJ2K by OpenJPEG, from a bare codestream or (against PS3.5 §8.2.4, but seen) a JP2 file.
 *
 * Size, components and depth are compared with the data set before a sample is decoded. The colour transform
 * of the codestream is undone by the decoder: YBR_RCT and YBR_ICT become RGB.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openjpeg.h>

#include "codec/decode.h"

typedef struct Source {
    Slice  bytes;
    size_t pos;
} Source;

static OPJ_SIZE_T source_read(void *to, OPJ_SIZE_T len, void *arg)
{
    Source *s    = arg;
    Slice   part = slice_part(s->bytes, s->pos, len);
    if (part.len == 0)
        return (OPJ_SIZE_T)-1;
    memcpy(to, part.at, part.len);
    s->pos += part.len;
    return part.len;
}

static OPJ_OFF_T source_skip(OPJ_OFF_T count, void *arg)
{
    Source *s = arg;
    if (count < 0 || (uint64_t)count > s->bytes.len - s->pos)
        return -1;
    s->pos += (size_t)count;
    return count;
}

static OPJ_BOOL source_seek(OPJ_OFF_T pos, void *arg)
{
    Source *s = arg;
    if (pos < 0 || (uint64_t)pos > s->bytes.len)
        return OPJ_FALSE;
    s->pos = (size_t)pos;
    return OPJ_TRUE;
}

static void silent(const char *text, void *arg)
{
    (void)text, (void)arg;
}

static CodecVerdict check(const opj_image_t *image, const CodecRequest *r)
{
    bool depth_ok = r->bits_allocated == 1 || r->bits_allocated == 8 || r->bits_allocated == 16 ||
                    r->bits_allocated == 32;
    if (image->numcomps != r->samples || !depth_ok)
        return CODEC_DISAGREES;
    for (OPJ_UINT32 c = 0; c < image->numcomps; c++) {
        const opj_image_comp_t *k = &image->comps[c];
        if (k->w != r->columns || k->h != r->rows || k->dx != 1 || k->dy != 1 || k->prec < 1 ||
            k->prec > r->bits_allocated || k->prec > 31)
            return CODEC_DISAGREES;
    }
    return CODEC_DONE;
}

static CodecVerdict store(const opj_image_t *image, const CodecRequest *r, uint8_t *to)
{
    size_t pixels = (size_t)r->rows * r->columns;
    for (size_t c = 0; c < r->samples; c++) {
        const opj_image_comp_t *k = &image->comps[c];
        if (!k->data || k->w != r->columns || k->h != r->rows)
            return CODEC_DAMAGED;
        for (size_t i = 0; i < pixels; i++)
            sample_put(r, to, i * r->samples + c, (uint32_t)k->data[i],
                       r->bits_stored > k->prec ? r->bits_stored : k->prec);
    }
    return CODEC_DONE;
}

static CodecVerdict decode_stream(opj_codec_t *codec, opj_stream_t *stream, opj_image_t **image,
                                  const CodecRequest *r, uint8_t *to)
{
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    (void)opj_set_error_handler(codec, silent, NULL);
    (void)opj_set_warning_handler(codec, silent, NULL);
    (void)opj_set_info_handler(codec, silent, NULL);
    if (!opj_setup_decoder(codec, &parameters) || !opj_read_header(stream, codec, image) || !*image)
        return CODEC_DAMAGED;
    CodecVerdict verdict = check(*image, r);
    if (verdict != CODEC_DONE)
        return verdict;
    if (!opj_decode(codec, stream, *image) || !opj_end_decompress(codec, stream))
        return CODEC_DAMAGED;
    return store(*image, r, to);
}

static bool is_jp2(Slice frame)
{
    return slice_starts(frame, (Slice) { "\0\0\0\x0CjP  ", 8 });
}

CodecVerdict decode_jpeg2000(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    Source        source  = { .bytes = frame };
    opj_codec_t  *codec   = opj_create_decompress(is_jp2(frame) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    opj_stream_t *stream  = opj_stream_create(1 << 16, OPJ_TRUE);
    opj_image_t  *image   = NULL;
    CodecVerdict  verdict = CODEC_TOO_LARGE;
    if (codec && stream) {
        opj_stream_set_read_function(stream, source_read);
        opj_stream_set_skip_function(stream, source_skip);
        opj_stream_set_seek_function(stream, source_seek);
        opj_stream_set_user_data(stream, &source, NULL);
        opj_stream_set_user_data_length(stream, frame.len);
        verdict = decode_stream(codec, stream, &image, r, to);
    }
    if (image)
        opj_image_destroy(image);
    if (stream)
        opj_stream_destroy(stream);
    if (codec)
        opj_destroy_codec(codec);
    if (*ret_colour == YBR_RCT || *ret_colour == YBR_ICT)
        *ret_colour = RGB;
    return verdict;
}
