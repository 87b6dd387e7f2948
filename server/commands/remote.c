/*
 * beclere remote: other archives asked from the terminal: are they there, what do they hold, their studies
 * fetched into ours, and ours sent to them by the running server.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "commands/house.h"
#include "doors/dimse/remote.h"
#include "doors/dimse/send_job.h"
#include "formats/dicom/uid.h"
#include "guard/access/peer.h"
#include "platform/clock.h"

typedef struct Asked {
    House      *house;
    RemoteHouse remote;
    RemoteAsker who;
    TlsRoom    *tls; /* for peers that have certificates */
    Slice       title;
    bool        later;
    char (*uids)[65]; /* found, to be fetched */
    size_t count;
    int    fetched, failed;
} Asked;

static int usage(void)
{
    fprintf(stderr, "beclere remote echo TITLE\n"
                    "beclere remote find TITLE KEYS             studies that this peer holds\n"
                    "beclere remote fetch TITLE KEYS [--later]  brings them here; --later: as a job of the "
                    "running server\n"
                    "beclere remote send TITLE --study UID [--series UID] [--reason TEXT]\n"
                    "                                           sends what is here to this peer: a job of "
                    "the "
                    "running server\n"
                    "KEYS: --study UID  --patient ID  --name NAME  --birth DATE  --accession NUMBER  --date "
                    "DATE-DATE\n"
                    "      --modality CT      and --config FILE\n");
    return 2;
}

static Slice key(int argc, char **argv, const char *name)
{
    return slice_of(option_value(argc, argv, name, ""));
}

static bool print_study(const RemoteStudy *s, void *with)
{
    (void)with;
    printf("%s\t%s %s\t%s\t%s\t%s\t%s\t%s\t%lld\n", s->uid, s->date, s->time, s->patient_id, s->patient_name,
           s->modalities, s->accession, s->description, (long long)s->instances);
    return true;
}

static bool note_study(const RemoteStudy *s, void *with)
{
    Asked *a = with;
    (void)slice_copy(slice_of(s->uid), a->uids[a->count], sizeof a->uids[0]);
    return ++a->count < REMOTE_STUDIES_MAX;
}

static bool queue(Db *db, void *with, Err *err)
{
    Asked *a = with;
    for (size_t i = 0; i < a->count; i++)
        if (!remote_fetch_later(db, a->title, slice_of(a->uids[i]), a->who.actor, err))
            return false;
    return true;
}

/* One after the other; one that fails does not keep the next from coming. */
static void fetch_each(Asked *a)
{
    for (size_t i = 0; i < a->count; i++) {
        RemoteFetched n   = { 0 };
        Err           err = { 0 };
        bool          ok  = remote_fetch(&a->remote, &a->who, a->title, slice_of(a->uids[i]), NULL, &n, &err);
        printf("%s\t%s\t%lld held, %lld here before, %lld stored, %lld refused\n", a->uids[i],
               ok ? "fetched" : err.shown, (long long)n.held, (long long)n.there, (long long)n.stored,
               (long long)n.refused);
        *(ok ? &a->fetched : &a->failed) += 1;
    }
}

static bool fetch(Asked *a, const RemoteWanted *wanted, Err *err)
{
    a->uids = calloc(REMOTE_STUDIES_MAX, sizeof *a->uids);
    if (!a->uids)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "studies to fetch");
    if (!remote_find(&a->remote, &a->who, a->title, wanted, note_study, a, err))
        return false;
    if (!a->count)
        return err_set(err, ERR_NOT_FOUND, "The DICOM peer has no such study.", "nothing found");
    if (a->later) {
        printf("%zu queued\n", a->count);
        return db_write(a->house->db, queue, a, err);
    }
    fetch_each(a);
    return true;
}

/* ---- ours, sent ---- */

typedef struct Sending {
    Slice   title;
    SendAsk ask;
    SendRow row;
} Sending;

/* As POST /api/archive/sends does it, by nobody in particular. */
static bool send_work(Db *db, void *with, Err *err)
{
    Sending            *s      = with;
    Peer                peer   = { 0 };
    const ArchiveViewer viewer = { .sees_all = true, .now_s = clock_now_s() };
    const PatientBy     by     = {
                .actor = "system:remote", .factors = "", .origin = "", .what = "beclere remote send"
    };
    if (!peer_by_title(db, s->title, &peer, err))
        return false;
    s->ask.peer_id = peer.id;
    return send_add(db, &s->ask, &viewer, &by, &s->row, err) && send_later(db, &s->row, err);
}

