/*
 * Storage commitment asked of us: N-ACTION taken, and the answer to our N-EVENT-REPORT. DICOM PS3.4 §J.3.2.
 *
 * The question is durable before it is acknowledged: whatever happens, the peer will be told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "doors/dimse/commit.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
#include "formats/dicom/dataset.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"
#include "platform/log.h"

enum { QUESTION_BYTES_MAX = 32 << 20, ACTION_REQUEST = 1 };

typedef struct Question {
    char              transaction_uid[65];
    CommitmentObject *objects;
    size_t            count;
} Question;

/* 0, or the status to refuse with. */
static uint16_t question_read(const Dataset *ds, Question *ret)
{
    Slice  transaction;
    size_t count = dataset_items(ds, TAG_REFERENCED_SOP_SEQUENCE);
    if (!dataset_uid(ds, TAG_TRANSACTION_UID, &transaction) || !count)
        return STATUS_INVALID_ARGUMENT;
    if (count > COMMITMENT_OBJECTS_MAX || !(ret->objects = calloc(count, sizeof *ret->objects)))
        return STATUS_RESOURCES;
    (void)slice_copy(transaction, ret->transaction_uid, sizeof ret->transaction_uid);
    for (size_t i = 0; i < count; i++) {
        const Dataset *item = dataset_item(ds, TAG_REFERENCED_SOP_SEQUENCE, i);
        Slice          sop_class, uid;
        if (!dataset_uid(item, TAG_REFERENCED_SOP_CLASS_UID, &sop_class) ||
            !dataset_uid(item, TAG_REFERENCED_SOP_INSTANCE_UID, &uid))
            return STATUS_INVALID_ARGUMENT;
        (void)slice_copy(sop_class, ret->objects[i].class_uid, sizeof ret->objects[i].class_uid);
        (void)slice_copy(uid, ret->objects[i].uid, sizeof ret->objects[i].uid);
    }
    ret->count = count;
    return 0;
}

typedef struct Keeping {
    CommitmentAsk ask;
    int64_t       id;
    bool          call; /* told on an association of ours */
} Keeping;

static bool keep_work(Db *db, void *work, Err *err)
{
    Keeping *k = work;
    return commitment_add(db, &k->ask, &k->id, err) && (!k->call || commit_later(db, k->id, err));
}

static bool answer(ScpSession *s, uint8_t context, const Command *request, uint16_t status, const char *why,
                   Err *err)
{
    Command said = command_answer(request, status, why);
    if (status)
        s->refused++;
    return message_send(s->association, context, &said, SLICE_NONE, err);
}

/* On the association on which it was asked; the peer's answer is awaited by scp_commit_told. */
static bool tell_here(ScpSession *s, const AssociationContext *context, int64_t id, Err *err)
{
    Commitment   c = { 0 };
    CommitReport report;
    Err          why = { 0 };
    {
        OWNED(Db) *db = db_read(s->house->db, &why);
        if (!db || !commitment_load(db, id, &c, &why)) {
            log_err("dimse", "storage commitment not told", &why);
            return true;
        }
    }
    bool made = commit_report(s->house->archive, &c, s->house->ae_title,
                              syntax_info(slice_of(context->syntax))->syntax, &report, &why);
    commitment_clear(&c);
    if (!made) {
        log_err("dimse", "storage commitment not told", &why);
        return true;
    }
    Command said = { .field      = COMMAND_N_EVENT_REPORT_RQ,
                     .message_id = ++s->reports,
                     .event_type = report.event_type };
    (void)slice_copy(SLICE(SOP_CLASS_COMMITMENT), said.sop_class, sizeof said.sop_class);
    (void)slice_copy(SLICE(SOP_INSTANCE_COMMITMENT), said.sop_instance, sizeof said.sop_instance);
    s->told = (ScpTold) { said.message_id, id, report.safe, report.not_safe };
    bool ok = message_send(s->association, context->id, &said, buf_slice(&report.data), err);
    buf_free(&report.data);
    return ok;
}

static bool take(ScpSession *s, const AssociationContext *context, const Command *request,
                 const Question *question, Err *err)
{
    Err     why  = { 0 };
    Keeping keep = { .ask  = { s->peer.id, question->transaction_uid, question->objects, question->count },
                     .call = s->peer.port != 0 };
    char    detail[32];
    if (!db_write(s->house->db, keep_work, &keep, &why)) {
        log_err("dimse", "storage commitment not kept", &why);
        return answer(s, context->id, request, STATUS_PROCESSING_FAILURE, "It could not be kept", err);
    }
    (void)snprintf(detail, sizeof detail, "%zu objects", question->count);
    (void)scp_trace(s, AUDIT_READ, AUDIT_OK, "storage commitment", question->transaction_uid, detail, NULL);
    return answer(s, context->id, request, STATUS_SUCCESS, "", err) &&
           (keep.call || tell_here(s, context, keep.id, err));
}

bool scp_commit(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    if (service_of(slice_of(context->abstract)) != SERVICE_COMMITMENT || !s->house->archive ||
        !slice_equal_text(slice_of(request->sop_class), context->abstract))
        return scp_refuse(s, context->id, request, STATUS_NO_CLASS, "SOP class not agreed in this context",
                          err);
    if (!(s->peer.may & PEER_COMMITMENT))
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED,
                          "This peer may not ask for commitment", err);
    if (!slice_equal_text(slice_of(request->sop_instance), SOP_INSTANCE_COMMITMENT))
        return scp_refuse(s, context->id, request, STATUS_NO_INSTANCE, "Not the well-known instance", err);
    if (request->action_type != ACTION_REQUEST)
        return scp_refuse(s, context->id, request, STATUS_NO_ACTION, "No such action", err);
    if (!command_has_data(request))
        return scp_refuse(s, context->id, request, STATUS_INVALID_ARGUMENT, "No list of objects", err);
    OWNED_BUF bytes = buf_make(QUESTION_BYTES_MAX);
    if (!scp_identifier(s, context, &bytes, err))
        return false;
    Question question = { 0 };
    OWNED(Dataset) *ds =
        bytes.failed ? NULL
                     : dataset_parse(buf_slice(&bytes), syntax_info(slice_of(context->syntax))->syntax, NULL);
    uint16_t status = ds             ? question_read(ds, &question)
                      : bytes.failed ? STATUS_RESOURCES
                                     : STATUS_INVALID_ARGUMENT;
    bool     ok = status ? answer(s, context->id, request, status, "The list of objects cannot be taken", err)
                         : take(s, context, request, &question, err);
    free(question.objects);
    return ok;
}

static bool told_work(Db *db, void *work, Err *err)
{
    const ScpTold *t = work;
    return commitment_told(db, t->commitment_id, t->safe, t->not_safe, err);
}

bool scp_commit_told(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    Err why = { 0 };
    if (!s->told.message_id || request->replied_id != s->told.message_id || command_has_data(request)) {
        association_abort(s->association, (PduAbort) { PDU_ABORT_BY_USER, PDU_ABORT_NO_REASON });
        return err_set(err, ERR_INPUT, "The DICOM peer sent an unexpected message.",
                       "an answer in context %u", context->id);
    }
    if (request->status == STATUS_SUCCESS && !db_write(s->house->db, told_work, &s->told, &why))
        log_err("dimse", "storage commitment told, not noted", &why);
    s->told = (ScpTold) { 0 };
    return true;
}
