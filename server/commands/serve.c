/*
 * beclere serve: wires the house, opens its doors, waits for SIGTERM, closes them in order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "clinic/archive/import.h"
#include "clinic/archive/correction.h"
#include "clinic/archive/deletion.h"
#include "clinic/archive/recheck.h"
#include "clinic/staff/display_check.h"
#include "clinic/staff/staff_file.h"
#include "clinic/workflow/act_rebuild.h"
#include "clinic/workflow/completeness.h"
#include "clinic/archive/derived.h"
#include "commands/house.h"
#include "commands/production.h"
#include "doors/dimse/dimse_server.h"
#include "doors/dimse/send_job.h"
#include "doors/web/web_server.h"
#include "clinic/workflow/trace_names.h"
#include "guard/access/card.h"
#include "guard/access/psc.h"
#include "guard/audit/anchor.h"
#include "guard/audit/audit.h"
#include "guard/audit/feed.h"
#include "platform/clock.h"
#include "platform/edge/edge.h"
#include "platform/jobs/jobs.h"
#include "platform/log.h"
#include "platform/relay/relay.h"

enum { RECHECK_BYTES_PER_S = 20 << 20 };

typedef struct Doors {
    Jobs        *jobs;
    Psc         *psc;
    CardDoor    *card;
    WebServer   *web;
    DimseServer *dimse;
    Edge        *edge;
    Relay       *relay;
    bool         relay_told; /* its end */
    Completeness *counting;
    Recheck      *recheck;
    Corrections  *corrections;
    Purger       *purger;
    Derived     *derived;
    AuditFeed       *feed;
    AuditFeedOptions feed_options;
    char             feed_progress[4096], host[256];
} Doors;

static bool trace(Db *db, void *what, Err *err)
{
    return audit_add(db, &(AuditLine){ .event = AUDIT_SYSTEM, .actor = "system:serve", .what = what }, err);
}

/* The page asks, the DICOM door calls. */
static bool echo_peer(void *with, const Peer *peer, int64_t *ret_took_ms, Err *err)
{
    const Doors *d = with;
    if (!d->dimse)
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
    return dimse_echo(d->dimse, peer, ret_took_ms, err);
}

static bool find_elsewhere(void *with, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted,
                           RemoteEach *each, void *each_with, Err *err)
{
    const Doors *d = with;
    if (!d->dimse)
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
    return dimse_find(d->dimse, who, ae_title, wanted, each, each_with, err);
}

static Derived *start_derived(House *h, Err *err)
{
    DerivedOptions options = { .codec            = h->codec_program,
                               .min_free_percent = (int)config_int(h->config, "blob-min-free") + 5 };
#ifndef BECLERE_SANITIZED
    options.memory_bytes = 2LL << 30;
#endif
    return derived_start(h->archive, &options, err);
}

static bool plan_staff(Db *db, void *house, Err *err)
{
    const House *h = house;
    return staff_warn_daily(db, err) && display_interval_set(db, config_int(h->config, "display-check-days"), err);
}

/* A program whose folds have changed makes the projections again before anybody asks for them. */
static bool acts_as_folded(House *h, Err *err)
{
    ActRebuilt r    = { 0 };
    bool       done = false;
    char       acts[24], changed[24], broken[24];
    if (!act_rebuild_if_needed(h->acts, &done, &r, err))
        return false;
    (void)snprintf(acts, sizeof acts, "%lld", (long long)r.acts);
    (void)snprintf(changed, sizeof changed, "%lld", (long long)r.changed);
    (void)snprintf(broken, sizeof broken, "%lld", (long long)r.broken);
    if (done)
        log_line("serve", r.broken ? LOG_ERROR : LOG_INFO, "projections of acts made again from their log", "acts", acts, "changed", changed,
                 "broken", broken, NULL);
    return true;
}

