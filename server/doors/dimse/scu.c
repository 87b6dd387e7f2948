/*
 * The user side of an association: one request at a time, each with its answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <unistd.h>

#include "doors/dimse/scu_internal.h"
#include "formats/dicom/part10.h"
#include "platform/net/net.h"

enum { TIMEOUT_MS = 30000, CLOSE_MS = 2000, MAX_PDU = 1 << 17 };

/* What goes beside the contexts: who we are, and for which classes we change roles. */
static void wish_about_us(const ScuWish *wish, PduAssociate *ret)
{
    uint16_t window             = wish->window > 1 ? (uint16_t)wish->window : 1;
    ret->version                = 1;
    ret->application_context    = SLICE(PDU_APPLICATION_CONTEXT);
    ret->max_length             = MAX_PDU;
    ret->implementation_uid     = SLICE(OUR_IMPLEMENTATION_UID);
    ret->implementation_version = SLICE(OUR_IMPLEMENTATION_VERSION);
    ret->invoked                = window < OPERATIONS_MAX ? window : OPERATIONS_MAX;
    ret->performed              = 1;
    (void)slice_copy(slice_of(wish->called), ret->called, sizeof ret->called);
    (void)slice_copy(slice_of(wish->calling), ret->calling, sizeof ret->calling);
    if (wish->username)
        ret->identity = (PduIdentity) { .type      = wish->passcode ? 2 : 1,
                                        .primary   = slice_of(wish->username),
                                        .secondary = wish->passcode ? slice_of(wish->passcode) : SLICE_NONE };
}

static void add_role(PduAssociate *ret, const char *sop_class)
{
    for (size_t i = 0; i < ret->role_count; i++)
        if (slice_equal_text(ret->roles[i].sop_class, sop_class))
            return;
    if (ret->role_count < PDU_ROLES_MAX)
        ret->roles[ret->role_count++] = (PduRole) { slice_of(sop_class), false, true };
}

/* The wish as an A-ASSOCIATE-RQ; 'runs' holds the transfer syntaxes it points to. */
static bool wish_pdu(const ScuWish *wish, PduAssociate *ret, Buf *runs, Err *err)
{
    size_t begins[PDU_CONTEXTS_MAX], ends[PDU_CONTEXTS_MAX];
    if (!wish->context_count || wish->context_count > PDU_CONTEXTS_MAX)
        return err_set(err, ERR_BUG, "The DICOM message is too long.", "%zu contexts", wish->context_count);
    *ret = (PduAssociate) { .context_count = wish->context_count };
    wish_about_us(wish, ret);
    for (size_t i = 0; i < wish->context_count; i++) {
        const ScuContext *c = &wish->contexts[i];
        begins[i]           = runs->len;
        for (size_t j = 0; j < SCU_SYNTAXES_MAX && c->syntaxes[j]; j++)
            pdu_syntax_add(runs, slice_of(c->syntaxes[j]));
        ends[i] = runs->len;
    }
    for (size_t i = 0; i < wish->context_count; i++)
        ret->contexts[i] =
            (PduContext) { .id       = (uint8_t)(2 * i + 1),
                           .abstract = slice_of(wish->contexts[i].sop_class),
                           .syntaxes = slice_part(buf_slice(runs), begins[i], ends[i] - begins[i]) };
    for (size_t i = 0; i < wish->context_count; i++)
        if (wish->contexts[i].receive)
            add_role(ret, wish->contexts[i].sop_class);
    return buf_ok(runs, err);
}

Scu *scu_over(int fd, Tls *tls, const ScuWish *wish, Err *err)
{
    int               timeout_ms = wish->timeout_ms ? wish->timeout_ms : TIMEOUT_MS;
    AssociationLimits limits     = { MAX_PDU, CLOSE_MS, timeout_ms, timeout_ms,
                                 wish->stop_fd ? wish->stop_fd : -1 };
    OWNED_BUF         runs       = buf_make(PDU_ASSOCIATE_MAX);
    PduAssociate     *pdu        = malloc(sizeof *pdu);
    OWNED(Scu) *s                = calloc(1, sizeof *s);
    if (s && pdu && wish_pdu(wish, pdu, &runs, err))
        s->association = association_ask(fd, tls, &limits, pdu, err);
    else {
        tls_free(tls);
        close(fd);
    }
    free(pdu);
    if (s && s->association)
        return GIVE(s);
    err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
    return NULL;
}

