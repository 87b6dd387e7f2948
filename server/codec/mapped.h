/*
 * Memory files in the cage: what came, mapped; what goes out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_MAPPED_H
#define CODEC_MAPPED_H

#include "base/buf.h"

/* A memory file, mapped. */
typedef struct Mapped {
    uint8_t *at;
    size_t   len;
} Mapped;

/* What the platform sent, sealed by it, so that it cannot shrink under us. False: none, or more than 1 GiB. */
bool mapped_open(int fd, Mapped *ret);

/* Memory to be sent, mapped for writing; its pages come zeroed. -1 when there is none. */
int mapped_new(size_t len, Mapped *ret);

/* What stands in the buffer, in a memory file to be sent; -1 when there is no room. */
int mapped_buffer(const Buf *bytes);

void mapped_clear(Mapped *m);

#endif
