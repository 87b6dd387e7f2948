/*
 * What a tele-expertise looks up and brings about: experts, chosen series, identity, grants, the end without an answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/expertise.h"

#include "clinic/workflow/duties.h"

#include <stdio.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "clinic/archive/ingest.h"
#include "clinic/patients/patient.h"
#include "formats/dicom/uid.h"
#include "formats/json/base64.h"
#include "guard/access/grant.h"
#include "guard/access/people.h"

void opinion_digest(Slice results, Slice conclusion, char ret[65])
{
    uint8_t   sha256[SHA256_DIGEST_LENGTH];
    OWNED_BUF text = buf_make(64 * 1024); /* two texts of LONG bytes at most */
    buf_add(&text, results);
    buf_add(&text, SLICE("\n"));
    buf_add(&text, conclusion);
    SHA256((const unsigned char *)buf_slice(&text).at, buf_slice(&text).len, sha256);
    hex_encode(slice_bytes(sha256, sizeof sha256), ret);
}

/* ---- looking ---- */

/* An imager of an imaging party of the act's convention. *ret_organisation: 0 when not. */
static bool expert_organisation(Db *db, const Act *a, int64_t person_id, int64_t *ret_organisation, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count  = 0;
    *ret_organisation = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count && !*ret_organisation; i++) {
        if (!(memberships[i].roles & ROLE_IMAGER))
            continue;
        OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM convention_party"
                                         " WHERE convention_id = ?1 AND organisation_id = ?2 AND part = 'imaging'");
        db_bind_int(q, 1, a->convention_id);
        db_bind_int(q, 2, memberships[i].organisation_id);
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_ROW)
            *ret_organisation = memberships[i].organisation_id;
    }
    return true;
}

static bool experts_look(Db *db, const Act *a, const json_t *data, ActScene *scene, Err *err)
{
    const json_t *list = json_object_get(data, "experts"), *id;
    size_t        i;
    scene->experts_fit = json_array_size(list) > 0 && json_array_size(list) <= EXPERTS_MAX;
    json_array_foreach (list, i, id) {
        int64_t organisation_id = 0, person_id = json_integer_value(id);
        Person  person;
        Err     absent = { 0 };
        bool    known  = json_is_integer(id) && person_id != scene->person_id && person_load(db, person_id, &person, &absent);
        if (!known && absent.kind != ERR_NONE && absent.kind != ERR_NOT_FOUND)
            return err_set(err, absent.kind, absent.shown, "%s", absent.detail);
        if (known && !expert_organisation(db, a, person_id, &organisation_id, err))
            return false;
        scene->experts_fit &= known && person.active && organisation_id != 0;
        for (size_t k = 0; k < i; k++)
            scene->experts_fit &= json_integer_value(json_array_get(list, k)) != person_id;
    }
    return true;
}

/* The row of a series of this patient; *ret NULL when it is none. */
static bool series_row(Db *db, const Act *a, const json_t *wanted, json_t **ret, Err *err)
{
    const char *study  = json_string_value(json_object_get(wanted, "study_uid"));
    const char *series = json_string_value(json_object_get(wanted, "series_uid"));
    *ret               = NULL;
    if (!study || !series)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT study.study_date, study.description, series.modality, series.description,"
                                     "       series.instance_count, series.number"
                                     "  FROM study JOIN series ON series.study_id = study.id"
                                     " WHERE study.uid = ?1 AND series.uid = ?2 AND study.patient_id = ?3"
                                     "   AND study.wrong_patient = 0");
    db_bind_text(q, 1, slice_of(study));
    db_bind_text(q, 2, slice_of(series));
    db_bind_int(q, 3, a->patient_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        *ret = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I}", "study_uid", study, "series_uid", series, "study_date",
                         json_slice(db_slice(q, 0)), "study", json_slice(db_slice(q, 1)), "modality",
                         json_slice(db_slice(q, 2)), "description", json_slice(db_slice(q, 3)), "instances",
                         (json_int_t)db_int(q, 4), "number", (json_int_t)db_int(q, 5));
    return step != DB_FAILED;
}

/* The rows of what was chosen; *ret_fits: each of them is a series of this patient. 'ret_rows' may be NULL. */
static bool series_rows(Db *db, const Act *a, const json_t *data, bool *ret_fits, json_t *ret_rows, Err *err)
{
    const json_t *list = json_object_get(data, "series"), *wanted;
    size_t        i;
    *ret_fits = json_array_size(list) <= EXPERTISE_SERIES_MAX;
    json_array_foreach (list, i, wanted) {
        OWNED(json_t) *row = NULL;
        if (!series_row(db, a, wanted, &row, err))
            return false;
        *ret_fits &= row != NULL;
        if (row && ret_rows)
            json_push(ret_rows, json_incref(row));
    }
    return true;
}

