/*
 * Queries asked, and objects asked for: C-FIND, C-MOVE, C-GET as their user.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scu_internal.h"

bool scu_find(Scu *s, const char *sop_class, Slice identifier, ScuAnswer *each, void *arg,
              uint16_t *ret_status, Err *err)
{
    const AssociationContext *context = scu_agreed(s, sop_class, NULL, err);
    Command                   request = scu_request(s, COMMAND_C_FIND_RQ, sop_class, 0), answer;
    if (!context || !message_send(s->association, context->id, &request, identifier, err))
        return false;
    const SyntaxInfo *info   = syntax_info(slice_of(context->syntax));
    OWNED_BUF         one    = buf_make(MESSAGE_IDENTIFIER_MAX);
    bool              enough = false;
    for (;;) {
        if (!scu_read_answer(s, context, &request, &answer, err))
            return false;
        if (command_has_data(&answer)) {
            buf_clear(&one);
            if (!message_data_gather(s->association, context->id, &one, err) || !buf_ok(&one, err))
                return false;
        }
        if (!status_is_pending(answer.status)) {
            *ret_status = answer.status;
            return true;
        }
        if (enough || !command_has_data(&answer))
            continue;
        enough = !each(buf_slice(&one), info ? info->syntax : IMPLICIT_LITTLE, answer.status, arg);
        if (enough && !scu_cancel(s, context, &request, err))
            return false;
    }
}

static ScuProgress progress_of(const Command *c)
{
    return (ScuProgress) { c->status, c->remaining, c->completed, c->failed, c->warning };
}

static void drop(Slice bytes, void *arg)
{
    (void)bytes;
    (void)arg;
}

/* An answer of a C-MOVE or C-GET taken in. *ret_last: it was the last. */
static bool take_progress(Scu *s, const AssociationContext *context, const Command *request,
                          const Command *answer, ScuWatch *watch, void *arg, bool *enough, ScuProgress *ret,
                          bool *ret_last, Err *err)
{
    if (command_has_data(answer) && !message_data(s->association, context->id, drop, NULL, err))
        return false; /* the list of those that failed: the counts say enough */
    *ret      = progress_of(answer);
    *ret_last = !status_is_pending(answer->status);
    if (*ret_last || *enough || !watch || watch(ret, arg))
        return true;
    *enough = true;
    return scu_cancel(s, context, request, err);
}

bool scu_move(Scu *s, const char *sop_class, const char *destination, Slice identifier, ScuWatch *watch,
              void *arg, ScuProgress *ret, Err *err)
{
    const AssociationContext *context = scu_agreed(s, sop_class, NULL, err);
    Command                   request = scu_request(s, COMMAND_C_MOVE_RQ, sop_class, 0), answer;
    bool                      enough = false, last = false;
    (void)slice_copy(slice_of(destination), request.destination, sizeof request.destination);
    if (!context || !message_send(s->association, context->id, &request, identifier, err))
        return false;
    while (!last)
        if (!scu_read_answer(s, context, &request, &answer, err) ||
            !take_progress(s, context, &request, &answer, watch, arg, &enough, ret, &last, err))
            return false;
    return true;
}

/* An object that the peer sends us. */
static bool receive_one(Scu *s, uint8_t context_id, const Command *store, const ScuTaker *taker, Err *err)
{
    const AssociationContext *context = association_context(s->association, context_id);
    uint16_t                  status  = STATUS_NOT_UNDERSTOOD;
    if (command_has_data(store)) {
        void *object = taker->begin(taker->with, store->sop_class, store->sop_instance, context->syntax);
        if (!message_data(s->association, context_id, taker->part, object, err)) {
            taker->give_up(taker->with, object);
            return false;
        }
        status = taker->end(taker->with, object);
    }
    Command answer = command_answer(store, status, "");
    return message_send(s->association, context_id, &answer, SLICE_NONE, err);
}

bool scu_get(Scu *s, const char *sop_class, Slice identifier, const ScuTaker *taker, ScuWatch *watch,
             void *arg, ScuProgress *ret, Err *err)
{
    const AssociationContext *context = scu_agreed(s, sop_class, NULL, err);
    Command                   request = scu_request(s, COMMAND_C_GET_RQ, sop_class, 0), next;
    bool                      enough = false, last = false;
    if (!context || !message_send(s->association, context->id, &request, identifier, err))
        return false;
    while (!last) {
        uint8_t id;
        bool    ok = scu_next(s, &next, &id, err);
        if (ok && next.field == COMMAND_C_STORE_RQ)
            ok = receive_one(s, id, &next, taker, err);
        else if (ok && next.field == (COMMAND_C_GET_RQ | COMMAND_RESPONSE) &&
                 next.replied_id == request.message_id && id == context->id)
            ok = take_progress(s, context, &request, &next, watch, arg, &enough, ret, &last, err);
        else if (ok)
            ok = scu_unexpected(s, &next, err);
        if (!ok)
            return false;
    }
    return true;
}
