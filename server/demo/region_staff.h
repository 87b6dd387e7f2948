/*
 * Files, procedures and register of the demonstration region: complete, so that everybody may take part. Fictitious.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_REGION_STAFF_H
#define DEMO_REGION_STAFF_H

#include "platform/db/db.h"

/* For the people, memberships and machines that are there already. In the caller's transaction. */
bool region_staff_add(Db *db, Err *err);

#endif
