/*
 * The tables of acts and their log: the only SQL for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_store.h"

#include <inttypes.h>
#include <stdio.h>

#include <openssl/evp.h>

#include "formats/json/base64.h"

bool act_from_row(const DbQuery *row, Act *ret, Err *err)
{
    Act a = { .id = db_int(row, 0), .version = db_int(row, 4), .patient_id = db_int(row, 5) };
    db_text(row, 1, a.number, sizeof a.number);
    db_text(row, 2, a.kind, sizeof a.kind);
    a.state            = act_state_from_name(db_slice(row, 3));
    a.requester_org_id = db_int(row, 6);
    a.site_id          = db_int(row, 7);
    a.imaging_id       = db_int(row, 8);
    db_text(row, 9, a.modality, sizeof a.modality);
    db_text(row, 10, a.priority, sizeof a.priority);
    db_text(row, 11, a.region, sizeof a.region);
    a.convention_id   = db_int(row, 12);
    a.requester_id    = db_int(row, 13);
    a.imager_id       = db_int(row, 14);
    a.technologist_id = db_int(row, 15);
    a.reader_id       = db_int(row, 16);
    a.created_at_ms   = db_int(row, 17);
    a.asked_at_ms     = db_int(row, 18);
    db_text(row, 19, a.deadline_what, sizeof a.deadline_what);
    a.deadline_at_ms = db_int(row, 20);
    a.slot_start_ms  = db_int(row, 21);
    a.slot_room_id   = db_int(row, 22);
    db_text(row, 23, a.accession, sizeof a.accession);
    db_text(row, 24, a.study_uid, sizeof a.study_uid);
    db_text(row, 25, a.sps_id, sizeof a.sps_id);
    a.last_seq = db_int(row, 27);
    db_text(row, 28, a.last_hash, sizeof a.last_hash);
    if (a.state == ACT_STATES)
        return err_set(err, ERR_BUG, "An act cannot be read.", "act %" PRId64 " has an unknown state", a.id);
    a.facts = json_parse_object(db_slice(row, 26), err);
    if (!a.facts)
        return false;
    a.clocks = act_clocks(&a);
    *ret     = a;
    return true;
}

bool act_insert(Db *db, Act *a, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO act (number, kind, state, version, patient_id, "
                                     "requester_org_id, site_id, imaging_id,"
                                     "                 modality, priority, region, convention_id, "
                                     "created_at_ms, facts, last_seq, last_hash)"
                                     " VALUES (?1, '', 'draft', 0, ?2, ?3, ?4, ?5, '', '', '', ?6, 0, '{}', "
                                     "0, '')");
    db_bind_cstr(q, 1, a->number);
    db_bind_int(q, 2, a->patient_id);
    db_bind_int(q, 3, a->requester_org_id);
    db_bind_int(q, 4, a->site_id);
    db_bind_int(q, 5, a->imaging_id);
    db_bind_int(q, 6, a->convention_id);
    if (!db_run(q, err))
        return false;
    a->id = db_last_id(db);
    return true;
}

static void bind_id(DbQuery *q, int n, int64_t id)
{
    if (id)
        db_bind_int(q, n, id);
    else
        db_bind_null(q, n);
}

static void bind_word(DbQuery *q, int n, const char *word)
{
    db_bind_cstr(q, n, *word ? word : NULL);
}

bool act_save(Db *db, const Act *a, size_t facts_bytes_max, Err *err)
{
    OWNED_BUF facts = buf_make(facts_bytes_max);
    if (!json_dump_to_buf(a->facts, &facts, NULL))
        return err_set(err, ERR_LIMIT, "This act holds as much text as it can.",
                       "act %" PRId64 ": facts over %zu bytes", a->id, facts_bytes_max);
    OWNED(DbQuery) *q =
        db_query(db, "UPDATE act"
                     "   SET number = ?2, kind = ?3, state = ?4, version = ?5, patient_id = ?6, "
                     "requester_org_id = ?7,"
                     "       site_id = ?8, imaging_id = ?9, modality = ?10, priority = ?11, region = ?12,"
                     "       convention_id = ?13, requester_id = ?14, imager_id = ?15, technologist_id = ?16,"
                     "       reader_id = ?17, created_at_ms = ?18, asked_at_ms = ?19, deadline_what = ?20,"
                     "       deadline_at_ms = ?21, slot_start_ms = ?22, slot_room_id = ?23, accession = ?24,"
                     "       study_uid = ?25, sps_id = ?26, facts = ?27, last_seq = ?28, last_hash = ?29"
                     " WHERE id = ?1");
    db_bind_int(q, 1, a->id);
    db_bind_cstr(q, 2, a->number);
    db_bind_cstr(q, 3, a->kind);
    db_bind_cstr(q, 4, act_state_name(a->state));
    db_bind_int(q, 5, a->version);
    db_bind_int(q, 6, a->patient_id);
    db_bind_int(q, 7, a->requester_org_id);
    db_bind_int(q, 8, a->site_id);
    db_bind_int(q, 9, a->imaging_id);
    db_bind_cstr(q, 10, a->modality);
    db_bind_cstr(q, 11, a->priority);
    db_bind_cstr(q, 12, a->region);
    db_bind_int(q, 13, a->convention_id);
    bind_id(q, 14, a->requester_id);
    bind_id(q, 15, a->imager_id);
    bind_id(q, 16, a->technologist_id);
    bind_id(q, 17, a->reader_id);
    db_bind_int(q, 18, a->created_at_ms);
    bind_id(q, 19, a->asked_at_ms);
    bind_word(q, 20, a->deadline_what);
    bind_id(q, 21, a->deadline_at_ms);
    bind_id(q, 22, a->slot_start_ms);
    bind_id(q, 23, a->slot_room_id);
    bind_word(q, 24, a->accession);
    bind_word(q, 25, a->study_uid);
    bind_word(q, 26, a->sps_id);
    db_bind_text(q, 27, buf_slice(&facts));
    db_bind_int(q, 28, a->last_seq);
    db_bind_cstr(q, 29, a->last_hash);
    return db_run(q, err);
}

static bool act_from_query(DbQuery *q, int64_t id, Act *ret, Err *err)
{
    switch (db_next(q, err)) {
    case DB_ROW:
        return act_from_row(q, ret, err);
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such act, or it is not open to you.", "act %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool act_load(Db *db, int64_t id, Act *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS "  FROM act WHERE act.id = ?1");
    db_bind_int(q, 1, id);
    return act_from_query(q, id, ret, err);
}

bool act_load_for(Db *db, int64_t id, int64_t person_id, int64_t now_s, Act *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS "  FROM act"
                                     " WHERE act.id = ?1"
                                     "   AND " ACT_GRANT_SQL("act.id", "?2", "?3"));
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, person_id);
    db_bind_int(q, 3, now_s);
    return act_from_query(q, id, ret, err);
}

bool act_by_study(Db *db, Slice study_uid, int64_t *ret_act_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id FROM act WHERE act.study_uid = ?1");
    db_bind_text(q, 1, study_uid);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret_act_id = db_int(q, 0);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such act, or it is not open to you.", "study " SLICE_FMT, SLICE_ARG(study_uid));
    case DB_FAILED:
        break;
    }
    return false;
}

/* ---- the log ---- */

