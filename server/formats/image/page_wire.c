/*
 * Requests and answers about pages, field by field.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/page_wire.h"

#include "base/reader.h"
#include "formats/image/render_internal.h"

static bool fits(uint32_t width, uint32_t height)
{
    return width >= 1 && height >= 1 && width <= PAGE_SIDE_MAX && height <= PAGE_SIDE_MAX;
}

bool page_request_write(uint32_t width, uint32_t height, Buf *ret_head, Err *err)
{
    if (!fits(width, height))
        return err_set(err, ERR_LIMIT, "The picture asked for is too large.", "page of %u x %u", width, height);
    buf_add(ret_head, SLICE("BCP1"));
    buf_add_u32le(ret_head, width);
    buf_add_u32le(ret_head, height);
    return buf_ok(ret_head, err);
}

bool page_request_read(Slice head, uint32_t *ret_width, uint32_t *ret_height)
{
    Reader   in    = reader_make(head);
    Slice    magic = read_slice(&in, 4);
    uint32_t width = read_u32le(&in), height = read_u32le(&in);
    if (!reader_ok(&in) || reader_left(&in) || !slice_equal(magic, SLICE("BCP1")) || !fits(width, height))
        return false;
    *ret_width  = width;
    *ret_height = height;
    return true;
}

bool page_answer_write(const Picture *picture, Buf *ret_body)
{
    buf_add_u32le(ret_body, picture->width);
    buf_add_u32le(ret_body, picture->height);
    buf_add(ret_body, slice_bytes(picture->at, (size_t)picture->width * picture->height * 3));
    return buf_ok(ret_body, NULL);
}

Picture *page_answer_read(Slice head, Slice body, Err *err)
{
    Reader   in      = reader_make(head), of = reader_make(body);
    Slice    magic   = read_slice(&in, 4);
    uint8_t  verdict = read_u8(&in);
    uint32_t width = read_u32le(&of), height = read_u32le(&of);
    if (!reader_ok(&in) || !slice_equal(magic, SLICE("BCA1")) || verdict != CODEC_DONE || !reader_ok(&of) ||
        !fits(width, height) || reader_left(&of) != (size_t)width * height * 3) {
        err_set(err, ERR_INPUT, "The document cannot be drawn.", "pages: verdict %u, %zu bytes", verdict, body.len);
        return NULL;
    }
    Picture *made = picture_new(width, height, 3);
    if (!made) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "page");
        return NULL;
    }
    memcpy(made->at, slice_part(body, 8, SIZE_MAX).at, (size_t)width * height * 3);
    return made;
}
