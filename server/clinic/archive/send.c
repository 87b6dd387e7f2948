/*
 * Sendings to other archives: asked for, and moved on by who sends and by people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/send_internal.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "guard/access/peer.h"
#include "guard/access/peer_admin.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { STALE_MS = 60 * 60 * 1000 }; /* a running one that says nothing for so long has lost its runner */

void send_from_row(const DbQuery *q, SendRow *ret)
{
    *ret = (SendRow) { .id             = db_int(q, 0),
                       .peer_id        = db_int(q, 1),
                       .person_id      = db_int(q, 2),
                       .turn           = db_int(q, 3),
                       .total          = db_int(q, 4),
                       .sent           = db_int(q, 5),
                       .failed         = db_int(q, 6),
                       .next_try_at_ms = db_int(q, 7),
                       .changed_at_ms  = db_int(q, 8) };
    db_text(q, 9, ret->ae_title, sizeof ret->ae_title);
    db_text(q, 10, ret->actor, sizeof ret->actor);
    db_text(q, 11, ret->factors, sizeof ret->factors);
    db_text(q, 12, ret->origin, sizeof ret->origin);
    db_text(q, 13, ret->state, sizeof ret->state);
}

static bool is_state(const SendRow *row, const char *state)
{
    return strcmp(row->state, state) == 0;
}

bool send_load(Db *db, int64_t id, SendRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " SEND_COLUMNS " FROM archive_send WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        send_from_row(q, ret);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such sending.",
                                                        "sending %lld", (long long)id));
}

/* ---- asked for ---- */

bool send_ask_from_json(const json_t *body, SendAsk *ret, Err *err)
{
    json_t *parts = NULL, *one;
    size_t  i;
    *ret = (SendAsk) { 0 };
    if (!json_need_int(body, "peer_id", 1, INT64_MAX, &ret->peer_id, err) ||
        !json_may_copy(body, "reason", ret->reason, sizeof ret->reason, err) ||
        !json_need_array(body, "parts", SEND_PARTS_MAX, &parts, err))
        return false;
    if (!json_array_size(parts))
        return err_set(err, ERR_INPUT, "Say which images are to be sent.", "no part");
    json_array_foreach (parts, i, one) {
        SendPart *p = &ret->parts[ret->part_count++];
        if (!json_need_copy(one, "study_uid", p->study_uid, sizeof p->study_uid, err) ||
            !json_may_copy(one, "series_uid", p->series_uid, sizeof p->series_uid, err))
            return false;
        if (!uid_is_usable(slice_of(p->study_uid)) ||
            (p->series_uid[0] && !uid_is_usable(slice_of(p->series_uid))))
            return err_set(err, ERR_INPUT, "A UID of the image is malformed.", "part %zu", i);
    }
    return true;
}

static bool may_be_sent(Db *db, int64_t peer_id, Peer *ret, Err *err)
{
    if (!peer_load(db, peer_id, ret, err))
        return false;
    if (!(ret->may & PEER_RECEIVE))
        return err_set(err, ERR_DENIED, "This DICOM peer may not be sent objects.", "peer %s", ret->ae_title);
    return (ret->enabled && ret->port) ||
           err_set(err, ERR_CONFLICT, "This DICOM peer cannot be called: it is disabled or has no port.",
                   "peer %s", ret->ae_title);
}

static bool is_room(Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM archive_send WHERE state IN ('waiting', "
                                     "'running')");
    if (db_next(q, err) != DB_ROW)
        return false;
    return db_int(q, 0) < SEND_OPEN_MAX ||
           err_set(err, ERR_LIMIT, "Too many sendings are waiting: let some end first.", "%lld waiting",
                   (long long)db_int(q, 0));
}

static bool insert(Db *db, const SendAsk *ask, const Peer *peer, const PatientBy *by, int64_t *ret_id,
                   Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO archive_send (peer_id, ae_title, person_id, actor, "
                                     "factors, origin, reason,"
                                     "                          state, total, created_at_ms, changed_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 0, ?8, ?8)");
    db_bind_int(q, 1, peer->id);
    db_bind_cstr(q, 2, peer->ae_title);
    db_bind_int(q, 3, by->person_id);
    db_bind_cstr(q, 4, by->actor);
    db_bind_cstr(q, 5, by->factors);
    db_bind_cstr(q, 6, by->origin);
    db_bind_cstr(q, 7, ask->reason);
    db_bind_int(q, 8, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

static bool send_trace(Db *db, AuditEvent event, AuditOutcome outcome, const PatientBy *by,
                       const StudyRow *study, const char *object, const char *detail, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = event,
                                    .outcome    = outcome,
                                    .person_id  = by->person_id,
                                    .patient_id = study ? study->patient_id : 0,
                                    .act_id     = study ? study->act_id : 0,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = object,
                                    .detail     = detail },
                     err);
}

