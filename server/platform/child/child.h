/*
 * Child processes: started, limited, fed and killed, without knowing what they work on.
 *
 * A pool of workers (the codec) answers requests: a memfd goes in with the bytes, another comes back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CHILD_CHILD_H
#define PLATFORM_CHILD_CHILD_H

#include <sys/types.h>

#include "base/buf.h"

typedef struct ChildPool ChildPool;

typedef struct ChildLimits {
    int64_t memory_bytes; /* RLIMIT_DATA; 0: none (sanitized builds) */
    int     answer_ms;    /* a worker that takes longer is killed and replaced */
    int     workers;
    bool    idle; /* works only while nobody else wants the processor: give 'answer_ms' time */
} ChildLimits;

/*
 * 'program' is started on first use, one process per worker, with a Unix socket pair as descriptor 3; it
 * reads requests and writes answers: u32le length, bytes (≤ max_bytes each way), and may be given one memfd
 * with each.
 */
ChildPool *child_pool_new(const char *program, ChildLimits limits, Err *err);
void       child_pool_free(ChildPool *p);
OWNED_BY(ChildPool, child_pool_free)

/*
 * One request: 'head' (≤ 64 kB) and 'body' (shared as a sealed memfd) go to a free worker (waits for one).
 * The answer's head goes to 'ret_head' and its body (a memfd, mapped and copied) to 'ret_body' up to its
 * ceiling. Errors: ERR_INPUT the worker refused, crashed or timed out on these bytes; ERR_UNAVAILABLE cannot
 * start it.
 */
bool child_ask(ChildPool *p, Slice head, Slice body, Buf *ret_head, Buf *ret_body, Err *err);

/*
 * Starts a long-lived program (nginx). argv ends with NULL. Returns its pid or -1. It gets SIGTERM when the
 * thread that called this ends, however that happens: call it from a thread that lives as long as the program
 * should.
 */
pid_t child_start(const char *const argv[], Err *err);
/* The same; what it says (both streams) is read from '*ret_output_fd', which is the caller's to close: left unread, the child would wait. */
pid_t child_start_heard(const char *const argv[], int *ret_output_fd, Err *err);
/* SIGTERM, then SIGKILL after 'grace_ms'; reaps. */
void child_stop(pid_t pid, int grace_ms);
/* Runs to the end with its output (both streams, ≤ 64 kB) in 'ret_output'; returns the exit code or -1. */
int child_run(const char *const argv[], int timeout_ms, Buf *ret_output, Err *err);

#endif
