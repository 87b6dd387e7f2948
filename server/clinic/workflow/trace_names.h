/*
 * Patients and acts of the trace under the names people know: the number of a patient (IPP), the number of an act.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_TRACE_NAMES_H
#define CLINIC_WORKFLOW_TRACE_NAMES_H

#include <jansson.h>

#include "base/err.h"
#include "base/slice.h"
#include "platform/db/db.h"

/* Whose lines are wanted: 'ipp' and 'number' as typed, empty: not asked. Sets what was asked. ERR_NOT_FOUND, in words. */
bool trace_about(Db *db, Slice ipp, Slice number, int64_t *ret_patient_id, int64_t *ret_act_id, Err *err);

/* Beside "patient_id" and "act_id" of each line stand "ipp" and "act_number"; null for none. Never a patient's name: who reads the trace need not know it. */
bool trace_named(Db *db, json_t *lines, Err *err);

/* The same, and the person's present name and national number ("actor_name", "actor_rpps"): for an audit record repository. */
bool trace_told(Db *db, json_t *lines, Err *err);

#endif
