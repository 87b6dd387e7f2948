/*
 * Pictures as PNG (libpng) and JPEG (libjpeg-turbo).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <png.h>
#include <turbojpeg.h>

#include "formats/image/render.h"

#define NO_WRITE "The picture could not be made."

static void png_bytes(png_structp png, png_bytep bytes, size_t len)
{
    if (!buf_add(png_get_io_ptr(png), slice_bytes(bytes, len)))
        png_error(png, "ceiling");
}

static void png_flushed(png_structp png)
{
    (void)png;
}

static void png_silent(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

__attribute__((noreturn)) static void png_failed(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

/* libpng leaves by longjmp: everything it may jump over lives in the caller. */
static bool write_png(png_structp png, png_infop info, const Picture *picture, Buf *ret)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, ret, png_bytes, png_flushed);
    png_set_compression_level(png, 3);
    png_set_IHDR(png, info, picture->width, picture->height, 8,
                 picture->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (picture->icc.len)
        png_set_iCCP(png, info, "ICC", PNG_COMPRESSION_TYPE_BASE, (png_const_bytep)picture->icc.at,
                     (png_uint_32)picture->icc.len);
    png_write_info(png, info);
    for (uint32_t y = 0; y < picture->height; y++)
        png_write_row(png, picture->at + (size_t)y * picture->width * picture->channels);
    png_write_end(png, info);
    return true;
}

bool picture_png(const Picture *picture, Buf *ret, Err *err)
{
    png_structp png  = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, png_failed, png_silent);
    png_infop   info = png ? png_create_info_struct(png) : NULL;
    bool        ok   = info && write_png(png, info, picture, ret);
    if (png)
        png_destroy_write_struct(&png, &info);
    return (ok && buf_ok(ret, err)) || err_set(err, ERR_LIMIT, NO_WRITE, "png");
}

/* The profile in segments behind the first one of the stream (ICC.1 annex B.4); turbojpeg begins with JFIF.
 */
static bool add_with_profile(Slice jpeg, Slice icc, Buf *ret)
{
    enum { HEAD = 4, MARK = 14, PIECE = 65533 - MARK, PIECES_MAX = 255 };
    size_t pieces = (icc.len + PIECE - 1) / PIECE;
    Slice  app0   = slice_part(jpeg, 2, HEAD);
    bool   jfif   = slice_starts(app0, SLICE("\xff\xe0"));
    size_t first  = 2 + (jfif ? 2 + ((size_t)(uint8_t)app0.at[2] << 8 | (uint8_t)app0.at[3]) : 0);
    if (pieces > PIECES_MAX || first > jpeg.len)
        return false;
    buf_add(ret, slice_part(jpeg, 0, first));
    for (size_t i = 0; i < pieces; i++) {
        Slice  piece = slice_part(icc, i * PIECE, PIECE);
        size_t len   = 2 + MARK + piece.len;
        buf_add(ret, SLICE("\xff\xe2"));
        buf_add_char(ret, (char)(len >> 8));
        buf_add_char(ret, (char)len);
        buf_add(ret, SLICE("ICC_PROFILE\0"));
        buf_add_char(ret, (char)(i + 1));
        buf_add_char(ret, (char)pieces);
        buf_add(ret, piece);
    }
    return buf_add(ret, slice_part(jpeg, first, SIZE_MAX));
}

bool picture_jpeg(const Picture *picture, int quality, Buf *ret, Err *err)
{
    unsigned char *jpeg = NULL;
    unsigned long  len  = 0;
    bool           grey = picture->channels == 1;
    if (picture->width > PICTURE_SIDE_MAX || picture->height > PICTURE_SIDE_MAX)
        return err_set(err, ERR_LIMIT, NO_WRITE, "jpeg of %u x %u", picture->width, picture->height);
    tjhandle tj = tjInitCompress();
    bool     ok = tj && tjCompress2(tj, picture->at, (int)picture->width, 0, (int)picture->height,
                                grey ? TJPF_GRAY : TJPF_RGB, &jpeg, &len, grey ? TJSAMP_GRAY : TJSAMP_444,
                                quality < 1     ? 1
                                    : quality > 100 ? 100
                                                    : quality,
                                    0) == 0;
    ok          = ok && add_with_profile(slice_bytes(jpeg, len), picture->icc, ret);
    tjFree(jpeg);
    if (tj)
        tjDestroy(tj);
    return ok || err_set(err, ERR_LIMIT, NO_WRITE, "jpeg");
}
