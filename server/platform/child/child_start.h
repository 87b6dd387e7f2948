/*
 * Starting one program: what the child process does between fork and exec, for the pool and for long-lived
 * programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CHILD_CHILD_START_H
#define PLATFORM_CHILD_CHILD_START_H

#include "platform/child/child.h"

typedef struct ChildPlan {
    const char *const *argv;
    int     output_fd;    /* both streams go there; -1: standard error is kept, standard output dropped */
    int     request_fd;   /* becomes descriptor 3; -1: none */
    bool    bare;         /* no environment, few descriptors, no core file */
    int     death_signal; /* what it gets when the thread that started it ends */
    int64_t memory_bytes; /* RLIMIT_DATA and largest file; 0: no limit */
    bool    idle;         /* scheduled only when nobody else wants the processor */
} ChildPlan;

/*
 * The pid, or -1. The child dies with the thread that called this (the system ties it to a thread, not a
 * process). Errors: ERR_UNAVAILABLE it cannot be started, exec's own reason included.
 */
pid_t child_spawn(const ChildPlan *plan, Err *err);

#endif
