/*
 * The report of a storage commitment, and telling it to the peer that asked. DICOM PS3.4 §J.3.3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/commit.h"

#include <stdio.h>

#include "doors/dimse/command.h"
#include "doors/dimse/remote_internal.h"
#include "formats/json/json_util.h"
#include "guard/access/peer_admin.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { REPORT_BYTES_MAX = 64 << 20, GIVE_UP_MS = 7 * 24 * 3600 * 1000 };

/* Failure Reason (0008,1197), PS3.3 §C.14. */
static const uint16_t REASONS[] = {
    [COMMITMENT_SAFE]        = 0,
    [COMMITMENT_ABSENT]      = STATUS_NO_INSTANCE,
    [COMMITMENT_OTHER_CLASS] = STATUS_CLASS_CONFLICT,
    [COMMITMENT_DAMAGED]     = STATUS_PROCESSING_FAILURE,
};

static void put_objects(DicomWriter *w, uint32_t sequence, const Commitment *c, const uint8_t *faults,
                        bool safe)
{
    dw_sequence_begin(w, sequence);
    for (size_t i = 0; i < c->count; i++) {
        if ((faults[i] == COMMITMENT_SAFE) != safe)
            continue;
        dw_item_begin(w);
        dw_text(w, TAG_REFERENCED_SOP_CLASS_UID, c->objects[i].class_uid);
        dw_text(w, TAG_REFERENCED_SOP_INSTANCE_UID, c->objects[i].uid);
        if (!safe)
            dw_int(w, TAG_FAILURE_REASON, REASONS[faults[i]]);
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

static bool report_write(const Commitment *c, const uint8_t *faults, const char *ae_title,
                         TransferSyntax syntax, CommitReport *ret, Err *err)
{
    OWNED(DicomWriter) *w = dw_new(REPORT_BYTES_MAX);
    dw_text(w, TAG_TRANSACTION_UID, c->transaction_uid);
    dw_text(w, TAG_RETRIEVE_AE_TITLE, ae_title);
    if (ret->safe)
        put_objects(w, TAG_REFERENCED_SOP_SEQUENCE, c, faults, true);
    if (ret->not_safe)
        put_objects(w, TAG_FAILED_SOP_SEQUENCE, c, faults, false);
    return dw_finish(w, syntax, &ret->data, err);
}

bool commit_report(Archive *archive, const Commitment *c, const char *ae_title, TransferSyntax syntax,
                   CommitReport *ret, Err *err)
{
    CommitReport     r      = { .event_type = COMMIT_ALL_SAFE, .data = buf_make(REPORT_BYTES_MAX) };
    OWNED_TEXT char *memory = calloc(c->count + 1, 1);
    uint8_t         *faults = (uint8_t *)memory;
    if (!faults)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "report of %zu objects", c->count);
    for (size_t i = 0; i < c->count; i++) {
        CommitmentFault fault = COMMITMENT_DAMAGED;
        if (!commitment_verify(archive, &c->objects[i], &fault, err))
            return false;
        faults[i] = (uint8_t)fault;
        *(fault == COMMITMENT_SAFE ? &r.safe : &r.not_safe) += 1;
    }
    if (r.not_safe)
        r.event_type = COMMIT_SOME_NOT;
    if (!report_write(c, faults, ae_title, syntax, &r, err)) {
        buf_free(&r.data);
        return false;
    }
    *ret = r;
    return true;
}

/* ---- telling, on an association of ours ---- */

bool commit_later(Db *db, int64_t commitment_id, Err *err)
{
    char payload[64];
    (void)snprintf(payload, sizeof payload, "{\"commitment_id\":%lld}", (long long)commitment_id);
    return job_add(db, COMMIT_JOB, slice_of(payload), clock_now_ms(), err);
}

typedef struct Told {
    int64_t id, safe, not_safe;
} Told;

static bool told_work(Db *db, void *work, Err *err)
{
    const Told *t = work;
    return commitment_told(db, t->id, t->safe, t->not_safe, err);
}

static bool tell(const RemoteHouse *h, const Peer *peer, const Commitment *c, Told *ret, Err *err)
{
    static const ScuContext PROVIDER = { .sop_class = SOP_CLASS_COMMITMENT,
                                         .syntaxes  = { "1.2.840.10008.1.2.1", "1.2.840.10008.1.2" },
                                         .receive   = true }; /* we are the provider: roles are changed */
    CommitReport            report;
    uint16_t                status = 0;
    OWNED(Scu) *scu                = remote_call(h, peer, &PROVIDER, 1, err);
    const char *uid                = scu ? scu_syntax(scu, SOP_CLASS_COMMITMENT) : NULL;
    if (!scu)
        return false;
    if (!uid)
        return err_set(err, ERR_CONFLICT, "The DICOM peer does not offer this service.",
                       "storage commitment");
    if (!commit_report(h->archive, c, h->ae_title, syntax_info(slice_of(uid))->syntax, &report, err))
        return false;
    bool ok = scu_normal(scu, SCU_REPORT, SOP_CLASS_COMMITMENT, SOP_INSTANCE_COMMITMENT, report.event_type,
                         buf_slice(&report.data), &status, err);
    *ret    = (Told) { c->id, report.safe, report.not_safe };
    buf_free(&report.data);
    if (!ok)
        return false;
    (void)scu_release(scu, NULL);
    return status == STATUS_SUCCESS ||
           err_set(err, ERR_UNAVAILABLE, "The DICOM peer answered with a failure.",
                   "N-EVENT-REPORT status %04x", status);
}

static bool run(const RemoteHouse *h, const Commitment *c, Err *err)
{
    Peer peer;
    Told told = { 0 };
    Err  gone = { 0 };
    {
        OWNED(Db) *db = db_read(h->db, err);
        if (!db)
            return false;
        if (!peer_load(db, c->peer_id, &peer, &gone)) /* removed: there is nobody left to tell */
            return gone.kind == ERR_NOT_FOUND || err_set(err, gone.kind, gone.shown, "%s", gone.detail);
    }
    char        detail[64] = "";
    RemoteAsker us         = { .actor = "system:commitment" };
    bool        ok         = tell(h, &peer, c, &told, err);
    if (ok)
        (void)snprintf(detail, sizeof detail, "%lld safe, %lld not", (long long)told.safe,
                       (long long)told.not_safe);
    return ok && db_write(h->db, told_work, &told, err) &&
           remote_trace(h, &us, &peer, AUDIT_PEER, AUDIT_OK, "storage commitment to",
                        slice_of(c->transaction_uid), detail, err);
}

bool commit_run(const Job *job, void *house, Err *err)
{
    const RemoteHouse *h   = house;
    Commitment         c   = { 0 };
    Err                why = { 0 };
    int64_t            id  = 0;
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    if (!payload || !json_need_int(payload, "commitment_id", 1, INT64_MAX, &id, err))
        return false;
    {
        OWNED(Db) *db = db_read(h->db, err);
        if (!db || !commitment_load(db, id, &c, err))
            return false;
    }
    bool done = c.told || run(h, &c, &why);
    bool over = clock_now_ms() - c.asked_at_ms > GIVE_UP_MS;
    commitment_clear(&c);
    if (done || !over)
        return done || err_set(err, why.kind, why.shown, "%s", why.detail);
    log_err("dimse", "storage commitment given up: the peer was away for a week", &why);
    return true;
}
