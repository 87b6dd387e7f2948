/*
 * Lines of text burned into a picture, at its left edge: white with a dark rim, so that they read on
 * anything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_ANNOTATE_H
#define FORMATS_PDF_ANNOTATE_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * Draws 'top' from the upper left corner down and 'bottom' from the lower left one up, into 'rgb', width *
 * height * 3 bytes. Both are UTF-8, lines parted by \n; empty: nothing. Letters are a 36th of the height,
 * from 9 to 48 pixels; lines too long end on an ellipsis. Errors: ERR_UNAVAILABLE memory; ERR_LIMIT a picture
 * beyond what cairo draws on (32767 pixels a side).
 */
bool annotate_draw(Slice top, Slice bottom, uint32_t width, uint32_t height, uint8_t *rgb, Err *err);

#endif
