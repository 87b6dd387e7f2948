/*
 * The modality worklist: one item per planned act, with all that the modality must be told. PS3.4 annex K,
 * E10, E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/worklist.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/patients/patient.h"
#include "clinic/reports/local_time.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/act_store.h"
#include "guard/access/people.h"
#include "platform/clock.h"

/* Cut at a whole UTF-8 character, without control characters or the backslash that parts DICOM values. */
static void copy_value(char *to, size_t size, Slice from)
{
    size_t len = 0;
    for (size_t i = 0; i < from.len; i++) {
        unsigned char c    = (unsigned char)from.at[i];
        size_t        unit = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        if (len + unit > size - 1 || i + unit > from.len)
            break;
        for (size_t k = 0; k < unit; k++)
            to[len++] = c < 0x20 || c == '\\' ? ' ' : from.at[i + k];
        i += unit - 1;
    }
    to[len] = '\0';
}

/* A short string of DICOM: at most 'chars' characters (SH 16, LO 64), whatever their bytes. */
static Slice first_characters(Slice s, size_t chars)
{
    size_t at = 0;
    for (size_t count = 0; at < s.len; at++)
        if (((unsigned char)s.at[at] & 0xC0) != 0x80 && count++ == chars)
            break;
    return slice_part(s, 0, at);
}

static void name_of(Db *db, int64_t person_id, char *ret, size_t size)
{
    Person person;
    Err    absent = { 0 };
    ret[0]        = '\0';
    if (person_id && person_load(db, person_id, &person, &absent))
        snprintf(ret, size, "%s^%s^^%s", person.family, person.given, person.title);
}

static bool fill_patient(Db *db, const Act *a, WorklistItem *item, Err *err)
{
    Patient p;
    Slice   ins = SLICE_NONE, oid = SLICE_NONE;
    if (!patient_load(db, a->patient_id, &p, err))
        return false;
    patient_dicom_name(&p, item->patient_name, sizeof item->patient_name);
    snprintf(item->patient_id, sizeof item->patient_id, "%s", p.ipp);
    snprintf(item->patient_id_issuer, sizeof item->patient_id_issuer, "%s", PATIENT_ISSUER);
    if (strlen(p.birth_date) == 10)
        snprintf(item->birth_date, sizeof item->birth_date, "%.4s%.2s%.2s", p.birth_date, p.birth_date + 5,
                 p.birth_date + 8);
    snprintf(item->sex, sizeof item->sex, "%c", p.sex == 'U' ? 'O' : p.sex);
    if (patient_ins(&p, &ins, &oid)) {
        copy_value(item->ins, sizeof item->ins, ins);
        copy_value(item->ins_oid, sizeof item->ins_oid, oid);
    }
    return true;
}

static int pregnancy_code(Slice said)
{
    static const char *const CODES[] = { "no", "possible", "yes", "unknown" };
    for (size_t i = 0; i < COUNT(CODES); i++)
        if (slice_equal_text(said, CODES[i]))
            return (int)i + 1;
    return 0;
}

static const char *priority_code(const char *priority)
{
    if (strcmp(priority, "emergency") == 0)
        return "STAT";
    return strcmp(priority, "urgent") == 0 ? "HIGH" : "ROUTINE";
}

static void fill_request(Db *db, const Act *a, WorklistItem *item)
{
    char description[200];
    item->weight_kg = json_number_value(act_fact(a, "request", "weight_kg"));
    item->pregnancy = pregnancy_code(act_fact_text(a, "request", "pregnancy"));
    copy_value(item->allergies, sizeof item->allergies, act_fact_text(a, "request", "allergies"));
    copy_value(item->alerts, sizeof item->alerts, act_fact_text(a, "request", "implants"));
    copy_value(item->reason, sizeof item->reason, act_fact_text(a, "request", "reason"));
    snprintf(description, sizeof description, "%s %s", a->modality, a->region);
    copy_value(item->requested_procedure, sizeof item->requested_procedure,
               first_characters(slice_of(description), 64));
    snprintf(item->requested_procedure_id, sizeof item->requested_procedure_id, "%s", a->accession);
    snprintf(item->accession, sizeof item->accession, "%s", a->accession);
    snprintf(item->study_uid, sizeof item->study_uid, "%s", a->study_uid);
    snprintf(item->priority, sizeof item->priority, "%s", priority_code(a->priority));
    name_of(db, a->requester_id, item->requester, sizeof item->requester);
}

static bool fill_step(Db *db, const Act *a, WorklistItem *item, Err *err)
{
    Room         room;
    Organisation site;
    Slice        protocol = act_fact_text(a, "protocol", "name");
    if (!room_load(db, a->slot_room_id, &room, err) || !organisation_load(db, a->site_id, &site, err))
        return false;
    LocalTime t = local_time(a->slot_start_ms, site.time_zone);
    snprintf(item->sps_id, sizeof item->sps_id, "%s", a->sps_id);
    copy_value(item->sps_description, sizeof item->sps_description,
               first_characters(protocol.len ? protocol : slice_of(item->requested_procedure), 64));
    snprintf(item->modality, sizeof item->modality, "%s", room.modality);
    snprintf(item->ae_title, sizeof item->ae_title, "%s", room.ae_title);
    snprintf(item->station_name, sizeof item->station_name, "%s", room.station_name);
    copy_value(item->location, sizeof item->location, slice_of(room.name));
    copy_value(item->institution, sizeof item->institution, slice_of(site.name));
    snprintf(item->time_zone, sizeof item->time_zone, "%s", site.time_zone);
    name_of(db, a->imager_id, item->performing_physician, sizeof item->performing_physician);
    item->start_ms = a->slot_start_ms;
    item->running  = a->state == ACT_RUNNING;
    snprintf(item->start_date, sizeof item->start_date, "%04d%02d%02d", t.year % 10000, t.month % 100,
             t.day % 100);
    snprintf(item->start_time, sizeof item->start_time, "%02d%02d%02d", t.hour % 100, t.minute % 100,
             t.second % 100);
    return true;
}

