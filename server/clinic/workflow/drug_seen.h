/*
 * Drugs that the images of an act tell of, beside those that people recorded: do they say the same? L2, S5, L5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DRUG_SEEN_H
#define CLINIC_WORKFLOW_DRUG_SEEN_H

#include "clinic/workflow/act_house.h"

/* ---- drug_seen.c: pure ---- */

/* "F18" of "F-18", "18F", "^18^Fluorine" or "Fluor 18"; the text itself without blanks where it is none of these. */
void nuclide_plain(Slice text, char ret[33]);

/* Where what was recorded and what the images say differ: [{"what","recorded","said"}], the caller's; empty: they agree. */
json_t *drug_differences(const json_t *drug, const json_t *seen);

/*
 * Sets on each of the facts' "drugs_seen" its "state": "settled", "superseded", "problem", "agrees", "contradicts" (with
 * "differences" and "drug_id") or "unrecorded". From the facts alone.
 */
void drugs_seen_refresh(json_t *facts);

/* Does it wait for a person: something contradicts, is recorded nowhere, or cannot be right? */
bool drug_seen_is_open(const json_t *seen);

/*
 * What cannot be right in what is told: ["patient","unit","activity","time"], the caller's. 'agent' as agents_of_act;
 * 'given_at_ms' 0: not said. Against the exam: from five minutes before its start to the patient's departure, else now.
 */
json_t *drug_seen_problems(const Act *a, const json_t *agent, int64_t given_at_ms, int64_t now_ms);

/* Local time YYYYMMDDHHMMSS of a zone ("Europe/Paris"), or with its own offset, in UTC milliseconds; 0: not a time. */
int64_t local_to_ms(const char *text, const json_t *offset_min, const char *zone);

/* ---- drug_seen_work.c ---- */

/* What the archive learnt of the drugs of an act becomes events of the act. In the transaction of a job. */
bool drug_seen_work(Db *db, const ActHouse *house, int64_t act_id, Err *err);

#endif
