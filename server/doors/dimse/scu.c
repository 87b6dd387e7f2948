/*
 * The user side of an association: one request at a time, each with its answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scu.h"

#include <stdlib.h>
#include <unistd.h>

#include "doors/dimse/message.h"
#include "doors/dimse/negotiation.h"
#include "formats/dicom/part10.h"
#include "platform/net/net.h"

enum { TIMEOUT_MS = 30000, CLOSE_MS = 2000, MAX_PDU = 1 << 17 };

struct Scu {
    Association *association;
    uint16_t     message_id;
};

/* The wish as an A-ASSOCIATE-RQ; 'runs' holds the transfer syntaxes it points to. */
static bool wish_pdu(const ScuWish *wish, PduAssociate *ret, Buf *runs, Err *err)
{
    size_t begins[PDU_CONTEXTS_MAX], ends[PDU_CONTEXTS_MAX];
    if (!wish->context_count || wish->context_count > PDU_CONTEXTS_MAX)
        return err_set(err, ERR_BUG, "The DICOM message is too long.", "%zu contexts", wish->context_count);
    *ret = (PduAssociate) { .version                = 1,
                            .application_context    = SLICE(PDU_APPLICATION_CONTEXT),
                            .max_length             = MAX_PDU,
                            .implementation_uid     = SLICE(OUR_IMPLEMENTATION_UID),
                            .implementation_version = SLICE(OUR_IMPLEMENTATION_VERSION),
                            .invoked                = 1,
                            .performed              = 1,
                            .context_count          = wish->context_count };
    (void)slice_copy(slice_of(wish->called), ret->called, sizeof ret->called);
    (void)slice_copy(slice_of(wish->calling), ret->calling, sizeof ret->calling);
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
    return buf_ok(runs, err);
}

Scu *scu_over(int fd, const ScuWish *wish, Err *err)
{
    int               timeout_ms = wish->timeout_ms ? wish->timeout_ms : TIMEOUT_MS;
    AssociationLimits limits     = { MAX_PDU, CLOSE_MS, timeout_ms, timeout_ms, -1 };
    OWNED_BUF         runs       = buf_make(PDU_ASSOCIATE_MAX);
    PduAssociate     *pdu        = malloc(sizeof *pdu);
    OWNED(Scu) *s                = calloc(1, sizeof *s);
    if (s && pdu && wish_pdu(wish, pdu, &runs, err))
        s->association = association_ask(fd, &limits, pdu, err);
    else
        close(fd);
    free(pdu);
    if (s && s->association)
        return GIVE(s);
    err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an association");
    return NULL;
}