/* Who stands at the console must know before anything else that somebody else has almost the same traits. E15 */
static bool fill_warning(Db *db, const Act *a, WorklistItem *item, Err *err)
{
    Patient p;
    char    alerts[sizeof item->alerts];
    if (!patient_load(db, a->patient_id, &p, err))
        return false;
    const char *warning = p.attributes & PATIENT_HOMO ? "HOMONYME" : p.attributes & PATIENT_DOUT ? "IDENTITE DOUTEUSE" : "";
    if (!warning[0])
        return true;
    snprintf(alerts, sizeof alerts, "%s%s%s", warning, item->alerts[0] ? " - " : "", item->alerts);
    copy_value(item->alerts, sizeof item->alerts, slice_of(alerts));
    return true;
}

static bool item_of(Db *db, const Act *a, WorklistItem *ret, Err *err)
{
    *ret = (WorklistItem) { .act_id = a->id, .site_id = a->site_id };
    snprintf(ret->act_number, sizeof ret->act_number, "%s", a->number);
    if (!fill_patient(db, a, ret, err))
        return false;
    fill_request(db, a, ret);
    return fill_warning(db, a, ret, err) && fill_step(db, a, ret, err);
}

static bool wanted(const WorklistItem *item, const WorklistFilter *f)
{
    const struct {
        Slice       asked;
        const char *value;
    } KEYS[] = { { f->ae_title, item->ae_title },
                 { f->modality, item->modality },
                 { f->patient_id, item->patient_id },
                 { f->accession, item->accession },
                 { f->sps_id, item->sps_id } };
    for (size_t i = 0; i < COUNT(KEYS); i++)
        if (KEYS[i].asked.len && !slice_equal_text(KEYS[i].asked, KEYS[i].value))
            return false;
    return true;
}

bool worklist_each(Db *db, const WorklistFilter *filter, bool (*each)(const WorklistItem *item, void *arg),
                   void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS "  FROM act"
                                     " WHERE act.state IN ('planned', 'running')"
                                     "   AND (?1 = 0 OR act.site_id = ?1)"
                                     "   AND (?2 = 0 OR act.id = ?2)"
                                     "   AND act.slot_start_ms >= ?3"
                                     "   AND (?4 = 0 OR act.slot_start_ms <= ?4)"
                                     " ORDER BY act.slot_start_ms, act.id");
    db_bind_int(q, 1, filter->site_id);
    db_bind_int(q, 2, filter->act_id);
    db_bind_int(q, 3, filter->from_ms);
    db_bind_int(q, 4, filter->to_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_ACT    a = { 0 };
        WorklistItem item;
        if (step == DB_FAILED || !act_from_row(q, &a, err) || !item_of(db, &a, &item, err))
            return false;
        if (wanted(&item, filter) && !each(&item, arg))
            return true;
    }
    return true;
}

/* ---- as the technologist's page shows it ---- */

static bool item_keep(const WorklistItem *item, void *arg)
{
    *(WorklistItem *)arg = *item;
    return false;
}

bool act_worklist_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT    a    = { 0 };
    WorklistItem item = { 0 };
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !worklist_each(db, &(WorklistFilter) { .act_id = act_id }, item_keep, &item, err))
        return false;
    if (!item.act_id)
        return err_set(err, ERR_CONFLICT, "The exam is not planned.", "act %" PRId64, act_id);
    *ret = json_pack("{s:s, s:s, s:s, s:s, s:s, s:f, s:s, s:s, s:i}", "patient_name", item.patient_name,
                     "patient_id", item.patient_id, "patient_id_issuer", item.patient_id_issuer, "birth_date",
                     item.birth_date, "sex", item.sex, "weight_kg", item.weight_kg, "allergies",
                     item.allergies, "alerts", item.alerts, "pregnancy", item.pregnancy);
    json_put(*ret, "accession", json_string(item.accession));
    json_put(*ret, "requested_procedure_id", json_string(item.requested_procedure_id));
    json_put(*ret, "requested_procedure", json_string(item.requested_procedure));
    json_put(*ret, "study_uid", json_string(item.study_uid));
    json_put(*ret, "priority", json_string(item.priority));
    json_put(*ret, "requester", json_string(item.requester));
    json_put(*ret, "sps_id", json_string(item.sps_id));
    json_put(*ret, "sps_description", json_string(item.sps_description));
    json_put(*ret, "modality", json_string(item.modality));
    json_put(*ret, "ae_title", json_string(item.ae_title));
    json_put(*ret, "station_name", json_string(item.station_name));
    json_put(*ret, "location", json_string(item.location));
    json_put(*ret, "start_ms", json_integer(item.start_ms));
    json_put(*ret, "start_date", json_string(item.start_date));
    return json_put(*ret, "start_time", json_string(item.start_time));
}
