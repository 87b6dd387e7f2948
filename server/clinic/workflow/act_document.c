/*
 * Documents attached to an act: a signed consent, a letter, a result.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_document.h"

#include <inttypes.h>
#include <stdio.h>

#include <openssl/rand.h>

#include "clinic/workflow/act_house.h"
#include "formats/json/base64.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"

#define FIRST_ID "1099511627776" /* 0085_act_document.sql */

const char *act_document_type(Slice bytes)
{
    static const struct {
        Slice       begins;
        const char *type;
    } KINDS[] = {
        { { "%PDF-", 5 }, "application/pdf" },
        { { "\xFF\xD8\xFF", 3 }, "image/jpeg" },
        { { "\x89PNG\r\n\x1A\n", 8 }, "image/png" },
    };
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (slice_equal(slice_part(bytes, 0, KINDS[i].begins.len), KINDS[i].begins))
            return KINDS[i].type;
    return NULL;
}

typedef struct Adding {
    const Who  *who;
    ActDocument d;
    uint8_t     sha256[32];
} Adding;

static bool count_check(Db *db, int64_t act_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM act_document WHERE act_document.act_id = ?1");
    db_bind_int(q, 1, act_id);
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_UNAVAILABLE, "The document could not be read.", "documents of act %" PRId64, act_id);
    return db_int(q, 0) < ACT_DOCUMENTS_MAX ||
           err_set(err, ERR_LIMIT, "This act has as many documents as it can hold.", "act %" PRId64, act_id);
}

static bool add_work(Db *db, void *arg, Err *err)
{
    Adding   *w = arg;
    OWNED_ACT a = { 0 };
    char      hex[2 * sizeof w->sha256 + 1];
    if (!act_load_for(db, w->d.act_id, w->who->person_id, clock_now_s(), &a, err) || !count_check(db, a.id, err))
        return false;
    if (a.state == ACT_CLOSED)
        return err_set(err, ERR_CONFLICT, "The act is closed: nothing can be attached any more.", "act %" PRId64, a.id);
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO act_document (id, act_id, name, type, blob, bytes, sha256, person_id, person_name, at_ms)"
                     " VALUES (coalesce((SELECT max(id) FROM act_document), " FIRST_ID ") + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    db_bind_int(q, 1, w->d.act_id);
    db_bind_cstr(q, 2, w->d.name);
    db_bind_cstr(q, 3, w->d.type);
    db_bind_cstr(q, 4, w->d.blob);
    db_bind_int(q, 5, w->d.bytes);
    hex_encode(slice_bytes(w->sha256, sizeof w->sha256), hex);
    db_bind_cstr(q, 6, hex);
    db_bind_int(q, 7, w->who->person_id);
    db_bind_cstr(q, 8, w->who->name);
    db_bind_int(q, 9, clock_now_ms());
    if (!db_run(q, err))
        return false;
    w->d.id = db_last_id(db);
    return true;
}

static bool file_keep(Blobs *blobs, Adding *w, Slice bytes, Err *err)
{
    uint8_t random[16];
    char    hex[2 * sizeof random + 1];
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no random bytes");
    hex_encode(slice_bytes(random, sizeof random), hex);
    snprintf(w->d.blob, sizeof w->d.blob, "documents/%.2s/%s", hex, hex);
    OWNED(BlobWriter) *file = blob_begin(blobs, w->d.blob, err);
    return file && blob_append(file, bytes, err) && blob_commit(file, w->sha256, &w->d.bytes, err);
}

bool act_document_add(ActHouse *house, const Who *who, int64_t act_id, Slice name, Slice bytes, int64_t *ret_id, Err *err)
{
    Adding      w    = { .who = who, .d = { .act_id = act_id } };
    const char *type = act_document_type(bytes);
    name             = slice_trim(name);
    if (bytes.len > ACT_DOCUMENT_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "The document is too large: 20 MB at most.", "%zu bytes", bytes.len);
    if (!type)
        return err_set(err, ERR_INPUT, "A document is a PDF file or a picture (JPEG, PNG).", "%zu bytes", bytes.len);
    if (!name.len || !text_is_clean_utf8(name) || !slice_copy(name, w.d.name, sizeof w.d.name))
        return err_set(err, ERR_INPUT, "A document needs a name of at most 150 letters.", "name of %zu bytes", name.len);
    snprintf(w.d.type, sizeof w.d.type, "%s", type);
    if (!file_keep(house->needs.blobs, &w, bytes, err))
        return false;
    if (!db_write(house->needs.host, add_work, &w, err)) {
        Err lost = { 0 };
        blob_remove(house->needs.blobs, w.d.blob, &lost);
        return false;
    }
    *ret_id = w.d.id;
    return true;
}

bool act_document_load(Db *db, int64_t act_id, int64_t id, ActDocument *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT name, type, blob, bytes FROM act_document WHERE id = ?1 AND act_id = ?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, act_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = (ActDocument) { .id = id, .act_id = act_id, .bytes = db_int(q, 3) };
        db_text(q, 0, ret->name, sizeof ret->name);
        db_text(q, 1, ret->type, sizeof ret->type);
        db_text(q, 2, ret->blob, sizeof ret->blob);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such document.", "document %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool act_document_read(ActHouse *house, const ActDocument *d, Buf *ret, Err *err)
{
    OWNED(Blob) *blob = blob_open(house->needs.blobs, d->blob, err);
    if (!blob)
        return false;
    buf_add(ret, blob_bytes(blob));
    return buf_ok(ret, err);
}

bool act_documents_json(Db *db, int64_t act_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT id, name, type, bytes, sha256, at_ms, person_id, person_name FROM act_document"
                                       " WHERE act_id = ?1 ORDER BY id");
    db_bind_int(q, 1, act_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        char hex[65], type[32];
        if (step == DB_FAILED)
            return false;
        db_text(q, 4, hex, sizeof hex);
        db_text(q, 2, type, sizeof type);
        json_push(list, json_pack("{s:I, s:o, s:s, s:I, s:s, s:I, s:{s:I, s:o}}", "id", (json_int_t)db_int(q, 0), "name",
                                  json_slice(db_slice(q, 1)), "type", type, "bytes", (json_int_t)db_int(q, 3), "sha256", hex,
                                  "at_ms", (json_int_t)db_int(q, 5), "by", "id", (json_int_t)db_int(q, 6), "name",
                                  json_slice(db_slice(q, 7))));
    }
    *ret = GIVE(list);
    return true;
}