bool act_event_from_row(const DbQuery *row, ActEvent *ret, Err *err)
{
    ActEvent e = {
        .id = db_int(row, 0), .act_id = db_int(row, 1), .seq = db_int(row, 2), .at_ms = db_int(row, 3)
    };
    db_text(row, 4, e.step, sizeof e.step);
    e.from      = act_state_from_name(db_slice(row, 5));
    e.to        = act_state_from_name(db_slice(row, 6));
    e.person_id = db_int(row, 7);
    db_text(row, 8, e.person_name, sizeof e.person_name);
    db_text(row, 9, e.role, sizeof e.role);
    e.organisation_id = db_int(row, 10);
    db_text(row, 11, e.factors, sizeof e.factors);
    e.convention_id      = db_int(row, 12);
    e.convention_version = db_int(row, 13);
    db_text(row, 14, e.why, sizeof e.why);
    db_text(row, 16, e.prev_hash, sizeof e.prev_hash);
    db_text(row, 17, e.hash, sizeof e.hash);
    e.data = json_parse_object(db_slice(row, 15), err);
    if (!e.data)
        return false;
    *ret = e;
    return true;
}

static void hash_field(EVP_MD_CTX *md, const void *at, size_t len)
{
    uint8_t size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
    EVP_DigestUpdate(md, size, sizeof size);
    EVP_DigestUpdate(md, at, len);
}

