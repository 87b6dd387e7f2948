/*
 * Studies and series sent to another archive because a person asked: what was asked, how far it is, what is
 * left after a line that broke.
 *
 * The sending itself is a door's affair; here stands what is remembered of it. A peer takes an object once:
 * what it has taken is kept until the sending is over, so that a retry, or a restart of the server, sends the
 * rest. Each study that is asked for is a line of the trace, each ending that is not complete another. X3,
 * X5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_SEND_H
#define CLINIC_ARCHIVE_SEND_H

#include <jansson.h>

#include "clinic/archive/retrieve.h"
#include "formats/texts/texts.h"

enum {
    SEND_PARTS_MAX = 64,
    SEND_OPEN_MAX  = 256, /* of all persons, waiting or running */
    SEND_LISTED    = 200,
};

typedef struct SendPart {
    char study_uid[65], series_uid[65]; /* series "": the whole study */
} SendPart;

typedef struct SendAsk {
    int64_t  peer_id;
    SendPart parts[SEND_PARTS_MAX];
    size_t   part_count;
    char     reason[256]; /* may be empty: the peer is known and may receive */
} SendAsk;

typedef struct SendRow {
    int64_t id, peer_id, person_id, turn, total, sent, failed, next_try_at_ms, changed_at_ms;
    char    ae_title[17], actor[65], factors[64], origin[64], state[12];
} SendRow;

/* Reads the body of POST /api/archive/sends. ERR_INPUT says what is missing. */
bool send_ask_from_json(const json_t *body, SendAsk *ret, Err *err);

/*
 * Written down in the caller's transaction, traced; the caller adds the job. Errors: ERR_NOT_FOUND no such
 * peer, or a study that is not there or not for this person; ERR_DENIED the peer may not receive;
 * ERR_CONFLICT it has no port or is disabled; ERR_LIMIT too many under way, or too many objects.
 */
bool send_add(Db *db, const SendAsk *ask, const ArchiveViewer *viewer, const PatientBy *by, SendRow *ret,
              Err *err);

bool send_load(Db *db, int64_t id, SendRow *ret, Err *err); /* ERR_NOT_FOUND */
/* The newest, those that a person may see; of one study where 'study_uid' is not empty. docs/api.md. */
bool sends_json(Db *db, const ArchiveViewer *viewer, Slice study_uid, Lang lang, json_t *ret, Err *err);
/* One of them: ERR_NOT_FOUND as well when it is not for this person. */
bool send_json(Db *db, const ArchiveViewer *viewer, int64_t id, Lang lang, json_t **ret, Err *err);

/* ---- the steps of the one that sends ---- */

/* *ret false: not to be done, or not any more (cancelled, another turn). ERR_UNAVAILABLE it runs already. */
bool send_take(Db *db, int64_t id, int64_t turn, SendRow *ret_row, bool *ret, Err *err);
/* What is still to be sent of it; 'retrieve_clear' what comes back. */
bool send_left(Db *db, int64_t id, Retrieve *ret, Err *err);
/* These were taken meanwhile. *ret false: it is not wanted any more. */
bool send_progress(Db *db, const SendRow *row, const int64_t *taken, size_t count, bool *ret, Err *err);
/*
 * It ended. 'why' NULL: as far as the objects went; 'next_try_at_ms' not 0: it will be tried again then.
 * A sending of which some objects failed for good is 'partial' or 'failed'.
 */
bool send_end(Db *db, const SendRow *row, const char *why, int64_t next_try_at_ms, Err *err);

/* ---- the steps of a person, traced. ERR_CONFLICT: not in that state. ---- */

bool send_cancel(Db *db, SendRow *row, const PatientBy *by, Err *err);
bool send_retry(Db *db, SendRow *row, const PatientBy *by,
                Err *err); /* the caller adds the job of row->turn */

/* At start: those that a stop cut off wait again, each with a new turn. */
typedef bool SendAgain(Db *db, const SendRow *row, void *with, Err *err);
bool         sends_again(Db *db, SendAgain *each, void *with, Err *err);

#endif
