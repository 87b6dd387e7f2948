/*
 * What a hanging may hold. Pure. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/hanging.h"

#include <string.h>

#include "base/own.h"
#include "clinic/workflow/body_region.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

#define NOT_A_HANGING "This is no layout of images."
enum { ROWS_MAX = 3, COLUMNS_MAX = 4, EXAMS_MAX = 4, NTH_MAX = 20, LINKS_MAX = 4, SERIES_MAX = 999, AGE_MAX = 130, WINDOW_MOST = 100000 };

void hanging_clear(Hanging *h)
{
    json_decref(h->content);
    *h = (Hanging) { 0 };
}

/* ---- fields by table: one of a list, some clean words, or a whole number ---- */

typedef struct Field {
    const char        *key;
    const char *const *among; /* NULL: words or a number; the first is what is meant when nothing is said */
    int                words; /* bytes at most; 0: none */
    int64_t            min, max;
} Field;

static const char *const SIDES[]    = { "", "L", "R", "B", NULL };
static const char *const PRIORS[]   = { "any", "with", "without", NULL };
static const char *const PLANES[]   = { "", "axial", "coronal", "sagittal", NULL };
static const char *const CONTRAST[] = { "", "with", "without", NULL };
static const char *const WEIGHTS[]  = { "", "t1", "t2", "flair", "diffusion", "adc", "swi", "pd", NULL };
static const char *const FITS[]     = { "fit", "wall", NULL };
static const char *const FLIPS[]    = { "", "mirror", "upside", NULL };
static const char *const BEGINS[]   = { "alone", "offered", NULL };
static const char *const KINDS[]    = { "panes", "planes", "fusion", NULL };
static const char *const WINDOWS[]  = { "", "soft", "lung", "bone", "brain", "liver", "mediastinum", "stroke", "angio", NULL };

static const Field WHEN[] = {
    { .key = "modality", .words = 16 },
    { .key = "region", .words = 24 },
    { .key = "side", .among = SIDES },
    { .key = "series_min", .max = SERIES_MAX },
    { .key = "series_max", .max = SERIES_MAX },
    { .key = "prior", .among = PRIORS },
    { .key = "age_min", .max = AGE_MAX },
    { .key = "age_max", .max = AGE_MAX },
};
static const Field PANE[] = {
    { .key = "exam", .max = EXAMS_MAX },
    { .key = "modality", .words = 16 },
    { .key = "words", .words = HANGING_WORDS_MAX },
    { .key = "without", .words = HANGING_WORDS_MAX },
    { .key = "plane", .among = PLANES },
    { .key = "contrast", .among = CONTRAST },
    { .key = "weight", .among = WEIGHTS },
    { .key = "view", .words = 16 },
    { .key = "side", .among = SIDES },
    { .key = "nth", .min = 1, .max = NTH_MAX },
    { .key = "fit", .among = FITS },
    { .key = "link", .max = LINKS_MAX },
    { .key = "flip", .among = FLIPS },
};

static bool among_read(const Field *f, Slice text, json_t *into, Err *err)
{
    if (!text.len)
        return json_put(into, f->key, json_string(f->among[0]));
    for (size_t i = 0; f->among[i]; i++)
        if (slice_equal_text(text, f->among[i]))
            return json_put(into, f->key, json_string(f->among[i]));
    return err_set(err, ERR_INPUT, NOT_A_HANGING, "%s", f->key);
}

static bool is_line(Slice text)
{
    return text_is_clean_utf8(text) && !(text.len && (memchr(text.at, '\n', text.len) || memchr(text.at, '\t', text.len)));
}

static bool field_read(const json_t *from, const Field *f, json_t *into, Err *err)
{
    Slice   text   = { 0 };
    int64_t number = f->min;
    if (!f->among && !f->words)
        return json_may_int(from, f->key, f->min, f->max, &number, err) && json_put(into, f->key, json_integer(number));
    if (!json_may_text(from, f->key, &text, err))
        return false;
    if (f->among)
        return among_read(f, text, into, err);
    text = slice_trim(text);
    if (text.len > (size_t)f->words || !is_line(text))
        return err_set(err, ERR_INPUT, NOT_A_HANGING, "%s", f->key);
    return json_put(into, f->key, json_slice(text));
}

static bool fields_read(const json_t *from, const Field *fields, size_t count, json_t *into, Err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!field_read(from, &fields[i], into, err))
            return false;
    return true;
}

