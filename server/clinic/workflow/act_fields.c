/*
 * What may be sent with each step: names, kinds, codes, limits. Pure.
 *
 * Source: docs/api.md section 4; the tables are in the chapters. A required member that is missing is named with its requirement, like any
 * condition.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_fields.h"

#include <stdlib.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_chapter.h"
#include "formats/texts/texts.h"

#define TIME_MAX_MS 4102444800000 /* the year 2100 */

static bool wrong(const ActField *f, Err *err)
{
    return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "step %s: %s", f->step,
                   f->name);
}

/* Weights come as numbers or as typed text, with a comma as the French write it. */
static bool number_clean(const ActField *f, const json_t *value, json_t **ret, Err *err)
{
    double number = json_number_value(value);
    if (json_is_string(value)) {
        char  text[32];
        char *end = NULL;
        if (!slice_copy(slice_trim(slice_of(json_string_value(value))), text, sizeof text))
            return wrong(f, err);
        for (char *c = text; *c; c++)
            if (*c == ',')
                *c = '.';
        number = strtod(text, &end);
        if (!*text || *end)
            return wrong(f, err);
    } else if (!json_is_number(value)) {
        return wrong(f, err);
    }
    if (!(number > 0 && number <= (double)f->max))
        return wrong(f, err);
    *ret = json_real(number);
    return true;
}

static bool value_clean(const ActField *f, const json_t *value, json_t **ret, Err *err)
{
    Slice text = { json_string_value(value), json_string_length(value) };
    switch (f->kind) {
    case FIELD_TEXT_OR_BOOLEAN:
        if (json_is_boolean(value)) {
            *ret = json_boolean(json_is_true(value));
            return true;
        }
        __attribute__((fallthrough));
    case FIELD_TEXT:
        if (!json_is_string(value) || text.len > (size_t)f->max || !text_is_clean_utf8(text))
            return wrong(f, err);
        text = slice_trim(text);
        *ret = json_stringn(text.at, text.len);
        return true;
    case FIELD_CODE:
        if (!json_is_string(value) || (text.len && !code_known(f->codes, text)))
            return wrong(f, err);
        *ret = json_stringn(text.at, text.len);
        return true;
    case FIELD_INTEGER:
    case FIELD_TIME_MS:
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > (f->kind == FIELD_TIME_MS ? TIME_MAX_MS : f->max))
            return wrong(f, err);
        *ret = json_integer(json_integer_value(value));
        return true;
    case FIELD_BOOLEAN:
        if (!json_is_boolean(value))
            return wrong(f, err);
        *ret = json_boolean(json_is_true(value));
        return true;
    case FIELD_NUMBER:
        return number_clean(f, value, ret, err);
    case FIELD_ARRAY:
        if (!json_is_array(value) || json_array_size(value) > (size_t)f->max)
            return wrong(f, err);
        *ret = json_deep_copy(value);
        return true;
    case FIELD_OBJECT:
        if (!json_is_object(value))
            return wrong(f, err);
        *ret = json_deep_copy(value);
        return true;
    }
    return wrong(f, err);
}

/* The treating physician is a name (with RPPS) or an explicit none; nothing else is kept. */
static bool treating_clean(json_t *request, Err *err)
{
    json_t *given = json_object_get(request, "treating_physician");
    if (!json_is_object(given))
        return true;
    bool  none = false;
    Slice name = SLICE_NONE, rpps = SLICE_NONE;
    if (!json_may_bool(given, "none", &none, err) || !json_may_text(given, "name", &name, err) ||
        !json_may_text(given, "rpps", &rpps, err))
        return false;
    if (name.len > LINE || rpps.len > 11 || !text_is_clean_utf8(name) || !text_is_clean_utf8(rpps))
        return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "treating_physician");
    json_t *kept = none ? json_pack("{s:b}", "none", 1)
                        : json_pack("{s:o, s:o}", "name", json_slice(name), "rpps", json_slice(rpps));
    return json_put(request, "treating_physician", kept);
}

static bool is_empty(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static bool field_clean(const ActField *f, const json_t *data, json_t *clean, MissingList *missing, Err *err)
{
    const json_t *from = f->within ? json_object_get(data, f->within) : data;
    /* the request's members may also stand at the top: "any request fields" */
    if (f->within && strcmp(f->within, "request") == 0 && !json_is_object(from))
        from = data;
    if (f->within && from && !json_is_null(from) && !json_is_object(from))
        return wrong(f, err);
    const json_t *value   = json_object_get(from, f->name);
    json_t       *checked = NULL;
    if (value && !json_is_null(value) && !value_clean(f, value, &checked, err))
        return false;
    if (f->why && is_empty(checked))
        missing_add(missing, f->name, f->text, f->why);
    if (value && json_is_null(value) && f->within && strcmp(f->within, "request") == 0)
        checked = json_null(); /* cleared */
    if (!checked)
        return true;
    json_t *into = clean;
    if (f->within) {
        into = json_object_get(clean, f->within);
        if (!into) {
            into = json_object();
            json_object_set_new(clean, f->within, into);
        }
    }
    return json_put(into, f->name, checked);
}

bool act_fields_clean(const Act *a, Slice step, const json_t *data, json_t **ret, MissingList *missing, Err *err)
{
    OWNED(json_t) *clean = json_object();
    MissingList list     = { 0 };
    if (data && !json_is_object(data))
        return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "data is no object");
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        for (const ActField *f = act_chapter_of(a, c) ? ACT_CHAPTERS[c]->fields : NULL; f && f->step; f++)
            if (slice_equal_text(step, f->step) && !field_clean(f, data, clean, &list, err))
                return false;
    json_t *request = json_object_get(clean, "request");
    if (request && !treating_clean(request, err))
        return false;
    if (list.count) {
        *missing = list;
        return err_set(err, ERR_CONFLICT, list.items[0].text,
                       "step " SLICE_FMT ": %zu fields missing, first %s", SLICE_ARG(step), list.count,
                       list.items[0].code);
    }
    *ret = GIVE(clean);
    return true;
}
