/*
 * C-FIND of the modality worklist: the day's list of a modality. PS3.4 §K.4.1, E10.
 *
 * Answers are made first and sent after, so that a slow peer holds no snapshot of the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
#include "doors/dimse/worklist_keys.h"

enum { ANSWERS_MAX = 2000, ANSWERS_BYTES_MAX = 8 << 20 };

typedef struct Answers {
    const WorklistQuery *query;
    TransferSyntax       syntax;
    Buf                  bytes;
    size_t               ends[ANSWERS_MAX]; /* where each answer ends in 'bytes' */
    size_t               count;
    Err                  why;
} Answers;

static bool add_answer(const WorklistItem *item, void *arg)
{
    Answers *all = arg;
    if (!worklist_matches(all->query, item))
        return true;
    if (all->count == ANSWERS_MAX)
        return err_set(&all->why, ERR_LIMIT, "The query has too many answers.", "more than %d", ANSWERS_MAX);
    if (!worklist_answer(all->query, item, all->syntax, &all->bytes, &all->why))
        return false;
    all->ends[all->count++] = all->bytes.len;
    return true;
}

static bool send_answers(ScpSession *s, uint8_t context, const Command *request, const Answers *all, Err *err)
{
    uint16_t pending = all->query->unsupported ? STATUS_PENDING_WARNING : STATUS_PENDING;
    Command  answer  = command_answer(request, pending, "");
    answer.data_set  = 0;
    bool   cancelled = false;
    size_t begin     = 0;
    for (size_t i = 0; i < all->count && !cancelled; i++) {
        if (!scp_meanwhile(s, request->message_id, &cancelled, err))
            return false;
        if (cancelled)
            break;
        Slice one = slice_part(buf_slice(&all->bytes), begin, all->ends[i] - begin);
        begin     = all->ends[i];
        if (!message_send(s->association, context, &answer, one, err))
            return false;
        s->answers++;
    }
    answer = command_answer(request, cancelled ? STATUS_CANCELLED : STATUS_SUCCESS, "");
    return message_send(s->association, context, &answer, SLICE_NONE, err);
}

/* One line of the trace for each look at the list: it names patients. */
static bool trace_query(const ScpSession *s, size_t count, Err *err)
{
    char detail[48];
    (void)snprintf(detail, sizeof detail, "%zu answers", count);
    return scp_trace(s, AUDIT_SEARCH, AUDIT_OK, "C-FIND worklist", "", detail, err);
}

static bool gather(ScpSession *s, Answers *all)
{
    WorklistFilter filter = worklist_query_filter(all->query);
    filter.site_id        = s->peer.organisation_id; /* a modality sees the list of its own site */
    return s->house->worklist(s->house->with, &filter, add_answer, all, &all->why) &&
           all->why.kind == ERR_NONE && trace_query(s, all->count, &all->why);
}

static bool find(ScpSession *s, const AssociationContext *context, const Command *request, Slice identifier,
                 Err *err)
{
    const SyntaxInfo *info  = syntax_info(slice_of(context->syntax));
    Err               why   = { 0 };
    OWNED(WorklistQuery) *q = worklist_query_read(identifier, info->syntax, &why);
    if (!q) {
        Command no =
            command_answer(request, why.kind == ERR_INPUT ? STATUS_MISMATCH : STATUS_OUT_OF_RESOURCES,
                           why.shown ? why.shown : "");
        return message_send(s->association, context->id, &no, SLICE_NONE, err);
    }
    Answers *all = calloc(1, sizeof *all);
    bool     ok  = all != NULL;
    if (all) {
        all->query  = q;
        all->syntax = info->syntax;
        all->bytes  = buf_make(ANSWERS_BYTES_MAX);
        ok          = gather(s, all);
        why         = all->why;
    }
    if (ok) {
        ok = send_answers(s, context->id, request, all, err);
    } else {
        Command no = command_answer(request, all ? dimse_status(why.kind) : STATUS_OUT_OF_RESOURCES,
                                    why.shown ? why.shown : "");
        ok         = message_send(s->association, context->id, &no, SLICE_NONE, err);
    }
    if (all)
        buf_free(&all->bytes);
    free(all);
    return ok;
}

static bool worklist(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    if (!(s->peer.may & PEER_WORKLIST))
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED,
                          "This peer may not read the worklist", err);
    if (!command_has_data(request))
        return scp_refuse(s, context->id, request, STATUS_MISMATCH, "A query needs an identifier", err);
    OWNED_BUF identifier = buf_make(MESSAGE_IDENTIFIER_MAX);
    if (!scp_identifier(s, context, &identifier, err))
        return false;
    if (identifier.failed) {
        Command no = command_answer(request, STATUS_OUT_OF_RESOURCES, "The query is too long");
        return message_send(s->association, context->id, &no, SLICE_NONE, err);
    }
    return find(s, context, request, buf_slice(&identifier), err);
}

bool scp_find(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    Service service = service_of(slice_of(context->abstract));
    s->queries++;
    if (slice_equal_text(slice_of(request->sop_class), context->abstract)) {
        if (service == SERVICE_WORKLIST)
            return worklist(s, context, request, err);
        if (service == SERVICE_FIND && s->house->archive)
            return scp_query(s, context, request, err);
    }
    return scp_refuse(s, context->id, request, STATUS_CLASS_NOT_HERE, "SOP class not agreed in this context",
                      err);
}
