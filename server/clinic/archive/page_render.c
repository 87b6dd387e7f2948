/*
 * The first page of a document as a picture: out of the object, through the pages program, into JPEG or PNG.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/frames_internal.h"
#include "clinic/archive/renditions.h"
#include "formats/image/page_wire.h"

enum { SIDE = 128 };

static uint32_t side(uint32_t wanted, uint32_t other)
{
    uint32_t n = wanted ? wanted : other ? other : SIDE;
    return n > PAGE_SIDE_MAX ? PAGE_SIDE_MAX : n;
}

bool page_render(Archive *a, ChildPool *pages, const InstanceRow *row, const RenderWanted *wanted, Buf *ret, Err *err)
{
    Stored    s    = { 0 };
    Slice     pdf;
    OWNED_BUF head = buf_make(64), answer = buf_make(64), body = buf_make(PAGE_BODY_MAX);
    uint32_t  wide = side(wanted->width, wanted->height), high = side(wanted->height, wanted->width);
    bool      ok   = stored_open(a, row, &s, err) && rendition_pdf(&s, &pdf, err) && page_request_write(wide, high, &head, err) &&
              child_ask(pages, buf_slice(&head), pdf, &answer, &body, err);
    OWNED(Picture) *page = ok ? page_answer_read(buf_slice(&answer), buf_slice(&body), err) : NULL;
    stored_close(&s);
    return page && picture_encoded(page, wanted, ret, err);
}
