/*
 * A small card in place of a picture: a sheet with a short word on it. For what has no picture of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_CARD_H
#define FORMATS_PDF_CARD_H

#include "base/err.h"
#include "base/slice.h"

enum { CARD_SIDE_MIN = 16, CARD_SIDE_MAX = 2048 };

/*
 * Draws into 'rgb', side * side * 3 bytes. 'word' is UTF-8 of at most 16 bytes that are used; 'plays': with
 * the triangle of something that is played. Errors: ERR_BUG a side out of bounds; ERR_UNAVAILABLE memory.
 */
bool card_draw(Slice word, bool plays, unsigned side, unsigned char *rgb, Err *err);

#endif
