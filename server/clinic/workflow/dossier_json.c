/*
 * The proof file for machines: one JSON with everything that the proof rests on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/act_document.h"
#include "clinic/workflow/dossier_internal.h"
#include "formats/json/base64.h"
#include "guard/access/people.h"
#include "platform/clock.h"

/* ---- rows of tables as objects: the names are those of the columns ---- */

typedef enum Cell { TEXT_CELL, INT_CELL, JSON_CELL, BLOB_CELL } Cell;

typedef struct Column {
    const char *name;
    Cell        cell;
} Column;

static json_t *cell_json(const DbQuery *q, int at, Cell cell)
{
    char hex[129] = "";
    if (db_is_null(q, at))
        return json_null();
    Slice bytes = cell == INT_CELL ? SLICE_NONE : db_slice(q, at);
    Err   lost  = { 0 };
    switch (cell) {
    case INT_CELL:
        return json_integer(db_int(q, at));
    case JSON_CELL:
        return json_parse(bytes, &lost);
    case BLOB_CELL:
        if (bytes.len * 2 < sizeof hex)
            hex_encode(bytes, hex);
        return json_string(hex);
    case TEXT_CELL:
        break;
    }
    return json_slice(bytes);
}

/* Runs a bound query to its end. */
static bool rows_json(DbQuery *q, const Column *columns, size_t count, json_t *into, Err *err)
{
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_t *row = json_object();
        for (size_t i = 0; i < count; i++)
            json_put(row, columns[i].name, cell_json(q, (int)i, columns[i].cell));
        if (!json_push(into, row))
            return false;
    }
    return true;
}

#define ROWS(q, into, ...) rows_json(q, (const Column[]) { __VA_ARGS__ }, COUNT(((const Column[]) { __VA_ARGS__ })), into, err)

/* ---- its parts ---- */

static bool event_push(const ActEvent *e, void *arg)
{
    OWNED_BUF data = buf_make(JSON_BYTES_MAX);
    Err       lost = { 0 };
    if (!json_dump_to_buf(e->data, &data, &lost))
        return false;
    return json_push(arg, json_pack("{s:I, s:I, s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:s, s:I, s:I, s:s, s:o, s:s, s:s}", "act_id",
                                    (json_int_t)e->act_id, "seq", (json_int_t)e->seq, "at_ms", (json_int_t)e->at_ms, "step", e->step,
                                    "from", act_state_name(e->from), "to", act_state_name(e->to), "person_id",
                                    (json_int_t)e->person_id, "person_name", e->person_name, "role", e->role, "organisation_id",
                                    (json_int_t)e->organisation_id, "factors", e->factors, "convention_id",
                                    (json_int_t)e->convention_id, "convention_version", (json_int_t)e->convention_version, "why",
                                    e->why, "data", json_slice(buf_slice(&data)), "prev_hash", e->prev_hash, "hash", e->hash));
}

static bool organisations_put(Db *db, const Act *a, json_t *into, Err *err)
{
    const struct {
        const char *part;
        int64_t     id;
    } PARTIES[] = { { "requester", a->requester_org_id }, { "site", a->site_id }, { "imaging", a->imaging_id } };
    json_t *list = json_object();
    json_put(into, "organisations", list);
    for (size_t i = 0; i < COUNT(PARTIES); i++) {
        Organisation o;
        char         address[240];
        if (!organisation_load(db, PARTIES[i].id, &o, err))
            return false;
        organisation_address(&o, address, sizeof address);
        json_put(list, PARTIES[i].part,
                 json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "id", (json_int_t)o.id, "name", o.name, "finess", o.finess, "city", o.city,
                           "address", address, "phone", o.phone, "time_zone", o.time_zone));
    }
    return true;
}

