/*
 * Meetings in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_meetings.h"

#include <inttypes.h>
#include <openssl/evp.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

static bool content_check(const StaffMeeting *m, const MeetingContent *content, Err *err)
{
    bool chair = false;
    for (size_t i = 0; i < content->people_count; i++)
        chair |= content->people[i] == m->chair_id;
    if ((strcmp(m->kind, "staff") != 0 && strcmp(m->kind, "rcp") != 0) || !m->title[0] || m->held_at_ms <= 0)
        return err_set(err, ERR_INPUT, "A meeting needs a kind (staff or rcp), a title and a date.", "%s", m->kind);
    if (!chair)
        return err_set(err, ERR_INPUT, "The chair is one of the participants.", "chair %" PRId64, m->chair_id);
    if (m->minutes.len > MEETING_TEXT_MAX)
        return err_set(err, ERR_LIMIT, "The minutes are too long.", "%zu bytes", m->minutes.len);
    return true;
}

static bool row_save(Db *db, StaffMeeting *m, const StaffBy *by, Err *err)
{
    OWNED(DbQuery) *q = m->id ? db_query(db, "UPDATE staff_meeting SET kind = ?2, title = ?3, held_at_ms = ?4, chair_id = ?5, minutes = ?6,"
                                             " revision = revision + 1 WHERE id = ?7 AND revision = ?8 AND signed_at_ms IS NULL AND organisation_id = ?1")
                              : db_query(db, "INSERT INTO staff_meeting (organisation_id, kind, title, held_at_ms, chair_id, minutes, created_by, created_at_ms)"
                                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    db_bind_int(q, 1, m->organisation_id);
    db_bind_cstr(q, 2, m->kind);
    db_bind_cstr(q, 3, m->title);
    db_bind_int(q, 4, m->held_at_ms);
    db_bind_int(q, 5, m->chair_id);
    db_bind_text(q, 6, m->minutes.at ? m->minutes : SLICE_NONE);
    db_bind_int(q, 7, m->id ? m->id : by->person_id);
    db_bind_int(q, 8, m->id ? m->revision : clock_now_ms());
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_CONFLICT, "The meeting was signed or changed meanwhile: read it again.", "meeting %" PRId64, m->id);
    m->id = m->id ? m->id : db_last_id(db);
    return true;
}

static bool people_save(Db *db, int64_t id, const MeetingContent *content, Err *err)
{
    OWNED(DbQuery) *gone = db_query(db, "DELETE FROM staff_meeting_person WHERE meeting_id = ?1");
    db_bind_int(gone, 1, id);
    if (!db_run(gone, err))
        return false;
    for (size_t i = 0; i < content->people_count; i++) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO staff_meeting_person (meeting_id, person_id) SELECT ?1, person.id FROM person WHERE person.id = ?2"
                                         " ON CONFLICT DO NOTHING");
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, content->people[i]);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static bool is_kept(int64_t reference, const int64_t *kept, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kept[i] == reference)
            return true;
    return false;
}

static bool cases_save(Db *db, int64_t id, const MeetingContent *content, const int64_t *kept, size_t kept_count, Err *err)
{
    int64_t had[MEETING_CASES_MAX];
    size_t  count = 0;
    if (!meeting_references(db, id, had, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (is_kept(had[i], kept, kept_count))
            continue;
        OWNED(DbQuery) *q = db_query(db, "DELETE FROM staff_meeting_case WHERE meeting_id = ?1 AND reference = ?2");
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, had[i]);
        if (!db_run(q, err))
            return false;
    }
    if (kept_count + content->case_count > MEETING_CASES_MAX)
        return err_set(err, ERR_LIMIT, "A meeting has at most 60 cases.", "%zu", kept_count + content->case_count);
    for (size_t i = 0; i < content->case_count; i++) {
        const MeetingCase *c = &content->cases[i];
        OWNED(DbQuery) *q    = db_query(db, "INSERT INTO staff_meeting_case (meeting_id, reference, number, question, decision)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (meeting_id, reference) DO UPDATE"
                                         " SET question = excluded.question, decision = excluded.decision");
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, c->reference);
        db_bind_cstr(q, 3, c->number);
        db_bind_text(q, 4, c->question);
        db_bind_text(q, 5, c->decision);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool meeting_save(Db *db, StaffMeeting *m, const MeetingContent *content, const int64_t *kept, size_t kept_count, const StaffBy *by, Err *err)
{
    return content_check(m, content, err) && row_save(db, m, by, err) && people_save(db, m->id, content, err) &&
           cases_save(db, m->id, content, kept, kept_count, err);
}

bool meeting_load(Db *db, int64_t id, StaffMeeting *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, organisation_id, held_at_ms, chair_id, revision, signed_at_ms, created_by, kind, title, sha256"
                                     "  FROM staff_meeting WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such meeting.", "meeting %" PRId64, id);
    *ret = (StaffMeeting) { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .held_at_ms = db_int(q, 2), .chair_id = db_int(q, 3),
                            .revision = db_int(q, 4), .signed_at_ms = db_int(q, 5), .created_by = db_int(q, 6) };
    db_text(q, 7, ret->kind, sizeof ret->kind);
    db_text(q, 8, ret->title, sizeof ret->title);
    db_text(q, 9, ret->sha256, sizeof ret->sha256);
    return true;
}

bool meeting_references(Db *db, int64_t id, int64_t ret[MEETING_CASES_MAX], size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT reference FROM staff_meeting_case WHERE meeting_id = ?1 ORDER BY id");
    DbStep step = DB_END;
    *ret_count  = 0;
    db_bind_int(q, 1, id);
    while (*ret_count < MEETING_CASES_MAX && (step = db_next(q, err)) == DB_ROW)
        ret[(*ret_count)++] = db_int(q, 0);
    return step != DB_FAILED;
}

bool meeting_has(Db *db, int64_t id, int64_t person_id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM staff_meeting_person WHERE meeting_id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, person_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool meeting_digest(Db *db, int64_t id, char ret[65], Err *err)
{
    StaffMeeting m;
    json_t      *json = NULL;
    uint8_t      digest[32];
    if (!meeting_load(db, id, &m, err) || !meeting_json(db, &m, &json, err))
        return false;
    OWNED(json_t) *all = json;
    OWNED_BUF text = buf_make(8 << 20);
    json_object_del(all, "sha256");
    json_object_del(all, "signed_at_ms");
    json_object_del(all, "factors");
    json_object_del(all, "proof");
    if (!json_dump_to_buf(all, &text, err) || EVP_Digest(text.at, text.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "digest of a meeting");
    hex_encode(slice_bytes(digest, sizeof digest), ret);
    return true;
}

static bool may_sign(Db *db, const StaffMeeting *m, const StaffBy *by, Err *err)
{
    if (m->chair_id != by->person_id)
        return err_set(err, ERR_DENIED, "Only the chair signs the minutes.", "meeting %" PRId64, m->id);
    if (m->signed_at_ms)
        return err_set(err, ERR_CONFLICT, "These minutes are signed already.", "meeting %" PRId64, m->id);
    OWNED(DbQuery) *q = db_query(db, "SELECT trim(minutes) <> '', (SELECT count(*) FROM staff_meeting_person WHERE meeting_id = staff_meeting.id)"
                                     "  FROM staff_meeting WHERE id = ?1");
    db_bind_int(q, 1, m->id);
    if (db_next(q, err) != DB_ROW)
        return false;
    if (!db_int(q, 0))
        return err_set(err, ERR_CONFLICT, "Write the minutes before signing them.", "meeting %" PRId64, m->id);
    return db_int(q, 1) >= 2 || err_set(err, ERR_CONFLICT, "A meeting has at least two participants.", "meeting %" PRId64, m->id);
}

bool meeting_sign(Db *db, const StaffMeeting *m, const StaffBy *by, const char *proof, Err *err)
{
    char digest[65];
    if (!may_sign(db, m, by, err) || !meeting_digest(db, m->id, digest, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_meeting SET signed_at_ms = ?2, sha256 = ?3, factors = ?4, proof = ?5"
                                     " WHERE id = ?1 AND signed_at_ms IS NULL");
    db_bind_int(q, 1, m->id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, digest);
    db_bind_cstr(q, 4, by->factors);
    db_bind_cstr(q, 5, proof);
    return db_run(q, err);
}

/* ---- as JSON ---- */

