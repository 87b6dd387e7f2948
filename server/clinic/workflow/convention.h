/*
 * Conventions between organisations: what may be done at a distance, for whom, how fast, by which rules. S3.
 *
 * A version never changes once it is there; a new one takes the next number. An act keeps the version it was
 * made under.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CONVENTION_H
#define CLINIC_WORKFLOW_CONVENTION_H

#include "clinic/reports/missing.h"
#include "formats/json/json_util.h"
#include "guard/access/who.h"

/*
 * {"number","title","valid_from":"YYYY-MM-DD","valid_until","parties":[{"id","part":"requester"|"site"|"imaging",
 *   "signed_by","signed_at_ms","responsible":{"name","rpps"}}],
 *  "sections":{"scope","benefits","commitments","organisation","roles","rules"},
 *  "clauses":[{"kind","modality","priority","verdict_min","exam_min","report_min","acknowledge_min"?}],
 *  "reasons":["no-imager-on-site",…],"documents":[…]?}
 * All six sections, at least one party of each part and one clause are compulsory (ERR_INPUT, *ret_missing
 * names them); a party without signature is kept, but the convention is not in force. A known number makes
 * its next version.
 */
bool convention_create(Db *db, const json_t *convention, int64_t *ret_id, MissingList *ret_missing, Err *err);

typedef struct ConventionWanted {
    const char *kind, *modality, *priority;
    int64_t     requester_org_id, site_id, imaging_id;
    int64_t     at_ms;
} ConventionWanted;

/* The clause that covers an act, and its delays in minutes (0: none set). */
typedef struct ConventionClause {
    int64_t convention_id, version;
    char    number[32], title[128];
    int64_t verdict_min, exam_min, report_min, acknowledge_min;
} ConventionClause;

/* ERR_CONFLICT when nothing in force covers it: *ret_missing names the clause that is missing. */
bool convention_in_force(Db *db, const ConventionWanted *wanted, ConventionClause *ret,
                         MissingList *ret_missing, Err *err);

/* {"conventions":[…]} in force now where an organisation of this person is a party: GET /api/conventions. */
bool conventions_json(Db *db, const Who *who, json_t **ret, Err *err);

#endif
