/*
 * The codec's end of the wire: requests and answers over descriptor 3, frames and samples in memory files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_EXCHANGE_H
#define CODEC_EXCHANGE_H

#include "base/buf.h"

/* u32le length, the head, and perhaps one memory file (-1: none). False: the other side is gone. */
bool exchange_receive(int fd, Buf *ret_head, int *ret_body);
bool exchange_send(int fd, Slice head, int body);

#endif
