/*
 * All that is known of how one study is kept: its objects by sender, syntax and series, whether they were read again, what
 * is wrong, missing or under way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/stat.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/completeness.h"
#include "clinic/archive/derived.h"
#include "clinic/archive/overview.h"
#include "clinic/archive/study_internal.h"
#include "clinic/archive/transcode_internal.h"
#include "formats/json/json_util.h"

static json_t *time_or_null(int64_t ms)
{
    return ms ? json_integer(ms) : json_null();
}

static json_t *json_of_text(Slice text)
{
    json_t *value = text.len ? json_loadb(text.at, text.len, 0, NULL) : NULL;
    return value ? value : json_array();
}

/* ---- who it is ---- */

static bool patient_facts(Db *db, const StudyRow *s, json_t *all, Err *err)
{
    json_put(all, "image",
             json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", s->patient_name, "id", s->patient_key, "issuer",
                       s->patient_issuer, "birth_date", s->patient_birth, "sex", s->patient_sex));
    json_put(all, "patient", json_null());
    json_put(all, "hold", json_null());
    if (!s->patient_id)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, ipp, birth_name, first_given, birth_date, sex FROM patient WHERE id = ?1");
    db_bind_int(q, 1, s->patient_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW) {
        json_t *p = json_pack("{s:I}", "id", (json_int_t)db_int(q, 0));
        static const char *const NAMES[] = { "ipp", "birth_name", "first_given", "birth_date", "sex" };
        for (int i = 0; p && i < (int)COUNT(NAMES); i++)
            json_put(p, NAMES[i], json_slice(db_slice(q, i + 1)));
        json_put(all, "patient", p);
    }
    OWNED(DbQuery) *h = db_query(db, "SELECT id, at_ms, actor, reason FROM retention_hold"
                                     " WHERE patient_id = ?1 AND ended_at_ms IS NULL ORDER BY id LIMIT 1");
    db_bind_int(h, 1, s->patient_id);
    DbStep held = step == DB_FAILED ? DB_FAILED : db_next(h, err);
    if (held == DB_ROW)
        json_put(all, "hold",
                 json_pack("{s:I, s:I, s:o, s:o}", "id", (json_int_t)db_int(h, 0), "at_ms", (json_int_t)db_int(h, 1),
                           "actor", json_slice(db_slice(h, 2)), "reason", json_slice(db_slice(h, 3))));
    return held != DB_FAILED;
}

static bool flag_facts(Db *db, const StudyRow *s, json_t *all, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT differences, accepted_at_ms, accepted_by, accepted_reason, referring FROM study WHERE id = ?1");
    db_bind_int(q, 1, s->id);
    if (db_next(q, err) != DB_ROW)
        return false;
    json_put(all, "wrong_patient", json_boolean(s->wrong_patient));
    json_put(all, "differences", json_of_text(db_slice(q, 0)));
    json_put(all, "accepted", db_is_null(q, 1) ? json_null()
                                               : json_pack("{s:I, s:o, s:o}", "at_ms", (json_int_t)db_int(q, 1), "by",
                                                           json_slice(db_slice(q, 2)), "reason", json_slice(db_slice(q, 3))));
    json_put(all, "referring", json_slice(db_slice(q, 4)));
    OWNED(DbQuery) *a = db_query(db, "SELECT COUNT(*) FROM instance_aside WHERE study_uid = ?1 AND settled_at_ms IS NULL");
    db_bind_cstr(a, 1, s->uid);
    if (db_next(a, err) != DB_ROW)
        return false;
    json_put(all, "asides", json_integer(db_int(a, 0)));
    return true;
}

static bool origin_facts(Db *db, const StudyRow *s, json_t *all, Err *err)
{
    json_put(all, "prior", json_null());
    OWNED(DbQuery) *p = db_query(db, "SELECT origin, reason, decided_by, decided_at_ms FROM prior_study WHERE study_uid = ?1");
    db_bind_cstr(p, 1, s->uid);
    DbStep step = db_next(p, err);
    if (step == DB_ROW)
        json_put(all, "prior",
                 json_pack("{s:o, s:o, s:o, s:I}", "origin", json_slice(db_slice(p, 0)), "reason", json_slice(db_slice(p, 1)),
                           "decided_by", json_slice(db_slice(p, 2)), "decided_at_ms", (json_int_t)db_int(p, 3)));
    json_t *list = json_array();
    json_put(all, "corrections", list);
    OWNED(DbQuery) *c = db_query(db, "SELECT id, kind, state, at_ms, actor, reason FROM correction"
                                     " WHERE source_uid = ?1 OR target_uid = ?1 ORDER BY id DESC LIMIT 50");
    db_bind_cstr(c, 1, s->uid);
    while (step != DB_FAILED && (step = db_next(c, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:o, s:I, s:o, s:o}", "id", (json_int_t)db_int(c, 0), "kind",
                                  json_slice(db_slice(c, 1)), "state", json_slice(db_slice(c, 2)), "at_ms",
                                  (json_int_t)db_int(c, 3), "actor", json_slice(db_slice(c, 4)), "reason",
                                  json_slice(db_slice(c, 5))));
    return step != DB_FAILED;
}

