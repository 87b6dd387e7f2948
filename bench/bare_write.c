/*
 * What the disk alone takes: each file written, fdatasync, its folder fsync, before the next one.
 *
 *     bare_write FOLDER FILE...      writes copies of FILE... into FOLDER, read beforehand; prints nothing
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what)
{
    perror(what);
    return 1;
}

/* Sources lie in the page cache: only the writing costs. */
static char *read_whole(const char *path, size_t *ret_len)
{
    struct stat s;
    int         fd   = open(path, O_RDONLY | O_CLOEXEC);
    char       *bytes = fd >= 0 && fstat(fd, &s) == 0 ? malloc((size_t)s.st_size + 1) : NULL;
    ssize_t     got   = bytes ? read(fd, bytes, (size_t)s.st_size) : -1;
    if (fd >= 0)
        close(fd);
    *ret_len = got > 0 ? (size_t)got : 0;
    return bytes;
}

static int write_durably(int folder, const char *name, const char *bytes, size_t len)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return fail(name);
    for (size_t at = 0; at < len;) {
        ssize_t put = write(fd, bytes + at, len - at);
        if (put < 0)
            return fail("write");
        at += (size_t)put;
    }
    if (fdatasync(fd) != 0 || close(fd) != 0 || fsync(folder) != 0)
        return fail("sync");
    return 0;
}

int main(int argc, char **argv)
{
    int folder = argc > 1 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder < 0)
        return fail("folder");
    for (int i = 2; i < argc; i++) {
        size_t      len   = 0;
        char       *bytes = read_whole(argv[i], &len);
        const char *slash = strrchr(argv[i], '/');
        int         rc    = bytes ? write_durably(folder, slash ? slash + 1 : argv[i], bytes, len) : fail(argv[i]);
        free(bytes);
        if (rc)
            return rc;
    }
    return close(folder) == 0 ? 0 : fail("close");
}
