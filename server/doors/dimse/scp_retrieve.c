/*
 * C-MOVE and C-GET: kept objects sent to a known peer, or back to who asks. DICOM PS3.4 §C.4.2, §C.4.3.
 *
 * Each object is one sub-operation. The bytes leave as they came wherever the receiver took their transfer
 * syntax; else the cheapest rewriting that it takes. The trace is written before the first byte leaves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/retrieve.h"
#include "doors/dimse/delivery.h"
#include "doors/dimse/query_identifier.h"
#include "doors/dimse/scp_internal.h"
#include "formats/dicom/writer.h"
#include "platform/log.h"

enum { FAILED_UIDS_MAX = 1000 };

typedef struct Retrieval {
    ScpSession               *s;
    const AssociationContext *context;
    const Command            *request;
    Retrieve                  what;
    Peer                      to; /* of a C-MOVE */
    size_t                    completed, failed, warning;
    bool                      cancelled;
    uint16_t                  sub_message_id; /* of C-GET */
    Buf                       failed_uids;    /* backslash between */
    size_t                    failed_listed;
    bool *settled; /* of a C-MOVE, one each: its end is counted; answers come in any order */
    bool  broken;  /* of a C-MOVE: the association on which it was asked */
    Err  *err;     /* and why */
    Err   why;     /* the first thing that went wrong on our side or at the destination */
} Retrieval;

static bool is_move(const Retrieval *r)
{
    return r->request->field == COMMAND_C_MOVE_RQ;
}

/* ---- answers ---- */

