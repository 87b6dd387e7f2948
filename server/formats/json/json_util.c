/*
 * JSON from outside and towards it: bounded parsing, members read with their type, compact writing. Over
 * jansson.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/json/json_util.h"

#include <inttypes.h>

/* Deepest nesting of brackets outside strings; jansson's own limit (2,048) is not ours. */
static size_t depth_of(Slice bytes)
{
    size_t depth = 0, deepest = 0;
    bool   in_string = false;
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.at[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
    }
    return deepest;
}

json_t *json_parse(Slice bytes, Err *err)
{
    if (bytes.len > JSON_BYTES_MAX) {
        err_set(err, ERR_LIMIT, "The content is too large.", "JSON of %zu bytes", bytes.len);
        return NULL;
    }
    if (depth_of(bytes) > JSON_LEVELS_MAX) {
        err_set(err, ERR_LIMIT, "The content is nested too deeply.", "JSON deeper than %d", JSON_LEVELS_MAX);
        return NULL;
    }
    json_error_t fault;
    json_t      *value = json_loadb(bytes.at ? bytes.at : "", bytes.len, JSON_REJECT_DUPLICATES, &fault);
    if (!value) /* fault.text may quote what was sent: kept out of the log */
        err_set(err, ERR_INPUT, "The content is not valid JSON.", "JSON: code %d at byte %d of %zu",
                (int)json_error_code(&fault), fault.position, bytes.len);
    return value;
}

json_t *json_parse_object(Slice bytes, Err *err)
{
    OWNED(json_t) *value = json_parse(bytes, err);
    if (value && !json_is_object(value)) {
        err_set(err, ERR_INPUT, "The content is not valid JSON.", "JSON: not an object");
        return NULL;
    }
    return GIVE(value);
}

static bool wrong(const char *key, const char *why, Err *err)
{
    return err_set(err, ERR_INPUT, "A field is missing or not of the right kind.", "member %s: %s", key, why);
}