static bool is_medical(const char *profession)
{
    static const char *const MEDICAL[] = { "physician", "dental-surgeon", "midwife" };
    for (size_t i = 0; i < COUNT(MEDICAL); i++)
        if (strcmp(profession, MEDICAL[i]) == 0)
            return true;
    return false;
}

bool expertise_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    ActScene *scene = &ret->scene;
    Patient   patient;
    Person    person;
    if (!patient_load(db, a->patient_id, &patient, err) || (who && !person_load(db, who->person_id, &person, err)))
        return false;
    scene->identified = patient.status >= PATIENT_VALI && !(patient.attributes & PATIENT_DOUT);
    scene->medical    = who && is_medical(person.profession);
    /* an expert of another party of the convention counts as an imager of this act, and of no other */
    if (who && expert_of(a, who->person_id))
        scene->imaging_roles |= ROLE_IMAGER;
    if (data && slice_equal_text(step, "invite-experts"))
        return experts_look(db, a, data, scene, err);
    if (data && slice_equal_text(step, "choose-images"))
        return series_rows(db, a, data, &scene->images_fit, NULL, err);
    return true;
}

/* ---- preparing ---- */

static bool prepare_experts(Db *db, const Act *a, json_t *data, Err *err)
{
    OWNED(json_t) *list = json_array(), *added = json_array(); /* whom this asks anew, for who reads the log */
    const json_t *id, *before;
    size_t        i;
    json_array_foreach (json_object_get(data, "experts"), i, id) {
        Person       person;
        Organisation organisation;
        char         name[160];
        int64_t      organisation_id = 0, person_id = json_integer_value(id);
        if (!person_load(db, person_id, &person, err) ||
            !expert_organisation(db, a, person_id, &organisation_id, err) ||
            !organisation_load(db, organisation_id, &organisation, err))
            return false;
        person_shown_name(&person, name, sizeof name);
        json_push(list, json_pack("{s:I, s:s, s:s, s:s, s:s}", "person_id", (json_int_t)person_id, "name", name,
                                  "speciality", person.speciality, "phone", person.phone, "organisation",
                                  organisation.name));
        before = expert_of(a, person_id);
        if (!before || slice_equal_text(slice_of(json_string_value(json_object_get(before, "state"))), "refused"))
            json_push(added, json_string(name));
    }
    json_object_del(data, "experts");
    return json_put(data, "list", json_incref(list)) && json_put(data, "added", json_incref(added));
}

static bool prepare_images(Db *db, const Act *a, json_t *data, Err *err)
{
    OWNED(json_t) *rows = json_array();
    bool fits           = false;
    return series_rows(db, a, data, &fits, rows, err) && json_put(data, "series", json_incref(rows));
}

/* The document of the answer is a study of its own: the images it is about stay as they are. */
static bool prepare_send(const Act *a, json_t *data, Err *err)
{
    uint8_t random[16];
    char    study_uid[65], accession[17];
    size_t  kept = 0;
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no random bytes");
    uid_from_random(random, study_uid);
    for (const char *c = a->number; *c && kept < sizeof accession - 1; c++)
        if (*c != '-')
            accession[kept++] = *c;
    accession[kept] = '\0';
    return json_put(data, "study_uid", json_string(study_uid)) && json_put(data, "accession", json_string(accession));
}

/* A delay longer than what was asked for is a proposal until the requester agrees. T4 */
static bool prepare_accept(const Act *a, json_t *data)
{
    enum { MINUTE_MS = 60 * 1000 };
    int64_t within = json_integer_value(json_object_get(data, "within_min"));
    int64_t limit  = expertise_answer_limit_ms(a);
    int64_t most   = limit ? (limit - a->asked_at_ms - act_fact_int(a, "paused_ms", NULL)) / MINUTE_MS : 0;
    if (within > 0 && most > 0 && within > most)
        return json_put(data, "proposed_min", json_integer(within));
    return true;
}

bool expertise_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event,
                       Err *err)
{
    (void)loaded;
    (void)event;
    if (slice_equal_text(step, "invite-experts"))
        return prepare_experts(db, a, data, err);
    if (slice_equal_text(step, "choose-images"))
        return prepare_images(db, a, data, err);
    if (slice_equal_text(step, "send"))
        return prepare_send(a, data, err);
    if (slice_equal_text(step, "accept"))
        return prepare_accept(a, data);
    return true;
}

/* ---- what follows ---- */

