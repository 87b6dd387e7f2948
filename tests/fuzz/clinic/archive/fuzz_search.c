/*
 * Any bytes as the query of a QIDO URL, asked of a small real archive: what is understood finds no more than
 * there is, and the answer is JSON.
 *
 * First byte: the level; then name=value pairs parted by '&', as they are after percent-decoding.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../doors/dimse/dimse_world.h"

#include <jansson.h>

#include "clinic/archive/query.h"

enum { HELD = 3, ANSWER_MAX = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ArchiveViewer ALL      = { .sees_all = true };
    static const QueryLevel    LEVELS[] = { QUERY_STUDY, QUERY_SERIES, QUERY_INSTANCE, QUERY_STUDY };
    if (!size)
        return 0;
    world_begin();
    ArchiveQuery query = { .level = LEVELS[data[0] & 3] };
    Slice        rest  = slice_bytes(data + 1, size - 1);
    QueryCount   count = { 0 };
    Err          err   = { 0 };
    OWNED_BUF    json  = buf_make(ANSWER_MAX);
    while (rest.len) {
        Slice value = slice_cut(&rest, '&'), name = slice_cut(&value, '=');
        if (!query_parameter(&query, name, value, &err))
            return 0;
    }
    OWNED(Db) *db = db_read(world.db, NULL);
    if (!query_json(db, &query, &ALL, "https://here/dicom-web", &json, &count, &err)) {
        if (err.kind != ERR_INPUT && err.kind != ERR_LIMIT)
            abort(); /* a statement that the database refuses would show here */
        return 0;
    }
    json_t *rows = json_loadb(json.at, json.len, JSON_ALLOW_NUL, NULL);
    if (!json_is_array(rows) || json_array_size(rows) > HELD)
        abort();
    json_decref(rows);
    return 0;
}
