/*
 * Which signed reports a correction touches, and the mark it leaves on them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/report_marks.h"

#include "clinic/archive/deletion.h"
#include "clinic/workflow/act_house.h"
#include "formats/json/json_util.h"

typedef enum MarkKind { MARK_IDENTITY, MARK_MOVED, MARK_SPLIT, MARK_JOINED } MarkKind;
static const char *const MARKS[] = { "identity", "moved", "split", "joined" };

typedef struct Mark {
    int64_t  act_id; /* 0: no signed report */
    char     number[32];
    MarkKind kind;
    bool     refused; /* unless the person says so */
} Mark;
enum { MARKS_MAX = 2, REPORTS_MAX = 8 };

/* The act of a study whose report is signed. */
static bool signed_act(Db *db, int64_t study_id, Slice study_uid, Mark *ret, int64_t *ret_signed_at_ms, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id, act.number, MAX(report.signed_at_ms)"
                                     "  FROM study"
                                     "  JOIN act ON act.id = study.act_id OR act.study_uid = study.uid"
                                     "  JOIN report ON report.act_id = act.id AND report.status = 'signed'"
                                     " WHERE study.id = ?1 OR (?1 = 0 AND study.uid = ?2)"
                                     " GROUP BY act.id, act.number ORDER BY act.id LIMIT 1");
    db_bind_int(q, 1, study_id);
    db_bind_text(q, 2, study_uid.len ? study_uid : SLICE_NONE);
    DbStep step = db_next(q, err);
    if (step == DB_ROW) {
        ret->act_id = db_int(q, 0);
        db_text(q, 1, ret->number, sizeof ret->number);
        *ret_signed_at_ms = db_int(q, 2);
    }
    return step != DB_FAILED;
}

/* Was one of the chosen images here when the report was signed, or is one the report's own object? */
static bool were_read(Db *db, const CorrectionAsked *asked, int64_t signed_at_ms, bool *ret, Err *err)
{
    size_t  i;
    json_t *one;
    *ret = false;
    json_array_foreach (asked->series, i, one) {
        OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance JOIN series ON series.id = instance.series_id"
                                         " WHERE instance.study_id = ?1 AND series.uid = ?2"
                                         "   AND (instance.received_at_ms <= ?3 OR instance.via = 'report') LIMIT 1");
        const char *uid   = json_string_value(one);
        db_bind_int(q, 1, asked->study_id);
        db_bind_cstr(q, 2, uid ? uid : "");
        db_bind_int(q, 3, signed_at_ms);
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        *ret = *ret || step == DB_ROW;
    }
    return true;
}

/* Two patients that are one (a merge) are the same patient: only the name changes. */
static bool marks_find(Db *db, const CorrectionAsked *asked, Mark ret[MARKS_MAX], size_t *ret_count, Err *err)
{
    Mark    here = { 0 }, there = { 0 };
    int64_t signed_at_ms = 0, joined_at_ms = 0;
    bool    read = true;
    *ret_count   = 0;
    if (!signed_act(db, asked->study_id, SLICE_NONE, &here, &signed_at_ms, err))
        return false;
    if (here.act_id && asked->kind == CORRECTION_SPLIT && !were_read(db, asked, signed_at_ms, &read, err))
        return false;
    here.kind    = asked->kind == CORRECTION_SPLIT                       ? MARK_SPLIT
                   : asked->kind == CORRECTION_MOVE && !asked->merge_id ? MARK_MOVED
                                                                         : MARK_IDENTITY;
    here.refused = here.kind != MARK_IDENTITY;
    if (here.act_id && read)
        ret[(*ret_count)++] = here;
    if (asked->kind != CORRECTION_SPLIT || !asked->target_uid.len)
        return true;
    if (!signed_act(db, 0, asked->target_uid, &there, &joined_at_ms, err))
        return false;
    there.kind = MARK_JOINED;
    if (there.act_id)
        ret[(*ret_count)++] = there;
    return true;
}

static bool mark_put(Db *db, const ActHouse *house, const Mark *m, int64_t correction_id, Slice reason, Err *err)
{
    return act_do_system(db, house, m->act_id, "images-corrected",
                         json_pack("{s:s, s:I, s:o}", "kind", MARKS[m->kind], "correction_id",
                                   (json_int_t)correction_id, "reason", json_slice(slice_trim(reason))),
                         err);
}