/* ---- how it is kept ---- */

static bool sender_facts(Db *db, const StudyRow *s, json_t *list, Err *err)
{
    DbStep step;
    OWNED(DbQuery) *q = db_query(db, "SELECT via, actor, COUNT(*), SUM(bytes), MIN(received_at_ms), MAX(received_at_ms)"
                                     "  FROM instance WHERE study_id = ?1 GROUP BY via, actor ORDER BY 5 LIMIT 100");
    db_bind_int(q, 1, s->id);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:o, s:o, s:I, s:I, s:I, s:I}", "via", json_slice(db_slice(q, 0)), "actor",
                                  json_slice(db_slice(q, 1)), "objects", (json_int_t)db_int(q, 2), "bytes",
                                  (json_int_t)db_int(q, 3), "first_at_ms", (json_int_t)db_int(q, 4), "last_at_ms",
                                  (json_int_t)db_int(q, 5)));
    return step == DB_END;
}

static bool syntax_facts(Db *db, const StudyRow *s, json_t *list, Err *err)
{
    DbStep step;
    char   buffer[65];
    OWNED(DbQuery) *q = db_query(db, "SELECT syntax_uid, COUNT(*), SUM(bytes) FROM instance WHERE study_id = ?1"
                                     " GROUP BY syntax_uid ORDER BY 2 DESC LIMIT 100");
    db_bind_int(q, 1, s->id);
    while ((step = db_next(q, err)) == DB_ROW) {
        Slice uid = db_slice(q, 0);
        json_push(list, json_pack("{s:o, s:s, s:I, s:I}", "uid", json_slice(uid), "name", uid_name(uid, buffer), "objects",
                                  (json_int_t)db_int(q, 1), "bytes", (json_int_t)db_int(q, 2)));
    }
    return step == DB_END;
}

static bool series_facts(Db *db, const StudyRow *s, json_t *list, Err *err)
{
    DbStep step;
    char   buffer[65];
    OWNED(DbQuery) *q =
        db_query(db, "SELECT series.uid, series.number, series.modality, series.description, series.body_part, series.station,"
                     "       series.instance_count, series.bytes, series.first_at_ms, series.last_at_ms,"
                     "       SUM(instance.frames), MIN(instance.syntax_uid), COUNT(DISTINCT instance.syntax_uid)"
                     "  FROM series LEFT JOIN instance ON instance.series_id = series.id"
                     " WHERE series.study_id = ?1 GROUP BY series.id ORDER BY series.number, series.id");
    db_bind_int(q, 1, s->id);
    while ((step = db_next(q, err)) == DB_ROW) {
        Slice   syntax = db_slice(q, 11);
        json_t *one    = json_pack("{s:o, s:o}", "uid", json_slice(db_slice(q, 0)), "number",
                                   db_is_null(q, 1) ? json_null() : json_integer(db_int(q, 1)));
        static const char *const TEXTS[] = { "modality", "description", "body_part", "station" };
        static const char *const NUMBERS[] = { "objects", "bytes", "first_at_ms", "last_at_ms", "frames" };
        for (int i = 0; one && i < (int)COUNT(TEXTS); i++)
            json_put(one, TEXTS[i], json_slice(db_slice(q, i + 2)));
        for (int i = 0; one && i < (int)COUNT(NUMBERS); i++)
            json_put(one, NUMBERS[i], json_integer(db_int(q, i + 6)));
        json_put(one, "syntax", json_cstr(uid_name(syntax, buffer)));
        json_put(one, "syntaxes", json_integer(db_int(q, 12)));
        json_push(list, one);
    }
    return step == DB_END;
}

/* Which of its files the round of reading again has reached, and what it found. */
static bool recheck_facts(Db *db, const StudyRow *s, json_t *all, Err *err)
{
    int64_t list = 0, after = 0, began = 0, ended = 0;
    {
        OWNED(DbQuery) *r = db_query(db, "SELECT list, after_id, began_at_ms, ended_at_ms FROM recheck WHERE id = 1");
        if (db_next(r, err) != DB_ROW)
            return false;
        list  = db_int(r, 0);
        after = db_int(r, 1);
        began = db_int(r, 2);
        ended = db_int(r, 3);
    }
    OWNED(DbQuery) *q = db_query(db, "SELECT SUM(CASE WHEN instance.id <= ?2 OR ?3 > 0 THEN 1 ELSE 0 END),"
                                     "       SUM(CASE WHEN instance.received_at_ms < ?4 THEN 1 ELSE 0 END), COUNT(blob_fault.blob)"
                                     "  FROM instance"
                                     "  LEFT JOIN blob_fault ON blob_fault.blob = instance.blob AND blob_fault.mended_at_ms IS NULL"
                                     " WHERE instance.study_id = ?1");
    db_bind_int(q, 1, s->id);
    db_bind_int(q, 2, after);
    db_bind_int(q, 3, list);
    db_bind_int(q, 4, ended);
    if (db_next(q, err) != DB_ROW)
        return false;
    json_put(all, "faults", json_integer(db_int(q, 2)));
    json_put(all, "recheck", json_pack("{s:o, s:I, s:o, s:I}", "began_at_ms", time_or_null(began), "reached",
                                       (json_int_t)(began ? db_int(q, 0) : 0), "ended_at_ms", time_or_null(ended), "whole",
                                       (json_int_t)(ended ? db_int(q, 1) : 0)));
    return true;
}

