/*
 * Shared by the files that serve frames: a stored file opened and parsed, one frame of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_FRAMES_INTERNAL_H
#define CLINIC_ARCHIVE_FRAMES_INTERNAL_H

#include "clinic/archive/frames.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/pixels.h"
#include "formats/image/render.h"

enum { FRAME_BYTES_MAX = 1 << 29 };

typedef struct Stored {
    Blob    *blob;
    Dataset *ds;
    Part10   where;
} Stored;

bool stored_open(Archive *a, const InstanceRow *row, Stored *ret, Err *err); /* stored_close in any case */
void stored_close(Stored *s);

/* The image of the file. Errors as pixels_describe; ERR_INPUT also when nobody knows its transfer syntax. */
bool stored_pixels(const Stored *s, Pixels *ret, Err *err);

/* Counted from 1; native in little endian, bits of 1-bit frames from the first of a byte. */
bool frame_of(const Stored *s, const Pixels *p, uint32_t frame, Buf *ret, Err *err);
bool native_frame(const Pixels *p, uint32_t index, Buf *ret, Err *err);

/* One frame's samples, native and little endian, decoded by the sandboxed codec where they are compressed. */
bool frame_samples(ChildPool *codec, const Stored *s, uint32_t frame, Pixels *p, Buf *ret, Err *err);

/* The window, size and part that are wanted, as the rendering takes them. */
PictureWanted picture_wanted(const RenderWanted *wanted);

/*
 * The bytes of an encapsulated document, without the one that makes them even. Errors: ERR_INPUT no PDF. In renditions.c.
 */
bool rendition_pdf(const Stored *s, Slice *ret, Err *err);

/* As JPEG or PNG, in the quality wanted. ERR_LIMIT more than the buffer or the format holds. */
bool picture_encoded(const Picture *picture, const RenderWanted *wanted, Buf *ret, Err *err);

#endif
