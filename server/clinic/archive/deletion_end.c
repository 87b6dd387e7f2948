/*
 * The two ends of a deletion: back as before, or gone for good.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "clinic/archive/correction_internal.h"
#include "clinic/archive/deletion_internal.h"
#include "clinic/archive/quota.h"
#include "formats/json/base64.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { VERSIONS_MAX = 200000, AT_ONCE = 200, HOUR_S = 3600 };

/* ---- back ---- */

typedef struct Kept {
    int64_t id, bytes, received_at_ms, person_id, organisation_id;
    char    uid[65], blob[256], via[16], actor[128];
    uint8_t sha256[SHA256_BYTES], dataset_sha256[SHA256_BYTES];
    Header  header;
    bool    ready;
} Kept;

typedef struct DeletionBack Back;
struct DeletionBack {
    Archive         *a;
    Deletion         d;
    Slice            reason;
    const PatientBy *by;
    Kept            *kept;
    size_t           count, room;
};

void deletion_back_free(Back *b)
{
    for (size_t i = 0; b && i < b->count; i++)
        if (b->kept[i].ready)
            header_clear(&b->kept[i].header);
    if (b)
        free(b->kept);
    free(b);
}

static bool kept_add(Back *b, const DbQuery *q, Err *err)
{
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 64;
        Kept  *more = b->room < VERSIONS_MAX ? realloc(b->kept, room * sizeof *more) : NULL;
        if (!more)
            return err_set(err, ERR_LIMIT, "A list is too long.", "restore");
        b->kept = more;
        b->room = room;
    }
    Kept *k = &b->kept[b->count];
    *k      = (Kept) { .id              = db_int(q, 0),
                       .bytes           = db_int(q, 3),
                       .received_at_ms  = db_int(q, 6),
                       .person_id       = db_int(q, 9),
                       .organisation_id = db_int(q, 10) };
    db_text(q, 1, k->uid, sizeof k->uid);
    db_text(q, 2, k->blob, sizeof k->blob);
    db_text(q, 7, k->via, sizeof k->via);
    db_text(q, 8, k->actor, sizeof k->actor);
    if (!digest_of_row(db_slice(q, 4), k->sha256) || !digest_of_row(db_slice(q, 5), k->dataset_sha256))
        return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                       "a digest is malformed");
    b->count++;
    return true;
}

static bool back_list(Back *b, int64_t id, Err *err)
{
    OWNED(Db) *db = db_read(b->a->host, err);
    if (!db || !deletion_load(db, id, &b->d, err))
        return false;
    if (strcmp(b->d.state, "hidden") != 0)
        return err_set(err, ERR_CONFLICT, "This deletion can no longer be taken back.", "%s", b->d.state);
    OWNED(DbQuery) *q = db_query(db, "SELECT id, uid, blob, bytes, sha256, dataset_sha256, received_at_ms, "
                                     "via, actor, person_id,"
                                     "       organisation_id"
                                     "  FROM kept_version WHERE why = 'deleted' AND by_id = ?1 ORDER BY id");
    DbStep step;
    db_bind_int(q, 1, id);
    while ((step = db_next(q, err)) == DB_ROW)
        if (!kept_add(b, q, err))
            return false;
    return step != DB_FAILED;
}

static bool back_read(Back *b, Err *err)
{
    for (size_t i = 0; i < b->count; i++) {
        OWNED(Blob) *blob = blob_open(b->a->blobs, b->kept[i].blob, err);
        b->kept[i].ready  = blob != NULL;
        if (!blob || !header_read(blob_bytes(blob), &b->kept[i].header, err))
            return false;
        if (!file_digest_is(blob_bytes(blob), b->kept[i].header.dataset_at,
                            slice_bytes(b->kept[i].sha256, SHA256_BYTES)))
            return err_set(err, ERR_CONFLICT, "This version is damaged; it cannot be shown.", "%s",
                           b->kept[i].uid);
    }
    return true;
}