Scu *scu_connect(const ScuWish *wish, Err *err)
{
    int fd = net_connect_tcp(wish->host, wish->port, wish->timeout_ms ? wish->timeout_ms : TIMEOUT_MS, err);
    return fd < 0 ? NULL : scu_over(fd, wish, err);
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

/* The next answer to the request under way; its data set, if it has one, is still to be read. */
static bool read_answer(Scu *s, const AssociationContext *context, const Command *request, Command *ret,
                        Err *err)
{
    uint8_t id;
    switch (message_next(s->association, ret, &id, err)) {
    case MESSAGE_BROKEN:
        return false;
    case MESSAGE_RELEASED:
        return err_set(err, ERR_UNAVAILABLE, "The DICOM peer closed the connection.",
                       "released before the answer");
    case MESSAGE_COMMAND:
        break;
    }
    if (id == context->id && ret->field == (request->field | COMMAND_RESPONSE) &&
        ret->replied_id == request->message_id)
        return true;
    association_abort(s->association, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
    return err_set(err, ERR_INPUT, "The DICOM peer sent an unexpected message.", "answer %04x to %04x",
                   ret->field, request->field);
}

static const AssociationContext *agreed(const Scu *s, const char *sop_class, const char *syntax, Err *err)
{
    const AssociationContext *c = association_context_for(s->association, sop_class, syntax);
    if (!c)
        err_set(err, ERR_CONFLICT, "The DICOM peer does not take this kind of object.", "class %s syntax %s",
                sop_class, syntax ? syntax : "any");
    return c;
}

static Command request_of(Scu *s, uint16_t field, const char *sop_class, uint16_t data_set)
{
    Command c = { .field = field, .message_id = ++s->message_id, .data_set = data_set };
    (void)slice_copy(slice_of(sop_class), c.sop_class, sizeof c.sop_class);
    return c;
}

bool scu_echo(Scu *s, Err *err)
{
    const AssociationContext *context = agreed(s, SOP_CLASS_VERIFICATION, NULL, err);
    Command request = request_of(s, COMMAND_C_ECHO_RQ, SOP_CLASS_VERIFICATION, COMMAND_NO_DATA_SET), answer;
    if (!context || !message_send(s->association, context->id, &request, SLICE_NONE, err) ||
        !read_answer(s, context, &request, &answer, err))
        return false;
    return answer.status == STATUS_SUCCESS ||
           err_set(err, ERR_UNAVAILABLE, "The DICOM peer answered with a failure.", "C-ECHO status %04x",
                   answer.status);
}

bool scu_store(Scu *s, const char *sop_class, const char *sop_instance, const char *syntax_uid,
               Slice data_set, uint16_t *ret_status, Err *err)
{
    const AssociationContext *context = agreed(s, sop_class, syntax_uid, err);
    Command                   request = request_of(s, COMMAND_C_STORE_RQ, sop_class, 0), answer;
    (void)slice_copy(slice_of(sop_instance), request.sop_instance, sizeof request.sop_instance);
    if (!context || !message_send(s->association, context->id, &request, data_set, err) ||
        !read_answer(s, context, &request, &answer, err))
        return false;
    *ret_status = answer.status;
    return true;
}

bool scu_store_file(Scu *s, Slice file, uint16_t *ret_status, Err *err)
{
    Part10 head;
    return part10_read(file, &head, err) &&
           scu_store(s, head.sop_class, head.sop_instance, head.syntax_uid, head.dataset, ret_status, err);
}

static bool send_cancel(Scu *s, const AssociationContext *context, const Command *request, Err *err)
{
    Command cancel = { .field      = COMMAND_C_CANCEL_RQ,
                       .replied_id = request->message_id,
                       .data_set   = COMMAND_NO_DATA_SET };
    return message_send(s->association, context->id, &cancel, SLICE_NONE, err);
}

bool scu_find(Scu *s, const char *sop_class, Slice identifier, ScuAnswer *each, void *arg,
              uint16_t *ret_status, Err *err)
{
    const AssociationContext *context = agreed(s, sop_class, NULL, err);
    Command                   request = request_of(s, COMMAND_C_FIND_RQ, sop_class, 0), answer;
    if (!context || !message_send(s->association, context->id, &request, identifier, err))
        return false;
    const SyntaxInfo *info   = syntax_info(slice_of(context->syntax));
    OWNED_BUF         one    = buf_make(MESSAGE_IDENTIFIER_MAX);
    bool              enough = false;
    for (;;) {
        if (!read_answer(s, context, &request, &answer, err))
            return false;
        if (command_has_data(&answer)) {
            buf_clear(&one);
            if (!message_data_gather(s->association, context->id, &one, err) || !buf_ok(&one, err))
                return false;
        }
        bool pending = answer.status == STATUS_PENDING || answer.status == STATUS_PENDING_WARNING;
        if (!pending) {
            *ret_status = answer.status;
            return true;
        }
        if (enough || !command_has_data(&answer))
            continue;
        enough = !each(buf_slice(&one), info ? info->syntax : IMPLICIT_LITTLE, answer.status, arg);
        if (enough && !send_cancel(s, context, &request, err))
            return false;
    }
}

bool scu_release(Scu *s, Err *err)
{
    return association_release(s->association, err);
}
