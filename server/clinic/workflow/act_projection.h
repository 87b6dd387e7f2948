/*
 * An act as its log tells it: events in, state and facts out. Pure.
 *
 * What act_apply does depends on the event alone, so that the stored projection can be rebuilt from the log
 * at any time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_PROJECTION_H
#define CLINIC_WORKFLOW_ACT_PROJECTION_H

#include "clinic/workflow/act.h"

enum { ACT_HASH_SIZE = 65 };

enum { ACT_CLOCKS_MAX = 12 };
typedef struct ActClockRun {
    const char *what; /* "verdict": a literal */
    int64_t     at_ms;
} ActClockRun;
typedef struct ActClocks {
    ActClockRun items[ACT_CLOCKS_MAX];
    size_t      count;
} ActClocks;

typedef struct Act {
    int64_t  id;
    char     number[24], kind[24];
    ActState state;
    int64_t  version;
    int64_t  patient_id, requester_org_id, site_id, imaging_id;
    char     modality[8], priority[16], region[72];
    int64_t  convention_id;
    int64_t  requester_id, imager_id, technologist_id, reader_id; /* 0: nobody yet */
    int64_t  created_at_ms, asked_at_ms;                          /* 0: not yet */
    char     deadline_what[16];                                   /* "" none */
    int64_t  deadline_at_ms;
    int64_t  slot_start_ms, slot_room_id;
    char     accession[17], study_uid[65], sps_id[17];
    ActClocks clocks; /* those that run, as of the last event; made from the rest */
    json_t  *facts; /* owned; docs/api.md §4 */
    int64_t  last_seq;
    char     last_hash[ACT_HASH_SIZE];
} Act;
void act_clear(Act *a);
#define OWNED_ACT __attribute__((cleanup(act_clear))) Act

typedef struct ActEvent {
    int64_t  id, act_id, seq, at_ms;
    char     step[32];
    ActState from, to;
    int64_t  person_id; /* 0: the system */
    char     person_name[128];
    char     role[24];
    int64_t  organisation_id;
    char     factors[40];
    int64_t  convention_id, convention_version;
    char     why[64];
    json_t  *data; /* owned */
    char     prev_hash[ACT_HASH_SIZE], hash[ACT_HASH_SIZE];
} ActEvent;
void act_event_clear(ActEvent *e);
#define OWNED_EVENT __attribute__((cleanup(act_event_clear))) ActEvent

/*
 * Grows whenever a fold, a clock or the order of either makes something else of a log that is there already: the next start then makes
 * the projections again (act_rebuild.h).
 */
enum { ACT_FOLD_VERSION = 3 };

/* Moves the act past one event: state, version, columns, facts, deadline. False only when memory is out. */
bool act_apply(Act *a, const ActEvent *e);

/* Facts, borrowed: the member at a path of two at most ("request", "reason"); NULL when absent or JSON null.
 */
const json_t *act_fact(const Act *a, const char *key, const char *member);
Slice   act_fact_text(const Act *a, const char *key, const char *member); /* trimmed; empty when no text */
int64_t act_fact_int(const Act *a, const char *key, const char *member);  /* 0 when no integer */
bool    act_fact_true(const Act *a, const char *key, const char *member);

/* The item of a list fact ("orders", "questions", "incidents") with that id; NULL. Borrowed. */
json_t *act_item(const Act *a, const char *list, int64_t id);

/* {id,name,role} of the event's author. */
json_t *act_by(const ActEvent *e);

/* Every clock that runs in this state, by the delays of the clause. Table in act_clock.c. */
ActClocks act_clocks(const Act *a);
bool      act_clock_runs(const ActClocks *clocks, const char *what, int64_t at_ms);
/* The nearest of them. False: none runs. */
bool act_deadline(const ActClocks *clocks, const char **ret_what, int64_t *ret_at_ms);
/* When the exam must have started at the latest, whatever the state; 0: no delay is set. */
int64_t act_exam_limit_ms(const Act *a);

#endif
