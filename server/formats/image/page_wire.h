/*
 * The first page of a PDF as a small picture: what is asked of the pages program, and what it answers.
 *
 *     page_request_write(128, 128, &head, err);
 *     child_ask(pool, buf_slice(&head), pdf, &answer, &made, err);
 *     picture = page_answer_read(buf_slice(&answer), buf_slice(&made), err);
 *
 * Request head, 12 bytes, little endian: "BCP1", greatest width u32, greatest height u32. The body is the PDF. The
 * answer's head is that of codec_wire.h; its body width u32, height u32, then RGB of 8 bits by rows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_PAGE_WIRE_H
#define FORMATS_IMAGE_PAGE_WIRE_H

#include "formats/image/codec_wire.h"
#include "formats/image/render.h"

enum { PAGE_SIDE_MAX = 2048, PAGE_BODY_MAX = 8 + PAGE_SIDE_MAX * PAGE_SIDE_MAX * 3 };

/* Errors: ERR_LIMIT a side that is none or too large. */
bool page_request_write(uint32_t width, uint32_t height, Buf *ret_head, Err *err);

/* NULL: the document cannot be drawn, or this is no answer (ERR_INPUT); ERR_UNAVAILABLE memory. */
Picture *page_answer_read(Slice head, Slice body, Err *err);

/* ---- the answering side ---- */

/* False when it is no request, or its numbers pass a limit. */
bool page_request_read(Slice head, uint32_t *ret_width, uint32_t *ret_height);

/* The body of an answer. False: the buffer's ceiling. */
bool page_answer_write(const Picture *picture, Buf *ret_body);

#endif
