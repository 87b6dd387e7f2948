/*
 * What an act still asks of somebody after its report: who, until when; listed, and told when it is overdue.
 * E27, E30, E31, E33, E34, E35, L10; L9: access closes after the last of them.
 *
 * The duties follow from the facts alone (duties.c). Table act_duty holds them so that lists need not read the acts
 * (duty_store.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DUTIES_H
#define CLINIC_WORKFLOW_DUTIES_H

#include "clinic/workflow/act_house.h"

enum { DUTIES_MAX = 64 };

typedef struct Duty {
    const char *kind;  /* "alternative" "delivery" "announcement" "inform" "dmp" "site" "record" "follow-up" */
    int64_t     item;  /* the delivery, the person, the follow-up item; 0: the act's own */
    const char *party; /* "requester" "site" "imaging" */
    int64_t     due_ms;
    const char *text;  /* borrowed from the act */
} Duty;

/* Pure. The open duties of an act, at most DUTIES_MAX; how many. */
size_t duties_of(const Act *a, Duty ret[DUTIES_MAX]);

/* Is the report withheld from the patient until a diagnosis is announced? E27 */
bool act_withheld(const Act *a);
/* Did this person take part as a medical professional, so that they keep an entry of their own? L10 */
bool act_record_of(const Act *a, int64_t person_id);
/* Did this expert refuse the act? */
bool act_refused(const Act *a, int64_t person_id);
bool act_record_kept(const Act *a, int64_t person_id);
size_t act_records_missing(const Act *a);
/* {id,name,role} of each of them, borrowed; how many, at most DUTIES_MAX. */
size_t act_record_people(const Act *a, const json_t *ret[DUTIES_MAX]);
/* The id in one of them. */
int64_t act_record_person_id(const json_t *person);
/* No exam was made at the site for this act: its service has nothing to confirm. */
bool act_duty_has_no_site(const Act *a);

/* ---- duty_store.c ---- */

/* Writes the duties anew and sets their clocks. */
bool duties_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err);
/* {"duties":[{act_id,number,modality,priority,state,patient,kind,item,party,text,due_ms,overdue}],"now_ms"} of the
 * acts this person sees, the earliest first; only those overdue when asked. */
bool duties_json(Db *db, const Who *who, bool overdue_only, json_t **ret, Err *err);
/* The job "act.duty-due". */
bool job_duty_due(const Job *job, void *house, Err *err);

#endif
