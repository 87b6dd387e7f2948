/*
 * Documents on disk and their rows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_documents.h"

#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "base/buf.h"
#include "formats/json/base64.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"

const char *staff_media_type(Slice bytes)
{
    if (slice_starts(bytes, SLICE("%PDF-")))
        return "application/pdf";
    if (slice_starts(bytes, SLICE("\x89PNG\r\n\x1a\n")))
        return "image/png";
    if (slice_starts(bytes, SLICE("\xff\xd8\xff")))
        return "image/jpeg";
    return bytes.len && text_is_clean_utf8(bytes) ? "text/plain" : NULL;
}

bool staff_document_keep(Blobs *blobs, Slice bytes, Slice name, int64_t person_id, StaffDocument *ret, Err *err)
{
    const char *type = staff_media_type(bytes);
    uint8_t     random[16], digest[32];
    char        id[33];
    *ret = (StaffDocument) { .uploaded_by = person_id };
    if (bytes.len > STAFF_DOCUMENT_MAX)
        return err_set(err, ERR_LIMIT, "The document is larger than 16 MB.", "%zu bytes", bytes.len);
    if (!type)
        return err_set(err, ERR_INPUT, "A document is a PDF, a PNG or JPEG picture, or plain text.", "%zu bytes", bytes.len);
    if (!slice_trim(name).len || !text_is_clean_utf8(name) || !slice_copy(slice_trim(name), ret->name, sizeof ret->name))
        return err_set(err, ERR_INPUT, "Name the document (127 characters at most).", "name of %zu bytes", name.len);
    slice_copy(slice_of(type), ret->media_type, sizeof ret->media_type);
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "name of a document");
    hex_encode(slice_bytes(random, sizeof random), id);
    (void)snprintf(ret->blob, sizeof ret->blob, "staff/%.2s/%s", id, id);
    OWNED(BlobWriter) *w = blob_begin(blobs, ret->blob, err);
    if (!w || !blob_append(w, bytes, err) || !blob_commit(w, digest, &ret->bytes, err))
        return false;
    hex_encode(slice_bytes(digest, sizeof digest), ret->sha256);
    return true;
}

bool staff_document_add(Db *db, StaffDocument *d, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO staff_document (blob, bytes, sha256, media_type, name, uploaded_by, uploaded_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_cstr(q, 1, d->blob);
    db_bind_int(q, 2, d->bytes);
    db_bind_cstr(q, 3, d->sha256);
    db_bind_cstr(q, 4, d->media_type);
    db_bind_cstr(q, 5, d->name);
    db_bind_int(q, 6, d->uploaded_by);
    db_bind_int(q, 7, clock_now_ms());
    if (!db_run(q, err))
        return false;
    d->id = db_last_id(db);
    return true;
}

bool staff_document_load(Db *db, int64_t id, StaffDocument *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, bytes, uploaded_by, blob, name, media_type, sha256 FROM staff_document WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such document.", "document %" PRId64, id);
    *ret = (StaffDocument) { .id = db_int(q, 0), .bytes = db_int(q, 1), .uploaded_by = db_int(q, 2) };
    db_text(q, 3, ret->blob, sizeof ret->blob);
    db_text(q, 4, ret->name, sizeof ret->name);
    db_text(q, 5, ret->media_type, sizeof ret->media_type);
    db_text(q, 6, ret->sha256, sizeof ret->sha256);
    return true;
}

bool staff_document_uses(Db *db, int64_t id, DocumentUse *ret, size_t max, size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id, staff_room_id, equipment_id, 0, kind FROM staff_item WHERE document_id = ?1"
                                     " UNION ALL SELECT 0, 0, 0, staff_procedure.organisation_id, ''"
                                     "   FROM staff_procedure_version JOIN staff_procedure ON staff_procedure.id = procedure_id"
                                     "  WHERE staff_procedure_version.document_id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = DB_END;
    *ret_count  = 0;
    while (*ret_count < max && (step = db_next(q, err)) == DB_ROW)
        ret[(*ret_count)++] = (DocumentUse) { .person_id = db_int(q, 0), .room_id = db_int(q, 1), .equipment_id = db_int(q, 2),
                                              .organisation_id = db_int(q, 3), .kind = staff_kind(db_slice(q, 4)) };
    return step != DB_FAILED;
}