static bool grant_expert(Db *db, const Act *a, int64_t person_id, int64_t until_s, Err *err)
{
    return grant_open(db,
                      &(Grant) { .person_id  = person_id,
                                 .patient_id = a->patient_id,
                                 .act_id     = a->id,
                                 .until_s    = until_s,
                                 .why        = "expert asked" },
                      err);
}

/* Who refused keeps an entry of it: until that is confirmed, the act can be read. L9, L10 */
static bool owes_entry(const Act *a, int64_t person_id)
{
    return act_refused(a, person_id) && !act_record_kept(a, person_id);
}

/* Experts see the act once it is sent; who is taken off the list no longer does, nor does who refused, a quarter of an hour after their own entry. L9 */
static bool follow_experts(Db *db, const ActHouse *house, const Act *a, const ActEvent *e, Err *err)
{
    enum { DAY_S = 24 * 60 * 60, ACCESS_DAYS = 30, REFUSED_S = 15 * 60 };
    int64_t       days = house->needs.access_days_after_close > 0 ? house->needs.access_days_after_close : ACCESS_DAYS;
    int64_t       open = e->to == ACT_CLOSED ? e->at_ms / 1000 + days * DAY_S : 0;
    size_t        i;
    const json_t *expert;
    if (!a->asked_at_ms)
        return true;
    json_array_foreach (act_fact(a, "experts", "list"), i, expert) {
        const char *state = json_string_value(json_object_get(expert, "state"));
        bool        gone  = state && strcmp(state, "refused") == 0;
        int64_t     id    = json_integer_value(json_object_get(expert, "person_id"));
        int64_t     until = !gone ? open : owes_entry(a, id) ? 0 : e->at_ms / 1000 + REFUSED_S;
        if (!grant_expert(db, a, id, until, err))
            return false;
    }
    json_array_foreach (json_object_get(a->facts, "experts_before"), i, expert)
        if (!expert_of(a, json_integer_value(expert)) && !owes_entry(a, json_integer_value(expert)) &&
            !grant_expert(db, a, json_integer_value(expert), e->at_ms / 1000, err))
            return false;
    return true;
}

bool expertise_ask_on_duty(Db *db, const ActHouse *house, const Act *a, const json_t *duty, json_t *explanation, json_t *considered,
                           Err *err)
{
    Person       person;
    Organisation organisation;
    if (!person_load(db, json_integer_value(json_object_get(duty, "person_id")), &person, err) ||
        !organisation_load(db, a->imaging_id, &organisation, err))
        return false;
    return act_do_system(db, house, a->id, "ask-duty-expert",
                         json_pack("{s:I, s:O?, s:s, s:s, s:s, s:O, s:O}", "person_id", (json_int_t)person.id, "name",
                                   json_object_get(duty, "name"), "speciality", person.speciality, "phone", person.phone,
                                   "organisation", organisation.name, "explanation", explanation, "considered", considered),
                         err);
}

/* Nobody has answered in time: somebody on duty is looked for. T4 */
static bool is_unanswered(const ActEvent *e)
{
    const char *what = json_string_value(json_object_get(e->data, "what"));
    return strcmp(e->step, "overdue") == 0 && what && strcmp(what, "expert") == 0;
}

bool expertise_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err)
{
    (void)before;
    if (is_unanswered(event))
        return act_job_add(db, "act.assign", json_pack("{s:I}", "act_id", (json_int_t)after->id), event->at_ms, err);
    bool sent = strcmp(event->step, "send") == 0, asked = strcmp(event->step, "invite-experts") == 0;
    bool refused = strcmp(event->step, "refuse") == 0, closed = (event->to == ACT_CLOSED) != (event->from == ACT_CLOSED);
    bool kept = strcmp(event->step, "confirm-record") == 0, called = strcmp(event->step, "ask-duty-expert") == 0;
    if ((sent || asked || called || refused || closed || kept) && !follow_experts(db, house, after, event, err))
        return false;
    if (sent && !expected_study_add(db,
                                    &(ExpectedStudy) { .study_uid  = after->study_uid,
                                                       .accession  = after->accession,
                                                       .act_id     = after->id,
                                                       .patient_id = after->patient_id,
                                                       .site_id    = after->site_id,
                                                       .ae_title   = "" },
                                    err))
        return false;
    return true;
}

bool expertise_end(Db *db, const ActHouse *house, const Act *after, const ActEvent *event, Err *err)
{
    if (!act_is_expertise(after) || strcmp(event->step, "refuse") != 0 || expertise_has_hope(after))
        return true;
    return act_do_system(db, house, after->id, "all-refused", json_object(), err);
}
