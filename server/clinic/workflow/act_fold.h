/*
 * What an event leaves in the facts of an act: the tools of the folds. Pure, from the event alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_FOLD_H
#define CLINIC_WORKFLOW_ACT_FOLD_H

#include "clinic/workflow/act_projection.h"

/* A step either stamps one fact with its data, or has an act of its own. */
typedef struct ActFold {
    const char *step;
    const char *fact;
    void (*apply)(Act *a, const ActEvent *e);
} ActFold;

/* A member of the event's data, borrowed: 0 and "" when absent. */
int64_t     event_int(const ActEvent *e, const char *key);
const char *event_text(const ActEvent *e, const char *key);

/* {at_ms, by} and the members of the event's data; the caller's. */
json_t *fold_stamp(const ActEvent *e);
/* Both take 'value'. */
void fold_set(Act *a, const char *key, json_t *value);
void fold_member(json_t *object, const char *key, json_t *value);
/* The list fact of that name, made when absent; borrowed. */
json_t *fold_list(Act *a, const char *key);
/* Adds a stamped item, named by the event's number in this act; borrowed. */
json_t *fold_item(Act *a, const ActEvent *e, const char *list);

/* A change of priority or modality brings the convention clause that covers it. */
void fold_clause(Act *a, const ActEvent *e);
/* What was written of a request, its priority and region; every kind of act has one. */
void fold_request(Act *a, const ActEvent *e);
/* The clock stood still since the question. */
void fold_clock_resume(Act *a, const ActEvent *e);
/* 'text' NULL: the event's own. */
void fold_incident(Act *a, const ActEvent *e, const char *kind, const char *text);

#endif
