/*
 * The library of exam protocols: per modality and site, versioned, approved by an imager, with variants for
 * children by age and weight. E19, E11.
 *
 * A version never changes; a change is the next version, in force once an imager of the group approves it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PROTOCOL_H
#define CLINIC_WORKFLOW_PROTOCOL_H

#include "clinic/workflow/act_projection.h"
#include "guard/access/who.h"

typedef struct Protocol {
    int64_t id, root_id, version, imaging_id, site_id; /* site_id 0: every site */
    char    modality[8], region[72], name[160];
    int64_t age_from_months, age_to_months;           /* exclusive end; 0: no limit */
    double  weight_from_kg, weight_to_kg;
    int64_t made_by, made_at_ms, approved_by, approved_at_ms, retired_at_ms;
    json_t *content; /* owned: phases, steps, contrast {kind,product,dose_rule,renal_days}, dose_target, drl, preparation, minutes */
} Protocol;
void protocol_clear(Protocol *p);
#define OWNED_PROTOCOL __attribute__((cleanup(protocol_clear))) Protocol

/* ---- protocol_rules.c: pure ---- */

/* Body of POST /api/protocols, checked member by member; 'ret' is cleared by the caller. ERR_INPUT. */
bool protocol_from_json(const json_t *body, Protocol *ret, Err *err);

/* Is it made for this patient? Age -1 or weight 0 (not known) does not fit a limit on it. */
bool protocol_fits(const Protocol *p, int age_months, double weight_kg);

/* {id,root_id,version,name,modality,region,…} with the members of the content, the caller's. */
json_t *protocol_json(const Protocol *p);

/*
 * Doses against the reference levels of the protocol: [{"what","measured","reference","above"}] for those that
 * both know, the caller's. Order of 23 May 2019 on diagnostic reference levels.
 */
json_t *protocol_dose_compared(const json_t *levels, const json_t *dose);

/* ---- protocol.c: with the database ---- */

/* A draft, or (body "replaces") the next version of one; by an imager of the group. ERR_DENIED, ERR_INPUT. */
bool protocol_create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err);
/* By an imager of the group: in force from now on, in place of earlier versions. ERR_CONFLICT approved already. */
bool protocol_approve(Db *db, const Who *who, int64_t id, Err *err);
/* Offered no more. */
bool protocol_retire(Db *db, const Who *who, int64_t id, Err *err);

/* The version in force of the same protocol; ERR_NOT_FOUND when there is none. */
bool protocol_in_force(Db *db, int64_t root_id, Protocol *ret, Err *err);
bool protocol_load(Db *db, int64_t id, Protocol *ret, Err *err);

/* {"protocols":[…]}: all versions that count (in force, drafts) of the groups and sites of this person. */
bool protocols_json(Db *db, const Who *who, json_t **ret, Err *err);
/* Those in force for an act: its group, modality and site, each with "fits"; those that fit first. */
bool protocols_for_act_json(Db *db, const Act *a, json_t **ret, Err *err);

/* Months since birth; -1 not known. */
int act_patient_months(Db *db, const Act *a, int64_t now_ms);

#endif
