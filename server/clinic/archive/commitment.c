/*
 * Storage commitment: rows of what was asked, and the check of one object.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/commitment.h"

#include <inttypes.h>

#include "clinic/archive/archive_internal.h"
#include "platform/clock.h"

typedef struct KeptFile {
    char    class_uid[65], blob[256];
    int64_t dataset_at;
    uint8_t sha256[SHA256_BYTES];
} KeptFile;

static bool file_of(Archive *a, const char *uid, KeptFile *ret, bool *ret_found, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT class_uid, blob, dataset_at, sha256 FROM instance WHERE uid = "
                                     "?1");
    db_bind_cstr(q, 1, uid);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW && db_slice(q, 3).len == SHA256_BYTES;
    if (!*ret_found)
        return step != DB_FAILED;
    db_text(q, 0, ret->class_uid, sizeof ret->class_uid);
    db_text(q, 1, ret->blob, sizeof ret->blob);
    ret->dataset_at = db_int(q, 2);
    memcpy(ret->sha256, db_slice(q, 3).at, SHA256_BYTES);
    return true;
}

bool commitment_verify(Archive *a, const CommitmentObject *object, CommitmentFault *ret, Err *err)
{
    KeptFile kept  = { 0 };
    bool     found = false;
    if (!file_of(a, object->uid, &kept, &found, err))
        return false;
    *ret = !found                                           ? COMMITMENT_ABSENT
           : strcmp(kept.class_uid, object->class_uid) != 0 ? COMMITMENT_OTHER_CLASS
                                                            : COMMITMENT_DAMAGED;
    if (*ret != COMMITMENT_DAMAGED)
        return true;
    OWNED(Blob) *blob = blob_open(a->blobs, kept.blob, NULL);
    if (blob &&
        file_digest_is(blob_bytes(blob), (size_t)kept.dataset_at, slice_bytes(kept.sha256, SHA256_BYTES)))
        *ret = COMMITMENT_SAFE;
    return true;
}

/* ---- rows ---- */

static bool known_before(Db *db, const CommitmentAsk *ask, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM commitment WHERE peer_id = ?1 AND transaction_uid = ?2");
    db_bind_int(q, 1, ask->peer_id);
    db_bind_cstr(q, 2, ask->transaction_uid);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

static bool asked_anew(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *objects = db_query(db, "DELETE FROM commitment_object WHERE commitment_id = ?1");
    OWNED(DbQuery) *row = db_query(db, "UPDATE commitment SET told_at_ms = NULL, asked_at_ms = ?2 WHERE id = "
                                       "?1");
    db_bind_int(objects, 1, id);
    db_bind_int(row, 1, id);
    db_bind_int(row, 2, clock_now_ms());
    return db_run(objects, err) && db_run(row, err);
}

static bool asked_first(Db *db, const CommitmentAsk *ask, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO commitment (peer_id, transaction_uid, asked_at_ms) VALUES "
                                     "(?1, ?2, ?3)");
    db_bind_int(q, 1, ask->peer_id);
    db_bind_cstr(q, 2, ask->transaction_uid);
    db_bind_int(q, 3, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret = db_last_id(db);
    return true;
}

bool commitment_add(Db *db, const CommitmentAsk *ask, int64_t *ret_id, Err *err)
{
    int64_t id = 0;
    if (!known_before(db, ask, &id, err) || !(id ? asked_anew(db, id, err) : asked_first(db, ask, &id, err)))
        return false;
    for (size_t i = 0; i < ask->count; i++) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO commitment_object (commitment_id, place, class_uid, "
                                         "uid) "
                                         "VALUES (?1, ?2, ?3, ?4)");
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, (int64_t)i);
        db_bind_cstr(q, 3, ask->objects[i].class_uid);
        db_bind_cstr(q, 4, ask->objects[i].uid);
        if (!db_run(q, err))
            return false;
    }
    *ret_id = id;
    return true;
}

static bool objects_load(Db *db, Commitment *c, Err *err)
{
    size_t room = 0;
    DbStep step;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM commitment_object WHERE commitment_id = ?1");
        db_bind_int(q, 1, c->id);
        if (db_next(q, err) != DB_ROW)
            return false;
        room = (size_t)db_int(q, 0);
    }
    if (!(c->objects = calloc(room + 1, sizeof *c->objects)))
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "%zu objects to commit", room);
    OWNED(DbQuery) *q = db_query(db, "SELECT class_uid, uid FROM commitment_object WHERE commitment_id = ?1"
                                     " ORDER BY place");
    db_bind_int(q, 1, c->id);
    while ((step = db_next(q, err)) == DB_ROW && c->count < room) {
        CommitmentObject *o = &c->objects[c->count++];
        db_text(q, 0, o->class_uid, sizeof o->class_uid);
        db_text(q, 1, o->uid, sizeof o->uid);
    }
    return step != DB_FAILED;
}

bool commitment_load(Db *db, int64_t id, Commitment *ret, Err *err)
{
    Commitment c = { .id = id };
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT peer_id, asked_at_ms, transaction_uid, told_at_ms FROM "
                                         "commitment WHERE id = ?1");
        db_bind_int(q, 1, id);
        DbStep step = db_next(q, err);
        if (step != DB_ROW)
            return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such image.", "commitment %" PRId64, id);
        c.peer_id     = db_int(q, 0);
        c.asked_at_ms = db_int(q, 1);
        c.told        = !db_is_null(q, 3);
        db_text(q, 2, c.transaction_uid, sizeof c.transaction_uid);
    }
    if (objects_load(db, &c, err)) {
        *ret = c;
        return true;
    }
    commitment_clear(&c);
    return false;
}

void commitment_clear(Commitment *c)
{
    free(c->objects);
    *c = (Commitment) { 0 };
}

bool commitment_told(Db *db, int64_t id, int64_t safe, int64_t not_safe, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE commitment SET told_at_ms = ?2, safe = ?3, not_safe = ?4 WHERE "
                                     "id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, safe);
    db_bind_int(q, 4, not_safe);
    return db_run(q, err);
}
