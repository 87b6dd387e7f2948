/*
 * Who may put measures into the record, when a draft becomes a version.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/recorded_marks.h"

#include <inttypes.h>

#include "clinic/workflow/expertise.h"
#include "clinic/workflow/reading_marks.h"
#include "clinic/workflow/recorded_internal.h"
#include "platform/clock.h"

enum { CONTENT_MAX = 1 << 20 };

/* ---- who ---- */

static bool is_chosen(const Act *a, const char *study_uid)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "chosen_images", "series"), i, one) {
        const char *uid = json_string_value(json_object_get(one, "study_uid"));
        if (uid && strcmp(uid, study_uid) == 0)
            return true;
    }
    return false;
}

static bool expert_may(const Act *a, const StudyRow *study, int64_t person_id, Err *err)
{
    const char *state = json_string_value(json_object_get(expert_of(a, person_id), "state"));
    if (!state || (strcmp(state, "accepted") != 0 && strcmp(state, "answered") != 0))
        return err_set(err, ERR_DENIED, "Only an expert who has accepted the request records measures: accept it first.", "act %" PRId64, a->id);
    if (!is_chosen(a, study->uid))
        return err_set(err, ERR_DENIED, "These images are not of this act: measures are recorded on the act's own images.", "study %s", study->uid);
    return true;
}

bool recorded_may(const Act *a, const StudyRow *study, int64_t person_id, Err *err)
{
    if (act_is_expertise(a)) {
        if (!expert_may(a, study, person_id, err))
            return false;
    } else if (study->act_id != a->id) {
        return err_set(err, ERR_DENIED, "These images are not of this act: measures are recorded on the act's own images.", "study %s", study->uid);
    } else if (!a->reader_id || a->reader_id != person_id) {
        return err_set(err, ERR_DENIED, "Only the imager who reads this exam records measures in the patient's file: open the reading first, or take it over.",
                       "act %" PRId64, a->id);
    }
    return !study->wrong_patient ||
           err_set(err, ERR_CONFLICT, "These images are flagged as perhaps another patient's: nothing is added to them until that is settled.", "study %s", study->uid);
}

/* ---- a version ---- */

typedef struct Wanted {
    const StudyRow *study;
    int64_t         act_id, person_id, at_ms;
    bool            is_signed, for_referrer;
    const char     *description;
} Wanted;

static size_t list_size(const json_t *content, const char *key)
{
    return json_array_size(json_object_get(content, key));
}

static bool version_insert(Db *db, const Wanted *w, int64_t version, int64_t marks_version, const json_t *content, int64_t *ret_id, Err *err)
{
    OWNED_BUF text = buf_make(CONTENT_MAX);
    if (!json_dump_to_buf(content, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO recorded_marks (study_id, person_id, act_id, version, marks_version, signed, for_referrer,"
                                     "                            description, content, mark_count, key_count, at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    db_bind_int(q, 1, w->study->id);
    db_bind_int(q, 2, w->person_id);
    db_bind_int(q, 3, w->act_id);
    db_bind_int(q, 4, version);
    db_bind_int(q, 5, marks_version);
    db_bind_int(q, 6, w->is_signed);
    db_bind_int(q, 7, w->for_referrer);
    db_bind_cstr(q, 8, w->description);
    db_bind_text(q, 9, buf_slice(&text));
    db_bind_int(q, 10, (int64_t)list_size(content, "marks"));
    db_bind_int(q, 11, (int64_t)list_size(content, "keys"));
    db_bind_int(q, 12, w->at_ms);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return act_job_add(db, RECORDED_JOB, json_pack("{s:I}", "id", (json_int_t)*ret_id), w->at_ms, err);
}

/* *ret_id is 0 when there is nothing to record, or nothing new; *ret_known: there is a version already. */
static bool version_add(Db *db, const Wanted *w, int64_t *ret_id, bool *ret_known, Err *err)
{
    RecordRow last         = { 0 };
    OWNED(json_t) *draft   = NULL;
    *ret_id                = 0;
    if (!reading_marks_json(db, w->study, w->person_id, &draft, err) || !record_last(db, w->study->id, w->person_id, &last, ret_known, err))
        return false;
    const json_t *content       = json_object_get(draft, "content");
    int64_t       marks_version = json_integer_value(json_object_get(draft, "version"));
    bool          empty         = !list_size(content, "marks") && !list_size(content, "keys");
    bool          same          = *ret_known && last.marks_version == marks_version && (last.is_signed || !w->is_signed);
    int64_t       version       = last.version + 1;
    record_clear(&last);
    return (empty && !*ret_known) || same || version_insert(db, w, version, marks_version, content, ret_id, err);
}

bool recorded_add(Db *db, const StudyRow *study, const Who *who, const RecordAsked *asked, int64_t *ret_id, Err *err)
{
    OWNED_ACT a     = { 0 };
    bool      known = false;
    Wanted    w     = { .study        = study,
                        .act_id       = asked->act_id,
                        .person_id    = who->person_id,
                        .at_ms        = clock_now_ms(),
                        .for_referrer = asked->for_referrer,
                        .description  = asked->description };
    if (!act_load_for(db, asked->act_id, who->person_id, clock_now_s(), &a, err) || !recorded_may(&a, study, who->person_id, err) ||
        !version_add(db, &w, ret_id, &known, err))
        return false;
    if (*ret_id)
        return true;
    return known ? err_set(err, ERR_CONFLICT, "Nothing has changed since these measures were recorded.", "study %s", study->uid)
                 : err_set(err, ERR_CONFLICT, "There is no measure and no key image to record yet.", "study %s", study->uid);
}

bool recorded_at_signature(Db *db, const Act *a, int64_t person_id, int64_t at_ms, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT study.id FROM reading_marks JOIN study ON study.id = reading_marks.study_id"
                                     " WHERE reading_marks.person_id = ?1 AND (study.act_id = ?2 OR study.patient_id = ?3)"
                                     " ORDER BY study.id");
    DbStep step;
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, a->id);
    db_bind_int(q, 3, a->patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        StudyRow study;
        int64_t  id    = 0;
        bool     known = false;
        Err      other = { 0 };
        if (!study_load(db, db_int(q, 0), &study, err))
            return false;
        Wanted w = { .study = &study, .act_id = a->id, .person_id = person_id, .at_ms = at_ms, .is_signed = true, .for_referrer = true, .description = "" };
        if (recorded_may(a, &study, person_id, &other) && !version_add(db, &w, &id, &known, err)) /* of another act: left as it is */
            return false;
    }
    return step == DB_END;
}
