/*
 * The DICOM door opened onto the real house: peers, trace, archive, worklist.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/dimse_server.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "doors/dimse/commit.h"
#include "doors/dimse/listener.h"
#include "doors/dimse/peer_call.h"
#include "doors/dimse/remote.h"
#include "doors/dimse/scp.h"
#include "doors/dimse/send_job.h"
#include "guard/access/peer_admin.h"
#include "guard/access/peer_certificate.h"
#include "guard/access/peer_identity.h"
#include "platform/log.h"

enum { GRACE_MS = 5000, ARTIM_MS = 10000, FIND_TIMEOUT_MS = 20000, JOB_THREADS = 3, SEND_THREADS = 2 };

struct DimseServer {
    DimseHouse  house;
    Listener   *listener, *secret; /* in clear; over TLS, NULL when not set up */
    TlsRoom    *tls;
    ScpHouse    scp, scp_secret; /* alike, but for what wakes them at the end */
    RemoteHouse remote;          /* what we fetch from others */
    SendHouse   sending; /* what people send to others */
    atomic_int  untraced;        /* lines that could not be written: told with the next one that can */
    Jobs       *jobs, *sends; /* apart: a long sending keeps no commitment waiting */
};

static const JobKind JOBS[] = { { REMOTE_JOB_FETCH, remote_fetch_run }, { COMMIT_JOB, commit_run } };
static const JobKind SENDS[] = { { SEND_JOB, send_run } };

static bool admit(void *with, Slice calling, Slice address, Peer *ret, Err *err)
{
    DimseServer *s = with;
    OWNED(Db) *db  = db_read(s->house.db, err);
    return db && peer_admit(db, calling, address, ret, err);
}

static bool identify(void *with, const Peer *peer, const PduIdentity *said, bool *ret_checked, Err *err)
{
    DimseServer *s    = with;
    PeerSaid     what = { said->type, said->primary, said->secondary };
    OWNED(Db) *db     = db_read(s->house.db, err);
    return db && peer_identity_check(db, peer->id, &what, ret_checked, err);
}

static bool certify(void *with, const Peer *peer, const Tls *tls, Err *err)
{
    DimseServer *s = with;
    OWNED(Db) *db  = db_read(s->house.db, err);
    return db && peer_certificate_check(db, peer->id, tls, err);
}

static bool seat_secret(void *with, int fd, const Peer *peer, bool *ret_own)
{
    return listener_seat(((DimseServer *)with)->secret, fd, peer->id, peer->seats, ret_own);
}

static bool seat(void *with, int fd, const Peer *peer, bool *ret_own)
{
    return listener_seat(((DimseServer *)with)->listener, fd, peer->id, peer->seats, ret_own);
}

/* Who opened an association, or was refused one, is also in the list of peers. */
static bool write_trace(Db *db, void *arg, Err *err)
{
    const AuditLine *line  = arg;
    Slice            actor = slice_of(line->actor);
    if (line->event == AUDIT_PEER && strcmp(line->what, "A-ASSOCIATE") == 0 &&
        slice_starts(actor, SLICE("peer:")) &&
        !peer_heard(db, slice_part(actor, 5, SIZE_MAX), slice_of(line->origin),
                    line->outcome == AUDIT_OK ? SLICE_NONE : slice_of(line->detail), err))
        return false;
    return audit_add(db, line, err);
}

/* Nobody comes in unseen: while no line can be written (its disk is full) nobody is let in. That many knocked is
 * written once there is room again. */
