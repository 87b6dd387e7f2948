/*
 * The library of exam protocols: per modality and site, versioned, approved by an imager, with variants for
 * children by age and weight. E19, E11.
 *
 * A version never changes; a change is the next version, in force once somebody of the group who did not write it approves it (library.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PROTOCOL_H
#define CLINIC_WORKFLOW_PROTOCOL_H

#include "clinic/workflow/act_projection.h"
#include "clinic/workflow/library.h"
#include "guard/access/who.h"

typedef struct Protocol {
    int64_t id, root_id, version, imaging_id, site_id; /* site_id 0: every site */
    char    modality[8], region[72], name[160];
    int64_t age_from_months, age_to_months;           /* exclusive end; 0: no limit */
    double  weight_from_kg, weight_to_kg;
    int64_t made_by, made_at_ms, approved_by, approved_at_ms, retired_at_ms;
    json_t *review;  /* owned: submitted {at_ms,by,name,text}, opinion {…,opinion}, returned {…}, approved {…,text}; those that were said */
    json_t *content; /* owned: phases, steps, contrast {kind,product,dose_rule,renal_days}, dose_target, drl, preparation, minutes */
} Protocol;
void protocol_clear(Protocol *p);
#define OWNED_PROTOCOL __attribute__((cleanup(protocol_clear))) Protocol

/* ---- protocol_rules.c: pure ---- */

/* Body of POST /api/protocols, checked member by member; 'ret' is cleared by the caller. ERR_INPUT. */
bool protocol_from_json(const json_t *body, Protocol *ret, Err *err);

/* Is it made for this patient? Age -1 or weight 0 (not known) does not fit a limit on it. */
bool protocol_fits(const Protocol *p, int age_months, double weight_kg);

/*
 * Why it fits this patient or not, limit by limit: [{"what":"age"|"weight","fits","from","to","value"}], the caller's; 'value' null:
 * not known; 'to' 0: no limit. Empty: made for everybody.
 */
json_t *protocol_why(const Protocol *p, int age_months, double weight_kg);

/* Does a medical physicist's opinion count before it is approved? Where it irradiates and sets doses. R.1333-68, E11 */
bool protocol_asks_physicist(const Protocol *p);

/* What the technologist signs: the protocol as French text. */
bool protocol_text(const Protocol *p, Buf *ret, Err *err);

/* {id,root_id,version,name,modality,region,…} with the members of the content, the caller's. */
json_t *protocol_json(const Protocol *p);

/*
 * Doses against the reference levels of the protocol: [{"what","measured","reference","above"}] for those that
 * both know, the caller's. Order of 23 May 2019 on diagnostic reference levels.
 */
json_t *protocol_dose_compared(const json_t *levels, const json_t *dose);

/* ---- protocol.c: with the database ---- */

extern const Library PROTOCOLS;

/* A draft, or (body "replaces") the next version of one; by an imager of the group. ERR_DENIED, ERR_INPUT. */
bool protocol_create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err);
/* A draft rewritten, until it is submitted. ERR_CONFLICT afterwards: the next version. Who rewrites has a hand in it. */
bool protocol_rewrite(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
/* Offered no more. 'body' is not looked at. */
bool protocol_retire(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);

/* ---- protocol_review.c: draft, submitted, in force ---- */

/* Each by whom it is for, in this order; 'body' {"text"} says what changes, why it is sent back, why no opinion was waited for. */
bool protocol_submit(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);  /* an imager of the group */
bool protocol_opinion(Db *db, const Who *who, int64_t id, const json_t *body, Err *err); /* a physicist: {"opinion","text"} */
bool protocol_return(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);  /* an imager: a draft again */
/*
 * An imager or the responsible of the group, who did not write it: in force from now on, in place of earlier versions. ERR_DENIED its writers;
 * ERR_CONFLICT not submitted, approved already, opinion missing.
 */
bool protocol_approve(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);

/* Is this person a physicist of the group, of the protocol's site, or of a site under a convention with the group? */
bool protocol_is_physicist(Db *db, const Who *who, const Protocol *p, bool *ret, Err *err);

/* ---- protocol_publish.c: read and signed by the technologists of a site (the staff's protocols, O6) ---- */

/* By an imager of the group who works under a convention with the site: a version to sign. ERR_CONFLICT not in force. */
bool protocol_publish(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
/* [{organisation_id,name,procedure_id,version,people:[{id,name,signed_at_ms,checked_on,result,until,checked_by}]}] */
bool protocol_acceptance(Db *db, const Protocol *p, json_t **ret, Err *err);

/* The version in force of the same protocol; ERR_NOT_FOUND when there is none. */
bool protocol_in_force(Db *db, int64_t root_id, Protocol *ret, Err *err);
bool protocol_load(Db *db, int64_t id, Protocol *ret, Err *err);

/* {"protocols":[…]}: versions that count (in force, drafts; 'all': replaced and withdrawn too) for this person. */
bool protocols_json(Db *db, const Who *who, bool all, json_t **ret, Err *err);
/* {"protocol":…,"versions":[…],"acceptance":[…]} of the protocol that version 'id' belongs to; ERR_NOT_FOUND not for this person. */
bool protocol_whole_json(Db *db, const Who *who, int64_t id, json_t **ret, Err *err);
/* Those in force for an act: its group, modality and site, each with "fits" and "elsewhere" (another part of the body); those that fit first. */
bool protocols_for_act_json(Db *db, const Act *a, json_t **ret, Err *err);

/* Months since birth; -1 not known. */
int act_patient_months(Db *db, const Act *a, int64_t now_ms);

#endif
