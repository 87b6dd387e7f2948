/*
 * One association as provider: admission, then the loop of requests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scp.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
#include "guard/access/peer_identity.h"
#include "platform/clock.h"
#include "platform/log.h"

static void drop(Slice bytes, void *arg)
{
    (void)bytes;
    (void)arg;
}

bool scp_refuse(ScpSession *s, uint8_t context, const Command *request, uint16_t status, const char *comment,
                Err *err)
{
    if (command_has_data(request) && !s->held && !message_data(s->association, context, drop, NULL, err))
        return false;
    Command answer = command_answer(request, status, comment);
    return message_send(s->association, context, &answer, SLICE_NONE, err);
}

bool scp_identifier(ScpSession *s, const AssociationContext *context, Buf *ret, Err *err)
{
    if (!s->held)
        return message_data_gather(s->association, context->id, ret, err);
    (void)buf_add(ret, buf_slice(s->held));
    ret->failed = ret->failed || s->held->failed;
    return true;
}

ArchiveViewer scp_viewer(const ScpSession *s)
{
    bool all = (s->peer.may & PEER_ALL_SITES) != 0;
    return (ArchiveViewer) { .organisation_id = s->peer.organisation_id,
                             .sees_all        = all,
                             .now_s           = clock_now_s() };
}

static bool unexpected(ScpSession *s, const Command *c, const char *why, Err *err)
{
    association_abort(s->association, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
    return err_set(err, ERR_INPUT, "The DICOM peer sent an unexpected message.", "command %04x: %s", c->field,
                   why);
}

static bool echo(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    if (!(s->peer.may & PEER_ECHO)) {
        s->refused++;
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED, "This peer may not echo", err);
    }
    s->echoed++;
    return scp_refuse(s, context->id, request, STATUS_SUCCESS, "", err);
}

/* C-CANCEL too late: nothing is being answered, and it has no answer of its own. */
static bool too_late(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    (void)s;
    (void)context;
    (void)request;
    (void)err;
    return true;
}

/* What may be asked. A long one waits for its turn when it comes while another is being answered. */
static const struct {
    uint16_t    field;
    bool        is_long;
    ScpRequest *serve;
} REQUESTS[] = {
    { COMMAND_C_ECHO_RQ, false, echo },
    { COMMAND_C_STORE_RQ, false, scp_store },
    { COMMAND_C_FIND_RQ, true, scp_find },
    { COMMAND_C_MOVE_RQ, true, scp_retrieve },
    { COMMAND_C_GET_RQ, true, scp_retrieve },
    { COMMAND_C_CANCEL_RQ, false, too_late },
    { COMMAND_N_CREATE_RQ, false, scp_mpps },
    { COMMAND_N_SET_RQ, false, scp_mpps },
    { COMMAND_N_ACTION_RQ, false, scp_commit },
    { COMMAND_N_EVENT_REPORT_RQ | COMMAND_RESPONSE, false, scp_commit_told },
};

static bool serve_one(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    for (size_t i = 0; i < COUNT(REQUESTS); i++)
        if (REQUESTS[i].field == request->field)
            return REQUESTS[i].serve(s, context, request, err);
    if (request->field & COMMAND_RESPONSE)
        return unexpected(s, request, "we asked nothing", err);
    return scp_refuse(s, context->id, request, STATUS_UNKNOWN_OPERATION, "This operation is not offered",
                      err);
}

/* ---- several operations at once ---- */

static bool is_long(uint16_t field)
{
    for (size_t i = 0; i < COUNT(REQUESTS); i++)
        if (REQUESTS[i].field == field)
            return REQUESTS[i].is_long;
    return false;
}

static bool keep_for_later(ScpSession *s, uint8_t context, const Command *c, Err *err)
{
    if (s->waiting_count == OPERATIONS_MAX)
        return unexpected(s, c, "more operations than agreed", err);
    ScpWaiting *one = &s->waiting[s->waiting_count++];
    *one            = (ScpWaiting) { *c, context, buf_make(MESSAGE_IDENTIFIER_MAX) };
    return !command_has_data(c) || message_data_gather(s->association, context, &one->data, err);
}

static ScpWaiting take_waiting(ScpSession *s, size_t at)
{
    ScpWaiting one = s->waiting[at];
    memmove(&s->waiting[at], &s->waiting[at + 1], (--s->waiting_count - at) * sizeof one);
    return one;
}

/* C-CANCEL of a request that was not begun. */
static bool cancel_waiting(ScpSession *s, uint16_t message_id, Err *err)
{
    for (size_t i = 0; i < s->waiting_count; i++) {
        if (s->waiting[i].command.message_id != message_id)
            continue;
        ScpWaiting one    = take_waiting(s, i);
        Command    answer = command_answer(&one.command, STATUS_CANCELLED, "");
        buf_free(&one.data);
        return message_send(s->association, one.context, &answer, SLICE_NONE, err);
    }
    return true;
}

