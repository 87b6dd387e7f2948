/*
 * Fonts for documents that bring none of their own: read before the cage closes, given out from memory after.
 *
 * A PDF may name a font of the system instead of holding it (Helvetica, Arial...). The PDF library then asks
 * fontconfig for a file and opens it by its path, which the cage forbids. Here fontconfig knows one folder alone
 * (Liberation, of the metrics of those fonts), all its files are read at the start, and the two calls by which the
 * library opens a font file, fopen and FT_New_Face, are answered from that memory. No other file can be opened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_PAGES_FONTS_H
#define CODEC_PAGES_FONTS_H

#include <stdbool.h>

/* Once, before the cage. False: fontconfig is not to be had. No font at all is no fault: then such words are missing. */
bool fonts_load(void);

/* From now on no file is opened but those of memory. */
void fonts_close(void);

#endif