/* Everybody who took a step, with what proves who they are. */
static bool people_put(Db *db, const Act *a, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id, act_event.person_name, person.rpps, person.profession, person.speciality,"
                                     "       act_event.role, act_event.organisation_id, count(*), min(act_event.at_ms), max(act_event.at_ms)"
                                     "  FROM act_event JOIN person ON person.id = act_event.person_id"
                                     " WHERE act_event.act_id = ?1"
                                     " GROUP BY act_event.person_id, act_event.person_name, act_event.role, act_event.organisation_id"
                                     " ORDER BY min(act_event.seq)");
    json_t *list = json_array();
    json_put(into, "people", list);
    db_bind_int(q, 1, a->id);
    return ROWS(q, list, { "id", INT_CELL }, { "name", TEXT_CELL }, { "rpps", TEXT_CELL }, { "profession", TEXT_CELL },
                { "speciality", TEXT_CELL }, { "role", TEXT_CELL }, { "organisation_id", INT_CELL }, { "steps", INT_CELL },
                { "first_at_ms", INT_CELL }, { "last_at_ms", INT_CELL });
}

/* Every version of the convention that a step of this act stands under, with its parties' signatures. */
static bool conventions_put(Db *db, const Act *a, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention.id, convention.number, convention.version, convention.title, convention.valid_from,"
                                     "       convention.valid_until, convention.sections, convention.reasons"
                                     "  FROM convention"
                                     " WHERE convention.id IN (SELECT act_event.convention_id FROM act_event WHERE act_event.act_id = ?1)"
                                     " ORDER BY convention.id");
    OWNED(DbQuery) *p = db_query(db, "SELECT convention_party.convention_id, convention_party.organisation_id, organisation.name,"
                                     "       convention_party.part, convention_party.signed_by, convention_party.signed_at_ms"
                                     "  FROM convention_party JOIN organisation ON organisation.id = convention_party.organisation_id"
                                     " WHERE convention_party.convention_id IN"
                                     "       (SELECT act_event.convention_id FROM act_event WHERE act_event.act_id = ?1)"
                                     " ORDER BY convention_party.convention_id, convention_party.part, convention_party.organisation_id");
    json_t *list = json_array(), *parties = json_array();
    json_put(into, "conventions", list);
    json_put(into, "convention_parties", parties);
    db_bind_int(q, 1, a->id);
    db_bind_int(p, 1, a->id);
    return ROWS(q, list, { "id", INT_CELL }, { "number", TEXT_CELL }, { "version", INT_CELL }, { "title", TEXT_CELL },
                { "valid_from", TEXT_CELL }, { "valid_until", TEXT_CELL }, { "sections", JSON_CELL }, { "reasons", JSON_CELL }) &&
           ROWS(p, parties, { "convention_id", INT_CELL }, { "organisation_id", INT_CELL }, { "name", TEXT_CELL }, { "part", TEXT_CELL },
                { "signed_by", TEXT_CELL }, { "signed_at_ms", INT_CELL });
}

/* Who looked, wrote, sent, and what was refused: the lines of the trace with their places in its chain. X3 */
static bool trace_put(Db *db, const Act *a, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT audit_line.id, audit_line.at_ms, audit_line.event, audit_line.outcome, audit_line.person_id,"
                                     "       audit_line.actor, audit_line.factors, audit_line.what, audit_line.object, audit_line.detail,"
                                     "       audit_line.hash, trim(person.title || ' ' || person.given || ' ' || person.family)"
                                     "  FROM audit_line LEFT JOIN person ON person.id = audit_line.person_id WHERE audit_line.act_id = ?1 AND audit_line.act_id <> 0"
                                     " ORDER BY audit_line.id");
    json_t *list = json_array();
    json_put(into, "trace", list);
    db_bind_int(q, 1, a->id);
    return ROWS(q, list, { "id", INT_CELL }, { "at_ms", INT_CELL }, { "event", TEXT_CELL }, { "outcome", TEXT_CELL },
                { "person_id", INT_CELL }, { "actor", TEXT_CELL }, { "factors", TEXT_CELL }, { "what", TEXT_CELL }, { "object", TEXT_CELL },
                { "detail", TEXT_CELL }, { "hash", TEXT_CELL }, { "name", TEXT_CELL });
}

