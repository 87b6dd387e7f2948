/*
 * The markers in front of a JPEG stream: what it is, before any decoder is let near it. ITU-T T.81 annex B.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_JPEG_HEAD_H
#define FORMATS_IMAGE_JPEG_HEAD_H

#include "base/reader.h"

enum {
    JPEG_SOI             = 0xD8,
    JPEG_EOI             = 0xD9,
    JPEG_SOS             = 0xDA,
    JPEG_DHT             = 0xC4,
    JPEG_DAC             = 0xCC,
    JPEG_DQT             = 0xDB,
    JPEG_DRI             = 0xDD,
    JPEG_APP0            = 0xE0,
    JPEG_APP14           = 0xEE,
    JPEG_SOF_BASELINE    = 0xC0,
    JPEG_SOF_EXTENDED    = 0xC1,
    JPEG_SOF_PROGRESSIVE = 0xC2,
    JPEG_SOF_LOSSLESS    = 0xC3,
};

enum { JPEG_COMPONENTS_MAX = 4 };

typedef struct JpegHead {
    uint8_t  sof; /* C0 baseline, C1 extended, C2 progressive, C3 lossless... */
    uint8_t  precision;
    uint16_t rows, columns;
    uint8_t  components;
    uint8_t  id[JPEG_COMPONENTS_MAX], h[JPEG_COMPONENTS_MAX], v[JPEG_COMPONENTS_MAX];
    uint8_t  quantization[JPEG_COMPONENTS_MAX]; /* number of its table, 0 to 3 where there is one */
    bool     has_jfif;
    int      adobe_transform; /* -1: no Adobe marker; 0 none (RGB), 1 YCbCr */
} JpegHead;

/* The next marker and its segment (without its length); fill bytes are passed over. False at the end or on
 * rubbish. */
bool jpeg_marker(Reader *in, uint8_t *ret_marker, Slice *ret_segment);

/* A frame header segment. False when its numbers are impossible. */
bool jpeg_sof_read(uint8_t marker, Slice segment, JpegHead *ret);
bool jpeg_is_sof(uint8_t marker);

/* All of the head up to the frame header. */
bool jpeg_head_read(Slice stream, JpegHead *ret);

#endif
