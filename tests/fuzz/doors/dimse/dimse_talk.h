/*
 * The provider's side served with the bytes of a fuzzed peer: everybody may everything, objects are taken and
 * dropped, the archive is the small real one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_FUZZ_DIMSE_TALK_H
#define TESTS_FUZZ_DIMSE_TALK_H

#include "dimse_world.h"

#include <pthread.h>
#include <sys/socket.h>

#include "doors/dimse/scp.h"

enum { SOCKET_BYTES = 1 << 17, WAIT_MS = 200 };

static bool admit(void *with, Slice calling, Slice address, Peer *ret, Err *err)
{
    (void)with, (void)calling, (void)address, (void)err;
    *ret = (Peer) { .id = 1, .ae_title = "FUZZ", .may = ~0U, .enabled = true };
    return true;
}

static bool trace(void *with, const AuditLine *line, Err *err)
{
    (void)with, (void)err;
    return line->event != AUDIT_UNSET;
}

/* Objects are taken and dropped: the archive's own reading has a target of its own. */
typedef struct Taken {
    size_t bytes;
} Taken;

static void *store_begin(void *with, const ScpObject *object, Err *err)
{
    (void)with, (void)err;
    return object->sop_class ? calloc(1, sizeof(Taken)) : NULL;
}

static bool store_append(void *store, Slice bytes, Err *err)
{
    (void)err;
    ((Taken *)store)->bytes += bytes.len;
    return true;
}

static bool store_finish(void *store, IngestOutcome *ret, Err *err)
{
    (void)err;
    *ret = ((Taken *)store)->bytes & 1 ? INGEST_ASIDE : INGEST_STORED;
    return true;
}

static bool worklist(void *with, const WorklistFilter *filter, bool (*each)(const WorklistItem *, void *),
                     void *arg, Err *err)
{
    static const WorklistItem EXAM = {
        .act_id = 1, .patient_name = "LÉGER^ZOÉ", .patient_id = "P1", .modality = "CT"
    };
    (void)with, (void)filter, (void)err;
    return each(&EXAM, arg) || true;
}

/* What it answers is read and dropped, so that it never waits for us. */
static void *drain(void *arg)
{
    char bytes[16384];
    while (read(*(int *)arg, bytes, sizeof bytes) > 0)
        ;
    return NULL;
}

static bool say(int fd, const uint8_t *data, size_t size)
{
    while (size) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

typedef struct Talker {
    int            fd;
    const uint8_t *data;
    size_t         size;
} Talker;

static void *talk(void *arg)
{
    Talker *t = arg;
    (void)say(t->fd, t->data, t->size);
    (void)shutdown(t->fd, SHUT_WR);
    return NULL;
}

/* All that the peer says, then its end. 'acts' may be NULL: no performed steps. */
static void talk_serve(ActHouse *acts, const uint8_t *data, size_t size)
{
    int       ends[2];
    pthread_t reader, writer;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return;
    ScpHouse house  = { .ae_title     = "BECLERE",
                        .limits       = { 16384, WAIT_MS, WAIT_MS, WAIT_MS, -1 },
                        .admit        = admit,
                        .trace        = trace,
                        .store_begin  = store_begin,
                        .store_append = store_append,
                        .store_finish = store_finish,
                        .store_free   = free,
                        .worklist     = worklist,
                        .db           = world.db,
                        .archive      = world.archive,
                        .acts         = acts };
    Talker   talker = { ends[1], data, size };
    if (pthread_create(&reader, NULL, drain, &ends[1]) || pthread_create(&writer, NULL, talk, &talker))
        abort();
    scp_serve(&house, ends[0], NULL, "192.0.2.1", false);
    pthread_join(writer, NULL);
    pthread_join(reader, NULL);
    close(ends[1]);
}

#endif