static bool images_put(Db *db, const Act *a, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT study.uid, series.uid, series.modality, instance.uid, instance.class_uid, instance.bytes,"
                                     "       instance.sha256, instance.received_at_ms, instance.actor"
                                     "  FROM study JOIN series ON series.study_id = study.id JOIN instance ON instance.series_id = series.id"
                                     " WHERE study.act_id = ?1"
                                     " ORDER BY study.uid, series.number, series.uid, instance.number, instance.uid");
    json_t *list = json_array();
    json_put(into, "images", list);
    db_bind_int(q, 1, a->id);
    return ROWS(q, list, { "study_uid", TEXT_CELL }, { "series_uid", TEXT_CELL }, { "modality", TEXT_CELL }, { "uid", TEXT_CELL },
                { "class_uid", TEXT_CELL }, { "bytes", INT_CELL }, { "sha256", BLOB_CELL }, { "received_at_ms", INT_CELL },
                { "from", TEXT_CELL });
}

static bool version_push(const Report *r, void *arg)
{
    return json_push(arg, json_pack("{s:I, s:I, s:s, s:I, s:I, s:I, s:s, s:s, s:O, s:O?}", "revision", (json_int_t)r->revision, "version",
                                    (json_int_t)r->version, "kind", report_kind_name(r->kind), "follows", (json_int_t)r->follows,
                                    "signed_at_ms", (json_int_t)r->signed_at_ms, "signed_by", (json_int_t)r->signed_by, "sha256", r->sha256,
                                    "proof", r->proof, "content", r->content, "frame", r->frame));
}

static bool report_put(Db *db, const Act *a, json_t *into, Err *err)
{
    Report report = { 0 };
    json_t *versions = json_array();
    json_put(into, "report_versions", versions);
    if (!report_load_signed(db, a->id, &report, err) || !report_signed_each(db, a->id, version_push, versions, err))
        return false;
    if (report.status == REPORT_SIGNED)
        json_put(into, "report",
                 json_pack("{s:I, s:I, s:I, s:s, s:s, s:O, s:O?}", "revision", (json_int_t)report.revision, "signed_at_ms",
                           (json_int_t)report.signed_at_ms, "signed_by", (json_int_t)report.signed_by, "sha256", report.sha256, "proof",
                           report.proof, "content", report.content, "frame", report.frame));
    report_clear(&report);
    OWNED(DbQuery) *q = db_query(db, "SELECT kind, revision, sha256, bytes, sop_uid, made_at_ms FROM report_document"
                                     " WHERE act_id = ?1 ORDER BY revision, kind");
    json_t *list = json_array(), *attached = NULL;
    if (!act_documents_json(db, a->id, &attached, err) || !json_put(into, "attached", attached))
        return false;
    json_put(into, "documents", list);
    db_bind_int(q, 1, a->id);
    return ROWS(q, list, { "kind", TEXT_CELL }, { "revision", INT_CELL }, { "sha256", TEXT_CELL }, { "bytes", INT_CELL },
                { "sop_uid", TEXT_CELL }, { "made_at_ms", INT_CELL });
}

bool dossier_json(Db *db, const Act *a, const Who *who, json_t **ret, Err *err)
{
    Patient        patient;
    json_t        *events = json_array();
    OWNED(json_t) *all    = json_pack(
        "{s:s, s:I, s:{s:I, s:s}, s:{s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:I, s:s, s:s}, s:o}", "format", DOSSIER_FORMAT, "made_at_ms",
        (json_int_t)clock_now_ms(), "made_for", "id", (json_int_t)who->person_id, "name", who->name, "act", "id", (json_int_t)a->id, "number",
        a->number, "kind", a->kind, "state", act_state_name(a->state), "version", (json_int_t)a->version, "modality", a->modality, "priority",
        a->priority, "region", a->region, "created_at_ms", (json_int_t)a->created_at_ms, "accession", a->accession, "study_uid", a->study_uid,
        "events", events);
    if (!all || !patient_load(db, a->patient_id, &patient, err) || !json_put(all, "patient", patient_json(&patient)) ||
        !json_put(all, "facts", json_incref(a->facts)) || !act_events_each(db, a->id, 0, event_push, events, err) ||
        !organisations_put(db, a, all, err) || !people_put(db, a, all, err) || !conventions_put(db, a, all, err) ||
        !report_put(db, a, all, err) || !images_put(db, a, all, err) || !trace_put(db, a, all, err))
        return false;
    *ret = GIVE(all);
    return true;
}
