/*
 * The holder's view of acts, reports and images. E34, T7, E27, L8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/own_record.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/patients/own.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/own_choices.h"
#include "clinic/workflow/preparation.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { OWN_ACTS_MAX = 200 };

#define NOT_YET                                                                                              \
    "This result is not on your page yet. Your doctor talks about it with you first; it can be read here afterwards."

#define STATE(s) (1u << ACT_##s)

/* ---- rules ---- */

/* What the report is about was corrected: it may be about somebody else until its imager has looked, and stays away when withdrawn. */
static bool in_doubt(const Act *a)
{
    const json_t *mark;
    size_t        i;
    json_array_foreach (act_fact(a, "report_marks", NULL), i, mark) {
        const char *verdict = json_string_value(json_object_get(mark, "verdict"));
        if (!verdict || strcmp(verdict, "withdrawn") == 0)
            return true;
    }
    return false;
}

bool own_report_is_open(const Act *a)
{
    unsigned out = STATE(DELIVERED) | STATE(ACKNOWLEDGED) | STATE(CLOSED);
    return (out & 1u << a->state) && act_fact(a, "signature", NULL) && act_fact(a, "patient_informed", NULL) &&
           !act_withheld(a) && !in_doubt(a) && !act_patient_objects(a, "patient-page");
}

const char *own_state(const Act *a)
{
    unsigned state = 1u << a->state;
    if (own_report_is_open(a))
        return "ready";
    if (state & (STATE(REFUSED) | STATE(CANCELLED) | STATE(NOT_DONE)))
        return "not-done";
    if (state & STATE(CLOSED))
        return act_fact(a, "signature", NULL) ? "waiting" : "not-done";
    if (state & (STATE(SIGNED) | STATE(DELIVERED) | STATE(ACKNOWLEDGED)))
        return "waiting";
    if (state & STATE(LEFT) || (act_is_expertise(a) && state & STATE(VALIDATED)))
        return "reading";
    if (state & (STATE(RUNNING) | STATE(GONE) | STATE(RELEASED)))
        return "under-way";
    return state & STATE(PLANNED) ? "planned" : "asked";
}

/* ---- acts ---- */

/* Drafts are nobody's yet; help given to a colleague is told in that colleague's own act. */
#define SHOWN_TO_PATIENTS "act.state <> 'draft' AND act.kind IN ('remote-exam', 'tele-expertise')"

bool own_act(Db *db, const Who *who, int64_t act_id, Act *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS " FROM act WHERE act.id = ?3 AND " SHOWN_TO_PATIENTS
                                     "   AND " OWN_SQL("act.patient_id", "?1", "?2"));
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, clock_now_s());
    db_bind_int(q, 3, act_id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED || (step == DB_ROW && !act_from_row(q, ret, err)))
        return false;
    if (step == DB_END || act_patient_objects(ret, "patient-page"))
        return err_set(err, ERR_NOT_FOUND, "No such act, or it is not open to you.", "act %" PRId64 " is not of this holder", act_id);
    return true;
}

static json_t *fact_copy(const Act *a, const char *key, const char *member)
{
    const json_t *value = act_fact(a, key, member);
    return value ? json_deep_copy(value) : json_null();
}

static json_t *moment(int64_t at_ms)
{
    return at_ms ? json_integer(at_ms) : json_null();
}

/* When it was or will be, for the order of the list. */
static int64_t act_moment(const Act *a)
{
    int64_t started = act_fact_int(a, "acquisition", "started_at_ms");
    return started ? started : a->slot_start_ms ? a->slot_start_ms : a->asked_at_ms;
}

static bool site_json(Db *db, const Act *a, json_t **ret, Err *err)
{
    Organisation o;
    char         address[240];
    if (!organisation_load(db, act_is_expertise(a) ? a->requester_org_id : a->site_id, &o, err))
        return false;
    organisation_address(&o, address, sizeof address);
    *ret = json_pack("{s:s, s:s, s:s, s:s}", "name", o.name, "city", o.city, "address", address, "phone", o.phone);
    return *ret != NULL;
}

static bool summary(Db *db, const Act *a, json_t **ret, Err *err)
{
    json_t *site = NULL;
    if (!site_json(db, a, &site, err))
        return false;
    *ret = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id", (json_int_t)a->id, "number", a->number, "kind", a->kind,
                     "modality", a->modality, "region", a->region, "state", own_state(a), "at_ms", moment(act_moment(a)),
                     "slot_start_ms", moment(a->slot_start_ms), "site", site);
    return *ret != NULL;
}