static bool row_back(Db *db, Back *b, const Kept *k, int64_t *ret_study, Err *err)
{
    IngestSource source  = { .via             = k->via,
                             .actor           = k->actor,
                             .person_id       = k->person_id,
                             .organisation_id = k->organisation_id ? k->organisation_id : b->d.belongs.site_id,
                             .ae_title        = "",
                             .address         = "",
                             .factors         = "" };
    IngestResult result  = { 0 };
    Arrival      arrival = { .archive        = b->a,
                             .source         = &source,
                             .header         = &k->header,
                             .blob           = k->blob,
                             .bytes          = k->bytes,
                             .received_at_ms = k->received_at_ms,
                             .flushed        = true,
                             .result         = &result };
    memcpy(arrival.sha256, k->sha256, SHA256_BYTES);
    memcpy(arrival.dataset_sha256, k->dataset_sha256, SHA256_BYTES);
    if (!arrival_store(db, &arrival, err))
        return false;
    if (result.outcome == INGEST_STORED)
        *ret_study = result.study_id;
    return true;
}

/* Whose it was, whatever the images say by themselves. */
static bool belongs_again(Db *db, const Match *m, int64_t study_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE study SET patient_id = ?2, act_id = ?3, site_id = COALESCE(?4, "
                                     "site_id) WHERE id = ?1");
    db_bind_int(q, 1, study_id);
    bind_ref(q, 2, m->patient_id);
    bind_ref(q, 3, m->act_id);
    bind_ref(q, 4, m->site_id);
    return db_run(q, err) && study_recount(db, study_id, err);
}

bool deletion_back_work(Db *db, void *back, Err *err)
{
    Back    *b = back;
    Deletion now;
    int64_t  study_id = 0;
    if (!deletion_load(db, b->d.id, &now, err))
        return false;
    if (strcmp(now.state, "hidden") != 0)
        return err_set(err, ERR_CONFLICT, "This deletion can no longer be taken back.", "%s", now.state);
    {
        OWNED(DbQuery) *q = db_query(db, "DELETE FROM kept_version WHERE why = 'deleted' AND by_id = ?1");
        db_bind_int(q, 1, b->d.id);
        if (!db_run(q, err))
            return false;
    }
    for (size_t i = 0; i < b->count; i++)
        if (!row_back(db, b, &b->kept[i], &study_id, err))
            return false;
    return (!study_id || belongs_again(db, &b->d.belongs, study_id, err)) &&
           deletion_end(db, &b->d, "restored", b->reason, b->by, "restored", err);
}

Back *deletion_to_restore(Archive *a, int64_t id, Slice reason, const PatientBy *by, Err *err)
{
    OWNED(DeletionBack) *b = calloc(1, sizeof *b);
    if (!b) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "restore");
        return NULL;
    }
    *b = (Back) { .a = a, .reason = reason, .by = by };
    return back_list(b, id, err) && back_read(b, err) ? GIVE(b) : NULL;
}

bool deletion_restore(Archive *a, int64_t id, Slice reason, const PatientBy *by, Err *err)
{
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "restore");
    pthread_mutex_lock(&a->deletion_ends);
    OWNED(DeletionBack) *b = deletion_to_restore(a, id, reason, by, err);
    bool ok                = b && db_write(a->host, deletion_back_work, b, err);
    pthread_mutex_unlock(&a->deletion_ends);
    return ok;
}

/* ---- gone ---- */

void cache_forget(const Archive *a, const uint8_t sha256[SHA256_BYTES])
{
    static const char *const KINDS[] = { "frames", "objects" };
    char                     hex[2 * SHA256_BYTES + 1];
    hex_encode(slice_bytes(sha256, SHA256_BYTES), hex);
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        char folder[1024], path[2048];
        (void)snprintf(folder, sizeof folder, "%s/%s/%.2s/%s", a->cache, KINDS[i], hex, hex);
        DIR *dir = opendir(folder);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            if (entry->d_name[0] != '.')
                (void)unlink(path);
        }
        if (dir)
            (void)closedir(dir);
        (void)rmdir(folder);
    }
}

