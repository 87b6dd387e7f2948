/*
 * Documents, videos and reports taken out of their objects into ready files; cards for thumbnails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/renditions.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/cache.h"
#include "clinic/archive/frames_internal.h"
#include "formats/dicom/sr_html.h"
#include "formats/image/presentation.h"
#include "formats/image/render.h"
#include "formats/image/syntaxes.h"
#include "formats/pdf/card.h"

#define STORAGE "1.2.840.10008.5.1.4.1.1."
#define NOT_A_PDF "The document is not the PDF that it says to be."

enum { CARD_SIDE = 128, CARD_QUALITY = 90, REPORT_MAX = 16 << 20 };

static bool is_class(const InstanceRow *row, const char *tail)
{
    Slice class_uid = slice_of(row->class_uid);
    return slice_starts(class_uid, SLICE(STORAGE)) &&
           slice_starts(slice_part(class_uid, sizeof STORAGE - 1, SIZE_MAX), slice_of(tail));
}

RenditionKind rendition_kind(const InstanceRow *row)
{
    if (row->frames > 0)
        return syntax_use(slice_of(row->syntax_uid)) == SYNTAX_VIDEO ? RENDITION_VIDEO : RENDITION_PICTURE;
    if (strcmp(row->class_uid, STORAGE "104.1") == 0)
        return RENDITION_PDF;
    if (is_class(row, "9.") && !is_class(row, "9.4.")) /* sounds are not drawn */
        return RENDITION_WAVEFORM;
    if (presentation_kind(slice_of(row->class_uid)) != PRESENTATION_NONE)
        return RENDITION_STATE;
    return is_class(row, "88.") ? RENDITION_REPORT : RENDITION_NONE;
}

/* ---- ready files ---- */

bool rendition_pdf(const Stored *s, Slice *ret, Err *err)
{
    int64_t len = 0;
    *ret        = dataset_raw(s->ds, 0x00420011);
    if (dataset_int(s->ds, 0x00420015, 0, &len) && len > 0 && (uint64_t)len < ret->len)
        *ret = slice_part(*ret, 0, (size_t)len);
    return slice_find(slice_part(*ret, 0, 1024), SLICE("%PDF-")) != SIZE_MAX ||
           err_set(err, ERR_INPUT, NOT_A_PDF, "encapsulated document of %zu bytes", ret->len);
}

/* All fragments of a video, one after the other (PS3.5 §8.2.5 and following). */
static bool video_write(const Stored *s, CacheFile *f, const char **ret_type, Err *err)
{
    const Element *e = dataset_find(s->ds, TAG_PIXEL_DATA);
    if (!e || !e->is_fragments || e->count < 1)
        return err_set(err, ERR_INPUT, "The image data is shorter than described.", "no stream");
    for (size_t i = 0; i < e->count; i++) {
        Slice part = element_fragment(e, i);
        if (i == 0)
            *ret_type = video_media_type(slice_of(s->where.syntax_uid), part);
        cache_file_add(f, part);
    }
    return true;
}

static bool content_write(const Stored *s, RenditionKind kind, bool plain, CacheFile *f,
                          const char **ret_type, Err *err)
{
    Slice     pdf;
    OWNED_BUF report = buf_make(REPORT_MAX);
    switch (kind) {
    case RENDITION_VIDEO:
        return video_write(s, f, ret_type, err);
    case RENDITION_PDF:
        *ret_type = "application/pdf";
        if (!rendition_pdf(s, &pdf, err))
            return false;
        cache_file_add(f, pdf);
        return true;
    default:
        *ret_type = plain ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
        if (!(plain ? sr_plain(s->ds, &report, err) : sr_html(s->ds, &report, err)))
            return false;
        cache_file_add(f, buf_slice(&report));
        return true;
    }
}

/* What a ready file is, found again by its name. */
static const struct {
    const char *name, *type;
} READY[] = {
    { "video.mp4", "video/mp4" },
    { "video.ts", "video/mp2t" },
    { "video.mpg", "video/mpeg" },
    { "video.h265", "video/H265" },
    { "document.pdf", "application/pdf" },
    { "report.html", "text/html; charset=utf-8" },
    { "report.txt", "text/plain; charset=utf-8" },
};

