/*
 * The live feed: connect, write lines, learn by the end of the connection that they were read, keep the position.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/audit/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/socket.h>
#include <unistd.h>

#include "formats/json/json_util.h"
#include "guard/audit/audit_list.h"
#include "platform/clock.h"
#include "platform/log.h"
#include "platform/net/net.h"

enum {
    BATCH           = 100,    /* lines read at once */
    UNCONFIRMED_MAX = 100,    /* lines after which the connection is ended to learn that they were read */
    CONFIRM_MS      = 3000,   /* … or time since the first of them */
    LOOK_MS         = 300,    /* how often the trace is looked at */
    PACE_MS         = 200,    /* after a batch when more wait: at most 500 lines a second, requests come first */
    NICE            = 10,     /* of this thread: it waits for nobody, so it may wait */
    CONNECT_MS      = 10000,
    WRITE_MS        = 30000,  /* without progress */
    END_MS          = 10000,  /* for the collector to end the connection after us */
    STOPPED_MS      = 3000,   /* … when we are asked to stop, or it has said goodbye itself */
    RETRY_MIN_MS    = 1000,
    RETRY_MAX_MS    = 30000,
    BOOT_SIZE       = 37,     /* of /proc/sys/kernel/random/boot_id, with a terminator */
    PROGRESS_SIZE   = 64,
};

#define NOT_REACHED "The audit collector cannot be reached."
#define NOT_TRUSTED "The audit collector’s certificate is not one we trust for this name."
#define CUT_OFF     "The audit collector ended the connection before it had read everything."

struct AuditFeed {
    DbHost                 *db;
    const AuditFeedOptions *options;
    TlsRoom                *room;
    pthread_t               thread;
    int                     stop_fd, progress_fd;
    char                    host[256], boot[BOOT_SIZE];
    int                     port;
    /* the thread's own */
    int64_t position;         /* read by the collector: what audit_feed has */
    int64_t written;          /* handed to the connection */
    int64_t first_written_ms; /* monotonic: when the first unconfirmed one was; 0 none */
    int     fd;
    Tls    *tls;
    bool    failing;
    int     retry_ms;
    int64_t retry_at_ms;
};

/* ---- how far it came ---- */

typedef struct State {
    AuditFeed  *feed;
    const char *error, *detail; /* NULL: confirmed */
    int64_t     position;
} State;

static bool state_save(Db *db, void *with, Err *err)
{
    const State *s    = with;
    OWNED(DbQuery) *q = db_query(db, s->error ? "UPDATE audit_feed SET collector = ?1, error = ?2, detail = ?3,"
                                                "       failing_since_ms = coalesce(failing_since_ms, ?4) WHERE id = 1"
                                              : "UPDATE audit_feed SET collector = ?1, position = ?2, sent_at_ms = ?3, error = '', detail = '',"
                                                "       failing_since_ms = NULL WHERE id = 1");
    db_bind_cstr(q, 1, s->feed->options->collector);
    if (s->error) {
        db_bind_cstr(q, 2, s->error);
        db_bind_cstr(q, 3, s->detail);
        db_bind_int(q, 4, clock_now_ms());
    } else {
        db_bind_int(q, 2, s->position);
        db_bind_int(q, 3, clock_now_ms());
    }
    return db_run(q, err);
}

static void state_write(AuditFeed *f, const State *s)
{
    Err err = { 0 };
    if (!db_write(f->db, state_save, (void *)s, &err))
        log_err("audit-feed", "position not kept", &err);
}

static bool position_load(Db *db, void *with, Err *err)
{
    AuditFeed *f      = with;
    OWNED(DbQuery) *q = db_query(db, "SELECT position, failing_since_ms IS NOT NULL FROM audit_feed WHERE id = 1");
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_BUG, "The trace could not be read.", "audit_feed is empty");
    f->position = db_int(q, 0);
    f->failing  = db_int(q, 1) != 0;
    return true;
}

