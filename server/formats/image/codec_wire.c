/*
 * The codec's requests and answers, written and read field by field; neither side trusts the other's numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/codec_wire.h"

#include "base/reader.h"

enum { FLAG_SIGNED = 1, FLAG_PLANAR = 2, SYNTAX_BYTES = 64 };

#define NOT_DECODED "This image cannot be decoded here; the stored file is untouched."
#define NOT_MADE "This image cannot be given in the compression asked for."

/* Bytes of the decoded frame: whole bytes a sample, 1-bit pixels as one byte. 0: impossible or too large. */
static uint64_t decoded_bytes(uint32_t rows, uint32_t columns, uint16_t samples, uint16_t bits_allocated)
{
    uint64_t bytes = bits_allocated == 1 ? 1 : bits_allocated / 8u;
    if (__builtin_mul_overflow(bytes, (uint64_t)rows * columns, &bytes) ||
        __builtin_mul_overflow(bytes, samples, &bytes) || bytes > CODEC_FRAME_MAX)
        return 0;
    return bytes;
}

static bool add_u64le(Buf *b, uint64_t v)
{
    return buf_add_u32le(b, (uint32_t)v) && buf_add_u32le(b, (uint32_t)(v >> 32));
}

static uint64_t read_u64le(Reader *in)
{
    uint64_t low = read_u32le(in);
    return low | (uint64_t)read_u32le(in) << 32;
}

static bool request_write(const char magic[4], const Pixels *p, const char *syntax, Buf *ret_head, Err *err)
{
    uint64_t bytes = decoded_bytes(p->rows, p->columns, p->samples, p->bits_allocated);
    size_t   len   = strlen(syntax);
    if (bytes == 0 || len > SYNTAX_BYTES)
        return err_set(err, ERR_LIMIT, "This image is too large to be decoded here.",
                       "frame of %u x %u x %u, %u bits", p->rows, p->columns, p->samples, p->bits_allocated);
    buf_add(ret_head, slice_bytes(magic, 4));
    buf_add_u32le(ret_head, p->rows);
    buf_add_u32le(ret_head, p->columns);
    buf_add_u16le(ret_head, p->samples);
    buf_add_u16le(ret_head, p->bits_allocated);
    buf_add_u16le(ret_head, p->bits_stored);
    buf_add_u16le(ret_head, p->high_bit);
    buf_add_char(ret_head, (char)((p->is_signed ? FLAG_SIGNED : 0) | (p->planar ? FLAG_PLANAR : 0)));
    buf_add_char(ret_head, (char)p->photometric);
    buf_add_u16le(ret_head, 0);
    add_u64le(ret_head, bytes);
    buf_add(ret_head, slice_of(syntax));
    buf_add_zeros(ret_head, SYNTAX_BYTES - len);
    return buf_ok(ret_head, err);
}

bool codec_request_write(const Pixels *p, const char *syntax, Buf *ret_head, Err *err)
{
    return request_write("BCQ1", p, syntax, ret_head, err);
}

bool codec_transcode_write(const Pixels *p, const char *syntax, const char *target, Buf *ret_head, Err *err)
{
    Slice wanted = slice_of(target);
    if (wanted.len < 1 || wanted.len > SYNTAX_BYTES)
        return err_set(err, ERR_INPUT, NOT_MADE, "codec: target of %zu bytes", wanted.len);
    return request_write("BCT1", p, syntax, ret_head, err) && buf_add(ret_head, wanted) &&
           buf_add_zeros(ret_head, SYNTAX_BYTES - wanted.len);
}

bool codec_request_read(Slice head, CodecRequest *ret)
{
    Reader       in    = reader_make(head);
    Slice        magic = read_slice(&in, 4);
    CodecRequest r     = { .rows = read_u32le(&in), .columns = read_u32le(&in) };
    r.samples          = read_u16le(&in);
    r.bits_allocated   = read_u16le(&in);
    r.bits_stored      = read_u16le(&in);
    r.high_bit         = read_u16le(&in);
    uint8_t  flags     = read_u8(&in);
    uint8_t  colour    = read_u8(&in);
    uint16_t zeros     = read_u16le(&in);
    r.frame_bytes      = read_u64le(&in);
    Slice syntax       = slice_trim_end(read_slice(&in, SYNTAX_BYTES));
    bool  transcode    = slice_equal_text(magic, "BCT1");
    Slice target       = transcode ? slice_trim_end(read_slice(&in, SYNTAX_BYTES)) : SLICE_NONE;
    r.is_signed        = flags & FLAG_SIGNED;
    r.planar           = flags & FLAG_PLANAR;
    r.photometric      = (Photometric)colour;
    if (!reader_ok(&in) || reader_left(&in) || zeros || colour > XYB ||
        (transcode ? target.len == 0 : !slice_equal_text(magic, "BCQ1")))
        return false;
    if (r.samples < 1 || r.samples > 4 ||
        (r.bits_allocated != 1 && (r.bits_allocated % 8 || r.bits_allocated > 64)) || r.bits_stored < 1 ||
        r.bits_stored > r.bits_allocated || r.high_bit >= r.bits_allocated)
        return false;
    uint64_t bytes = decoded_bytes(r.rows, r.columns, r.samples, r.bits_allocated);
    (void)slice_copy(syntax, r.syntax, sizeof r.syntax);
    (void)slice_copy(target, r.target, sizeof r.target);
    if (bytes == 0 || bytes != r.frame_bytes)
        return false;
    *ret = r;
    return true;
}

