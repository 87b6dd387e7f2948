/*
 * A stored object in another transfer syntax: what can be asked for, and the file that was made of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/transcode.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/transcode_internal.h"

/* ---- what can be asked for ---- */

enum { READ = 1 << 0, MADE = 1 << 1, LOSSY = 1 << 2 };

#define JPEG "1.2.840.10008.1.2.4."
static const struct {
    const char *uid;
    unsigned    can;
} KNOWN[] = {
    /* cheapest to make first */
    { "1.2.840.10008.1.2.1", READ | MADE },
    { "1.2.840.10008.1.2", READ | MADE },
    { "1.2.840.10008.1.2.2", READ | MADE },
    { "1.2.840.10008.1.2.5", READ | MADE }, /* RLE */
    { JPEG "202", READ | MADE },            /* HTJ2K, progressive */
    { JPEG "201", READ | MADE },
    { JPEG "70", READ | MADE }, /* JPEG lossless */
    { JPEG "80", READ | MADE }, /* JPEG-LS */
    { "1.2.840.10008.1.2.1.99", READ | MADE },
    { "1.2.840.10008.1.2.8.1", READ | MADE }, /* deflated frames */
    { JPEG "90", READ | MADE },               /* JPEG 2000 */
    { "1.2.840.10008.1.2.1.98", READ },
    { JPEG "57", READ },
    { JPEG "50", READ | LOSSY },
    { JPEG "51", READ | LOSSY },
    { JPEG "53", READ | LOSSY },
    { JPEG "55", READ | LOSSY },
    { JPEG "81", READ | LOSSY },
    { JPEG "91", READ | LOSSY },
    { JPEG "203", READ | LOSSY },
    { JPEG "110", READ }, /* JPEG XL */
    { JPEG "111", READ | LOSSY },
    { JPEG "112", READ | LOSSY },
};

static unsigned can(Slice uid)
{
    for (size_t i = 0; i < COUNT(KNOWN); i++)
        if (slice_equal_text(uid, KNOWN[i].uid))
            return KNOWN[i].can;
    return 0;
}

bool transcode_offered(Slice from, Slice to)
{
    from = slice_trim(from);
    to   = slice_trim(to);
    return slice_equal(from, to) || (can(from) & READ && can(to) & MADE);
}

const char *const *transcode_targets(void)
{
    static const char *const TARGETS[] = {
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.2",
        "1.2.840.10008.1.2.5",
        JPEG "202",
        JPEG "201",
        JPEG "70",
        JPEG "80",
        "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.8.1",
        JPEG "90",
        NULL,
    };
    return TARGETS;
}

/* ---- objects ---- */

struct Object {
    Blob  *blob; /* as stored */
    void  *made; /* else mapped */
    size_t made_bytes;
    Slice  file;
    Part10 where;
    char   redirect[320];
};

void object_free(Object *o)
{
    if (!o)
        return;
    blob_free(o->blob);
    if (o->made)
        (void)munmap(o->made, o->made_bytes);
    free(o);
}

Slice object_file(const Object *o)
{
    return o->file;
}

Slice object_dataset(const Object *o)
{
    return o->where.dataset;
}

const char *object_syntax(const Object *o)
{
    return o->where.syntax_uid;
}

const char *object_redirect(const Object *o)
{
    return o->redirect;
}

static bool object_stored(Archive *a, const InstanceRow *row, Object *o, Err *err)
{
    o->blob = blob_open(a->blobs, row->blob, err);
    if (!o->blob)
        return false;
    o->file = blob_bytes(o->blob);
    snprintf(o->redirect, sizeof o->redirect, "/_blobs/%s", row->blob);
    return part10_read(o->file, &o->where, err);
}

/* False and no error: it is not there yet. */
static bool object_map(const char *path, Object *o)
{
    struct stat s;
    int         fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &s) == 0 && s.st_size > 0) {
        void *at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED) {
            o->made       = at;
            o->made_bytes = (size_t)s.st_size;
            o->file       = slice_bytes(at, o->made_bytes);
        }
    }
    (void)close(fd);
    return o->made != NULL;
}

static bool made_now(Archive *a, ChildPool *codec, const InstanceRow *row, const SyntaxInfo *to,
                     const char *path, Err *err)
{
    Source s;
    bool   ok = source_open(a, codec, row, to, &s, err);
    if (ok) {
        bool pixels = dataset_find(s.stored.ds, TAG_PIXEL_DATA) ||
                      dataset_find(s.stored.ds, TAG_FLOAT_PIXEL_DATA) ||
                      dataset_find(s.stored.ds, TAG_DOUBLE_FLOAT_PIXEL_DATA);
        ok = (!pixels || source_pixels(&s, err)) && cache_folders(a, "objects", row, err) &&
             object_make(&s, pixels, path, err);
    }
    source_close(&s);
    return ok;
}

static bool object_made(Archive *a, ChildPool *codec, const InstanceRow *row, const SyntaxInfo *to, Object *o,
                        Err *err)
{
    char path[1024];
    snprintf(o->redirect, sizeof o->redirect, "/_cache/objects/%.2s/%s/%s.dcm", row->sha256, row->sha256,
             to->uid);
    snprintf(path, sizeof path, "%s/%s", a->cache, o->redirect + strlen("/_cache/"));
    if (!object_map(path, o) &&
        (!made_now(a, codec, row, to, path, err) ||
         (!object_map(path, o) && !err_set(err, ERR_UNAVAILABLE, "The frame could not be kept.", "map"))))
        return false;
    return part10_read(o->file, &o->where, err);
}

Object *object_open(Archive *a, ChildPool *codec, const InstanceRow *row, const char *syntax_uid, Err *err)
{
    Slice             wanted = slice_trim(slice_of(syntax_uid));
    const SyntaxInfo *to     = syntax_info(wanted);
    OWNED(Object) *o         = calloc(1, sizeof *o);
    if (!o) {
        (void)err_set(err, ERR_UNAVAILABLE, "Memory is out.", "object");
        return NULL;
    }
    if (!wanted.len || slice_equal_text(wanted, "*") || slice_equal_text(wanted, row->syntax_uid))
        return object_stored(a, row, o, err) ? GIVE(o) : NULL;
    if (!to || !transcode_offered(slice_of(row->syntax_uid), wanted)) {
        (void)err_set(err, ERR_INPUT, "This image cannot be given in the compression asked for.",
                      "from %s to " SLICE_FMT, row->syntax_uid, SLICE_ARG(wanted));
        return NULL;
    }
    return object_made(a, codec, row, to, o, err) ? GIVE(o) : NULL;
}