/* A preset by its name, or {"center","width"} in the values of the images. */
static bool window_read(const json_t *pane, json_t *into, Err *err)
{
    static const Field NAMED  = { .key = "window", .among = WINDOWS };
    const json_t      *window = json_object_get(pane, "window");
    if (!json_is_object(window))
        return field_read(pane, &NAMED, into, err);
    double center = json_number_value(json_object_get(window, "center")), width = json_number_value(json_object_get(window, "width"));
    if (!(width > 0 && width <= WINDOW_MOST && center >= -WINDOW_MOST && center <= WINDOW_MOST))
        return err_set(err, ERR_INPUT, NOT_A_HANGING, "window");
    return json_put(into, "window", json_pack("{s:f, s:f}", "center", center, "width", width));
}

static bool panes_read(const json_t *content, size_t count, json_t *list, Err *err)
{
    json_t *panes = NULL, *one;
    size_t  i;
    if (!json_need_array(content, "panes", HANGING_PANES_MAX, &panes, err))
        return false;
    if (json_array_size(panes) != count)
        return err_set(err, ERR_INPUT, NOT_A_HANGING, "%zu panes for %zu places", json_array_size(panes), count);
    json_array_foreach (panes, i, one) {
        OWNED(json_t) *clean = json_object();
        if (!json_is_object(one) || !fields_read(one, PANE, COUNT(PANE), clean, err) || !window_read(one, clean, err) ||
            !json_push(list, json_incref(clean)))
            return err_set(err, ERR_INPUT, NOT_A_HANGING, "pane %zu", i);
    }
    return true;
}

static bool when_read(const json_t *content, json_t *into, Err *err)
{
    json_t *when = NULL;
    if (!json_need_object(content, "when", &when, err) || !fields_read(when, WHEN, COUNT(WHEN), into, err))
        return false;
    const char *region = json_string_value(json_object_get(into, "region"));
    if (region[0] && !body_regions_named(slice_of(region)))
        return err_set(err, ERR_INPUT, NOT_A_HANGING, "region");
    int64_t least = json_integer_value(json_object_get(into, "series_min")), most = json_integer_value(json_object_get(into, "series_max"));
    if (most && most < least)
        return err_set(err, ERR_INPUT, "The least number of series is above the greatest.", "series");
    int64_t from = json_integer_value(json_object_get(into, "age_min")), to = json_integer_value(json_object_get(into, "age_max"));
    return !to || to >= from || err_set(err, ERR_INPUT, "The least age is above the greatest.", "age");
}

/* Rows, columns and the panes for them, of one monitor. */
static bool grid_read(const json_t *grid, json_t *into, Err *err)
{
    OWNED(json_t) *panes = json_array();
    int64_t        rows = 0, columns = 0;
    if (!json_need_int(grid, "rows", 1, ROWS_MAX, &rows, err) || !json_need_int(grid, "columns", 1, COLUMNS_MAX, &columns, err))
        return false;
    if (rows * columns > HANGING_PANES_MAX)
        return err_set(err, ERR_INPUT, "A layout has at most eight panes on each screen.", "%d", (int)(rows * columns));
    return panes_read(grid, (size_t)(rows * columns), panes, err) && json_put(into, "rows", json_integer(rows)) &&
           json_put(into, "columns", json_integer(columns)) && json_put(into, "panes", json_incref(panes));
}

/* What is asked of a second monitor; nothing where nothing is. */
static bool second_read(const json_t *content, json_t *into, Err *err)
{
    const json_t *second = json_object_get(content, "second");
    if (!second || json_is_null(second))
        return true;
    OWNED(json_t) *grid = json_object();
    if (!json_is_object(second))
        return err_set(err, ERR_INPUT, NOT_A_HANGING, "second");
    return grid_read(second, grid, err) && json_put(into, "second", json_incref(grid));
}

static bool content_read(const json_t *content, json_t **ret, Err *err)
{
    static const Field AS = { .key = "as", .among = KINDS }, BEGIN = { .key = "begin", .among = BEGINS };
    OWNED(json_t) *clean = json_object(), *when = json_object();
    if (!when_read(content, when, err) || !field_read(content, &AS, clean, err) || !field_read(content, &BEGIN, clean, err) ||
        !json_put(clean, "when", json_incref(when)) || !grid_read(content, clean, err) || !second_read(content, clean, err))
        return false;
    *ret = GIVE(clean);
    return true;
}

bool hanging_from_json(const json_t *body, Hanging *ret, Err *err)
{
    Hanging h       = { 0 };
    Slice   name    = { 0 };
    json_t *content = NULL;
    if (!json_may_text(body, "name", &name, err))
        return false;
    name = slice_trim(name);
    if (!name.len)
        return err_set(err, ERR_INPUT, "Give the layout a name.", "no name");
    if (name.len >= sizeof h.name || !is_line(name))
        return err_set(err, ERR_INPUT, "The name of a layout is one line of at most 80 characters.", "%zu bytes", name.len);
    if (!json_need_object(body, "content", &content, err) || !content_read(content, &h.content, err))
        return false;
    slice_copy(name, h.name, sizeof h.name);
    *ret = h;
    return true;
}
