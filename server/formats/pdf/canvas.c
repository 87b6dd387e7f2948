/*
 * Pixels between our pictures and cairo's surfaces.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/canvas.h"

#include <stddef.h>
#include <string.h>

cairo_surface_t *canvas_from(uint32_t width, uint32_t height, const uint8_t *rgb)
{
    if (width == 0 || height == 0 || width > CANVAS_SIDE_MAX || height > CANVAS_SIDE_MAX)
        return NULL;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(surface);
        return NULL;
    }
    cairo_surface_flush(surface);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t         stride = (size_t)cairo_image_surface_get_stride(surface);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            const uint8_t *from  = rgb + ((size_t)y * width + x) * 3;
            uint32_t       pixel = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
            memcpy(pixels + y * stride + x * sizeof pixel, &pixel, sizeof pixel);
        }
    cairo_surface_mark_dirty(surface);
    return surface;
}

void canvas_to(cairo_surface_t *surface, uint32_t width, uint32_t height, uint8_t *rgb)
{
    cairo_surface_flush(surface);
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t               stride = (size_t)cairo_image_surface_get_stride(surface);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            uint32_t pixel;
            uint8_t *to = rgb + ((size_t)y * width + x) * 3;
            memcpy(&pixel, pixels + y * stride + x * sizeof pixel, sizeof pixel);
            to[0] = (uint8_t)(pixel >> 16);
            to[1] = (uint8_t)(pixel >> 8);
            to[2] = (uint8_t)pixel;
        }
    cairo_surface_destroy(surface);
}
