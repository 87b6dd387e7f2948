/*
 * The displayed area of a presentation state: cut out, turned, flipped, and where a point of the image then is.
 *
 * Source: DICOM PS3.3 §C.10.4 (displayed area), §C.10.6 (spatial transformation: the flip after the rotation).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/presentation.h"

#include "formats/image/render_internal.h"

enum { AREA_PIXELS_MAX = PICTURE_PIXELS_MAX / 4 };

typedef struct Box {
    int64_t left, top, width, height;
} Box;

static Box box_of(const Presentation *s, uint32_t width, uint32_t height)
{
    if (!s->has_area)
        return (Box) { 0, 0, width, height };
    return (Box) { s->left, s->top, s->right - s->left, s->bottom - s->top };
}

/* Which pixel of the box stands at x, y of what is displayed. */
static void from_displayed(const Presentation *s, const Box *b, int64_t x, int64_t y, int64_t *ret_x, int64_t *ret_y)
{
    if (s->flipped)
        x = (s->quarter_turns % 2 ? b->height : b->width) - 1 - x;
    switch (s->quarter_turns) {
    case 0:
        *ret_x = x;
        *ret_y = y;
        return;
    case 1:
        *ret_x = y;
        *ret_y = b->height - 1 - x;
        return;
    case 2:
        *ret_x = b->width - 1 - x;
        *ret_y = b->height - 1 - y;
        return;
    default:
        *ret_x = b->width - 1 - y;
        *ret_y = x;
        return;
    }
}

static void copy(const Picture *full, const Presentation *s, const Box *b, Picture *to)
{
    size_t step = full->channels;
    for (uint32_t y = 0; y < to->height; y++)
        for (uint32_t x = 0; x < to->width; x++) {
            int64_t  u, v;
            uint8_t *out = to->at + ((size_t)y * to->width + x) * step;
            from_displayed(s, b, x, y, &u, &v);
            u += b->left;
            v += b->top;
            if (u < 0 || v < 0 || u >= full->width || v >= full->height)
                memset(out, 0, step);
            else
                memcpy(out, full->at + ((size_t)v * full->width + (size_t)u) * step, step);
        }
}

Picture *presentation_place(Picture *full, const Presentation *s, Err *err)
{
    OWNED(Picture) *from = full;
    Box             b    = box_of(s, full->width, full->height);
    bool            odd  = s->quarter_turns % 2;
    if (b.left == 0 && b.top == 0 && b.width == full->width && b.height == full->height && !s->quarter_turns &&
        !s->flipped)
        return GIVE(from);
    if (b.width > PICTURE_SIDE_MAX || b.height > PICTURE_SIDE_MAX || b.width * b.height > AREA_PIXELS_MAX) {
        err_set(err, ERR_LIMIT, "The picture asked for is too large.", "displayed area");
        return NULL;
    }
    OWNED(Picture) *to = picture_new((uint32_t)(odd ? b.height : b.width), (uint32_t)(odd ? b.width : b.height), full->channels);
    if (!to) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
        return NULL;
    }
    copy(from, s, &b, to);
    return GIVE(to);
}

void presentation_matrix(const Presentation *s, uint32_t width, uint32_t height, double ret[6])
{
    Box    b = box_of(s, width, height);
    double w = (double)b.width, h = (double)b.height, l = (double)b.left, t = (double)b.top;
    const double TURNED[4][6] = { { 1, 0, -l, 0, 1, -t },
                                  { 0, -1, h + t, 1, 0, -l },
                                  { -1, 0, w + l, 0, -1, h + t },
                                  { 0, 1, -t, -1, 0, w + l } };
    memcpy(ret, TURNED[s->quarter_turns], 6 * sizeof *ret);
    if (s->flipped) {
        ret[0] = -ret[0];
        ret[1] = -ret[1];
        ret[2] = (s->quarter_turns % 2 ? h : w) - ret[2];
    }
}
