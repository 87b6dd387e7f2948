/*
 * The demonstration region: three sites, a group of imagers, a convention in force, people of every role, patients.
 *
 * Everybody and everything in it is fictitious; it is refused outside demonstration mode.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_REGION_H
#define DEMO_REGION_H

#include "platform/config.h"
#include "platform/db/db.h"

#define DEMO_PASSWORD "Beclere-demo-2026"

/*
 * Loads the region once; a second time changes nothing. *ret_loaded: whether it had to.
 * ERR_DENIED outside demonstration mode; ERR_CONFLICT when the database holds other people already.
 */
bool region_load(DbHost *host, const Config *config, bool *ret_loaded, Err *err);

/* The TOTP code of a demonstration person now; ERR_NOT_FOUND when the region has no such login. */
bool region_code(const char *login, char ret_code[8], Err *err);

#endif
