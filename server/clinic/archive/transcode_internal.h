/*
 * Shared by the files that give an image in another transfer syntax: one frame of it, wherever it came from.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_TRANSCODE_INTERNAL_H
#define CLINIC_ARCHIVE_TRANSCODE_INTERNAL_H

#include "clinic/archive/cache.h"
#include "clinic/archive/frames_internal.h"
#include "clinic/archive/transcode.h"

/* A stored image on its way into another syntax. */
typedef struct Source {
    ChildPool        *codec; /* may be NULL */
    Stored            stored;
    Pixels            pixels;
    FrameMap         *map; /* of encapsulated ones */
    const SyntaxInfo *from, *to;
} Source;

/* ERR_NOT_FOUND: no pixels. source_close in any case. */
bool source_open(Archive *a, ChildPool *codec, const InstanceRow *row, const SyntaxInfo *to, Source *ret,
                 Err *err);
bool source_pixels(Source *s, Err *err); /* of one whose 'stored' is open */
void source_close(Source *s);

/*
 * Frame 'index' (from 0) as it stands in 's->to': its code stream, or its little endian bytes, 1-bit pixels
 * packed from the first bit on. '*ret_colour' is the photometric interpretation to state.
 */
bool source_frame(const Source *s, uint32_t index, Buf *ret, Photometric *ret_colour, Err *err);

/* Does the codec have to work for that? Else the bytes are copied. */
bool source_needs_codec(const Source *s);

/* The ready file of a frame in a syntax that is not the stored one. */
void frame_file_name(const Archive *a, const InstanceRow *row, uint32_t frame, const char *syntax_uid,
                     char *ret, size_t size);
bool frame_file_write(const char *path, Slice frame, const char *syntax_uid, Err *err);

/* The whole file in 's->to', below 'path'; 's->pixels' is filled when there are any ('has_pixels'). */
bool object_make(Source *s, bool has_pixels, const char *path, Err *err);

#endif
