/*
 * Asking for a correction: what it changes is settled, refused or written down with its job, in one
 * transaction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/rand.h>
#include <stddef.h>
#include <stdio.h>

#include "clinic/archive/correction_internal.h"
#include "clinic/archive/study_internal.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

/* ---- what may be said ---- */

typedef struct Field {
    const char *keyword;
    size_t      max;      /* characters of its VR, bytes here: never more than the column holds */
    size_t      at, size; /* where StudyRow has it */
    bool        of_patient;
} Field;
#define IN_STUDY(member) offsetof(StudyRow, member), sizeof(((StudyRow *)NULL)->member)

static const Field FIELDS[] = {
    { "PatientName", 324, IN_STUDY(patient_name), true },
    { "PatientID", 64, IN_STUDY(patient_key), true },
    { "IssuerOfPatientID", 64, IN_STUDY(patient_issuer), true },
    { "PatientBirthDate", 8, IN_STUDY(patient_birth), true },
    { "PatientSex", 1, IN_STUDY(patient_sex), true },
    { "AccessionNumber", 16, IN_STUDY(accession), false },
    { "StudyDescription", 64, IN_STUDY(description), false },
};

static const Field *field_of(Slice keyword)
{
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        if (slice_equal_text(keyword, FIELDS[i].keyword))
            return &FIELDS[i];
    return NULL;
}

bool correction_may_change(Slice keyword)
{
    return field_of(keyword) != NULL;
}

static bool wrong_value(Err *err, const char *keyword)
{
    return err_set(err, ERR_INPUT, "A value does not fit its DICOM attribute.", "%s", keyword);
}

static bool value_fits(const Field *f, Slice text)
{
    int64_t number;
    if (text.len > f->max)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((uint8_t)text.at[i] < 0x20 || text.at[i] == '\\')
            return false;
    if (strcmp(f->keyword, "PatientBirthDate") == 0)
        return !text.len || (text.len == 8 && slice_int(text, &number));
    if (strcmp(f->keyword, "PatientSex") == 0)
        return !text.len || strchr("FMO", text.at[0]);
    return true;
}

/* ---- settled ---- */

typedef struct Settled {
    const CorrectionAsked *asked;
    StudyRow               study;
    Patient                patient; /* id 0: the same as before */
    json_t                *values;  /* owned: keyword → value, only what changes */
    Buf                    series;
    char                   target_uid[65];
    Match                  becomes;
    int64_t                instances;
} Settled;

static void settled_free(Settled *s)
{
    json_decref(s->values);
    buf_free(&s->series);
}

static bool put_value(Settled *s, const char *keyword, Slice text, Err *err)
{
    const Field *f = field_of(slice_of(keyword));
    if (!f || !value_fits(f, text))
        return wrong_value(err, keyword);
    if (slice_equal_text(text, (const char *)&s->study + f->at))
        return json_object_del(s->values, keyword), true;
    return json_put(s->values, keyword, json_slice(text)) || wrong_value(err, keyword);
}

static bool put_asked(Settled *s, Err *err)
{
    const char *keyword;
    json_t     *value;
    json_object_foreach ((json_t *)(uintptr_t)s->asked->values, keyword, value) {
        Slice text = { json_string_value(value), json_string_length(value) };
        if (!json_is_string(value))
            return wrong_value(err, keyword);
        const Field *f = field_of(slice_of(keyword));
        if (f && f->of_patient && s->asked->kind != CORRECTION_IDENTITY)
            return wrong_value(err, keyword); /* they are the patient's */
        if (!put_value(s, keyword, slice_trim(text), err))
            return false;
    }
    return true;
}

static bool put_patient(Settled *s, Err *err)
{
    char   name[256], birth[16] = "";
    size_t n      = 0;
    char   sex[2] = { s->patient.sex == 'U' ? 'O' : s->patient.sex, 0 };
    patient_dicom_name(&s->patient, name, sizeof name);
    for (const char *c = s->patient.birth_date; *c && n < 8; c++)
        if (*c != '-')
            birth[n++] = *c;
    return put_value(s, "PatientName", slice_of(name), err) &&
           put_value(s, "PatientID", slice_of(s->patient.ipp), err) &&
           put_value(s, "IssuerOfPatientID", SLICE(PATIENT_ISSUER), err) &&
           put_value(s, "PatientBirthDate", slice_of(birth), err) &&
           put_value(s, "PatientSex", slice_of(sex), err);
}