bool meetings_json(Db *db, int64_t organisation_id, int64_t person_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT m.id, m.kind, m.title, m.held_at_ms, m.chair_id, person.given || ' ' || person.family,"
                                     " (SELECT count(*) FROM staff_meeting_person WHERE meeting_id = m.id),"
                                     " (SELECT count(*) FROM staff_meeting_case WHERE meeting_id = m.id), m.signed_at_ms"
                                     "  FROM staff_meeting AS m JOIN person ON person.id = m.chair_id"
                                     " WHERE m.organisation_id = ?1 OR EXISTS (SELECT 1 FROM staff_meeting_person AS there"
                                     "                                           WHERE there.meeting_id = m.id AND there.person_id = ?2)"
                                     " ORDER BY m.held_at_ms DESC, m.id DESC LIMIT 300");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, person_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:o, s:I, s:I, s:o, s:I, s:I, s:o}", "id", (json_int_t)db_int(q, 0), "kind", json_slice(db_slice(q, 1)),
                                  "title", json_slice(db_slice(q, 2)), "held_at_ms", (json_int_t)db_int(q, 3), "chair_id",
                                  (json_int_t)db_int(q, 4), "chair", json_slice(db_slice(q, 5)), "people", (json_int_t)db_int(q, 6), "cases",
                                  (json_int_t)db_int(q, 7), "signed_at_ms", db_is_null(q, 8) ? json_null() : json_integer(db_int(q, 8))));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

