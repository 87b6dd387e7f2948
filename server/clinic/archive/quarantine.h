/*
 * The quarantine room: what contradicts, until a person says what is right. E15, E30.
 *
 * Other bytes under a known UID (both versions stay, one is shown), studies whose images name another patient
 * than the act, studies that belong to nobody yet, files that are not what came in. Nothing here is ever
 * deleted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_QUARANTINE_H
#define CLINIC_ARCHIVE_QUARANTINE_H

#include "clinic/archive/study.h"

/* docs/api.md: {"asides":[…],"studies":[…],"faults":[…],"recheck":{…},"refused":[…]}. */
bool quarantine_json(Db *db, json_t **ret, Err *err);

typedef enum AsideSettlement { ASIDE_KEEP_FIRST, ASIDE_SHOW_OTHER } AsideSettlement;
typedef struct AsideSettle {
    int64_t         aside_id;
    AsideSettlement settlement;
    Slice           reason; /* required */
} AsideSettle;

/*
 * Keeps the first as what is shown, or shows the other and keeps the first aside in its place: the rows
 * change sides, both files stay, and it can be settled again the other way. Traced. Writes by itself (a file
 * is read before). ERR_CONFLICT: the other belongs to another study or series.
 */
bool aside_settle(Archive *a, const AsideSettle *settle, const PatientBy *by, Err *err);

/* study_assign with people's words: the patient by our identifier (IPP; empty: nobody), the planned act by
 * its accession number (empty: none). */
typedef struct StudySettle {
    int64_t study_id;
    Slice   ipp;
    Slice   accession;
    bool    accept_differences;
    Slice   reason;
} StudySettle;
bool study_settle(Db *db, const StudySettle *settle, const PatientBy *by, Err *err);

#endif
