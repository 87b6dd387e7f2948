/*
 * Font files kept in memory, and the calls that would open them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "codec/pages/fonts.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <stdio.h>
#include <string.h>
#include FT_FREETYPE_H

#include "base/buf.h"

#define FOLDER "/usr/share/fonts/truetype/liberation"

enum { FONTS_MAX = 32, FONT_BYTES_MAX = 8 << 20 };

typedef struct FontFile {
    char path[320];
    Buf  bytes;
} FontFile;

static FontFile fonts[FONTS_MAX];
static size_t   font_count;
static bool     closed;

static const char RULES[] = "<?xml version=\"1.0\"?><fontconfig><dir>" FOLDER "</dir>"
                            "<alias binding=\"same\"><family>Helvetica</family><accept><family>Liberation Sans</family></accept></alias>"
                            "<alias binding=\"same\"><family>Arial</family><accept><family>Liberation Sans</family></accept></alias>"
                            "<alias binding=\"same\"><family>Times</family><accept><family>Liberation Serif</family></accept></alias>"
                            "<alias binding=\"same\"><family>Times New Roman</family><accept><family>Liberation Serif</family></accept></alias>"
                            "<alias binding=\"same\"><family>Courier</family><accept><family>Liberation Mono</family></accept></alias>"
                            "<alias binding=\"same\"><family>Courier New</family><accept><family>Liberation Mono</family></accept></alias>"
                            "<match target=\"pattern\"><edit name=\"family\" mode=\"append_last\"><string>Liberation Sans</string></edit></match>"
                            "</fontconfig>";

static FontFile *font_at(const char *path)
{
    for (size_t i = 0; i < font_count; i++)
        if (strcmp(fonts[i].path, path) == 0)
            return &fonts[i];
    return NULL;
}

/* ---- what the libraries call ---- */

FILE *fopen(const char *restrict path, const char *restrict how)
{
    typedef FILE *Open(const char *, const char *);
    FontFile     *font = font_at(path);
    if (font)
        return fmemopen(font->bytes.at, font->bytes.len, "r");
    Open *next = NULL;
    void *real = closed ? NULL : dlsym(RTLD_NEXT, "fopen");
    memcpy(&next, &real, sizeof next); /* a function from an object pointer, as POSIX has it */
    return next ? next(path, how) : NULL;
}

FT_Error FT_New_Face(FT_Library library, const char *path, FT_Long nth, FT_Face *ret)
{
    FontFile *font = font_at(path);
    return font ? FT_New_Memory_Face(library, (const FT_Byte *)font->bytes.at, (FT_Long)font->bytes.len, nth, ret)
                : FT_Err_Cannot_Open_Resource;
}

/* ---- read ---- */

static void font_read(const char *name)
{
    char      part[1 << 14];
    FontFile *font = &fonts[font_count];
    size_t    n;
    int       len = snprintf(font->path, sizeof font->path, FOLDER "/%s", name);
    FILE     *in  = len > 0 && (size_t)len < sizeof font->path ? fopen(font->path, "re") : NULL;
    if (!in)
        return;
    font->bytes = buf_make(FONT_BYTES_MAX);
    while ((n = fread(part, 1, sizeof part, in)) > 0)
        buf_add(&font->bytes, slice_bytes(part, n));
    (void)fclose(in);
    if (buf_ok(&font->bytes, NULL) && font->bytes.len)
        font_count++;
    else
        buf_free(&font->bytes);
}

bool fonts_load(void)
{
    DIR           *folder = opendir(FOLDER);
    struct dirent *one;
    while (folder && font_count < FONTS_MAX && (one = readdir(folder)))
        if (one->d_name[0] != '.')
            font_read(one->d_name);
    if (folder)
        (void)closedir(folder);
    FcConfig *config = FcConfigCreate();
    return config && FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)RULES, FcFalse) && FcConfigSetCurrent(config);
}

void fonts_close(void)
{
    closed = true;
}
