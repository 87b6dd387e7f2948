/*
 * Sendings to other archives as people see them: of whom, to whom, how far.
 *
 * A sending is shown to who asked for it and to whoever may see the study that stands first in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/send_internal.h"
#include "clinic/archive/study_internal.h"
#include "formats/json/json_util.h"

/* The study that stands first in a sending, for whoever may see it: whose, of when, which. */
static json_t *first_json(const StudyRow *study)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "name", study->patient_name, "date", study->date, "modalities",
                     study->modalities, "description", study->description);
}

static bool parts_json(Db *db, int64_t send_id, const ArchiveViewer *viewer, json_t *parts,
                       json_t **ret_first, bool *ret_seen, Err *err)
{
    StudyRow first    = { 0 };
    OWNED(DbQuery) *q = db_query(db, "SELECT study_uid, series_uid FROM archive_send_part"
                                     " WHERE send_id = ?1 ORDER BY position");
    DbStep step;
    *ret_seen  = false;
    *ret_first = NULL;
    db_bind_int(q, 1, send_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        Err why = { 0 };
        if (!json_array_size(parts))
            *ret_seen = study_find(db, db_slice(q, 0), viewer, &first, &why);
        if (why.kind && why.kind != ERR_NOT_FOUND)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
        if (!json_push(parts, json_pack("{s:o, s:o}", "study_uid", json_slice(db_slice(q, 0)), "series_uid",
                                        json_slice(db_slice(q, 1)))))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "parts of a sending");
    }
    if (step != DB_END)
        return false;
    *ret_first = *ret_seen ? first_json(&first) : json_null();
    return *ret_first || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "study of a sending");
}

#define LIST_COLUMNS                                                                                         \
    SEND_COLUMNS                                                                                             \
    ", reason, why, created_at_ms,"                                                                          \
    " (SELECT description FROM peer WHERE peer.id = archive_send.peer_id)"

static bool one_json(Db *db, const DbQuery *q, const ArchiveViewer *viewer, Lang lang, json_t **ret,
                     bool *ret_seen, Err *err)
{
    SendRow row;
    char    why[256];
    json_t *first = NULL;
    send_from_row(q, &row);
    OWNED(json_t) *parts = json_array();
    db_text(q, SEND_COLUMN_COUNT + 1, why, sizeof why);
    if (!parts || !parts_json(db, row.id, viewer, parts, &first, ret_seen, err))
        return false;
    *ret_seen = *ret_seen || row.person_id == viewer->person_id;
    *ret =
        json_pack("{s:I, s:{s:I, s:s, s:o}, s:O, s:o, s:s, s:I, s:I, s:I, s:s, s:o, s:s, s:I, s:I, s:I}",
                  "id", (json_int_t)row.id, "peer", "id", (json_int_t)row.peer_id, "ae_title", row.ae_title,
                  "description", json_slice(db_slice(q, SEND_COLUMN_COUNT + 3)), "parts", parts, "study",
                  first, "state", row.state, "total", (json_int_t)row.total, "sent",
                  (json_int_t)row.sent, "failed", (json_int_t)row.failed, "why", text_in(lang, why), "reason",
                  json_slice(db_slice(q, SEND_COLUMN_COUNT)), "actor", row.actor, "created_at_ms",
                  (json_int_t)db_int(q, SEND_COLUMN_COUNT + 2), "changed_at_ms",
                  (json_int_t)row.changed_at_ms, "next_try_at_ms", (json_int_t)row.next_try_at_ms);
    return *ret || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "a sending");
}

/* What a viewer may see is chosen before the newest are counted: theirs, and those whose first study they see. */
#define SEEN_SENDS                                                                                           \
    "SELECT " LIST_COLUMNS "  FROM archive_send"                                                             \
    " WHERE (archive_send.person_id = ?5"                                                                    \
    "    OR EXISTS (SELECT 1 FROM archive_send_part JOIN study ON study.uid = archive_send_part.study_uid"   \
    "                WHERE archive_send_part.send_id = archive_send.id"                                      \
    "                  AND archive_send_part.position = (SELECT MIN(first.position) FROM archive_send_part AS first" \
    "                                                     WHERE first.send_id = archive_send.id)"            \
    "                  AND " SEEN_BY_VIEWER "))"
#define NEWEST_SENDS " ORDER BY archive_send.id DESC LIMIT ?6"

bool sends_json(Db *db, const ArchiveViewer *viewer, Slice study_uid, Lang lang, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, study_uid.len ? SEEN_SENDS " AND archive_send.id IN (SELECT send_id FROM"
                                                                " archive_send_part WHERE study_uid = ?7)" NEWEST_SENDS
                                                   : SEEN_SENDS NEWEST_SENDS);
    DbStep step;
    viewer_bind(q, viewer);
    db_bind_int(q, 5, viewer->person_id);
    db_bind_int(q, 6, SEND_LISTED);
    if (study_uid.len)
        db_bind_text(q, 7, study_uid);
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one  = NULL;
        bool    seen = false;
        if (!one_json(db, q, viewer, lang, &one, &seen, err))
            return false;
        if (!json_push(ret, one))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "sendings");
    }
    return step == DB_END;
}

bool send_json(Db *db, const ArchiveViewer *viewer, int64_t id, Lang lang, json_t **ret, Err *err)
{
    bool seen         = false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " LIST_COLUMNS " FROM archive_send WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    *ret        = NULL;
    if (step == DB_FAILED || (step == DB_ROW && !one_json(db, q, viewer, lang, ret, &seen, err)))
        return false;
    if (seen)
        return true;
    json_decref(*ret);
    *ret = NULL;
    return err_set(err, ERR_NOT_FOUND, "There is no such sending.", "sending %lld", (long long)id);
}
