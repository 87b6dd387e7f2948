/*
 * The first page of a PDF, drawn small (poppler and cairo).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_PAGES_PAGE_H
#define CODEC_PAGES_PAGE_H

#include "formats/image/codec_wire.h"

/* Lets the library read what it wants of the system, once, before the cage. */
void page_begin(void);

/*
 * On white, in its proportions, within width × height. Adds the body of page_wire.h to 'ret'. CODEC_DAMAGED: no PDF,
 * or without a page; CODEC_UNREADABLE: locked by a password; CODEC_TOO_LARGE: memory.
 */
CodecVerdict page_draw(Slice pdf, uint32_t width, uint32_t height, Buf *ret);

#endif