static bool uid_option(int argc, char **argv, const char *name, char ret[65], Err *err)
{
    Slice uid = key(argc, argv, name);
    return !uid.len || (uid_is_usable(uid) && slice_copy(uid, ret, 65)) ||
           err_set(err, ERR_INPUT, "A UID of the image is malformed.", "%s", name);
}

static bool send_asked(Asked *a, int argc, char **argv, Err *err)
{
    Sending s      = { .title = a->title, .ask.part_count = 1 };
    Slice   reason = key(argc, argv, "--reason");
    if (!uid_option(argc, argv, "--study", s.ask.parts[0].study_uid, err) ||
        !uid_option(argc, argv, "--series", s.ask.parts[0].series_uid, err))
        return false;
    if (!s.ask.parts[0].study_uid[0])
        return err_set(err, ERR_INPUT, "Say which images are to be sent.", "--study");
    if (!slice_copy(reason, s.ask.reason, sizeof s.ask.reason))
        return err_set(err, ERR_LIMIT, "The reason is too long.", "%zu bytes", reason.len);
    if (!db_write(a->house->db, send_work, &s, err))
        return false;
    printf("%lld\t%lld queued\n", (long long)s.row.id, (long long)s.row.total);
    return true;
}

/* Ours, where one is set up. */
static bool open_tls(Asked *a, Err *err)
{
    const Config *c     = a->house->config;
    TlsFiles      files = { .certificate = config_text(c, "dicom-tls-certificate"),
                            .key         = config_text(c, "dicom-tls-key"),
                            .authority   = config_text(c, "dicom-tls-authority"),
                            .revoked     = config_text(c, "dicom-tls-revoked") };
    a->remote.tls = a->tls = files.certificate[0] ? tls_room_new(&files, err) : NULL;
    return a->tls || !files.certificate[0];
}

static bool act(Asked *a, const char *what, const RemoteWanted *wanted, Err *err)
{
    if (strcmp(what, "find") == 0)
        return remote_find(&a->remote, &a->who, a->title, wanted, print_study, NULL, err);
    if (strcmp(what, "fetch") == 0)
        return fetch(a, wanted, err);
    if (!remote_echo(&a->remote, &a->who, a->title, err))
        return false;
    printf("%.*s answers\n", (int)a->title.len, a->title.at);
    return true;
}

int command_remote(int argc, char **argv)
{
    const char *what = option_word(argc, argv, 0), *title = option_word(argc, argv, 1);
    if (!what || !title ||
        (strcmp(what, "echo") && strcmp(what, "find") && strcmp(what, "fetch") && strcmp(what, "send")))
        return usage();
    RemoteWanted wanted = { .study_uid    = key(argc, argv, "--study"),
                            .patient_id   = key(argc, argv, "--patient"),
                            .patient_name = key(argc, argv, "--name"),
                            .birth_date   = key(argc, argv, "--birth"),
                            .accession    = key(argc, argv, "--accession"),
                            .study_date   = key(argc, argv, "--date"),
                            .modality     = key(argc, argv, "--modality") };
    Err          err    = { 0 };
    House        h;
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("remote", &err);
    Asked a  = { .house  = &h,
                 .remote = { .db         = h.db,
                             .archive    = h.archive,
                             .ae_title   = config_text(h.config, "dicom-ae-title"),
                             .timeout_ms = (int)config_int(h.config, "dicom-timeout") * 1000 },
                 .who    = { .actor = "system:remote" },
                 .title  = slice_of(title),
                 .later  = option_given(argc, argv, "--later") };
    bool  ok = strcmp(what, "send") == 0 ? send_asked(&a, argc, argv, &err)
                                         : open_tls(&a, &err) && act(&a, what, &wanted, &err);
    free(a.uids);
    tls_room_free(a.tls);
    house_close(&h);
    return ok ? (a.failed ? 3 : 0) : command_failed("remote", &err);
}