/*
 * What this process has handed to the kernel is delivered even when the process dies, so after such an end we go on there; after an end
 * of the machine (another boot) we go on where the collector had come to.
 */
static void progress_keep(const AuditFeed *f)
{
    char text[PROGRESS_SIZE + 1];
    (void)snprintf(text, sizeof text, "%s %-*lld", f->boot, PROGRESS_SIZE - BOOT_SIZE - 1, (long long)f->written);
    if (f->progress_fd >= 0 && pwrite(f->progress_fd, text, strlen(text), 0) < 0)
        log_line("audit-feed", LOG_WARN, "progress not kept", NULL);
}

static int64_t progress_of(const AuditFeed *f)
{
    char    text[PROGRESS_SIZE + 1] = "";
    int64_t written                 = 0;
    ssize_t got                     = f->progress_fd >= 0 ? pread(f->progress_fd, text, PROGRESS_SIZE, 0) : 0;
    Slice   rest                    = slice_bytes(text, got > 0 ? (size_t)got : 0), boot = slice_cut(&rest, ' ');
    if (!*f->boot || !slice_equal_text(boot, f->boot) || !slice_int(slice_trim(rest), &written))
        return f->position;
    return written > f->position && written <= f->position + UNCONFIRMED_MAX ? written : f->position;
}

static void boot_read(char ret[BOOT_SIZE])
{
    int     fd  = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, ret, BOOT_SIZE - 1);
    ret[got > 0 ? got : 0] = '\0';
    if (fd >= 0)
        close(fd);
}

/* ---- the connection ---- */

/* Waits; true: told to stop. */
static bool rest(const AuditFeed *f, int ms)
{
    struct pollfd stop = { .fd = f->stop_fd, .events = POLLIN };
    return poll(&stop, 1, ms) > 0;
}

