/*
 * Corrections of images that a signed report is about. E15, E29; IHE Radiology TF (Patient Information Reconciliation).
 *
 *     same patient, other name or number    made; the report is marked until its imager has looked at it again
 *     another patient, or images go away    refused; made only when the person says that the report is known to be
 *                                           concerned ('despite_report'); marked, the imager is told
 *     images come to it afterwards          made; marked
 *
 * The report's own object in the archive never goes to another patient: it is put away, and comes back with the undo.
 * docs/decisions/0039-corrections-and-reports.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_REPORT_MARKS_H
#define CLINIC_WORKFLOW_REPORT_MARKS_H

#include "clinic/archive/correction.h"
#include "clinic/workflow/act.h"

/* As correction_begin, in its transaction. ERR_CONFLICT a signed report covers these images and 'despite_report' is
 * false. */
bool correction_ask(Db *db, const ActHouse *house, const CorrectionAsked *asked, bool despite_report,
                    const PatientBy *by, int64_t *ret_id, Err *err);

/* As correction_undo: the marks of that correction are taken away. What it put away comes back with
 * the images, in the archive's transaction. */
bool correction_ask_undo(Db *db, const ActHouse *house, int64_t id, Slice reason, const PatientBy *by, Err *err);

/* What a correction would do to signed reports: [{"act_id","number","kind":"identity|moved|split|joined",
 * "refused":bool}]. For the preview. */
bool correction_reports_json(Db *db, const CorrectionAsked *asked, json_t **ret, Err *err);

#endif