/* The member, or NULL when absent or null. */
static json_t *member(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

bool json_may_text(const json_t *object, const char *key, Slice *ret, Err *err)
{
    const json_t *value = member(object, key);
    if (!value)
        return true;
    if (!json_is_string(value))
        return wrong(key, "not a text", err);
    *ret = (Slice) { json_string_value(value), json_string_length(value) };
    return true;
}

bool json_need_text(const json_t *object, const char *key, Slice *ret, Err *err)
{
    Slice text = SLICE_NONE;
    if (!json_may_text(object, key, &text, err))
        return false;
    if (!text.len)
        return wrong(key, "absent or empty", err);
    *ret = text;
    return true;
}

bool json_may_int(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *ret, Err *err)
{
    const json_t *value = member(object, key);
    if (!value)
        return true;
    if (!json_is_integer(value))
        return wrong(key, "not a whole number", err);
    int64_t number = json_integer_value(value);
    if (number < min || number > max)
        return err_set(err, ERR_INPUT, "A number is outside its limits.", "member %s: %" PRId64, key, number);
    *ret = number;
    return true;
}

bool json_need_int(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *ret, Err *err)
{
    return member(object, key) ? json_may_int(object, key, min, max, ret, err) : wrong(key, "absent", err);
}

bool json_may_bool(const json_t *object, const char *key, bool *ret, Err *err)
{
    const json_t *value = member(object, key);
    if (!value)
        return true;
    if (!json_is_boolean(value))
        return wrong(key, "not true or false", err);
    *ret = json_is_true(value);
    return true;
}

bool json_need_bool(const json_t *object, const char *key, bool *ret, Err *err)
{
    return member(object, key) ? json_may_bool(object, key, ret, err) : wrong(key, "absent", err);
}

bool json_may_array(const json_t *object, const char *key, size_t max_items, json_t **ret, Err *err)
{
    json_t *value = member(object, key);
    if (!value)
        return true;
    if (!json_is_array(value))
        return wrong(key, "not a list", err);
    if (json_array_size(value) > max_items)
        return err_set(err, ERR_LIMIT, "A list is too long.", "member %s: %zu items", key,
                       json_array_size(value));
    *ret = value;
    return true;
}

bool json_need_array(const json_t *object, const char *key, size_t max_items, json_t **ret, Err *err)
{
    return member(object, key) ? json_may_array(object, key, max_items, ret, err) : wrong(key, "absent", err);
}

bool json_may_object(const json_t *object, const char *key, json_t **ret, Err *err)
{
    json_t *value = member(object, key);
    if (!value)
        return true;
    if (!json_is_object(value))
        return wrong(key, "not an object", err);
    *ret = value;
    return true;
}

bool json_need_object(const json_t *object, const char *key, json_t **ret, Err *err)
{
    return member(object, key) ? json_may_object(object, key, ret, err) : wrong(key, "absent", err);
}

static bool copy(const char *key, Slice text, char *ret, size_t size, Err *err)
{
    if (text.len >= size)
        return err_set(err, ERR_INPUT, "A text is too long.", "member %s: %zu bytes, at most %zu", key,
                       text.len, size - 1);
    return slice_copy(text, ret, size);
}

bool json_need_copy(const json_t *object, const char *key, char *ret, size_t size, Err *err)
{
    Slice text = SLICE_NONE;
    return json_need_text(object, key, &text, err) && copy(key, text, ret, size, err);
}

bool json_may_copy(const json_t *object, const char *key, char *ret, size_t size, Err *err)
{
    Slice text = { NULL, 0 };
    if (!json_may_text(object, key, &text, err))
        return false;
    return !text.at || copy(key, text, ret, size, err);
}

json_t *json_slice(Slice text)
{
    json_t *value = json_stringn(text.at ? text.at : "", text.len);
    return value ? value : json_null();
}

json_t *json_cstr(const char *text)
{
    return text ? json_slice(slice_of(text)) : json_null();
}

bool json_put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

bool json_push(json_t *array, json_t *value)
{
    return json_array_append_new(array, value) == 0;
}

static int dump_part(const char *at, size_t len, void *to)
{
    return buf_add(to, slice_bytes(at, len)) ? 0 : -1;
}

bool json_dump_to_buf(const json_t *value, Buf *ret, Err *err)
{
    if (!value)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "JSON tree is NULL");
    if (json_dump_callback(value, dump_part, ret, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) !=
            0 &&
        !ret->failed)
        return err_set(err, ERR_BUG, "The server could not write its answer.", "json_dump_callback");
    return buf_ok(ret, err);
}

/* Length of one valid UTF-8 character at 's', 0 when none (overlong forms, surrogates and > U+10FFFF are
 * not). */
static size_t utf8_length(Slice s)
{
    uint8_t  first = (uint8_t)s.at[0];
    size_t   len   = first < 0x80                    ? 1
                     : first >= 0xC2 && first < 0xE0 ? 2
                     : first >= 0xE0 && first < 0xF0 ? 3
                     : first >= 0xF0 && first < 0xF5 ? 4
                                                     : 0;
    uint32_t point = len == 1 ? first : len == 2 ? first & 0x1FU : len == 3 ? first & 0x0FU : first & 0x07U;
    if (len == 0 || len > s.len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if (((uint8_t)s.at[i] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | ((uint8_t)s.at[i] & 0x3FU);
    }
    bool wide = (len == 3 && point < 0x800) || (len == 4 && point < 0x10000);
    return wide || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ? 0 : len;
}

bool json_add_string(Buf *ret, Slice text)
{
    buf_add_char(ret, '"');
    for (size_t at = 0; at < text.len;) {
        Slice  rest = slice_part(text, at, text.len);
        size_t len  = utf8_length(rest);
        char   c    = rest.at[0];
        if (len == 0)
            buf_add_text(ret, "\xEF\xBF\xBD");
        else if (c == '"' || c == '\\')
            buf_addf(ret, "\\%c", c);
        else if ((uint8_t)c < 0x20 || c == 0x7F)
            buf_addf(ret, "\\u%04x", (unsigned)(uint8_t)c);
        else
            buf_add(ret, slice_part(rest, 0, len));
        at += len ? len : 1;
    }
    buf_add_char(ret, '"');
    return !ret->failed;
}