static uint16_t counted(size_t n)
{
    return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

static size_t remaining(const Retrieval *r)
{
    size_t done = r->completed + r->failed + r->warning;
    return r->what.instances.count > done ? r->what.instances.count - done : 0;
}

static Command progress(const Retrieval *r, uint16_t status, const char *comment)
{
    Command c    = command_answer(r->request, status, comment);
    c.has_counts = true;
    c.remaining  = counted(remaining(r));
    c.completed  = counted(r->completed);
    c.failed     = counted(r->failed);
    c.warning    = counted(r->warning);
    return c;
}

static bool say(const Retrieval *r, const Command *c, Slice data, Err *err)
{
    return message_send(r->s->association, r->context->id, c, data, err);
}

static bool say_pending(const Retrieval *r, Err *err)
{
    Command c = progress(r, STATUS_PENDING, "");
    return say(r, &c, SLICE_NONE, err);
}

static uint16_t last_status(const Retrieval *r)
{
    if (r->cancelled)
        return STATUS_CANCELLED;
    if (r->failed && !r->completed && !r->warning)
        return STATUS_CANNOT_SEND;
    return r->failed || r->warning ? STATUS_SOME_FAILED : STATUS_SUCCESS;
}

/* The last word, with the list of what failed. */
static bool say_end(Retrieval *r, Err *err)
{
    OWNED_BUF list        = buf_make(1 << 18);
    OWNED(DicomWriter) *w = dw_new(1 << 18);
    uint16_t status       = last_status(r);
    Command  c            = progress(r, status, status && r->why.shown ? r->why.shown : "");
    if (r->failed_listed && w) {
        dw_value(w, TAG_FAILED_SOP_INSTANCE_UID_LIST, VR_UI, buf_slice(&r->failed_uids));
        if (dw_finish(w, syntax_info(slice_of(r->context->syntax))->syntax, &list, NULL))
            c.data_set = 0;
    }
    if (status)
        log_line("dimse", LOG_WARN, "retrieval incomplete", "actor", r->s->actor, "why", r->why.detail, NULL);
    return say(r, &c, buf_slice(&list), err);
}

/* ---- counting ---- */

static void note_failed(Retrieval *r, const char *instance_uid)
{
    r->failed++;
    if (!instance_uid[0] || r->failed_listed == FAILED_UIDS_MAX)
        return;
    if (r->failed_listed++)
        buf_add_char(&r->failed_uids, '\\');
    buf_add_text(&r->failed_uids, instance_uid);
}

static void note_status(Retrieval *r, const char *instance_uid, uint16_t status)
{
    if (status == STATUS_SUCCESS) {
        r->completed++;
        r->s->sent++;
    } else if (status_is_warning(status)) {
        r->warning++;
        r->s->sent++;
    } else {
        err_set(&r->why, ERR_UNAVAILABLE, "The DICOM peer answered with a failure.", "C-STORE status %04x",
                status);
        note_failed(r, instance_uid);
    }
}

/* The UID of one that can no longer be looked at; "" when it is gone. */
static void uid_of(const Retrieval *r, size_t number, char ret[65])
{
    QueryRow row   = { 0 };
    bool     found = false;
    OWNED(Db) *db  = db_read(r->s->house->db, NULL);
    ret[0]         = '\0';
    if (db && query_row(db, QUERY_INSTANCE, r->what.instances.at[number], &row, &found, NULL) && found)
        (void)slice_copy(slice_of(row.instance_uid), ret, 65);
}

/* ---- C-MOVE ---- */

static void moved(void *with, size_t number, uint16_t status, const Err *why)
{
    Retrieval *r       = with;
    char       uid[65] = "";
    r->settled[number] = true;
    if (why)
        err_set(&r->why, why->kind, why->shown, "%s", why->detail);
    if (why || (status != STATUS_SUCCESS && !status_is_warning(status)))
        uid_of(r, number, uid);
    if (why)
        note_failed(r, uid);
    else
        note_status(r, uid, status);
}

/* Between two objects: how far it is, and what the one who asked says meanwhile. */
static bool move_goes_on(void *with)
{
    Retrieval *r = with;
    r->broken =
        !say_pending(r, r->err) || !scp_meanwhile(r->s, r->request->message_id, &r->cancelled, r->err);
    return !r->broken && !r->cancelled;
}

static bool move_all(Retrieval *r, Err *err)
{
    const ScpHouse *house = r->s->house;
    r->settled            = calloc(r->what.instances.count + 1, sizeof *r->settled);
    r->err                = err;
    if (!r->settled)
        return err_set(err, ERR_LIMIT, "The query has too many answers.", "no memory for a move");
    Delivery d = { .db            = house->db,
                   .archive       = house->archive,
                   .codec         = house->codec,
                   .tls           = house->tls,
                   .to            = &r->to,
                   .what          = &r->what,
                   .calling       = house->ae_title,
                   .originator    = r->s->peer.ae_title,
                   .originator_id = r->request->message_id,
                   .timeout_ms    = house->limits.idle_ms,
                   .stop_fd       = house->limits.stop_fd,
                   .ended         = moved,
                   .go_on         = move_goes_on,
                   .with          = r };
    if (r->what.instances.count)
        (void)delivery_run(&d, &r->why); /* those without an end are counted here */
    for (size_t i = 0; !r->cancelled && i < r->what.instances.count; i++) {
        char uid[65] = "";
        if (r->settled[i])
            continue;
        if (r->failed_listed < FAILED_UIDS_MAX)
            uid_of(r, i, uid);
        note_failed(r, uid); /* neither answered nor tried */
    }
    return !r->broken;
}

/* ---- C-GET ---- */

static bool getter_takes(const void *receiver, const char *sop_class, const char *syntax_uid)
{
    const Retrieval          *r = receiver;
    const AssociationContext *c = association_context_for(r->s->association, sop_class, syntax_uid);
    return c && c->reversed;
}

/* Waits for the answer to our C-STORE; what else comes is taken as it may be. */
static bool await_stored(Retrieval *r, uint8_t context, const char *instance_uid, Err *err)
{
    for (;;) {
        Command     next;
        uint8_t     id;
        MessageNews news = message_next(r->s->association, &next, &id, err);
        if (news == MESSAGE_WOKEN) {
            if (!scp_finish_answers(r->s, false, err))
                return false;
            continue;
        }
        if (news != MESSAGE_COMMAND)
            return news == MESSAGE_RELEASED &&
                   err_set(err, ERR_INPUT, "The DICOM peer sent an unexpected message.",
                           "released in a C-GET");
        if (next.field == (COMMAND_C_STORE_RQ | COMMAND_RESPONSE) && id == context &&
            next.replied_id == r->sub_message_id) {
            note_status(r, instance_uid, next.status);
            return true;
        }
        if (!scp_take(r->s, id, &next, r->request->message_id, &r->cancelled, err))
            return false;
    }
}

/* An object made ready while the one before is on its way. */
typedef struct Ready {
    Outgoing    o;
    const char *syntax;
    BlobSource  data;
    bool        fine;
} Ready;

static void make_ready(Retrieval *r, size_t number, Ready *ret)
{
    *ret = (Ready) { .data = { .bytes = SLICE_NONE } };
    if (number < r->what.instances.count && !r->cancelled)
        ret->fine = delivery_open(r->s->house->archive, r->s->house->codec, r->what.instances.at[number],
                                  getter_takes, r, &ret->o, &ret->syntax, &ret->data, &r->why);
}

/* Sends 'now', makes 'next' ready, waits for the answer to the first. */
static bool get_one(Retrieval *r, size_t number, const Ready *now, Ready *next, Err *err)
{
    const InstanceRow        *row  = &now->o.row;
    const AssociationContext *c    = NULL;
    bool                      sent = true;
    if (now->fine) {
        Command store = { .field = COMMAND_C_STORE_RQ, .message_id = ++r->sub_message_id };
        c             = association_context_for(r->s->association, row->class_uid, now->syntax);
        (void)slice_copy(slice_of(row->class_uid), store.sop_class, sizeof store.sop_class);
        (void)slice_copy(slice_of(row->uid), store.sop_instance, sizeof store.sop_instance);
        sent = message_send_from(r->s->association, c->id, &store, &now->data, err);
    } else {
        note_failed(r, row->uid);
    }
    make_ready(r, number + 1, next);
    return sent && (!c || await_stored(r, c->id, row->uid, err)) && say_pending(r, err);
}

static bool get_all(Retrieval *r, Err *err)
{
    Ready now, next;
    bool  ok = true;
    make_ready(r, 0, &now);
    for (size_t i = 0; ok && !r->cancelled && i < r->what.instances.count; i++) {
        ok = get_one(r, i, &now, &next, err) &&
             (r->cancelled || scp_meanwhile(r->s, r->request->message_id, &r->cancelled, err));
        outgoing_close(&now.o);
        now = next;
    }
    outgoing_close(&now.o);
    return ok;
}

/* ---- the request ---- */

/* One line of the trace for each study, before anything leaves. */
static bool trace_studies(const Retrieval *r, Err *err)
{
    char what[48], detail[48];
    (void)snprintf(what, sizeof what, is_move(r) ? "C-MOVE to %s" : "C-GET%s",
                   is_move(r) ? r->to.ae_title : "");
    for (size_t i = 0; i < r->what.study_count; i++) {
        const RetrieveStudy *study = &r->what.studies[i];
        (void)snprintf(detail, sizeof detail, "%lld instances", (long long)study->instances);
        AuditLine line = { .event           = AUDIT_SEND,
                           .outcome         = AUDIT_OK,
                           .organisation_id = r->s->peer.organisation_id,
                           .patient_id      = study->patient_id,
                           .act_id          = study->act_id,
                           .actor           = r->s->actor,
                           .origin          = r->s->address,
                           .what            = what,
                           .object          = study->uid,
                           .detail          = detail };
        if (!r->s->house->trace(r->s->house->with, &line, err))
            return false;
    }
    return true;
}

/* That not all of it arrived is part of the trace too. */
static void trace_failures(const Retrieval *r)
{
    char detail[96];
    (void)snprintf(detail, sizeof detail, "%zu sent, %zu failed%s", r->completed + r->warning, r->failed,
                   r->cancelled ? ", cancelled" : "");
    if (r->failed || r->cancelled)
        (void)scp_trace(r->s, AUDIT_SEND, AUDIT_FAILED, is_move(r) ? "C-MOVE" : "C-GET",
                        is_move(r) ? r->to.ae_title : "", detail, NULL);
}

static bool answer_failure(Retrieval *r, uint16_t status, const char *comment, Err *err)
{
    Command c = command_answer(r->request, status, comment);
    return say(r, &c, SLICE_NONE, err);
}

static bool find_what(Retrieval *r, const QueryIdentifier *q)
{
    ArchiveViewer viewer = scp_viewer(r->s);
    OWNED(Db) *db        = db_read(r->s->house->db, &r->why);
    return db && retrieve_find(db, &q->query, &viewer, &r->what, &r->why);
}

static bool find_destination(Retrieval *r, uint16_t *ret_status)
{
    OWNED(Db) *db = db_read(r->s->house->db, &r->why);
    if (!db || !peer_by_title(db, slice_of(r->request->destination), &r->to, &r->why)) {
        *ret_status = r->why.kind == ERR_NOT_FOUND ? STATUS_NO_DESTINATION : STATUS_CANNOT_SEND;
        return false;
    }
    *ret_status = STATUS_NOT_AUTHORISED;
    return (r->to.may & PEER_RECEIVE) != 0 ||
           err_set(&r->why, ERR_DENIED, "This DICOM peer may not be sent objects.", "destination %s",
                   r->to.ae_title);
}

static bool run(Retrieval *r, Slice identifier, Err *err)
{
    TransferSyntax syntax = syntax_info(slice_of(r->context->syntax))->syntax;
    uint16_t       status = STATUS_SUCCESS;
    if (is_move(r) && !find_destination(r, &status))
        return answer_failure(r, status, r->why.shown, err);
    OWNED(QueryIdentifier) *q =
        retrieve_identifier_read(identifier, syntax, query_root_of(slice_of(r->context->abstract)), &r->why);
    if (!q)
        return answer_failure(r, r->why.kind == ERR_INPUT ? STATUS_MISMATCH : STATUS_CANNOT_COUNT,
                              r->why.shown ? r->why.shown : "", err);
    if (!find_what(r, q) || !trace_studies(r, &r->why)) {
        log_err("dimse", "retrieval failed", &r->why);
        return answer_failure(r, STATUS_CANNOT_COUNT, r->why.shown ? r->why.shown : "", err);
    }
    bool ok = is_move(r) ? move_all(r, err) : get_all(r, err);
    trace_failures(r);
    return ok && say_end(r, err);
}

/* The right that a retrieval needs; and the service it must be asked of. */
static bool is_offered(const ScpSession *s, const AssociationContext *context, const Command *request)
{
    Service wanted = request->field == COMMAND_C_MOVE_RQ ? SERVICE_MOVE : SERVICE_GET;
    return s->house->archive && service_of(slice_of(context->abstract)) == wanted &&
           slice_equal_text(slice_of(request->sop_class), context->abstract);
}

bool scp_retrieve(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    unsigned right = request->field == COMMAND_C_MOVE_RQ ? PEER_RETRIEVE : PEER_GET;
    s->retrievals++;
    if (!is_offered(s, context, request))
        return scp_refuse(s, context->id, request, STATUS_CLASS_NOT_HERE,
                          "SOP class not agreed in this context", err);
    if (!(s->peer.may & right)) {
        s->refused++;
        (void)scp_trace(s, AUDIT_SEND, AUDIT_REFUSED, right == PEER_GET ? "C-GET" : "C-MOVE",
                        request->destination, "not allowed to this peer", NULL);
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED, "This peer may not retrieve", err);
    }
    if (!command_has_data(request))
        return scp_refuse(s, context->id, request, STATUS_MISMATCH, "A retrieval needs an identifier", err);
    OWNED_BUF identifier = buf_make(MESSAGE_IDENTIFIER_MAX);
    if (!scp_identifier(s, context, &identifier, err))
        return false;
    Retrieval r = { .s = s, .context = context, .request = request, .failed_uids = buf_make(1 << 17) };
    bool ok = identifier.failed ? answer_failure(&r, STATUS_CANNOT_COUNT, "The identifier is too long", err)
                                : run(&r, buf_slice(&identifier), err);
    retrieve_clear(&r.what);
    free(r.settled);
    buf_free(&r.failed_uids);
    return ok;
}
