/*
 * C-FIND of studies: Patient Root and Study Root. DICOM PS3.4 §C.4.1.
 *
 * The keys of all answers are found first; rows are read a batch at a time and sent between the batches, so
 * that neither memory nor a snapshot of the database depends on how fast the peer reads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/dimse/query_identifier.h"
#include "doors/dimse/scp_internal.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { BATCH = 64, BATCH_BYTES_MAX = 64 << 20, TRACE_AGAIN_MS = 600000 };

typedef struct Finding {
    ScpSession            *s;
    const QueryIdentifier *q;
    ArchiveViewer          viewer;
    TransferSyntax         syntax;
    QueryIds               ids;
    Buf                    bytes; /* the answers of a batch */
    size_t                 ends[BATCH], count;
    Err                    why; /* that it failed on our side */
} Finding;

static bool answer_status(ScpSession *s, uint8_t context, const Command *request, uint16_t status,
                          const char *comment, Err *err)
{
    Command answer = command_answer(request, status, comment);
    return message_send(s->association, context, &answer, SLICE_NONE, err);
}

/* The same kind of search of an association is covered by one line for ten minutes (docs/decisions/0009). */
static bool traced(ScpSession *s, const char *what, size_t answers, Err *err)
{
    char    detail[48];
    int64_t now_ms = clock_monotonic_ms();
    size_t  place  = 0;
    for (size_t i = 0; i < SCP_TRACED_MAX; i++) {
        if (strcmp(s->traced[i].what, what) == 0 && now_ms - s->traced[i].at_ms < TRACE_AGAIN_MS)
            return true;
        if (s->traced[i].at_ms < s->traced[place].at_ms)
            place = i;
    }
    (void)snprintf(detail, sizeof detail, "%zu answers", answers);
    if (!scp_trace(s, AUDIT_SEARCH, AUDIT_OK, what, "", detail, err))
        return false;
    (void)slice_copy(slice_of(what), s->traced[place].what, sizeof s->traced[place].what);
    s->traced[place].at_ms = now_ms;
    return true;
}

static bool find_ids(Finding *f)
{
    char what[32];
    OWNED(Db) *db = db_read(f->s->house->db, &f->why);
    (void)snprintf(what, sizeof what, "C-FIND %s", query_level_name(f->q->query.level));
    return db && query_ids(db, &f->q->query, &f->viewer, &f->ids, &f->why) &&
           traced(f->s, what, f->ids.count, &f->why);
}

/* Answers from the 'from'-th key on, as many as a batch holds. */
static bool read_batch(Finding *f, size_t from)
{
    OWNED(Db) *db = db_read(f->s->house->db, &f->why);
    buf_clear(&f->bytes);
    f->count = 0;
    for (size_t i = from; db && i < f->ids.count && i < from + BATCH; i++) {
        QueryRow row   = { 0 };
        bool     found = false;
        if (!query_row(db, f->q->query.level, f->ids.at[i], &row, &found, &f->why))
            return false;
        if (found &&
            !query_answer(f->q, db, &f->viewer, &row, f->s->house->ae_title, f->syntax, &f->bytes, &f->why))
            return false;
        if (found)
            f->ends[f->count++] = f->bytes.len;
    }
    return db != NULL;
}

static bool send_batch(Finding *f, uint8_t context, const Command *request, bool *ret_cancelled, Err *err)
{
    uint16_t status = f->q->unsupported ? STATUS_PENDING_WARNING : STATUS_PENDING;
    Command  answer = command_answer(request, status, "");
    size_t   begin  = 0;
    answer.data_set = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (!scp_meanwhile(f->s, request->message_id, ret_cancelled, err))
            return false;
        if (*ret_cancelled)
            return true;
        Slice one = slice_part(buf_slice(&f->bytes), begin, f->ends[i] - begin);
        begin     = f->ends[i];
        if (!message_send(f->s->association, context, &answer, one, err))
            return false;
        f->s->answers++;
    }
    return true;
}

static bool failed(Finding *f, uint8_t context, const Command *request, Err *err)
{
    uint16_t status = f->why.kind == ERR_INPUT ? STATUS_MISMATCH : dimse_status(f->why.kind);
    log_err("dimse", "query failed", &f->why);
    return answer_status(f->s, context, request, status, f->why.shown ? f->why.shown : "", err);
}

static bool find(Finding *f, uint8_t context, const Command *request, Err *err)
{
    bool cancelled = false;
    if (!find_ids(f))
        return failed(f, context, request, err);
    for (size_t from = 0; from < f->ids.count && !cancelled; from += BATCH) {
        if (!read_batch(f, from))
            return failed(f, context, request, err);
        if (!send_batch(f, context, request, &cancelled, err))
            return false;
    }
    return answer_status(f->s, context, request, cancelled ? STATUS_CANCELLED : STATUS_SUCCESS, "", err);
}

static QueryTerms terms_of(const ScpSession *s, const char *sop_class)
{
    for (size_t i = 0; i < s->term_count; i++)
        if (strcmp(s->terms[i].sop_class, sop_class) == 0)
            return s->terms[i].terms;
    return (QueryTerms) { 0 };
}

bool scp_query(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    if (!(s->peer.may & PEER_QUERY)) {
        s->refused++;
        (void)scp_trace(s, AUDIT_SEARCH, AUDIT_REFUSED, "C-FIND", "", "not allowed to this peer", NULL);
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED, "This peer may not query", err);
    }
    if (!command_has_data(request))
        return scp_refuse(s, context->id, request, STATUS_MISMATCH, "A query needs an identifier", err);
    OWNED_BUF identifier = buf_make(MESSAGE_IDENTIFIER_MAX);
    if (!scp_identifier(s, context, &identifier, err))
        return false;
    if (identifier.failed)
        return answer_status(s, context->id, request, STATUS_OUT_OF_RESOURCES, "The query is too long", err);
    Finding f = { .s      = s,
                  .viewer = scp_viewer(s),
                  .syntax = syntax_info(slice_of(context->syntax))->syntax,
                  .bytes  = buf_make(BATCH_BYTES_MAX) };
    OWNED(QueryIdentifier) *q =
        query_identifier_read(buf_slice(&identifier), f.syntax, query_root_of(slice_of(context->abstract)),
                              terms_of(s, context->abstract), &f.why);
    f.q     = q;
    bool ok = q ? find(&f, context->id, request, err) : failed(&f, context->id, request, err);
    query_ids_clear(&f.ids);
    buf_free(&f.bytes);
    return ok;
}
