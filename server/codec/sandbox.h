/*
 * The codec's cage: after this call no file, no network, no new program, no executable memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_SANDBOX_H
#define CODEC_SANDBOX_H

#include <stdbool.h>

/* Only memory, and messages over descriptors that are already open. False: the system refuses; do not go on.
 */
bool sandbox_enter(void);

#endif