static bool trace(void *with, const AuditLine *line, Err *err)
{
    DimseServer *s    = with;
    AuditLine    copy = *line;
    Err          why  = { 0 };
    char         detail[96];
    if (!db_write(s->house.db, write_trace, &copy, &why)) {
        if (err_may_pass(why.kind) && atomic_fetch_add(&s->untraced, 1) == 0)
            log_err("dimse", "ALARM: no line of the trace can be written; nobody is let in meanwhile", &why);
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    int missed = atomic_exchange(&s->untraced, 0);
    if (!missed)
        return true;
    (void)snprintf(detail, sizeof detail, "%d lines of the DICOM door could not be written before", missed);
    AuditLine late = { .event   = AUDIT_SYSTEM,
                       .outcome = AUDIT_FAILED,
                       .actor   = "system:dimse",
                       .what    = "trace",
                       .detail  = detail };
    if (!db_write(s->house.db, write_trace, &late, NULL))
        (void)atomic_fetch_add(&s->untraced, missed); /* the next one tells it */
    return true;
}

/* An object on its way into the archive, with the texts that the archive borrows until it is finished. */
typedef struct Incoming {
    Ingest *ingest;
    char    actor[32], ae_title[17], address[64];
} Incoming;

static void incoming_free(void *store)
{
    Incoming *in = store;
    ingest_free(in->ingest);
    free(in);
}

static void *incoming_begin(void *with, const ScpObject *object, Err *err)
{
    DimseServer *s  = with;
    Incoming    *in = calloc(1, sizeof *in);
    if (!in) {
        err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an object");
        return NULL;
    }
    (void)snprintf(in->actor, sizeof in->actor, "peer:%s", object->peer->ae_title);
    (void)slice_copy(slice_of(object->peer->ae_title), in->ae_title, sizeof in->ae_title);
    (void)slice_copy(slice_of(object->address), in->address, sizeof in->address);
    IngestSource source = { .via             = "dimse",
                            .actor           = in->actor,
                            .organisation_id = object->peer->organisation_id,
                            .ae_title        = in->ae_title,
                            .address         = in->address };
    in->ingest          = ingest_begin(s->house.archive, &source, slice_of(object->syntax),
                                       slice_of(object->sop_class), slice_of(object->sop_instance), err);
    if (in->ingest)
        return in;
    incoming_free(in);
    return NULL;
}

static bool incoming_append(void *store, Slice bytes, Err *err)
{
    return ingest_append(((Incoming *)store)->ingest, bytes, err);
}

static bool incoming_finish(void *store, IngestOutcome *ret, Err *err)
{
    IngestResult result;
    if (!ingest_finish(((Incoming *)store)->ingest, &result, err))
        return false;
    *ret = result.outcome;
    return true;
}

static bool worklist(void *with, const WorklistFilter *filter, bool (*each)(const WorklistItem *, void *),
                     void *arg, Err *err)
{
    DimseServer *s = with;
    OWNED(Db) *db  = db_read(s->house.db, err);
    return db && worklist_each(db, filter, each, arg, err);
}

static void serve(void *with, int fd, const char *address, bool full)
{
    scp_serve(&((DimseServer *)with)->scp, fd, NULL, address, full);
}

/* A handshake that fails is seen in the trace: somebody knocked whom we do not know. */
static void trace_handshake(DimseServer *s, const char *address, const Err *why)
{
    AuditLine line = { .event   = AUDIT_PEER,
                       .outcome = AUDIT_REFUSED,
                       .actor   = "peer:?",
                       .origin  = address,
                       .what    = "TLS",
                       .object  = s->scp.ae_title,
                       .detail  = why->detail };
    log_err("dimse", "TLS handshake refused", why);
    if (why->kind == ERR_DENIED)
        (void)trace(s, &line, NULL);
}

static void serve_secret(void *with, int fd, const char *address, bool full)
{
    DimseServer *s   = with;
    Err          err = { 0 };
    Tls         *tls =
        full ? NULL : tls_answer(s->tls, fd, listener_stop_fd(s->secret), s->scp.limits.artim_ms, &err);
    if (tls) {
        scp_serve(&s->scp_secret, fd, tls, address, false);
        return;
    }
    if (full)
        log_line("dimse", LOG_WARN, "connection over TLS dropped: no room", "address", address, NULL);
    else
        trace_handshake(s, address, &err);
    close(fd);
}

static AssociationLimits limits_of(const Config *config, int stop_fd)
{
    int64_t pdu        = config_int(config, "dicom-max-pdu"),
            timeout_ms = config_int(config, "dicom-timeout") * 1000;
    if (pdu < PDU_LENGTH_LEAST || pdu > PDU_LENGTH_CEILING)
        pdu = pdu < PDU_LENGTH_LEAST ? PDU_LENGTH_LEAST : PDU_LENGTH_CEILING;
    if (timeout_ms < 1000 || timeout_ms > 86400000)
        timeout_ms = timeout_ms < 1000 ? 1000 : 86400000;
    return (AssociationLimits) { .max_pdu    = (uint32_t)pdu,
                                 .artim_ms   = timeout_ms < ARTIM_MS ? (int)timeout_ms : ARTIM_MS,
                                 .idle_ms    = (int)timeout_ms,
                                 .message_ms = (int)timeout_ms,
                                 .stop_fd    = stop_fd };
}

/* The listener over TLS, where a certificate of ours is given. */
static bool open_secret(DimseServer *s, Err *err)
{
    const Config *c     = s->house.config;
    TlsFiles      files = { .certificate = config_text(c, "dicom-tls-certificate"),
                            .key         = config_text(c, "dicom-tls-key"),
                            .authority   = config_text(c, "dicom-tls-authority"),
                            .revoked     = config_text(c, "dicom-tls-revoked") };
    if (!files.certificate[0])
        return true;
    s->tls    = tls_room_new(&files, err);
    s->secret = s->tls ? listener_new(config_text(c, "dicom-tls-listen"),
                                      (int)config_int(c, "dicom-associations"), err)
                       : NULL;
    return s->secret != NULL;
}

DimseServer *dimse_start(const DimseHouse *house, Err *err)
{
    OWNED(DimseServer) *s = calloc(1, sizeof *s);
    if (!s) {
        err_set(err, ERR_UNAVAILABLE, "The DICOM service cannot start.", "no memory");
        return NULL;
    }
    s->house    = *house;
    s->listener = listener_new(config_text(house->config, "dicom-listen"),
                               (int)config_int(house->config, "dicom-associations"), err);
    if (!s->listener)
        return NULL;
    if (!open_secret(s, err))
        return NULL;
    s->scp = (ScpHouse) { .with         = s,
                          .limits       = limits_of(house->config, listener_stop_fd(s->listener)),
                          .admit        = admit,
                          .identify     = identify,
                          .seat         = seat,
                          .certify      = certify,
                          .tls          = s->tls,
                          .trace        = trace,
                          .store_begin  = incoming_begin,
                          .store_append = incoming_append,
                          .store_finish = incoming_finish,
                          .store_free   = incoming_free,
                          .worklist     = worklist,
                          .db           = house->db,
                          .archive      = house->archive,
                          .acts         = house->acts,
                          .codec        = house->codec };
    (void)slice_copy(slice_of(config_text(house->config, "dicom-ae-title")), s->scp.ae_title,
                     sizeof s->scp.ae_title);
    s->scp_secret      = s->scp;
    s->scp_secret.seat = seat_secret;
    if (s->secret)
        s->scp_secret.limits.stop_fd = listener_stop_fd(s->secret);
    s->remote = (RemoteHouse) { .db         = house->db,
                                .archive    = house->archive,
                                .tls        = s->tls,
                                .ae_title   = s->scp.ae_title,
                                .timeout_ms = s->scp.limits.idle_ms,
                                .stop_fd    = s->scp.limits.stop_fd };
    s->sending = (SendHouse) { .db         = house->db,
                               .archive    = house->archive,
                               .codec      = house->codec,
                               .tls        = s->tls,
                               .ae_title   = s->scp.ae_title,
                               .timeout_ms = s->scp.limits.idle_ms,
                               .stop_fd    = s->scp.limits.stop_fd };
    if (!remote_fetch_again(house->db, err) || !sends_resume(house->db, err))
        return NULL;
    s->jobs = jobs_start(house->db, JOBS, COUNT(JOBS), &s->remote, JOB_THREADS, err);
    s->sends = s->jobs ? jobs_start(house->db, SENDS, COUNT(SENDS), &s->sending, SEND_THREADS, err) : NULL;
    if (!s->sends || !listener_start(s->listener, serve, s, err) ||
        (s->secret && !listener_start(s->secret, serve_secret, s, err)))
        return NULL;
    return GIVE(s);
}

bool dimse_echo(DimseServer *s, const Peer *peer, int64_t *ret_took_ms, Err *err)
{
    return peer_echo(&s->remote, peer, ret_took_ms, err);
}

bool dimse_find(DimseServer *s, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted,
                RemoteEach *each, void *with, Err *err)
{
    RemoteHouse soon = s->remote;
    soon.timeout_ms  = soon.timeout_ms < FIND_TIMEOUT_MS ? soon.timeout_ms : FIND_TIMEOUT_MS;
    return remote_find(&soon, who, ae_title, wanted, each, with, err);
}

bool dimse_fetch_later(Db *db, const FetchRow *row, Err *err)
{
    return remote_fetch_row_later(db, row, err);
}

int dimse_port(const DimseServer *s)
{
    return listener_port(s->listener);
}

int dimse_tls_port(const DimseServer *s)
{
    return s->secret ? listener_port(s->secret) : 0;
}

void dimse_stop(DimseServer *s)
{
    if (!s)
        return;
    if (s->secret)
        listener_stop(s->secret, GRACE_MS);
    if (s->listener)
        listener_stop(s->listener, GRACE_MS);
    if (s->jobs)
        jobs_stop(s->jobs);
    if (s->sends)
        jobs_stop(s->sends);
    listener_free(s->secret);
    listener_free(s->listener);
    tls_room_free(s->tls);
    free(s);
}
