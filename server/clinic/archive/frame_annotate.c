/*
 * What a picture says of its patient and of how it was made, when that is asked for. PS3.18 §8.3.5.1.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/frame_annotate.h"

#include <stdlib.h>

#include "formats/pdf/annotate.h"

enum { TEXT_MAX = 4096, VALUE_MAX = 512, ARENA_MAX = 1 << 20 };

/* ---- one value ---- */

static void add_text(const Dataset *ds, uint32_t tag, const char *before, Arena *arena, Buf *ret)
{
    Slice text = slice_part(dataset_text(ds, tag, arena), 0, VALUE_MAX);
    if (text.len)
        buf_addf(ret, "%s%s", ret->len && ret->at[ret->len - 1] != '\n' ? "  " : "", before);
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(ret, text.at[i] == '\n' || text.at[i] == '\r' || text.at[i] == '\\' ? ' ' : text.at[i]);
}

/* A number as people write it, whatever its text is ("1.2e+02"); nothing when it is none. */
static void add_number(const Dataset *ds, uint32_t tag, const char *before, const char *unit, Buf *ret)
{
    double value;
    if (dataset_double(ds, tag, 0, &value))
        buf_addf(ret, "%s%s%.6g %s", ret->len && ret->at[ret->len - 1] != '\n' ? "  " : "", before, value,
                 unit);
}

/* "Durand Marie": the carets between the components become blanks, the other two groups stay away. */
static void add_name(const Dataset *ds, uint32_t tag, Arena *arena, Buf *ret)
{
    Slice all = slice_part(dataset_text(ds, tag, arena), 0, VALUE_MAX), name = slice_cut(&all, '=');
    while (name.len) {
        Slice part = slice_trim(slice_cut(&name, '^'));
        if (part.len) {
            buf_add_text(ret, ret->len ? " " : "");
            buf_add(ret, part);
        }
    }
}

/* A date as ISO 8601 writes it; what is none stays as it came. */
static void add_date(const Dataset *ds, uint32_t tag, Buf *ret)
{
    Slice date = slice_part(dataset_code(ds, tag), 0, 16);
    if (date.len && ret->len && ret->at[ret->len - 1] != '\n')
        buf_add_text(ret, "  ");
    for (size_t i = 0; i < date.len; i++) {
        if (date.len == 8 && (i == 4 || i == 6))
            buf_add_char(ret, '-');
        buf_add_char(ret, date.at[i]);
    }
}

static void add_time(const Dataset *ds, uint32_t tag, Buf *ret)
{
    Slice time = dataset_code(ds, tag);
    if (time.len >= 4)
        buf_addf(ret, " %.2s:%.2s", time.at, time.at + 2);
}

/* ---- the lines ---- */

static void line_end(Buf *ret)
{
    if (ret->len && ret->at[ret->len - 1] != '\n')
        buf_add_char(ret, '\n');
}

static void patient_lines(const Dataset *ds, Arena *arena, Buf *ret)
{
    add_name(ds, TAG_PATIENT_NAME, arena, ret);
    line_end(ret);
    add_text(ds, TAG_PATIENT_ID, "", arena, ret);
    line_end(ret);
    add_date(ds, TAG_PATIENT_BIRTH_DATE, ret);
    add_text(ds, TAG_PATIENT_SEX, "", arena, ret);
}

static void technique_lines(const Dataset *ds, uint32_t frame, uint32_t frames, Arena *arena, Buf *ret)
{
    add_text(ds, TAG_MODALITY, "", arena, ret);
    add_date(ds, TAG_STUDY_DATE, ret);
    add_time(ds, TAG_STUDY_TIME, ret);
    line_end(ret);
    add_text(ds, TAG_STUDY_DESCRIPTION, "", arena, ret);
    line_end(ret);
    add_text(ds, TAG_SERIES_DESCRIPTION, "", arena, ret);
    line_end(ret);
    add_text(ds, TAG_SERIES_NUMBER, "Se ", arena, ret);
    add_text(ds, TAG_INSTANCE_NUMBER, "Im ", arena, ret);
    if (frames > 1)
        buf_addf(ret, "  %u/%u", frame, frames);
    line_end(ret);
    add_number(ds, TAG_KVP, "", "kV", ret);
    add_number(ds, TAG_EXPOSURE, "", "mAs", ret);
    add_number(ds, TAG_REPETITION_TIME, "TR ", "ms", ret);
    add_number(ds, TAG_ECHO_TIME, "TE ", "ms", ret);
    add_number(ds, TAG_SLICE_THICKNESS, "", "mm", ret);
    add_number(ds, TAG_SLICE_LOCATION, "z ", "mm", ret);
}

static Slice without_last_break(const Buf *text)
{
    Slice all = buf_slice(text);
    return slice_ends(all, SLICE("\n")) ? slice_part(all, 0, all.len - 1) : all;
}

bool picture_coloured(Picture *picture, Err *err)
{
    size_t   pixels = (size_t)picture->width * picture->height;
    uint8_t *rgb    = picture->channels == 3 ? NULL : malloc(pixels * 3);
    if (picture->channels == 3)
        return true;
    if (!rgb)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
    for (size_t i = 0; i < pixels; i++)
        rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = picture->at[i];
    free(picture->at);
    picture->at       = rgb;
    picture->channels = 3;
    return true;
}

bool frame_annotate(const Dataset *ds, uint32_t frame, uint32_t frames, const RenderWanted *wanted,
                    Picture *picture, Err *err)
{
    OWNED_BUF patient = buf_make(TEXT_MAX), technique = buf_make(TEXT_MAX);
    if (!wanted->with_patient && !wanted->with_technique)
        return true;
    OWNED(Arena) *arena = arena_new(ARENA_MAX);
    if (!arena)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "annotation");
    if (wanted->with_patient)
        patient_lines(ds, arena, &patient);
    if (wanted->with_technique)
        technique_lines(ds, frame, frames, arena, &technique);
    return picture_coloured(picture, err) &&
           annotate_draw(without_last_break(&patient), without_last_break(&technique), picture->width,
                         picture->height, picture->at, err);
}
