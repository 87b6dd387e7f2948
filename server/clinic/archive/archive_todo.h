/*
 * What the archive asks of those who keep it: for their home page. E15, E30, S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_ARCHIVE_TODO_H
#define CLINIC_ARCHIVE_ARCHIVE_TODO_H

#include <jansson.h>

#include "platform/db/db.h"

/*
 * [{"kind","count","about"}], the caller's; what counts nothing is left out, a thousand of each are counted at most.
 *   keeps (MAY_ARCHIVE): "images-wrong-patient", "images-of-nobody", "images-twice", "files-damaged", "sends-failed",
 *   "corrections-failed"; both: "room-full", "room-warned" ('about' the site, null: the whole store);
 *   approves (MAY_ADMINISTER): "purge-approve".
 */
bool archive_todos_json(Db *db, bool keeps, bool approves, json_t **ret, Err *err);

#endif