void codec_answer_write(const CodecAnswer *answer, Buf *ret_head)
{
    buf_add(ret_head, SLICE("BCA1"));
    buf_add_char(ret_head, (char)answer->verdict);
    buf_add_char(ret_head, (char)answer->photometric);
    buf_add_u16le(ret_head, answer->bits_allocated);
    add_u64le(ret_head, answer->bytes);
}

static bool refused(CodecVerdict verdict, Err *err)
{
    switch (verdict) {
    case CODEC_DAMAGED:
        return err_set(err, ERR_INPUT, NOT_DECODED, "codec: damaged");
    case CODEC_DISAGREES:
        return err_set(err, ERR_INPUT, NOT_DECODED,
                       "codec: the stream is of another shape than its data set says");
    case CODEC_TOO_LARGE:
        return err_set(err, ERR_LIMIT, "This image is too large to be decoded here.", "codec: too large");
    case CODEC_UNREADABLE:
        return err_set(err, ERR_INPUT, "The compression of this image is not decoded here.",
                       "codec: variant unknown");
    case CODEC_UNFIT:
        return err_set(err, ERR_INPUT, NOT_MADE, "codec: the target does not fit");
    case CODEC_UNLIKE:
        return err_set(err, ERR_BUG, NOT_MADE, "codec: what was made decodes to something else");
    default:
        return err_set(err, ERR_INPUT, NOT_DECODED, "codec: no such verdict");
    }
}

typedef struct AnswerHead {
    uint8_t  verdict, colour;
    uint16_t bits;
    uint64_t bytes;
} AnswerHead;

static bool answer_head(Slice head, AnswerHead *ret, Err *err)
{
    Reader in    = reader_make(head);
    Slice  magic = read_slice(&in, 4);
    ret->verdict = read_u8(&in);
    ret->colour  = read_u8(&in);
    ret->bits    = read_u16le(&in);
    ret->bytes   = read_u64le(&in);
    if (!reader_ok(&in) || reader_left(&in) || !slice_equal_text(magic, "BCA1") || ret->colour > XYB)
        return err_set(err, ERR_INPUT, NOT_DECODED, "codec: not an answer");
    return ret->verdict == CODEC_DONE || refused((CodecVerdict)ret->verdict, err);
}

bool codec_stream_read(Slice head, size_t body_bytes, Photometric *ret, Err *err)
{
    AnswerHead a;
    if (!answer_head(head, &a, err))
        return false;
    if (a.bytes != body_bytes || a.bytes == 0)
        return err_set(err, ERR_INPUT, NOT_MADE, "codec: stream of %zu bytes", body_bytes);
    *ret = (Photometric)a.colour;
    return true;
}

bool codec_answer_read(Slice head, size_t body_bytes, Pixels *p, Err *err)
{
    AnswerHead a;
    if (!answer_head(head, &a, err))
        return false;
    uint16_t wanted = p->bits_allocated == 1 ? 8 : p->bits_allocated;
    if (a.bits != wanted || a.bytes != body_bytes ||
        a.bytes != decoded_bytes(p->rows, p->columns, p->samples, p->bits_allocated))
        return err_set(err, ERR_INPUT, NOT_DECODED, "codec: answer of %zu bytes, %u bits", body_bytes,
                       a.bits);
    p->bits_allocated = a.bits;
    p->photometric    = (Photometric)a.colour;
    p->encapsulated = p->planar = p->big_endian = false;
    p->frame_bytes                              = (size_t)a.bytes;
    p->frame_bits                               = a.bytes * 8;
    return true;
}
