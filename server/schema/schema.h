/*
 * The numbered migrations of the database, embedded in the program from server/schema/NNNN_name.sql.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "platform/db/db.h"

extern const DbMigration SCHEMA_MIGRATIONS[];
extern const size_t      SCHEMA_MIGRATION_COUNT;

#endif