static bool people_json_of(Db *db, int64_t id, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id, person.given || ' ' || person.family, person.profession FROM staff_meeting_person"
                                     "  JOIN person ON person.id = staff_meeting_person.person_id WHERE meeting_id = ?1 ORDER BY person.family, person.id");
    DbStep step;
    db_bind_int(q, 1, id);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "name", json_slice(db_slice(q, 1)), "profession",
                                  json_slice(db_slice(q, 2))));
    return step == DB_END;
}

static bool cases_json_of(Db *db, int64_t id, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT reference, number, question, decision FROM staff_meeting_case WHERE meeting_id = ?1 ORDER BY id");
    DbStep step;
    db_bind_int(q, 1, id);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:o, s:o}", "act_id", (json_int_t)db_int(q, 0), "number", json_slice(db_slice(q, 1)), "question",
                                  json_slice(db_slice(q, 2)), "decision", json_slice(db_slice(q, 3))));
    return step == DB_END;
}

bool meeting_json(Db *db, const StaffMeeting *m, json_t **ret, Err *err)
{
    OWNED(json_t) *people = json_array();
    OWNED(json_t) *cases  = json_array();
    if (!people_json_of(db, m->id, people, err) || !cases_json_of(db, m->id, cases, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT minutes, signed_at_ms, sha256, factors, proof FROM staff_meeting WHERE id = ?1");
    db_bind_int(q, 1, m->id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = json_pack("{s:I, s:I, s:s, s:s, s:I, s:I, s:I, s:o, s:O, s:O, s:o, s:o, s:o, s:o}", "id", (json_int_t)m->id, "organisation_id",
                     (json_int_t)m->organisation_id, "kind", m->kind, "title", m->title, "held_at_ms", (json_int_t)m->held_at_ms, "chair_id",
                     (json_int_t)m->chair_id, "revision", (json_int_t)m->revision, "minutes", json_slice(db_slice(q, 0)), "people", people, "cases",
                     cases, "signed_at_ms", db_is_null(q, 1) ? json_null() : json_integer(db_int(q, 1)), "sha256", json_slice(db_slice(q, 2)),
                     "factors", json_slice(db_slice(q, 3)), "proof", json_slice(db_slice(q, 4)));
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "a meeting as JSON");
}
