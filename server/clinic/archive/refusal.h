/*
 * Objects that the archive refused: nothing of them is kept but who sent them, which they were and why not,
 * so that somebody can mend the machine that sends them. E22, E30.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_REFUSAL_H
#define CLINIC_ARCHIVE_REFUSAL_H

#include <jansson.h>

#include "clinic/archive/ingest.h"

enum { REFUSALS_MAX = 1000 }; /* the oldest go when there are more */

/*
 * Notes that an object was refused: what is known of its UIDs, and 'why' as it was told. The same again is
 * counted; the first time is a line of the trace. For want of room (ERR_FULL): one line for each sender and
 * reason, without UIDs, that counts. What may pass by itself otherwise (database away) is not noted: others
 * tell of it. Never fails the caller: what cannot be written is logged.
 */
void refusal_note(Archive *a, const IngestSource *source, const IngestResult *of, const Err *why);

/* The same of what is refused whatever the object (no right to store): one line that counts, too. */
void refusal_note_sender(Archive *a, const IngestSource *source, const IngestResult *of, const Err *why);

/* docs/api.md: adds to 'list', the last first. 'why' is a key of the texts. */
bool refusals_json(Db *db, json_t *list, Err *err);

#endif
