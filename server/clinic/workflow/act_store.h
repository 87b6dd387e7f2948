/*
 * The tables of acts and their log: the only SQL for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_STORE_H
#define CLINIC_WORKFLOW_ACT_STORE_H

#include "clinic/workflow/act_projection.h"

/*
 * SQL condition: person ?W has an open grant of this act at ?N (UTC seconds), in person or through an
 * organisation where they hold a clinical role. Narrower than GRANT_SQL: a patient's other act opens nothing
 * here.
 */
#define ACT_GRANT_SQL(act, W, N)                                                                             \
    " EXISTS (SELECT 1 FROM access_grant"                                                                    \
    "          WHERE access_grant.act_id = " act "            AND (access_grant.until_s IS NULL OR "         \
    "access_grant.until_s > " N ")"                                                                          \
    "            AND (access_grant.person_id = " W "                 OR access_grant.organisation_id IN "    \
    "(SELECT membership.organisation_id FROM membership"                                                     \
    "                                                      WHERE membership.person_id = " W                  \
    "                                                        AND membership.clinical = 1))) "

#define ACT_COLUMNS                                                                                          \
    "act.id, act.number, act.kind, act.state, act.version, act.patient_id, act.requester_org_id, "           \
    "act.site_id,"                                                                                           \
    " act.imaging_id, act.modality, act.priority, act.region, act.convention_id, act.requester_id, "         \
    "act.imager_id,"                                                                                         \
    " act.technologist_id, act.reader_id, act.created_at_ms, act.asked_at_ms, act.deadline_what, "           \
    "act.deadline_at_ms,"                                                                                    \
    " act.slot_start_ms, act.slot_room_id, act.accession, act.study_uid, act.sps_id, act.facts, "            \
    "act.last_seq,"                                                                                          \
    " act.last_hash"
enum { ACT_COLUMN_COUNT = 29 };
bool act_from_row(const DbQuery *row, Act *ret, Err *err);

/* A row whose id the log needs, under a passing number; act_save fills it in the same transaction. Sets
 * a->id. */
bool act_insert(Db *db, Act *a, Err *err);
/*
 * 'facts_bytes_max': what is written must be readable again (JSON_BYTES_MAX at most), or the act, and each
 * list it is in, would be lost. Errors: ERR_LIMIT over it.
 */
bool act_save(Db *db, const Act *a, size_t facts_bytes_max, Err *err);
/* ERR_NOT_FOUND. act_load_for: also when this person has no open grant for it. */
bool act_load(Db *db, int64_t id, Act *ret, Err *err);
bool act_load_for(Db *db, int64_t id, int64_t person_id, int64_t now_s, Act *ret, Err *err);
bool act_by_study(Db *db, Slice study_uid, int64_t *ret_act_id, Err *err);

#define ACT_EVENT_COLUMNS                                                                                    \
    "act_event.id, act_event.act_id, act_event.seq, act_event.at_ms, act_event.step, act_event.from_state,"  \
    " act_event.to_state, act_event.person_id, act_event.person_name, act_event.role, "                      \
    "act_event.organisation_id,"                                                                             \
    " act_event.factors, act_event.convention_id, act_event.convention_version, act_event.why, "             \
    "act_event.data,"                                                                                        \
    " act_event.prev_hash, act_event.hash"
bool act_event_from_row(const DbQuery *row, ActEvent *ret, Err *err);

/* Numbers, chains and adds it: seq, prev_hash and hash are filled from the act; 'id' from the database. */
bool act_event_add(Db *db, const Act *a, ActEvent *e, Err *err);

/* SHA-256 of the event before and of every column, each with its length in front: one content has one
 * spelling. */
void act_event_hash(const ActEvent *e, Slice data_text, char ret[ACT_HASH_SIZE]);

/* Events of one act with seq > after, oldest first, until 'each' says false. */
typedef bool ActEventRow(const ActEvent *e, void *arg);
bool         act_events_each(Db *db, int64_t act_id, int64_t after, ActEventRow *each, void *arg, Err *err);

/* ---- act_log.c ---- */

/* The act as its log tells it, chain and hashes checked: 'check' says where it breaks ('broken_act'), and *ret is what came before. */
bool act_replay(Db *db, int64_t id, Act *ret, ActCheck *check, Err *err);
/* Every column and all facts; not the place in the log. */
bool act_projection_equal(const Act *a, const Act *b);

#endif