static void ready_path(const InstanceRow *row, size_t i, char ret[160])
{
    (void)snprintf(ret, 160, "frames/%.2s/%s/%s", row->sha256, row->sha256, READY[i].name);
}

/* Is it there already? Reports of the other form are not it. */
static bool find_ready(const Archive *a, const InstanceRow *row, bool plain, char ret_path[160],
                       const char **ret_type)
{
    struct stat seen;
    char        path[1024];
    for (size_t i = 0; i < COUNT(READY); i++) {
        bool other = strcmp(READY[i].name, plain ? "report.html" : "report.txt") == 0;
        ready_path(row, i, ret_path);
        (void)snprintf(path, sizeof path, "%s/%s", a->cache, ret_path);
        *ret_type = READY[i].type;
        if (!other && stat(path, &seen) == 0)
            return true;
    }
    return false;
}

static bool keep(const Archive *a, const InstanceRow *row, const char *type, CacheFile *f, char ret_path[160],
                 Err *err)
{
    char path[1024];
    for (size_t i = 0; i < COUNT(READY); i++) {
        if (strcmp(READY[i].type, type) != 0)
            continue;
        ready_path(row, i, ret_path);
        (void)snprintf(path, sizeof path, "%s/%s", a->cache, ret_path);
        return cache_file_keep(f, path, err);
    }
    return err_set(err, ERR_INPUT, "The compression of this image is not decoded here.",
                   "video in an unknown box");
}

bool rendition_file(Archive *a, const InstanceRow *row, bool plain, char ret_path[160], const char **ret_type,
                    Err *err)
{
    RenditionKind kind = rendition_kind(row);
    char          path[1024];
    Stored        s;
    CacheFile     f;
    if (kind == RENDITION_PICTURE || kind == RENDITION_WAVEFORM || kind == RENDITION_STATE ||
        kind == RENDITION_NONE)
        return err_set(err, ERR_NOT_FOUND, "There is no image to show.", "class %s", row->class_uid);
    if (find_ready(a, row, plain, ret_path, ret_type))
        return true;
    ready_path(row, 0, ret_path);
    (void)snprintf(path, sizeof path, "%s/%s", a->cache, ret_path);
    bool ok = stored_open(a, row, &s, err) && cache_folders(a, "frames", row, err);
    if (ok && cache_file_begin(&f, path, err)) {
        ok = content_write(&s, kind, plain, &f, ret_type, err) && keep(a, row, *ret_type, &f, ret_path, err);
        cache_file_drop(&f);
    } else {
        ok = false;
    }
    stored_close(&s);
    return ok;
}

/* ---- thumbnails ---- */

/* A short word for the card; the same in every language. */
static Slice word_of(const InstanceRow *row)
{
    static const struct {
        const char *tail, *word;
    } WORDS[] = {
        { "104.1", "PDF" }, { "104.2", "CDA" }, { "104.3", "STL" }, { "104.4", "OBJ" }, { "104.5", "MTL" },
        { "88.59", "KO" },  { "88.", "SR" },    { "11.", "PR" },    { "9.", "ECG" },    { "66", "RAW" },
    };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (is_class(row, WORDS[i].tail) &&
            (strcmp(WORDS[i].word, "ECG") != 0 || strcmp(row->modality, "ECG") == 0))
            return slice_of(WORDS[i].word);
    return row->modality[0] ? slice_of(row->modality) : SLICE("DICOM");
}

bool card_render(const InstanceRow *row, const RenderWanted *wanted, Buf *ret, Err *err)
{
    uint32_t side = wanted->width ? wanted->width : CARD_SIDE;
    if (wanted->height && wanted->height < side)
        side = wanted->height;
    side         = side < CARD_SIDE_MIN ? CARD_SIDE_MIN : side > CARD_SIDE_MAX ? CARD_SIDE_MAX : side;
    uint8_t *rgb = malloc((size_t)side * side * 3);
    if (!rgb)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "card");
    Picture picture = { side, side, 3, rgb };
    int     quality = wanted->quality ? wanted->quality : CARD_QUALITY;
    bool    ok      = card_draw(word_of(row), rendition_kind(row) == RENDITION_VIDEO, side, rgb, err) &&
              (wanted->format == RENDER_PNG ? picture_png(&picture, ret, err)
                                            : picture_jpeg(&picture, quality, ret, err));
    free(rgb);
    return ok;
}
