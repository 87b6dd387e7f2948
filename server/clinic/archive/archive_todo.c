/*
 * What the archive asks of those who keep it: counted along the indexes of what waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/archive_todo.h"

#include "clinic/archive/overview.h"
#include "formats/json/json_util.h"

typedef struct Count {
    const char *kind, *sql; /* at most ?1 are counted */
} Count;

static const Count KEPT[] = {
    { "images-wrong-patient", "SELECT count(*) FROM (SELECT 1 FROM study WHERE wrong_patient = 1 AND patient_id IS NOT NULL LIMIT ?1) AS some" },
    { "images-of-nobody", "SELECT count(*) FROM (SELECT 1 FROM study WHERE patient_id IS NULL LIMIT ?1) AS some" },
    { "images-twice", "SELECT count(*) FROM (SELECT 1 FROM instance_aside WHERE settled_at_ms IS NULL LIMIT ?1) AS some" },
    { "files-damaged", "SELECT count(*) FROM (SELECT 1 FROM blob_fault WHERE mended_at_ms IS NULL LIMIT ?1) AS some" },
    { "sends-failed", "SELECT count(*) FROM (SELECT 1 FROM archive_send WHERE state IN ('partial', 'failed') LIMIT ?1) AS some" },
    { "corrections-failed", "SELECT count(*) FROM (SELECT 1 FROM correction WHERE state = 'failed' LIMIT ?1) AS some" },
};
static const Count APPROVED = { "purge-approve", "SELECT count(*) FROM (SELECT 1 FROM purge_proposal WHERE state = 'proposed' LIMIT ?1) AS some" };

static bool counted(Db *db, const Count *c, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, c->sql);
    db_bind_int(q, 1, OVERVIEW_WAITING_MAX);
    if (db_next(q, err) != DB_ROW)
        return false;
    int64_t count = db_int(q, 0);
    return !count || json_push(into, json_pack("{s:s, s:I, s:n}", "kind", c->kind, "count", (json_int_t)count, "about"));
}

static bool rooms(Db *db, json_t *into, Err *err)
{
    DbStep step       = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT archive_limit.level, organisation.name FROM archive_limit"
                                     "  LEFT JOIN organisation ON organisation.id = archive_limit.site_id"
                                     " WHERE archive_limit.level <> 'ok' AND archive_limit.limit_bytes > 0 ORDER BY archive_limit.site_id");
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(into, json_pack("{s:s, s:I, s:o}", "kind", slice_equal_text(db_slice(q, 0), "full") ? "room-full" : "room-warned", "count",
                                  (json_int_t)0, "about", db_is_null(q, 1) ? json_null() : json_slice(db_slice(q, 1))));
    return step == DB_END;
}

bool archive_todos_json(Db *db, bool keeps, bool approves, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    for (size_t i = 0; keeps && i < COUNT(KEPT); i++)
        if (!counted(db, &KEPT[i], list, err))
            return false;
    if (((keeps || approves) && !rooms(db, list, err)) || (approves && !counted(db, &APPROVED, list, err)))
        return false;
    *ret = GIVE(list);
    return true;
}
