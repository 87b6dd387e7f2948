/*
 * C-STORE: an object comes in, is written down as it comes, and is acknowledged once it is durable. PS3.4
 * annex B.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/refusal.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
#include "formats/dicom/dataset.h"
#include "formats/dicom/uid.h"
#include "platform/log.h"

enum { HEAD_MAX = 4096 }; /* bytes: the UIDs of group 0008 stand well before that */

typedef struct Storing {
    ScpFinish       later; /* first: the finishers know it by this */
    const ScpHouse *house;
    Command         request;
    uint8_t         context;
    char            syntax[65];
    void           *store; /* NULL once something failed: the rest is read and dropped */
    bool            head_checked, mismatch, kept;
    IngestOutcome   outcome;
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
    if (!ds || (!differs(ds, TAG_SOP_CLASS_UID, st->request.sop_class) &&
                !differs(ds, TAG_SOP_INSTANCE_UID, st->request.sop_instance)))
        return;
    st->mismatch = true;
    err_set(&st->why, ERR_INPUT, "The DICOM object is not the one announced.",
            "command and data set differ, %s", st->request.sop_instance);
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

/* Makes it durable: the slow part. */
static void finish(ScpFinish *later)
{
    Storing *st = (Storing *)later;
    if (st->store && !st->head_checked)
        check_head(st);
    st->kept = st->store && st->house->store_finish(st->store, &st->outcome, &st->why);
}

/* The status, and what to count. */
static uint16_t status_of(ScpSession *s, Storing *st)
{
    if (!st->kept)
        return st->mismatch ? STATUS_MISMATCH : dimse_status(st->why.kind);
    switch (st->outcome) {
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
            st->request.sop_instance);
    return STATUS_PROCESSING_FAILURE;
}

/* For the list that the archive's staff reads; what was put aside has a list of its own. */
static void note_refusal(ScpSession *s, const Command *request, const Err *why, bool whatever_it_is)
{
    char         actor[32];
    IngestResult of = { 0 };
    if (!s->house->archive)
        return;
    (void)snprintf(actor, sizeof actor, "peer:%s", s->peer.ae_title);
    if (uid_is_usable(slice_of(request->sop_class)))
        (void)slice_copy(slice_of(request->sop_class), of.sop_class, sizeof of.sop_class);
    if (uid_is_usable(slice_of(request->sop_instance)))
        (void)slice_copy(slice_of(request->sop_instance), of.sop_instance, sizeof of.sop_instance);
    IngestSource source = { .via             = "dimse",
                            .actor           = actor,
                            .organisation_id = s->peer.organisation_id,
                            .ae_title        = s->peer.ae_title,
                            .address         = s->address };
    (whatever_it_is ? refusal_note_sender : refusal_note)(s->house->archive, &source, &of, why);
}

/* Answers, and frees it; without a session only the latter. */
static bool answer(ScpSession *s, ScpFinish *later, Err *err)
{
    Storing *st = (Storing *)later;
    bool     ok = s != NULL;
    if (s) {
        uint16_t status = status_of(s, st);
        Command  said   = command_answer(&st->request, status, status && st->why.shown ? st->why.shown : "");
        if (status) {
            s->refused++;
            log_err("dimse", "object refused", &st->why);
            if (!st->kept)
                note_refusal(s, &st->request, &st->why, false);
        }
        ok = message_send(s->association, st->context, &said, SLICE_NONE, err);
    }
    give_up(st);
    free(st);
    return ok;
}

static Storing *storing_new(ScpSession *s, const AssociationContext *context, const Command *request)
{
    ScpObject object = { &s->peer, s->address, context->syntax, request->sop_class, request->sop_instance };
    Storing  *st     = calloc(1, sizeof *st);
    if (!st)
        return NULL;
    st->later   = (ScpFinish) { .work = finish, .answer = answer };
    st->house   = s->house;
    st->request = *request;
    st->context = context->id;
    (void)slice_copy(slice_of(context->syntax), st->syntax, sizeof st->syntax);
    st->store = s->house->store_begin(s->house->with, &object, &st->why);
    return st;
}

/* Before a byte of it was read: what each refusal says to the peer, and to the archive's staff. */
typedef enum Early { CLASS_NOT_AGREED, MAY_NOT_STORE, NOTHING_TO_STORE } Early;

static bool refuse(ScpSession *s, const AssociationContext *context, const Command *request, Early early,
                   Err *err)
{
    static const struct {
        uint16_t    status;
        ErrKind     kind;
        const char *comment, *shown;
        bool        whatever_it_is;
    } EARLY[] = {
        [CLASS_NOT_AGREED] = { STATUS_CLASS_NOT_HERE, ERR_INPUT, "SOP class not agreed in this context",
                               "The object is of another class than was agreed for its context.", false },
        [MAY_NOT_STORE]    = { STATUS_NOT_AUTHORISED, ERR_DENIED, "This peer may not store",
                               "This machine may not store images.", true },
        [NOTHING_TO_STORE] = { STATUS_NOT_UNDERSTOOD, ERR_INPUT, "No data set or no instance UID",
                               "The object came without data, or without a usable identifier.", false },
    };
    Err why = { 0 };
    (void)err_set(&why, EARLY[early].kind, EARLY[early].shown, "%s", EARLY[early].comment);
    s->refused++;
    note_refusal(s, request, &why, EARLY[early].whatever_it_is);
    return scp_refuse(s, context->id, request, EARLY[early].status, EARLY[early].comment, err);
}

/* The connection broke off. What the peer sent wrongly is told; a line that went down is not its fault. */
static void broken_off(ScpSession *s, Storing *st, const Err *why)
{
    if (why->kind == ERR_INPUT || why->kind == ERR_LIMIT) {
        s->refused++;
        note_refusal(s, &st->request, why, false);
    }
    (void)answer(NULL, &st->later, NULL);
}

bool scp_store(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    Slice sop_class = slice_of(request->sop_class);
    Err   why       = { 0 };
    if (service_of(slice_of(context->abstract)) != SERVICE_STORE ||
        !slice_equal_text(sop_class, context->abstract))
        return refuse(s, context, request, CLASS_NOT_AGREED, err);
    if (!(s->peer.may & PEER_STORE))
        return refuse(s, context, request, MAY_NOT_STORE, err);
    if (!command_has_data(request) || !uid_is_usable(slice_of(request->sop_instance)))
        return refuse(s, context, request, NOTHING_TO_STORE, err);
    Storing *st = storing_new(s, context, request);
    if (!st) {
        s->refused++;
        return scp_refuse(s, context->id, request, STATUS_OUT_OF_RESOURCES, "Out of memory", err);
    }
    if (!message_data(s->association, context->id, store_part, st, &why)) {
        broken_off(s, st, &why);
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    if (scp_finish_later(s, &st->later))
        return scp_finish_answers(s, false, err);
    finish(&st->later);
    return answer(s, &st->later, err);
}