/* The planned exam of the patient by its accession number; its study is then the one meant. */
static bool settle_act(Db *db, Settled *s, Err *err)
{
    Slice accession = slice_trim(s->asked->accession);
    if (!accession.len)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT act_id, site_id FROM expected_study WHERE accession = ?1 AND "
                                     "patient_id = ?2");
    db_bind_text(q, 1, accession);
    db_bind_int(q, 2, s->becomes.patient_id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_CONFLICT, "No planned exam with this number awaits images of this patient.",
                       "accession " SLICE_FMT, SLICE_ARG(accession));
    s->becomes.act_id  = step == DB_ROW ? db_int(q, 0) : 0;
    s->becomes.site_id = step == DB_ROW ? db_int(q, 1) : 0;
    return step == DB_ROW && put_value(s, "AccessionNumber", accession, err);
}

static bool settle_series(Db *db, Settled *s, Err *err)
{
    size_t  i;
    json_t *one;
    int64_t chosen    = 0;
    OWNED(DbQuery) *q = db_query(db, "SELECT instance_count FROM series WHERE study_id = ?1 AND uid = ?2");
    json_array_foreach (s->asked->series, i, one) {
        Slice uid = { json_string_value(one), json_string_length(one) };
        db_bind_int(q, 1, s->study.id);
        db_bind_text(q, 2, uid);
        DbStep step = json_is_string(one) ? db_next(q, err) : DB_END;
        if (step == DB_END)
            return err_set(err, ERR_NOT_FOUND, "The study has no such series.", "series %zu", i);
        if (step != DB_ROW)
            return false;
        chosen += db_int(q, 0);
        (void)(s->series.len && buf_add_char(&s->series, '\\'));
        (void)buf_add(&s->series, uid);
        while ((step = db_next(q, err)) == DB_ROW) {
        }
    }
    if (!chosen)
        return err_set(err, ERR_INPUT, "Choose the series that go to another study.", "none");
    if (s->series.failed || s->series.len >= sizeof(((Correction *)NULL)->series))
        return err_set(err, ERR_LIMIT, "A list is too long.", "series");
    s->instances = chosen;
    return true;
}

static bool new_uid(char ret[65], Err *err)
{
    uint8_t random[16];
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "random");
    uid_from_random(random, ret);
    return true;
}

/* Into a study that is there: what it says as a study is written too. */
static bool settle_target(Db *db, Settled *s, Err *err)
{
    StudyRow      to;
    ArchiveViewer all = { .sees_all = true };
    if (!s->asked->target_uid.len) {
        if (s->instances == s->study.instances)
            return err_set(err, ERR_INPUT, "All series of the study are chosen: move the study instead.",
                           "split");
        return new_uid(s->target_uid, err);
    }
    if (slice_equal_text(s->asked->target_uid, s->study.uid))
        return err_set(err, ERR_INPUT, "This is the same study.", "split");
    if (!study_find(db, s->asked->target_uid, &all, &to, err))
        return false;
    (void)slice_copy(slice_of(to.uid), s->target_uid, sizeof s->target_uid);
    s->becomes = (Match) { .patient_id = to.patient_id, .act_id = to.act_id, .site_id = to.site_id };
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        if (!put_value(s, FIELDS[i].keyword, slice_of((const char *)&to + FIELDS[i].at), err))
            return false;
    return json_put(s->values, "StudyDate", json_cstr(to.date)) &&
           json_put(s->values, "StudyTime", json_cstr(to.time)) &&
           json_put(s->values, "StudyID", json_cstr(to.study_id));
}

