/*
 * Procedures and protocols of an organisation: versions, who must sign them, who signed the one in force. O6.
 *
 * A version never changes. The one in force is the newest whose first day has come; who signed an older one signs again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_PROCEDURES_H
#define CLINIC_STAFF_STAFF_PROCEDURES_H

#include <jansson.h>

#include "clinic/staff/staff_items.h"

enum { PROCEDURE_TEXT_MAX = 200000 }; /* bytes */

typedef struct StaffProcedure {
    int64_t  id, organisation_id;
    char     kind[16]; /* "procedure", "protocol" */
    char     code[32], title[160], modality[8];
    unsigned roles; /* who must sign */
    bool     active;
} StaffProcedure;

typedef struct ProcedureVersion {
    int64_t id, procedure_id, version, document_id;
    Slice   text; /* borrowed */
    char    from[STAFF_DAY];
    char    sha256[65]; /* of the text, a line feed and the hexadecimal digest of the document (empty: none) */
} ProcedureVersion;

/* ERR_DENIED: procedures are kept by the responsible and by quality, protocols by imagers too. ERR_CONFLICT: code taken. */
bool procedure_add(Db *db, const StaffProcedure *p, const StaffBy *by, int64_t *ret_id, Err *err);
bool procedure_load(Db *db, int64_t id, StaffProcedure *ret, Err *err);
/* The organisation's procedure of that code; 'ret_id' 0: none. */
bool procedure_of_code(Db *db, int64_t organisation_id, const char *code, int64_t *ret_id, Err *err);
/* No longer to be signed; its versions and signatures stay. */
bool procedure_end(Db *db, const StaffProcedure *p, const StaffBy *by, Err *err);
/* Fills id, version and sha256. */
bool procedure_publish(Db *db, const StaffProcedure *p, ProcedureVersion *v, const StaffBy *by, Err *err);

/* The version in force; ERR_CONFLICT none is. 'text' is left empty. */
bool procedure_in_force(Db *db, int64_t procedure_id, int64_t today, ProcedureVersion *ret, Err *err);
/* 'proof' is the kind of fresh factor shown. ERR_CONFLICT: another version is in force, or signed already. */
bool procedure_accept(Db *db, const ProcedureVersion *in_force, const StaffBy *by, const char *proof, Err *err);

/* How many of the organisation's procedures a role must sign and this person has not, in the version in force. */
bool procedures_unsigned(Db *db, int64_t organisation_id, unsigned role, int64_t person_id, int64_t today, int64_t *ret, Err *err);
/* How many protocols of the role and modality ("*": all) have no check of knowledge that holds among 'items'. */
bool protocols_unchecked(Db *db, int64_t organisation_id, unsigned role, Slice modality, const StaffItems *items, int64_t today,
                         int64_t *ret, Err *err);

/*
 * [{id,kind,code,title,modality,roles,active,version,in_force_from,must_sign,signed_at_ms,signed,of}] for this person: 'signed'
 * of 'of' people who must have signed the version in force; both null unless 'counts'.
 */
bool procedures_json(Db *db, int64_t organisation_id, int64_t person_id, unsigned roles, bool counts, int64_t today, json_t **ret, Err *err);
/*
 * Who must sign it, each with the version in force and the last check of knowledge:
 * [{id,name,signed_at_ms|null,checked_on|null,result,until,checked_by}].
 */
bool procedure_people_json(Db *db, const StaffProcedure *p, int64_t today, json_t **ret, Err *err);
/* One, with the text in force, all versions, and (when 'names') who signed which. */
bool procedure_json(Db *db, const StaffProcedure *p, int64_t person_id, unsigned roles, bool names, int64_t today, json_t **ret, Err *err);

#endif
