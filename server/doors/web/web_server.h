/*
 * The web door: HTTP behind nginx on a Unix socket, the API, DICOMweb and the push hub.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_WEB_SERVER_H
#define DOORS_WEB_WEB_SERVER_H

#include "clinic/archive/elsewhere.h"
#include "clinic/archive/send.h"
#include "platform/child/child.h"
#include "platform/config.h"
#include "platform/db/db.h"

typedef struct Access   Access;   /* guard/access/sign_in.h */
typedef struct Archive  Archive;  /* clinic/archive/ingest.h */
typedef struct ActHouse ActHouse; /* clinic/workflow/act.h */
typedef struct Peer     Peer;     /* guard/access/peer.h */
typedef struct Relay    Relay;    /* platform/relay/relay.h */
typedef struct Recheck  Recheck;  /* clinic/archive/recheck.h */
typedef struct Derived  Derived;  /* clinic/archive/derived.h */
typedef struct Jobs     Jobs;     /* platform/jobs/jobs.h */
typedef struct Psc      Psc;      /* guard/access/psc.h */
typedef struct CardDoor CardDoor; /* guard/access/card.h */

/* What the door leans on; all borrowed, all must outlive the server. */
typedef struct WebHouse {
    const Config *config;
    DbHost       *db;
    Access       *access;
    Psc          *psc;   /* NULL: nobody signs in through Pro Santé Connect */
    CardDoor     *card;  /* NULL: nobody signs in with a card */
    Archive      *archive;
    ActHouse     *acts;
    ChildPool    *codec; /* decodes pixels for /rendered; NULL: compressed images are not rendered */
    ChildPool    *pages; /* draws first pages of documents for thumbnails; NULL: cards */
    Jobs         *jobs;  /* woken after a step; NULL: they look every second anyway */
    Recheck      *recheck; /* NULL: files are not read again on demand */
    Derived      *derived; /* NULL: no frames are made in advance */
    Relay        *relay;   /* NULL: voice and picture go directly or not at all */
    const char   *version;
    /* Calls a DICOM peer (the DICOM door does); NULL: cannot be tried from the page. */
    bool (*peer_echo)(void *with, const Peer *peer, int64_t *ret_took_ms, Err *err);
    void *peer_echo_with;
    /* Asks another archive what it holds; NULL: none can be asked. And its study as a job. */
    bool (*remote_find)(void *with, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted,
                        RemoteEach *each, void *each_with, Err *err);
    bool (*remote_fetch_later)(Db *db, const FetchRow *row, Err *err);
    void *remote_with;
    /* A sending to another archive as a job, in the caller's transaction; NULL: nothing can be sent. */
    bool (*send_later)(Db *db, const SendRow *row, Err *err);
} WebHouse;

typedef struct WebServer WebServer;

/*
 * Listens on the configured socket (mode 0660) and answers until web_stop. Raises the limit of open files.
 * Errors: ERR_UNAVAILABLE the socket cannot be opened; ERR_BUG a row of the route table is not complete.
 */
WebServer *web_start(const WebHouse *house, Err *err);

/* Tells the push clients good-bye (1001), ends running requests, frees. Takes NULL. */
void web_stop(WebServer *server);

/* Something was written to an act's log or the archive: pages hear of it now rather than in 200 ms. Any
 * thread. */
void web_push_wake(WebServer *server);

#endif