static bool one_number(Db *db, const char *sql, int64_t id, const char *uid, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    if (uid)
        db_bind_cstr(q, 1, uid);
    else
        db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

/* Nothing else may be open on this study. */
static bool settle_peace(Db *db, const Settled *s, Err *err)
{
    int64_t open = 0, asides = 0;
    if (!one_number(db,
                    "SELECT COUNT(*) FROM correction"
                    " WHERE (source_uid = ?1 OR target_uid = ?1) AND state IN ('doing', 'undoing')",
                    0, s->study.uid, &open, err) ||
        !one_number(db,
                    "SELECT COUNT(*) FROM instance_aside"
                    "  JOIN instance ON instance.id = instance_aside.instance_id"
                    " WHERE instance.study_id = ?1 AND instance_aside.settled_at_ms IS NULL",
                    s->study.id, NULL, &asides, err))
        return false;
    if (open)
        return err_set(err, ERR_CONFLICT, "Another correction of this study is under way.", "%s",
                       s->study.uid);
    return !asides || err_set(err, ERR_CONFLICT, "An image of this study is in quarantine: settle it first.",
                              "%s", s->study.uid);
}

static bool settle(Db *db, const CorrectionAsked *asked, Settled *s, Err *err)
{
    bool another = asked->patient_id != 0;
    *s           = (Settled) { .asked = asked, .values = json_object(), .series = buf_make(16384) };
    if (!study_load(db, asked->study_id, &s->study, err) || !settle_peace(db, s, err))
        return false;
    s->instances = s->study.instances;
    s->becomes   = (Match) { s->study.patient_id, s->study.act_id, s->study.site_id };
    (void)slice_copy(slice_of(s->study.uid), s->target_uid, sizeof s->target_uid);
    if (asked->kind == CORRECTION_MOVE && !another)
        return err_set(err, ERR_INPUT, "Name the patient of the exam.", "move");
    if (asked->kind == CORRECTION_SPLIT && (!settle_series(db, s, err) || !settle_target(db, s, err)))
        return false;
    if (another && !asked->target_uid.len) {
        if (!patient_load(db, asked->patient_id, &s->patient, err) || !put_patient(s, err))
            return false;
        s->becomes.patient_id = asked->patient_id;
        s->becomes.act_id     = asked->merge_id ? s->study.act_id : 0;
    }
    if (!put_asked(s, err) || !settle_act(db, s, err))
        return false;
    if (asked->kind == CORRECTION_SPLIT)
        return json_put(s->values, "StudyInstanceUID", json_cstr(s->target_uid));
    if (!json_object_size(s->values) && s->becomes.patient_id == s->study.patient_id)
        return err_set(err, ERR_INPUT, "Nothing would change.", "correction");
    return true;
}

static const char *const KINDS[] = { "identity", "move", "split" };

/* Other names and numbers of somebody else go out; those of the same person stay. */
static bool strips(const Settled *s)
{
    return s->becomes.patient_id != s->study.patient_id;
}

/* ---- shown before ---- */

static json_t *study_as_json(const StudyRow *study, const json_t *changed)
{
    json_t *all = json_object();
    for (size_t i = 0; i < COUNT(FIELDS); i++) {
        const json_t *new_value = json_object_get(changed, FIELDS[i].keyword);
        json_put(all, FIELDS[i].keyword,
                 new_value ? json_cstr(json_string_value(new_value))
                           : json_cstr((const char *)study + FIELDS[i].at));
    }
    return all;
}

bool correction_preview(Db *db, const CorrectionAsked *asked, json_t **ret, Err *err)
{
    Settled s;
    bool    ok = settle(db, asked, &s, err);
    if (ok)
        *ret = json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:b, s:I, s:I}", "kind", KINDS[asked->kind],
                         "study_uid", s.study.uid, "target_uid", s.target_uid, "instances",
                         (json_int_t)s.instances, "before", study_as_json(&s.study, NULL), "after",
                         study_as_json(&s.study, s.values), "other_names_taken_out", strips(&s),
                         "patient_before", (json_int_t)s.study.patient_id, "patient_after",
                         (json_int_t)s.becomes.patient_id);
    settled_free(&s);
    return ok && (*ret || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "preview"));
}

/* ---- written down ---- */

static bool job_for(Db *db, int64_t id, Err *err)
{
    char payload[64];
    int  len = snprintf(payload, sizeof payload, "{\"id\":%lld}", (long long)id);
    return job_add(db, CORRECTION_JOB, (Slice) { payload, (size_t)len }, clock_now_ms(), err);
}

static bool trace(Db *db, const PatientBy *by, int64_t patient_id, int64_t act_id, const char *uid,
                  const char *detail, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_CHANGE,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = patient_id,
                                    .act_id     = act_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = uid,
                                    .detail     = detail },
                     err);
}

