/*
 * Presence of people: whose pages are open. An imager is in an act as long as both hold: the imager said so,
 * and a page of the imager is open. E1.
 *
 *     presence_nobody(db, err);                       at start: pages say for themselves that they are there
 *     presence_told(db, person_id, true, err);        the first page opened
 *     presence_told(db, person_id, false, err);       the last one went
 *
 * A page that went may be reloading: the acts hear of it PRESENCE_GRACE_MS later, with the time it went.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PRESENCE_H
#define CLINIC_WORKFLOW_PRESENCE_H

#include "platform/jobs/jobs.h"

enum { PRESENCE_GRACE_MS = 10 * 1000 };

/* All inside the caller's write transaction. Repeating what is known already changes nothing. */
bool presence_nobody(Db *db, Err *err);
bool presence_told(Db *db, int64_t person_id, bool here, Err *err);

#endif
