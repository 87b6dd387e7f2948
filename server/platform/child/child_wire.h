/*
 * What travels between the pool and a worker: u32le length with perhaps one descriptor, then the bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CHILD_CHILD_WIRE_H
#define PLATFORM_CHILD_CHILD_WIRE_H

#include "base/buf.h"

enum { CHILD_HEAD_MAX = 64 * 1024 };

/* A sealed memory file with these bytes; -1 with errno. */
int child_memfd(Slice bytes);

/* Sends before 'until_ms' (monotonic); 'fd' -1: none goes with it. False with errno. */
bool child_send(int socket_fd, Slice head, int fd, int64_t until_ms);

/* Receives; *ret_fd is the descriptor that came (the caller closes it) or -1. False with errno (0: end of
 * stream). */
bool child_receive(int socket_fd, Buf *ret_head, int *ret_fd, int64_t until_ms);

/* Copies a received memory file; never maps it, since its sender may shrink it. False: not a file, or too
 * large. */
bool child_read_memfd(int fd, Buf *ret);

#endif
