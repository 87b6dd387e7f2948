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

#include "clinic/archive/ingest.h"
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

/* On whose behalf; NULL strings read as "". */
typedef struct RemoteAsker {
    const char *actor, *origin, *factors; /* as AuditLine */
    int64_t     person_id;
} RemoteAsker;

/* Keys of a search, UTF-8; empty ones match all. */
typedef struct RemoteWanted {
    Slice study_uid, patient_id, patient_name, birth_date, accession, study_date, modality;
} RemoteWanted;

/* A study that a peer holds, as it says; "" or -1 what it does not tell. */
typedef struct RemoteStudy {
    char    uid[65], date[19], time[17], accession[65], description[257], modalities[65];
    char    patient_id[257], patient_name[257], patient_birth[11];
    int64_t instances;
} RemoteStudy;

enum { REMOTE_STUDIES_MAX = 1000 }; /* then the rest of a search is cancelled */

/* False stops: the rest is cancelled. */
typedef bool RemoteEach(const RemoteStudy *study, void *with);

/*
 * Errors of all three: ERR_NOT_FOUND no such enabled peer with a port; ERR_DENIED it may not be asked, or it
 * refuses us; ERR_UNAVAILABLE not there, too busy or too late; ERR_CONFLICT it does not offer the service.
 */
bool remote_echo(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, Err *err);
/* ERR_INPUT no key at all: nobody may list a whole archive. */
bool remote_find(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted,
                 RemoteEach *each, void *with, Err *err);

typedef struct RemoteFetched {
    int64_t held;    /* instances that the peer holds of this study */
    int64_t there;   /* of them, here before */
    int64_t stored;  /* came now */
    int64_t refused; /* came, and could not be kept: another object with that UID, not readable */
} RemoteFetched;

/*
 * Fetches what is missing here of one study: by C-GET, else by C-MOVE to ourselves. True when all that the
 * peer holds is here or was refused for good. ERR_UNAVAILABLE some is still missing: ask again later.
 */
bool remote_fetch(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, Slice study_uid,
                  RemoteFetched *ret, Err *err);

/* The same as a job in the caller's transaction: tried again, less and less often, for about a day. */
#define REMOTE_JOB_FETCH "dimse.fetch"
bool remote_fetch_later(Db *db, Slice ae_title, Slice study_uid, const char *actor, Err *err);
/* Its handler; 'house' is a RemoteHouse. */
JobHandler remote_fetch_run;

#endif