typedef struct Gone {
    int64_t ids[AT_ONCE];
    char    blobs[AT_ONCE][256];
    uint8_t sha256[AT_ONCE][SHA256_BYTES];
    size_t  count;
} Gone;

/* Of the deletion, and the versions that corrections of the same images put away. */
static bool gone_list(Archive *a, int64_t id, Gone *ret, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    ret->count    = 0;
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, blob, sha256 FROM kept_version"
                                     " WHERE blob IS NOT NULL"
                                     "   AND ((why = 'deleted' AND by_id = ?1)"
                                     "     OR (why = 'corrected' AND uid IN (SELECT uid FROM kept_version AS "
                                     "mine"
                                     "                                        WHERE mine.why = 'deleted' AND "
                                     "mine.by_id = ?1)))"
                                     " LIMIT ?2");
    DbStep step;
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, AT_ONCE);
    while ((step = db_next(q, err)) == DB_ROW && ret->count < AT_ONCE) {
        ret->ids[ret->count] = db_int(q, 0);
        db_text(q, 1, ret->blobs[ret->count], sizeof ret->blobs[0]);
        if (digest_of_row(db_slice(q, 2), ret->sha256[ret->count]))
            ret->count++;
    }
    return step != DB_FAILED;
}

static bool forget_work(Db *db, void *gone, Err *err)
{
    Gone *g = gone;
    for (size_t i = 0; i < g->count; i++) {
        OWNED(DbQuery) *q = db_query(db, "UPDATE kept_version SET blob = NULL WHERE id = ?1");
        db_bind_int(q, 1, g->ids[i]);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

typedef struct End {
    Deletion         d;
    Slice            early; /* why before its time; empty: it was due */
    const PatientBy *by;
} End;

static bool end_work(Db *db, void *end, Err *err)
{
    End *e = end;
    {
        OWNED(DbQuery) *q = db_query(db, "UPDATE deletion SET dicom_name = '', description = '' WHERE id = "
                                         "?1");
        db_bind_int(q, 1, e->d.id);
        if (!db_run(q, err))
            return false;
    }
    return deletion_end(db, &e->d, "purged", e->early, e->by,
                        e->early.len ? "purged for good before its time" : "purged for good", err);
}

/* Nobody destroys alone before the time is over, nor what came under a hold since it was hidden. */
static bool may_purge(Db *db, const End *e, Err *err)
{
    if (strcmp(e->d.state, "hidden") != 0)
        return err_set(err, ERR_CONFLICT, "This deletion can no longer be taken back.", "%s", e->d.state);
    if (!deletion_not_held(db, e->d.belongs.patient_id, err))
        return false;
    if (!e->early.len)
        return e->d.until_ms <= clock_now_ms() ||
               err_set(err, ERR_CONFLICT, "The time in which this can be restored is not over.", "%lld",
                       (long long)e->d.id);
    return e->d.person_id != e->by->person_id ||
           err_set(err, ERR_DENIED, "Another person than who deleted must destroy before the time is over.",
                   "%lld", (long long)e->d.id);
}

/* Files first: a crash leaves rows that name nothing, and the purge goes on where it was. */
static bool files_go(Archive *a, int64_t id, Gone *gone, Err *err)
{
    bool ok;
    while ((ok = gone_list(a, id, gone, err)) && gone->count) {
        for (size_t i = 0; ok && i < gone->count; i++) {
            ok = blob_remove(a->blobs, gone->blobs[i], err);
            cache_forget(a, gone->sha256[i]);
        }
        if (!ok || !db_write(a->host, forget_work, gone, err))
            return false;
    }
    return ok;
}

/* With 'deletion_ends' held: what is being restored keeps its files. */
static bool purge(Archive *a, End *e, int64_t id, Gone *gone, Err *err)
{
    {
        OWNED(Db) *db = db_read(a->host, err);
        if (!db || !deletion_load(db, id, &e->d, err) || !may_purge(db, e, err))
            return false;
    }
    if (!files_go(a, id, gone, err))
        return false;
    metadata_forget(a, slice_of(e->d.study_uid));
    return db_write(a->host, end_work, e, err);
}

bool deletion_purge(Archive *a, int64_t id, Slice early, const PatientBy *by, Err *err)
{
    End   e    = { .early = slice_trim(early), .by = by };
    Gone *gone = calloc(1, sizeof *gone);
    if (!gone)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "purge");
    pthread_mutex_lock(&a->deletion_ends);
    bool ok = purge(a, &e, id, gone, err);
    pthread_mutex_unlock(&a->deletion_ends);
    free(gone);
    return ok;
}

/* The next whose time is over and that nothing holds; 0: none. */
static bool next_due(Archive *a, int64_t after, int64_t *ret, Err *err)
{
    DbStep step;
    OWNED(Db) *db = db_read(a->host, err);
    *ret          = 0;
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, patient_id FROM deletion WHERE state = 'hidden' AND until_ms <= ?1 AND "
                                     "id > ?2"
                                     " ORDER BY id");
    db_bind_int(q, 1, clock_now_ms());
    db_bind_int(q, 2, after);
    while ((step = db_next(q, err)) == DB_ROW) {
        Err why = { 0 };
        if (deletion_not_held(db, db_int(q, 1), &why)) {
            *ret = db_int(q, 0);
            return true;
        }
        if (why.kind != ERR_CONFLICT)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    return step != DB_FAILED;
}

bool deletions_purge_due(Archive *a, size_t limit, size_t *ret_purged, Err *err)
{
    static const PatientBy SYSTEM = { .actor = "system:purge", .factors = "", .origin = "", .what = "purge" };
    int64_t                id     = 0;
    bool                   ok     = true;
    for (*ret_purged = 0; *ret_purged < limit;) {
        Err why = { 0 };
        if (!next_due(a, id, &id, err))
            return false;
        if (!id)
            break;
        if (deletion_purge(a, id, SLICE_NONE, &SYSTEM, &why)) {
            (*ret_purged)++;
            continue;
        }
        ok = err_set(err, why.kind, why.shown, "deletion %lld: %s", (long long)id,
                     why.detail); /* the others go on */
    }
    return ok;
}

/* ---- once an hour ---- */

struct Purger {
    Archive        *a;
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  news;
    bool            stopping;
};

static void *purger_run(void *purger)
{
    Purger *p = purger;
    for (int hour = 0;; hour = (hour + 1) % 24) {
        struct timespec until;
        size_t          purged = 0;
        Err             err    = { 0 }, counting = { 0 };
        QuotaCheck      room;
        if (!deletions_purge_due(p->a, SIZE_MAX, &purged, &err))
            log_err("archive", "what is due could not be purged", &err);
        if (hour == 1 && !quota_check(p->a, true, &room, &counting)) /* not at the start */
            log_err("archive", "the counts of room could not be checked", &counting);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += HOUR_S;
        pthread_mutex_lock(&p->lock);
        while (!p->stopping && pthread_cond_timedwait(&p->news, &p->lock, &until) != ETIMEDOUT)
            ;
        bool stop = p->stopping;
        pthread_mutex_unlock(&p->lock);
        if (stop)
            return NULL;
    }
}

Purger *purger_start(Archive *a, Err *err)
{
    Purger *p = calloc(1, sizeof *p);
    if (p) {
        p->a = a;
        pthread_mutex_init(&p->lock, NULL);
        pthread_cond_init(&p->news, NULL);
        if (pthread_create(&p->thread, NULL, purger_run, p) == 0)
            return p;
        free(p);
    }
    err_set(err, ERR_UNAVAILABLE, "Memory is out.", "purger");
    return NULL;
}

void purger_stop(Purger *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->news);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->news);
    free(p);
}
