/*
 * The trace: adding one line, chained to the last, inside the transaction of the fact.
 *
 * audit_head says how many lines there are and the hash of the last, so adding reads one row whatever the
 * length. docs/decisions/0005-audit-chain.md says what the chain proves and what it does not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/audit/audit_internal.h"

#include <openssl/evp.h>

#include "base/buf.h"
#include "formats/json/base64.h"
#include "platform/clock.h"

static const char *const EVENT_NAMES[AUDIT_EVENTS] = {
    [AUDIT_UNSET]      = "unset",
    [AUDIT_NOTHING]    = "nothing",
    [AUDIT_SIGN_IN]    = "sign-in",
    [AUDIT_SIGN_OUT]   = "sign-out",
    [AUDIT_ACCOUNT]    = "account",
    [AUDIT_SEARCH]     = "search",
    [AUDIT_READ]       = "read",
    [AUDIT_CREATE]     = "create",
    [AUDIT_CHANGE]     = "change",
    [AUDIT_DELETE]     = "delete",
    [AUDIT_VIEW_IMAGE] = "view-image",
    [AUDIT_STORE]      = "store",
    [AUDIT_SEND]       = "send",
    [AUDIT_STEP]       = "step",
    [AUDIT_SIGN]       = "sign",
    [AUDIT_EXPORT]     = "export",
    [AUDIT_PEER]       = "peer",
    [AUDIT_SYSTEM]     = "system",
};
static const char *const OUTCOME_NAMES[] = {
    [AUDIT_OK] = "ok", [AUDIT_REFUSED] = "refused", [AUDIT_FAILED] = "failed"
};

enum { FIELD_MAX = 512 }; /* bytes of one text of a line; longer is cut */

const char *audit_event_name(AuditEvent e)
{
    return e >= 0 && e < AUDIT_EVENTS ? EVENT_NAMES[e] : EVENT_NAMES[AUDIT_UNSET];
}

bool audit_hash(const AuditRow *row, char ret[AUDIT_HASH_SIZE], Err *err)
{
    OWNED_BUF bytes = buf_make(64 << 10);
    buf_add_text(&bytes, "beclere-audit-1");
    for (size_t i = 0; i < AUDIT_NUMBERS; i++) {
        buf_add_u32be(&bytes, (uint32_t)((uint64_t)row->numbers[i] >> 32));
        buf_add_u32be(&bytes, (uint32_t)row->numbers[i]);
    }
    for (size_t i = 0; i < AUDIT_TEXTS; i++) {
        buf_add_u32be(&bytes, (uint32_t)row->texts[i].len);
        buf_add(&bytes, row->texts[i]);
    }
    uint8_t digest[32];
    if (!buf_ok(&bytes, err))
        return false;
    if (EVP_Digest(bytes.at, bytes.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_BUG, "The trace could not be written.", "SHA-256 of a line");
    hex_encode(slice_bytes(digest, sizeof digest), ret);
    return true;
}

static bool head_load(Db *db, int64_t *ret_lines, char ret_hash[AUDIT_HASH_SIZE], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT lines, hash FROM audit_head WHERE id = 1");
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret_lines = db_int(q, 0);
        db_text(q, 1, ret_hash, AUDIT_HASH_SIZE);
        return true;
    case DB_END:
        return err_set(err, ERR_BUG, "The trace could not be written.", "audit_head is empty");
    case DB_FAILED:
        break;
    }
    return false;
}

static bool head_save(Db *db, int64_t lines, const char *hash, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE audit_head SET lines = ?1, hash = ?2 WHERE id = 1");
    db_bind_int(q, 1, lines);
    db_bind_cstr(q, 2, hash);
    return db_run(q, err);
}

static bool row_save(Db *db, const AuditRow *row, const char *hash, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO audit_line (id, at_ms, person_id, organisation_id, patient_id, act_id,"
                     "                        event, outcome, actor, factors, origin, what, object,"
                     "                        detail, previous, hash)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
    for (int i = 0; i < AUDIT_NUMBERS; i++)
        db_bind_int(q, 1 + i, row->numbers[i]);
    for (int i = 0; i < AUDIT_TEXTS; i++)
        db_bind_text(q, 1 + AUDIT_NUMBERS + i, row->texts[i]);
    db_bind_cstr(q, 1 + AUDIT_NUMBERS + AUDIT_TEXTS, hash);
    return db_run(q, err);
}

/* A text of a line, bounded; cut between two characters, never inside one. */
static Slice field(const char *text)
{
    Slice s = slice_of(text);
    if (s.len <= FIELD_MAX)
        return s;
    size_t len = FIELD_MAX;
    while (len && ((uint8_t)s.at[len] & 0xC0) == 0x80)
        len--;
    return slice_part(s, 0, len);
}

bool audit_add(Db *db, const AuditLine *line, Err *err)
{
    int64_t lines = 0;
    char    previous[AUDIT_HASH_SIZE], hash[AUDIT_HASH_SIZE];
    if (!head_load(db, &lines, previous, err))
        return false;
    AuditRow row = {
        .numbers = { lines + 1, clock_now_ms(), line->person_id, line->organisation_id, line->patient_id,
                     line->act_id },
        .texts   = { slice_of(audit_event_name(line->event)), slice_of(OUTCOME_NAMES[line->outcome]),
                     field(line->actor), field(line->factors), field(line->origin), field(line->what),
                     field(line->object), field(line->detail), slice_of(previous) },
    };
    return audit_hash(&row, hash, err) && row_save(db, &row, hash, err) &&
           head_save(db, lines + 1, hash, err);
}
