/*
 * The user side: call a peer, echo, send objects, query it, have it send to us or to another.
 *
 *     OWNED(Scu) *scu = scu_connect(&wish, err);
 *     if (!scu || !scu_store_file(scu, file, &status, err) || !scu_release(scu, err)) ...
 *
 * Blocking; one thread owns it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCU_H
#define DOORS_DIMSE_SCU_H

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"
#include "formats/dicom/tags.h"
#include "platform/blobs/blobs.h"
#include "platform/net/tls.h"

typedef struct Scu Scu;

enum { SCU_SYNTAXES_MAX = 8 };

/* Proposed as one presentation context. */
typedef struct ScuContext {
    const char *sop_class;
    const char *syntaxes[SCU_SYNTAXES_MAX]; /* best first; ended by NULL when fewer */
    bool        receive;                    /* we take objects of it: the peer answers a C-GET with them */
} ScuContext;

typedef struct ScuWish {
    const char       *host; /* not looked at by scu_over */
    int               port;
    const char       *calling, *called;
    const ScuContext *contexts;
    size_t            context_count; /* at most 128 */
    int               timeout_ms;    /* to connect, and for each answer; 0: 30 s */
    int               stop_fd;       /* readable: give up waiting; 0 none */
    int               window;        /* operations that we would like under way at once; 0: one */
    TlsRoom          *tls;           /* call over TLS; NULL: in clear */
    bool (*certify)(void *with, const Tls *tls, Err *err); /* is that the peer? Asked before a word is said */
    void       *certify_with;
    const char *username, *passcode; /* user identity (PS3.7 annex D.3.3.7); NULL: not said */
} ScuWish;

/* Errors: ERR_UNAVAILABLE not there, too busy or late; ERR_DENIED rejected for good, or its certificate is
 * not welcome (detail has the reason).
 */
Scu *scu_connect(const ScuWish *wish, Err *err);
Scu *scu_over(int fd, Tls *tls, const ScuWish *wish, Err *err); /* takes over a connected socket */
void scu_free(Scu *s);                                          /* aborts when not released */
OWNED_BY(Scu, scu_free)

/* Transfer syntax that the peer accepted for this SOP class; NULL when it refused. Borrowed. */
const char *scu_syntax(const Scu *s, const char *sop_class);
/* Did it accept this class in this syntax? */
bool scu_takes(const Scu *s, const char *sop_class, const char *syntax_uid);

/* ERR_UNAVAILABLE when the peer does not answer with success. */
bool scu_echo(Scu *s, Err *err);

/*
 * Sends one data set as it is, in 'syntax_uid'. True: the peer answered, with *ret_status (0 success, Bxxx
 * warning, else failure; command.h). Errors: ERR_CONFLICT the peer did not accept this class in this syntax.
 */
bool scu_store(Scu *s, const char *sop_class, const char *sop_instance, const char *syntax_uid,
               Slice data_set, uint16_t *ret_status, Err *err);

/* The same for a Part 10 file: its meta information says the rest. */
bool scu_store_file(Scu *s, Slice file, uint16_t *ret_status, Err *err);

/* An object to be sent; borrowed until scu_send is back. */
typedef struct ScuObject {
    const char *sop_class, *sop_instance, *syntax_uid;
    BlobSource  data_set;
    const char *originator; /* who asked for it by C-MOVE, and the id of its message; NULL nobody */
    uint16_t    originator_id;
    int64_t     number; /* yours: handed to 'done' */
} ScuObject;

/* The peer's answer to one of those sent. */
typedef void ScuDone(int64_t number, uint16_t status, void *arg);

/*
 * Sends as soon as the window that was agreed has room, and does not wait for the answer: the next object can
 * be made ready meanwhile. 'done' is called for the answers that came. scu_settle waits for all under way.
 */
bool scu_send(Scu *s, const ScuObject *object, ScuDone *done, void *arg, Err *err);
bool scu_settle(Scu *s, ScuDone *done, void *arg, Err *err);

/* One answer of a query; borrowed. False: enough, the rest is cancelled. */
typedef bool ScuAnswer(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg);

/* 'identifier' is written in the syntax of scu_syntax(). *ret_status is the last one (0, FE00 when
 * cancelled...). */
bool scu_find(Scu *s, const char *sop_class, Slice identifier, ScuAnswer *each, void *arg,
              uint16_t *ret_status, Err *err);

/* How far a C-MOVE or C-GET is; of the last answer: how it ended. */
typedef struct ScuProgress {
    uint16_t status, remaining, completed, failed, warning;
} ScuProgress;

/* After each answer. False: enough, the rest is cancelled. */
typedef bool ScuWatch(const ScuProgress *so_far, void *arg);

/* The peer sends what matches to 'destination', an AE title that it knows. 'watch' may be NULL. */
bool scu_move(Scu *s, const char *sop_class, const char *destination, Slice identifier, ScuWatch *watch,
              void *arg, ScuProgress *ret, Err *err);

/* Takes the objects that the peer sends us; each is begun, comes in parts, and ends with its status. */
typedef struct ScuTaker {
    void *with;
    void *(*begin)(void *with, const char *sop_class, const char *sop_instance, const char *syntax_uid);
    void (*part)(Slice bytes, void *object);   /* borrowed */
    uint16_t (*end)(void *with, void *object); /* all of it is there: the status of its C-STORE */
    void (*give_up)(void *with, void *object); /* it was cut off */
} ScuTaker;

/* The peer sends what matches on this association. */
bool scu_get(Scu *s, const char *sop_class, Slice identifier, const ScuTaker *taker, ScuWatch *watch,
             void *arg, ScuProgress *ret, Err *err);

/*
 * N-CREATE, N-SET, N-ACTION or N-EVENT-REPORT (scu_normal.c): 'type' of the action or event, else 0; 'data_set'
 * in the syntax of scu_syntax(). True: the peer answered, with *ret_status. Errors as scu_store.
 */
typedef enum ScuNormal { SCU_CREATE, SCU_SET, SCU_ACTION, SCU_REPORT } ScuNormal;
bool scu_normal(Scu *s, ScuNormal what, const char *sop_class, const char *sop_instance, uint16_t type,
                Slice data_set, uint16_t *ret_status, Err *err);

/* Waits for an N-EVENT-REPORT of this class, and answers it with success. *ret_data is added to. */
bool scu_event(Scu *s, const char *sop_class, uint16_t *ret_type, Buf *ret_data, Err *err);

/* The end in order. */
bool scu_release(Scu *s, Err *err);

#endif
