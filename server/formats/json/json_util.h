/*
 * JSON from outside and towards it: bounded parsing, members read with their type, compact writing. Over
 * jansson.
 *
 * A wrong or missing member is ERR_INPUT; its name goes to the detail. Slices and borrowed values live as
 * long as the json_t they come from. Strings may hold any UTF-8 but no NUL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_JSON_JSON_UTIL_H
#define FORMATS_JSON_JSON_UTIL_H

#include <jansson.h>

#include "base/buf.h"

/* OWNED(json_t) *j = json_parse(...); */
OWNED_BY(json_t, json_decref)

enum { JSON_BYTES_MAX = 2 << 20, JSON_LEVELS_MAX = 32 };

/*
 * One object or array, whole. Errors: ERR_INPUT not JSON, a member twice; ERR_LIMIT over JSON_BYTES_MAX or
 * nested deeper than JSON_LEVELS_MAX.
 */
json_t *json_parse(Slice bytes, Err *err);
/* The same, and it must be an object. */
json_t *json_parse_object(Slice bytes, Err *err);

/* The member must be there and of that type (JSON null counts as absent). Borrowed. */
bool json_need_text(const json_t *object, const char *key, Slice *ret, Err *err); /* not empty */
bool json_need_int(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *ret, Err *err);
bool json_need_bool(const json_t *object, const char *key, bool *ret, Err *err);
bool json_need_array(const json_t *object, const char *key, size_t max_items, json_t **ret, Err *err);
bool json_need_object(const json_t *object, const char *key, json_t **ret, Err *err);

/* The member may be absent: then *ret is left as it was (set the default before). A wrong type is still
 * refused. */
bool json_may_text(const json_t *object, const char *key, Slice *ret, Err *err);
bool json_may_int(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *ret, Err *err);
bool json_may_bool(const json_t *object, const char *key, bool *ret, Err *err);
bool json_may_array(const json_t *object, const char *key, size_t max_items, json_t **ret, Err *err);
bool json_may_object(const json_t *object, const char *key, json_t **ret, Err *err);

/* Text copied into a fixed field, terminated; longer than the field is ERR_INPUT, never cut. */
bool json_need_copy(const json_t *object, const char *key, char *ret, size_t size, Err *err);
bool json_may_copy(const json_t *object, const char *key, char *ret, size_t size, Err *err);

/* A string value of valid UTF-8; JSON null when it is not. Never NULL unless memory is out. */
json_t *json_slice(Slice text);
json_t *json_cstr(const char *text); /* NULL gives JSON null */

/* Puts a new value (given away) into an object or at the end of an array; false when memory is out. */
bool json_put(json_t *object, const char *key, json_t *value);
bool json_push(json_t *array, json_t *value);

/* Compact, reals with 15 digits (libraries note), in the order the members were put. Adds to 'ret'. */
bool json_dump_to_buf(const json_t *value, Buf *ret, Err *err);

/* Adds one quoted, escaped string: for writers that stream without a tree. Not UTF-8 bytes become U+FFFD. */
bool json_add_string(Buf *ret, Slice text);

#endif
