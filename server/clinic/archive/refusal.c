/*
 * The list of refused objects.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/refusal.h"

#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "platform/log.h"

typedef struct Noting {
    const IngestSource *source;
    const IngestResult *of;
    const Err          *why;
} Noting;

static void bind_text(DbQuery *q, int at, const char *text)
{
    db_bind_cstr(q, at, text ? text : "");
}

static bool thin(Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM refused_object WHERE id IN"
                                     " (SELECT id FROM refused_object ORDER BY last_at_ms DESC, id DESC"
                                     "   LIMIT -1 OFFSET ?1)");
    db_bind_int(q, 1, REFUSALS_MAX);
    return db_run(q, err);
}

/* The same object refused again for the same reason. */
static bool counted(Db *db, const Noting *n, bool *ret_known, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE refused_object SET times = times + 1, last_at_ms = ?5, detail = "
                                     "?6"
                                     " WHERE actor = ?1 AND address = ?2 AND uid = ?3 AND why = ?4");
    bind_text(q, 1, n->source->actor);
    bind_text(q, 2, n->source->address);
    bind_text(q, 3, n->of->sop_instance);
    bind_text(q, 4, n->why->shown);
    db_bind_int(q, 5, clock_now_ms());
    bind_text(q, 6, n->why->detail);
    if (!db_run(q, err))
        return false;
    *ret_known = db_changes(q) > 0;
    return true;
}

static bool insert(Db *db, const Noting *n, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO refused_object (via, actor, address, class_uid, uid, "
                                     "study_uid,"
                                     "                            kind, why, detail, times, first_at_ms,"
                                     "                            last_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?10)");
    bind_text(q, 1, n->source->via);
    bind_text(q, 2, n->source->actor);
    bind_text(q, 3, n->source->address);
    bind_text(q, 4, n->of->sop_class);
    bind_text(q, 5, n->of->sop_instance);
    bind_text(q, 6, n->of->study);
    bind_text(q, 7, err_kind_name(n->why->kind));
    bind_text(q, 8, n->why->shown);
    bind_text(q, 9, n->why->detail);
    db_bind_int(q, 10, clock_now_ms());
    return db_run(q, err);
}

static bool note(Db *db, void *arg, Err *err)
{
    const Noting *n     = arg;
    bool          known = false;
    if (!counted(db, n, &known, err) || known)
        return known;
    return insert(db, n, err) && thin(db, err) &&
           audit_add(db,
                     &(AuditLine) { .event           = AUDIT_STORE,
                                    .outcome         = AUDIT_REFUSED,
                                    .person_id       = n->source->person_id,
                                    .organisation_id = n->source->organisation_id,
                                    .actor           = n->source->actor ? n->source->actor : "",
                                    .factors         = n->source->factors ? n->source->factors : "",
                                    .origin          = n->source->address ? n->source->address : "",
                                    .what            = n->source->via ? n->source->via : "",
                                    .object          = n->of->sop_instance,
                                    .detail          = n->why->shown ? n->why->shown : "" },
                     err);
}

/*
 * Without room every object of every machine is refused, and comes again: one line for each sender, that
 * counts, so that the list still shows what else was refused.
 */
static void as_sender(Noting *n, IngestResult *nobody, Err *why)
{
    *nobody = (IngestResult) { 0 };
    *why    = (Err) { .kind = n->why->kind, .shown = n->why->shown };
    (void)snprintf(why->detail, sizeof why->detail, "%.170s (%.64s)", n->why->detail, n->of->sop_instance);
    n->of  = nobody;
    n->why = why;
}

void refusal_note(Archive *a, const IngestSource *source, const IngestResult *of, const Err *why)
{
    Noting       n   = { source, of, why };
    Err          err = { 0 }, gathered;
    IngestResult nobody;
    bool         full = why->kind == ERR_FULL;
    if (full)
        as_sender(&n, &nobody, &gathered);
    else if (err_may_pass(why->kind))
        return;
    if (!db_write(a->host, note, &n, &err) && !full) /* a full disk has no room for this line either */
        log_err("archive", "a refused object could not be noted", &err);
}

void refusal_note_sender(Archive *a, const IngestSource *source, const IngestResult *of, const Err *why)
{
    Noting       n   = { source, of, why };
    Err          err = { 0 }, gathered;
    IngestResult nobody;
    as_sender(&n, &nobody, &gathered);
    (void)slice_copy(slice_of(of->sop_class), nobody.sop_class, sizeof nobody.sop_class);
    if (!db_write(a->host, note, &n, &err))
        log_err("archive", "a refused object could not be noted", &err);
}

bool refusals_json(Db *db, json_t *list, Err *err)
{
    static const char *const NAMES[] = { "via",       "actor", "address", "sop_class", "uid",
                                         "study_uid", "kind",  "why",     "detail" };
    DbStep                   step;
    OWNED(DbQuery) *q = db_query(db, "SELECT via, actor, address, class_uid, uid, study_uid, kind, why, "
                                     "detail,"
                                     "       id, times, first_at_ms, last_at_ms"
                                     "  FROM refused_object ORDER BY last_at_ms DESC, id DESC LIMIT 500");
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object();
        for (size_t i = 0; i < COUNT(NAMES); i++)
            json_put(one, NAMES[i], json_slice(db_slice(q, (int)i)));
        json_put(one, "id", json_integer(db_int(q, 9)));
        json_put(one, "times", json_integer(db_int(q, 10)));
        json_put(one, "first_at_ms", json_integer(db_int(q, 11)));
        json_put(one, "last_at_ms", json_integer(db_int(q, 12)));
        json_push(list, one);
    }
    return step == DB_END;
}
