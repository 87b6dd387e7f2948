/*
 * Walking the whole trace: the first line that does not fit, and why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "guard/audit/audit_internal.h"

typedef struct Walk {
    AuditCheck check;
    char       previous[AUDIT_HASH_SIZE]; /* hash of the line before, as stored there */
} Walk;

static void row_load(const DbQuery *q, AuditRow *ret)
{
    for (int i = 0; i < AUDIT_NUMBERS; i++)
        ret->numbers[i] = db_int(q, i);
    for (int i = 0; i < AUDIT_TEXTS; i++)
        ret->texts[i] = db_slice(q, AUDIT_NUMBERS + i);
}

static void broken(AuditCheck *check, int64_t id, const char *why)
{
    if (check->first_broken)
        return;
    check->first_broken = id;
    snprintf(check->why, sizeof check->why, "%s", why);
}

/* Is this line the next one, chained to the last, with the content that was hashed? */
static bool line_check(Walk *walk, const DbQuery *q, Err *err)
{
    AuditRow row;
    char     hash[AUDIT_HASH_SIZE];
    row_load(q, &row);
    if (!audit_hash(&row, hash, err))
        return false;
    int64_t id     = row.numbers[0];
    Slice   stored = db_slice(q, AUDIT_NUMBERS + AUDIT_TEXTS);
    walk->check.lines++;
    if (id != walk->check.lines)
        broken(&walk->check, id, "line removed before");
    else if (!slice_equal_text(stored, hash))
        broken(&walk->check, id, "content altered");
    else if (!slice_equal_text(row.texts[AUDIT_TEXTS - 1], walk->previous))
        broken(&walk->check, id, "order changed");
    return slice_copy(slice_part(stored, 0, AUDIT_HASH_SIZE - 1), walk->previous, sizeof walk->previous);
}

/* Does the chain end where the head says? */
static bool head_check(Db *db, Walk *walk, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT lines, hash FROM audit_head WHERE id = 1");
    DbStep step       = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_END) {
        broken(&walk->check, walk->check.lines + 1, "the head is missing");
        return true;
    }
    int64_t expected = db_int(q, 0);
    if (walk->check.lines < expected)
        broken(&walk->check, walk->check.lines + 1, "lines removed at the end");
    else if (walk->check.lines > expected)
        broken(&walk->check, expected + 1, "lines added after the end");
    else if (!slice_equal_text(db_slice(q, 1), walk->previous))
        broken(&walk->check, expected ? expected : 1, "the head does not match the last line");
    return true;
}

bool audit_verify(Db *db, AuditCheck *ret, Err *err)
{
    Walk walk         = { .previous = AUDIT_FIRST };
    OWNED(DbQuery) *q = db_query(db, "SELECT id, at_ms, person_id, organisation_id, patient_id, act_id,"
                                     "       event, outcome, actor, factors, origin, what, object, detail, "
                                     "previous, hash"
                                     "  FROM audit_line"
                                     " ORDER BY id");
    for (;;) {
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_END)
            break;
        if (!line_check(&walk, q, err))
            return false;
    }
    if (!head_check(db, &walk, err))
        return false;
    *ret = walk.check;
    return true;
}
