/*
 * JPEG 2000 lossless by OpenJPEG: a bare code stream, RGB through the reversible colour transform.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openjpeg.h>

#include "codec/encode.h"

enum { LEVELS = 5, COMPONENTS_MAX = 3 };

typedef struct Sink {
    Buf   *to;
    size_t from, pos; /* where the stream begins in 'to', and how far from there it is written */
} Sink;

static OPJ_SIZE_T sink_write(void *bytes, OPJ_SIZE_T len, void *arg)
{
    Sink  *s    = arg;
    size_t have = s->to->len - s->from, need = s->pos + len;
    if (need > have && !buf_add_zeros(s->to, need - have))
        return (OPJ_SIZE_T)-1;
    memcpy(s->to->at + s->from + s->pos, bytes, len);
    s->pos = need;
    return len;
}

static OPJ_OFF_T sink_skip(OPJ_OFF_T count, void *arg)
{
    Sink *s = arg;
    if (count < 0 || (uint64_t)count > s->to->max)
        return -1;
    size_t have = s->to->len - s->from, need = s->pos + (size_t)count;
    if (need > have && !buf_add_zeros(s->to, need - have))
        return -1;
    s->pos = need;
    return count;
}

static OPJ_BOOL sink_seek(OPJ_OFF_T pos, void *arg)
{
    Sink *s = arg;
    if (pos < 0 || (uint64_t)pos > s->to->len - s->from)
        return OPJ_FALSE;
    s->pos = (size_t)pos;
    return OPJ_TRUE;
}

static void silent(const char *text, void *arg)
{
    (void)text, (void)arg;
}

static opj_image_t *image_of(const Frame *f)
{
    opj_image_cmptparm_t parts[COMPONENTS_MAX] = { 0 };
    size_t               pixels                = (size_t)f->r->rows * f->r->columns;
    for (unsigned c = 0; c < f->r->samples; c++)
        parts[c] = (opj_image_cmptparm_t) {
            .dx = 1, .dy = 1, .w = f->r->columns, .h = f->r->rows, .prec = f->bits, .sgnd = f->is_signed
        };
    opj_image_t *image =
        opj_image_create(f->r->samples, parts, f->r->samples == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    if (!image)
        return NULL;
    image->x1 = f->r->columns;
    image->y1 = f->r->rows;
    for (unsigned c = 0; c < f->r->samples; c++)
        for (size_t i = 0; i < pixels; i++)
            image->comps[c].data[i] = frame_value(f, i * f->r->samples + c);
    return image;
}

static void set_up(const Frame *f, opj_cparameters_t *ret)
{
    uint32_t side = f->r->rows < f->r->columns ? f->r->rows : f->r->columns;
    opj_set_default_encoder_parameters(ret);
    ret->numresolution = LEVELS + 1;
    while (ret->numresolution > 1 && side >> (ret->numresolution - 1) == 0)
        ret->numresolution--;
    ret->tcp_numlayers  = 1;
    ret->tcp_rates[0]   = 0; /* everything */
    ret->cp_disto_alloc = 1;
    ret->irreversible   = 0;
    ret->tcp_mct        = f->colour == RGB && f->r->samples == 3;
}

static CodecVerdict encode_with(opj_codec_t *codec, opj_stream_t *stream, opj_image_t *image, const Frame *f)
{
    opj_cparameters_t parameters;
    set_up(f, &parameters);
    (void)opj_set_error_handler(codec, silent, NULL);
    (void)opj_set_warning_handler(codec, silent, NULL);
    (void)opj_set_info_handler(codec, silent, NULL);
    if (!opj_setup_encoder(codec, &parameters, image) || !opj_start_compress(codec, image, stream) ||
        !opj_encode(codec, stream) || !opj_end_compress(codec, stream))
        return CODEC_UNFIT;
    return CODEC_DONE;
}

CodecVerdict encode_jpeg2000(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    Sink          sink    = { .to = ret, .from = ret->len };
    opj_codec_t  *codec   = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t *stream  = opj_stream_create(1 << 16, OPJ_FALSE);
    opj_image_t  *image   = image_of(f);
    CodecVerdict  verdict = CODEC_TOO_LARGE;
    if (codec && stream && image) {
        opj_stream_set_write_function(stream, sink_write);
        opj_stream_set_skip_function(stream, sink_skip);
        opj_stream_set_seek_function(stream, sink_seek);
        opj_stream_set_user_data(stream, &sink, NULL);
        verdict = encode_with(codec, stream, image, f);
    }
    if (image)
        opj_image_destroy(image);
    if (stream)
        opj_stream_destroy(stream);
    if (codec)
        opj_destroy_codec(codec);
    if (f->colour == RGB && f->r->samples == 3)
        *ret_colour = YBR_RCT;
    return verdict;
}