/* The trace as it grows, to whom the configuration names; none: true. */
static bool start_feed(House *h, Doors *d, Err *err)
{
    (void)snprintf(d->feed_progress, sizeof d->feed_progress, "%s/audit-feed", config_text(h->config, "data"));
    if (gethostname(d->host, sizeof d->host - 1) != 0 || !d->host[0])
        (void)snprintf(d->host, sizeof d->host, "localhost");
    d->feed_options = (AuditFeedOptions) {
        .collector = config_text(h->config, "audit-collector"),
        .tls       = { .certificate = config_text(h->config, "audit-certificate"),
                       .key         = config_text(h->config, "audit-key"),
                       .authority   = config_text(h->config, "audit-authority") },
        .source    = { config_text(h->config, "audit-source"), config_text(h->config, "audit-enterprise"), d->host },
        .progress  = d->feed_progress,
        .names     = trace_told,
    };
    d->feed = audit_feed_start(h->db, &d->feed_options, err);
    return d->feed || !err->kind;
}

static bool open_doors(House *h, Doors *d, Err *err)
{
    ArchiveRepair repaired = { 0 };
    int64_t       cut_off  = 0;
    if (!archive_own(h->archive, &repaired, err) || !archive_sweep_begin(h->archive, err) ||
        !import_sweep(h->archive, &cut_off, err) ||
        !import_expire_daily(h->db, config_int(h->config, "import-days"), err) ||
        !db_write(h->db, plan_staff, h, err) || !acts_as_folded(h, err) || !db_write(h->db, trace, "start", err) || !audit_anchor_daily(h->db, h->keys_folder, err))
        return false;
    if (!(d->jobs = jobs_start(h->db, ACT_JOBS, ACT_JOB_COUNT, h->acts, 2, err)))
        return false;
    if (!(d->recheck = recheck_start(h->archive, RECHECK_BYTES_PER_S, err)))
        return false;
    if (!(d->corrections = corrections_start(h->archive, err)) || !(d->purger = purger_start(h->archive, err)))
        return false;
    if (strcmp(config_text(h->config, "frames-ahead"), "yes") == 0 && !(d->derived = start_derived(h, err)))
        return false;
    if (!(d->relay = relay_start(h->config, err)))
        return false;
    if (!psc_open(h->access, h->config, &d->psc, err) || !card_open(h->access, h->config, &d->card, err))
        return false;
    WebHouse web = { .psc = d->psc, .card = d->card, .relay = d->relay, .recheck = d->recheck, .derived = d->derived, .config = h->config, .db = h->db, .access = h->access, .archive = h->archive, .acts = h->acts,
                     .codec = h->codec, .pages = h->pages, .jobs = d->jobs, .version = BECLERE_VERSION, .peer_echo = echo_peer, .peer_echo_with = d,
                     .remote_find = find_elsewhere, .remote_fetch_later = dimse_fetch_later, .remote_with = d,
                     .send_later = send_later };
    if (!(d->web = web_start(&web, err)))
        return false;
    DimseHouse dimse = { .config = h->config, .db = h->db, .archive = h->archive, .acts = h->acts, .codec = h->codec };
    if (!(d->dimse = dimse_start(&dimse, err)))
        return false;
    if (!(d->counting = completeness_start(h->acts, err)))
        return false;
    if (!start_feed(h, d, err))
        return false;
    if (strcmp(config_text(h->config, "edge"), "run") == 0 && !(d->edge = edge_start(h->config, err)))
        return false;
    return true;
}

static void close_doors(House *h, Doors *d)
{
    Err err = { 0 };
    web_stop(d->web); /* first: its requests may call peers through the DICOM door */
    psc_close(d->psc);
    card_close(d->card);
    derived_stop(d->derived);
    dimse_stop(d->dimse);
    completeness_stop(d->counting);
    recheck_stop(d->recheck);
    corrections_stop(d->corrections);
    purger_stop(d->purger);
    if (d->jobs)
        jobs_stop(d->jobs);
    if (d->edge)
        edge_stop(d->edge);
    relay_stop(d->relay);
    if (!db_write(h->db, trace, "stop", &err))
        log_err("serve", "stop not traced", &err);
    audit_feed_stop(d->feed); /* the last lines go at the next start */
}

