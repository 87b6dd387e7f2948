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
 *  "clauses":[{"kind","modality","priority","verdict_min","exam_min","report_min","acknowledge_min"?, the other
 *   delays of convention_delays.c?,"regions":["abdomen"]?,"hours":[{"days":[1…7],"from":"20:00","to":"08:00"}]?}],
 *  "reasons":["no-imager-on-site",…],"documents":[…]?,
 *  "terms":{"on_site":[text],"answers":text,"languages":["fr"],"escalation":[{"to","after_min"}],
 *   "procedures":{"bad_news","not_interpretable","fallback"},"final_by_another":true?}?}
 * All six sections, at least one party of each part and one clause are compulsory (ERR_INPUT, *ret_missing
 * names them); a party without signature is kept, but the convention is not in force. A known number makes
 * its next version.
 */
bool convention_create(Db *db, const json_t *convention, int64_t *ret_id, MissingList *ret_missing, Err *err);

typedef struct ConventionWanted {
    const char *kind, *modality, *priority;
    int64_t     requester_org_id, site_id, imaging_id;
    int64_t     at_ms;
    const char *region;    /* NULL: not looked at */
    bool        any_hour; /* asked for in its hours already: these do not count again */
} ConventionWanted;

/* The clause that covers an act, and its delays in minutes (0: none set). */
typedef struct ConventionClause {
    int64_t convention_id, version;
    char    number[32], title[128];
    int64_t verdict_min, exam_min, report_min, acknowledge_min;
    int64_t assign_min, information_min, planning_min, presence_min, urgent_min, delivery_min, patient_min, record_min, final_min;
} ConventionClause;

/* ERR_CONFLICT when nothing in force covers it: *ret_missing names the clause that is missing. */
bool convention_in_force(Db *db, const ConventionWanted *wanted, ConventionClause *ret,
                         MissingList *ret_missing, Err *err);

/* Is this code one of the reasons why an exam may be done at a distance? A convention that lists none takes all. S2 */
bool convention_takes_reason(Db *db, int64_t convention_id, Slice code, bool *ret, Err *err);

/* [{"to":"responsible-imaging","after_min":15}…], whom to call when a delay has passed; may be empty. E10 */
bool convention_escalation(Db *db, int64_t convention_id, json_t **ret, Err *err);

/* May another imager sign the final report after a preliminary one? "terms"."final_by_another"; absent: no. E29 */
bool convention_final_by_another(Db *db, int64_t convention_id, bool *ret, Err *err);

/* {"conventions":[…]} in force now where an organisation of this person is a party: GET /api/conventions. */
bool conventions_json(Db *db, const Who *who, json_t **ret, Err *err);

/* One version, whoever asks: parties, clauses, terms and all. ERR_NOT_FOUND. */
bool convention_one_json(Db *db, int64_t id, json_t **ret, Err *err);

/* {convention,version,text} of one of its procedures ("bad_news", "not_interpretable", "fallback"); *ret NULL: it has none. */
bool convention_procedure(Db *db, int64_t convention_id, const char *which, json_t **ret, Err *err);

#endif
