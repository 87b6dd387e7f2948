/*
 * What an act asks of whom now: the lines of a home page. S4.
 *
 * The rules follow from the facts alone (todo_rules.c, todo_lists.c). Table act_todo holds them, so that a home page reads
 * no act (todo_store.c). What is offered there is only a way to the act: the step itself asks again who may.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_TODO_H
#define CLINIC_WORKFLOW_TODO_H

#include "clinic/workflow/act_house.h"

enum { TODOS_MAX = 256 };

typedef enum TodoPress { TODO_NOW, TODO_TODAY, TODO_LATER } TodoPress; /* at least this pressing, whatever the clock says */

typedef struct Todo {
    const char *kind;            /* "verdict": a literal */
    int64_t     item;            /* the order, the finding…; 0: the act's own */
    int64_t     organisation_id; /* where the role is held; 0: wherever */
    unsigned    role;            /* one Role */
    int64_t     person_id;       /* whose it is; 0: nobody's in particular */
    bool        alone;           /* shown to that person only */
    TodoPress   press;
    int64_t     due_ms;          /* 0: no end is set */
    int64_t     since_ms;
    const char *text;            /* borrowed from the act; "" none */
} Todo;

typedef struct Todos {
    Todo   at[TODOS_MAX];
    size_t count;
} Todos;

/* Pure. Everything this act asks for; what is over TODOS_MAX is left out (the act itself shows all). */
void todos_of(const Act *a, Todos *ret);

/* Adds one; for the files of this subject. */
void todo_add(Todos *t, Todo one);
/* The end of a clock that runs; 0. */
int64_t todo_clock(const Act *a, const char *what);
/* What stands in lists: questions, orders, findings, incidents, experts, prescriptions, duties, people called. */
void todos_of_lists(const Act *a, Todos *ret);

/* ---- todo_store.c ---- */

/* Writes those of the act anew; in the transaction of its event. */
bool todos_follow(Db *db, const Act *a, Err *err);

/*
 * Those of this person in each of their roles, the most pressing first, at most 'limit' a role: [{"act":{id,number,kind,state,
 * modality,region,priority,site,zone,patient,study_uid},"kind","item","role","mine","press","due_ms","text"}]. An act that this
 * person does not see is left out; where only a delay or a missing duty is told (a responsible), it is named without patient.
 * *ret_more: some role has more.
 */
bool todos_json(Db *db, const Who *who, int limit, json_t **ret, bool *ret_more, Err *err);

/* The job "act.todo-fill": acts that were there before the table. */
bool job_todo_fill(const Job *job, void *house, Err *err);

#endif