static bool insert(Db *db, const Settled *s, const PatientBy *by, int64_t *ret_id, Err *err)
{
    OWNED_BUF values = buf_make(16384), before = buf_make(16384);
    OWNED(json_t) *said = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", s->study.patient_key, "issuer",
                                    s->study.patient_issuer, "name", s->study.patient_name, "birth",
                                    s->study.patient_birth, "sex", s->study.patient_sex);
    if (!json_dump_to_buf(s->values, &values, err) || !json_dump_to_buf(said, &before, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO correction (kind, merge_id, state, source_uid, target_uid, "
                                     "series, attributes, strip,"
                                     "                        before, before_patient, before_act, "
                                     "after_patient, after_act, site_id, "
                                     "at_ms, person_id, actor, factors, reason, total)"
                                     " VALUES (?1, ?2, 'doing', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                                     "?13, ?14, ?15, ?16, ?17, "
                                     "?18, ?19)");
    db_bind_cstr(q, 1, KINDS[s->asked->kind]);
    bind_ref(q, 2, s->asked->merge_id);
    db_bind_cstr(q, 3, s->study.uid);
    db_bind_cstr(q, 4, s->target_uid);
    db_bind_text(q, 5, buf_slice(&s->series));
    db_bind_text(q, 6, buf_slice(&values));
    db_bind_int(q, 7, strips(s));
    db_bind_text(q, 8, buf_slice(&before));
    bind_ref(q, 9, s->study.patient_id);
    bind_ref(q, 10, s->study.act_id);
    bind_ref(q, 11, s->becomes.patient_id);
    bind_ref(q, 12, s->becomes.act_id);
    bind_ref(q, 13, s->becomes.site_id);
    db_bind_int(q, 14, clock_now_ms());
    db_bind_int(q, 15, by->person_id);
    db_bind_cstr(q, 16, by->actor);
    db_bind_cstr(q, 17, by->factors ? by->factors : "");
    db_bind_text(q, 18, slice_trim(s->asked->reason));
    db_bind_int(q, 19, s->instances);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool correction_begin(Db *db, const CorrectionAsked *asked, const PatientBy *by, int64_t *ret_id, Err *err)
{
    Settled s;
    if (!slice_trim(asked->reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "correction");
    bool ok =
        settle(db, asked, &s, err) && insert(db, &s, by, ret_id, err) && job_for(db, *ret_id, err) &&
        trace(db, by, s.study.patient_id, s.study.act_id, s.study.uid, "correction asked for", err) &&
        (s.becomes.patient_id == s.study.patient_id ||
         trace(db, by, s.becomes.patient_id, s.becomes.act_id, s.target_uid, "correction asked for", err));
    settled_free(&s);
    return ok;
}

bool correction_undo(Db *db, int64_t id, Slice reason, const PatientBy *by, Err *err)
{
    Correction c;
    int64_t    later = 0;
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "undo");
    if (!correction_load(db, id, &c, err))
        return false;
    if (strcmp(c.state, "done") != 0)
        return err_set(err, ERR_CONFLICT, "This correction is not in force.", "%s", c.state);
    if (!one_number(db,
                    "SELECT COUNT(*) FROM kept_version AS mine"
                    "  JOIN kept_version AS later ON later.uid = mine.uid AND later.why = 'corrected' AND "
                    "later.by_id > mine.by_id"
                    "  JOIN correction ON correction.id = later.by_id AND correction.state IN ('doing', "
                    "'done', 'undoing')"
                    " WHERE mine.why = 'corrected' AND mine.by_id = ?1",
                    id, NULL, &later, err))
        return false;
    if (later)
        return err_set(err, ERR_CONFLICT, "A later correction stands upon this one: undo that one first.",
                       "%lld", (long long)id);
    OWNED(DbQuery) *q = db_query(db, "UPDATE correction SET state = 'undoing', done = 0, undone_at_ms = ?2, "
                                     "undone_by = ?3, "
                                     "undone_reason = ?4 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, by->actor);
    db_bind_text(q, 4, slice_trim(reason));
    return db_run(q, err) && job_for(db, id, err) &&
           trace(db, by, c.becomes.patient_id, c.becomes.act_id, c.target_uid, "correction undone", err);
}

/* ---- what came later ---- */

static bool says(const DicomPatient *before, const DicomPatient *now)
{
    return strcmp(before->id, now->id) == 0 && strcmp(before->issuer, now->issuer) == 0 &&
           strcmp(before->name, now->name) == 0 && strcmp(before->birth_date, now->birth_date) == 0 &&
           strcmp(before->sex, now->sex) == 0;
}

/* The first correction in force after 'after' that begins where this header stands; 0: none. */
static bool next_for(Db *db, const Header *h, int64_t after, int64_t *ret, Err *err)
{
    Correction c;
    DbStep     step;
    int64_t    ids[32];
    size_t     count  = 0;
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM correction WHERE source_uid = ?1 AND state IN ('doing', "
                                     "'done') AND id > ?2"
                                     " ORDER BY id LIMIT 32");
    db_bind_cstr(q, 1, h->uids.study);
    db_bind_int(q, 2, after);
    *ret = 0;
    while ((step = db_next(q, err)) == DB_ROW && count < COUNT(ids))
        ids[count++] = db_int(q, 0);
    for (size_t i = 0; step != DB_FAILED && i < count && !*ret; i++) {
        if (!correction_load(db, ids[i], &c, err))
            return false;
        if (says(&c.before, &h->patient))
            *ret = ids[i];
    }
    return step != DB_FAILED;
}

bool correction_awaits(Db *db, const Header *h, int64_t after, bool *ret_expected, Err *err)
{
    int64_t id    = 0;
    bool    found = next_for(db, h, after, &id, err);
    *ret_expected = id != 0;
    return found && (!id || job_for(db, id, err));
}
