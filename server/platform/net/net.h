/*
 * TCP and Unix sockets: listening, connecting, reading and writing whole runs with a time-out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_NET_NET_H
#define PLATFORM_NET_NET_H

#include "base/err.h"
#include "base/slice.h"

/* "127.0.0.1:11112" or "[::1]:104"; port 0 picks a free one. Returns a listening descriptor or -1. */
int net_listen_tcp(const char *address, int backlog, Err *err);
int net_listen_port(int fd); /* the port it got */
/* Host (without brackets) and port of such an address; 0 when it is none. */
int net_split(const char *address, char ret_host[256]);
bool net_is_wildcard(const char *host); /* "0.0.0.0", "::": every address of the machine */
/* How we ourselves reach who listens there: a wildcard by the loopback. */
const char *net_reached_at(const char *host);
/* Nobody listens there now. */
bool net_port_is_free(const char *address, Err *err);
/* Mode 0660; an old socket file is replaced. */
int net_listen_unix(const char *path, int backlog, Err *err);
/* Connects within 'timeout_ms'; TCP_NODELAY is set. -1 on failure. */
int net_connect_tcp(const char *host, int port, int timeout_ms, Err *err);
/* Accepts one connection or -1 when 'stop_fd' became readable (pass -1 for none). TCP_NODELAY is set.
 * 'ret_peer' gets the numeric address. */
int net_accept(int listen_fd, int stop_fd, char ret_peer[64], Err *err);
/* All 'len' bytes before 'timeout_ms' pass without progress. Reading: ERR_UNAVAILABLE on end of stream. */
bool net_read_all(int fd, void *to, size_t len, int timeout_ms, Err *err);
bool net_write_all(int fd, Slice bytes, int timeout_ms, Err *err);

#endif
