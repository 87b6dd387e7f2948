/*
 * The codec's cage: a list of system calls that decoding needs; every other one is refused.
 *
 * Limits of memory and time are set by whoever starts us (platform/child).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/sandbox.h"

#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/own.h"

#ifndef BECLERE_SANITIZED /* the sanitizers' own run time asks for far more */

static const int ALLOWED[] = {
    SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),      SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(brk),          SCMP_SYS(madvise),         SCMP_SYS(futex),
    SCMP_SYS(memfd_create), SCMP_SYS(ftruncate),       SCMP_SYS(lseek),
    SCMP_SYS(close),        SCMP_SYS(getrandom),       SCMP_SYS(getpid),
    SCMP_SYS(gettid),       SCMP_SYS(tgkill),          SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn),    SCMP_SYS(clock_gettime),
    SCMP_SYS(setitimer),    SCMP_SYS(restart_syscall), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Memory yes, but never to run. */
static bool allow_memory(scmp_filter_ctx filter)
{
    static const int CALLS[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
    for (size_t i = 0; i < COUNT(CALLS); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS[i], 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
            return false;
    return true;
}

bool sandbox_enter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(1 /* EPERM */));
    bool            ok     = filter && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && allow_memory(filter);
    for (size_t i = 0; ok && i < COUNT(ALLOWED); i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, ALLOWED[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return ok;
}

#else

bool sandbox_enter(void)
{
    return true;
}

#endif