bool scp_take(ScpSession *s, uint8_t context, const Command *c, uint16_t message_id, bool *ret_cancelled,
              Err *err)
{
    if (c->field == COMMAND_C_CANCEL_RQ) {
        *ret_cancelled = *ret_cancelled || c->replied_id == message_id;
        return c->replied_id == message_id || cancel_waiting(s, c->replied_id, err);
    }
    if ((c->field & COMMAND_RESPONSE) || association_window(s->association) < 2)
        return unexpected(s, c, "inside another operation", err);
    if (is_long(c->field))
        return keep_for_later(s, context, c, err);
    const Buf *held = s->held;
    s->held         = NULL;
    s->nested       = true;
    bool ok         = serve_one(s, association_context(s->association, context), c, err);
    s->nested       = false;
    s->held         = held;
    return ok;
}

bool scp_meanwhile(ScpSession *s, uint16_t message_id, bool *ret_cancelled, Err *err)
{
    bool ok = scp_finish_answers(s, false, err);
    while (ok && !*ret_cancelled && association_has_news(s->association)) {
        Command     other;
        uint8_t     context;
        MessageNews news = message_next(s->association, &other, &context, err);
        if (news == MESSAGE_WOKEN)
            ok = scp_finish_answers(s, false, err);
        else
            ok = news == MESSAGE_COMMAND && scp_take(s, context, &other, message_id, ret_cancelled, err);
    }
    return ok;
}

static bool serve_waiting(ScpSession *s, Err *err)
{
    ScpWaiting one = take_waiting(s, 0);
    s->held        = &one.data;
    bool ok        = serve_one(s, association_context(s->association, one.context), &one.command, err);
    s->held        = NULL;
    buf_free(&one.data);
    return ok;
}

static MessageNews serve_all(ScpSession *s, Err *err)
{
    for (;;) {
        Command request;
        uint8_t id;
        bool    ok = true;
        if (s->waiting_count) {
            ok = serve_waiting(s, err);
        } else {
            MessageNews news = message_next(s->association, &request, &id, err);
            if (news == MESSAGE_WOKEN)
                ok = scp_finish_answers(s, false, err);
            else if (news == MESSAGE_COMMAND)
                ok = serve_one(s, association_context(s->association, id), &request, err);
            else
                return news;
        }
        if (!ok)
            return MESSAGE_BROKEN;
    }
}

/* ---- coming in ---- */

bool scp_trace(const ScpSession *s, AuditEvent event, AuditOutcome outcome, const char *what,
               const char *object, const char *detail, Err *err)
{
    AuditLine line = { .event           = event,
                       .outcome         = outcome,
                       .organisation_id = s->peer.organisation_id,
                       .actor           = s->actor,
                       .origin          = s->address,
                       .what            = what,
                       .object          = object,
                       .detail          = detail };
    return s->house->trace(s->house->with, &line, err);
}

static bool too_many(PduReject *ret, Err *err)
{
    *ret = (PduReject) { PDU_REJECTED_TRANSIENT, PDU_SOURCE_PRESENTATION, PDU_PRESENTATION_LIMIT };
    return err_set(err, ERR_LIMIT, "Too many DICOM associations are open.", "association limit reached");
}

static bool seated(ScpSession *s, PduReject *ret, Err *err)
{
    bool own = false;
    if (!s->house->seat || s->house->seat(s->house->with, s->fd, &s->peer, &own))
        return true;
    if (own)
        err_set(err, ERR_LIMIT, "This DICOM peer has too many associations open.",
                "peer %s has its %lld seats taken", s->peer.ae_title, (long long)s->peer.seats);
    return too_many(ret, err);
}

/* Is it who it says? By certificate and by what it says of itself, where these are asked of it. */
static bool proved(ScpSession *s, const PduAssociate *wish, bool *ret_checked, Err *err)
{
    const ScpHouse *house = s->house;
    return (!house->certify || house->certify(house->with, &s->peer, s->tls, err)) &&
           (!house->identify || house->identify(house->with, &s->peer, &wish->identity, ret_checked, err));
}

/* May it come in? Fills the reason for saying no. */
static bool admitted(ScpSession *s, const PduAssociate *wish, bool full, PduReject *ret, bool *ret_checked,
                     Err *err)
{
    const ScpHouse *house = s->house;
    uint8_t         why   = PDU_USER_CALLING_UNKNOWN;
    if (full)
        return too_many(ret, err);
    if (!slice_equal_text(slice_of(wish->called), house->ae_title)) {
        *ret = (PduReject) { PDU_REJECTED_PERMANENT, PDU_SOURCE_USER, PDU_USER_CALLED_UNKNOWN };
        return err_set(err, ERR_DENIED, "The called AE title is not ours.", "called AE title not recognised");
    }
    if (house->admit(house->with, slice_of(wish->calling), slice_of(s->address), &s->peer, err)) {
        if (proved(s, wish, ret_checked, err))
            return seated(s, ret, err);
        why = PDU_USER_NO_REASON;
    }
    *ret = (PduReject) { PDU_REJECTED_PERMANENT, PDU_SOURCE_USER, why };
    if (err->kind != ERR_DENIED && err->kind != ERR_NOT_FOUND)
        *ret = (PduReject) { PDU_REJECTED_TRANSIENT, PDU_SOURCE_PRESENTATION, PDU_PRESENTATION_CONGESTION };
    return false;
}

