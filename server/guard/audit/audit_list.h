/*
 * Reading the trace: newest lines first, by person, patient or act. X3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_AUDIT_LIST_H
#define GUARD_AUDIT_AUDIT_LIST_H

#include <jansson.h>

#include "guard/audit/audit.h"

/* 0: any. 'before_id' is "next" of the page before; 'until_ms' leaves out what was written later, 'since_ms' what was before; 'refused': only what was refused or failed. */
typedef struct AuditWanted {
    int64_t person_id, patient_id, act_id, before_id, until_ms, since_ms;
    bool    refused;
} AuditWanted;

enum { AUDIT_PAGE = 200 };

/* {"lines":[…],"next":id or null}: docs/api.md §2. */
bool audit_list_json(Db *db, const AuditWanted *wanted, json_t **ret, Err *err);

/* Up to 'most' lines after line 'after_id', the oldest first, as an array of the same. */
bool audit_lines_after(Db *db, int64_t after_id, int most, json_t **ret, Err *err);

/* How many lines there are. */
bool audit_count(Db *db, int64_t *ret, Err *err);

/* One line that tells of a read of this patient's data that succeeded: by whom, which kind, of which act. */
typedef struct AuditRead {
    int64_t at_ms, person_id, act_id;
    char    event[16], actor[64], what[128], detail[96];
} AuditRead;
typedef bool AuditReadEach(const AuditRead *r, void *with);

/* Reads, pictures, exports and sendings of one patient's data, the latest first, until 'each' says false. For the patient. X3 */
bool audit_reads_each(Db *db, int64_t patient_id, AuditReadEach *each, void *with, Err *err);

#endif