static void hang_up(AuditFeed *f)
{
    tls_free(f->tls);
    f->tls = NULL;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

/* What was written and not confirmed is written again, over a new connection, after a pause that grows. */
static void failed(AuditFeed *f, const char *error, const char *detail)
{
    hang_up(f);
    f->written          = f->position;
    f->first_written_ms = 0;
    progress_keep(f);
    f->retry_ms    = !f->retry_ms ? RETRY_MIN_MS : f->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : f->retry_ms * 2;
    f->retry_at_ms = clock_monotonic_ms() + f->retry_ms;
    log_line("audit-feed", f->failing ? LOG_INFO : LOG_ERROR, "the collector is not reached", "detail", detail, NULL);
    f->failing = true;
    state_write(f, &(State) { .feed = f, .error = error, .detail = detail });
}

static void confirmed(AuditFeed *f)
{
    f->position         = f->written;
    f->first_written_ms = 0;
    f->retry_ms         = 0;
    if (f->failing)
        log_line("audit-feed", LOG_INFO, "the collector reads again", NULL);
    f->failing = false;
    state_write(f, &(State) { .feed = f, .position = f->position });
}

static bool connect_now(AuditFeed *f)
{
    Err     err = { 0 };
    TlsPeer peer;
    if (clock_monotonic_ms() < f->retry_at_ms)
        return false;
    f->fd = net_connect_tcp(f->host, f->port, CONNECT_MS, &err);
    if (f->fd < 0 || !(f->tls = tls_call(f->room, f->fd, f->stop_fd, CONNECT_MS, &err))) {
        failed(f, NOT_REACHED, err.detail);
        return false;
    }
    tls_peer(f->tls, &peer);
    if (!peer.trusted || !tls_peer_named(f->tls, f->host)) {
        failed(f, NOT_TRUSTED, peer.subject);
        return false;
    }
    return true;
}

/* Did the collector end the connection, and had it read all by then? A receiver that closes with bytes unread resets. */
typedef enum Ending { STILL_OPEN, READ_ALL, CUT } Ending;

/* After both goodbyes: does the connection end whole, within 'wait_ms'? */
static Ending end_of_stream(const AuditFeed *f, int wait_ms)
{
    char    block[512];
    int64_t until = clock_monotonic_ms() + wait_ms;
    for (;;) {
        int           unsent = 0, left = (int)(until - clock_monotonic_ms());
        struct pollfd p = { .fd = f->fd, .events = POLLIN };
        if (poll(&p, 1, left > 0 ? left : 0) <= 0)
            return STILL_OPEN;
        ssize_t got = recv(f->fd, block, sizeof block, MSG_DONTWAIT);
        if (got == 0)
            return ioctl(f->fd, SIOCOUTQ, &unsent) == 0 && unsent == 0 ? READ_ALL : CUT;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return CUT;
    }
}

/* Without waiting: tickets are taken, a goodbye is waited for to its end, an alert is a cut. */
static Ending ending_now(const AuditFeed *f)
{
    char          block[512];
    struct pollfd p = { .fd = f->fd, .events = POLLIN };
    if (poll(&p, 1, 0) <= 0)
        return STILL_OPEN;
    ssize_t taken = tls_read(f->tls, block, sizeof block);
    if (taken > 0 || (taken < 0 && errno == EAGAIN))
        return STILL_OPEN;
    return taken < 0 || end_of_stream(f, STOPPED_MS) != READ_ALL ? CUT : READ_ALL;
}

/* Ends the connection to learn whether all was read. */
static void settle(AuditFeed *f)
{
    tls_end_writing(f->tls);
    (void)shutdown(f->fd, SHUT_WR);
    Ending how = end_of_stream(f, rest(f, 0) ? STOPPED_MS : END_MS);
    if (how == READ_ALL) {
        hang_up(f);
        confirmed(f);
    } else {
        failed(f, CUT_OFF, how == CUT ? "reset" : "it does not end the connection");
    }
}

/* True: the connection is still there. */
static bool still_there(AuditFeed *f)
{
    Ending how = ending_now(f);
    if (how == STILL_OPEN)
        return true;
    if (how == CUT) {
        failed(f, CUT_OFF, "reset");
        return false;
    }
    hang_up(f);
    if (f->written > f->position)
        confirmed(f);
    return false;
}

static bool write_all(AuditFeed *f, Slice bytes)
{
    while (bytes.len) {
        ssize_t sent = tls_write(f->tls, bytes, SLICE_NONE);
        if (sent > 0) {
            bytes = slice_part(bytes, (size_t)sent, SIZE_MAX);
            continue;
        }
        struct pollfd p[2] = { { .fd = f->fd, .events = tls_awaits(f->tls) }, { .fd = f->stop_fd, .events = POLLIN } };
        if (errno != EAGAIN || poll(p, 2, WRITE_MS) <= 0 || p[1].revents)
            return false;
    }
    return true;
}

static bool write_line(AuditFeed *f, const json_t *line)
{
    OWNED_BUF frame = buf_make(ATNA_MESSAGE_MAX + 64);
    if (!atna_syslog(line, &f->options->source, &frame)) { /* no line is that long: 512 bytes a text */
        failed(f, NOT_REACHED, "a message is too long");
        return false;
    }
    if (!still_there(f))
        return false;
    if (!write_all(f, buf_slice(&frame))) {
        failed(f, CUT_OFF, "writing");
        return false;
    }
    f->written = json_integer_value(json_object_get(line, "id"));
    if (!f->first_written_ms)
        f->first_written_ms = clock_monotonic_ms();
    progress_keep(f);
    return true;
}

/* ---- the thread ---- */

static json_t *lines_next(AuditFeed *f)
{
    Err     err   = { 0 };
    json_t *lines = NULL;
    int64_t count = 0;
    OWNED(Db) *db = db_read(f->db, &err);
    if (db && audit_count(db, &count, &err) && (count <= f->written || (audit_lines_after(db, f->written, BATCH, &lines, &err) && f->options->names(db, lines, &err))))
        return lines;
    json_decref(lines);
    log_err("audit-feed", "trace not read", &err);
    return NULL;
}

static bool settle_due(const AuditFeed *f)
{
    return f->first_written_ms && (f->written - f->position >= UNCONFIRMED_MAX || clock_monotonic_ms() - f->first_written_ms >= CONFIRM_MS);
}

/* One look at the trace: true when there may be more at once. */
static bool turn(AuditFeed *f)
{
    if (f->tls && !still_there(f))
        return false;
    if (f->tls && settle_due(f)) {
        settle(f);
        return f->fd < 0 && !f->failing;
    }
    if (!f->tls && clock_monotonic_ms() < f->retry_at_ms)
        return false;
    OWNED(json_t) *lines = lines_next(f);
    size_t         i;
    json_t        *line;
    if (!json_array_size(lines) || (!f->tls && !connect_now(f)))
        return false;
    json_array_foreach(lines, i, line)
        if (settle_due(f) || !write_line(f, line))
            break;
    return f->tls != NULL;
}

static void *feed_thread(void *with)
{
    AuditFeed *f = with;
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE); /* Linux: of this thread alone */
    while (!rest(f, turn(f) ? PACE_MS : LOOK_MS))
        ;
    if (f->tls && f->written > f->position)
        settle(f);
    hang_up(f);
    return NULL;
}