/* A part is written down, and is a line of the trace of its patient. */
static bool add_part(Db *db, int64_t id, size_t position, const SendPart *p, const ArchiveViewer *viewer,
                     const PatientBy *by, const Peer *peer, Err *err)
{
    StudyRow study;
    char     detail[64];
    if (!study_find(db, slice_of(p->study_uid), viewer, &study, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO archive_send_part (send_id, position, study_uid, "
                                     "series_uid)"
                                     " VALUES (?1, ?2, ?3, ?4)");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, (int64_t)position);
    db_bind_cstr(q, 3, p->study_uid);
    db_bind_cstr(q, 4, p->series_uid);
    (void)snprintf(detail, sizeof detail, "sending %lld to %s", (long long)id, peer->ae_title);
    return db_run(q, err) && send_trace(db, AUDIT_SEND, AUDIT_OK, by, &study,
                                        p->series_uid[0] ? p->series_uid : p->study_uid, detail, err);
}

static bool count_objects(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE archive_send SET total = (SELECT COUNT(DISTINCT "
                                     "instance.id)" SEND_OBJECTS ") WHERE id = ?1 RETURNING total");
    db_bind_int(q, 1, id);
    if (db_next(q, err) != DB_ROW)
        return false;
    if (!db_int(q, 0))
        return err_set(err, ERR_NOT_FOUND, "No such image.", "nothing to send");
    return db_int(q, 0) <= QUERY_IDS_MAX || err_set(err, ERR_LIMIT, "The query has too many answers.",
                                                    "%lld objects", (long long)db_int(q, 0));
}

bool send_add(Db *db, const SendAsk *ask, const ArchiveViewer *viewer, const PatientBy *by, SendRow *ret,
              Err *err)
{
    Peer    peer;
    int64_t id = 0;
    if (!may_be_sent(db, ask->peer_id, &peer, err) || !is_room(db, err) ||
        !insert(db, ask, &peer, by, &id, err))
        return false;
    for (size_t i = 0; i < ask->part_count; i++)
        if (!add_part(db, id, i, &ask->parts[i], viewer, by, &peer, err))
            return false;
    return count_objects(db, id, err) && send_load(db, id, ret, err);
}

/* ---- moved on ---- */

static bool set_state(Db *db, const SendRow *row, const char *state, const char *why, int64_t next_try_at_ms,
                      Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE archive_send SET state = ?2, why = ?3, turn = ?4, sent = ?5, "
                                     "failed = ?6,"
                                     "       next_try_at_ms = ?7, changed_at_ms = ?8"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, row->id);
    db_bind_cstr(q, 2, state);
    db_bind_cstr(q, 3, why);
    db_bind_int(q, 4, row->turn);
    db_bind_int(q, 5, row->sent);
    db_bind_int(q, 6, row->failed);
    db_bind_int(q, 7, next_try_at_ms);
    db_bind_int(q, 8, clock_now_ms());
    return db_run(q, err);
}

/* It is over: what was taken need not be known any more, unless somebody may want the rest sent. */
static bool forget_taken(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM archive_send_taken WHERE send_id = ?1");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

bool send_take(Db *db, int64_t id, int64_t turn, SendRow *ret_row, bool *ret, Err *err)
{
    *ret = false;
    if (!send_load(db, id, ret_row, err))
        return false;
    if (ret_row->turn != turn)
        return true;
    if (is_state(ret_row, "running") && clock_now_ms() - ret_row->changed_at_ms < STALE_MS)
        return err_set(err, ERR_UNAVAILABLE, "These images are being sent already.", "sending %lld",
                       (long long)id);
    *ret            = is_state(ret_row, "waiting") || is_state(ret_row, "running");
    ret_row->failed = 0; /* they are tried once more */
    return !*ret || set_state(db, ret_row, "running", "", 0, err);
}

bool send_left(Db *db, int64_t id, Retrieve *ret, Err *err)
{
    QueryIds ids      = { 0 };
    OWNED(DbQuery) *q = db_query(db, "SELECT instance.id" SEND_OBJECTS " GROUP BY instance.id"
                                     " ORDER BY MIN(part.position), MIN(series.number), MIN(series.id),"
                                     "          MIN(instance.number), instance.id");
    DbStep step;
    db_bind_int(q, 1, id);
    while ((step = db_next(q, err)) == DB_ROW)
        if (!query_ids_add(&ids, db_int(q, 0), err))
            break;
    if (step == DB_END)
        return retrieve_ids(db, &ids, ret, err);
    query_ids_clear(&ids);
    return false;
}

static bool taken_add(Db *db, int64_t id, const int64_t *taken, size_t count, Err *err)
{
    for (size_t i = 0; i < count; i++) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO archive_send_taken (send_id, instance_id) VALUES (?1, "
                                         "?2)"
                                         " ON CONFLICT DO NOTHING");
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, taken[i]);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

/* Cancelled, or to be tried again, while these were on their way: they are sent all the same. */
static bool taken_late(Db *db, int64_t id, const int64_t *taken, size_t count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE archive_send SET sent = sent + ?2 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, (int64_t)count);
    return taken_add(db, id, taken, count, err) && db_run(q, err);
}

bool send_progress(Db *db, const SendRow *row, const int64_t *taken, size_t count, bool *ret, Err *err)
{
    SendRow now;
    if (!send_load(db, row->id, &now, err))
        return false;
    *ret = now.turn == row->turn && is_state(&now, "running");
    if (!*ret)
        return is_state(&now, "done") || taken_late(db, row->id, taken, count, err);
    return taken_add(db, row->id, taken, count, err) && set_state(db, row, "running", "", 0, err);
}

static bool trace_end(Db *db, const SendRow *row, const char *state, const char *why, Err *err)
{
    char            detail[160], object[24];
    const PatientBy by = { row->person_id, row->actor, row->factors, row->origin,
                           "sending to another archive" };
    (void)snprintf(object, sizeof object, "sending %lld", (long long)row->id);
    (void)snprintf(detail, sizeof detail, "%s to %s: %lld of %lld sent, %lld failed%s%s", state,
                   row->ae_title, (long long)row->sent, (long long)row->total, (long long)row->failed,
                   why[0] ? ": " : "", why);
    return send_trace(db, AUDIT_SEND, strcmp(state, "done") == 0 ? AUDIT_OK : AUDIT_FAILED, &by, NULL, object,
                      detail, err);
}

bool send_end(Db *db, const SendRow *row, const char *why, int64_t next_try_at_ms, Err *err)
{
    SendRow     now;
    const char *state = row->failed || why ? (row->sent ? "partial" : "failed") : "done";
    if (!send_load(db, row->id, &now, err))
        return false;
    if (now.turn != row->turn || !is_state(&now, "running"))
        return true; /* cancelled meanwhile: that stays */
    if (next_try_at_ms)
        return set_state(db, row, "waiting", why ? why : "", next_try_at_ms, err);
    return set_state(db, row, state, why ? why : "", 0, err) &&
           trace_end(db, row, state, why ? why : "", err) &&
           (strcmp(state, "done") != 0 || forget_taken(db, row->id, err));
}

/* ---- by a person ---- */

static bool step_of_person(Db *db, SendRow *row, const char *state, const char *detail, const PatientBy *by,
                           Err *err)
{
    char object[24];
    (void)snprintf(object, sizeof object, "sending %lld", (long long)row->id);
    return set_state(db, row, state, "", 0, err) &&
           send_trace(db, AUDIT_SEND, AUDIT_OK, by, NULL, object, detail, err) &&
           send_load(db, row->id, row, err);
}

static bool need_state(const SendRow *row, bool is, Err *err)
{
    return is || err_set(err, ERR_CONFLICT, "The sending is not at that stage.", "sending %lld is %s",
                         (long long)row->id, row->state);
}

bool send_cancel(Db *db, SendRow *row, const PatientBy *by, Err *err)
{
    return need_state(row, is_state(row, "waiting") || is_state(row, "running"), err) &&
           step_of_person(db, row, "cancelled", "sending cancelled", by, err);
}

bool send_retry(Db *db, SendRow *row, const PatientBy *by, Err *err)
{
    Peer peer;
    if (!need_state(row, !is_state(row, "running") && !is_state(row, "done"), err) ||
        !may_be_sent(db, row->peer_id, &peer, err))
        return false;
    row->turn++;
    row->failed = 0;
    return step_of_person(db, row, "waiting", "sending tried again", by, err);
}

bool sends_again(Db *db, SendAgain *each, void *with, Err *err)
{
    SendRow row;
    for (;;) {
        OWNED(DbQuery) *q = db_query(db, "SELECT " SEND_COLUMNS " FROM archive_send WHERE state = 'running'"
                                         " ORDER BY id LIMIT 1");
        DbStep step       = db_next(q, err);
        if (step != DB_ROW)
            return step == DB_END;
        send_from_row(q, &row);
        row.turn++;
        if (!set_state(db, &row, "waiting", "", 0, err) || !each(db, &row, with, err))
            return false;
    }
}
