/*
 * The trace of what passes this door: lines on the writer thread, and a memory of what was just written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/trace.h"

#include <pthread.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "platform/clock.h"

enum { DIGEST_BYTES = 32 };

/* A whole digest, so that one object never covers another. */
typedef struct Covered {
    uint8_t digest[DIGEST_BYTES];
    int64_t until_ms; /* of clock_now_ms: what is advanced there forgets here */
} Covered;

struct Trace {
    DbHost         *db;
    pthread_mutex_t lock;
    Covered         covered[TRACE_REMEMBERED];
};

Trace *trace_new(DbHost *db, Err *err)
{
    Trace *t = calloc(1, sizeof *t);
    if (!t) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "trace");
        return NULL;
    }
    t->db = db;
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void trace_free(Trace *t)
{
    if (!t)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static bool add_line(Db *db, void *work, Err *err)
{
    return audit_add(db, work, err);
}

bool trace_write(Trace *t, const AuditLine *line, Err *err)
{
    AuditLine copy = *line;
    return db_write(t->db, add_line, &copy, err);
}

static bool digest_of(int64_t session_id, const AuditLine *line, uint8_t ret[DIGEST_BYTES])
{
    OWNED_BUF text = buf_make(8192);
    if (session_id)
        buf_addf(&text, "session %lld", (long long)session_id);
    else
        buf_addf(&text, "address %s", line->origin ? line->origin : "");
    const char *const parts[] = { line->what, line->object };
    buf_addf(&text, "\n%d\n%d\n%lld\n%lld", (int)line->event, (int)line->outcome, (long long)line->patient_id,
             (long long)line->act_id);
    for (size_t i = 0; i < COUNT(parts); i++)
        buf_addf(&text, "\n%zu:%s", parts[i] ? strlen(parts[i]) : 0, parts[i] ? parts[i] : "");
    unsigned size = 0;
    return !text.failed && EVP_Digest(text.at, text.len, ret, &size, EVP_sha256(), NULL) == 1 &&
           size == DIGEST_BYTES;
}

bool trace_once(Trace *t, int64_t session_id, const AuditLine *line, Err *err)
{
    uint8_t digest[DIGEST_BYTES];
    if (!digest_of(session_id, line, digest))
        return trace_write(t, line, err);
    size_t  place = (size_t)(digest[0] | digest[1] << 8 | digest[2] << 16) % TRACE_REMEMBERED;
    int64_t now   = clock_now_ms();
    pthread_mutex_lock(&t->lock);
    const Covered *c       = &t->covered[place];
    bool           covered = c->until_ms > now && memcmp(c->digest, digest, sizeof digest) == 0;
    pthread_mutex_unlock(&t->lock);
    if (covered)
        return true;
    if (!trace_write(t, line, err))
        return false;
    pthread_mutex_lock(
        &t->lock); /* only now: a reader beside us waits for its own line rather than trust ours */
    memcpy(t->covered[place].digest, digest, sizeof digest);
    t->covered[place].until_ms = now + TRACE_COVERS_MS;
    pthread_mutex_unlock(&t->lock);
    return true;
}