static bool acts_of(Db *db, const Who *who, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS " FROM act WHERE " SHOWN_TO_PATIENTS
                                     "   AND " OWN_SQL("act.patient_id", "?1", "?2") " ORDER BY act.id DESC LIMIT ?3");
    DbStep step;
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, clock_now_s());
    db_bind_int(q, 3, OWN_ACTS_MAX);
    while ((step = db_next(q, err)) == DB_ROW) {
        OWNED_ACT a   = { 0 };
        json_t   *one = NULL;
        if (!act_from_row(q, &a, err))
            return false;
        if (act_patient_objects(&a, "patient-page"))
            continue;
        if (!summary(db, &a, &one, err))
            return false;
        json_push(list, one);
    }
    return step != DB_FAILED;
}

bool own_record_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    Holder  h;
    Patient p;
    char    name[256];
    OWNED(json_t) *acts = json_array();
    if (!holder_of_person(db, who->person_id, &h, err) || !patient_survivor(db, h.patient_id, &p, err) ||
        !acts_of(db, who, acts, err))
        return false;
    bool over = h.ended_at_s || (h.until_s && h.until_s <= clock_now_s());
    patient_shown_name(&p, name, sizeof name);
    *ret = json_pack("{s:{s:s, s:s, s:s%}, s:{s:s, s:s, s:o, s:o}, s:b, s:O}", "patient", "name", over ? "" : name, "birth_date",
                     over ? "" : p.birth_date, "sex", &p.sex, (size_t)(over ? 0 : 1), "holder", "kind", h.kind, "name", h.name, "since_ms",
                     moment(h.activated_at_s * 1000), "until_ms", moment(h.until_s * 1000), "over", over, "acts", acts);
    return *ret != NULL;
}

/* Whom to call: who asked for it, where it was done. */
static bool contact_json(Db *db, const Act *a, json_t *into, Err *err)
{
    Person p;
    char   name[160];
    if (!a->requester_id)
        return json_put(into, "requester", json_null());
    if (!person_load(db, a->requester_id, &p, err))
        return false;
    person_shown_name(&p, name, sizeof name);
    return json_put(into, "requester", json_pack("{s:s, s:s}", "name", name, "phone", p.phone));
}

/* How to prepare, in both languages, while there is something to prepare for; nothing where no sheet is approved. E3 */
static bool sheets_json(Db *db, const Act *a, json_t *into, Err *err)
{
    static const Lang LANGS[] = { LANG_FR, LANG_EN };
    OWNED_PREPARATION p       = { 0 };
    bool              found   = false;
    if (a->state != ACT_PLANNED || !a->slot_start_ms)
        return true;
    if (!preparation_for_act(db, a, &p, &found, err))
        return false;
    OWNED(json_t) *sheets = json_object();
    for (size_t i = 0; found && i < COUNT(LANGS); i++) {
        json_t *one = NULL;
        if (!preparation_sheet_json(db, a, LANGS[i], &one, err))
            return false;
        json_put(sheets, LANGS[i] == LANG_FR ? "fr" : "en", one);
    }
    return !found || json_put(into, "sheet", GIVE(sheets));
}

bool own_act_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a         = { 0 };
    OWNED(json_t) *json = NULL;
    ActImages images    = { 0 };
    if (!own_act(db, who, act_id, &a, err) || !summary(db, &a, &json, err) || !contact_json(db, &a, json, err) ||
        !act_images(db, a.id, &images, err) || !sheets_json(db, &a, json, err))
        return false;
    bool open = own_report_is_open(&a);
    json_put(json, "report", json_cstr(open ? "open" : "waiting"));
    json_put(json, "images", json_cstr(!open ? "waiting" : images.pictures && !images.wrong_patient ? "open" : "none"));
    bool read = act_is_expertise(&a) && !json_array_size(act_fact(&a, "chosen_images", "series")); /* asked on papers alone */
    json_put(json, "about", json_string(read ? "documents" : "images"));
    json_put(json, "preparation", fact_copy(&a, "preparation", "sheet"));
    json_put(json, "preparation_at_ms", moment(act_fact_int(&a, "preparation", "at_ms")));
    json_put(json, "offered", fact_copy(&a, "alternative", "offered"));
    json_put(json, "choices", own_choices(&a));
    json_put(json, "informed_at_ms", open ? moment(act_fact_int(&a, "patient_informed", "at_ms")) : json_null());
    *ret = GIVE(json);
    return true;
}

/* ---- the report ---- */

bool own_open_act(Db *db, const Who *who, int64_t act_id, Act *ret, Err *err)
{
    return own_act(db, who, act_id, ret, err) &&
           (own_report_is_open(ret) || err_set(err, ERR_CONFLICT, NOT_YET, "act %" PRId64 ": not open to the patient", act_id));
}

