/*
 * A picture of three bytes a pixel under cairo's pen, and back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_CANVAS_H
#define FORMATS_PDF_CANVAS_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

enum { CANVAS_SIDE_MAX = 32767 }; /* what cairo draws on */

/* A surface that shows 'rgb', width * height * 3 bytes. NULL: memory, or a side out of bounds. */
cairo_surface_t *canvas_from(uint32_t width, uint32_t height, const uint8_t *rgb);

/* What was drawn on it, into 'rgb'; the surface is freed. */
void canvas_to(cairo_surface_t *surface, uint32_t width, uint32_t height, uint8_t *rgb);

#endif
