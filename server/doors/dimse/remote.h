/*
 * Other archives asked by us: are they there, what do they hold of a patient, and their studies fetched into
 * ours.
 *
 * Only peers with the right PEER_ASK are asked; every search and every fetch is a line of the trace, refused
 * ones too. What comes is kept as if the peer had sent it: same checks, same trace.
 * Source: DICOM PS3.4 annex C, as the user.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_REMOTE_H
#define DOORS_DIMSE_REMOTE_H

#include "clinic/archive/elsewhere.h"
#include "guard/access/peer.h"
#include "platform/jobs/jobs.h"
#include "platform/net/tls.h"

/* All borrowed. */
typedef struct RemoteHouse {
    DbHost     *db;
    Archive    *archive;
    TlsRoom    *tls;      /* as of scu_connect_peer */
    const char *ae_title; /* ours: a peer without C-GET moves to it */
    int         timeout_ms;
    int         stop_fd; /* as of ScuWish */
} RemoteHouse;

/*
 * Errors of all three: ERR_NOT_FOUND no such enabled peer with a port; ERR_DENIED it may not be asked, or it
 * refuses us; ERR_UNAVAILABLE not there, too busy or too late; ERR_CONFLICT it does not offer the service.
 */
bool remote_echo(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, Err *err);
/* ERR_INPUT no key at all: nobody may list a whole archive. */
bool remote_find(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted,
                 RemoteEach *each, void *with, Err *err);

/* Asked after each object and each answer; false: the rest is cancelled. */
typedef struct RemoteWatch {
    bool (*go_on)(void *with, const RemoteFetched *so_far);
    void *with;
} RemoteWatch;

/*
 * Fetches what is missing here of one study: by C-GET, else by C-MOVE to ourselves. True when all that the
 * peer holds is here or was refused for good. ERR_UNAVAILABLE some is still missing: ask again later;
 * ERR_CONFLICT 'watch' (which may be NULL) said enough: what came before stays.
 */
bool remote_fetch(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, Slice study_uid,
                  const RemoteWatch *watch, RemoteFetched *ret, Err *err);

/* The same as a job in the caller's transaction: tried again, less and less often, for about a day. */
#define REMOTE_JOB_FETCH "dimse.fetch"
bool remote_fetch_later(Db *db, Slice ae_title, Slice study_uid, const char *actor, Err *err);
/* The same of a row of remote_fetch (clinic/archive/elsewhere.h), which moves on with it. */
bool remote_fetch_row_later(Db *db, const FetchRow *row, Err *err);
/* At start: what a stop cut off goes on. */
bool remote_fetch_again(DbHost *db, Err *err);
/* Its handler; 'house' is a RemoteHouse. */
JobHandler remote_fetch_run;

#endif
