/*
 * A new act: what is asked for, under which convention, by whom. S1, S3, L7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <openssl/rand.h>

#include "clinic/patients/patient.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/repeat.h"
#include "formats/json/base64.h"
#include "formats/texts/texts.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

typedef struct Creating {
    const ActHouse  *house;
    const Who       *who;
    const json_t    *wanted;
    Act              act; /* columns only */
    ConventionClause clause;
    MissingList      missing;
    int64_t          now_ms;
    int64_t          repeated_id; /* the act that this one repeats; 0: none */
    json_t          *repeated;    /* {id, number}, owned */
    bool             sees_patient; /* the trace of a refusal names the patient only then */
} Creating;

/* The kind, then the modality, are refused by name when their rules do not exist here. */
static bool wanted_read(Creating *c, Err *err)
{
    const json_t *w    = c->wanted;
    Slice         kind = SLICE_NONE, modality = SLICE_NONE, priority = SLICE_NONE, region = SLICE_NONE;
    const char   *why = NULL;
    if (!json_need_text(w, "kind", &kind, err))
        return false;
    if (!kind_supported(kind, &why)) {
        missing_add(&c->missing, "kind", why, "L7");
        return err_set(err, ERR_CONFLICT, why, "kind " SLICE_FMT, SLICE_ARG(kind));
    }
    if (!json_need_text(w, "modality", &modality, err))
        return false;
    bool opinion = !slice_equal_text(kind, "remote-exam"); /* on any image: nothing is exposed here */
    if (!(opinion ? modality_of_opinion(modality, &why) : modality_supported(modality, &why))) {
        missing_add(&c->missing, "modality", why, "S1");
        return err_set(err, ERR_CONFLICT, why, "modality " SLICE_FMT, SLICE_ARG(modality));
    }
    if (!json_need_text(w, "priority", &priority, err) || !json_need_text(w, "region", &region, err) ||
        !json_need_int(w, "patient_id", 1, INT64_MAX, &c->act.patient_id, err) ||
        !json_need_int(w, "requester_org_id", 1, INT64_MAX, &c->act.requester_org_id, err) ||
        !json_need_int(w, "site_id", 1, INT64_MAX, &c->act.site_id, err) ||
        !json_need_int(w, "imaging_id", 1, INT64_MAX, &c->act.imaging_id, err) ||
        !json_may_int(w, "repeat_of", 1, INT64_MAX, &c->repeated_id, err))
        return false;
    if (!code_known(CODES_PRIORITY, priority) || !text_is_clean_utf8(region) ||
        !slice_copy(region, c->act.region, sizeof c->act.region))
        return err_set(err, ERR_INPUT, "The priority or the region is not as it should be.",
                       "priority, region");
    slice_copy(kind, c->act.kind, sizeof c->act.kind);
    slice_copy(modality, c->act.modality, sizeof c->act.modality);
    slice_copy(priority, c->act.priority, sizeof c->act.priority);
    return true;
}

static bool may_create(Db *db, Creating *c, Err *err)
{
    bool sees = false;
    if (!(who_roles_in(c->who, c->act.requester_org_id) & ROLE_REQUESTER))
        return err_set(err, ERR_DENIED, "You are not a requester of this organisation.",
                       "organisation %" PRId64, c->act.requester_org_id);
    if (!patient_seen_by(db, c->who->person_id, c->act.patient_id, c->now_ms / 1000, &sees, err))
        return false;
    c->sees_patient = sees;
    return sees || err_set(err, ERR_NOT_FOUND, "No such patient.", "patient %" PRId64, c->act.patient_id);
}

/* A fictitious identity is for demonstration; one that was merged is no longer anybody's. E15 */
static bool patient_may_be_in_an_act(Db *db, Creating *c, Err *err)
{
    Patient p;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM patient WHERE id = ?1 AND merged_into IS NOT NULL");
    db_bind_int(q, 1, c->act.patient_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW) {
        missing_add(&c->missing, "patient-merged", "This patient was merged into another registration: use that one.", "E15");
        return err_set(err, ERR_CONFLICT, "This patient was merged into another registration: use that one.", "patient %" PRId64,
                       c->act.patient_id);
    }
    if (step == DB_FAILED || !patient_load(db, c->act.patient_id, &p, err))
        return false;
    if (!(p.attributes & PATIENT_FICT) || c->house->needs.demonstration)
        return true;
    missing_add(&c->missing, "fictitious", "A fictitious identity is in no act outside a demonstration.", "E15");
    return err_set(err, ERR_CONFLICT, "A fictitious identity is in no act outside a demonstration.", "patient %" PRId64,
                   c->act.patient_id);
}

