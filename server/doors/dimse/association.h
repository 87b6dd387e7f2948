/*
 * A DICOM association over one connection: agreed, used, released or aborted, along the grid of states.h.
 *
 * Blocking: one thread owns it. What arrives is handed on fragment by fragment; nothing is kept whole here.
 * Source: DICOM PS3.8 §7, §9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_ASSOCIATION_H
#define DOORS_DIMSE_ASSOCIATION_H

#include "base/own.h"
#include "doors/dimse/pdu.h"
#include "doors/dimse/states.h"
#include "platform/blobs/blobs.h"
#include "platform/net/tls.h"

typedef struct Association Association;

typedef struct AssociationLimits {
    uint32_t max_pdu;    /* bytes of P-DATA that we accept, and the most that we send in one */
    int      artim_ms;   /* for the peer to ask, and to close after the end (PS3.8 §9.1.5) */
    int      idle_ms;    /* between messages, and for an answer */
    int      message_ms; /* for one whole PDU, and inside a message */
    int      stop_fd;    /* becomes readable when the house closes; -1 none */
} AssociationLimits;

/* A presentation context that both agreed on, or, when 'accepted' is false, that was refused. */
typedef struct AssociationContext {
    uint8_t id;
    bool    accepted;
    bool    reversed; /* roles were agreed: who asked for the association provides this class */
    char    abstract[65], syntax[65];
} AssociationContext;

/*
 * Acceptor: takes over 'fd' (and 'tls' over it, NULL: in clear) and waits for the peer's wish, at most
 * artim_ms. '*ret' points into the association, and is good until association_accept or _reject. NULL when
 * none came (the connection is then closed).
 */
Association *association_listen(int fd, Tls *tls, const AssociationLimits *limits, const PduAssociate **ret,
                                Err *err);

/*
 * Accepts. 'contexts' answers each proposed context in order (id, result, one syntax as an item 40); titles
 * and application context are the peer's own. 'answer' gives our implementation, our roles.
 */
bool association_accept(Association *a, const PduAssociate *answer, Err *err);

/* Refuses, waits artim_ms for the peer to close. */
void association_reject(Association *a, PduReject why);

/* Requestor: takes over the connected 'fd' (and 'tls', or NULL), asks, and waits for the answer. NULL when
 * refused or broken. */
Association *association_ask(int fd, Tls *tls, const AssociationLimits *limits, const PduAssociate *wish,
                             Err *err);

void association_free(Association *a); /* aborts when it is still open, closes */
OWNED_BY(Association, association_free)

/* The context of this id if it was accepted, else NULL. */
const AssociationContext *association_context(const Association *a, uint8_t id);
/* The first accepted context for this abstract syntax (and this transfer syntax, unless NULL). */
const AssociationContext *association_context_for(const Association *a, const char *abstract,
                                                  const char *syntax);

typedef enum AssociationNews {
    ASSOCIATION_FRAGMENT,
    ASSOCIATION_RELEASED, /* in order; everything is said */
    ASSOCIATION_BROKEN,   /* aborted, closed, late, stopped or invalid: see err */
    ASSOCIATION_WOKEN,    /* nothing came; the descriptor of association_wake_by is readable */
} AssociationNews;

/* From now on also waits for this one between messages. */
void association_wake_by(Association *a, int fd);

/* The next fragment; borrowed until the next call. 'between' true: no message is under way. */
AssociationNews association_next(Association *a, bool between, Pdv *ret, Err *err);

/* Did the peer send something that waits to be read? */
bool association_has_news(const Association *a);

/* Bytes of a command or a data set, in fragments of what the peer accepts; 'is_last' ends it. */
bool association_send(Association *a, uint8_t context_id, bool is_command, bool is_last, Slice bytes,
                      Err *err);
/* A whole data set. ERR_UNAVAILABLE also when it cannot be read: the association is then aborted. */
bool association_send_from(Association *a, uint8_t context_id, const BlobSource *data, Err *err);

/* Requestor: ends in order. False when the peer did not answer. */
bool association_release(Association *a, Err *err);

/* Ends at once. 'why' is of source PDU_ABORT_BY_PROVIDER for what the peer did wrong, BY_USER else. */
void association_abort(Association *a, PduAbort why);

/* Operations that may be under way at once, by the requestor of the association (PS3.7 annex D.3.3.3). */
int association_window(const Association *a);

UpperState association_state(const Association *a);
int64_t    association_bytes_in(const Association *a);
int64_t    association_bytes_out(const Association *a);

#endif
