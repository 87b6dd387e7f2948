/*
 * The images that a report names: a mark in its words, and where it leads. Pure. E29, E25.
 *
 * The words alone ("série 3, image 45") are what is printed; the place reopens that image beside them. docs/decisions/0113.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "clinic/reports/report_parts.h"
#include "formats/dicom/uid.h"
#include "formats/texts/texts.h"

enum { PLACES_MAX = 200, MARK_MIN = 3, MARK_MAX = 80, FRAME_MAX = 100000 };

static bool wrong(Err *err)
{
    return err_set(err, ERR_INPUT, "A part of the report is not as it should be.", "report: places");
}

static bool uid_copy(const json_t *from, const char *key, json_t *into)
{
    const char *uid = json_string_value(json_object_get(from, key));
    return uid && uid_is_usable(slice_of(uid)) && json_put(into, key, json_string(uid));
}

static bool window_copy(const json_t *from, json_t *into)
{
    const json_t *window = json_object_get(from, "window");
    if (!window || json_is_null(window))
        return json_put(into, "window", json_null());
    const json_t *center = json_object_get(window, "center"), *width = json_object_get(window, "width");
    double        c = json_number_value(center), w = json_number_value(width);
    return json_is_number(center) && json_is_number(width) && isfinite(c) && isfinite(w) && fabs(c) < 1e9 && w > 0 && w < 1e9 &&
           json_put(into, "window", json_pack("{s:f, s:f}", "center", c, "width", w));
}

static bool is_cited(const json_t *content, const char *mark)
{
    for (size_t i = 0; i < REPORT_TEXT_COUNT; i++) {
        const char *text = json_string_value(json_object_get(content, REPORT_TEXTS[i]));
        if (text && strstr(text, mark))
            return true;
    }
    return false;
}

static bool place_add(const json_t *one, const json_t *content, json_t *kept, Err *err)
{
    OWNED(json_t) *clean = json_object();
    const char    *mark  = json_string_value(json_object_get(one, "mark"));
    size_t         len   = mark ? strlen(mark) : 0;
    json_int_t     frame = json_integer_value(json_object_get(one, "frame"));
    if (len < MARK_MIN || len > MARK_MAX || !text_is_clean_utf8(slice_of(mark)) || frame < 1 || frame > FRAME_MAX ||
        !uid_copy(one, "series", clean) || !uid_copy(one, "sop", clean) || !window_copy(one, clean))
        return wrong(err);
    return !is_cited(content, mark) || (json_put(clean, "mark", json_string(mark)) && json_put(clean, "frame", json_integer(frame)) &&
                                        json_push(kept, json_incref(clean)));
}

bool report_part_places(const json_t *from, json_t *into, Err *err)
{
    const json_t *list = json_object_get(from, "places");
    if (!list || json_is_null(list))
        return true;
    if (!json_is_array(list) || json_array_size(list) > PLACES_MAX)
        return wrong(err);
    OWNED(json_t) *kept = json_array();
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!place_add(json_array_get(list, i), into, kept, err))
            return false;
    return json_array_size(kept) == 0 || json_put(into, "places", json_incref(kept));
}
