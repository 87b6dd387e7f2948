/*
 * The inverse cosine transform of one block of 8 x 8, in whole numbers. ITU-T T.81 §A.3.3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_JPEG_IDCT_H
#define FORMATS_IMAGE_JPEG_IDCT_H

#include <stdint.h>

enum { JPEG_BLOCK = 64 };

/* 'coefficients' and 'quantization' by row, not zigzag. 'ret' gets samples of 'precision' bits (8 or 12), by
 * row, level shifted and clamped. Rounds as the accurate transform of the usual library does, so that results
 * agree to the bit. */
void jpeg_idct(const int16_t coefficients[JPEG_BLOCK], const uint16_t quantization[JPEG_BLOCK],
               unsigned precision, uint16_t ret[JPEG_BLOCK]);

#endif