static void note_terms(ScpSession *s, const PduAssociate *answer)
{
    for (size_t i = 0; i < answer->extended_count && s->term_count < SCP_TERMS_MAX; i++) {
        Slice uid = answer->extended[i].sop_class;
        if (service_of(uid) != SERVICE_FIND)
            continue;
        (void)slice_copy(uid, s->terms[s->term_count].sop_class, sizeof s->terms[0].sop_class);
        s->terms[s->term_count++].terms = query_terms(answer, uid);
    }
}

/* By what it proved who it is: nothing beyond title and address, a user identity, a certificate. */
static void describe_way(const ScpSession *s, bool identity, unsigned type, char *ret, size_t room)
{
    TlsPeer peer      = { 0 };
    char    terms[96] = "";
    ret[0]            = 0;
    if (s->tls) {
        tls_peer(s->tls, &peer);
        tls_terms(s->tls, terms, sizeof terms);
    }
    const char *not_checked = peer_said_kind(type);
    (void)snprintf(ret, room, "%s%s%s%s%.16s", identity ? "identity proved " : not_checked,
                   !identity && terms[0] && *not_checked ? ", " : "", terms, s->tls ? " certificate " : "",
                   peer.sha256);
}

/* Says yes or no to the wish; the trace is written before the answer: nobody comes in unseen. */
static bool answer_wish(ScpSession *s, const PduAssociate *wish, bool full, Err *err)
{
    PduReject no = { PDU_REJECTED_TRANSIENT, PDU_SOURCE_PRESENTATION, PDU_PRESENTATION_CONGESTION };
    (void)snprintf(s->actor, sizeof s->actor, "peer:%s", wish->calling);
    bool checked = false, yes = admitted(s, wish, full, &no, &checked, err);
    char how[160];
    describe_way(s, checked, wish->identity.type, how, sizeof how);
    if (yes)
        yes = scp_trace(s, AUDIT_PEER, AUDIT_OK, "A-ASSOCIATE", wish->called, how, err);
    else if (err->kind !=
             ERR_LIMIT) /* a flood of refusals for want of room would only fill the trace: the log has them */
        (void)scp_trace(s, AUDIT_PEER, AUDIT_REFUSED, "A-ASSOCIATE", wish->called, err->detail, NULL);
    if (!yes) {
        association_reject(s->association, no);
        return false;
    }
    PduAssociate *answer = malloc(sizeof *answer);
    if (!answer)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
    negotiate(wish, answer);
    answer->identity_answered = checked && wish->identity.response_wanted;
    note_terms(s, answer);
    bool ok = association_accept(s->association, answer, err);
    free(answer);
    return ok;
}

static void log_end(const ScpSession *s, const char *how, int64_t began_ms, const Err *err)
{
    char          counts[9][24];
    const int64_t values[9] = { s->echoed,     s->stored,  s->known,
                                s->refused,    s->queries, s->answers,
                                s->retrievals, s->sent,    clock_monotonic_ms() - began_ms };
    for (size_t i = 0; i < COUNT(values); i++)
        (void)snprintf(counts[i], sizeof counts[i], "%lld", (long long)values[i]);
    char in[24] = "0", out[24] = "0";
    if (s->association) {
        (void)snprintf(in, sizeof in, "%lld", (long long)association_bytes_in(s->association));
        (void)snprintf(out, sizeof out, "%lld", (long long)association_bytes_out(s->association));
    }
    log_line("dimse", err->kind ? LOG_WARN : LOG_INFO, "association", "end", how, "actor", s->actor,
             "address", s->address, "echoed", counts[0], "stored", counts[1], "known", counts[2], "refused",
             counts[3], "queries", counts[4], "answers", counts[5], "retrievals", counts[6], "sent",
             counts[7], "bytes_in", in, "bytes_out", out, "ms", counts[8], "why",
             err->kind ? err->detail : "", NULL);
}

void scp_serve(const ScpHouse *house, int fd, Tls *tls, const char *address, bool full)
{
    int64_t             began_ms = clock_monotonic_ms();
    ScpSession         *session  = calloc(1, sizeof *session);
    const PduAssociate *wish;
    Err                 err = { 0 };
    const char         *how = "refused";
    if (!session) {
        tls_free(tls);
        close(fd);
        return;
    }
    ScpSession *s  = session;
    s->house       = house;
    s->address     = address;
    s->fd          = fd;
    s->tls         = tls;
    s->association = association_listen(fd, tls, &house->limits, &wish, &err);
    if (!s->association)
        how = "no request";
    else if (answer_wish(s, wish, full, &err))
        how = serve_all(s, &err) == MESSAGE_RELEASED ? "released" : "broken";
    scp_finish_end(s);
    while (s->waiting_count) {
        ScpWaiting one = take_waiting(s, 0);
        buf_free(&one.data);
    }
    log_end(s, how, began_ms, &err);
    association_free(s->association);
    free(s);
}
