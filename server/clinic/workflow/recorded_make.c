/*
 * The DICOM objects of a recorded version: made from its content alone, kept by the archive's own door.
 *
 * Repeatable: UIDs and times are fixed by the version, so a run that was cut off starts again without doubles.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/reports/local_time.h"
#include "clinic/workflow/recorded_internal.h"
#include "formats/dicom/part10.h"
#include "guard/access/people.h"

enum { FILE_MAX = 16 << 20, OBJECTS_MAX = MEASURE_STATES_MAX + 2, SERIES_FIRST = 9101 };

typedef struct Making {
    const ActHouse *house;
    RecordRow       row;
    StudyRow        study;
    Person          person;
    Organisation    group; /* where the author reads */
    char            observer[200], predecessor[65];
    int             utc_offset_minutes;
    RecordSet       set;
    MadeObject      objects[OBJECTS_MAX];
    size_t          object_count;
} Making;

static bool making_load(Db *db, int64_t id, Making *m, Err *err)
{
    OWNED_ACT    a = { 0 };
    Organisation site;
    if (!record_load(db, id, &m->row, err))
        return false;
    if (m->row.kept_at_ms)
        return true;
    if (!study_load(db, m->row.study_id, &m->study, err) || !person_load(db, m->row.person_id, &m->person, err) ||
        !act_load(db, m->row.act_id, &a, err) || !organisation_load(db, a.imaging_id, &m->group, err) ||
        !organisation_load(db, a.site_id ? a.site_id : a.imaging_id, &site, err) ||
        !record_report_uid(db, &m->row, m->row.version - 1, m->predecessor, err))
        return false;
    (void)snprintf(m->observer, sizeof m->observer, "%s^%s^^%s", m->person.family, m->person.given, m->person.title);
    m->utc_offset_minutes = local_time(m->row.at_ms, site.time_zone).offset_minutes;
    return record_set_load(m->house->needs.archive, db, &m->study, m->row.person_id, m->row.content, &m->set, err);
}

/* ---- one object ---- */

typedef bool Write(const Making *m, const MeasureMaking *making, size_t nth, bool *ret_made, Buf *ret, Err *err);

static bool report_write(const Making *m, const MeasureMaking *making, size_t nth, bool *ret_made, Buf *ret, Err *err)
{
    *ret_made = nth == 0;
    return nth > 0 || measure_report(making, m->set.marks, m->set.mark_count, ret, err);
}

static bool state_write(const Making *m, const MeasureMaking *making, size_t nth, bool *ret_made, Buf *ret, Err *err)
{
    return measure_state(making, m->set.marks, m->set.mark_count, m->set.keys, m->set.key_count, nth, ret_made, ret, err);
}

static bool keys_write(const Making *m, const MeasureMaking *making, size_t nth, bool *ret_made, Buf *ret, Err *err)
{
    *ret_made = nth == 0 && m->set.key_count > 0;
    return !*ret_made || measure_keys(making, m->set.keys, m->set.key_count, ret, err);
}

static const struct {
    const char *kind;
    Write      *write;
} KINDS[] = { { "keys", keys_write }, { "state", state_write }, { "report", report_write } };

static bool keep(const Making *m, Slice file, const char *uid, Err *err)
{
    IngestSource source = { .via = "marks", .actor = m->person.login, .person_id = m->row.person_id, .ae_title = "", .address = "", .factors = "" };
    IngestResult result;
    if (!ingest_file(m->house->needs.archive, &source, file, &result, err))
        return false;
    return result.outcome != INGEST_ASIDE || err_set(err, ERR_BUG, "These measures could not be recorded.", "object %s is there with other bytes", uid);
}

/* A series of its own for each kind and author: versions stand side by side in it. */
static bool kind_make(Making *m, size_t kind, Err *err)
{
    char series[65], purpose[96];
    (void)snprintf(purpose, sizeof purpose, "marks %s series %" PRId64, KINDS[kind].kind, m->row.person_id);
    report_uid(m->study.uid, 0, purpose, series);
    for (size_t nth = 0; m->object_count < OBJECTS_MAX; nth++) {
        MadeObject *o    = &m->objects[m->object_count];
        bool        made = false;
        OWNED_BUF   file = buf_make(FILE_MAX);
        (void)snprintf(purpose, sizeof purpose, "marks %s %zu %" PRId64, KINDS[kind].kind, nth, m->row.person_id);
        report_uid(m->study.uid, m->row.version, purpose, o->uid);
        (void)snprintf(o->kind, sizeof o->kind, "%s", KINDS[kind].kind);
        MeasureMaking making = { .patient_of         = m->set.patient_of,
                                 .series_uid         = series,
                                 .sop_uid            = o->uid,
                                 .series_number      = SERIES_FIRST + (int64_t)kind,
                                 .version            = m->row.version,
                                 .predecessor_uid    = m->predecessor,
                                 .observer           = m->observer,
                                 .organisation       = m->group.name,
                                 .station_name       = archive_ae_title(m->house->needs.archive),
                                 .software           = OUR_IMPLEMENTATION_VERSION,
                                 .at_ms              = m->row.at_ms,
                                 .utc_offset_minutes = m->utc_offset_minutes,
                                 .verified           = m->row.is_signed,
                                 .for_referrer       = m->row.for_referrer,
                                 .description        = m->row.description };
        if (!KINDS[kind].write(m, &making, nth, &made, &file, err))
            return false;
        if (!made)
            return true;
        if (!keep(m, buf_slice(&file), o->uid, err))
            return false;
        m->object_count++;
    }
    return true;
}

/* ---- all of a version ---- */

static bool done_work(Db *db, void *arg, Err *err)
{
    const Making *m = arg;
    return record_done(db, &m->row, m->objects, m->object_count, err);
}

static bool objects_make(Making *m, Err *err)
{
    for (size_t kind = 0; kind < COUNT(KINDS); kind++)
        if (!kind_make(m, kind, err))
            return false;
    return db_write(m->house->needs.host, done_work, m, err);
}

bool recorded_make(const ActHouse *house, int64_t id, Err *err)
{
    Making     m  = { .house = house };
    OWNED(Db) *db = db_read(house->needs.host, err);
    if (!house->needs.archive)
        return true; /* where nothing is archived (tests) */
    bool ok = db && making_load(db, id, &m, err);
    db_read_end(GIVE(db));
    ok = ok && (m.row.kept_at_ms || objects_make(&m, err));
    record_set_clear(&m.set);
    record_clear(&m.row);
    return ok;
}
