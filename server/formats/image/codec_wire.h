/*
 * What is asked of the codec program and what it answers, as bytes; shared by both sides.
 *
 *     codec_request_write(&pixels, syntax, &head, err);           // what the data set says about the frame
 *     child_ask(pool, buf_slice(&head), frame, &answer, &samples, err);
 *     codec_answer_read(buf_slice(&answer), samples.len, &pixels, err);   // 'pixels' now describes 'samples'
 *
 *     codec_transcode_write(&pixels, syntax, target, &head, err);  // the same frame in another compression
 *     child_ask(pool, buf_slice(&head), frame, &answer, &stream, err);
 *     codec_stream_read(buf_slice(&answer), stream.len, &photometric, err);
 *
 * Request head, 96 bytes, little endian: "BCQ1", rows u32, columns u32, samples u16, bits allocated u16,
 * bits stored u16, high bit u16, flags u8 (1 signed, 2 planar), photometric u8, zeros u16, frame bytes u64,
 * transfer syntax 64 bytes (zeros behind); to transcode "BCT1" and 64 bytes more with the syntax wanted. The
 * frame is the body, compressed or native (explicit little endian). Answer head, 16 bytes: "BCA1",
 * verdict u8, photometric u8, bits allocated u16, body bytes u64. The body holds the samples: as stored,
 * little endian, colour by pixel, no padding byte; 1-bit pixels as one byte each. Of "BCT1" it is the new
 * stream, decoded back and found the same, and the photometric interpretation to state with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_CODEC_WIRE_H
#define FORMATS_IMAGE_CODEC_WIRE_H

#include "formats/dicom/pixels.h"

enum {
    CODEC_REQUEST_BYTES   = 96,
    CODEC_TRANSCODE_BYTES = 160,
    CODEC_ANSWER_BYTES    = 16,
    CODEC_FRAME_MAX       = 1 << 28, /* bytes of a decoded frame; more is not asked for and not answered */
};

typedef enum CodecVerdict {
    CODEC_DONE,
    CODEC_DAMAGED,   /* the bytes are not what their syntax says, or end too early */
    CODEC_DISAGREES, /* a good stream of another size, depth or number of components than the data set says */
    CODEC_TOO_LARGE, /* decoded it would pass CODEC_FRAME_MAX */
    CODEC_UNREADABLE, /* a syntax or variant that we do not decode */
    CODEC_UNFIT,      /* the syntax wanted is not made here, or cannot hold such samples */
    CODEC_UNLIKE,     /* what was made decodes to something else: never given out */
    CODEC_VERDICTS,
} CodecVerdict;

/* One frame to decode, as the data set describes it. */
typedef struct CodecRequest {
    char        syntax[64 + 1], target[64 + 1]; /* target: empty when only the samples are wanted */
    uint32_t    rows, columns;
    uint16_t    samples, bits_allocated, bits_stored, high_bit;
    bool        is_signed, planar;
    Photometric photometric;
    uint64_t    frame_bytes; /* of the answer: rows * columns * samples * bytes of a sample */
} CodecRequest;

typedef struct CodecAnswer {
    CodecVerdict verdict;
    Photometric  photometric; /* colour space of the samples: RGB where the codec turned YBR into it */
    uint16_t     bits_allocated;
    uint64_t     bytes;
} CodecAnswer;

/* ---- the asking side ---- */

/* Errors: ERR_LIMIT the decoded frame would pass CODEC_FRAME_MAX. */
bool codec_request_write(const Pixels *p, const char *syntax, Buf *ret_head, Err *err);

/* The same frame in the syntax 'target', lossless and proven so. 'p' native: 'syntax' is explicit little
 * endian. */
bool codec_transcode_write(const Pixels *p, const char *syntax, const char *target, Buf *ret_head, Err *err);

/* What the code stream must be stated as. Errors: as codec_answer_read, and ERR_INPUT the target does not
 * fit. */
bool codec_stream_read(Slice head, size_t body_bytes, Photometric *ret, Err *err);

/*
 * Checks the answer against what was asked and makes 'p' describe the native samples (not encapsulated, not
 * planar, its photometric that of the result). Errors: ERR_INPUT the frame cannot be decoded, or the answer
 * is not one.
 */
bool codec_answer_read(Slice head, size_t body_bytes, Pixels *p, Err *err);

/* ---- the answering side ---- */

/* False when it is no request, or one whose numbers contradict each other or a limit. */
bool codec_request_read(Slice head, CodecRequest *ret);
void codec_answer_write(const CodecAnswer *answer, Buf *ret_head);

#endif