static void hash_text(EVP_MD_CTX *md, const char *text)
{
    hash_field(md, text, strlen(text));
}

static void hash_int(EVP_MD_CTX *md, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    hash_text(md, text);
}

void act_event_hash(const ActEvent *e, Slice data_text, char ret[ACT_HASH_SIZE])
{
    uint8_t      digest[EVP_MAX_MD_SIZE] = { 0 };
    unsigned int size                    = 0;
    EVP_MD_CTX  *md                      = EVP_MD_CTX_new();
    ret[0]                               = '\0';
    if (!md || !EVP_DigestInit_ex(md, EVP_sha256(), NULL)) {
        EVP_MD_CTX_free(md);
        return;
    }
    hash_text(md, e->prev_hash);
    hash_int(md, e->act_id);
    hash_int(md, e->seq);
    hash_int(md, e->at_ms);
    hash_text(md, e->step);
    hash_text(md, act_state_name(e->from));
    hash_text(md, act_state_name(e->to));
    hash_int(md, e->person_id);
    hash_text(md, e->person_name);
    hash_text(md, e->role);
    hash_int(md, e->organisation_id);
    hash_text(md, e->factors);
    hash_int(md, e->convention_id);
    hash_int(md, e->convention_version);
    hash_text(md, e->why);
    hash_field(md, data_text.at, data_text.len);
    if (EVP_DigestFinal_ex(md, digest, &size))
        hex_encode(slice_bytes(digest, size), ret);
    EVP_MD_CTX_free(md);
}

bool act_event_add(Db *db, const Act *a, ActEvent *e, Err *err)
{
    OWNED_BUF data = buf_make(JSON_BYTES_MAX);
    if (!json_dump_to_buf(e->data, &data, err))
        return false;
    e->act_id = a->id;
    e->seq    = a->last_seq + 1;
    snprintf(e->prev_hash, sizeof e->prev_hash, "%s", a->last_hash);
    act_event_hash(e, buf_slice(&data), e->hash);
    if (!e->hash[0])
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no SHA-256");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO act_event (act_id, seq, at_ms, step, from_state, to_state, "
                                     "person_id, person_name, role,"
                                     "                       organisation_id, factors, convention_id, "
                                     "convention_version, why, data,"
                                     "                       prev_hash, hash)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                                     "?15, ?16, ?17)");
    db_bind_int(q, 1, e->act_id);
    db_bind_int(q, 2, e->seq);
    db_bind_int(q, 3, e->at_ms);
    db_bind_cstr(q, 4, e->step);
    db_bind_cstr(q, 5, act_state_name(e->from));
    db_bind_cstr(q, 6, act_state_name(e->to));
    db_bind_int(q, 7, e->person_id);
    db_bind_cstr(q, 8, e->person_name);
    db_bind_cstr(q, 9, e->role);
    db_bind_int(q, 10, e->organisation_id);
    db_bind_cstr(q, 11, e->factors);
    db_bind_int(q, 12, e->convention_id);
    db_bind_int(q, 13, e->convention_version);
    db_bind_cstr(q, 14, e->why);
    db_bind_text(q, 15, buf_slice(&data));
    db_bind_cstr(q, 16, e->prev_hash);
    db_bind_cstr(q, 17, e->hash);
    if (!db_run(q, err))
        return false;
    e->id = db_last_id(db);
    return true;
}

bool act_events_each(Db *db, int64_t act_id, int64_t after, ActEventRow *each, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_EVENT_COLUMNS "  FROM act_event"
                                     " WHERE act_event.act_id = ?1 AND act_event.seq > ?2"
                                     " ORDER BY act_event.seq");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, after);
    for (;;) {
        switch (db_next(q, err)) {
        case DB_FAILED:
            return false;
        case DB_END:
            return true;
        case DB_ROW:
            break;
        }
        OWNED_EVENT e = { 0 };
        if (!act_event_from_row(q, &e, err))
            return false;
        if (!each(&e, arg))
            return true;
    }
}
