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
    ok          = ok && buf_add(ret, slice_bytes(jpeg, len));
    tjFree(jpeg);
    if (tj)
        tjDestroy(tj);
    return ok || err_set(err, ERR_LIMIT, NO_WRITE, "jpeg");
}
