/*
 * One page through poppler onto a cairo surface, then as RGB.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/pages/page.h"

#include <math.h>
#include <poppler.h>

#include "formats/image/page_wire.h"

static PopplerDocument *opened(Slice pdf, GError **ret)
{
    GBytes          *bytes = g_bytes_new_static(pdf.at, pdf.len);
    PopplerDocument *found = poppler_document_new_from_bytes(bytes, NULL, ret);
    g_bytes_unref(bytes);
    return found;
}

void page_begin(void)
{
    PopplerDocument *nothing = opened(SLICE("%PDF-1.4\n"), NULL);
    if (nothing)
        g_object_unref(nothing);
}

/* BGRx words to RGB bytes. */
static bool taken(cairo_surface_t *surface, Buf *ret)
{
    Picture picture = { .width    = (uint32_t)cairo_image_surface_get_width(surface),
                        .height   = (uint32_t)cairo_image_surface_get_height(surface),
                        .channels = 3 };
    size_t               step = (size_t)cairo_image_surface_get_stride(surface);
    const unsigned char *at   = cairo_image_surface_get_data(surface);
    picture.at                = malloc((size_t)picture.width * picture.height * 3);
    if (!picture.at)
        return false;
    for (size_t y = 0; y < picture.height; y++)
        for (size_t x = 0; x < picture.width; x++) {
            uint32_t word;
            uint8_t *to = picture.at + (y * picture.width + x) * 3;
            memcpy(&word, at + y * step + 4 * x, sizeof word);
            to[0] = (uint8_t)(word >> 16);
            to[1] = (uint8_t)(word >> 8);
            to[2] = (uint8_t)word;
        }
    bool ok = page_answer_write(&picture, ret);
    free(picture.at);
    return ok;
}

static CodecVerdict drawn(PopplerPage *page, uint32_t width, uint32_t height, Buf *ret)
{
    double wide = 0, high = 0;
    poppler_page_get_size(page, &wide, &high);
    if (!(wide > 0 && high > 0 && isfinite(wide) && isfinite(high)))
        return CODEC_DAMAGED;
    double           scale   = fmin(width / wide, height / high);
    int              columns = (int)fmax(1, floor(wide * scale + 0.5)), rows = (int)fmax(1, floor(high * scale + 0.5));
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows);
    cairo_t         *cr      = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    poppler_page_render(page, cr);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    bool ok = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && taken(surface, ret);
    cairo_surface_destroy(surface);
    return ok ? CODEC_DONE : CODEC_TOO_LARGE;
}

CodecVerdict page_draw(Slice pdf, uint32_t width, uint32_t height, Buf *ret)
{
    GError          *why      = NULL;
    PopplerDocument *document = opened(pdf, &why);
    PopplerPage     *page     = document ? poppler_document_get_page(document, 0) : NULL;
    bool             locked   = why && why->domain == POPPLER_ERROR && why->code == POPPLER_ERROR_ENCRYPTED;
    CodecVerdict     verdict  = page ? drawn(page, width, height, ret) : locked ? CODEC_UNREADABLE : CODEC_DAMAGED;
    g_clear_error(&why);
    if (page)
        g_object_unref(page);
    if (document)
        g_object_unref(document);
    return verdict;
}
