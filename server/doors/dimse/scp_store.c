/*
 * C-STORE: an object comes in, is written down as it comes, and is acknowledged once it is durable. PS3.4
 * annex B.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
#include "formats/dicom/dataset.h"
#include "formats/dicom/uid.h"
#include "platform/log.h"

enum { HEAD_MAX = 4096 }; /* bytes: the UIDs of group 0008 stand well before that */

typedef struct Storing {
    const ScpHouse *house;
    const Command  *request;
    const char     *syntax;
    void           *store; /* NULL once something failed: the rest is read and dropped */
    bool            head_checked, mismatch;
    char            head[HEAD_MAX];
    size_t          head_len;
    Err             why;
} Storing;

static void give_up(Storing *st)
{
    if (st->store)
        st->house->store_free(st->store);
    st->store = NULL;
}

static bool differs(const Dataset *ds, uint32_t tag, const char *announced)
{
    Slice there;
    return dataset_uid(ds, tag, &there) && !slice_equal_text(there, announced);
}

/*
 * Does the data set say the class and the instance that the command announced? Where it does not say
 * (deflated, or no UID at all) the archive, which reads the whole header, has the last word.
 */
static void check_head(Storing *st)
{
    st->head_checked       = true;
    const SyntaxInfo *info = syntax_info(slice_of(st->syntax));
    if (!info || info->syntax == DEFLATED_LITTLE)
        return;
    DatasetOptions options = { .stop_at_tag = TAG_SOP_INSTANCE_UID + 1, .partial = true };
    OWNED(Dataset) *ds =
        dataset_parse_with(slice_bytes(st->head, st->head_len), info->syntax, &options, NULL);
    if (!ds || (!differs(ds, TAG_SOP_CLASS_UID, st->request->sop_class) &&
                !differs(ds, TAG_SOP_INSTANCE_UID, st->request->sop_instance)))
        return;
    st->mismatch = true;
    err_set(&st->why, ERR_INPUT, "The DICOM object is not the one announced.",
            "command and data set differ, %s", st->request->sop_instance);
    give_up(st);
}

static void store_part(Slice bytes, void *arg)
{
    Storing *st = arg;
    if (!st->store)
        return;
    if (!st->head_checked) {
        Slice part = slice_part(bytes, 0, HEAD_MAX - st->head_len);
        memcpy(st->head + st->head_len, part.at, part.len);
        st->head_len += part.len;
        if (st->head_len == HEAD_MAX)
            check_head(st);
    }
    if (st->store && !st->house->store_append(st->store, bytes, &st->why))
        give_up(st);
}

/* The status, and what to count. */
static uint16_t finish(ScpSession *s, Storing *st)
{
    IngestOutcome outcome;
    if (st->store && !st->head_checked)
        check_head(st);
    if (!st->store)
        return st->mismatch ? STATUS_MISMATCH : dimse_status(st->why.kind);
    if (!st->house->store_finish(st->store, &outcome, &st->why))
        return dimse_status(st->why.kind);
    switch (outcome) {
    case INGEST_STORED:
        s->stored++;
        return STATUS_SUCCESS;
    case INGEST_ALREADY:
        s->known++;
        return STATUS_SUCCESS;
    case INGEST_ASIDE:
        break;
    }
    err_set(&st->why, ERR_CONFLICT, "Another object with this UID is already kept.", "kept aside: %s",
            st->request->sop_instance);
    return STATUS_PROCESSING_FAILURE;
}

bool scp_store(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    Slice sop_class = slice_of(request->sop_class);
    if (service_of(slice_of(context->abstract)) != SERVICE_STORE ||
        !slice_equal_text(sop_class, context->abstract)) {
        s->refused++;
        return scp_refuse(s, context->id, request, STATUS_CLASS_NOT_HERE,
                          "SOP class not agreed in this context", err);
    }
    if (!(s->peer.may & PEER_STORE)) {
        s->refused++;
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED, "This peer may not store", err);
    }
    if (!command_has_data(request) || !uid_is_usable(slice_of(request->sop_instance))) {
        s->refused++;
        return scp_refuse(s, context->id, request, STATUS_NOT_UNDERSTOOD, "No data set or no instance UID",
                          err);
    }
    ScpObject object = { &s->peer, s->address, context->syntax, request->sop_class, request->sop_instance };
    Storing   st     = { .house = s->house, .request = request, .syntax = context->syntax };
    st.store         = s->house->store_begin(s->house->with, &object, &st.why);
    bool whole       = message_data(s->association, context->id, store_part, &st, err);
    if (whole) {
        uint16_t status = finish(s, &st);
        Command  answer = command_answer(request, status, status && st.why.shown ? st.why.shown : "");
        if (status) {
            s->refused++;
            log_err("dimse", "object refused", &st.why);
        }
        whole = message_send(s->association, context->id, &answer, SLICE_NONE, err);
    }
    give_up(&st);
    return whole;
}