Scu *scu_connect(const ScuWish *wish, Err *err)
{
    int  timeout_ms = wish->timeout_ms ? wish->timeout_ms : TIMEOUT_MS;
    int  fd         = net_connect_tcp(wish->host, wish->port, timeout_ms, err);
    Tls *tls        = NULL;
    if (fd < 0)
        return NULL;
    if (wish->tls) {
        tls = tls_call(wish->tls, fd, wish->stop_fd ? wish->stop_fd : -1, timeout_ms, err);
        if (!tls || (wish->certify && !wish->certify(wish->certify_with, tls, err))) {
            tls_free(tls);
            close(fd);
            return NULL;
        }
    }
    return scu_over(fd, tls, wish, err);
}

void scu_free(Scu *s)
{
    if (!s)
        return;
    association_free(s->association);
    free(s);
}

const char *scu_syntax(const Scu *s, const char *sop_class)
{
    const AssociationContext *c = association_context_for(s->association, sop_class, NULL);
    return c ? c->syntax : NULL;
}

bool scu_takes(const Scu *s, const char *sop_class, const char *syntax_uid)
{
    return association_context_for(s->association, sop_class, syntax_uid) != NULL;
}

const AssociationContext *scu_agreed(const Scu *s, const char *sop_class, const char *syntax, Err *err)
{
    const AssociationContext *c = association_context_for(s->association, sop_class, syntax);
    if (!c)
        err_set(err, ERR_CONFLICT, "The DICOM peer does not take this kind of object.", "class %s syntax %s",
                sop_class, syntax ? syntax : "any");
    return c;
}

Command scu_request(Scu *s, uint16_t field, const char *sop_class, uint16_t data_set)
{
    if (++s->message_id == 0)
        s->message_id = 1;
    Command c = { .field = field, .message_id = s->message_id, .data_set = data_set };
    (void)slice_copy(slice_of(sop_class), c.sop_class, sizeof c.sop_class);
    return c;
}

bool scu_unexpected(Scu *s, const Command *c, Err *err)
{
    association_abort(s->association, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
    return err_set(err, ERR_INPUT, "The DICOM peer sent an unexpected message.", "command %04x, reply to %u",
                   c->field, c->replied_id);
}

bool scu_next(Scu *s, Command *ret, uint8_t *ret_context, Err *err)
{
    switch (message_next(s->association, ret, ret_context, err)) {
    case MESSAGE_COMMAND:
        return true;
    case MESSAGE_RELEASED:
        return err_set(err, ERR_UNAVAILABLE, "The DICOM peer closed the connection.",
                       "released before the answer");
    case MESSAGE_BROKEN:
    case MESSAGE_WOKEN: /* we wait for the peer alone */
        break;
    }
    return false;
}

bool scu_read_answer(Scu *s, const AssociationContext *context, const Command *request, Command *ret,
                     Err *err)
{
    uint8_t id;
    if (!scu_next(s, ret, &id, err))
        return false;
    return (id == context->id && ret->field == (request->field | COMMAND_RESPONSE) &&
            ret->replied_id == request->message_id) ||
           scu_unexpected(s, ret, err);
}

bool scu_cancel(Scu *s, const AssociationContext *context, const Command *request, Err *err)
{
    Command cancel = { .field      = COMMAND_C_CANCEL_RQ,
                       .replied_id = request->message_id,
                       .data_set   = COMMAND_NO_DATA_SET };
    return message_send(s->association, context->id, &cancel, SLICE_NONE, err);
}

bool scu_echo(Scu *s, Err *err)
{
    const AssociationContext *context = scu_agreed(s, SOP_CLASS_VERIFICATION, NULL, err);
    Command request = scu_request(s, COMMAND_C_ECHO_RQ, SOP_CLASS_VERIFICATION, COMMAND_NO_DATA_SET), answer;
    if (!context || !message_send(s->association, context->id, &request, SLICE_NONE, err) ||
        !scu_read_answer(s, context, &request, &answer, err))
        return false;
    return answer.status == STATUS_SUCCESS ||
           err_set(err, ERR_UNAVAILABLE, "The DICOM peer answered with a failure.", "C-ECHO status %04x",
                   answer.status);
}

bool scu_release(Scu *s, Err *err)
{
    return association_release(s->association, err);
}
