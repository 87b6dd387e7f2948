/*
 * Starting, watching and ending one program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "platform/child/child_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/clock.h"

enum { REQUEST_FD = 3, BARE_FILES_MAX = 32, OUTPUT_MAX = 64 * 1024 };

#define NO_START "A helper program cannot be started."

/* The number stands above any descriptor that the child puts in place. */
static int out_of_the_way(int fd)
{
    return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 10);
}

static void limit(int what, int64_t most)
{
    struct rlimit r = { .rlim_cur = (rlim_t)most, .rlim_max = (rlim_t)most };
    (void)setrlimit((__rlimit_resource_t)what, &r);
}

static void forget_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < 32; s++) /* SIGKILL and SIGSTOP refuse; ignored ones would stay ignored after exec */
        (void)signal(s, SIG_DFL);
}

/* In the child: only calls that are safe after a fork of a threaded program. Never returns. */
static void become(const ChildPlan *plan, pid_t parent, int trouble_fd)
{
    static char *const NO_ENVIRONMENT[] = { "PATH=/usr/bin:/bin", "LANG=C.UTF-8", NULL };
    forget_signals();
    (void)prctl(PR_SET_PDEATHSIG, plan->death_signal);
    if (getppid() != parent)
        _exit(126);
    int null_fd = out_of_the_way(open("/dev/null", O_RDWR | O_CLOEXEC));
    int output  = out_of_the_way(plan->output_fd);
    int request = out_of_the_way(plan->request_fd);
    trouble_fd  = out_of_the_way(trouble_fd);
    (void)dup2(null_fd, STDIN_FILENO);
    (void)dup2(output >= 0 ? output : null_fd, STDOUT_FILENO);
    if (output >= 0)
        (void)dup2(output, STDERR_FILENO);
    if (request >= 0)
        (void)dup2(request, REQUEST_FD);
    (void)close_range(request >= 0 ? REQUEST_FD + 1 : REQUEST_FD, ~0U, CLOSE_RANGE_CLOEXEC);
    if (plan->memory_bytes > 0) {
        limit(RLIMIT_DATA, plan->memory_bytes);
        limit(RLIMIT_FSIZE, plan->memory_bytes); /* memory files count as files */
    }
    if (plan->idle)
        (void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param) { 0 });
    if (plan->bare) {
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_NOFILE, BARE_FILES_MAX);
        (void)execve(plan->argv[0], (char *const *)(uintptr_t)plan->argv, NO_ENVIRONMENT);
    } else {
        (void)execvp(plan->argv[0], (char *const *)(uintptr_t)plan->argv);
    }
    int     why  = errno;
    ssize_t sent = write(trouble_fd, &why, sizeof why);
    _exit(sent == sizeof why ? 127 : 126);
}

pid_t child_spawn(const ChildPlan *plan, Err *err)
{
    int trouble[2]; /* stays silent and closes when exec works */
    if (pipe2(trouble, O_CLOEXEC) != 0) {
        err_set(err, ERR_UNAVAILABLE, NO_START, "pipe: %s", strerror(errno));
        return -1;
    }
    pid_t parent = getpid();
    pid_t pid    = fork();
    if (pid == 0)
        become(plan, parent, trouble[1]);
    int why = pid < 0 ? errno : 0;
    close(trouble[1]);
    ssize_t got = 0;
    while (pid > 0 && (got = read(trouble[0], &why, sizeof why)) < 0 && errno == EINTR)
        continue;
    close(trouble[0]);
    if (pid > 0 && got == 0)
        return pid;
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    err_set(err, ERR_UNAVAILABLE, NO_START, "%s: %s", plan->argv[0], strerror(why));
    return -1;
}

pid_t child_start(const char *const argv[], Err *err)
{
    ChildPlan plan = { .argv = argv, .output_fd = -1, .request_fd = -1, .death_signal = SIGTERM };
    return child_spawn(&plan, err);
}

pid_t child_start_heard(const char *const argv[], int *ret_output_fd, Err *err)
{
    int output[2];
    if (pipe2(output, O_CLOEXEC) != 0) {
        err_set(err, ERR_UNAVAILABLE, NO_START, "pipe: %s", strerror(errno));
        return -1;
    }
    ChildPlan plan = { .argv = argv, .output_fd = output[1], .request_fd = -1, .death_signal = SIGTERM };
    pid_t     pid  = child_spawn(&plan, err);
    close(output[1]);
    if (pid < 0)
        close(output[0]);
    else
        *ret_output_fd = output[0];
    return pid;
}

/* Reaps within 'wait_ms'. */
static bool ended_within(pid_t pid, int64_t wait_ms, int *ret_status)
{
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    for (;;) {
        pid_t rc = waitpid(pid, ret_status, WNOHANG);
        if (rc == pid || (rc < 0 && errno == ECHILD))
            return true;
        if (clock_monotonic_ms() >= until_ms)
            return false;
        (void)poll(NULL, 0, 10);
    }
}

void child_stop(pid_t pid, int grace_ms)
{
    int status = 0;
    if (pid <= 0)
        return;
    if (grace_ms > 0) {
        (void)kill(pid, SIGTERM);
        if (ended_within(pid, grace_ms, &status))
            return;
    }
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
}

/* Reads what the child says until it closes its end or time is up; what does not fit is dropped. */
static bool collect(int fd, int64_t until_ms, Buf *ret_output)
{
    char block[4096];
    for (;;) {
        int64_t       left = until_ms - clock_monotonic_ms();
        struct pollfd p    = { .fd = fd, .events = POLLIN };
        int           rc   = left > 0 ? poll(&p, 1, (int)left) : 0;
        if (rc == 0)
            return false;
        ssize_t got = rc > 0 ? read(fd, block, sizeof block) : -1;
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0 && ret_output->len < OUTPUT_MAX)
            (void)buf_add(ret_output,
                          slice_part((Slice) { block, (size_t)got }, 0, OUTPUT_MAX - ret_output->len));
    }
}

int child_run(const char *const argv[], int timeout_ms, Buf *ret_output, Err *err)
{
    int output[2];
    if (pipe2(output, O_CLOEXEC) != 0) {
        err_set(err, ERR_UNAVAILABLE, NO_START, "pipe: %s", strerror(errno));
        return -1;
    }
    int64_t   until_ms = clock_monotonic_ms() + timeout_ms;
    ChildPlan plan     = { .argv = argv, .output_fd = output[1], .request_fd = -1, .death_signal = SIGKILL };
    pid_t     pid      = child_spawn(&plan, err);
    close(output[1]);
    int  status = 0;
    bool ended  = pid > 0 && collect(output[0], until_ms, ret_output) &&
                 ended_within(pid, until_ms - clock_monotonic_ms(), &status);
    close(output[0]);
    if (pid < 0)
        return -1;
    if (ended && WIFEXITED(status))
        return WEXITSTATUS(status);
    if (!ended)
        child_stop(pid, 0);
    err_set(err, ERR_UNAVAILABLE, "A helper program did not end as it should.", "%s: %s", argv[0],
            ended ? "ended by a signal" : "took too long");
    return -1;
}
