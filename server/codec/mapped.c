/*
 * Memory files, mapped whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "codec/mapped.h"

#include <sys/mman.h>
#include <unistd.h>

enum { BODY_MAX = 1 << 30 };

void mapped_clear(Mapped *m)
{
    if (m->at)
        (void)munmap(m->at, m->len);
    *m = (Mapped) { 0 };
}

static bool map(int fd, size_t len, int protection, Mapped *ret)
{
    void *at =
        len ? mmap(NULL, len, protection, MAP_SHARED | MAP_POPULATE, fd, 0) : NULL; /* all is touched */
    if (!at || at == MAP_FAILED)
        return false;
    *ret = (Mapped) { at, len };
    return true;
}

bool mapped_open(int fd, Mapped *ret)
{
    off_t len = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1; /* not fstat: in the cage nothing that takes a path */
    return len > 0 && len <= BODY_MAX && map(fd, (size_t)len, PROT_READ, ret);
}

int mapped_new(size_t len, Mapped *ret)
{
    int fd = memfd_create("samples", MFD_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, (off_t)len) == 0 && map(fd, len, PROT_READ | PROT_WRITE, ret))
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int mapped_buffer(const Buf *bytes)
{
    Mapped body = { 0 };
    int    fd   = mapped_new(bytes->len, &body);
    if (fd >= 0)
        memcpy(body.at, bytes->at, bytes->len);
    mapped_clear(&body);
    return fd;
}
