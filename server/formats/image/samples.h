/*
 * Reading stored samples one by one: any bit depth, sign, plane order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_SAMPLES_H
#define FORMATS_IMAGE_SAMPLES_H

#include "formats/dicom/pixels.h"

typedef struct Samples {
    const Pixels  *p;
    const uint8_t *at;
    size_t         pixels;    /* rows * columns */
    unsigned       first_bit; /* with 1 bit allocated */
} Samples;

/* False when 'frame' is too short for what 'p' describes. */
static inline bool samples_make(const Pixels *p, Slice frame, unsigned first_bit, Samples *ret)
{
    *ret = (Samples) { .p = p, .at = (const uint8_t *)frame.at, .pixels = (size_t)p->rows * p->columns };
    if (p->bits_allocated == 1) {
        ret->first_bit = first_bit;
        return frame.len * 8 >= ret->pixels * p->samples + first_bit;
    }
    return frame.len / (p->bits_allocated / 8u) / p->samples >= ret->pixels;
}

/* The bytes of one sample as a number: stored bits only, in the low bits, sign extended. */
static inline int64_t sample_int(const Samples *s, size_t index)
{
    const Pixels *p   = s->p;
    uint64_t      raw = 0;
    if (p->bits_allocated == 1) {
        size_t bit = index + s->first_bit;
        return s->at[bit / 8] >> bit % 8 & 1;
    }
    if (p->bits_allocated == 8) {
        raw = s->at[index];
    } else {
        unsigned bytes = p->bits_allocated / 8u;
        for (unsigned i = bytes; i-- > 0;)
            raw = raw << 8 | s->at[index * bytes + i];
    }
    unsigned low = p->high_bit + 1u - p->bits_stored;
    raw          = raw >> low & (p->bits_stored >= 64 ? UINT64_MAX : (UINT64_C(1) << p->bits_stored) - 1);
    if (p->is_signed && p->bits_stored < 64 && raw >> (p->bits_stored - 1) & 1)
        raw |= UINT64_MAX << p->bits_stored;
    return (int64_t)raw;
}

/* All the allocated bits, sign extended from the highest of them. */
static inline int64_t sample_whole(const Samples *s, size_t index)
{
    Pixels  all   = *s->p;
    Samples whole = *s;
    whole.p       = &all;
    if (all.bits_allocated > 1) {
        all.bits_stored = all.bits_allocated;
        all.high_bit    = (uint16_t)(all.bits_allocated - 1);
    }
    return sample_int(&whole, index);
}

static inline double sample_real(const Samples *s, size_t index)
{
    if (s->p->kind == PIXELS_FLOAT) {
        float f;
        memcpy(&f, s->at + index * sizeof f, sizeof f);
        return (double)f;
    }
    if (s->p->kind == PIXELS_DOUBLE) {
        double d;
        memcpy(&d, s->at + index * sizeof d, sizeof d);
        return d;
    }
    return (double)sample_int(s, index);
}

/* Place of a colour component: by pixel, or by plane. */
static inline size_t sample_place(const Samples *s, size_t pixel, unsigned component)
{
    return s->p->planar ? component * s->pixels + pixel : pixel * s->p->samples + component;
}

#endif
