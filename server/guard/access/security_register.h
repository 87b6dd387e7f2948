/*
 * Register of security incidents and breaches of personal data, with the delays in which others are told. X7, O9.
 *
 * An incident is a log: opened, assessed (again when more is known), others told, measures taken, closed. What it is now follows from the
 * log; so do the duties: the CNIL within 72 hours of becoming aware when there is a risk (GDPR art. 33(1); later only with its reason),
 * the people concerned when that risk is high (art. 34), CERT Santé when care may suffer (L.1111-8-2). The law gives those two no
 * figure ("without undue delay"): we count 72 and 24 hours.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_SECURITY_REGISTER_H
#define GUARD_ACCESS_SECURITY_REGISTER_H

#include <jansson.h>

#include "guard/access/who.h"

enum { SECURITY_TITLE_MAX = 200, SECURITY_TEXT_MAX = 4000, SECURITY_LIST_MAX = 500, SECURITY_DUTIES = 3 };

/* Whom the law wants told, until when, and when they were. 'due_ms' 0: not wanted as far as is known. */
typedef struct SecurityDuty {
    const char *to; /* "cnil" "people" "cert-sante" */
    int64_t     due_ms, told_ms;
} SecurityDuty;

/* What an incident is after its entries. Borrows the entries. */
typedef struct SecurityState {
    int64_t      known_at_ms;
    bool         assessed, breach, serious, closed;
    const char  *risk; /* "none" "risk" "high"; "" as long as it is not assessed */
    bool         measured;
    SecurityDuty duties[SECURITY_DUTIES];
} SecurityState;

/* ---- security_rules.c: pure ---- */

/* Folds [{step,at_ms,data}] as they stand. */
void security_fold(const json_t *entries, int64_t known_at_ms, SecurityState *ret);

/*
 * May this entry follow, at 'now_ms'? 'ret' holds what is kept of it, the caller's. Steps and members:
 *   assess  {breach, risk:"none"|"risk"|"high", serious, data, people, consequences}   people: how many are concerned, about; 0 not known
 *   notify  {to, told_at_ms, reference, text}      text: why so late, needed when the delay has passed
 *   measure {text}
 *   close   {text}                                  after an assessment, a measure and every notice that is due
 * Errors: ERR_INPUT a member is missing or wrong; ERR_CONFLICT it may not follow now, with what to do.
 */
bool security_entry_checked(const SecurityState *s, Slice step, const json_t *said, int64_t now_ms, json_t **ret, Err *err);

/* ---- security_register.c ---- */

/* Opens one, known since 'known_at_ms' (not in the future, not older than ten years); its id. In the caller's write transaction. */
bool security_open(Db *db, const Who *who, Slice title, Slice what, int64_t known_at_ms, int64_t *ret_id, Err *err);
/* One entry more. ERR_NOT_FOUND: no such incident. In the caller's write transaction. */
bool security_add(Db *db, const Who *who, int64_t id, Slice step, const json_t *said, Err *err);
/*
 * {incidents:[{id,title,known_at_ms,assessed,breach,risk,serious,closed,duties:[{to,due_ms,told_ms|null,overdue}],entries:[{seq,at_ms,by,step,data}]}],now_ms},
 * those with the nearest delay first, then the others, the newest first; at most SECURITY_LIST_MAX.
 */
bool security_json(Db *db, json_t **ret, Err *err);

#endif
