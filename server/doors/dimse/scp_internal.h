/*
 * What the files of the provider side share: one association being served, what waits in it, its counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCP_INTERNAL_H
#define DOORS_DIMSE_SCP_INTERNAL_H

#include "clinic/archive/query.h"
#include "doors/dimse/message.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp.h"

enum { SCP_TERMS_MAX = 4, SCP_TRACED_MAX = 8 };

/* A request that came while another was being answered (asynchronous operations): served after it. */
typedef struct ScpWaiting {
    Command command;
    uint8_t context;
    Buf     data;
} ScpWaiting;

typedef struct ScpFinishers ScpFinishers; /* scp_finish.c */

/* The report of a storage commitment that waits for its answer on this association; message_id 0: none. */
typedef struct ScpTold {
    uint16_t message_id;
    int64_t  commitment_id, safe, not_safe;
} ScpTold;

typedef struct ScpSession {
    const ScpHouse *house;
    Association    *association;
    Peer            peer;
    const char     *address;
    int             fd; /* owned by the association */
    const Tls      *tls;       /* of the association; NULL: in clear */
    char            actor[32]; /* "peer:MODALITY1" */
    struct {
        char       sop_class[65];
        QueryTerms terms;
    } terms[SCP_TERMS_MAX]; /* of extended negotiation, where there was any */
    size_t        term_count;
    ScpWaiting    waiting[OPERATIONS_MAX];
    size_t        waiting_count;
    const Buf    *held;   /* data set of the request being served, when it was read before; else NULL */
    bool          nested; /* inside the answer to another request */
    ScpFinishers *finishers;
    ScpTold       told;
    uint16_t      reports; /* message ids of ours */
    struct {
        char    what[32];
        int64_t at_ms;
    } traced[SCP_TRACED_MAX]; /* searches that have their line: docs/decisions/0009 */
    int64_t echoed, stored, known, refused, queries, answers, retrievals, sent;
} ScpSession;

/* Answers one request whose command was read: a row of REQUESTS in scp.c. False: the association is broken.
 */
typedef bool ScpRequest(ScpSession *s, const AssociationContext *context, const Command *request, Err *err);
ScpRequest   scp_store, scp_find, scp_query, scp_retrieve, scp_mpps, scp_commit, scp_commit_told;

/* Reads and drops the data set of a request, if it has one, then answers it without one. */
bool scp_refuse(ScpSession *s, uint8_t context, const Command *request, uint16_t status, const char *comment,
                Err *err);

/* The identifier of a request, wherever it is; at the ceiling of 'ret', ret->failed says so. */
bool scp_identifier(ScpSession *s, const AssociationContext *context, Buf *ret, Err *err);

/*
 * What came while 'message_id' is being answered, without waiting: its C-CANCEL; with asynchronous
 * operations other requests too, which are answered at once (echo, store, the short ones) or kept for later.
 */
bool scp_meanwhile(ScpSession *s, uint16_t message_id, bool *ret_cancelled, Err *err);
/* The same for one command that was read already. */
bool scp_take(ScpSession *s, uint8_t context, const Command *c, uint16_t message_id, bool *ret_cancelled,
              Err *err);

/* Who this peer is for the archive. */
ArchiveViewer scp_viewer(const ScpSession *s);

/* A line of the trace about this peer. */
bool scp_trace(const ScpSession *s, AuditEvent event, AuditOutcome outcome, const char *what,
               const char *object, const char *detail, Err *err);

/* ---- scp_finish.c: objects made durable while the next one arrives ---- */

/* Work whose answer is sent later. 'work' runs in another thread, 'answer' in the association's own. */
typedef struct ScpFinish {
    void (*work)(struct ScpFinish *);
    bool (*answer)(ScpSession *, struct ScpFinish *, Err *);
    struct ScpFinish *next;
} ScpFinish;

/* Takes it over; waits when as many as the window are under way. False: it could not, do it yourself. */
bool scp_finish_later(ScpSession *s, ScpFinish *f);
bool scp_finish_answers(ScpSession *s, bool all,
                        Err *err);  /* sends what is ready; 'all': waits for the rest */
void scp_finish_end(ScpSession *s); /* waits for all work, answers nothing */

#endif
