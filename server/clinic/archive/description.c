/*
 * Wordings folded and kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/description.h"

#include "base/buf.h"
#include "formats/texts/texts.h"

enum { FOLDED_MAX = 4096, AT_ONCE = 500 };

static bool keep(Db *db, Slice text, Err *err)
{
    OWNED_BUF folded = buf_make(FOLDED_MAX);
    if (!text_fold(text, &folded, NULL))
        buf_clear(&folded); /* matched by nothing but its own words */
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO description (text, folded) VALUES (?1, ?2)"
                                     " ON CONFLICT (text) DO UPDATE SET folded = excluded.folded WHERE folded IS NULL");
    db_bind_text(q, 1, text);
    db_bind_text(q, 2, buf_slice(&folded));
    return db_run(q, err);
}

bool description_keep(Db *db, const char *text, Err *err)
{
    return !text[0] || keep(db, slice_of(text), err);
}

typedef struct Round {
    Buf    texts[AT_ONCE];
    size_t count;
} Round;

static bool round_list(DbHost *host, Round *r, Err *err)
{
    OWNED(Db) *db = db_read(host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT text FROM description WHERE folded IS NULL LIMIT ?1");
    DbStep step;
    db_bind_int(q, 1, AT_ONCE);
    while ((step = db_next(q, err)) == DB_ROW && r->count < AT_ONCE) {
        r->texts[r->count] = buf_make(FOLDED_MAX);
        if (!buf_add(&r->texts[r->count++], db_slice(q, 0)))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "descriptions");
    }
    return step != DB_FAILED;
}

static bool round_write(Db *db, void *round, Err *err)
{
    Round *r = round;
    for (size_t i = 0; i < r->count; i++)
        if (!keep(db, buf_slice(&r->texts[i]), err))
            return false;
    return true;
}

bool descriptions_fold(DbHost *host, const _Atomic bool *stop, Err *err)
{
    bool more = true, ok = true;
    while (ok && more && !*stop) {
        Round *r = calloc(1, sizeof *r);
        ok       = r ? round_list(host, r, err) : err_set(err, ERR_UNAVAILABLE, "Memory is out.", "descriptions");
        more     = ok && r->count > 0;
        ok       = ok && (!more || db_write(host, round_write, r, err));
        for (size_t i = 0; r && i < r->count; i++)
            buf_free(&r->texts[i]);
        free(r);
    }
    return ok;
}
