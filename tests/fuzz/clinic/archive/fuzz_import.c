/*
 * Any bytes as a file of a medium with any path, and as the list of files that the page asks about. What is
 * taken is held or let go; nothing is written outside its own folder; the import can be told afterwards.
 *
 * First byte: file or list; of a file, the path up to the first line end, then its bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../doors/dimse/dimse_world.h"

#include "clinic/archive/import.h"
#include "formats/json/json_util.h"

enum { EACH = 500 }; /* then the rows are cleared, so that no input sees many others */

static const ImportRow ROW = { .id = 1, .person_id = 1, .patient_id = 1, .state = "open" };

static bool begin_work(Db *db, void *with, Err *err)
{
    static const char *const SQL[] = {
        "DELETE FROM import_file",
        "INSERT OR IGNORE INTO patient (id, ipp, birth_name, first_given, given_names, birth_date, sex, "
        "status, "
        "organisation_id, created_at_s, birth_name_key, first_given_key) VALUES (1, 'X', 'DUPONT', 'JEAN', "
        "'JEAN', '1971-11-02', 'M', 'PROV', 1, 0, 'DUPONT', 'JEAN')",
        "INSERT OR IGNORE INTO import (id, person_id, patient_id, origin, state, created_at_ms) VALUES (1, "
        "1, 1, "
        "'CD', 'open', 0)",
    };
    (void)with;
    for (size_t i = 0; i < COUNT(SQL); i++) {
        OWNED(DbQuery) *q = db_query(db, SQL[i]);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static void begin(void)
{
    static unsigned calls;
    world_begin();
    if (calls++ % EACH == 0 && !db_write(world.db, begin_work, NULL, NULL))
        abort();
}

static void ask(Slice bytes)
{
    OWNED(json_t) *files = json_parse(bytes, NULL), *have = json_array();
    OWNED(Db) *db = db_read(world.db, NULL);
    Err err       = { 0 };
    if (files && json_is_array(files) && !import_have(db, &ROW, files, have, &err) && err.kind != ERR_INPUT &&
        err.kind != ERR_LIMIT)
        abort();
}

static void take(Slice bytes)
{
    Slice path           = slice_cut(&bytes, '\n');
    Err   err            = { 0 };
    OWNED(ImportTake) *t = import_take_begin(world.archive, &ROW, path, &err);
    json_t *told         = NULL;
    if (!t)
        return;
    if (!import_take_append(t, bytes, &err) || !import_take_finish(t, &told, &err)) {
        if (err.kind == ERR_NONE || err.kind == ERR_BUG || err.kind == ERR_UNAVAILABLE)
            abort();
        return;
    }
    OWNED(json_t) *file = told, *all = NULL;
    OWNED(Db) *db     = db_read(world.db, NULL);
    const char *state = json_string_value(json_object_get(file, "state"));
    if (!state || !import_json(db, &ROW, &all, NULL))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    begin();
    (data[0] & 1 ? ask : take)(slice_bytes(data + 1, size - 1));
    return 0;
}
