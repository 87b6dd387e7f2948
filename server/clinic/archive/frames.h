/*
 * Single frames for viewers: as sent, as a ready multipart file, or rendered to JPEG and PNG.
 *
 * The stored file is never touched. Ready files lie under the cache folder and may be deleted at any time.
 * Pixels from outside that need decoding go through the sandboxed codec only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_FRAMES_H
#define CLINIC_ARCHIVE_FRAMES_H

#include "clinic/archive/study.h"
#include "platform/child/child.h"

/* What the ready files are served as; always the same, so that byte ranges and ETags hold. */
#define FRAME_BOUNDARY "beclere-frame"
#define FRAME_CONTENT_TYPE "multipart/related; type=\"application/octet-stream\"; boundary=" FRAME_BOUNDARY

/*
 * One frame, counted from 1: encapsulated as sent (its own syntax), native in little endian
 * ("1.2.840.10008.1.2.1", big endian and deflated originals too). Errors: ERR_NOT_FOUND no image or no such
 * frame; ERR_INPUT its pixel data does not hold what its header says.
 */
bool frame_bytes(Archive *a, const InstanceRow *row, uint32_t frame, Buf *ret, char ret_syntax[65], Err *err);

/*
 * The ready multipart file of a frame, made when missing (temporary name, then renamed). 'ret_path' is
 * relative to the cache folder: "frames/ab/<sha256>/<n>.mp", for X-Accel-Redirect below /_cache/.
 */
bool frame_file(Archive *a, const InstanceRow *row, uint32_t frame, char ret_path[160], Err *err);

/* Adds one part to a multipart body being written (several frames in one answer), then its end. */
bool frame_part(Slice frame, const char *syntax, Buf *ret);
/* The same as another media type ("image/jls"); 'syntax' NULL: not said (pictures that are rendered). */
bool frame_part_as(Slice frame, const char *media, const char *syntax, Buf *ret);
bool frame_parts_end(Buf *ret);

typedef enum RenderFormat { RENDER_JPEG, RENDER_PNG } RenderFormat;
typedef enum RenderVoi { VOI_LINEAR, VOI_LINEAR_EXACT, VOI_SIGMOID } RenderVoi;

/* Which colours a picture has, and whether it says so. PS3.18 §8.3.5.1.4. */
typedef enum RenderColours {
    COLOURS_UNSAID, /* those of the image, no profile in the picture */
    COLOURS_OWN,    /* those of the image, with its profile (sRGB where it has none) */
    COLOURS_SRGB,
    COLOURS_ADOBERGB,
    COLOURS_ROMMRGB,
} RenderColours;

/* PS3.18 §8.3.5. Zeros: the image's own window, its own size, quality 90. */
typedef struct RenderWanted {
    RenderFormat  format;
    bool          has_window;
    double        window_center, window_width;
    RenderVoi     voi;
    uint32_t      width, height;                      /* largest; the image's proportions are kept */
    bool          enlarge;                            /* up to that */
    double        left, top, part_width, part_height; /* of the image, in its pixels; as of PictureWanted */
    int           quality;                            /* 1 to 100 */
    bool          with_patient, with_technique;       /* burned in: PS3.18 §8.3.5.1.1 */
    RenderColours colours;
} RenderWanted;

/* "512,512", "512,512,10,20,100,-100" and "40,400,linear". ERR_INPUT when malformed. */
bool render_viewport(Slice text, RenderWanted *ret, Err *err);
/* "0.1,0.1,0.5,0.5": left, top, right, bottom, in parts of the sides of such an image (PS3.18 §9.4.2.2.5). */
bool render_region(Slice text, uint32_t rows, uint32_t columns, RenderWanted *ret, Err *err);
bool render_window(Slice text, RenderWanted *ret, Err *err);
/* "patient", "technique", or both parted by a comma. ERR_INPUT anything else. */
bool render_annotation(Slice text, RenderWanted *ret, Err *err);
/* "no", "yes", "srgb", "adobergb" or "rommrgb". ERR_INPUT anything else. */
bool render_colours(Slice text, RenderWanted *ret, Err *err);

/*
 * A frame (from 1) as a picture for people, not for reading. 'codec' may be NULL: then compressed frames are
 * refused. Errors: as frame_bytes; ERR_INPUT also when it cannot be decoded.
 */
bool frame_render(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                  const RenderWanted *wanted, Buf *ret, Err *err);

/*
 * The same as a ready file ("frames/ab/<sha256>/…jpg", for X-Accel-Redirect below /_cache/), made when
 * missing, for what is asked for again and again: the image's own window, whole, in its own size or within a
 * square of 64, 128 … 1024 pixels. *ret_kept false and no error: not one of these. ERR_UNAVAILABLE: no room
 * for it.
 */
bool frame_render_file(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                       const RenderWanted *wanted, char ret_path[160], bool *ret_kept, Err *err);

/* A bulk value by its path in the metadata ("00420011" or "00400275/1/00420011"): bytes as stored, little
 * endian. */
bool instance_bulk(Archive *a, const InstanceRow *row, Slice path, Buf *ret, Err *err);

#endif