/* The report names the other patient on its pages: its object is put away (it can be restored, and is when the
 * correction is undone); the report itself stays with its act. */
static bool report_put_away(Db *db, const CorrectionAsked *asked, const PatientBy *by, int64_t ret[REPORTS_MAX],
                            size_t *ret_count, Err *err)
{
    char   uids[REPORTS_MAX][2][65];
    size_t count = 0;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT study.uid, instance.uid FROM instance JOIN study ON study.id = "
                                         "instance.study_id"
                                         " WHERE study.id = ?1 AND instance.via = 'report' ORDER BY instance.id");
        DbStep step;
        db_bind_int(q, 1, asked->study_id);
        while ((step = db_next(q, err)) == DB_ROW && count < REPORTS_MAX) {
            db_text(q, 0, uids[count][0], 65);
            db_text(q, 1, uids[count++][1], 65);
        }
        if (step == DB_FAILED)
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        DeletionAsked away = { .study_uid    = slice_of(uids[i][0]),
                               .series_uid   = SLICE_NONE,
                               .instance_uid = slice_of(uids[i][1]),
                               .reason       = asked->reason };
        if (!deletion_begin(db, &away, by, &ret[i], err))
            return false;
    }
    *ret_count = count;
    return true;
}

bool correction_ask(Db *db, const ActHouse *house, const CorrectionAsked *asked, bool despite_report,
                    const PatientBy *by, int64_t *ret_id, Err *err)
{
    Mark    marks[MARKS_MAX];
    int64_t away[REPORTS_MAX];
    size_t  count = 0, away_count = 0;
    if (!marks_find(db, asked, marks, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (marks[i].refused && !despite_report)
            return err_set(err, ERR_CONFLICT,
                           "A signed report is about these images: confirm that it is concerned; its imager is then "
                           "asked to look at it again.",
                           "act %s", marks[i].number);
        if (marks[i].kind == MARK_MOVED && !report_put_away(db, asked, by, away, &away_count, err))
            return false;
    }
    if (!correction_begin(db, asked, by, ret_id, err))
        return false;
    for (size_t i = 0; i < away_count; i++)
        if (!deletion_is_part_of(db, away[i], *ret_id, err))
            return false;
    for (size_t i = 0; i < count; i++)
        if (!mark_put(db, house, &marks[i], *ret_id, asked->reason, err))
            return false;
    return true;
}

/* Acts that a correction marked; in 'ret' at most 'room'. */
static bool marked_acts(Db *db, int64_t correction_id, int64_t *ret, size_t room, size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT act_id, data FROM act_event"
                                     " WHERE step = 'images-corrected'"
                                     "   AND at_ms >= (SELECT at_ms FROM correction WHERE id = ?1) ORDER BY act_id");
    DbStep step;
    *ret_count = 0;
    db_bind_int(q, 1, correction_id);
    while ((step = db_next(q, err)) == DB_ROW && *ret_count < room) {
        OWNED(json_t) *data = json_parse_object(db_slice(q, 1), NULL);
        int64_t act         = db_int(q, 0);
        if (json_integer_value(json_object_get(data, "correction_id")) == correction_id &&
            (!*ret_count || ret[*ret_count - 1] != act))
            ret[(*ret_count)++] = act;
    }
    return step != DB_FAILED;
}

bool correction_ask_undo(Db *db, const ActHouse *house, int64_t id, Slice reason, const PatientBy *by, Err *err)
{
    int64_t acts[MARKS_MAX];
    size_t  count = 0;
    if (!correction_undo(db, id, reason, by, err) || !marked_acts(db, id, acts, COUNT(acts), &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!act_do_system(db, house, acts[i], "images-corrected",
                           json_pack("{s:s, s:I, s:o}", "kind", "undone", "correction_id", (json_int_t)id, "reason",
                                     json_slice(slice_trim(reason))),
                           err))
            return false;
    return true;
}

bool correction_reports_json(Db *db, const CorrectionAsked *asked, json_t **ret, Err *err)
{
    Mark   marks[MARKS_MAX];
    size_t count        = 0;
    OWNED(json_t) *list = json_array();
    if (!marks_find(db, asked, marks, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        json_push(list, json_pack("{s:I, s:s, s:s, s:b}", "act_id", (json_int_t)marks[i].act_id, "number",
                                  marks[i].number, "kind", MARKS[marks[i].kind], "refused", marks[i].refused));
    *ret = GIVE(list);
    return true;
}