AuditFeed *audit_feed_start(DbHost *db, const AuditFeedOptions *options, Err *err)
{
    char host[256];
    int  port = net_split(options->collector, host);
    if (!port)
        return NULL;
    AuditFeed *f = calloc(1, sizeof *f);
    if (!f) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "audit feed");
        return NULL;
    }
    *f = (AuditFeed) { .db = db, .options = options, .port = port, .fd = -1, .stop_fd = eventfd(0, EFD_CLOEXEC), .progress_fd = open(options->progress, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640) };
    (void)slice_copy(slice_of(host), f->host, sizeof f->host);
    boot_read(f->boot);
    if (f->stop_fd >= 0 && (f->room = tls_room_new(&options->tls, err)) && db_read_work(db, position_load, f, err)) {
        f->written          = progress_of(f);
        f->first_written_ms = f->written > f->position ? clock_monotonic_ms() : 0;
        if (pthread_create(&f->thread, NULL, feed_thread, f) == 0)
            return f;
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "audit feed");
    }
    tls_room_free(f->room);
    if (f->stop_fd >= 0)
        close(f->stop_fd);
    if (f->progress_fd >= 0)
        close(f->progress_fd);
    free(f);
    return NULL;
}

void audit_feed_stop(AuditFeed *f)
{
    if (!f)
        return;
    (void)eventfd_write(f->stop_fd, 1);
    (void)pthread_join(f->thread, NULL);
    tls_room_free(f->room);
    close(f->stop_fd);
    if (f->progress_fd >= 0)
        close(f->progress_fd);
    free(f);
}

bool audit_feed_json(Db *db, json_t **ret, Err *err)
{
    int64_t         lines = 0;
    OWNED(DbQuery) *q     = db_query(db, "SELECT position, sent_at_ms, error, detail, failing_since_ms FROM audit_feed WHERE id = 1");
    if (!audit_count(db, &lines, err) || db_next(q, err) != DB_ROW)
        return false;
    json_t *json = json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "lines", (json_int_t)lines, "position", (json_int_t)db_int(q, 0), "waiting", (json_int_t)(lines - db_int(q, 0)), "sent_at_ms",
                             db_is_null(q, 1) ? json_null() : json_integer(db_int(q, 1)), "error", json_slice(db_slice(q, 2)), "detail", json_slice(db_slice(q, 3)), "failing_since_ms",
                             db_is_null(q, 4) ? json_null() : json_integer(db_int(q, 4)));
    *ret         = json;
    return json != NULL || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "audit feed");
}
