/*
 * How a step is carried out, for the files of this room: scene, preparation, what follows, system steps.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_HOUSE_H
#define CLINIC_WORKFLOW_ACT_HOUSE_H

#include "clinic/reports/report.h"
#include "clinic/workflow/act_steps.h"
#include "clinic/workflow/act_store.h"
#include "clinic/workflow/convention.h"
#include "clinic/workflow/protocol.h"

struct ActHouse {
    ActNeeds needs;
};

/* ---- act_scene.c: what a step looks at besides the act ---- */

/* Report, as the scene needs it; 'report' is owned by the caller (report_clear). */
typedef struct ActSceneLoaded {
    ActScene         scene;
    Report           report;
    ConventionClause clause; /* for the steps that look it up again */
    bool             clause_known;
    Protocol         protocol; /* named by the step, or the version in force of the act's; id 0: none */
} ActSceneLoaded;
void act_scene_clear(ActSceneLoaded *s);

/* 'who' NULL: the system. 'step' empty: only asked what may be done. 'data' checked already, or NULL. */
bool act_scene_load(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret,
                    Err *err);

/* Reports of not interpretable exams are notes: what the completeness depends on. Borrows from the act. */
ReportSituation act_report_situation(const Act *a);

/* ---- act_prepare.c: what the server adds to the data of an event ---- */
bool    act_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data,
                    ActEvent *event, Err *err);
json_t *act_delays_json(const ConventionClause *clause);

/* ---- act_do.c ---- */

/* Appends one event, folds it in, saves, and does what follows from it. 'event' has step, from, to, author,
 * data. */
bool act_record(Db *db, const ActHouse *house, Act *a, ActEvent *event, Err *err);

/* A step of the system, inside a transaction. 'data' is given away. False with ERR_CONFLICT when the table
 * refuses. */
bool act_do_system(Db *db, const ActHouse *house, int64_t act_id, const char *step, json_t *data, Err *err);

/* ---- act_follow.c: grants, jobs and expectations that follow an event ---- */
bool act_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event,
                Err *err);

/* Signs a version of the report with what the event brought, and sends it out. Inside the transaction of the step. */
bool act_sign_version(Db *db, const Act *a, const ActEvent *e, ReportKind kind, Err *err);

/* A job of the acts, in the transaction of its reason. 'payload' is given away. */
bool act_job_add(Db *db, const char *kind, json_t *payload, int64_t at_ms, Err *err);

/* ---- act_frame.c: what the server fills in on a report ---- */
bool act_frame_json(Db *db, const Act *a, json_t **ret, Err *err);

/* ---- act_report.c: the signed report, for those whose right was looked at already ---- */
bool act_signed_pdf(ActHouse *house, int64_t act_id, Buf *ret, Err *err);

/* ---- act_json.c ---- */
json_t *act_event_json(const ActEvent *e);

#endif
