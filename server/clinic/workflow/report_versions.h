/*
 * The versions of a report in its act: preliminary, final, addenda; what each reopens, and which one the patient may see.
 * E29, E34, E27. docs/decisions/0101-report-versions.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_REPORT_VERSIONS_H
#define CLINIC_WORKFLOW_REPORT_VERSIONS_H

#include "clinic/workflow/act_fold.h"
#include "clinic/workflow/act_house.h"
#include "formats/texts/texts.h"

/*
 * May the patient see this signed version ('revision' as in table report)? Pure, from the facts alone: never a preliminary
 * one; not while a diagnosis is to be announced; only once informed, and informed anew when a later version differs in a way
 * that matters for the care: until then none of them. 'ret_why' (may be NULL): why not, a key of the catalogue.
 */
bool act_patient_may_see(const Act *a, int64_t revision, const char **ret_why);
/* The newest one that the patient may see; 0: none. */
int64_t act_patient_revision(const Act *a);

/* "preliminary", "final", "addendum": what the requester has; "" nothing yet. */
const char *act_report_stands_as(const Act *a);

/* How long the final one may be awaited after a preliminary one, in minutes: the clause's final_min, or a day. */
int64_t act_final_within_min(const Act *a);

/*
 * Folds. What the version before had reached (deliveries, acknowledgement, checks, records, and, when 'significant', the
 * patient's information) goes into the list "superseded" and is due again.
 */
void versions_supersede(Act *a, const ActEvent *e, bool significant);
/* {significant,…} of the event's own "difference" when it matters; NULL. Borrowed. */
const json_t *versions_significant(const ActEvent *e);

/* ---- act_versions.c: hooks of the chapter, and what the frame of a version holds ---- */
bool versions_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err);
bool versions_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err);
bool versions_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err);
/* Adds version, writer, on_duty to the frame of 'report' (signed or about to be). */
bool versions_frame(Db *db, const Act *a, const Report *report, ReportKind kind, json_t *frame, Err *err);
/* [{revision,version,kind,relation,signed_at_ms,by,sha256,addendum,difference,patient:{may_see,why}}], the oldest first. */
bool versions_json(Db *db, const Act *a, Lang lang, json_t **ret, Err *err);

#endif
