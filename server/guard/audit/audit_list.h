/*
 * Reading the trace: newest lines first, by person, patient or act. X3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_AUDIT_LIST_H
#define GUARD_AUDIT_AUDIT_LIST_H

#include <jansson.h>

#include "guard/audit/audit.h"

/* 0: any. 'before_id' is "next" of the page before. */
typedef struct AuditWanted {
    int64_t person_id, patient_id, act_id, before_id;
} AuditWanted;

enum { AUDIT_PAGE = 200 };

/* {"lines":[…],"next":id or null}: docs/api.md §2. */
bool audit_list_json(Db *db, const AuditWanted *wanted, json_t **ret, Err *err);

#endif
