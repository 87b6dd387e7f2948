/*
 * Anchors: the end of the chain, signed once a day.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/audit/anchor.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "formats/json/json_util.h"
#include "guard/audit/audit_internal.h"
#include "guard/audit/seal.h"
#include "platform/clock.h"
#include "platform/jobs/jobs.h"

enum { DAY_MS = 24 * 3600 * 1000, ANCHOR_TEXT = 160, SEAL_TEXT = 160 };

typedef struct Anchor {
    int64_t at_ms, line, last_line; /* last_line: of the anchor before */
    char    hash[AUDIT_HASH_SIZE];
    char    seal[SEAL_TEXT];
} Anchor;

static bool end_load(Db *db, void *with, Err *err)
{
    Anchor *a         = with;
    OWNED(DbQuery) *q = db_query(db, "SELECT audit_head.lines, audit_head.hash, (SELECT coalesce(max(line), 0) FROM audit_anchor) FROM audit_head WHERE audit_head.id = 1");
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_BUG, "The trace could not be read.", "audit_head is empty");
    a->line = db_int(q, 0);
    db_text(q, 1, a->hash, sizeof a->hash);
    a->last_line = db_int(q, 2);
    return true;
}

static void anchor_text(const Anchor *a, char ret[ANCHOR_TEXT])
{
    (void)snprintf(ret, ANCHOR_TEXT, "line %lld\nat_ms %lld\nhash %s\n", (long long)a->line, (long long)a->at_ms, a->hash);
}

static bool seal_of(Anchor *a, const char *keys_folder, Err *err)
{
    char     text[ANCHOR_TEXT];
    uint8_t  digest[32];
    OWNED_BUF seal = buf_make(SEAL_TEXT);
    anchor_text(a, text);
    if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) != 1 || !seal_make(keys_folder, AUDIT_ANCHOR_SEAL, digest, &seal, err))
        return false;
    return slice_copy(slice_trim(buf_slice(&seal)), a->seal, sizeof a->seal);
}

/* Keeps 'with' (an Anchor, its seal empty: there is nothing new) and queues the next day's. */
static bool anchor_save(Db *db, void *with, Err *err)
{
    const Anchor *a   = with;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO audit_anchor (at_ms, line, hash, seal) VALUES (?1, ?2, ?3, ?4)");
    db_bind_int(q, 1, a->at_ms);
    db_bind_int(q, 2, a->line);
    db_bind_cstr(q, 3, a->hash);
    db_bind_cstr(q, 4, a->seal);
    return (!*a->seal || db_run(q, err)) && job_add(db, AUDIT_JOB_ANCHOR, SLICE("{}"), a->at_ms + DAY_MS, err);
}

bool audit_anchor_run(DbHost *db, const char *keys_folder, Err *err)
{
    Anchor a = { .at_ms = clock_now_ms() };
    return db_read_work(db, end_load, &a, err) && (a.line <= a.last_line || seal_of(&a, keys_folder, err)) && db_write(db, anchor_save, &a, err);
}

static bool jobs_forget(Db *db, void *with, Err *err)
{
    (void)with;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM job WHERE kind = ?1"); /* the only one of its kind */
    db_bind_cstr(q, 1, AUDIT_JOB_ANCHOR);
    return db_run(q, err);
}

bool audit_anchor_daily(DbHost *db, const char *keys_folder, Err *err)
{
    return seal_keys_ready(keys_folder, AUDIT_ANCHOR_SEAL, err) && db_write(db, jobs_forget, NULL, err) && audit_anchor_run(db, keys_folder, err);
}

bool audit_anchors_text(Db *db, int most, Buf *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT at_ms, line, hash, seal FROM (SELECT * FROM audit_anchor ORDER BY id DESC LIMIT ?1) AS latest ORDER BY line");
    DbStep step;
    db_bind_int(q, 1, most);
    while ((step = db_next(q, err)) == DB_ROW) {
        Anchor a = { .at_ms = db_int(q, 0), .line = db_int(q, 1) };
        char   text[ANCHOR_TEXT];
        db_text(q, 2, a.hash, sizeof a.hash);
        db_text(q, 3, a.seal, sizeof a.seal);
        anchor_text(&a, text);
        buf_addf(ret, "%s%s\n\n", text, a.seal);
    }
    return step != DB_FAILED && buf_ok(ret, err);
}

bool audit_anchor_json(Db *db, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT at_ms, line, hash FROM audit_anchor ORDER BY id DESC LIMIT 1");
    DbStep step       = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    *ret = step == DB_END ? json_null() : json_pack("{s:I, s:I, s:o}", "at_ms", (json_int_t)db_int(q, 0), "line", (json_int_t)db_int(q, 1), "hash", json_slice(db_slice(q, 2)));
    return *ret != NULL || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "anchor");
}
