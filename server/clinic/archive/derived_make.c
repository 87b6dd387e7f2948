/*
 * Frames made in advance, of one instance; and whether its code stream says what its header says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <sys/stat.h>

#include "base/reader.h"
#include "clinic/archive/archive_internal.h"
#include "clinic/archive/derived.h"
#include "clinic/archive/transcode_internal.h"
#include "platform/log.h"

enum { FRAME_WORTH = 16 << 10 }; /* bytes as stored; smaller ones gain nothing on any line */

#define JPEG "1.2.840.10008.1.2.4."
static const char *const SOURCES[] = {
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.5",
    JPEG "57",
    JPEG "70",
    JPEG "80",
    JPEG "90",
};

bool derived_wanted(const InstanceRow *row)
{
    if (row->frames < 1 || row->bytes / row->frames < FRAME_WORTH)
        return false;
    for (size_t i = 0; i < COUNT(SOURCES); i++)
        if (strcmp(SOURCES[i], row->syntax_uid) == 0)
            return true;
    return false;
}

/* ---- JPEG 2000 that contradicts its data set ---- */

/* ITU-T T.800 §A.5.1: the SIZ segment stands right behind SOC, perhaps after the boxes of a JP2 file. */
static bool code_stream_says(Slice frame, unsigned *ret_bits, bool *ret_signed)
{
    size_t at = slice_find(slice_part(frame, 0, 4096), SLICE("\xFF\x4F\xFF\x51"));
    if (at == SIZE_MAX)
        return false;
    Reader in = reader_make(slice_part(frame, at + 4, SIZE_MAX));
    (void)read_slice(&in, 2 + 2 + 8 * 4 + 2); /* length, capabilities, sizes and offsets, components */
    uint8_t depth = read_u8(&in);
    *ret_bits     = (depth & 0x7Fu) + 1;
    *ret_signed   = depth & 0x80;
    return reader_ok(&in);
}

static bool is_jpeg2000(const char *syntax)
{
    static const char *const FAMILY[] = { JPEG "90",  JPEG "91",  JPEG "92", JPEG "93",
                                          JPEG "201", JPEG "202", JPEG "203" };
    for (size_t i = 0; i < COUNT(FAMILY); i++)
        if (strcmp(FAMILY[i], syntax) == 0)
            return true;
    return false;
}

/* Shown with the stored sign of the data set, such an image may be wrong: said in the log, with its study. */
static void check_header(const Source *s, const InstanceRow *row, DerivedCount *count)
{
    unsigned  bits      = 0;
    bool      is_signed = false;
    OWNED_BUF frame     = buf_make(FRAME_BYTES_MAX);
    if (!s->map || !is_jpeg2000(row->syntax_uid) || !frame_map_join(s->map, 0, &frame, NULL) ||
        !code_stream_says(buf_slice(&frame), &bits, &is_signed) ||
        (is_signed == s->pixels.is_signed && bits == s->pixels.bits_stored))
        return;
    char said[64];
    snprintf(said, sizeof said, "%s %u in the code stream, %s %u in the header",
             is_signed ? "signed" : "unsigned", bits, s->pixels.is_signed ? "signed" : "unsigned",
             s->pixels.bits_stored);
    atomic_fetch_add(&count->warned, 1);
    log_line("archive", is_signed != s->pixels.is_signed ? LOG_WARN : LOG_INFO,
             "a JPEG 2000 code stream contradicts its header", "study", row->study_uid, "instance", row->uid,
             "bits", said, NULL);
}

/* ---- frames ---- */

static bool is_there(const Archive *a, const InstanceRow *row, uint32_t frame)
{
    struct stat seen;
    char        path[1024];
    frame_file_name(a, row, frame, DERIVED_SYNTAX, path, sizeof path);
    return stat(path, &seen) == 0;
}

static bool make_one(Archive *a, const Source *s, const InstanceRow *row, uint32_t frame, Err *err)
{
    char        path[1024];
    Photometric colour;
    OWNED_BUF   bytes = buf_make(FRAME_BYTES_MAX);
    frame_file_name(a, row, frame, DERIVED_SYNTAX, path, sizeof path);
    return source_frame(s, frame - 1, &bytes, &colour, err) &&
           frame_file_write(path, buf_slice(&bytes), DERIVED_SYNTAX, err);
}

static bool make_missing(Archive *a, const Source *s, const InstanceRow *row, DerivedPace *pace, void *with,
                         DerivedCount *count, Err *err)
{
    uint32_t frames = row->frames < s->pixels.frames ? row->frames : s->pixels.frames;
    for (uint32_t frame = 1; frame <= frames; frame++) {
        Err why = { 0 };
        if (is_there(a, row, frame))
            continue;
        if (!make_one(a, s, row, frame, &why)) {
            if (err_may_pass(why.kind))
                return err_set(err, why.kind, why.shown, "%s", why.detail);
            atomic_fetch_add(&count->refused, 1); /* the others would be refused as well */
            return true;
        }
        atomic_fetch_add(&count->frames, 1);
        atomic_fetch_add(&count->bytes, (long long)s->pixels.frame_bytes);
        if (!pace(with))
            return true;
    }
    return true;
}

bool derived_make(Archive *a, ChildPool *codec, const InstanceRow *row, DerivedPace *pace, void *with,
                  DerivedCount *count, Err *err)
{
    Source s;
    bool   ok = true, wanted = derived_wanted(row);
    Err    why = { 0 };
    atomic_fetch_add(&count->instances, 1);
    if (!wanted && !is_jpeg2000(row->syntax_uid))
        return true;
    if (!source_open(a, codec, row, syntax_info(SLICE(DERIVED_SYNTAX)), &s, &why) ||
        !source_pixels(&s, &why)) {
        atomic_fetch_add(&count->refused, 1);
    } else {
        check_header(&s, row, count);
        if (wanted)
            ok = cache_folders(a, "frames", row, err) && make_missing(a, &s, row, pace, with, count, err);
    }
    source_close(&s);
    return ok;
}
