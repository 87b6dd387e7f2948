/*
 * One association as provider: admission, then the loop of requests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scp.h"

#include <stdio.h>
#include <unistd.h>

#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
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
    if (command_has_data(request) && !message_data(s->association, context, drop, NULL, err))
        return false;
    Command answer = command_answer(request, status, comment);
    return message_send(s->association, context, &answer, SLICE_NONE, err);
}

static bool serve_one(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    switch (request->field) {
    case COMMAND_C_ECHO_RQ:
        s->echoed++;
        return scp_refuse(s, context->id, request, STATUS_SUCCESS, "", err);
    case COMMAND_C_STORE_RQ:
        return scp_store(s, context, request, err);
    case COMMAND_C_FIND_RQ:
        return scp_find(s, context, request, err);
    case COMMAND_C_CANCEL_RQ:
        return true; /* too late: nothing is being answered, and it has no answer of its own */
    default:
        break;
    }
    if (request->field & COMMAND_RESPONSE) { /* we asked nothing */
        association_abort(s->association, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
        return err_set(err, ERR_INPUT, "The DICOM peer sent an unexpected message.", "response %04x",
                       request->field);
    }
    return scp_refuse(s, context->id, request, STATUS_UNKNOWN_OPERATION, "This operation is not offered",
                      err);
}

static MessageNews serve_all(ScpSession *s, Err *err)
{
    for (;;) {
        Command     request;
        uint8_t     id;
        MessageNews news = message_next(s->association, &request, &id, err);
        if (news != MESSAGE_COMMAND)
            return news;
        const AssociationContext *context = association_context(s->association, id);
        if (!serve_one(s, context, &request, err))
            return MESSAGE_BROKEN;
    }
}

/* One line of the trace for who comes in and who does not. */
static bool trace_admission(const ScpSession *s, const PduAssociate *wish, AuditOutcome outcome,
                            const char *why, Err *err)
{
    AuditLine line = { .event           = AUDIT_PEER,
                       .outcome         = outcome,
                       .organisation_id = s->peer.organisation_id,
                       .actor           = s->actor,
                       .origin          = s->address,
                       .what            = "A-ASSOCIATE",
                       .object          = wish->called,
                       .detail          = why };
    return s->house->trace(s->house->with, &line, err);
}

/* May it come in? Fills the reason for saying no. */
static bool admitted(ScpSession *s, const PduAssociate *wish, bool full, PduReject *ret, Err *err)
{
    const ScpHouse *house = s->house;
    if (full) {
        *ret = (PduReject) { PDU_REJECTED_TRANSIENT, PDU_SOURCE_PRESENTATION, PDU_PRESENTATION_LIMIT };
        return err_set(err, ERR_LIMIT, "Too many DICOM associations are open.", "association limit reached");
    }
    if (!slice_equal_text(slice_of(wish->called), house->ae_title)) {
        *ret = (PduReject) { PDU_REJECTED_PERMANENT, PDU_SOURCE_USER, PDU_USER_CALLED_UNKNOWN };
        return err_set(err, ERR_DENIED, "The called AE title is not ours.", "called AE title not recognised");
    }
    if (house->admit(house->with, slice_of(wish->calling), slice_of(s->address), &s->peer, err))
        return true;
    *ret = (PduReject) { PDU_REJECTED_PERMANENT, PDU_SOURCE_USER, PDU_USER_CALLING_UNKNOWN };
    if (err->kind != ERR_DENIED && err->kind != ERR_NOT_FOUND)
        *ret = (PduReject) { PDU_REJECTED_TRANSIENT, PDU_SOURCE_PRESENTATION, PDU_PRESENTATION_CONGESTION };
    return false;
}

/* Says yes or no to the wish; the trace is written before the answer: nobody comes in unseen. */
static bool answer_wish(ScpSession *s, const PduAssociate *wish, bool full, Err *err)
{
    PduReject no = { PDU_REJECTED_TRANSIENT, PDU_SOURCE_PRESENTATION, PDU_PRESENTATION_CONGESTION };
    (void)snprintf(s->actor, sizeof s->actor, "peer:%s", wish->calling);
    bool yes = admitted(s, wish, full, &no, err);
    if (yes)
        yes = trace_admission(s, wish, AUDIT_OK, "", err);
    else if (!full) /* a flood of refusals for want of room would only fill the trace: the log has them */
        (void)trace_admission(s, wish, AUDIT_REFUSED, err->detail, NULL);
    if (!yes) {
        association_reject(s->association, no);
        return false;
    }
    PduAssociate *answer = malloc(sizeof *answer);
    if (!answer)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
    negotiate(wish, answer);
    bool ok = association_accept(s->association, answer, err);
    free(answer);
    return ok;
}

static void log_end(const ScpSession *s, const char *how, int64_t began_ms, const Err *err)
{
    char          counts[7][24];
    const int64_t values[7] = {
        s->echoed, s->stored, s->known, s->refused, s->queries, s->answers, clock_monotonic_ms() - began_ms
    };
    for (size_t i = 0; i < COUNT(values); i++)
        (void)snprintf(counts[i], sizeof counts[i], "%lld", (long long)values[i]);
    char in[24] = "0", out[24] = "0";
    if (s->association) {
        (void)snprintf(in, sizeof in, "%lld", (long long)association_bytes_in(s->association));
        (void)snprintf(out, sizeof out, "%lld", (long long)association_bytes_out(s->association));
    }
    log_line("dimse", err->kind ? LOG_WARN : LOG_INFO, "association", "end", how, "actor", s->actor,
             "address", s->address, "echoed", counts[0], "stored", counts[1], "known", counts[2], "refused",
             counts[3], "queries", counts[4], "answers", counts[5], "bytes_in", in, "bytes_out", out, "ms",
             counts[6], "why", err->kind ? err->detail : "", NULL);
}

void scp_serve(const ScpHouse *house, int fd, const char *address, bool full)
{
    int64_t             began_ms = clock_monotonic_ms();
    ScpSession          s        = { .house = house, .address = address };
    const PduAssociate *wish;
    Err                 err = { 0 };
    const char         *how = "refused";
    s.association           = association_listen(fd, &house->limits, &wish, &err);
    if (!s.association)
        how = "no request";
    else if (answer_wish(&s, wish, full, &err))
        how = serve_all(&s, &err) == MESSAGE_RELEASED ? "released" : "broken";
    log_end(&s, how, began_ms, &err);
    association_free(s.association);
}