static bool covered(Db *db, Creating *c, Err *err)
{
    ConventionWanted wanted = { .kind             = c->act.kind,
                                .modality         = c->act.modality,
                                .priority         = c->act.priority,
                                .requester_org_id = c->act.requester_org_id,
                                .site_id          = c->act.site_id,
                                .imaging_id       = c->act.imaging_id,
                                .at_ms            = c->now_ms,
                                .region           = c->act.region };
    if (!convention_in_force(db, &wanted, &c->clause, &c->missing, err))
        return false;
    c->act.convention_id = c->clause.convention_id;
    return true;
}

/* "B26-000042": the year it was asked in and the row. */
static bool number_give(Creating *c, char *ret, size_t size)
{
    time_t    now_s = (time_t)(c->now_ms / 1000);
    struct tm utc;
    if (!gmtime_r(&now_s, &utc))
        return false;
    snprintf(ret, size, "B%02d-%06" PRId64, utc.tm_year % 100, c->act.id);
    return true;
}

static bool passing_number(Act *a, Err *err)
{
    uint8_t random[8];
    char    hex[2 * sizeof random + 1];
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no random bytes");
    hex_encode(slice_bytes(random, sizeof random), hex);
    snprintf(a->number, sizeof a->number, "new-%s", hex);
    return true;
}

static bool create_event(Db *db, Creating *c, Err *err)
{
    char        number[24], factors[64];
    OWNED_EVENT event = { .at_ms              = c->now_ms,
                          .step               = "create",
                          .from               = ACT_DRAFT,
                          .to                 = ACT_DRAFT,
                          .person_id          = c->who->person_id,
                          .role               = "requester",
                          .organisation_id    = c->act.requester_org_id,
                          .convention_id      = c->clause.convention_id,
                          .convention_version = c->clause.version,
                          .why                = "S1 S3 L7" };
    if (!number_give(c, number, sizeof number))
        return err_set(err, ERR_BUG, "The act could not be recorded: try again.", "no date");
    snprintf(event.person_name, sizeof event.person_name, "%s", c->who->name);
    snprintf(event.factors, sizeof event.factors, "%s", who_factors_text(c->who, factors, sizeof factors));
    event.data =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o}", "number", number, "kind", c->act.kind,
                  "modality", c->act.modality, "priority", c->act.priority, "region", c->act.region,
                  "patient_id", (json_int_t)c->act.patient_id, "requester_org_id",
                  (json_int_t)c->act.requester_org_id, "site_id", (json_int_t)c->act.site_id, "imaging_id",
                  (json_int_t)c->act.imaging_id, "delays", act_delays_json(&c->clause));
    if (c->repeated)
        json_put(event.data, "repeat_of", json_incref(c->repeated));
    OWNED_ACT a = { .id = c->act.id, .facts = json_object() };
    return act_record(db, c->house, &a, &event, err) &&
           (!c->repeated || repeat_tell(db, c->house, c->repeated_id, a.id, a.number, err));
}

static bool trace(Db *db, const Creating *c, bool refused, const char *detail, Err *err)
{
    char      factors[64];
    AuditLine line = { .event           = AUDIT_STEP,
                       .outcome         = refused ? AUDIT_REFUSED : AUDIT_OK,
                       .person_id       = c->who->person_id,
                       .organisation_id = c->act.requester_org_id,
                       .patient_id      = c->sees_patient ? c->act.patient_id : 0,
                       .act_id          = refused ? 0 : c->act.id,
                       .actor           = c->who->login,
                       .factors         = who_factors_text(c->who, factors, sizeof factors),
                       .origin          = c->who->address,
                       .what            = "step create",
                       .detail          = detail };
    return audit_add(db, &line, err);
}

static bool create_work(Db *db, void *arg, Err *err)
{
    Creating *c = arg;
    return wanted_read(c, err) && may_create(db, c, err) && patient_may_be_in_an_act(db, c, err) && covered(db, c, err) &&
           (!c->repeated_id || repeat_look(db, c->who, c->repeated_id, c->act.patient_id, &c->repeated, &c->missing, err)) &&
           passing_number(&c->act, err) && act_insert(db, &c->act, err) && create_event(db, c, err) &&
           trace(db, c, false, "", err);
}

static bool refused_work(Db *db, void *arg, Err *err)
{
    const Creating *c = arg;
    return trace(db, c, true, c->missing.count ? c->missing.items[0].code : "", err);
}

bool act_create(ActHouse *house, const Who *who, const json_t *wanted, int64_t *ret_id,
                MissingList *ret_missing, Err *err)
{
    Creating c   = { .house = house, .who = who, .wanted = wanted, .now_ms = clock_now_ms() };
    Err      why = { 0 };
    if (!who->full)
        return err_set(err, ERR_SIGN_IN, "Sign in with two factors.", "create");
    bool ok = db_write(house->needs.host, create_work, &c, &why);
    json_decref(c.repeated);
    if (ret_missing)
        *ret_missing = c.missing;
    if (ok) {
        *ret_id = c.act.id;
        return true;
    }
    Err lost = { 0 };
    db_write(house->needs.host, refused_work, &c, &lost);
    return err_set(err, why.kind, why.shown, "%s", why.detail);
}