typedef struct Opening {
    const ActHouse *house;
    int64_t         act_id;
} Opening;

static bool opened_work(Db *db, void *arg, Err *err)
{
    const Opening *o = arg;
    OWNED_ACT      a = { 0 };
    return act_load(db, o->act_id, &a, err) &&
           (act_fact(&a, "patient_opened", NULL) || act_do_system(db, o->house, a.id, "patient-opened", json_object(), err));
}

/* The first opening is told in the act; all of them are in the trace. */
static bool opened(ActHouse *house, const Act *a, Err *err)
{
    Opening o = { house, a->id };
    return act_fact(a, "patient_opened", NULL) || db_write(house->needs.host, opened_work, &o, err);
}

/* What other experts asked about the same images answered, each with the date. T5 */
static json_t *opinions_of(const Report *r)
{
    json_t       *list = json_array();
    const json_t *one;
    size_t        i;
    json_array_foreach (json_object_get(r->frame, "opinions"), i, one)
        json_push(list, json_pack("{s:O?, s:O?, s:O?, s:O?}", "by", json_object_get(json_object_get(one, "by"), "name"), "at_ms",
                                  json_object_get(one, "at_ms"), "results", json_object_get(one, "results"), "conclusion",
                                  json_object_get(one, "conclusion")));
    return list;
}

/* What came before this version and why there is another: nothing where there is but one. E29 E34 */
static bool version_push(const Report *r, void *arg)
{
    const json_t *addendum = json_object_get(r->content, "addendum"), *difference = json_object_get(r->content, "difference");
    const json_t *matters  = report_significant(r->content);
    json_t       *one      = json_pack("{s:s, s:I}", "kind", report_kind_name(r->kind), "at_ms", (json_int_t)r->signed_at_ms);
    if (r->kind == REPORT_ADDENDUM) {
        json_put(one, "addendum", json_cstr(json_string_value(json_object_get(addendum, "kind"))));
        json_put(one, "reason", json_cstr(json_string_value(json_object_get(addendum, "reason"))));
    }
    if (r->follows && difference)
        json_put(one, "changes", json_cstr(matters ? json_string_value(json_object_get(difference, "what")) : NULL));
    return json_push(arg, one);
}

/* What is for reading; dose, incidents and the rest stand in the PDF. */
static json_t *report_text(const Act *a, const Report *r)
{
    static const char *const PARTS[] = { "indication", "technique", "comparison", "results", "conclusion", "follow_up", "contact" };
    json_t                  *text    = json_object();
    const json_t            *by      = act_fact(a, "signature", "by");
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        const char *part = json_string_value(json_object_get(r->content, PARTS[i]));
        json_put(text, PARTS[i], json_cstr(part ? part : ""));
    }
    return json_pack("{s:o, s:I, s:o, s:o, s:b}", "text", text, "signed_at_ms", (json_int_t)r->signed_at_ms, "signed_by",
                     json_cstr(json_string_value(json_object_get(by, "name"))), "opinions", opinions_of(r), "not_interpretable",
                     slice_equal_text(act_fact_text(a, "outcome", NULL), "not-interpretable"));
}

static bool report_of(ActHouse *house, const Who *who, int64_t act_id, Act *ret, json_t **ret_json, Err *err)
{
    OWNED(Db) *db = db_read(house->needs.host, err);
    Report r      = { 0 };
    if (!db || !own_open_act(db, who, act_id, ret, err) || !report_load_signed(db, act_id, &r, err))
        return false;
    OWNED(json_t) *versions = json_array();
    *ret_json               = report_text(ret, &r);
    report_clear(&r);
    if (!report_signed_each(db, act_id, version_push, versions, err)) {
        json_decref(*ret_json);
        return false;
    }
    if (json_array_size(versions) > 1)
        json_put(*ret_json, "versions", json_incref(versions));
    return *ret_json != NULL || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "report as JSON");
}

bool own_report_json(ActHouse *house, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a         = { 0 };
    OWNED(json_t) *json = NULL;
    if (!report_of(house, who, act_id, &a, &json, err) || !opened(house, &a, err))
        return false;
    *ret = GIVE(json);
    return true;
}

bool own_report_pdf(ActHouse *house, const Who *who, int64_t act_id, Buf *ret, Err *err)
{
    OWNED_ACT a = { 0 };
    {
        OWNED(Db) *db = db_read(house->needs.host, err);
        if (!db || !own_open_act(db, who, act_id, &a, err))
            return false;
    }
    return opened(house, &a, err) && act_signed_pdf(house, act_id, ret, err);
}