typedef struct Ready {
    Archive *a;
    int64_t  wanted, there, looked;
} Ready;

static bool ready_of(const InstanceRow *row, void *with)
{
    Ready      *r = with;
    char        path[1024];
    struct stat s;
    if (!derived_wanted(row))
        return true;
    r->wanted += row->frames;
    for (uint32_t n = 1; n <= row->frames && r->looked < FACTS_FRAMES_MAX; n++) {
        frame_file_name(r->a, row, n, DERIVED_SYNTAX, path, sizeof path);
        r->looked++;
        r->there += stat(path, &s) == 0;
    }
    return true;
}

static json_t *ready_facts(const Ready *r)
{
    return json_pack("{s:I, s:I, s:I}", "wanted", (json_int_t)r->wanted, "looked_at", (json_int_t)r->looked, "there",
                     (json_int_t)r->there);
}

/* ---- what is missing ---- */

static bool add_gap(const SeriesGaps *s, void *list)
{
    return json_push(list, json_pack("{s:s, s:o, s:s, s:s, s:I, s:I}", "uid", s->uid, "number",
                                     s->number == NO_NUMBER ? json_null() : json_integer(s->number), "description",
                                     s->description, "modality", s->modality, "objects", (json_int_t)s->images, "missing",
                                     (json_int_t)s->gaps.missing));
}

/* Objects that the modality says it made (MPPS) and that did not come. */
static bool performed_facts(Db *db, const StudyRow *s, json_t *all, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(DISTINCT performed_object.uid)"
                                     "  FROM performed_step"
                                     "  JOIN performed_object ON performed_object.step_id = performed_step.id"
                                     "  LEFT JOIN instance ON instance.uid = performed_object.uid"
                                     " WHERE performed_step.study_uid = ?1 AND instance.id IS NULL");
    db_bind_cstr(q, 1, s->uid);
    if (db_next(q, err) != DB_ROW)
        return false;
    json_put(all, "performed_missing", json_integer(db_int(q, 0)));
    return true;
}

static void study_words(const StudyRow *s, json_t *all)
{
    json_put(all, "id", json_integer(s->id));
    json_put(all, "uid", json_cstr(s->uid));
    json_put(all, "date", json_cstr(s->date));
    json_put(all, "time", json_cstr(s->time));
    json_put(all, "accession", json_cstr(s->accession));
    json_put(all, "description", json_cstr(s->description));
    json_put(all, "study_id", json_cstr(s->study_id));
    json_put(all, "modalities", json_cstr(s->modalities));
    json_put(all, "objects", json_integer(s->instances));
    json_put(all, "bytes", json_integer(s->bytes));
    json_put(all, "first_at_ms", json_integer(s->first_at_ms));
    json_put(all, "last_at_ms", json_integer(s->last_at_ms));
}

bool study_facts_json(Archive *a, Slice study_uid, const ArchiveViewer *viewer, json_t **ret, StudyRow *ret_study, Err *err)
{
    StudyRow s;
    Ready    ready   = { .a = a };
    json_t  *senders = json_array(), *syntaxes = json_array(), *series = json_array(), *gaps = json_array();
    OWNED(json_t) *all = json_pack("{s:o, s:o, s:o, s:o}", "from", senders, "syntaxes", syntaxes, "series", series, "gaps", gaps);
    OWNED(Db) *db      = db_read(a->host, err);
    if (!all || !db || !study_find(db, study_uid, viewer, &s, err))
        return false;
    study_words(&s, all);
    if (!patient_facts(db, &s, all, err) || !flag_facts(db, &s, all, err) || !origin_facts(db, &s, all, err) ||
        !sender_facts(db, &s, senders, err) || !syntax_facts(db, &s, syntaxes, err) || !series_facts(db, &s, series, err) ||
        !recheck_facts(db, &s, all, err) || !performed_facts(db, &s, all, err) ||
        !study_gaps_each(db, s.id, add_gap, gaps, err) ||
        (json_array_size(senders) && !instances_each(db, study_uid, SLICE_NONE, SLICE_NONE, viewer, ready_of, &ready, err)))
        return false;
    json_put(all, "ready", ready_facts(&ready));
    *ret_study = s;
    *ret       = GIVE(all);
    return true;
}