static void welcome(const House *h)
{
    const char *url = config_text(h->config, "public-url");
    const char *ae = config_text(h->config, "dicom-ae-title"), *at = config_text(h->config, "dicom-listen");
    Slice       rest = slice_of(at);
    Slice       host = slice_cut(&rest, ':');
    printf("\nBéclère %s\n  page   %s\n  DICOM  %s, AE title %s\n", BECLERE_VERSION, url, at, ae);
    if (strcmp(config_text(h->config, "mode"), "demonstration") == 0) {
        printf("\nDemonstration region. Sign in with a login below, the password Beclere-demo-2026 and a code:\n"
               "    %s/program/beclere demo code LOGIN\n"
               "  demandeur   requester, emergency ward     imageur     remote radiologist\n"
               "  manip       technologist                  medecin     local physician\n"
               "  secretaire  secretary                     admin       people and roles\n"
               "  responsable qualite pacs physicien pcr biomed pharmacien preparateur nucleaire imageur2 patiente\n"
               "\nTrust the local authority (once, per browser profile):\n"
               "    certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n beclere-demo -i %s/tls/ca.pem\n",
               config_text(h->config, "data"), config_text(h->config, "data"));
        printf("\nDICOM, ready to paste (DCMTK):\n"
               "    echoscu -aet STORESCU -aec %s " SLICE_FMT " " SLICE_FMT "\n"
               "    findscu -W -aet FINDSCU -aec %s -k 0010,0010 -k 0008,0050 -k \"(0040,0100)[0].Modality=CT\" " SLICE_FMT " " SLICE_FMT "\n"
               "    storescu -aet STORESCU -aec %s " SLICE_FMT " " SLICE_FMT " FILES\n"
               "    %s/program/beclere demo modality ACT-NUMBER      plays the scanner of an act\n",
               ae, SLICE_ARG(host), SLICE_ARG(rest), ae, SLICE_ARG(host), SLICE_ARG(rest), ae, SLICE_ARG(host),
               SLICE_ARG(rest), config_text(h->config, "data"));
    }
    printf("\nCtrl-C stops everything.\n");
    (void)fflush(stdout);
}

/* Until a signal asks to stop; true: in order. The edge that ends on its own ends us too. */
static bool wait_for_end(Doors *d, const sigset_t *signals)
{
    for (;;) {
        int sig = sigtimedwait(signals, NULL, &(struct timespec){ .tv_sec = 1 });
        if (sig == SIGTERM || sig == SIGINT)
            return true;
        if (!d->relay_told && !relay_alive(d->relay)) { /* acts go on without: by telephone where no direct line is found */
            log_line("serve", LOG_ERROR, "the relay ended on its own", NULL);
            d->relay_told = true;
        }
        if (d->edge && !edge_alive(d->edge)) {
            log_line("serve", LOG_ERROR, "the edge ended on its own", NULL);
            fprintf(stderr, "nginx ended on its own: see its error log in the data folder (edge/).\n");
            return false;
        }
    }
}

int command_serve(int argc, char **argv)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL); /* every thread inherits it: only we take them */
    (void)signal(SIGPIPE, SIG_IGN);
    Err   err = { 0 };
    House h;
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("serve", &err);
    Doors d  = { 0 };
    int   rc = 0;
    if (!production_ready(&h, clock_now_ms(), &err)) {
        house_close(&h);
        return command_failed("serve", &err);
    }
    int days = production_hds_days(h.config, clock_now_ms());
    if (strcmp(config_text(h.config, "mode"), "production") == 0 && days <= 60)
        log_line("serve", LOG_WARN, "the certificate of the host of health data ends soon", "last_day", config_text(h.config, "hds-expires"), NULL);
    if (open_doors(&h, &d, &err)) {
        log_line("serve", LOG_INFO, "started", "version", BECLERE_VERSION, NULL);
        welcome(&h);
        rc = wait_for_end(&d, &signals) ? 0 : 1;
    } else {
        rc = command_failed("serve", &err);
    }
    close_doors(&h, &d);
    log_line("serve", LOG_INFO, "stopped", NULL);
    house_close(&h);
    return rc;
}
